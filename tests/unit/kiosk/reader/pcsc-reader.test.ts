import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { type OpenPcsc, PcscDown, type PcscSession, type ReaderSlot } from '../../../../kiosk/reader/pcsc/pcsc-port.ts'
import { PcscReader } from '../../../../kiosk/reader/pcsc/pcsc-reader.ts'
import { readerSettings } from '../../../../kiosk/reader/reader-settings.ts'
import { HandClock, hexes, listenTo } from './reader-fixture.ts'

/** A service whose readers and cards are set by hand. */
class HandService {
  opened = 0
  refusal: PcscDown | undefined
  #number = ''
  #tell: ((readers: readonly ReaderSlot[]) => void) | undefined
  #lose: ((error: Error) => void) | undefined

  readonly open: OpenPcsc = async () => {
    this.opened += 1
    if (this.refusal !== undefined) throw this.refusal
    return this.#session()
  }

  /** Says what lies on which reader; `number` is what the card answers from now on. */
  show(slots: readonly (Partial<ReaderSlot> & { name: string })[], number = ''): void {
    this.#number = number
    this.#tell?.(slots.map((slot) => ({ eventCounter: 0, present: false, atr: Buffer.alloc(0), ...slot })))
  }

  breakOff(): void {
    this.#lose?.(new PcscDown('broken off'))
  }

  #session(): PcscSession {
    return {
      watch: (changed, lost) => {
        this.#tell = changed
        this.#lose = lost
      },
      connect: async () => ({
        atr: '3B8F8001804F0CA000000306030001000000006A',
        transmit: async () => Buffer.from(`${this.#number}9000`, 'hex'),
        leave: async () => undefined,
      }),
      close: async () => undefined,
    }
  }
}

async function start(service: HandService, match = '.*', reconnectMs = 20) {
  const settings = readerSettings.parse({ kind: 'pcsc', match })
  if (settings.kind !== 'pcsc') throw new Error('another kind')
  const clock = new HandClock()
  const reader = new PcscReader(settings, clock, service.open, reconnectMs)
  const heard = listenTo(reader)
  await reader.start()
  await wait(0)
  return { reader, heard, clock }
}

const NAME = 'SONY FeliCa RC-S300/S (1234567) 00 00'

describe('a PC/SC reader', () => {
  test('is missing until a reader of its product is plugged in, whatever socket it is in', async () => {
    const service = new HandService()
    const { reader } = await start(service, 'RC-S300')
    service.show([{ name: 'ACS ACR122U 00 00' }])
    expect(reader.health()).toMatchObject({ state: 'missing', detail: expect.stringContaining('カードリーダー未接続') })
    service.show([{ name: NAME }])
    expect(reader.health().state).toBe('ready')
    service.show([{ name: NAME.replace('00 00', '01 00') }])
    expect(reader.health().state).toBe('ready')
    service.show([])
    expect(reader.health().state).toBe('missing')
    await reader.stop()
  })

  test('pulling the reader out takes the card away with it', async () => {
    const service = new HandService()
    const { reader, heard } = await start(service)
    service.show([{ name: NAME, present: true, eventCounter: 1 }], '04A1B2C3')
    await wait(5)
    service.show([])
    expect(hexes(heard.touches)).toEqual(['04A1B2C3'])
    expect(heard.removals).toBe(1)
    await reader.stop()
  })

  test('the same card off and on between two looks is one touch and a removal; another card is a touch', async () => {
    const service = new HandService()
    const { reader, heard, clock } = await start(service)
    service.show([{ name: NAME, present: true, eventCounter: 1 }], '04A1B2C3')
    await wait(5)
    clock.pass(1_000)
    service.show([{ name: NAME, present: true, eventCounter: 3 }], '04A1B2C3')
    await wait(5)
    expect(heard).toMatchObject({ removals: 1, touches: [{}], readings: [{}, {}] })
    clock.pass(1_000)
    service.show([{ name: NAME, present: true, eventCounter: 5 }], '5A6B7C8D')
    await wait(5)
    expect(hexes(heard.touches)).toEqual(['04A1B2C3', '5A6B7C8D'])
    expect(heard.touches.at(-1)?.together).toBeUndefined()
    await reader.stop()
  })

  test('a service that breaks off is named and opened again after a while', async () => {
    const service = new HandService()
    const { reader } = await start(service)
    service.show([{ name: NAME }])
    service.breakOff()
    await wait(5)
    expect(reader.health()).toMatchObject({ state: 'service-down', detail: expect.stringContaining('broken off') })
    expect(service.opened).toBe(1)
    await wait(60)
    expect(service.opened).toBe(2)
    await reader.stop()
  })

  test('a card left lying through a break of more than 1.5 s is touched anew, never lost', async () => {
    const service = new HandService()
    const { reader, heard, clock } = await start(service)
    service.show([{ name: NAME, present: true, eventCounter: 1 }], '04A1B2C3')
    await wait(5)
    service.breakOff()
    await wait(60)
    clock.pass(1_500)
    service.show([{ name: NAME, present: true, eventCounter: 0 }], '04A1B2C3')
    await wait(5)
    expect(hexes(heard.touches)).toEqual(['04A1B2C3', '04A1B2C3'])
    await reader.stop()
  })

  test('a native part that is not installed is missing, and is not asked for again', async () => {
    const service = new HandService()
    service.refusal = new PcscDown('pcsc-mini: no build for this machine', true)
    const { reader } = await start(service)
    expect(reader.health().state).toBe('missing')
    await wait(60)
    expect(service.opened).toBe(1)
    await reader.stop()
  })

  test('stopping does not wait for the next attempt', async () => {
    const service = new HandService()
    service.refusal = new PcscDown('connect ENOENT')
    const { reader } = await start(service, '.*', 3_600_000)
    await reader.stop()
    expect(reader.health().state).toBe('stopped')
  })
})
