import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PackageId, RateId } from '../../../../central-sync/protocol/identifier.ts'
import {
  addDays,
  type BusinessDay,
  HOUR_MS,
  monthOf,
  startOfBusinessDay,
} from '../../../../central-sync/protocol/time.ts'
import { minutesOf, payFor } from '../../../../central-sync/protocol/yen.ts'
import {
  type AdjustmentLine,
  computeAdjustments,
  type PaidLine,
} from '../../../../central-sync/rules/compute-adjustments.ts'
import {
  type ApprovedTime,
  computeLines,
  lineKey,
  type RateVersion,
} from '../../../../central-sync/rules/compute-lines.ts'
import { DAY, ulidOf } from '../../../support/attendance-facts.ts'

const FIRST = DAY
const MONTH = monthOf(FIRST)
const PACKAGES = ['p_a', 'p_b'] as PackageId[]

/** Disjoint sessions of one worker on up to twenty days of a month. */
const approved: fc.Arbitrary<ApprovedTime[]> = fc
  .array(
    fc.record({
      seconds: fc.integer({ min: 1, max: 5 * 3600 }),
      package: fc.constantFrom(...PACKAGES),
      place: fc.constantFrom('塩尻', '糸魚川'),
      half: fc.constantFrom(0, 8),
    }),
    { maxLength: 20 },
  )
  .map((times) =>
    times.map(({ half, ...time }, index) => {
      const day = addDays(FIRST, index)
      const startedAt = startOfBusinessDay(day) + (4 + half) * HOUR_MS
      return { ...time, id: ulidOf(index + 1), day, startedAt, endedAt: startedAt + time.seconds * 1000 }
    }),
  )

const rates: fc.Arbitrary<RateVersion[]> = fc
  .array(
    fc.record({
      package: fc.constantFrom(...PACKAGES),
      milliYenPerHour: fc.integer({ min: 700_000, max: 2_000_000 }),
      from: fc.integer({ min: 1, max: 20 }).map((days) => addDays(FIRST, days)),
    }),
    { maxLength: 3 },
  )
  .map((later) => [
    ...PACKAGES.map(
      (of, index): RateVersion => ({
        rate: `r_${index}` as RateId,
        package: of,
        milliYenPerHour: 950_500,
        from: FIRST,
      }),
    ),
    ...later.map((version, index): RateVersion => ({ ...version, rate: `r_1${index}` as RateId })),
  ])

const gross = (lines: readonly { yen: number }[]) => lines.reduce((sum, { yen }) => sum + yen, 0)

describe('every month', () => {
  it('pays each yen from the cited approvals and the rate version alone, and nothing is cited twice or left out (P1, P2)', () => {
    fc.assert(
      fc.property(approved, rates, (times, versions) => {
        const { lines, unpriced } = computeLines(times, versions)
        expect(unpriced).toEqual([])
        const cited = lines.flatMap(({ cites }) => cites)
        expect([...cited].sort()).toEqual(times.map(({ id }) => id).sort())
        for (const { cites, milliYenPerHour, seconds, minutes, yen } of lines) {
          const sum = cites.reduce(
            (total, id) => total + (times.find((time) => time.id === id)?.seconds ?? Number.NaN),
            0,
          )
          expect([seconds, minutes, yen]).toEqual([sum, minutesOf(sum), payFor(minutesOf(sum), milliYenPerHour)])
        }
      }),
    )
  })

  it('does not depend on the order of approvals and rates', () => {
    fc.assert(
      fc.property(approved, rates, (times, versions) => {
        expect(computeLines([...times].reverse(), [...versions].reverse())).toEqual(computeLines(times, versions))
      }),
    )
  })

  it('rounds by less than one minute and one yen per line, in the favour of the worker (I9)', () => {
    fc.assert(
      fc.property(approved, rates, (times, versions) => {
        for (const { seconds, milliYenPerHour, yen } of computeLines(times, versions).lines) {
          const exact = (seconds * milliYenPerHour) / 3_600_000
          expect(yen).toBeGreaterThanOrEqual(exact - 1e-6)
          expect(yen).toBeLessThan(exact + milliYenPerHour / 60_000 + 1)
        }
      }),
    )
  })

  it('pays work before a new rate as if that rate did not exist (P10)', () => {
    fc.assert(
      fc.property(approved, rates, fc.integer({ min: 0, max: 20 }), (times, versions, days) => {
        const from = addDays(FIRST, days)
        const added: RateVersion = {
          rate: 'r_9' as RateId,
          package: 'p_a' as PackageId,
          milliYenPerHour: 3_000_000,
          from,
        }
        const before = times.filter(({ day }) => day < from)
        expect(computeLines(before, [...versions, added])).toEqual(computeLines(before, versions))
      }),
    )
  })
})

describe('late facts', () => {
  /** A month that is closed, then changed `turns` times, each change adjusted in the month after. */
  const story = fc.record({
    times: approved,
    versions: rates,
    turns: fc.array(
      fc.record({
        remove: fc.nat(),
        change: fc.nat(),
        seconds: fc.integer({ min: 1, max: 5 * 3600 }),
        add: fc.boolean(),
      }),
      { maxLength: 4 },
    ),
  })

  function change(
    times: readonly ApprovedTime[],
    turn: { remove: number; change: number; seconds: number; add: boolean },
    round: number,
  ): ApprovedTime[] {
    const kept = times.filter((_, index) => index !== turn.remove % (times.length + 1))
    const changed = kept.map((time, index) =>
      index === turn.change % (kept.length + 1)
        ? {
            ...time,
            id: ulidOf(1_000 * round + index),
            seconds: turn.seconds,
            endedAt: time.startedAt + turn.seconds * 1000,
          }
        : time,
    )
    return turn.add ? [...changed, added(round, turn.seconds)] : changed
  }

  function added(round: number, seconds: number): ApprovedTime {
    const day: BusinessDay = addDays(FIRST, 22 + round)
    const startedAt = startOfBusinessDay(day) + HOUR_MS
    return {
      id: ulidOf(900 + round),
      day,
      startedAt,
      endedAt: startedAt + seconds * 1000,
      seconds,
      package: 'p_b' as PackageId,
      place: '塩尻',
    }
  }

  it('bring the gross of all months to that of a history that was right from the start (P6)', () => {
    fc.assert(
      fc.property(story, ({ times, versions, turns }) => {
        let now = times
        let paid: PaidLine[] = [...computeLines(times, versions).lines]
        const closed = structuredClone(paid)
        for (const [index, turn] of turns.entries()) {
          now = change(now, turn, index + 1)
          const { lines } = computeAdjustments(MONTH, paid, now, versions)
          for (const line of lines) expectDifference(line)
          paid = [...paid, ...lines]
        }
        expect(paid.slice(0, closed.length)).toEqual(closed)
        const right = computeLines(now, versions).lines
        expect(gross(paid)).toBe(gross(right))
        for (const line of right) {
          const same = paid.filter((other) => lineKey(other) === lineKey(line))
          expect(gross(same)).toBe(line.yen)
          expect(same.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(line.seconds)
        }
      }),
    )
  })

  function expectDifference({ before, after, seconds, minutes, yen, adjusts }: AdjustmentLine): void {
    expect(adjusts).toBe(MONTH)
    expect([seconds, minutes, yen]).toEqual([
      after.seconds - before.seconds,
      after.minutes - before.minutes,
      after.yen - before.yen,
    ])
  }

  it('make no line where nothing changed', () => {
    fc.assert(
      fc.property(approved, rates, (times, versions) => {
        const paid = computeLines(times, versions).lines
        expect(computeAdjustments(MONTH, paid, times, versions).lines).toEqual([])
      }),
    )
  })

  it('cite the approvals that came and went', () => {
    const day = FIRST
    const startedAt = startOfBusinessDay(day)
    const time = {
      day,
      startedAt,
      endedAt: startedAt + 3_600_000,
      seconds: 3600,
      package: 'p_a' as PackageId,
      place: '塩尻',
    }
    const version: RateVersion = {
      rate: 'r_1' as RateId,
      package: 'p_a' as PackageId,
      milliYenPerHour: 950_000,
      from: day,
    }
    const paid = computeLines([{ ...time, id: ulidOf(1) }], [version]).lines
    const longer = { ...time, id: ulidOf(2), seconds: 7200, endedAt: startedAt + 7_200_000 }
    const [line] = computeAdjustments(MONTH, paid, [longer], [version]).lines
    expect(line).toMatchObject({ seconds: 3600, minutes: 60, yen: 950, cites: [ulidOf(1), ulidOf(2)] })
    const [gone] = computeAdjustments(MONTH, paid, [], [version]).lines
    expect(gone).toMatchObject({ seconds: -3600, minutes: -60, yen: -950, cites: [ulidOf(1)] })
  })
})
