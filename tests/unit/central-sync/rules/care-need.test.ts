import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { AgeBand } from '../../../../central-sync/protocol/event/childcare.ts'
import type { CalendarDay } from '../../../../central-sync/protocol/time.ts'
import {
  type ByBand,
  type CareLoad,
  type CareMeans,
  type CarePolicy,
  careNeed,
  checkCare,
  placesLeft,
  policyOn,
  qualifiedNeeded,
  staffNeeded,
  withChild,
} from '../../../../central-sync/rules/care-need.ts'
import { careLoad as load, careMeans as means, carePolicy as policy } from '../../../support/care-facts.ts'

/** Before: 3:1, 6:1, 20:1, 30:1. */
const oldRatios = { a0: 100, a12: 50, a3: 15, a4: 10 }
const rounded: CarePolicy = { ...policy, rounding: 'trunc1_round' }
const small: CarePolicy = { ...policy, smallMode: true, minStaff: 1 }

const BANDS: readonly AgeBand[] = ['a0', 'a12', 'a3', 'a4']
describe('how many carers a room needs', () => {
  it.each([
    [{ a0: 3 }, 2],
    [{ a0: 6 }, 2],
    [{ a0: 7 }, 3],
    [{ a12: 12 }, 2],
    [{ a12: 13 }, 3],
    [{ a3: 30 }, 2],
    [{ a3: 31 }, 3],
    [{ a4: 50 }, 2],
    [{ a4: 51 }, 3],
    [{ a0: 3, a12: 6 }, 2],
    [{ a0: 3, a12: 6, a4: 1 }, 3],
  ])('%o need %i', (heads, expected) => {
    expect(staffNeeded(load(heads), policy)).toBe(expected)
  })

  it('is at least two while anybody is there, and none for an empty room', () => {
    expect(staffNeeded(load({}), policy)).toBe(0)
    expect(staffNeeded(load({ a4: 1 }), policy)).toBe(2)
    expect(staffNeeded(load({ a4: 1 }), { ...policy, minStaff: 1 })).toBe(2)
    expect(staffNeeded(load({ a4: 1 }), { ...policy, minStaff: 3 })).toBe(3)
  })

  it('differs by the way of rounding where the minutes of an assembly argue: 8, 9 and 2 children need 2 or 3', () => {
    const mix = load({ a12: 8, a3: 9, a4: 2 })
    expect(staffNeeded(mix, { ...policy, units: oldRatios })).toBe(2)
    expect(staffNeeded(mix, policy)).toBe(3)
    expect(staffNeeded(mix, rounded)).toBe(2)
  })

  it('counts special needs on top', () => {
    expect(staffNeeded(load({ a12: 12 }, 1), policy)).toBe(3)
    expect(staffNeeded(load({ a12: 9 }, 150), policy)).toBe(2)
  })

  it('in a small room is one for each three children, and the ordinary rule from the sixth child of the day', () => {
    expect([1, 3, 4, 5].map((n) => staffNeeded(load({ a4: n }), small))).toEqual([1, 1, 2, 2])
    expect(staffNeeded(load({ a4: 3 }, 0, 6), small)).toBe(2)
    expect(staffNeeded(load({ a4: 6 }), small)).toBe(2)
    expect(staffNeeded(load({ a4: 3 }, 0, 1), { ...small, minStaff: 2 })).toBe(2)
  })
})

/** Exact fractions of natural numbers, reduced to nothing but their comparison: a model that shares no arithmetic. */
type Fraction = readonly [bigint, bigint]
const add = ([a, b]: Fraction, [c, d]: Fraction): Fraction => [a * d + c * b, b * d]
const ceil = ([a, b]: Fraction) => Number((a + b - 1n) / b)
const floorTenth = ([a, b]: Fraction): Fraction => [(a * 10n) / b, 10n]
const halfUp = ([a, b]: Fraction) => Number((2n * a + b) / (2n * b))
const ZERO: Fraction = [0n, 1n]

const ratios = { a0: 3, a12: 6, a3: 15, a4: 25 }

/** n children at r : 1, said the way the law says it. */
function modelSum(heads: ByBand, extraUnits: number, rounding: CarePolicy['rounding'], perCarer: ByBand): number {
  const parts = [
    ...BANDS.map((band): Fraction => [BigInt(heads[band]), BigInt(perCarer[band])]),
    [BigInt(extraUnits), 300n] as const,
  ]
  return rounding === 'ceil_sum' ? ceil(parts.reduce(add, ZERO)) : halfUp(parts.map(floorTenth).reduce(add, ZERO))
}

function modelNeed(heads: ByBand, extraUnits: number, rounding: CarePolicy['rounding']): number {
  if (BANDS.every((band) => heads[band] === 0)) return 0
  return Math.max(2, modelSum(heads, extraUnits, rounding, ratios))
}

const heads = fc.record({
  a0: fc.integer({ min: 0, max: 12 }),
  a12: fc.integer({ min: 0, max: 30 }),
  a3: fc.integer({ min: 0, max: 40 }),
  a4: fc.integer({ min: 0, max: 60 }),
})
const anyPolicy = fc.constantFrom(policy, rounded, small, { ...policy, units: oldRatios })
const anyLoad = fc
  .tuple(heads, fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 20 }))
  .map(([all, extra, others]) => ({
    ...load(all, extra),
    childrenThatDay: all.a0 + all.a12 + all.a3 + all.a4 + others,
  }))

describe('against an independent model with exact fractions', () => {
  it('200,000 random rooms need the same number of carers, in both ways of rounding (P9)', () => {
    let differ = 0
    fc.assert(
      fc.property(
        heads,
        fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 900 })),
        fc.constantFrom(policy, rounded),
        (all, extra, chosen) => {
          const needed = staffNeeded(load(all, extra), chosen)
          if (needed !== modelNeed(all, extra, chosen.rounding)) differ += 1
          return differ === 0
        },
      ),
      { numRuns: 200_000 },
    )
    expect(differ).toBe(0)
  }, 60_000)

  it('cutting and rounding never asks for more than the exact sum, nor that for more than band by band (P10)', () => {
    fc.assert(
      fc.property(heads, (all) => {
        const byBand = BANDS.reduce((sum, band) => sum + Math.ceil(all[band] / ratios[band]), 0)
        const exact = staffNeeded(load(all), policy)
        expect(staffNeeded(load(all), rounded)).toBeLessThanOrEqual(exact)
        if (byBand >= 2) expect(exact).toBeLessThanOrEqual(byBand)
      }),
      { numRuns: 5_000 },
    )
  })
})

describe('the need', () => {
  it('never falls when a child comes or needs more help (P10)', () => {
    fc.assert(
      fc.property(anyLoad, anyPolicy, fc.constantFrom(...BANDS), fc.boolean(), (before, chosen, band, isNew) => {
        const needed = staffNeeded(before, chosen)
        expect(staffNeeded(withChild(before, band, 0, isNew), chosen)).toBeGreaterThanOrEqual(needed)
        expect(staffNeeded(withChild(before, band, 40, isNew), chosen)).toBeGreaterThanOrEqual(needed)
        expect(staffNeeded({ ...before, extraUnits: before.extraUnits + 40 }, chosen)).toBeGreaterThanOrEqual(needed)
      }),
      { numRuns: 10_000 },
    )
  })

  it('by the exact sum never falls when a child is a younger one; cut to tenths it can, so it is not used for bookings by default (P10)', () => {
    const exact = fc.constantFrom(policy, small, { ...policy, units: oldRatios })
    fc.assert(
      fc.property(anyLoad, exact, fc.nat({ max: 3 }), fc.nat({ max: 3 }), (before, chosen, one, two) => {
        const [young = 'a0', old = 'a4'] = [BANDS[Math.min(one, two)], BANDS[Math.max(one, two)]]
        const withOld = staffNeeded(withChild(before, old, 0, true), chosen)
        expect(staffNeeded(withChild(before, young, 0, true), chosen)).toBeGreaterThanOrEqual(withOld)
      }),
      { numRuns: 10_000 },
    )
    const [older, younger] = [load({ a0: 4, a12: 22, a4: 15 }), load({ a0: 4, a12: 22, a3: 1, a4: 14 })]
    expect([staffNeeded(older, rounded), staffNeeded(younger, rounded)]).toEqual([6, 5])
    expect([staffNeeded(older, policy), staffNeeded(younger, policy)]).toEqual([6, 6])
  })

  it('is the same in whatever order the children came', () => {
    const children = fc.array(fc.tuple(fc.constantFrom(...BANDS), fc.nat({ max: 100 })), { maxLength: 20 })
    const permuted = children.chain((all) => {
      return fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }))
    })
    const fill = (all: readonly (readonly [AgeBand, number])[]) =>
      all.reduce((sum, [band, extra]) => withChild(sum, band, extra, true), load({}))
    fc.assert(
      fc.property(permuted, anyPolicy, ([all, shuffled], chosen) => {
        expect(careNeed(fill(shuffled), means(5), chosen)).toEqual(careNeed(fill(all), means(5), chosen))
      }),
    )
  })
})

describe('a room is as it must be', () => {
  it('with enough carers, a third of them qualified (rounded up), and 1.65 m² for each child', () => {
    expect(checkCare(load({ a12: 6 }), means(2, 1, 990), policy)).toBeUndefined()
    expect(checkCare(load({ a12: 6 }), means(1, 1), policy)).toMatchObject({ refused: 'staff_minimum' })
    expect(checkCare(load({ a12: 13 }), means(2, 2), policy)).toMatchObject({
      refused: 'ratio_exceeded',
      facts: { needed: 3, had: 2 },
    })
    expect(checkCare(load({ a12: 6 }), means(2, 0), policy)).toMatchObject({ refused: 'qualified_missing' })
    expect(checkCare(load({ a12: 6 }), means(4, 1), policy)).toMatchObject({ refused: 'qualified_missing' })
    expect(checkCare(load({ a12: 6 }), means(2, 1, 989), policy)).toMatchObject({ refused: 'area_exceeded' })
  })

  it('whoever is on duty, when nobody is there', () => {
    expect(checkCare(load({}), means(0, 0, 0), policy)).toBeUndefined()
  })

  it.each([
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 2],
    [6, 2],
    [7, 3],
  ])('%i carers at a third need %i qualified', (staff, expected) => {
    expect(qualifiedNeeded(1, staff, policy)).toBe(expected)
  })

  it('says how many places of a band are left', () => {
    expect(placesLeft(load({ a12: 6 }), means(2, 1), policy, 'a12')).toBe(6)
    expect(placesLeft(load({ a12: 6 }), means(2, 1), policy, 'a0')).toBe(3)
    expect(placesLeft(load({ a12: 6 }), means(2, 1, 7 * 165), policy, 'a0')).toBe(1)
    expect(placesLeft(load({}), means(1, 1), policy, 'a4')).toBe(0)
    expect(placesLeft(load({}), means(200, 200, 10_000_000), policy, 'a4', 7)).toBe(7)
  })

  it('after any filling within the rules, in each order in which its children could have come (P9)', () => {
    const means = fc.record({
      staff: fc.integer({ min: 0, max: 4 }),
      qualified: fc.integer({ min: 0, max: 4 }),
      areaDm2: fc.constantFrom(500, 800, 6_000),
    })
    // Extra units like a whole carer, so that few children come to the edge.
    const arrival = fc.tuple(fc.constantFrom(...BANDS), fc.constantFrom(0, 0, 60, 290))
    let [full, some] = [0, 0]
    fc.assert(
      fc.property(fc.array(arrival, { minLength: 1, maxLength: 5 }), means, anyPolicy, (arrivals, had, chosen) => {
        for (const order of permutations(arrivals)) {
          let room = load({})
          for (const [band, extra] of order) {
            const next = withChild(room, band, extra, true)
            if (checkCare(next, had, chosen) === undefined) room = next
            else full += 1
            some += 1
            expect(isAsItMustBe(room, had, chosen)).toBe(true)
          }
        }
      }),
      { numRuns: 300 },
    )
    // Both answers were given.
    expect(Math.min(full, some - full)).toBeGreaterThan(0)
  })

  it('exactly when the model says so, however many came (P9)', () => {
    const means = fc.record({
      staff: fc.integer({ min: 0, max: 9 }),
      qualified: fc.integer({ min: 0, max: 4 }),
      areaDm2: fc.integer({ min: 0, max: 9_000 }),
    })
    fc.assert(
      fc.property(anyLoad, means, anyPolicy, (room, had, chosen) => {
        expect(checkCare(room, had, chosen) === undefined).toBe(isAsItMustBe(room, had, chosen))
      }),
      { numRuns: 5_000 },
    )
  })
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, at) => permutations(items.toSpliced(at, 1)).map((rest) => [item, ...rest]))
}

/** Said once more, by heads and fractions: enough carers, two at least, a third of them qualified, 1.65 m² for each. */
function isAsItMustBe({ heads, extraUnits, childrenThatDay }: CareLoad, had: CareMeans, chosen: CarePolicy): boolean {
  const children = BANDS.reduce((sum, band) => sum + heads[band], 0)
  if (children === 0) return true
  const perCarer = chosen.units === oldRatios ? { a0: 3, a12: 6, a3: 20, a4: 30 } : ratios
  const isSmall = chosen.smallMode && Math.max(children, childrenThatDay) <= 5
  const least = isSmall ? Math.ceil(children / 3) : 2
  const carers = Math.max(least, modelSum(heads, extraUnits, chosen.rounding, perCarer))
  return had.staff >= carers && had.qualified * 3 >= had.staff && had.qualified > 0 && had.areaDm2 >= children * 165
}

describe('the policy of a day', () => {
  const row = (name: string, from: string, to?: string) => ({
    ...{ name, from: from as CalendarDay },
    ...(to !== undefined && { to: to as CalendarDay }),
  })
  const rows = [
    row('first', '2024-04-01'),
    row('summer', '2026-07-01', '2026-08-31'),
    row('again', '2026-07-01', '2026-07-31'),
  ]
  const on = (day: string) => policyOn(rows, day as CalendarDay)?.name

  it('is the one that began last among those in force; without one nothing is promised', () => {
    expect(on('2024-03-31')).toBeUndefined()
    expect(on('2024-04-01')).toBe('first')
    expect(on('2026-07-01')).toBe('again')
    expect(on('2026-08-31')).toBe('summer')
    expect(on('2026-09-01')).toBe('first')
  })
})
