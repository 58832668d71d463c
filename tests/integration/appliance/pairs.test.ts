import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { Answered, Json } from '../../support/appliance-fixture.ts'
import {
  arrive,
  type CareHouse,
  careHouse,
  FRIDAY,
  newChild,
  newParent,
  shift,
} from '../../support/childcare-fixture.ts'
import { readIndependently } from '../../support/independent-reader.ts'

const EIGHT = parseIsoInstant('2026-11-20T08:00:00+09:00') ?? 0
const MORNING = { day: FRIDAY, start: '10:00', end: '12:00' }

async function ok(answer: Promise<Answered>): Promise<Json> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(JSON.stringify(body))
  return body
}

function seats(house: CareHouse, names: readonly string[]) {
  return Promise.all(
    names.map(async (name) => (await ok(house.administrator.send('/resources', { kind: 'seat', name }))).resource),
  )
}

/** Standing seats and places, counted by none of our own code. */
async function standing(house: CareHouse): Promise<{ seats: number; places: number; halves: number }> {
  const file = join(house.centre.folder, 'journal.db')
  const [row] = await readIndependently<{ seats: number; places: number; halves: number }>(
    file,
    `SELECT (SELECT count(*) FROM booking WHERE state IN ('held', 'confirmed')) AS seats,
            (SELECT count(*) FROM care_booking WHERE state IN ('held', 'confirmed')) AS places,
            (SELECT count(*) FROM booking b LEFT JOIN care_booking c ON c.care = b.care AND c.linked = b.booking
              WHERE b.care IS NOT NULL AND b.state IN ('held', 'confirmed')
                AND coalesce(c.state, '') NOT IN ('held', 'confirmed')) AS halves`,
  )
  if (row === undefined) throw new Error('nothing counted')
  return row
}

test('a mother books a seat and a place for her child in one go', async () => {
  await using house = await careHouse(EIGHT)
  const [seat] = await seats(house, ['A-1'])
  const mother = await newParent(house)
  const child = await newChild(house, mother)
  const pair = await ok(mother.visitor.send('/my/pairs', { child, ...MORNING }))
  expect(pair).toMatchObject({ resource: seat, room: house.room })
  const mine = await ok(mother.visitor.ask('/my/bookings'))
  expect(mine.bookings).toMatchObject([{ booking: pair.booking, care: pair.care, state: 'confirmed' }])
  expect(await standing(house)).toEqual({ seats: 1, places: 1, halves: 0 })
})

test('without a seat there is no place, without a place no seat, and both wishes are kept', async () => {
  await using house = await careHouse(EIGHT)
  const [seat] = await seats(house, ['A-1'])
  const [first, second] = [await newParent(house), await newParent(house)]
  const child = await newChild(house, second)
  await ok(first.visitor.send('/my/bookings', { resource: seat, ...MORNING }))
  expect((await second.visitor.send('/my/pairs', { child, ...MORNING })).body.code).toBe('booking_overlap')
  await seats(house, ['A-2'])
  const closed = { target: house.room, fromDay: FRIDAY, reason: 'staff' }
  await ok(house.administrator.send('/closures', closed))
  const later = { ...MORNING, start: '13:00', end: '15:00' }
  expect((await second.visitor.send('/my/pairs', { child, ...later })).body.code).toBe('closed_then')
  expect(await standing(house)).toEqual({ seats: 1, places: 0, halves: 0 })
  const { rows } = await ok(house.administrator.ask(`/demand?from=${FRIDAY}&to=${FRIDAY}&what=pair`))
  expect(rows.map(({ why }: Json) => why).sort()).toEqual(['booking_overlap', 'closed_then'])
})

test('nobody books a place for a child that is not hers', async () => {
  await using house = await careHouse(EIGHT)
  await seats(house, ['A-1'])
  const [mother, stranger] = [await newParent(house), await newParent(house)]
  const child = await newChild(house, mother)
  expect((await stranger.visitor.send('/my/pairs', { child, ...MORNING })).body.code).toBe('child_unknown')
  expect((await stranger.visitor.send('/my/waiting', { child, ...MORNING, want: 'seat' })).body.code).toBe(
    'child_unknown',
  )
  const asked = { worker: stranger.worker, child, ...MORNING }
  expect((await house.administrator.send('/pairs', asked)).body.code).toBe('child_unknown')
  expect(await standing(house)).toEqual({ seats: 0, places: 0, halves: 0 })
})

test('the desk books both for a mother, and sees her children by age, not by name', async () => {
  await using house = await careHouse(EIGHT)
  const [seat] = await seats(house, ['A-1', 'A-2'])
  const [mother, stranger] = [await newParent(house), await newParent(house)]
  const child = await newChild(house, mother, { name: '架空野 つくし' })
  const places = (who: { worker: string }, more = '') => `/pairs/places?worker=${who.worker}&day=${FRIDAY}${more}`
  expect(await ok(house.other.ask(places(mother)))).toEqual({
    children: [{ child, callName: '', band: 'a3' }],
    care: null,
  })
  expect((await ok(house.carer.ask(places(mother)))).children).toMatchObject([{ callName: '架空野 つくし' }])
  const { care } = await ok(house.other.ask(places(mother, `&child=${child}`)))
  expect(care).toEqual({ code: null, free: [{ start: 480, end: 1_200 }] })
  expect((await ok(house.other.ask(places(stranger)))).children).toEqual([])
  expect((await house.other.ask(places(stranger, `&child=${child}`))).body.code).toBe('child_unknown')
  expect((await mother.visitor.ask(places(mother))).status).toBe(401)
  const pair = await ok(house.other.send('/pairs', { worker: mother.worker, child, ...MORNING, want: seat }))
  expect(pair).toMatchObject({ resource: seat, room: house.room })
  expect((await house.other.send('/pairs', { worker: mother.worker, child, ...MORNING })).body.code).toBe(
    'worker_overlap',
  )
  expect(await standing(house)).toEqual({ seats: 1, places: 1, halves: 0 })
})

test('fifty requests for the last place at once: one pair, no half, and everybody has an answer', async () => {
  await using house = await careHouse(EIGHT, { areaDm2: 165 })
  await seats(
    house,
    Array.from({ length: 50 }, (_, index) => `A-${index}`),
  )
  const parents = await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const mother = await newParent(house)
      return { mother, child: await newChild(house, mother, { name: `架空野 ${index}` }) }
    }),
  )
  const answers = await Promise.all(
    parents.map(({ mother, child }) => mother.visitor.send('/my/pairs', { child, ...MORNING })),
  )
  const codes = answers.map(({ status, body }) => (status < 300 ? 'booked' : body.code)).sort()
  expect(codes.filter((code) => code === 'booked')).toHaveLength(1)
  expect(new Set(codes)).toEqual(new Set(['booked', 'area_exceeded']))
  expect(await standing(house)).toEqual({ seats: 1, places: 1, halves: 0 })
  const { total } = await ok(house.administrator.ask(`/demand?from=${FRIDAY}&to=${FRIDAY}&what=pair`))
  expect(total).toBe(49)
}, 120_000)

test('the same press twice is one pair', async () => {
  await using house = await careHouse(EIGHT)
  await seats(house, ['A-1', 'A-2'])
  const mother = await newParent(house)
  const child = await newChild(house, mother)
  const key = '7c9e6679-7425-40de-944b-e07fc1f90ae7'
  const answers = await Promise.all([1, 2].map(() => mother.visitor.send('/my/pairs', { child, ...MORNING }, key)))
  expect(answers[0]?.body).toEqual(answers[1]?.body)
  expect(await standing(house)).toEqual({ seats: 1, places: 1, halves: 0 })
})

test('parent and child wait with one entry, are offered both or nothing, and one yes takes both', async () => {
  await using house = await careHouse(EIGHT, { areaDm2: 165 })
  const [seat] = await seats(house, ['A-1'])
  const [first, second] = [await newParent(house), await newParent(house)]
  const [other, child] = [await newChild(house, first), await newChild(house, second)]
  const taken = await ok(first.visitor.send('/my/pairs', { child: other, ...MORNING }))
  const { waiting } = await ok(second.visitor.send('/my/waiting', { child, ...MORNING, want: 'seat' }))
  await ok(first.visitor.send('/my/bookings/cancel', { booking: taken.booking }))
  await house.centre.appliance.keepBookings()
  // The seat alone is no help to her.
  const state = async () => (await ok(second.visitor.ask('/my/waiting'))).rows[0]
  const care = await house.carer.send('/childcare/bookings/cancel', { care: taken.care })
  if (care.status !== 200) expect(care.body.code).toBe('booking_settled')
  await house.centre.appliance.keepBookings()
  expect(await state()).toMatchObject({ waiting, state: 'offered', offer: { resource: seat, room: house.room } })
  expect(await standing(house)).toEqual({ seats: 1, places: 1, halves: 0 })
  const yes = await ok(second.visitor.send('/my/waiting/accept', { waiting }))
  expect(yes).toEqual({ booking: expect.stringMatching(/^b_/), care: expect.stringMatching(/^b_/) })
  expect(await standing(house)).toEqual({ seats: 1, places: 1, halves: 0 })
})

test('a child’s place that is lost makes the seat ask; nothing is dropped, and her answer settles it', async () => {
  await using house = await careHouse(EIGHT)
  await seats(house, ['A-1', 'A-2'])
  const mother = await newParent(house)
  const child = await newChild(house, mother)
  const pair = await ok(mother.visitor.send('/my/pairs', { child, ...MORNING }))
  expect((await ok(mother.visitor.ask('/my/waiting'))).questions).toEqual([])
  await ok(house.carer.send('/childcare/bookings/cancel', { care: pair.care }))
  const asked = await ok(mother.visitor.ask('/my/waiting'))
  expect(asked.questions).toMatchObject([{ booking: pair.booking, care: pair.care, resourceName: 'A-1' }])
  expect((await ok(house.other.ask('/waiting'))).questions).toMatchObject([
    { booking: pair.booking, worker: mother.worker },
  ])
  expect((await ok(house.other.ask('/today'))).tasks).toContainEqual(
    expect.objectContaining({ kind: 'seat_asks', urgency: 'now', day: FRIDAY }),
  )
  expect(await standing(house)).toMatchObject({ seats: 1, places: 0 })
  await ok(mother.visitor.send('/my/pairs/seat', { booking: pair.booking, keep: true }))
  expect((await ok(mother.visitor.ask('/my/waiting'))).questions).toEqual([])
  const again = await mother.visitor.send('/my/pairs/seat', { booking: pair.booking, keep: false })
  expect(again.body.code).toBe('booking_settled')
  const second = await ok(mother.visitor.send('/my/pairs', { child, ...{ ...MORNING, start: '13:00', end: '15:00' } }))
  await ok(house.carer.send('/childcare/bookings/cancel', { care: second.care }))
  await ok(mother.visitor.send('/my/pairs/seat', { booking: second.booking, keep: false }))
  const { bookings } = await ok(mother.visitor.ask('/my/bookings?all=1'))
  const states = new Map(bookings.map(({ booking, state }: Json) => [booking, state]))
  expect(states.get(pair.booking)).toBe('confirmed')
  expect(states.get(second.booking)).toBe('cancelled')
})

test('a carer more is a place more for who waits', async () => {
  await using house = await careHouse(EIGHT, { carers: 0 })
  await seats(house, ['A-1'])
  const mother = await newParent(house)
  const child = await newChild(house, mother)
  const { waiting } = await ok(mother.visitor.send('/my/waiting', { child, ...MORNING, want: 'seat' }))
  await house.centre.appliance.keepBookings()
  const state = async () => (await ok(mother.visitor.ask('/my/waiting'))).rows[0]
  expect(await state()).toMatchObject({ waiting, state: 'waiting' })
  await shift(house, FRIDAY, '9:00', '13:00')
  await shift(house, FRIDAY, '9:00', '13:00')
  await house.centre.appliance.keepBookings()
  expect(await state()).toMatchObject({ waiting, state: 'offered' })
})

test('a held pair that loses the child’s place waits again as a pair, in its old turn; its seat is free meanwhile', async () => {
  await using house = await careHouse(EIGHT)
  const [seat] = await seats(house, ['A-1'])
  const [mother, other] = [await newParent(house), await newParent(house)]
  const child = await newChild(house, mother)
  const { waiting } = await ok(mother.visitor.send('/my/waiting', { child, ...MORNING, want: 'seat' }))
  await house.centre.appliance.keepBookings()
  const state = async () => (await ok(mother.visitor.ask('/my/waiting'))).rows[0]
  expect((await state()).state).toBe('offered')
  const { closure } = await ok(
    house.administrator.send('/closures', { target: house.room, fromDay: FRIDAY, reason: 'staff' }),
  )
  const [held] = await readIndependently<{ care: string }>(
    join(house.centre.folder, 'journal.db'),
    "SELECT care FROM care_booking WHERE state = 'held'",
  )
  await ok(house.carer.send('/childcare/bookings/cancel', { care: held?.care }))
  await house.centre.appliance.keepBookings()
  expect(await state()).toMatchObject({ waiting, state: 'waiting', before: 0, offer: null })
  expect((await mother.visitor.send('/my/waiting/accept', { waiting })).body.code).toBe('offer_gone')
  expect(await standing(house)).toEqual({ seats: 0, places: 0, halves: 0 })
  const short = { resource: seat, ...MORNING, end: '11:00' }
  const { booking } = await ok(other.visitor.send('/my/bookings', short))
  await ok(house.administrator.send('/closures/lift', { closure }))
  await ok(other.visitor.send('/my/bookings/cancel', { booking }))
  await house.centre.appliance.keepBookings()
  expect(await state()).toMatchObject({ waiting, state: 'offered' })
  await ok(mother.visitor.send('/my/waiting/withdraw', { waiting }))
  expect((await state()).state).toBe('withdrawn')
  expect(await standing(house)).toEqual({ seats: 0, places: 0, halves: 0 })
})

test('a seat is never released while her child is in the room: somebody is told to look', async () => {
  await using house = await careHouse(EIGHT)
  const sheet = { kind: 'seat', name: 'A-1', checkInRequired: true, graceMin: 15 }
  await ok(house.administrator.send('/resources', sheet))
  const identity = await house.centre.newKiosk()
  const line = await house.centre.line(identity)
  const mother = await newParent(house)
  const child = await newChild(house, mother)
  const pair = await ok(mother.visitor.send('/my/pairs', { child, ...MORNING, start: '8:30' }))
  house.centre.clock.turn(25 * 60_000)
  await ok(arrive(house, child))
  line.send({ t: 'complete', seq: 0, at: house.centre.clock.now() })
  await line.deliver(line.tap({ card: 'a1b2c3d4' }))
  house.centre.clock.turn(25 * 60_000)
  await house.centre.appliance.keepBookings()
  await house.centre.signInAgain(house.administrator)
  const { bookings } = await ok(house.administrator.ask(`/bookings?from=${FRIDAY}&to=${FRIDAY}`))
  expect(bookings).toMatchObject([{ booking: pair.booking, state: 'confirmed' }])
  expect((await ok(house.administrator.ask('/today'))).tasks).toContainEqual(
    expect.objectContaining({ kind: 'parent_missing', urgency: 'now', worker: mother.worker }),
  )
})
