import { describe, expect, test } from 'vitest'
import { HOUR_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import {
  arrive,
  board,
  book,
  type CareHouse,
  careHouse,
  FRIDAY,
  guardianOf,
  handOver,
  newChild,
  newParent,
  ok,
  shift,
} from '../../support/childcare-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
/** Classes of the fiscal year 2026. */
const BABY = '2026-05-01'
const ONE = '2024-10-01'
const THREE = '2022-10-01'
const FOUR = '2021-10-01'

async function children(house: CareHouse, births: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const birthDate of births) found.push(await newChild(house, await newParent(house), { birthDate }))
  return found
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, at) =>
    permutations([...items.slice(0, at), ...items.slice(at + 1)]).map((rest) => [item, ...rest]),
  )
}

describe('places', () => {
  test('two carers take six babies, and not one more, in whatever order they ask', async () => {
    await using house = await careHouse(NINE)
    const babies = await children(
      house,
      Array.from({ length: 7 }, () => BABY),
    )
    const answers = await Promise.all(babies.map((child) => book(house, child, '10:00', '12:00')))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 409])
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('ratio_exceeded')
    const { slots } = await ok(house.carer.ask(`/childcare/slots?room=${house.room}&day=${FRIDAY}`))
    const ten = slots.find(({ start }: { start: number }) => start === 600)
    expect(ten).toMatchObject({
      children: { a0: 6 },
      needStaff: 2,
      staff: 2,
      placesLeft: { a0: 0, a4: 0 },
      level: 'amber',
    })
    const nine = slots.find(({ start }: { start: number }) => start === 585)
    expect(nine).toMatchObject({ total: 0, placesLeft: { a0: 6, a12: 12 }, level: 'ok' })
    // What could not be had is kept, without a name.
    const { byWhy, byWhat } = await ok(house.administrator.ask(`/demand?from=${FRIDAY}&to=${FRIDAY}`))
    expect([byWhat, byWhy]).toMatchObject([[{ key: 'childcare' }], [{ key: 'ratio_exceeded' }]])
  })

  test('touching hours never conflict, overlapping ones of one child always', async () => {
    await using house = await careHouse(NINE)
    const [child = ''] = await children(house, [ONE])
    await ok(book(house, child, '10:00', '12:00'))
    await ok(book(house, child, '12:00', '13:00'))
    await ok(book(house, child, '9:30', '10:00'))
    for (const [start, end] of [
      ['9:45', '10:15'],
      ['11:00', '11:30'],
      ['9:00', '14:00'],
      ['10:00', '12:00'],
    ] as const) {
      expect((await book(house, child, start, end)).body.code).toBe('child_overlap')
    }
    const { bookings } = await ok(house.carer.ask(`/childcare/bookings?from=${FRIDAY}&to=${FRIDAY}&child=${child}`))
    await ok(house.carer.send('/childcare/bookings/cancel', { care: bookings[1].care }))
    await ok(book(house, child, '10:00', '12:00'))
  })

  test('the last place goes to exactly one of many who ask at the same time', async () => {
    await using house = await careHouse(NINE, { areaDm2: 165 })
    const wishes = await children(
      house,
      Array.from({ length: 12 }, () => FOUR),
    )
    const answers = await Promise.all(wishes.map((child) => book(house, child, '10:00', '11:00')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(new Set(answers.filter(({ status }) => status !== 200).map(({ body }) => body.code))).toEqual(
      new Set(['area_exceeded']),
    )
  })

  test('a day without rules, without carers or with none who is qualified is refused by its name', async () => {
    await using house = await careHouse(NINE, { carers: 0 })
    const [child = ''] = await children(house, [THREE])
    expect((await book(house, child, '10:00', '11:00')).body.code).toBe('staff_minimum')
    await shift(house, FRIDAY, '9:00', '12:00', false)
    expect((await book(house, child, '10:00', '11:00')).body.code).toBe('staff_minimum')
    await shift(house, FRIDAY, '9:00', '12:00', false)
    expect((await book(house, child, '10:00', '11:00')).body.code).toBe('qualified_missing')
    await shift(house, FRIDAY, '10:00', '11:00')
    await ok(book(house, child, '10:00', '11:00'))
    // The third carer leaves at eleven.
    expect((await book(house, child, '11:00', '11:15')).body.code).toBe('qualified_missing')
    const policy = { a0: 100, a12: 50, a3: 20, a4: 12, minStaff: 2, qualifiedNum: 1, qualifiedDen: 3 }
    const rest = { areaPerChildDm2: 165, ageBasis: 'fiscal', rounding: 'ceil_sum', feverX10: 375 }
    const gap = { ...policy, ...rest, from: '2027-01-01', to: '2027-03-31' }
    await using later = await careHouse(NINE, { policy: gap })
    const [other = ''] = await children(later, [THREE])
    expect((await book(later, other, '10:00', '11:00')).body.code).toBe('policy_missing')
    expect(await board(later)).toMatchObject({ policyMissing: true })
    expect((await arrive(later, other, { until: '10:00' })).body.code).toBe('policy_missing')
  })

  test('rules are dated: the same children are too many from the day the stricter row begins', async () => {
    await using house = await careHouse(NINE)
    const babies = await children(
      house,
      Array.from({ length: 5 }, () => BABY),
    )
    const stricter = { a0: 150, a12: 50, a3: 20, a4: 12, minStaff: 2, qualifiedNum: 1, qualifiedDen: 3 }
    const rest = { areaPerChildDm2: 165, ageBasis: 'fiscal', rounding: 'ceil_sum', feverX10: 375 }
    await ok(house.administrator.send('/childcare/policy', { ...stricter, ...rest, from: '2026-11-24' }))
    for (const day of ['2026-11-23', '2026-11-24']) {
      await shift(house, day, '9:00', '12:00')
      await shift(house, day, '9:00', '12:00')
    }
    const codes = []
    for (const day of ['2026-11-23', '2026-11-24'])
      for (const child of babies) codes.push((await book(house, child, '10:00', '11:00', day)).body.code ?? 'ok')
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ok', 'ratio_exceeded'])
  })

  test('stricter rules drop nobody: the places that are too many are called out, until the rules fit again', async () => {
    await using house = await careHouse(NINE)
    for (const child of await children(house, [BABY, BABY, BABY, BABY, BABY]))
      await ok(book(house, child, '10:00', '11:00'))
    const rules = { a12: 50, a3: 20, a4: 12, minStaff: 2, qualifiedNum: 1, qualifiedDen: 3, areaPerChildDm2: 165 }
    const rest = { ageBasis: 'fiscal', rounding: 'ceil_sum', feverX10: 375, from: FRIDAY }
    await ok(house.administrator.send('/childcare/policy', { ...rules, ...rest, a0: 150 }))
    expect(await board(house)).toMatchObject({ conflicts: 1, alarms: [{ kind: 'staff_lost', day: FRIDAY }] })
    expect((await board(house)).expected).toHaveLength(5)
    await ok(house.administrator.send('/childcare/policy', { ...rules, ...rest, a0: 100 }))
    expect(await board(house)).toMatchObject({ conflicts: 0, alarms: [] })
    await ok(house.administrator.send('/childcare/room', { room: house.room, areaDm2: 5 * 165 - 1 }))
    const { conflicts } = await ok(house.carer.ask('/childcare/conflicts'))
    expect(conflicts).toMatchObject([{ start: 600, end: 660, code: 'area_exceeded', total: 5 }])
  })

  test('a child who needs more of a carer counts for more', async () => {
    await using house = await careHouse(NINE)
    const heavy = await newChild(house, await newParent(house), { birthDate: BABY, extraUnits: 300 })
    await ok(book(house, heavy, '10:00', '11:00'))
    const babies = await children(house, [BABY, BABY, BABY])
    const codes = []
    for (const child of babies) codes.push((await book(house, child, '10:00', '11:00')).body.code ?? 'ok')
    expect(codes).toEqual(['ok', 'ok', 'ratio_exceeded'])
  })
})

describe('arrivals', () => {
  test('in every order of arrival the carers suffice for whoever is inside', async () => {
    // One carer too few for all seven: whoever comes last stays with its parents, in each of the 24 orders.
    await using house = await careHouse(NINE)
    const [one = '', two = '', three = '', ...four] = await children(house, [BABY, BABY, BABY, BABY, BABY, BABY, ONE])
    const mothers = new Map<string, string>()
    for (const child of four) mothers.set(child, await guardianOf(house, child))
    for (const child of [one, two, three]) await ok(arrive(house, child, { until: '19:00' }))
    let orders = 0
    for (const order of permutations(four)) {
      const stays: [string, string][] = []
      for (const child of order) {
        const answer = await arrive(house, child, { until: '19:00' })
        const [room] = (await ok(house.carer.ask('/childcare/counts'))).rooms
        expect(room.staffNeeded).toBeLessThanOrEqual(room.staffPlanned)
        if (answer.status === 200) stays.push([child, answer.body.stay])
        else expect(answer.body.code).toBe('ratio_exceeded')
      }
      expect(stays.length).toBe(3)
      for (const [child, stay] of stays) await ok(handOver(house, stay, mothers.get(child) ?? ''))
      orders += 1
    }
    expect(orders).toBe(24)
  }, 60_000)

  test('who comes before its time does not take the place of those who are booked until then', async () => {
    await using house = await careHouse(NINE)
    const booked = await children(
      house,
      Array.from({ length: 6 }, () => BABY),
    )
    for (const child of booked) await ok(book(house, child, '9:00', '10:00'))
    const [early = ''] = await children(house, [BABY])
    await ok(book(house, early, '10:00', '11:00'))
    expect((await arrive(house, early)).body.code).toBe('ratio_exceeded')
    for (const child of booked) await ok(arrive(house, child))
  })
})

describe('a carer is lost', () => {
  test('with children inside it is recorded, called out, and every child can still go home', async () => {
    await using house = await careHouse(NINE)
    const three = await children(house, [ONE, ONE, ONE])
    const stays: [string, string][] = []
    for (const child of three) {
      await ok(book(house, child, '9:00', '12:00'))
      stays.push([(await ok(arrive(house, child))).stay, await guardianOf(house, child)])
    }
    const { shifts } = await board(house)
    const lost = await ok(house.carer.send('/childcare/shifts/attend', { shift: shifts[0].shift, state: 'absent' }))
    expect(lost.conflicts).toBe(1)
    const short = await board(house)
    expect(short.alarms.map((one: { kind: string }) => one.kind).sort()).toEqual(['ratio', 'staff_lost'])
    expect(short.inside).toHaveLength(3)
    expect(short.rooms[0]).toMatchObject({ level: 'red', code: 'staff_minimum' })
    const { conflicts } = await ok(house.carer.ask('/childcare/conflicts'))
    expect(conflicts).toMatchObject([
      { day: FRIDAY, start: 540, end: 720, code: 'staff_minimum', needStaff: 2, staff: 1, total: 3 },
    ])
    expect(conflicts[0].cares).toHaveLength(3)
    const { tasks } = await ok(house.carer.ask('/today'))
    expect(tasks.map((one: { kind: string }) => one.kind)).toEqual(
      expect.arrayContaining(['care_ratio', 'care_staff_lost', 'care_short']),
    )
    // Nobody more comes in, everybody goes out.
    const [fourth = ''] = await children(house, [FOUR])
    expect((await arrive(house, fourth, { until: '10:00' })).body.code).toBe('staff_minimum')
    for (const [stay, mother] of stays) await ok(handOver(house, stay, mother))
    expect(await board(house)).toMatchObject({ inside: [], alarms: [], conflicts: 0 })
  })

  test('on a day to come nobody is dropped: the hours and the places concerned are listed until somebody solves it', async () => {
    await using house = await careHouse(NINE)
    const day = '2026-11-25'
    const first = await shift(house, day, '9:00', '12:00')
    await shift(house, day, '9:00', '12:00')
    const [early = '', late = ''] = await children(house, [ONE, THREE])
    await ok(book(house, early, '9:00', '10:00', day))
    await ok(book(house, late, '9:30', '11:00', day))
    expect(await ok(house.carer.send('/childcare/shifts/remove', { shift: first }))).toEqual({ conflicts: 1 })
    const { conflicts } = await ok(house.carer.ask('/childcare/conflicts'))
    expect(conflicts).toMatchObject([{ day, start: 540, end: 660, code: 'staff_minimum', total: 2 }])
    expect(conflicts[0].cares.map((one: { child: string }) => one.child)).toEqual([late, early])
    const { days } = await ok(house.carer.ask(`/childcare/days?from=${FRIDAY}&to=2026-11-30`))
    expect(days.filter((one: { conflicts: number }) => one.conflicts > 0)).toMatchObject([
      { day, bookings: 2, peak: 2 },
    ])
    await shift(house, day, '9:00', '12:00')
    expect((await board(house)).alarms).toEqual([])
    expect((await ok(house.carer.ask('/childcare/conflicts'))).conflicts).toEqual([])
  })

  test('a carer who leaves early counts until then, and whoever comes back counts again', async () => {
    await using house = await careHouse(NINE)
    const { shifts } = await board(house)
    await ok(house.carer.send('/childcare/shifts/attend', { shift: shifts[0].shift, state: 'here' }))
    house.centre.clock.turn(20 * 60_000)
    await ok(house.carer.send('/childcare/shifts/attend', { shift: shifts[0].shift, state: 'left' }))
    const after = (await board(house)).shifts.find((one: { shift: string }) => one.shift === shifts[0].shift)
    expect(after).toMatchObject({ start: 420, end: 560, attendance: 'here' })
    const [child = ''] = await children(house, [THREE])
    expect((await book(house, child, '10:00', '11:00')).body.code).toBe('staff_minimum')
    await shift(house, FRIDAY, '9:15', '20:00')
    await ok(book(house, child, '10:00', '11:00'))
  })
})

test('a carer who takes a child in is here without saying so', async () => {
  await using house = await careHouse(NINE, { carers: 1 })
  const { carers } = await ok(house.carer.ask(`/childcare/shifts?from=${FRIDAY}&to=${FRIDAY}`))
  const { staff } = carers.find((one: { name: string }) => one.name === '職員 hoiku')
  const hours = { room: house.room, day: FRIDAY, start: '9:00', end: '18:00', staff, qualified: true }
  await ok(house.carer.send('/childcare/shifts', hours))
  expect((await board(house)).rooms[0]).toMatchObject({ staffPlanned: 2, staffHere: 0 })
  const [child = ''] = await children(house, [THREE])
  await ok(arrive(house, child, { until: '12:00' }))
  expect((await board(house)).rooms[0]).toMatchObject({ staffPlanned: 2, staffHere: 1 })
})

test('a carer whose account was ended counts no more, from the same moment', async () => {
  await using house = await careHouse(NINE, { carers: 1 })
  const { staff } = await ok(house.administrator.ask('/staff-cards'))
  const other = staff.find((one: { name: string }) => one.name === '職員 uketsuke').staff
  const hours = { room: house.room, day: FRIDAY, start: '9:00', end: '18:00', staff: other, qualified: true }
  await ok(house.carer.send('/childcare/shifts', hours))
  const [one = '', two = ''] = await children(house, [THREE, THREE])
  await ok(book(house, one, '10:00', '11:00'))
  await ok(house.administrator.send('/staff/change', { staff: other, roles: ['front_desk'], active: false }))
  expect((await book(house, two, '10:00', '11:00')).body.code).toBe('staff_minimum')
  expect((await ok(house.carer.ask('/childcare/conflicts'))).conflicts).toMatchObject([
    { code: 'staff_minimum', total: 1 },
  ])
})

test('a child who is ill until Wednesday loses its places of those days, and no others', async () => {
  await using house = await careHouse(NINE)
  const parent = await newParent(house)
  const child = await newChild(house, parent)
  const days = ['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26']
  for (const day of days) for (let n = 0; n < 2; n += 1) await shift(house, day, '9:00', '12:00')
  for (const day of days) await ok(book(house, child, '9:00', '12:00', day))
  const range = { child, from: '2026-11-23', to: '2026-11-25' }
  const stranger = await newParent(house)
  expect(await ok(stranger.visitor.send('/my/care/cancel-range', range))).toEqual({ cancelled: 0 })
  expect(await ok(parent.visitor.send('/my/care/cancel-range', range))).toEqual({ cancelled: 3 })
  expect(await ok(house.carer.send('/childcare/bookings/cancel-range', range))).toEqual({ cancelled: 0 })
  const { bookings } = await ok(house.carer.ask(`/childcare/bookings?from=${FRIDAY}&to=2026-11-30`))
  expect(bookings.map((one: { state: string }) => one.state)).toEqual([
    'cancelled',
    'cancelled',
    'cancelled',
    'confirmed',
  ])
})

describe('a small room', () => {
  test('one carer looks after three, two after five, and a sixth child ends the rules of a small room', async () => {
    await using house = await careHouse(NINE, { template: 'small', carers: 1 })
    const six = await children(house, [THREE, THREE, FOUR, FOUR, FOUR, FOUR])
    const codes = []
    for (const child of six.slice(0, 4)) codes.push((await book(house, child, '10:00', '11:00')).body.code ?? 'ok')
    expect(codes).toEqual(['ok', 'ok', 'ok', 'ratio_exceeded'])
    await shift(house, FRIDAY, '7:00', '20:00', false)
    for (const child of six.slice(3)) codes.push((await book(house, child, '10:00', '11:00')).body.code ?? 'ok')
    expect(codes.slice(4)).toEqual(['ok', 'ok', 'ok'])
  })
})

test('the board turns amber at the last place', async () => {
  await using house = await careHouse(NINE)
  const level = async () => (await board(house)).rooms[0].level
  const babies = await children(
    house,
    Array.from({ length: 5 }, () => BABY),
  )
  for (const child of babies.slice(0, 4)) await ok(book(house, child, '9:00', '10:00'))
  expect(await level()).toBe('ok')
  await ok(book(house, babies[4] ?? '', '9:00', '10:00'))
  expect(await level()).toBe('amber')
  house.centre.clock.turn(HOUR_MS)
  await house.carer.send('/sign-in/staff', { login: 'hoiku', password: 'hoiku-no-himitsu-4' })
  expect(await level()).toBe('ok')
})
