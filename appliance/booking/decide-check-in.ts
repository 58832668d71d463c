/**
 * What a worker's coming and going makes of her booking. Pure: bookings and sessions in, the next state out. It reads
 * sessions, not taps, so that a switched direction, an undo or a tap that arrives late is judged like any other.
 */
import type { BookingState, SettledWhy } from '../../central-sync/protocol/event/booking.ts'
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, HOUR_MS, type Instant, instantOf } from '../../central-sync/protocol/time.ts'
import { takesBack } from '../../central-sync/rules/decide-release.ts'

/** Who comes earlier than this before her time is not at her seat yet. */
export const EARLY_MS = HOUR_MS

export interface BookedTime {
  readonly state: BookingState
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly madeAt: Instant
  /** When it came into its state. */
  readonly changedAt: Instant
}

/** One session at this centre. Neither open nor ended: the OUT is missing, and she is gone. */
export interface Presence {
  readonly startedAt: Instant
  readonly endedAt: Instant | undefined
  readonly open: boolean
  readonly startId: EventId | undefined
  readonly endId: EventId | undefined
}

export interface CheckInStep {
  readonly state: Extract<BookingState, 'confirmed' | 'in' | 'done'>
  readonly why: SettledWhy
  readonly tap?: EventId
}

/** The next state, or nothing to change. */
export function decideCheckIn(
  booking: BookedTime,
  presences: readonly Presence[],
  now: Instant,
): CheckInStep | undefined {
  const [from, until] = [instantOf(booking.day, booking.start), instantOf(booking.day, booking.end)]
  const met = presences.filter((one) => overlapsTime(one, from, until, now))
  const inside = presences.find(({ open, startedAt }) => open && startedAt < until && now >= from - EARLY_MS)
  switch (booking.state) {
    case 'confirmed': {
      if (inside !== undefined && now < until) return step('in', 'check_in', inside.startId)
      // Who had gone before she booked has not been at this seat.
      const since = met.filter(({ startedAt, endedAt }) => (endedAt ?? startedAt) > booking.madeAt)
      return since.length > 0 ? step('done', 'checked_out', lastOf(since)) : undefined
    }
    case 'in':
      if (now >= until) return step('done', 'checked_out', lastOf(met))
      if (inside !== undefined) return undefined
      // Undone, switched, or gone again before her time began: the seat still waits for her.
      return met.length > 0 ? step('done', 'checked_out', lastOf(met)) : step('confirmed', 'check_in', undefined)
    case 'no_show':
      if (inside !== undefined && takesBack(booking, Math.max(now, from), now < until))
        return step('in', 'late_tap', inside.startId)
      return met.length > 0 ? step('done', 'late_tap', lastOf(met)) : undefined
    case 'done':
      // Only a new coming: who ended her booking and stays in the house does not get it back against her will.
      return inside !== undefined && now < until && inside.startedAt > booking.changedAt
        ? step('in', 'late_tap', inside.startId)
        : undefined
    default:
      return undefined
  }
}

/** True when the step takes a place that others may have taken since: the guard decides. */
export function isReopening({ state }: Pick<BookedTime, 'state'>, next: CheckInStep): boolean {
  return next.state === 'in' && (state === 'no_show' || state === 'done')
}

/** She was or is here in her time. */
export function overlapsTime(
  { startedAt, endedAt, open }: Presence,
  from: Instant,
  until: Instant,
  now: Instant,
): boolean {
  const end = open ? now + 1 : (endedAt ?? startedAt + 1)
  return startedAt < until && end > from
}

function lastOf(met: readonly Presence[]): EventId | undefined {
  return met.findLast(({ endId }) => endId !== undefined)?.endId
}

function step(state: CheckInStep['state'], why: SettledWhy, tap: EventId | undefined): CheckInStep {
  return tap === undefined ? { state, why } : { state, why, tap }
}
