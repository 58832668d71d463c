/** Who takes a day back waits for nothing on it any more. */
import type { Tx } from '../../central-sync/journal/port.ts'
import type { BookingId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import { close, settleHolds } from './waiting-desk.ts'
import { findWaiting, openWaitingOf } from './waiting-facts.ts'

/** Ends every open place on the waiting list on days from `from` to `to`. What is held for them is settled by the caller. */
export async function leaveWaiting(
  tx: Tx,
  worker: WorkerId,
  from: CalendarDay,
  to: CalendarDay,
  by: string,
): Promise<void> {
  for (const fact of await openWaitingOf(tx, worker, from, to)) close(tx, fact, 'withdrawn', by)
}

/** Her cancelling what is held for her is a no to the whole offer. False: it is held for no offer. */
export async function declineOffer(tx: Tx, booking: BookingId, by: string): Promise<boolean> {
  const row = await tx.one<{ waiting: Parameters<typeof findWaiting>[1] }>(
    "SELECT waiting FROM waiting WHERE booking = ? AND state = 'offered'",
    [booking],
  )
  const fact = row && (await findWaiting(tx, row.waiting))
  if (fact === undefined) return false
  await settleHolds(tx, fact, { state: 'cancelled', why: 'worker' }, by)
  close(tx, fact, 'withdrawn', by)
  return true
}
