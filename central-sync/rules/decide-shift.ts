/** Whether a carer can be put on a shift: nobody is in two places, or twice in one. Pure. */
import type { WallSpan } from '../protocol/event/booking.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { CalendarDay } from '../protocol/time.ts'
import { covers, firstOverlap } from './overlap.ts'

type ShiftSpan = WallSpan & { readonly day: CalendarDay }

/**
 * `own`: her shifts of those days in the whole centre, without those she is absent from and without the one that is set
 * anew. The first day on which she is taken is the answer; a carer without a name is never the same one.
 * `before`: that shift as it was, when it stays hers and on its day. What lies within it takes nothing more and always
 * works: two of hers can overlap by now, because who was missed came after all.
 */
export function decideShift(
  span: WallSpan,
  days: readonly CalendarDay[],
  own: readonly ShiftSpan[],
  before?: ShiftSpan,
): Refusal | undefined {
  if (span.end <= span.start) return refuse('interval_invalid')
  const taken = days.toSorted().find((day) => {
    if (before?.day === day && covers(before, span)) return false
    const there = own.filter((shift) => shift.day === day)
    return firstOverlap(span, there) !== undefined
  })
  return taken === undefined ? undefined : refuse('shift_overlap', taken, { day: taken })
}
