/** Whether a carer can be put on a shift: nobody is in two places, or twice in one. Pure. */
import type { WallSpan } from '../protocol/event/booking.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { CalendarDay } from '../protocol/time.ts'
import { firstOverlap } from './overlap.ts'

/**
 * `own`: her shifts of those days in the whole centre, without those she is absent from and without the one that is set
 * anew. The first day on which she is taken is the answer; a carer without a name is never the same one.
 */
export function decideShift(
  span: WallSpan,
  days: readonly CalendarDay[],
  own: readonly (WallSpan & { readonly day: CalendarDay })[],
): Refusal | undefined {
  if (span.end <= span.start) return refuse('interval_invalid')
  const taken = days.toSorted().find((day) => {
    const there = own.filter((shift) => shift.day === day)
    return firstOverlap(span, there) !== undefined
  })
  return taken === undefined ? undefined : refuse('shift_overlap', taken, { day: taken })
}
