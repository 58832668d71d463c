/**
 * Turns approved time into statement lines. One line per package, rate version and place; quantity is whole seconds,
 * and only two things are rounded, once per line and up: minutes = ⌈Σ seconds ÷ 60⌉, yen = ⌈minutes × rate ÷ 60⌉. So a
 * printed line can be recomputed from what it prints. Rate version and month follow the session's business day.
 */
import type { EventId, PackageId, RateId } from '../protocol/identifier.ts'
import type { BusinessDay, Instant } from '../protocol/time.ts'
import { type MilliYenPerHour, minutesOf, payFor, type Yen } from '../protocol/yen.ts'
import { compareText } from './order-taps.ts'
import { overlaps } from './union-seconds.ts'

/** A good approval: time that is payable and accepted. All of one call belong to one worker. */
export interface ApprovedTime {
  /** Event id of `work.approved`. */
  readonly id: EventId
  readonly day: BusinessDay
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly seconds: number
  readonly package: PackageId
  readonly place: string
}

export interface RateVersion {
  readonly rate: RateId
  readonly package: PackageId
  readonly milliYenPerHour: MilliYenPerHour
  /** First business day it counts for. */
  readonly from: BusinessDay
}

/** The three figures of a line. Negative only in adjustments. */
export interface LineFigures {
  readonly seconds: number
  readonly minutes: number
  readonly yen: Yen
}

export interface ComputedLine extends LineFigures {
  readonly package: PackageId
  readonly rate: RateId
  readonly milliYenPerHour: MilliYenPerHour
  readonly place: string
  /** Approvals of this line, by business day and start. */
  readonly cites: readonly EventId[]
}

export interface ComputedLines {
  /** By package, first day of the rate, place. */
  readonly lines: readonly ComputedLine[]
  /** Approved time of days for which the package has no rate: nothing is guessed, the close must refuse. */
  readonly unpriced: readonly ApprovedTime[]
}

/** Lines of one worker. `rates` may hold versions of any package and any day; the order of both lists is irrelevant. */
export function computeLines(approved: readonly ApprovedTime[], rates: readonly RateVersion[]): ComputedLines {
  assertDisjoint(approved)
  const unpriced: ApprovedTime[] = []
  const groups = new Map<string, { rate: RateVersion; place: string; times: ApprovedTime[] }>()
  for (const time of [...approved].sort(byTime)) {
    const rate = rateOn(rates, time.package, time.day)
    if (rate === undefined) {
      unpriced.push(time)
      continue
    }
    const key = lineKey({ package: time.package, rate: rate.rate, place: time.place })
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { rate, place: time.place, times: [time] })
    else group.times.push(time)
  }
  const sorted = [...groups.values()].sort(
    (a, b) =>
      compareText(a.rate.package, b.rate.package) ||
      compareText(a.rate.from, b.rate.from) ||
      compareText(a.rate.rate, b.rate.rate) ||
      compareText(a.place, b.place),
  )
  return { lines: sorted.map(({ rate, place, times }) => lineOf(rate, place, times)), unpriced }
}

/** The version of a package that counts on a day: the newest that has begun. Of two from one day, the later id. */
export function rateOn(rates: readonly RateVersion[], packageId: PackageId, day: BusinessDay): RateVersion | undefined {
  let best: RateVersion | undefined
  for (const rate of rates) {
    if (rate.package !== packageId || rate.from > day) continue
    if (best === undefined || rate.from > best.from || (rate.from === best.from && rate.rate > best.rate)) best = rate
  }
  return best
}

/** What two lines must share to be one line. */
export function lineKey(line: { package: PackageId; rate: RateId; place: string }): string {
  return JSON.stringify([line.package, line.rate, line.place])
}

/** Minutes and yen of a sum of seconds: the only roundings there are. */
export function figuresOf(seconds: number, rate: MilliYenPerHour): LineFigures {
  const minutes = minutesOf(seconds)
  return { seconds, minutes, yen: payFor(minutes, rate) }
}

function lineOf(rate: RateVersion, place: string, times: readonly ApprovedTime[]): ComputedLine {
  const seconds = times.reduce((sum, time) => sum + time.seconds, 0)
  return {
    package: rate.package,
    rate: rate.rate,
    milliYenPerHour: rate.milliYenPerHour,
    place,
    ...figuresOf(seconds, rate.milliYenPerHour),
    cites: times.map(({ id }) => id),
  }
}

/** No second is paid twice. The fold sees to it; here it would become money, so it is looked at once more. */
function assertDisjoint(approved: readonly ApprovedTime[]): void {
  const sorted = [...approved].sort(byTime)
  for (const [index, time] of sorted.entries()) {
    const next = sorted[index + 1]
    if (next === undefined) return
    const [a, b] = [
      { start: time.startedAt, end: time.endedAt },
      { start: next.startedAt, end: next.endedAt },
    ]
    if (overlaps(a, b)) throw new Error(`approvals ${time.id} and ${next.id} overlap`)
  }
}

function byTime(a: ApprovedTime, b: ApprovedTime): number {
  return a.startedAt - b.startedAt || a.endedAt - b.endedAt || compareText(a.id, b.id)
}
