import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, type CalendarDay } from '../../../../central-sync/protocol/time.ts'
import { actualAge, bandOfAge, bandOn, fiscalAge } from '../../../../central-sync/rules/fiscal-age.ts'

const day = (text: string) => text as CalendarDay
const anyDay = fc.integer({ min: 0, max: 9_000 }).map((days) => addDays(day('2015-01-01'), days))
const bornBefore = fc
  .tuple(anyDay, fc.integer({ min: 0, max: 4_500 }))
  .map(([birth, later]) => [birth, addDays(birth, later)] as const)

/** Independent model: walk the birthdays one by one. A missing 29 February is 1 March. */
function countBirthdays(birth: CalendarDay, at: CalendarDay): number {
  const [year = 0, month = 0, date = 0] = birth.split('-').map(Number)
  let full = 0
  while (new Date(Date.UTC(year + full + 1, month - 1, date)) <= new Date(`${at}T00:00:00Z`)) full += 1
  return full
}

describe('the age of a child', () => {
  it('is full from the birthday on', () => {
    expect(actualAge(day('2023-11-20'), day('2026-11-19'))).toBe(2)
    expect(actualAge(day('2023-11-20'), day('2026-11-20'))).toBe(3)
  })

  it('of one who is born on 29 February is full on 1 March of a common year', () => {
    expect(actualAge(day('2024-02-29'), day('2025-02-28'))).toBe(0)
    expect(actualAge(day('2024-02-29'), day('2025-03-01'))).toBe(1)
    expect(actualAge(day('2024-02-29'), day('2028-02-29'))).toBe(4)
  })

  it('agrees with a walk over the birthdays', () => {
    fc.assert(
      fc.property(bornBefore, ([birth, at]) => {
        expect(actualAge(birth, at)).toBe(countBirthdays(birth, at))
      }),
    )
  })
})

describe('the class of a child (年度年齢)', () => {
  it('of 2026 follows the published table: born 2022-04-02 to 2023-04-01 is the class of three', () => {
    for (const at of ['2026-04-01', '2026-11-20', '2027-03-31'].map(day)) {
      expect(fiscalAge(day('2022-04-01'), at)).toBe(4)
      expect(fiscalAge(day('2022-04-02'), at)).toBe(3)
      expect(fiscalAge(day('2023-04-01'), at)).toBe(3)
      expect(fiscalAge(day('2023-04-02'), at)).toBe(2)
    }
  })

  it('puts one who is born on 1 April above one who is born on 2 April, on every day of every year (P12)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2030 }), fc.integer({ min: 0, max: 4_000 }), (year, later) => {
        const at = addDays(day(`${year + 1}-04-01`), later)
        expect(fiscalAge(day(`${year}-04-01`), at)).toBe(fiscalAge(day(`${year}-04-02`), at) + 1)
      }),
    )
  })

  it('is 0 for a child of this school year, and for one of 31 March it is still 0', () => {
    expect(fiscalAge(day('2026-06-01'), day('2026-11-20'))).toBe(0)
    expect(fiscalAge(day('2026-03-31'), day('2026-11-20'))).toBe(0)
    expect(fiscalAge(day('2025-04-01'), day('2026-11-20'))).toBe(1)
  })

  it('is never above the real age, is the age at the last 1 April, and stands still until the next (P12)', () => {
    fc.assert(
      fc.property(bornBefore, ([birth, at]) => {
        const age = fiscalAge(birth, at)
        const [year, sameYear] = [Number(at.slice(0, 4)), at.slice(5) >= '04-01']
        const april = day(`${sameYear ? year : year - 1}-04-01`)
        expect(age).toBe(april < birth ? 0 : countBirthdays(birth, april))
        expect(age).toBeLessThanOrEqual(actualAge(birth, at))
        expect(age).toBeGreaterThanOrEqual(Math.max(0, actualAge(birth, at) - 1))
        const tomorrow = addDays(at, 1)
        if (tomorrow.slice(5) !== '04-01') expect(fiscalAge(birth, tomorrow)).toBe(age)
        else expect(fiscalAge(birth, tomorrow)).toBe(actualAge(birth, tomorrow))
      }),
    )
  })
})

describe('the band of the ratio rule', () => {
  it('is 0, 1 and 2, 3, 4 and more', () => {
    expect([0, 1, 2, 3, 4, 9].map(bandOfAge)).toEqual(['a0', 'a12', 'a12', 'a3', 'a4', 'a4'])
  })

  it('follows the basis of the policy, and nobody is weighed before birth', () => {
    const [birth, at] = [day('2023-05-14'), day('2026-11-20')]
    expect(bandOn(birth, at, 'fiscal')).toBe('a12')
    expect(bandOn(birth, at, 'actual')).toBe('a3')
    expect(bandOn(birth, birth, 'fiscal')).toBe('a0')
    expect(bandOn(birth, day('2023-05-13'), 'fiscal')).toMatchObject({ refused: 'age_unknown' })
  })

  it('by class is never less strict than by age', () => {
    const strictest = ['a0', 'a12', 'a3', 'a4']
    fc.assert(
      fc.property(bornBefore, ([birth, at]) => {
        const [fiscal, actual] = [bandOn(birth, at, 'fiscal'), bandOn(birth, at, 'actual')]
        expect(strictest.indexOf(String(fiscal))).toBeLessThanOrEqual(strictest.indexOf(String(actual)))
      }),
    )
  })
})
