import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type CalendarDay, parseIsoInstant } from '../../../../central-sync/protocol/time.ts'
import { checkCare } from '../../../../central-sync/rules/care-need.ts'
import { type BookingWish, defaultBookingRules } from '../../../../central-sync/rules/decide-booking.ts'
import {
  type CareChild,
  type CareFacts,
  decideCareBooking,
  findConflicts,
  weighChild,
} from '../../../../central-sync/rules/decide-care-booking.ts'
import { type CareSpan, type DutySpan, fillSlots } from '../../../../central-sync/rules/fill-slots.ts'
import { carePolicy as policy } from '../../../support/care-facts.ts'

const FRIDAY = '2026-11-27' as CalendarDay
const span = (start: number, end: number) => ({ start: start * 60, end: end * 60 })
const wish: BookingWish = { day: FRIDAY, ...span(10, 12), source: 'web' }
/** Two years old by class. */
const child: CareChild = {
  state: 'approved',
  birthDate: '2024-03-03' as CalendarDay,
  extraUnits: 0,
  reachable: true,
}
const ROOM_DM2 = 3_000
const duties: readonly DutySpan[] = [
  { ...span(9, 18), qualified: true, staff: 'a' },
  { ...span(9, 18), qualified: false, staff: 'b' },
]
const others = (count: number, time = span(9, 18)): CareSpan[] =>
  Array.from({ length: count }, (_, index) => ({ child: `other ${index}`, band: 'a12', extraUnits: 0, ...time }))

const facts: CareFacts = {
  now: parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0,
  ...{ hours: span(9, 18), closures: [], child, room: { open: true }, policy, ofChild: [] },
  slots: fillSlots(wish, [], duties, ROOM_DM2),
}
const decide = (known: Partial<CareFacts>, change: Partial<BookingWish> = {}) =>
  decideCareBooking({ ...wish, ...change }, { ...facts, ...known }, defaultBookingRules)
const withOthers = (children: readonly CareSpan[], carers = duties, area = ROOM_DM2) =>
  decide({ slots: fillSlots(wish, children, carers, area) })

describe('a place for a child', () => {
  it('can be had while the room stays as it must be', () => {
    expect(decide({})).toBeUndefined()
    expect(withOthers(others(11))).toBeUndefined()
  })

  it('is refused for the first slot that would be too full, with its time', () => {
    expect(withOthers(others(12))).toMatchObject({ refused: 'ratio_exceeded', detail: '10:00' })
    expect(withOthers([...others(11), ...others(12, span(11, 12)).slice(11)])).toMatchObject({
      ...{ refused: 'ratio_exceeded', detail: '11:00' },
      facts: { needed: 3, had: 2, start: 660 },
    })
  })

  it('needs two carers for the whole of its time, however few children there are', () => {
    const [a, b] = duties
    if (a === undefined || b === undefined) throw new Error('two carers')
    expect(withOthers([], [a])).toMatchObject({ refused: 'staff_minimum' })
    expect(withOthers([], [a, { ...b, end: 11 * 60 + 50 }])).toMatchObject({
      refused: 'staff_minimum',
      detail: '11:45',
    })
    expect(withOthers([], [b, { ...b, staff: 'c' }])).toMatchObject({ refused: 'qualified_missing' })
  })

  it('needs room on the floor', () => {
    expect(withOthers(others(5), duties, 6 * 165)).toBeUndefined()
    expect(withOthers(others(6), duties, 6 * 165)).toMatchObject({ refused: 'area_exceeded' })
  })

  it('weighs more for a child with special needs', () => {
    const slots = fillSlots(wish, others(11), duties, ROOM_DM2)
    expect(decide({ slots, child: { ...child, extraUnits: 50 } })).toMatchObject({ refused: 'ratio_exceeded' })
    expect(weighChild({ ...child, extraUnits: 50 }, FRIDAY, policy)).toEqual({ band: 'a12', units: 100 })
  })

  it('is not promised without a policy for that day', () => {
    expect(decide({ policy: undefined })).toMatchObject({ refused: 'policy_missing' })
  })

  it('is not promised to a child who is not registered, not approved, already booked or not born', () => {
    expect(decide({ child: undefined })).toMatchObject({ refused: 'child_unknown' })
    expect(decide({ child: { ...child, state: 'pending' } })).toMatchObject({ refused: 'child_not_approved' })
    expect(decide({ child: { ...child, state: 'expired' } })).toMatchObject({ refused: 'child_not_approved' })
    expect(decide({ child: { ...child, until: FRIDAY } })).toBeUndefined()
    const over = addDays(FRIDAY, -1)
    expect(decide({ child: { ...child, until: over } })).toMatchObject({ refused: 'registration_ends', detail: over })
    expect(decide({ ofChild: [span(11, 13)] })).toMatchObject({ refused: 'child_overlap' })
    expect(decide({ ofChild: [span(12, 13)] })).toBeUndefined()
    const unborn = { ...child, birthDate: '2026-11-28' as CalendarDay }
    expect(decide({ child: unborn })).toMatchObject({ refused: 'age_unknown' })
  })

  it('is not promised when nobody could be called', () => {
    expect(decide({ child: { ...child, reachable: false } })).toMatchObject({ refused: 'guardian_unreachable' })
  })

  it('follows hours, closures and the state of the room as a seat does', () => {
    expect(decide({ hours: span(9, 11) })).toMatchObject({ refused: 'outside_hours' })
    expect(decide({ closures: [span(11, 12)] })).toMatchObject({ refused: 'closed_then' })
    expect(decide({ room: { open: false } })).toMatchObject({ refused: 'resource_closed' })
    expect(decide({ room: undefined })).toMatchObject({ refused: 'resource_unknown' })
  })

  it('is not decided over slots that leave out a part of its time', () => {
    expect(() => decide({ slots: fillSlots(span(10, 11), [], duties, ROOM_DM2) })).toThrow('do not cover')
    expect(() => decide({ slots: [] })).toThrow('do not cover')
  })
})

describe('slots', () => {
  it('hold a child in each quarter it touches, once, and a carer where she is there for all of it', () => {
    const slots = fillSlots(
      { start: 600, end: 640 },
      [
        { child: 'a', band: 'a0', extraUnits: 0, start: 614, end: 616 },
        { child: 'a', band: 'a0', extraUnits: 30, start: 615, end: 620 },
      ],
      [
        { start: 605, end: 700, qualified: true },
        { start: 600, end: 700, qualified: false, staff: 'b' },
        { start: 610, end: 640, qualified: true, staff: 'b' },
      ],
      500,
    )
    expect(slots.map(({ start, end }) => [start, end])).toEqual([
      [600, 615],
      [615, 630],
      [630, 645],
    ])
    expect(slots.map(({ load }) => [load.heads.a0, load.extraUnits, load.childrenThatDay])).toEqual([
      [1, 0, 1],
      [1, 30, 1],
      [0, 0, 1],
    ])
    expect(slots.map(({ means }) => [means.staff, means.qualified])).toEqual([
      [1, 0],
      [2, 2],
      [2, 1],
    ])
  })
})

describe('a day that is filled by requests', () => {
  const anyChild = fc.record({
    birthDate: fc.constantFrom('2026-05-01', '2024-05-01', '2022-05-01', '2020-05-01').map((day) => day as CalendarDay),
    extraUnits: fc.constantFrom(0, 0, 0, 60),
    start: fc.integer({ min: 36, max: 70 }),
    length: fc.integer({ min: 1, max: 20 }),
  })
  const anyDuty = fc.record({
    start: fc.integer({ min: 36, max: 60 }),
    length: fc.integer({ min: 4, max: 36 }),
    qualified: fc.boolean(),
  })
  const quarter = ({ start, length }: { start: number; length: number }) => ({
    start: start * 15,
    end: Math.min(1_080, (start + length) * 15),
  })

  it('never breaks a rule in any quarter of an hour; a loss of carers drops nobody and is listed', () => {
    fc.assert(
      fc.property(
        fc.array(anyChild, { maxLength: 25 }),
        fc.array(anyDuty, { minLength: 1, maxLength: 6 }),
        (wishes, shifts) => {
          const carers = shifts.map((shift) => ({ ...quarter(shift), qualified: shift.qualified }))
          const booked: CareSpan[] = []
          for (const [index, one] of wishes.entries()) {
            const time = quarter(one)
            const known = { ...child, birthDate: one.birthDate, extraUnits: one.extraUnits }
            const slots = fillSlots(time, booked, carers, ROOM_DM2)
            if (decide({ child: known, slots }, time) !== undefined) continue
            const weight = weighChild(known, FRIDAY, policy)
            if ('refused' in weight) throw new Error(weight.refused)
            booked.push({ child: `${index}`, band: weight.band, extraUnits: one.extraUnits, ...time })
          }
          const day = fillSlots(span(9, 18), booked, carers, ROOM_DM2)
          for (const { load, means } of day) expect(checkCare(load, means, policy)).toBeUndefined()
          expect(findConflicts(day, policy)).toEqual([])

          const after = fillSlots(span(9, 18), booked, carers.slice(1), ROOM_DM2)
          const broken = after.filter(({ load, means }) => checkCare(load, means, policy) !== undefined)
          expect(findConflicts(after, policy).map(({ start }) => start)).toEqual(broken.map(({ start }) => start))
          const heads = (slots: typeof day) => slots.map(({ load }) => load.heads)
          expect(heads(after)).toEqual(heads(day))
          const withChildren = day.filter(({ load }) => Object.values(load.heads).some((count) => count > 0))
          expect(findConflicts(day, undefined)).toHaveLength(withChildren.length)
        },
      ),
    )
  })
})
