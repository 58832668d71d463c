/** Checks the intervals of a correction, at request and again at approval. Pure. */
import type { Interval } from '../../central-sync/protocol/event/attendance.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import {
  type BusinessDay,
  businessDayOf,
  HOUR_MS,
  type Instant,
  rollOverAfter,
} from '../../central-sync/protocol/time.ts'

const SESSION_MS_MAX = 16 * HOUR_MS

export interface IntervalFacts {
  readonly day: BusinessDay
  readonly now: Instant
  /** Other time of the worker that stays as it is. */
  readonly others: readonly { readonly start: Instant; readonly end: Instant }[]
}

/** The first refusal in the order of the list, or undefined when all may be granted. */
export function checkIntervals(wanted: readonly Interval[], { day, now, others }: IntervalFacts): Refusal | undefined {
  for (const { start, end } of wanted) {
    if (start >= end) return refuse('interval_invalid')
    if (businessDayOf(start) !== day) return refuse('interval_invalid')
    if (end - start > SESSION_MS_MAX || end > rollOverAfter(start)) return refuse('interval_too_long')
    if (end > now) return refuse('day_in_future')
  }
  const all = [...wanted, ...others].sort((a, b) => a.start - b.start)
  const touching = all.some((one, index) => index > 0 && one.start < (all[index - 1]?.end ?? one.start))
  return touching ? refuse('interval_overlaps') : undefined
}
