import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { Answered, Json } from '../../support/appliance-fixture.ts'
import {
  arrive,
  book,
  type CareHouse,
  careHouse,
  FRIDAY,
  newChild,
  newParent,
  type Parent,
  shift,
} from '../../support/childcare-fixture.ts'
import { readIndependently } from '../../support/independent-reader.ts'

const EIGHT = parseIsoInstant('2026-11-20T08:00:00+09:00') ?? 0
const MORNING = { day: FRIDAY, start: '10:00', end: '12:00' }
const NOON = { start: '13:00', end: '15:00' }

async function ok(answer: Promise<Answered>): Promise<Json> {
  const { status, body } = await answer
  if (status >= 300) throw new Error(JSON.stringify(body))
  return body
}

const codeOf = async (answer: Promise<Answered>) => (await answer).body.code

/** A mother with a seat and a place this morning. */
async function booked(wish: Parameters<typeof careHouse>[1] = {}) {
  const house = await careHouse(EIGHT, wish)
  const seat = async (name: string) =>
    (await ok(house.administrator.send('/resources', { kind: 'seat', name }))).resource as string
  const seats = [await seat('A-1'), await seat('A-2')] as const
  const mother = await newParent(house)
  const child = await newChild(house, mother)
  const pair = await ok(mother.visitor.send('/my/pairs', { child, ...MORNING, want: seats[0] }))
  return { house, seats, mother, child, pair: pair as { booking: string; care: string } }
}

/** Read by none of our own code: seat and place as they stand, in minutes. */
async function standing({ centre }: CareHouse, { booking, care }: { booking: string; care: string }) {
  const [row] = await readIndependently<{ seat: string; place: string }>(
    join(centre.folder, 'journal.db'),
    `SELECT (SELECT state || ' ' || day || ' ' || start_min || '-' || end_min FROM booking WHERE booking = '${booking}') AS seat,
            (SELECT state || ' ' || day || ' ' || start_min || '-' || end_min FROM care_booking WHERE care = '${care}') AS place`,
  )
  return row
}

const AT = (state: string, span: string) => `${state} ${FRIDAY} ${span}`

describe('giving back', () => {
  test('both in one step, and who waits for both is offered them', async () => {
    const { house, mother, pair } = await booked({ areaDm2: 165 })
    await using _ = house
    const second = await newParent(house)
    const other = await newChild(house, second)
    await ok(second.visitor.send('/my/waiting', { child: other, ...MORNING, want: 'seat' }))
    expect((await ok(mother.visitor.ask('/my/bookings'))).bookings).toMatchObject([{ placeStands: true }])
    await ok(mother.visitor.send('/my/pairs/cancel', { booking: pair.booking }))
    expect(await standing(house, pair)).toEqual({
      seat: AT('cancelled', '600-720'),
      place: AT('cancelled', '600-720'),
    })
    await house.centre.appliance.keepBookings()
    expect((await ok(second.visitor.ask('/my/waiting'))).rows).toMatchObject([{ state: 'offered' }])
    expect((await ok(mother.visitor.ask('/my/waiting'))).questions).toEqual([])
    expect(await codeOf(mother.visitor.send('/my/pairs/cancel', { booking: pair.booking }))).toBe('booking_settled')
  })

  test('only the seat leaves the place to the child, and the desk can do either', async () => {
    const { house, mother, child, pair } = await booked()
    await using _ = house
    await ok(mother.visitor.send('/my/bookings/cancel', { booking: pair.booking }))
    expect(await standing(house, pair)).toEqual({
      seat: AT('cancelled', '600-720'),
      place: AT('confirmed', '600-720'),
    })
    const later = await ok(mother.visitor.send('/my/pairs', { child, ...MORNING, ...NOON }))
    await ok(house.other.send('/pairs/cancel', { booking: later.booking }))
    expect(await standing(house, later)).toEqual({
      seat: AT('cancelled', '780-900'),
      place: AT('cancelled', '780-900'),
    })
  })

  test('not while the child is in the room, and by nobody else', async () => {
    const { house, mother, child, pair } = await booked()
    await using _ = house
    const stranger = await newParent(house)
    const wish = { booking: pair.booking }
    expect(await codeOf(stranger.visitor.send('/my/pairs/cancel', wish))).toBe('booking_unknown')
    house.centre.clock.turn(115 * 60_000)
    await again(house, mother)
    await ok(arrive(house, child))
    expect(await codeOf(mother.visitor.send('/my/pairs/cancel', wish))).toBe('already_in')
    expect(await standing(house, pair)).toMatchObject({ seat: AT('confirmed', '600-720') })
  })
})

/** After the clock was turned. */
async function again(house: CareHouse, { worker, visitor }: Parent): Promise<void> {
  await house.centre.signInAgain(house.administrator)
  const { person } = await ok(house.administrator.ask(`/worker?worker=${worker}`))
  await ok(visitor.send('/sign-in/worker', { code: person.code, pin: '730264' }))
  await ok(house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' }))
}

describe('moving', () => {
  test('both go to the new time, or the seat alone', async () => {
    const { house, seats, mother, pair } = await booked()
    await using _ = house
    const { booking } = pair
    await ok(mother.visitor.send('/my/pairs/move', { booking, ...NOON, resource: seats[1], withPlace: true }))
    expect(await standing(house, pair)).toEqual({
      seat: AT('confirmed', '780-900'),
      place: AT('confirmed', '780-900'),
    })
    await ok(house.other.send('/pairs/move', { booking, start: '9:00', end: '11:00', withPlace: false }))
    expect(await standing(house, pair)).toEqual({
      seat: AT('confirmed', '540-660'),
      place: AT('confirmed', '780-900'),
    })
    expect((await ok(mother.visitor.ask('/my/bookings'))).bookings).toMatchObject([{ resource: seats[1] }])
  })

  test.each(['seat', 'place'] as const)(
    'neither moves when there is no %s then, and the wish is kept',
    async (what) => {
      const { house, seats, mother, pair } = await booked({ areaDm2: 165 })
      await using _ = house
      const second = await newParent(house)
      if (what === 'seat') await ok(second.visitor.send('/my/bookings', { resource: seats[0], day: FRIDAY, ...NOON }))
      else await ok(book(house, await newChild(house, second), NOON.start, NOON.end))
      const code = await codeOf(
        mother.visitor.send('/my/pairs/move', { ...NOON, booking: pair.booking, withPlace: true }),
      )
      expect(code).toBe(what === 'seat' ? 'booking_overlap' : 'area_exceeded')
      expect(await standing(house, pair)).toEqual({
        seat: AT('confirmed', '600-720'),
        place: AT('confirmed', '600-720'),
      })
      const { rows } = await ok(house.administrator.ask(`/demand?from=${FRIDAY}&to=${FRIDAY}&what=pair`))
      expect(rows).toMatchObject([{ why: code, start: 780, end: 900 }])
    },
  )

  test('a child’s place moves alone, by the parent or a carer, also onto time it has already', async () => {
    const { house, mother, pair } = await booked()
    await using _ = house
    const stranger = await newParent(house)
    const { care } = pair
    await ok(mother.visitor.send('/my/care/move', { care, start: '11:00', end: '13:00' }))
    expect(await standing(house, pair)).toMatchObject({ place: AT('confirmed', '660-780') })
    await ok(house.carer.send('/childcare/bookings/move', { care, start: '10:30' }))
    expect(await standing(house, pair)).toEqual({
      seat: AT('confirmed', '600-720'),
      place: AT('confirmed', '630-780'),
    })
    expect(await codeOf(stranger.visitor.send('/my/care/move', { care, start: '14:00', end: '15:00' }))).toBe(
      'booking_unknown',
    )
    expect(await codeOf(house.carer.send('/childcare/bookings/move', { care, end: '10:00' }))).toBe('interval_invalid')
  })

  test('a place that does not fit elsewhere is not lost, and a rebuild knows where it is', async () => {
    const { house, mother, child, pair } = await booked()
    await using _ = house
    await ok(book(house, child, '15:00', '16:00'))
    const { care } = pair
    const to = (start: string, end: string) => mother.visitor.send('/my/care/move', { care, start, end })
    expect(await codeOf(to('15:30', '17:00'))).toBe('child_overlap')
    expect(await codeOf(to('19:00', '21:00'))).toBe('outside_hours')
    expect(await codeOf(mother.visitor.send('/my/care/move', { care, day: '2026-11-24' }))).toBe('staff_minimum')
    expect(await standing(house, pair)).toMatchObject({ place: AT('confirmed', '600-720') })
    await ok(to('13:00', '15:00'))
    const before = await standing(house, pair)
    expect(await house.centre.appliance.journalRebuild()).toMatchObject({ equal: true })
    expect(await standing(house, pair)).toEqual(before)
    const { rows } = await ok(house.administrator.ask(`/demand?from=${FRIDAY}&to=2026-11-24&what=childcare`))
    expect(rows.map(({ why }: Json) => why).sort()).toEqual(['outside_hours', 'staff_minimum'])
  })

  test('while the child is inside only the end can change', async () => {
    const { house, mother, child, pair } = await booked()
    await using _ = house
    house.centre.clock.turn(125 * 60_000)
    await again(house, mother)
    await ok(arrive(house, child))
    const { care } = pair
    expect(await codeOf(mother.visitor.send('/my/care/move', { care, start: '11:00' }))).toBe('booking_settled')
    await ok(mother.visitor.send('/my/care/move', { care, end: '13:30' }))
    expect(await standing(house, pair)).toMatchObject({ place: AT('in', '600-810') })
  })

  test('three moves to the last place at once: one has it, nobody loses hers, no time is held twice', async () => {
    const { house, mother, pair } = await booked({ areaDm2: 330 })
    await using _ = house
    const others = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const parent = await newParent(house)
        const start = '15:00'
        const { care } = await ok(book(house, await newChild(house, parent), start, '16:00')).catch(() => ({
          care: '',
        }))
        return { parent, care: care as string }
      }),
    )
    const second = others.filter(({ care }) => care !== '')
    expect(second).toHaveLength(2)
    await ok(book(house, await newChild(house, mother), '13:00', '14:00'))
    const movers = [
      ...second.map(({ parent, care }) => ({ visitor: parent.visitor, care })),
      { visitor: mother.visitor, care: pair.care },
    ]
    const answers = await Promise.all(
      movers.map(({ visitor, care }) => visitor.send('/my/care/move', { care, start: '13:00', end: '14:00' })),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    const rows = await readIndependently<{ n: number }>(
      join(house.centre.folder, 'journal.db'),
      `SELECT count(*) AS n FROM care_booking WHERE state = 'confirmed' AND start_min = 780
       UNION ALL SELECT count(*) FROM care_booking WHERE state = 'confirmed'`,
    )
    expect(rows.map(({ n }) => n)).toEqual([2, 4])
  })
})

describe('what is not changed stays', () => {
  test('another seat, or another end, leaves a place that was moved alone where it is', async () => {
    const { house, seats, mother, pair } = await booked()
    await using _ = house
    const { booking, care } = pair
    await ok(mother.visitor.send('/my/care/move', { care, ...NOON }))
    await ok(mother.visitor.send('/my/pairs/move', { booking, resource: seats[1], withPlace: true }))
    expect(await standing(house, pair)).toEqual({ seat: AT('confirmed', '600-720'), place: AT('confirmed', '780-900') })
    await ok(mother.visitor.send('/my/pairs/move', { booking, ...MORNING, end: '16:00', withPlace: true }))
    expect(await standing(house, pair)).toEqual({ seat: AT('confirmed', '600-960'), place: AT('confirmed', '780-960') })
    expect((await ok(mother.visitor.ask('/my/bookings'))).bookings).toMatchObject([{ resource: seats[1] }])
  })

  test('who changes seats while the child is inside can still make both longer, and the two are still shown as one', async () => {
    const { house, seats, mother, child, pair } = await booked()
    await using _ = house
    house.centre.clock.turn(120 * 60_000)
    await again(house, mother)
    await ok(arrive(house, child))
    house.centre.clock.turn(5 * 60_000)
    await ok(mother.visitor.send('/my/pairs/move', { booking: pair.booking, resource: seats[1], withPlace: true }))
    const { bookings } = await ok(mother.visitor.ask('/my/bookings'))
    const running = bookings.filter(({ open }: Json) => open)
    expect(running).toMatchObject([{ resource: seats[1], start: 605, care: pair.care, placeStands: true }])
    const { booking } = running[0]
    expect(await read(house, mother, `/my/bookings/change/${booking}`)).toContain('requests.move-pair')
    await ok(mother.visitor.send('/my/pairs/move', { booking, end: '13:00', withPlace: true }))
    const now = { booking, care: pair.care }
    expect(await standing(house, now)).toEqual({ seat: AT('confirmed', '605-780'), place: AT('in', '600-780') })
    expect(await read(house, mother, '/my/bookings')).toContain('chip-key')
    expect(await read(house, mother, `/my/places/change/${pair.care}`)).toContain(`/my/bookings/change/${booking}`)
  })
})

test('the page of a place at the desk finds it without a day, on another day, and long ahead', async () => {
  const { house, pair } = await booked()
  await using _ = house
  const { care } = pair
  await shift(house, '2027-02-19', '7:00', '20:00')
  await shift(house, '2027-02-19', '7:00', '20:00')
  const at = (query: string) => read(house, { visitor: house.carer }, `/childcare/places/${care}${query}`)
  expect(await at('')).toContain(`value="${FRIDAY}"`)
  await ok(house.carer.send('/childcare/bookings/move', { care, day: '2027-02-19' }))
  for (const query of ['', `?day=${FRIDAY}`, '?day=2027-02-19']) expect(await at(query)).toContain('value="2027-02-19"')
  expect(await codeOf(house.carer.ask(`/childcare/booking?care=${newIdentifier('booking')}`))).toBe('booking_unknown')
  expect(await codeOf(house.other.ask(`/childcare/booking?care=${care}`))).toBe('not_allowed')
})

async function read({ centre }: CareHouse, { visitor }: Pick<Parent, 'visitor'>, path: string): Promise<string> {
  const response = await fetch(`${centre.url}${path}`, { headers: { cookie: visitor.cookie } })
  return response.text()
}

describe('moving by a parent who is kept away from the child', () => {
  test.each([
    ['no contact is allowed', { custody: 'no_contact', from: '2026-01-01' }],
    ['the guardianship is over', { custody: 'normal', from: '2026-01-01', to: '2026-11-19' }],
  ])(
    'leaves the place where it was when %s; the seat is still his own, and both can be given back',
    async (_why, now) => {
      const { house, child, seats } = await booked()
      await using _house = house
      const father = await newParent(house)
      const sheet = { child, name: '架空野 岩男', kana: '', relation: '父', phone: '', worker: father.worker }
      const before = { ...sheet, custody: 'normal', from: '2026-01-01' }
      const { guardian } = await ok(house.carer.send('/children/guardians', before))
      const pair = (await ok(father.visitor.send('/my/pairs', { child, day: FRIDAY, ...NOON, want: seats[1] }))) as {
        booking: string
        care: string
      }
      const { booking, care } = pair
      await ok(house.carer.send('/children/guardians', { ...sheet, ...now, guardian }))
      expect((await ok(father.visitor.ask('/my/children'))).bookings).toEqual([])
      const later = { start: '15:00', end: '17:00' }
      expect(await codeOf(father.visitor.send('/my/care/move', { care, ...later }))).toBe('child_unknown')
      expect(await codeOf(father.visitor.send('/my/care/move', { care, end: '14:00' }))).toBe('child_unknown')
      expect(await codeOf(father.visitor.send('/my/pairs/move', { booking, ...later, withPlace: true }))).toBe(
        'child_unknown',
      )
      expect(await standing(house, pair)).toEqual({
        seat: AT('confirmed', '780-900'),
        place: AT('confirmed', '780-900'),
      })
      expect(await read(house, father, `/my/bookings/change/${booking}`)).not.toContain('requests.move-pair')
      await ok(father.visitor.send('/my/pairs/move', { booking, ...later, withPlace: false }))
      await ok(father.visitor.send('/my/pairs/cancel', { booking }))
      expect(await standing(house, pair)).toMatchObject({ place: expect.stringContaining('cancelled') })
    },
  )
})
