import { rm } from 'node:fs/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenedCentre, openCentre } from '../../../appliance/open-centre.ts'
import { silentLog } from '../../../central-sync/journal/log.ts'
import type { Draft } from '../../../central-sync/journal/port.ts'
import { shiftAttended } from '../../../central-sync/protocol/event/carer.ts'
import {
  type AgeBand,
  careBooked,
  carePolicySet,
  careRoomSet,
  careSettled,
  shiftRemoved,
  shiftSet,
} from '../../../central-sync/protocol/event/childcare.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type ResourceId,
  type StaffId,
} from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, Refused } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, systemClock } from '../../../central-sync/protocol/time.ts'
import { type CarePolicy, checkCare, withChild } from '../../../central-sync/rules/care-need.ts'
import { type CareSpan, type DutySpan, fillSlots } from '../../../central-sync/rules/fill-slots.ts'
import { firstOverlap } from '../../../central-sync/rules/overlap.ts'
import { carePolicy } from '../../support/care-facts.ts'
import { newFolder } from '../../support/journal-fixture.ts'

/*
 * The triggers say the ratio rule once more in SQL. Here both judge the same wishes, past every desk: they must agree on
 * yes and no, and on the reason.
 */

let folder: string
let centre: OpenedCentre
let lastDay = '2026-01-01' as CalendarDay

beforeAll(async () => {
  folder = await newFolder()
  centre = await openCentre(folder, systemClock, silentLog)
})

afterAll(async () => {
  await centre[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** The refusal of the guards, or undefined when it stands. */
async function write(drafts: readonly unknown[]): Promise<string | undefined> {
  try {
    await centre.journal.write('careless', async (tx) => {
      tx.append(drafts.map((draft) => ({ ...(draft as Draft), by: 'system' })))
    })
    return undefined
  } catch (error) {
    if (error instanceof Refused) return error.refusal.refused
    throw error
  }
}

const BANDS: readonly AgeBand[] = ['a0', 'a12', 'a3', 'a4']
const child = fc.record({ band: fc.constantFrom(...BANDS), extraUnits: fc.constantFrom(0, 0, 35, 150, 250) })
const time = fc.record({ start: fc.integer({ min: 540, max: 700 }), length: fc.integer({ min: 1, max: 200 }) })
const wish = fc.record({
  who: fc.nat({ max: 19 }),
  time,
  cancels: fc.option(fc.nat({ max: 14 }), { nil: undefined, freq: 3 }),
})
const shift = fc.record({ start: fc.integer({ min: 520, max: 600 }), length: fc.integer({ min: 30, max: 400 }) })
const duty = fc.record({ time: shift, qualified: fc.boolean(), who: fc.nat({ max: 3 }) })
const anyPolicy: fc.Arbitrary<CarePolicy> = fc.record({
  ...{ from: fc.constant(carePolicy.from), feverX10: fc.constant(375), ageBasis: fc.constant('fiscal' as const) },
  units: fc.constantFrom(carePolicy.units, { a0: 100, a12: 60, a3: 15, a4: 10 }),
  ...{ minStaff: fc.integer({ min: 1, max: 2 }), qualifiedNum: fc.integer({ min: 0, max: 1 }) },
  ...{ qualifiedDen: fc.integer({ min: 1, max: 3 }), areaPerChildDm2: fc.constantFrom(0, 165, 330) },
  rounding: fc.constantFrom('ceil_sum' as const, 'trunc1_round' as const),
  smallMode: fc.boolean(),
})
const spanOf = ({ start, length }: { start: number; length: number }) => ({ start, end: start + length })

/** A day of its own with a policy, a room and carers. */
async function furnish(policy: CarePolicy, duties: readonly DutySpan[], areaDm2: number) {
  lastDay = addDays(lastDay, 1)
  const day = lastDay
  const room = newIdentifier('resource')
  const rest = { policy: newIdentifier('policy'), from: day, to: day }
  expect(
    await write([
      { event: carePolicySet, data: { ...policy, ...rest } },
      { event: careRoomSet, data: { room, areaDm2 } },
      ...duties.map(({ staff, ...span }) => ({
        event: shiftSet,
        data: { shift: newIdentifier('shift'), room, day, ...span, staff },
      })),
    ]),
  ).toBeUndefined()
  return { day, room }
}

/** The rule's answer to one more place. */
function judge(place: CareSpan, booked: readonly CareSpan[], duties: readonly DutySpan[], facts: RoomFacts) {
  const own = booked.filter((one) => one.child === place.child)
  if (firstOverlap(place, own) !== undefined) return 'child_overlap'
  const others = booked.filter((one) => one.child !== place.child)
  for (const { load, means } of fillSlots(place, others, duties, facts.areaDm2)) {
    const refusal = checkCare(withChild(load, place.band, place.extraUnits, true), means, facts.policy)
    if (isRefusal(refusal)) return refusal.refused
  }
  return undefined
}

interface RoomFacts {
  readonly policy: CarePolicy
  readonly areaDm2: number
}

function draftOf(place: CareSpan, care: BookingId, at: { day: CalendarDay; room: ResourceId }, policy: CarePolicy) {
  const { child: id, band, extraUnits, start, end } = place
  const ids = { care, request: newIdentifier('request'), child: id as ChildId, worker: newIdentifier('worker') }
  const units = policy.units[band] + extraUnits
  const how = { state: 'confirmed' as const, source: 'staff' as const }
  return { event: careBooked, data: { ...ids, ...at, start, end, band, units, ...how }, subject: id }
}

test('rule and trigger give the same answer to every wish of two hundred invented days', async () => {
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(
      anyPolicy,
      fc.array(child, { minLength: 20, maxLength: 20 }),
      fc.array(duty, { minLength: 3, maxLength: 8, size: 'max' }),
      fc.array(wish, { maxLength: 24, size: 'max' }),
      fc.constantFrom(600, 1_500, 100_000),
      async (policy, children, shifts, wishes, areaDm2) => {
        const staff = Array.from({ length: 4 }, () => newIdentifier('staff'))
        const duties: (DutySpan & { staff: StaffId })[] = []
        for (const { qualified, who, ...one } of shifts) {
          const span = spanOf(one.time)
          const own = duties.filter((duty) => duty.staff === staff[who])
          // Nobody is on two shifts at once: then it is somebody else's.
          const free = staff[who] !== undefined && firstOverlap(span, own) === undefined
          duties.push({ ...span, qualified, staff: free ? (staff[who] as StaffId) : newIdentifier('staff') })
        }
        const at = await furnish(policy, duties, areaDm2)
        const ids = children.map(() => newIdentifier('child'))
        const booked = new Map<BookingId, CareSpan>()
        for (const one of wishes) {
          const gone = [...booked.keys()][one.cancels ?? booked.size]
          if (gone !== undefined) {
            booked.delete(gone)
            const data = { care: gone, state: 'cancelled', why: 'worker' }
            expect(await write([{ event: careSettled, data }])).toBeUndefined()
          }
          const { band = 'a0', extraUnits = 0 } = children[one.who] ?? {}
          const place = { child: ids[one.who] ?? '', band, extraUnits, ...spanOf(one.time) }
          const expected = judge(place, [...booked.values()], duties, { policy, areaDm2 })
          const care = newIdentifier('booking')
          expect(await write([draftOf(place, care, at, policy)])).toBe(expected)
          seen.set(expected ?? 'yes', (seen.get(expected ?? 'yes') ?? 0) + 1)
          if (expected === undefined) booked.set(care, place)
        }
      },
    ),
    { numRuns: 200 },
  )
  // The days were not all of one kind.
  for (const code of [
    'yes',
    'child_overlap',
    'staff_minimum',
    'ratio_exceeded',
    'qualified_missing',
    'area_exceeded',
  ]) {
    expect(seen.get(code) ?? 0, code).toBeGreaterThan(0)
  }
})

test('a carer has one shift at a time, also past the rule; what takes nothing more is always recorded', async () => {
  const [staff, room, other] = [newIdentifier('staff'), newIdentifier('resource'), newIdentifier('resource')]
  const [first, second] = [newIdentifier('shift'), newIdentifier('shift')]
  const day = addDays(lastDay, 1)
  const set = (shift: string, span: object, where = room) => {
    const data = { shift, room: where, day, start: 540, end: 720, staff, qualified: true, ...span }
    return { event: shiftSet, data }
  }
  expect(await write([set(first, {})])).toBeUndefined()
  expect(await write([set(second, { start: 700, end: 800 }, other)])).toBe('shift_overlap')
  expect(await write([set(second, { start: 720, end: 800 }, other)])).toBeUndefined()
  expect(await write([set(first, { end: 721 })])).toBe('shift_overlap')
  expect(await write([set(first, { end: 700 })])).toBeUndefined()
  expect(await write([{ event: shiftAttended, data: { shift: second, state: 'absent' } }])).toBeUndefined()
  expect(await write([set(first, { end: 900 })])).toBeUndefined()
  // She came after all: a fact, also when it is one shift too many.
  expect(await write([{ event: shiftAttended, data: { shift: second, state: 'here' } }])).toBeUndefined()
  expect(await write([{ event: shiftRemoved, data: { shift: first } }])).toBeUndefined()
  expect(await centre.journal.rebuild()).toMatchObject({ equal: true })
})
