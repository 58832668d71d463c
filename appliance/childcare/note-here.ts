/** A carer who takes a child in or hands one over is here: nobody has to say so a second time. */
import type { Tx } from '../../central-sync/journal/port.ts'
import { shiftAttended } from '../../central-sync/protocol/event/carer.ts'
import type { ShiftId, StaffId } from '../../central-sync/protocol/identifier.ts'
import { calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'

/** Her shifts that run at `at` and of which nobody has said anything. An absence somebody noted stays as it is. */
export async function noteHere(tx: Tx, staff: StaffId, at: Instant, by: string): Promise<void> {
  const minute = wallMinuteOf(at)
  const shifts = await tx.all<{ shift: ShiftId }>(
    `SELECT shift FROM shift WHERE staff = ? AND day = ? AND removed = 0 AND attendance = 'planned'
      AND start_min <= ? AND ? < end_min ORDER BY shift`,
    [staff, calendarDayOf(at), minute, minute],
  )
  for (const { shift } of shifts) tx.append({ event: shiftAttended, data: { shift, state: 'here' }, by })
}
