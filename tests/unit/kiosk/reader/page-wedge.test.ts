import { describe, expect, test } from 'vitest'
import { noBurst, passTime, pressKey } from '../../../../kiosk/reader/key-burst.ts'
import { PageWedgeReader } from '../../../../kiosk/reader/page-wedge.ts'
import { readerSettings } from '../../../../kiosk/reader/reader-settings.ts'
import { HandClock, hexes, listenTo } from './reader-fixture.ts'

async function startPage(profile: unknown = {}) {
  const settings = readerSettings.parse({ kind: 'page-wedge', profile })
  if (settings.kind !== 'page-wedge') throw new Error('another kind')
  const clock = new HandClock()
  const reader = new PageWedgeReader(settings, clock)
  const heard = listenTo(reader)
  await reader.start()
  return { reader, clock, heard }
}

const burst = (text: string, more: Record<string, unknown> = {}) => ({
  strokes: [...text].map((char, index) => ({
    code: `${/\d/.test(char) ? 'Digit' : 'Key'}${char}`,
    shift: false,
    at: index * 5,
  })),
  ended: 'terminator',
  ime: false,
  ...more,
})
const awake = { focused: true, visible: true, ime: false }

describe('keystrokes of a reader in the browser page', () => {
  test('what the page collected is what the server reads', async () => {
    const { reader, heard } = await startPage({ format: 'decimal' })
    let state = noBurst
    for (const [index, digit] of [...'0013748911'].entries()) {
      const key = { code: `Digit${digit}`, shiftKey: false, repeat: false }
      state = pressKey(state, key, index * 5, false).state
    }
    const [result] = passTime(state, 1_000, false).results
    if (result === undefined || !('burst' in result)) throw new Error('no burst')
    reader.acceptBurst(JSON.parse(JSON.stringify(result.burst)))
    expect(hexes(heard.touches)).toEqual(['00D1CAAF'])
    await reader.stop()
  })

  test.each([
    ['no object', 'AB'],
    ['no keys', burst('')],
    ['too many keys', burst('1'.repeat(65))],
    ['an unknown field', burst('04A1B2C3', { hex: '04A1B2C3' })],
    ['a key name without end', burst('', { strokes: [{ code: 'K'.repeat(33), shift: false, at: 0 }] })],
  ])('%s is discarded, not believed', async (_what, input) => {
    const { reader, heard } = await startPage()
    reader.acceptBurst(input)
    expect(heard.touches).toEqual([])
    expect(heard.discarded).toMatchObject([{ reason: 'malformed' }])
    await reader.stop()
  })

  test('a page gone wild is limited to five bursts a second', async () => {
    const { reader, clock, heard } = await startPage()
    for (let index = 0; index < 8; index += 1) reader.acceptBurst(burst(`04A1B2C${index}`))
    expect(heard.touches).toHaveLength(5)
    expect(heard.discarded.filter(({ reason }) => reason === 'too-many')).toHaveLength(3)
    clock.pass(1_000)
    reader.acceptBurst(burst('04A1B2D9'))
    expect(heard.touches).toHaveLength(6)
    await reader.stop()
  })

  test('garbled characters and forbidden keys are told to the person', async () => {
    const { reader, heard } = await startPage()
    reader.acceptBurst(burst('04A1B'))
    reader.acceptBurst(burst('', { strokes: [{ code: 'Backquote', shift: false, at: 0 }] }))
    expect(heard.failures.map(({ reason }) => reason)).toEqual(['garbled', 'garbled'])
    await reader.stop()
  })

  test('what the page threw away is counted with its reason', async () => {
    const { reader, heard } = await startPage()
    reader.acceptDiscard({ discarded: 'typed-by-hand', keys: 1 })
    reader.acceptDiscard({ discarded: 'anything', keys: 1 })
    expect(heard.discarded.map(({ reason }) => reason)).toEqual(['typed-by-hand', 'malformed'])
    await reader.stop()
  })

  test('before start and after stop the page is not listened to', async () => {
    const { reader, heard } = await startPage()
    await reader.stop()
    reader.acceptBurst(burst('04A1B2C3'))
    expect(heard.touches).toEqual([])
  })
})

describe('the health of a page', () => {
  test.each([
    ['in front, with focus', awake, 'ready', undefined],
    ['without focus', { ...awake, focused: false }, 'degraded', '画面をタッチしてください'],
    ['hidden', { ...awake, visible: false }, 'degraded', '画面をタッチしてください'],
    ['with an IME switched on', { ...awake, ime: true }, 'degraded', 'IMEがオンです'],
  ] as const)('%s', async (_what, page, state, words) => {
    const { reader } = await startPage()
    expect(reader.health().state).toBe('starting')
    reader.acceptState(page)
    expect(reader.health().state).toBe(state)
    if (words !== undefined) expect(reader.health().detail).toContain(words)
    await reader.stop()
  })

  test('a page that falls silent is missing, and ready when it speaks again', async () => {
    const { reader, clock, heard } = await startPage()
    reader.acceptState(awake)
    clock.pass(6_001)
    reader.checkPage()
    reader.acceptState(awake)
    expect(heard.health.map(({ state }) => state)).toEqual(['starting', 'ready', 'missing', 'ready'])
    await reader.stop()
  })

  test('a burst through the IME shows in health', async () => {
    const { reader } = await startPage()
    reader.acceptState(awake)
    reader.acceptBurst(burst('04A1B2C3', { ime: true }))
    expect(reader.health().detail).toContain('IMEがオンです')
    await reader.stop()
  })
})
