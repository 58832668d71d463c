import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../../../central-sync/protocol/time.ts'
import { kioskWords as words } from '../../../kiosk/page/words.ts'
import { cardAnswer, todayAnswer, workerAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, type Caller, expectDone } from '../../support/attacked-house.ts'
import type { LineIdentity } from '../../support/device-line.ts'
import { until } from '../../support/until.ts'

const CARDS = { hana: '04A1B2C3D4E580', sora: '04F1E2D3C4B5A6', lost: '04AAAAAAAAAA01', stranger: '04BBBBBBBBBB02' }

let house: AttackedHouse
let administrator: Caller
let token = ''
const heard: { t: string; problem?: string; answer?: { result: string }; tap?: { expected: string | null } }[] = []
const stop = new AbortController()
const ids = new Map<string, string>()

beforeAll(async () => {
  house = await AttackedHouse.open()
  administrator = await house.claimed()
  for (const [index, card] of [CARDS.hana, CARDS.sora, CARDS.lost].entries()) {
    const sheet = { code: `W00${index + 1}`, name: `試験 ${index}`, kana: 'しけん', callName: '' }
    const { worker } = expectDone(await administrator.command('/workers', sheet)).as(workerAnswer)
    ids.set(card, expectDone(await administrator.command('/cards/enrol-number', { worker, card })).as(cardAnswer).card)
  }
  expectDone(await administrator.command('/cards/revoke', { card: ids.get(CARDS.lost), reason: 'lost' }))
  const page = await (await fetch(`${house.url}/kiosk/`)).text()
  token = /name="kado-page" content="([^"]+)"/.exec(page)?.[1] ?? ''
  const stream = await fetch(`${house.url}/kiosk/events?token=${token}`, { signal: stop.signal })
  void listen(stream.body)
  await until('the kiosk is connected', () => house.house.kiosk?.online === true)
  await press({ do: 'page-state', state: { focused: true, visible: true, ime: false } })
})
afterAll(async () => {
  stop.abort()
  await house?.[Symbol.asyncDispose]()
})

async function listen(body: ReadableStream<Uint8Array> | null): Promise<void> {
  let rest = ''
  try {
    for await (const chunk of body ?? []) {
      const parts = (rest + Buffer.from(chunk).toString('utf8')).split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) {
        const data = part.split('\n').find((line) => line.startsWith('data: '))
        if (data !== undefined) heard.push(JSON.parse(data.slice(6)))
      }
    }
  } catch {
    // The test has hung up.
  }
}

function press(action: object): Promise<number> {
  const headers = { 'content-type': 'application/json', 'x-kado-page': token }
  return fetch(`${house.url}/kiosk/do`, { method: 'POST', headers, body: JSON.stringify(action) }).then(
    ({ status }) => status,
  )
}

/** As a keyboard reader types it into the page. */
function typed(text: string, ended = 'terminator'): Promise<number> {
  const strokes = [...text].map((letter, index) => ({
    code: /\d/.test(letter) ? `Digit${letter}` : /[A-Za-z]/.test(letter) ? `Key${letter.toUpperCase()}` : letter,
    shift: false,
    at: index * 5,
  }))
  return press({ do: 'burst', burst: { strokes, ended, ime: false } })
}

const taps = async () => (await house.state())['hub.tap'] ?? 0
const sessions = async () =>
  (await house.house.centre?.sessionsExport('1990-01-01' as never, '2099-12-31' as never)) ?? []
const results = () => heard.flatMap(({ answer }) => (answer === undefined ? [] : [answer.result]))

describe('a card at the kiosk of the house', () => {
  test.each([
    ['nobody knows', CARDS.stranger, 'unknown_card', 'unknownCard'],
    ['was lost and stopped', CARDS.lost, 'revoked_card', 'revokedCard'],
  ] as const)(
    'that %s is kept as a tap, makes no session, and is told in a sentence',
    async (_what, card, result, sentence) => {
      const [before, counted] = [await taps(), (await sessions()).length]
      const already = results().length
      house.lines.write(`${card}\n`)
      await until('it is answered', () => results().length > already)
      expect(results().at(-1)).toBe(result)
      expect([words[sentence].ja, words[sentence].easy, words[sentence].en].every((text) => text.length > 5)).toBe(true)
      await until('the hub has it', async () => (await taps()) === before + 1)
      expect(await sessions()).toHaveLength(counted)
      const kinds = (await administrator.query('/today')).as(todayAnswer).tasks.map(({ kind }) => kind)
      expect(kinds.join()).toContain(result)
    },
  )

  test('that is no card is no tap: garbled lines, keys and bursts are refused or named, and the next card counts', async () => {
    const before = await taps()
    const garbage = [
      '',
      'xyz',
      '0',
      '04A1B2C3D4E58',
      'ＦＦＦＦ',
      '\u0000\u0001',
      '0'.repeat(100_000),
      '04A1B2C3D4E580;DROP TABLE tap',
      '{"card":1}',
      '08AABBCC',
      randomBytes(40).toString('hex'),
    ]
    for (const line of garbage) house.lines.write(`${line}\r\n`)
    for (const text of ['04A1B2C3D4E', 'Zz', '04A1B2C3D4E58G', '0']) expect(await typed(text)).toBe(204)
    house.clock.jump(2 * SECOND_MS)
    await until('it is said on the screen', () =>
      heard.some(({ t, problem }) => t === 'problem' && problem === 'read_failed'),
    )
    for (const burst of [
      null,
      1,
      {},
      { strokes: [] },
      { strokes: 'x' },
      { strokes: Array(500).fill({ code: 'Digit1', shift: false, at: 1 }), ended: 'silence', ime: false },
    ])
      expect([204, 400]).toContain(await press({ do: 'burst', burst }))
    for (const action of [
      {},
      { do: 'fly' },
      { do: 'undo', id: 'x' },
      { do: 'sound', volume: 9, quiet: true },
      { do: 'without-card', code: 'x'.repeat(99), pin: '1' },
    ])
      expect(await press(action)).toBe(400)
    const already = results().length
    house.clock.jump(MINUTE_MS)
    house.lines.write(`${CARDS.hana}\n`)
    await until('the next card counts', () => results().length > already)
    expect(results().at(-1)).toBe('in')
    await until('and only that', async () => (await taps()) === before + 1)
  })

  test('beside a second known card counts for neither: both are asked to come one by one', async () => {
    house.clock.jump(HOUR_MS)
    await until('the kiosk is connected', () => house.house.kiosk?.online === true)
    await until('the kiosk has heard of the people', async () => {
      house.clock.jump(3 * MINUTE_MS)
      house.lines.write(`${CARDS.hana}\n`)
      await new Promise((resolve) => setTimeout(resolve, 300))
      return heard.findLast(({ tap }) => tap !== undefined)?.tap?.expected !== 'unknown_card'
    })
    house.clock.jump(MINUTE_MS)
    const before = (await sessions()).filter(({ worker_code }) => worker_code === 'W002')
    const already = heard.length
    await Promise.all([typed(CARDS.hana), typed(CARDS.sora)])
    await until('it is said', () => heard.slice(already).some(({ problem }) => problem === 'two_cards'))
    expect([words.twoCards.ja, words.twoCards.en].every((text) => text.length > 5)).toBe(true)
    await until('the first one is taken back', () => heard.slice(already).some(({ t }) => t === 'voided'))
    await house.house.settle()
    expect((await sessions()).filter(({ worker_code }) => worker_code === 'W002')).toEqual(before)
  })
})

describe('a kiosk whose clock is wrong', () => {
  let kiosk: LineIdentity
  beforeAll(() => house.signInAgain(administrator))
  const year = (wall: Instant) => new Date(wall).getUTCFullYear()

  test.each([
    ['2000-01-01', Date.UTC(1999, 11, 31, 15), 'unsynced'],
    ['2063', Date.UTC(2063, 3, 5), 'unsynced'],
    ['2000-01-01 and says it is right', Date.UTC(1999, 11, 31, 15), 'synced'],
    ['2063 and says it is right', Date.UTC(2063, 3, 5), 'synced'],
  ] as const)('at %s: its tap is kept, flagged, and pays nothing by itself', async (_what, at, clock) => {
    kiosk ??= await house.newKiosk('狂った時計')
    const line = await house.line(kiosk, 1)
    const before = await taps()
    const { answer } = await line.touch({ card: CARDS.sora, claim: 'in', at, clock })
    expect(['in', 'out', 'ignored']).toContain(answer.result)
    await line.touch({ card: CARDS.sora, claim: 'out', at: at + HOUR_MS, clock })
    line.close()
    await until('the hub has both', async () => (await taps()) === before + 2)
    const odd = (await sessions()).filter(
      ({ worker_code, business_day }) => worker_code === 'W002' && business_day.slice(0, 4) !== '2026',
    )
    expect(odd.length).toBeGreaterThan(0)
    for (const { status, flags } of odd) {
      expect(status).toBe('pending')
      expect(flags).toMatch(/clock_(unsynced|absurd)/)
    }
    expect(odd.some(({ business_day }) => Math.abs(Number(business_day.slice(0, 4)) - year(at)) <= 1)).toBe(true)
    for (const page of ['/', '/records', '/people']) expect((await administrator.fetch(page)).status).toBe(200)
  })
})
