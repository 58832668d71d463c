import { expect, test } from 'vitest'
import { HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { BookingFixture, TUESDAY } from '../../support/booking-fixture.ts'
import { readIndependently } from '../../support/independent-reader.ts'

interface Event {
  readonly [name: string]: string
}

/** Reads a feed as RFC 5545 §3.1 and §3.3.11 say, with none of our code: unfolds, splits, unescapes. */
function readFeed(bytes: Buffer): { head: Event; events: Event[] } {
  const text = bytes.toString('utf8')
  expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  expect(text.endsWith('\r\n')).toBe(true)
  for (const line of text.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  const lines = text.replaceAll('\r\n ', '').split('\r\n').slice(0, -1)
  expect([lines[0], lines.at(-1)]).toEqual(['BEGIN:VCALENDAR', 'END:VCALENDAR'])
  const head: Record<string, string> = {}
  const events: Record<string, string>[] = []
  let at = head
  for (const line of lines.slice(1, -1)) {
    const match = /^([A-Z-]+)(?:;[^:]*)?:(.*)$/.exec(line)
    const [name, value] = [match?.[1] ?? '', match?.[2] ?? '']
    if (name === 'BEGIN') {
      expect(value).toBe('VEVENT')
      at = {}
      events.push(at)
    } else if (name === 'END') at = head
    else at[name] = value.replace(/\\([;,\\])/g, '$1').replaceAll('\\n', '\n')
  }
  return { head, events }
}

async function fetchFeed(url: string) {
  const answer = await fetch(url)
  return { answer, bytes: Buffer.from(await answer.arrayBuffer()) }
}

test('a worker’s calendar program reads her bookings, sees changes as changes, and cancellations as such', async () => {
  await using house = await BookingFixture.create()
  const name = `窓ぎわ; 静かな席, 二番 \\ ${'長い名前'.repeat(9)}`
  const seat = await house.resource(name)
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const book = async (phone: typeof aoki.phone, day: string, start: string, end: string) =>
    (await phone.send('/my/bookings', { resource: seat, day, start, end })).body.booking
  const first = await book(aoki.phone, TUESDAY, '9:00', '12:00')
  const second = await book(aoki.phone, '2026-11-25', '13:00', '18:00')
  await book(baba.phone, TUESDAY, '13:00', '14:00')
  const issued = await aoki.phone.send('/my/calendar', {})
  expect(issued.body.path).toMatch(/^\/calendar\/v1\/[\w-]{43}\.ics$/)
  const { answer, bytes } = await fetchFeed(issued.body.url)
  expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
  const before = readFeed(bytes)
  expect(before.head).toMatchObject({ VERSION: '2.0', METHOD: 'PUBLISH' })
  expect(before.events).toHaveLength(2)
  expect(before.events[0]).toMatchObject({
    DTSTART: '20261124T000000Z',
    DTEND: '20261124T030000Z',
    SEQUENCE: '0',
    STATUS: 'CONFIRMED',
    SUMMARY: `${name}（センターSHI）`,
  })
  expect(before.events[0]?.UID).toMatch(new RegExp(`^${first}@s_\\w{20}\\.kado$`))
  house.centre.clock.turn(60_000)
  await aoki.phone.send('/my/bookings/move', { booking: first, end: '11:00' })
  await aoki.phone.send('/my/bookings/cancel', { booking: second })
  const after = readFeed((await fetchFeed(issued.body.url)).bytes)
  expect(after.events).toMatchObject([
    { UID: before.events[0]?.UID, DTEND: '20261124T020000Z', SEQUENCE: '1', STATUS: 'CONFIRMED' },
    { UID: before.events[1]?.UID, SEQUENCE: '1', STATUS: 'CANCELLED', DTSTART: '20261125T040000Z' },
  ])
  expect(after.events[0]?.DTSTAMP).toBe('20261119T230100Z')
})

test('the address is the only key: nobody guesses it, a new one ends the old, and it can be ended', async () => {
  await using house = await BookingFixture.create()
  const { phone, worker } = await house.worker()
  expect((await phone.ask('/my/bookings')).body.calendar).toEqual({ issued: false, issuedAt: null })
  const [first, second] = [(await phone.send('/my/calendar', {})).body, (await phone.send('/my/calendar', {})).body]
  expect((await fetchFeed(first.url)).answer.status).toBe(404)
  expect((await fetchFeed(second.url)).answer.status).toBe(200)
  expect((await phone.ask('/my/bookings')).body.calendar.issued).toBe(true)
  for (const wrong of ['x.ics', `${'A'.repeat(43)}.ics`, 'a'.repeat(5_000), '%00.ics', '..%2f..%2fjournal.db']) {
    expect((await fetchFeed(`${house.centre.url}/calendar/v1/${wrong}`)).answer.status).toBe(404)
  }
  const secret = /v1\/([\w-]{43})\.ics/.exec(second.url)?.[1] ?? ''
  const kept = await readIndependently<{ hits: number }>(
    `${house.centre.folder}/journal.db`,
    `SELECT count(*) AS hits FROM entry WHERE instr(CAST(line AS TEXT), '${secret}') > 0`,
  )
  expect(kept).toEqual([{ hits: 0 }])
  await phone.send('/my/calendar/revoke', {})
  expect((await fetchFeed(second.url)).answer.status).toBe(404)
  const third = (await phone.send('/my/calendar', {})).body
  house.centre.clock.turn(HOUR_MS)
  await house.centre.signInAgain(house.desk)
  await house.must('/workers/deactivate', { worker })
  expect((await fetchFeed(third.url)).answer.status).toBe(404)
})
