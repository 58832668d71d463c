/**
 * The suggestion for a forgotten OUT: when the centre closed that day. It is derived whenever somebody is asked and stands
 * in no decision, so other opening hours change what is proposed and never what was recorded. Pure.
 */
import type { WallSpan } from '../protocol/event/booking.ts'
import type { BusinessDay, CalendarDay, Instant } from '../protocol/time.ts'
import { instantOf, MINUTE_MS } from '../protocol/time.ts'
import { defaultPolicy } from './policy.ts'

export interface OpenEnd {
  readonly startedAt: Instant | undefined
  readonly endedAt: Instant | undefined
  /** Nothing after this is possible: the next tap, the longest session, roll-over. */
  readonly bound: Instant | undefined
}

/**
 * Closing time of the day, if she was there before it, and never past what is possible. `hours` null = closed that day:
 * then the usual closing time of the house. Undefined where there is nothing to suggest.
 */
export function suggestEnd({ startedAt, endedAt, bound }: OpenEnd, day: BusinessDay, hours: WallSpan | null) {
  if (startedAt === undefined || endedAt !== undefined || bound === undefined) return undefined
  const minute = hours?.end ?? defaultPolicy.siteClosesMs / MINUTE_MS
  const suggestion = Math.min(instantOf(day as string as CalendarDay, minute), bound)
  return suggestion > startedAt ? suggestion : undefined
}
