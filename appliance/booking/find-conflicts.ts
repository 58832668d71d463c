/** Bookings that stand where by now none could be made: closed, outside the hours, or crossed with their room. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { ClosureId } from '../../central-sync/protocol/identifier.ts'
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'
import { calendarDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import { covers, overlaps } from '../../central-sync/rules/overlap.ts'
import { OCCUPYING } from './booking-tables.ts'
import type { FloorPlan } from './floor-plan.ts'
import { type BookingFact, isOpenBooking } from './make-booking.ts'

export interface BookingConflict {
  readonly booking: BookingFact['booking']
  readonly why: RefusalCode
  readonly closure: ClosureId | null
}

/** In order of time. Nothing is dropped by itself: each of these needs a word with somebody. */
export async function findConflicts(rows: Rows, plan: FloorPlan, now: Instant): Promise<readonly BookingConflict[]> {
  const ahead = await rows.all<BookingFact>(
    `SELECT booking, resource, worker, day, start_min AS start, end_min AS "end", state FROM booking
      WHERE day >= ? AND state IN ${OCCUPYING} ORDER BY day, start_min, booking`,
    [calendarDayOf(now)],
  )
  const open = ahead.filter((one) => isOpenBooking(one, now))
  const byPlace = Map.groupBy(open, ({ resource, day }) => `${resource} ${day}`)
  return open.flatMap((one) => {
    const conflict = conflictOf(one, plan, byPlace)
    return conflict === undefined ? [] : [{ booking: one.booking, ...conflict }]
  })
}

function conflictOf(
  one: BookingFact,
  plan: FloorPlan,
  byPlace: ReadonlyMap<string, readonly BookingFact[]>,
): Omit<BookingConflict, 'booking'> | undefined {
  const { day } = one
  const resource = plan.resources.get(one.resource)
  const hours = plan.hoursOf(day)
  const closure = plan.closuresOf(day, resource).find((other) => overlaps(other, one))
  if (closure !== undefined) return { why: 'closed_then', closure: closure.closure }
  if (hours === null) return { why: 'closed_then', closure: null }
  if (!covers(hours, one)) return { why: 'outside_hours', closure: null }
  const family = plan.familyOf(one.resource).flatMap((other) => byPlace.get(`${other} ${day}`) ?? [])
  if (family.some((other) => overlaps(other, one))) return { why: 'parent_blocked', closure: null }
  const usable = resource !== undefined && resource.kind !== 'nursery' && plan.isOpen(resource)
  return usable ? undefined : { why: 'resource_closed', closure: null }
}
