/**
 * Decides what becomes of a booking whose worker has not come (P14). A seat waits for its grace and is then given free;
 * the row stays as a no-show. While a kiosk is away nobody can know who tapped, so nothing is released on silence. A
 * child who is in the room is never released, only called out.
 */
import type { BookingState } from '../protocol/event/booking.ts'
import { type CalendarDay, type Instant, instantOf, MINUTE_MS } from '../protocol/time.ts'

export interface AwaitedBooking {
  readonly state: BookingState
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  /** Booked while its time was running: the grace counts from then. */
  readonly madeAt: Instant
  readonly checkInRequired: boolean
  readonly graceMin: number
}

export interface ReleaseFacts {
  readonly now: Instant
  /** The worker is inside, or tapped in since the booking could be taken up. */
  readonly cameIn: boolean
  /** Everything every kiosk saw up to here has arrived: `now` when all are connected. */
  readonly heardThrough: Instant
  /** The child of the booking is in the childcare room. */
  readonly childInside: boolean
}

export type ReleaseVerdict =
  /** Not in question, or not yet: look again at `until`, if given. */
  | { readonly action: 'keep'; readonly until?: Instant }
  /** Overdue, but a kiosk is away. */
  | { readonly action: 'pause' }
  /** Overdue with the child here: a person must look. */
  | { readonly action: 'alarm' }
  | { readonly action: 'release' }

/** The instant at which the grace is over. */
export function graceEnds({ day, start, madeAt, graceMin }: AwaitedBooking): Instant {
  return Math.max(instantOf(day, start), madeAt) + graceMin * MINUTE_MS
}

export function decideRelease(booking: AwaitedBooking, facts: ReleaseFacts): ReleaseVerdict {
  if (booking.state !== 'confirmed' || !booking.checkInRequired || facts.cameIn) return { action: 'keep' }
  const deadline = graceEnds(booking)
  if (facts.now < deadline) return { action: 'keep', until: deadline }
  if (facts.childInside) return { action: 'alarm' }
  return facts.heardThrough < deadline ? { action: 'pause' } : { action: 'release' }
}

/** Does a tap take a no-show back? Only within its own time, and only if nobody has taken the place since. */
export function takesBack(
  booking: Pick<AwaitedBooking, 'state' | 'day' | 'start' | 'end'>,
  tapAt: Instant,
  stillFree: boolean,
): boolean {
  const { state, day, start, end } = booking
  return state === 'no_show' && stillFree && tapAt >= instantOf(day, start) && tapAt < instantOf(day, end)
}
