/** Bookings, resources and closures as rows with names, for pages and programs. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BookingId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import type { ListedBooking } from '../booking/booking-read.ts'
import type { BookingConflict } from '../booking/find-conflicts.ts'
import type { Closure, FloorBook, FloorPlan, Resource } from '../booking/floor-plan.ts'
import { isOpenBooking } from '../booking/make-booking.ts'
import type { Directory, Person } from '../worker/directory.ts'
import type { bookingRow, closureRow, conflictRow, resourceRow } from './shape-booking-rows.ts'

export interface BookingNames {
  readonly rows: Rows
  readonly floor: FloorBook
  readonly directory: Directory
  readonly clock: Clock
}

export type People = ReadonlyMap<WorkerId, Pick<Person, 'shownCode' | 'name'>>

export function describeResource({ attrs, map, ...rest }: Resource): z.output<typeof resourceRow> {
  return { ...rest, attrs: { ...attrs }, map: { ...map } }
}

export function describeClosure(closure: Closure, plan: FloorPlan): z.output<typeof closureRow> {
  const { target } = closure
  return { ...closure, targetName: target === 'centre' ? null : (plan.resources.get(target)?.name ?? null) }
}

export function describeBooking(
  { placeState, ...fact }: ListedBooking,
  plan: FloorPlan,
  people: People,
  now: Instant,
): z.output<typeof bookingRow> {
  const resource = plan.resources.get(fact.resource)
  const person = people.get(fact.worker)
  return {
    ...fact,
    resourceName: resource?.name ?? '',
    kind: resource?.kind ?? 'seat',
    floor: resource?.floor ?? '',
    code: person?.shownCode ?? '',
    name: person?.name ?? '',
    open: isOpenBooking(fact, now),
    placeStands: placeState === 'held' || placeState === 'confirmed' || placeState === 'in',
  }
}

export async function conflictRows(
  { floor, directory, clock }: BookingNames,
  found: readonly BookingConflict[],
  facts: ReadonlyMap<BookingId, ListedBooking>,
): Promise<z.output<typeof conflictRow>[]> {
  if (found.length === 0) return []
  const plan = await floor.now()
  const people = await directory.byId()
  return found.flatMap(({ booking, why, closure }) => {
    const fact = facts.get(booking)
    return fact === undefined ? [] : [{ ...describeBooking(fact, plan, people, clock.now()), why, closure }]
  })
}
