/** Whether an interval that a person writes down can be time of that day. */
import type { Interval } from '../protocol/event/attendance.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import { type BusinessDay, type Instant, rollOverAfter, startOfBusinessDay, toJstIso } from '../protocol/time.ts'
import type { AttendancePolicy } from './policy.ts'
import { overlaps, type Span } from './union-seconds.ts'

/** Every objection to one interval, in no particular order. An end at roll-over itself is allowed (half-open). */
export function checkInterval(
  { start, end }: Interval,
  day: BusinessDay,
  now: Instant,
  policy: AttendancePolicy,
): Refusal[] {
  const detail = `${toJstIso(start)} – ${toJstIso(end)}`
  const refusals: Refusal[] = []
  if (start >= end) refusals.push(refuse('interval_invalid', detail))
  const dayStart = startOfBusinessDay(day)
  const outside = policy.rollOver !== 'off' && (start < dayStart || end > rollOverAfter(dayStart))
  if (outside || end - start > policy.sessionMaxMs) refusals.push(refuse('interval_too_long', detail))
  if (end > now) refusals.push(refuse('day_in_future', detail))
  return refusals
}

/** Objections to a set of intervals: each by itself, against each other and against `taken`. */
export function checkIntervals(
  intervals: readonly Interval[],
  taken: readonly Span[],
  day: BusinessDay,
  now: Instant,
  policy: AttendancePolicy,
): Refusal[] {
  const refusals = intervals.flatMap((interval) => checkInterval(interval, day, now, policy))
  for (const [index, interval] of intervals.entries()) {
    const others = [...intervals.slice(index + 1), ...taken.map(({ start, end }) => ({ start, end }))]
    if (others.some((other) => overlaps(interval, other))) {
      refusals.push(refuse('interval_overlaps', `${toJstIso(interval.start)} – ${toJstIso(interval.end)}`))
    }
  }
  return refusals
}
