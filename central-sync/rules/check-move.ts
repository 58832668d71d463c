/**
 * What of a booking may still be said anew: ahead everything, while it runs only what is to come of it. Whether the new
 * place and time can be had is decided like a new wish, without the booking itself in the way.
 */
import type { BookingState, WallSpan } from '../protocol/event/booking.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import { type CalendarDay, type Instant, instantOf } from '../protocol/time.ts'
import { covers } from './overlap.ts'

export interface MovingSlot extends WallSpan {
  readonly resource: string
  readonly day: CalendarDay
}

/** `same`: nothing to change. `shorter`: takes nothing new, so it always works. `elsewhere`: to be decided as a wish. */
export type Move = 'same' | 'shorter' | 'elsewhere'

/** `settled` when it is over, only held, or when it runs and its beginning would change. */
export function checkMove(
  old: MovingSlot & { readonly state: BookingState },
  next: MovingSlot,
  now: Instant,
): Move | Refusal {
  if ((old.state !== 'confirmed' && old.state !== 'in') || instantOf(old.day, old.end) <= now)
    return refuse('booking_settled')
  if (next.end <= next.start) return refuse('interval_invalid')
  const stays = next.resource === old.resource && next.day === old.day
  if (stays && next.start === old.start && next.end === old.end) return 'same'
  if (old.state === 'in' && (next.day !== old.day || next.start !== old.start)) return refuse('booking_settled')
  return stays && covers(old, next) ? 'shorter' : 'elsewhere'
}
