/** Takes back childcare places together with seats: a sick child needs neither until Friday. */
import type { Tx } from '../../central-sync/journal/port.ts'
import { careSettled } from '../../central-sync/protocol/event/childcare.ts'
import type { BookingId, ChildId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'

/** Held and confirmed places that this worker asked for, on days from `from` to `to`. Who is inside stays inside. */
export async function cancelPlaces(
  tx: Tx,
  worker: WorkerId,
  from: CalendarDay,
  to: CalendarDay,
  by: string,
): Promise<number> {
  const places = await tx.all<{ care: BookingId; child: ChildId }>(
    `SELECT care, child FROM care_booking
      WHERE worker = ? AND day BETWEEN ? AND ? AND state IN ('held', 'confirmed') ORDER BY day, start_min`,
    [worker, from, to],
  )
  for (const { care, child } of places) {
    tx.append({ event: careSettled, data: { care, state: 'cancelled', why: 'range' }, subject: child, by })
  }
  return places.length
}
