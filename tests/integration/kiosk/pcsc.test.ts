/**
 * PC/SC through a real pcscd and a virtual card, with both back ends. The virtual reader is looked at every 400 ms, so
 * cards lie and stay away for 900 ms; real readers take 30 to 50 ms.
 */
import { execFile } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import type { CardReader } from '../../../kiosk/reader/card-reader.ts'
import { openReaders } from '../../../kiosk/reader/reader.ts'
import { type ReaderSettings, readerSettings } from '../../../kiosk/reader/reader-settings.ts'
import { until } from '../../support/until.ts'
import {
  startVirtualReader,
  VIRTUAL_HOLD_MS,
  type VirtualReader,
  virtualReaderMissing,
} from '../../support/virtual-card.ts'
import { type CardBehaviour, virtualAtr } from '../../support/virtual-icc.ts'
import { type Heard, hexes, listenTo } from '../../unit/kiosk/reader/reader-fixture.ts'

const missing = virtualReaderMissing()
if (missing !== undefined) console.info(`not run: PC/SC with a virtual card, because this machine lacks ${missing}`)

async function open(settings: Record<string, unknown>): Promise<{ reader: CardReader; heard: Heard }> {
  const parsed: ReaderSettings = readerSettings.parse({ kind: 'pcsc', backend: 'pcscd', ...settings })
  const [reader] = await openReaders([parsed], { clock: systemClock, production: true })
  if (reader === undefined) throw new Error('no reader')
  const heard = listenTo(reader)
  await reader.start()
  return { reader, heard }
}

describe.runIf(missing === undefined)('cards on a PC/SC reader', () => {
  let virtual: VirtualReader
  let reader: CardReader
  let heard: Heard

  beforeAll(async () => {
    const started = await startVirtualReader()
    if (started === undefined) throw new Error('no virtual reader')
    virtual = started
  })
  afterAll(() => virtual.close())
  beforeEach(async () => {
    const opened = await open({ socket: virtual.socketPath, match: '^Virtual PCD$' })
    reader = opened.reader
    heard = opened.heard
    await until('the reader says ready', () => reader.health().state === 'ready')
  })
  afterEach(() => reader.stop())

  /** Lays a card until it was read (or not), takes it away and waits until that was noticed. */
  async function lay(hex: string, behaviour?: CardBehaviour): Promise<void> {
    const { removals } = heard
    const before = heard.readings.length + heard.failures.length
    await virtual.present(hex, behaviour)
    await until('the card was read, or not', () => heard.readings.length + heard.failures.length > before)
    await virtual.remove()
    await until('the card is gone', () => heard.removals > removals)
  }

  test.each([
    ['a FeliCa card', '012E4CD1A2B39ABC', {}, 'F', true],
    ['a MIFARE Classic card', '5A6B7C8D', {}, 'A', true],
    ['an NTAG', '04A1B2C3D4E580', {}, 'A', true],
    ['a phone with a random number', '08A1B2C3', { atr: virtualAtr.processorA }, 'A', false],
    ['a My Number card or licence', 'DEADBEEF', { atr: virtualAtr.processorB }, 'B', false],
    ['an app that emulates FeliCa', '02FE112233445566', {}, 'F', false],
  ] as const)('%s', async (_what, hex, behaviour, technology, ok) => {
    await lay(hex, behaviour)
    expect(hexes(heard.touches)).toEqual([hex])
    expect(heard.touches).toMatchObject([{ technology, usable: { ok } }])
    expect(heard.removals).toBeGreaterThan(0)
  })

  test('a phone’s FeliCa chip is taken, with a warning for enrolment', async () => {
    await lay('0139112233445566', { pmm: '0310FFFFFFFFFFFF' })
    expect(heard.touches).toMatchObject([{ usable: { ok: true, warning: 'mobile' } }])
  })

  test('a card that moved is read again, and counts', async () => {
    await lay('5A6B7C8D', { answers: ['6300', '5A6B7C8D9000'] })
    expect(hexes(heard.touches)).toEqual(['5A6B7C8D'])
    expect(heard.failures).toEqual([])
  })

  test.each([
    ['moved away while it was read', { answers: ['6300'] }, 'moved'],
    ['makes the reader hang', { answers: [''] }, 'moved'],
    ['left in the middle of the reading', { leavesWhileRead: true }, 'moved'],
    ['has no number', { answers: ['6A81'] }, 'unsupported'],
  ] as const)('a card that %s is a failed reading', async (_what, behaviour, reason) => {
    await lay('5A6B7C8D', behaviour)
    await until('the failure is told', () => heard.failures.length > 0)
    expect(heard.touches).toEqual([])
    expect(heard.failures.map((failure) => failure.reason)).toEqual([reason])
  })

  test('a lying card is one touch; after removal and 1.5 s it is a new one', async () => {
    await virtual.present('5A6B7C8D')
    await wait(3 * VIRTUAL_HOLD_MS)
    expect(heard.touches).toHaveLength(1)
    await virtual.remove()
    await until('the card is gone', () => heard.removals > 0)
    await wait(1_600)
    await lay('5A6B7C8D')
    expect(heard.touches).toHaveLength(2)
  })

  test('a card swapped for another within one look of the reader is noticed', async () => {
    await virtual.present('5A6B7C8D')
    await until('the touch is heard', () => heard.touches.length === 1)
    await wait(VIRTUAL_HOLD_MS)
    await virtual.present('04A1B2C3D4E580')
    await until('the touch is heard', () => heard.touches.length === 2)
    expect(hexes(heard.touches)).toEqual(['5A6B7C8D', '04A1B2C3D4E580'])
    await virtual.remove()
    await wait(VIRTUAL_HOLD_MS)
  })

  test('two programs read one card at once', async () => {
    const other = await open({ socket: virtual.socketPath })
    await until('the reader says ready', () => other.reader.health().state === 'ready')
    await virtual.present('012E4CD1A2B39ABC')
    await until('the touch is heard', () => heard.touches.length === 1 && other.heard.touches.length === 1)
    await virtual.remove()
    expect(hexes(heard.touches)).toEqual(['012E4CD1A2B39ABC'])
    expect(hexes(other.heard.touches)).toEqual(['012E4CD1A2B39ABC'])
    await other.reader.stop()
  })

  test('a reader of another product is not taken', async () => {
    const other = await open({ socket: virtual.socketPath, match: 'RC-S300' })
    await until('the reader says missing', () => other.reader.health().state === 'missing')
    expect(other.reader.health().detail).toContain('カードリーダー未接続')
    await other.reader.stop()
  })

  test('pcscd killed and started again: named within a second, back by itself', async () => {
    await virtual.killService()
    await until('the reader says service-down', () => reader.health().state === 'service-down')
    await virtual.startService()
    await until('the reader says ready', () => reader.health().state === 'ready')
    await lay('012E4CD1A2B39ABC')
    expect(hexes(heard.touches)).toEqual(['012E4CD1A2B39ABC'])
  })
})

describe.runIf(missing === undefined)('a machine whose pcscd starts late', () => {
  test('the event loop never waits for it, and the reader comes by itself', async () => {
    const virtual = await startVirtualReader({ service: false })
    if (virtual === undefined) throw new Error('no virtual reader')
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const { reader, heard } = await open({ socket: virtual.socketPath })
    await wait(3_000)
    delay.disable()
    expect(reader.health().state).toBe('service-down')
    // Other tests run beside this one: a lag of a quarter second is theirs, a frozen loop would be seconds.
    expect(delay.percentile(99) / 1e6).toBeLessThan(250)
    await virtual.startService()
    await until('the reader says ready', () => reader.health().state === 'ready')
    await virtual.touch('04A1B2C3D4E580')
    expect(hexes(heard.touches)).toEqual(['04A1B2C3D4E580'])
    await reader.stop()
    await virtual.close()
  })
})

/** The native library reads the socket's place from its environment at load: it runs in a program of its own. */
describe.runIf(missing === undefined)('the system’s PC/SC library', () => {
  test('gives the same cards through the same door', async () => {
    const virtual = await startVirtualReader()
    if (virtual === undefined) throw new Error('no virtual reader')
    const program = fileURLToPath(new URL('../../support/system-pcsc-program.ts', import.meta.url))
    const environment = { ...process.env, PCSCLITE_CSOCK_NAME: virtual.socketPath }
    const running = promisify(execFile)(process.execPath, [program, '2'], { env: environment, timeout: 30_000 })
    await wait(1_500)
    await virtual.touch('012E4CD1A2B39ABC')
    await virtual.touch('DEADBEEF', { atr: virtualAtr.processorB })
    const { stdout } = await running
    await virtual.close()
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { hex: '…9ABC', technology: 'F', ok: true },
      { hex: '…BEEF', technology: 'B', ok: false },
    ])
  })
})
