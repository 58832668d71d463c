import { expect, test } from 'vitest'
import { MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { Answered, Json } from '../../support/appliance-fixture.ts'
import { book, type CareHouse, careHouse, FRIDAY, newChild, newParent } from '../../support/childcare-fixture.ts'

const EIGHT = parseIsoInstant('2026-11-20T08:00:00+09:00') ?? 0
const USUAL = { offerMin: 60, careGraceMin: 30 }

async function ok(answer: Promise<Answered>): Promise<Json> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(JSON.stringify(body))
  return body
}

async function stateOf(house: CareHouse, care: string): Promise<string> {
  await ok(house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' }))
  const { bookings } = await ok(house.carer.ask(`/childcare/bookings?from=${FRIDAY}&to=${FRIDAY}`))
  return bookings.find((one: Json) => one.care === care).state
}

test('an hour for an answer and half an hour for a child, until the centre says otherwise; a restart and a rebuild keep it', async () => {
  await using house = await careHouse(EIGHT)
  const waits = async () => (await ok(house.administrator.ask('/hours'))).waits
  expect(await waits()).toEqual(USUAL)
  const set = { offerMin: 15, careGraceMin: 90 }
  expect((await house.other.send('/booking-waits', set)).status).toBe(403)
  for (const wrong of [{ offerMin: 9 }, { careGraceMin: 241 }, { offerMin: '' }])
    expect((await house.administrator.send('/booking-waits', { ...set, ...wrong })).status).toBe(400)
  expect(await waits()).toEqual(USUAL)
  await ok(house.administrator.send('/booking-waits', set))
  expect(await waits()).toEqual(set)
  const port = await house.centre.stop()
  await house.centre.start(port)
  expect(await waits()).toEqual(set)
  expect(await house.centre.appliance.journalRebuild()).toMatchObject({ equal: true })
  expect(await waits()).toEqual(set)
})

test('a new offer is held as long as the centre says; one that is out keeps its time', async () => {
  await using house = await careHouse(EIGHT)
  const [first, second] = [await newParent(house), await newParent(house)]
  const seat = async (name: string) => ok(house.administrator.send('/resources', { kind: 'seat', name }))
  const join = (who: typeof first) =>
    ok(who.visitor.send('/my/waiting', { day: FRIDAY, start: '13:00', end: '15:00', want: 'seat' }))
  const expires = async (who: typeof first) => (await ok(who.visitor.ask('/my/waiting'))).rows[0].offer?.expires
  await seat('A-1')
  await join(first)
  await house.centre.appliance.keepBookings()
  expect(await expires(first)).toBe(EIGHT + 60 * MINUTE_MS)
  await ok(house.administrator.send('/booking-waits', { ...USUAL, offerMin: 15 }))
  await join(second)
  await seat('A-2')
  await house.centre.appliance.keepBookings()
  expect([await expires(first), await expires(second)]).toEqual([EIGHT + 60 * MINUTE_MS, EIGHT + 15 * MINUTE_MS])
})

test('a place waits for its child as long as the centre says', async () => {
  await using house = await careHouse(EIGHT)
  const child = await newChild(house, await newParent(house))
  const { care } = (await book(house, child, '8:30', '12:00')).body
  await ok(house.administrator.send('/booking-waits', { ...USUAL, careGraceMin: 90 }))
  // Somebody's silence means something only while a kiosk is there to tap at.
  const line = await house.centre.line(await house.centre.newKiosk())
  line.send({ t: 'complete', seq: 0, at: house.centre.clock.now() })
  await line.deliver(line.tap({ card: 'a1b2c3d4' }))
  house.centre.clock.turn(90 * MINUTE_MS)
  await house.centre.appliance.keepBookings()
  expect(await stateOf(house, care)).toBe('confirmed')
  house.centre.clock.turn(31 * MINUTE_MS)
  await house.centre.appliance.keepBookings()
  expect(await stateOf(house, care)).toBe('no_show')
})
