import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type ComputedMonth,
  computeStatements,
  type PayrollFacts,
  type PayrollWorker,
} from '../../../central-sync/hub/payroll/compute-statements.ts'
import { versionsKnown } from '../../../central-sync/hub/payroll/versions-known.ts'
import { fingerprintOf } from '../../../central-sync/hub/statement/fingerprint.ts'
import type { RateVersion as StoredRate } from '../../../central-sync/hub/work/package-board.ts'
import type { EventId, PackageId, SiteId, WorkerId } from '../../../central-sync/protocol/identifier.ts'
import {
  type BusinessDay,
  HOUR_MS,
  type Month,
  monthOf,
  startOfBusinessDay,
} from '../../../central-sync/protocol/time.ts'
import { minutesOf, payFor } from '../../../central-sync/protocol/yen.ts'
import { type ApprovedTime, computeLines } from '../../../central-sync/rules/compute-lines.ts'

const MONTHS = ['2026-08', '2026-09', '2026-10', '2026-11'] as Month[]
const PACKAGES = ['p_00000000000000000001', 'p_00000000000000000002'] as PackageId[]
const WORKERS = ['w_00000000000000000001', 'w_00000000000000000002', 'w_00000000000000000003'] as WorkerId[]
const SITES = ['s_00000000000000000001', 's_00000000000000000002'] as SiteId[]

/** One session that is approved from step `since` on, and no longer good from step `until` on. Steps are closes. */
interface Fact {
  readonly worker: number
  readonly month: number
  readonly day: number
  readonly seconds: number
  readonly work: number
  readonly place: string
  readonly since: number
  readonly until: number
}

const STEPS = MONTHS.length
const fact: fc.Arbitrary<Fact> = fc
  .record({
    worker: fc.nat(WORKERS.length - 1),
    month: fc.nat(STEPS - 1),
    day: fc.integer({ min: 1, max: 28 }),
    seconds: fc.integer({ min: 1, max: 8 * 3600 }),
    work: fc.nat(1),
    place: fc.constantFrom('センター', '自宅'),
    late: fc.nat(STEPS),
    lasts: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ late, lasts, ...rest }) => ({ ...rest, since: rest.month + late, until: rest.month + late + lasts }))

const facts = fc.uniqueArray(fact, { maxLength: 30, selector: ({ worker, month, day }) => `${worker} ${month} ${day}` })

const rate: fc.Arbitrary<Omit<StoredRate, 'pos' | 'rate'> & { step: number }> = fc.record({
  package: fc.constantFrom<string>(...PACKAGES),
  milliYenPerHour: fc.integer({ min: 900_000, max: 1_500_000 }),
  from: fc.constantFrom(...MONTHS.flatMap((month) => [`${month}-01`, `${month}-15`])) as fc.Arbitrary<BusinessDay>,
  step: fc.nat(STEPS - 1),
})

/** Position of a close: rates of step s lie before close s. */
const closePos = (step: number) => (step + 1) * 1_000

function storedRates(list: readonly (Omit<StoredRate, 'pos' | 'rate'> & { step: number })[]): StoredRate[] {
  const first = PACKAGES.map(
    (id): StoredRate => ({
      rate: `r_0000000000000000000${PACKAGES.indexOf(id)}`,
      package: id,
      milliYenPerHour: 950_000,
      from: '2026-01-01' as BusinessDay,
      pos: 1,
    }),
  )
  const more = list.map(({ step, ...row }, index) => ({
    ...row,
    rate: `r_${String(index + 10).padStart(20, '0')}`,
    pos: step * 1_000 + 10 + index,
  }))
  return [...first, ...more].sort((a, b) =>
    a.package < b.package ? -1 : a.package > b.package ? 1 : a.from < b.from ? -1 : a.from > b.from ? 1 : a.pos - b.pos,
  )
}

function timeOf(one: Fact, index: number): ApprovedTime {
  const day = `${MONTHS[one.month]}-${String(one.day).padStart(2, '0')}` as BusinessDay
  const startedAt = startOfBusinessDay(day) + 4 * HOUR_MS
  return {
    id: `01${String(index).padStart(24, '0')}` as EventId,
    ...{ day, startedAt, endedAt: startedAt + one.seconds * 1_000, seconds: one.seconds },
    ...{ package: PACKAGES[one.work] as PackageId, place: one.place },
  }
}

const goodAt = (history: readonly Fact[], step: number) =>
  history
    .map((one, index) => ({ one, time: timeOf(one, index) }))
    .filter(({ one }) => one.since <= step && step < one.until)

function group<T>(items: readonly T[], keyOf: (item: T) => Month): Map<Month, T[]> {
  const map = new Map<Month, T[]>()
  for (const item of items) map.set(keyOf(item), [...(map.get(keyOf(item)) ?? []), item])
  return map
}

interface Run {
  readonly months: readonly ComputedMonth[]
  readonly rates: readonly StoredRate[]
}

/** Closes every month in turn, as the facts stand at that step. `mix` reorders what has no order. */
function closeAll(history: readonly Fact[], rates: readonly StoredRate[], mix: <T>(items: T[]) => T[] = (x) => x): Run {
  const months: ComputedMonth[] = []
  for (const [step, month] of MONTHS.entries()) {
    const good = goodAt(history, step).filter(({ time }) => monthOf(time.day) <= month)
    const lines = months.flatMap(({ statements }) => statements)
    const workers = WORKERS.map((worker, number): PayrollWorker => {
      const mine = good.filter(({ one }) => one.worker === number).map(({ time }) => time)
      const paid = lines.filter((statement) => statement.worker === worker)
      return {
        ...{
          worker,
          code: `W00${number + 1}`,
          site: SITES[number % 2] as SiteId,
          siteCode: ['SHI', 'ITO'][number % 2] ?? '',
        },
        approved: group(mix(mine), ({ day }) => monthOf(day)),
        paid: group(
          paid.flatMap((statement) => statement.lines.map((line) => ({ ...line, month: statement.month }))),
          (line) => line.adjusts ?? line.month,
        ),
      }
    })
    months.push(computeStatements(factsOf(month, mix(workers), ratesAt(rates, step, mix))))
  }
  return { months, rates }
}

function ratesAt(rates: readonly StoredRate[], step: number, mix: <T>(items: T[]) => T[]): PayrollFacts['ratesOf'] {
  return (month) => {
    const index = MONTHS.indexOf(month)
    const known = rates.filter(({ pos }) => pos < closePos(step))
    return mix(versionsKnown(known, index < step ? closePos(index) : Number.MAX_SAFE_INTEGER))
  }
}

const factsOf = (month: Month, workers: PayrollWorker[], ratesOf: PayrollFacts['ratesOf']): PayrollFacts => ({
  ...{ month, workers, ratesOf },
  titleOf: (work) => `仕事${work.at(-1)}`,
})

const linesOf = ({ statements }: ComputedMonth) => statements.flatMap(({ lines }) => lines)
const history = fc.tuple(facts, fc.array(rate, { maxLength: 8 }).map(storedRates))

describe('over all histories of approved time, late facts and prices', () => {
  it('every yen is the formula over the records it lists (P1)', () => {
    fc.assert(
      fc.property(history, ([list, rates]) => {
        closeAll(list, rates).months.forEach((month, step) => {
          const byId = new Map(goodAt(list, step).map(({ time }) => [time.id, time]))
          for (const line of linesOf(month).filter(({ adjusts }) => adjusts === undefined)) {
            const seconds = line.cites.reduce((sum, id) => sum + (byId.get(id)?.seconds ?? Number.NaN), 0)
            expect(line.seconds).toBe(seconds)
            expect(line.minutes).toBe(minutesOf(seconds))
            expect(line.yen).toBe(payFor(line.minutes, line.milliYenPerHour))
          }
        })
      }),
    )
  })

  it('each approved record stands on exactly one line of its month (P2)', () => {
    fc.assert(
      fc.property(history, ([list, rates]) => {
        closeAll(list, rates).months.forEach((month, step) => {
          const cited = linesOf(month)
            .filter(({ adjusts }) => adjusts === undefined)
            .flatMap(({ cites }) => cites)
          const good = goodAt(list, step)
            .filter(({ time }) => monthOf(time.day) === MONTHS[step])
            .map(({ time }) => time.id)
          expect(cited.sort()).toEqual(good.sort())
        })
      }),
    )
  })

  it('totals are the sums of what is printed, and no statement is negative (P4)', () => {
    fc.assert(
      fc.property(history, ([list, rates]) => {
        for (const { statements, yen } of closeAll(list, rates).months) {
          expect(yen).toBe(statements.reduce((sum, statement) => sum + statement.yen, 0))
          for (const statement of statements) {
            expect(statement.yen).toBe(statement.lines.reduce((sum, line) => sum + line.yen, 0))
            expect(statement.yen).toBeGreaterThanOrEqual(0)
            expect(Number.isSafeInteger(statement.yen)).toBe(true)
          }
        }
      }),
    )
  })

  it('the same facts give the same bytes, in whatever order they come (P5)', () => {
    fc.assert(
      fc.property(history, ([list, rates]) => {
        const again = closeAll(list, rates, (items) => [...items].reverse())
        expect(JSON.stringify(again.months)).toBe(JSON.stringify(closeAll(list, rates).months))
      }),
    )
  })

  it('adjustments bring the whole to what a right history would have paid, less what is held back (P6)', () => {
    fc.assert(
      fc.property(history, ([list, rates]) => {
        const { months } = closeAll(list, rates)
        const last = STEPS - 1
        const versions = ratesAt(rates, last, (items) => items)
        for (const [number, worker] of WORKERS.entries()) {
          const paid = months
            .flatMap(({ statements }) => statements)
            .filter((statement) => statement.worker === worker)
            .reduce((sum, statement) => sum + statement.yen, 0)
          const held = (months.at(-1)?.held ?? []).filter((one) => one.worker === worker)
          const good = goodAt(list, last).filter(
            ({ one, time }) => one.worker === number && monthOf(time.day) <= (MONTHS[last] ?? ''),
          )
          const right = MONTHS.flatMap((month) => {
            const mine = good.filter(({ time }) => monthOf(time.day) === month).map(({ time }) => time)
            return computeLines(mine, versions(month)).lines
          }).reduce((sum, line) => sum + line.yen, 0)
          expect(paid + held.reduce((sum, one) => sum + one.yen, 0)).toBe(right)
        }
      }),
    )
  })

  it('a price from a day on changes nothing before that day (P10)', () => {
    fc.assert(
      fc.property(facts, rate, (list, raise) => {
        const amounts = (rates: StoredRate[]) =>
          closeAll(list, rates)
            .months.flatMap(linesOf)
            .filter(({ rate: id }) => id !== 'r_00000000000000000010')
        const before = closeAll(list, storedRates([])).months.flatMap(linesOf)
        const unaffected = (cites: readonly string[]) => {
          const days = cites.map((id) => timeOf(list[Number(id.slice(2))] as Fact, 0).day)
          return days.every((day) => day < raise.from)
        }
        const kept = before.filter(({ cites, package: work }) => work !== raise.package || unaffected(cites))
        const after = amounts(storedRates([raise]))
        for (const line of kept.filter(({ package: work }) => work !== raise.package)) {
          expect(after).toContainEqual({ ...line, line: expect.any(Number) })
        }
        const days = new Set(after.filter(({ package: work }) => work === raise.package).flatMap(({ cites }) => cites))
        for (const id of days) {
          const time = timeOf(list[Number(id.slice(2))] as Fact, 0)
          // What still stands at the old price is either older than the raise or was closed before it was set.
          expect(time.day < raise.from || (list[Number(id.slice(2))]?.month ?? 0) < raise.step).toBe(true)
        }
      }),
    )
  })
})

describe('a statement', () => {
  const one: Fact = { worker: 1, month: 2, day: 5, seconds: 3_601, work: 0, place: 'センター', since: 2, until: 9 }
  const other: Fact = { ...one, worker: 0, seconds: 600 }

  it('is numbered by centre and worker code', () => {
    const [, , october] = closeAll([one, other], storedRates([])).months
    expect(october?.statements.map(({ statement, worker, yen }) => [statement, worker, yen])).toEqual([
      ['2026-10-0001', WORKERS[1], 966],
      ['2026-10-0002', WORKERS[0], 159],
    ])
  })
  it('has the fingerprint of its own content', () => {
    const [, , october] = closeAll([one], storedRates([])).months
    const [statement] = october?.statements ?? []
    expect(statement?.fingerprint).toBe(fingerprintOf(statement ?? {}))
    expect(statement?.fingerprint).not.toBe(fingerprintOf({ ...statement, yen: 1 }))
  })
  it('takes nothing back that the month cannot bear', () => {
    const gone: Fact = { ...one, month: 1, since: 1, until: 2, seconds: 36_000 }
    const small: Fact = { ...one, month: 2, since: 2, seconds: 3_600 }
    const large: Fact = { ...one, month: 3, since: 3, seconds: 28_000 }
    const { months } = closeAll([gone, small, large], storedRates([]))
    expect(months[2]?.statements[0]?.yen).toBe(950)
    expect(months[2]?.held).toEqual([{ worker: WORKERS[1], adjusts: '2026-09', yen: -9_500 }])
    expect(months[3]?.held).toEqual([{ worker: WORKERS[1], adjusts: '2026-09', yen: -9_500 }])
    const enough = closeAll([{ ...gone, seconds: 7_200 }, small, large], storedRates([])).months
    expect(enough[3]?.statements[0]?.lines.at(-1)).toMatchObject({ adjusts: '2026-09', yen: -1_900, minutes: -120 })
    expect(enough[3]?.held).toEqual([])
  })
  it('is refused time without a price, which is named', () => {
    const month = computeStatements({
      ...factsOf('2026-10' as Month, [], () => []),
      workers: [
        {
          ...{ worker: WORKERS[0] as WorkerId, code: 'W1', site: SITES[0] as SiteId, siteCode: 'SHI' },
          approved: new Map([['2026-10' as Month, [timeOf(one, 0)]]]),
          paid: new Map(),
        },
      ],
    })
    expect(month.unpriced).toHaveLength(1)
    expect(month.statements).toEqual([])
  })
})
