/** Another time or room for a child's place, in one step: what does not fit leaves the place as it was. */

import type { Tx } from '../../central-sync/journal/port.ts'
import type { BookingSource, WallSpan } from '../../central-sync/protocol/event/booking.ts'
import { careMoved } from '../../central-sync/protocol/event/childcare.ts'
import type { ResourceId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import { checkMove } from '../../central-sync/rules/check-move.ts'
import type { CareWeight } from '../../central-sync/rules/decide-care-booking.ts'
import type { FloorPlan } from '../booking/floor-plan.ts'
import { type CareFact, type CareParts, decideCare } from './book-care.ts'
import { reviewAlarms } from './find-shortages.ts'

export interface CareSpot extends WallSpan {
  /** Absent: the same room, or another one with a place. */
  readonly room?: ResourceId | undefined
  readonly day: CalendarDay
  readonly source: BookingSource
}

/** Where it goes and what the child counts as there; nothing when it is there already. */
export type DecidedMove = (CareWeight & WallSpan & { readonly room: ResourceId; readonly day: CalendarDay }) | undefined

/** Decides without writing, so that a seat can be moved in the same job. */
export async function decideCareMove(
  tx: Tx,
  parts: CareParts,
  old: CareFact,
  spot: CareSpot,
): Promise<DecidedMove | Refusal> {
  const { day, start, end, source } = spot
  const slot = { day, start, end }
  let refused: Refusal | undefined
  for (const room of roomsFor(await parts.floor.of(tx), old, spot.room)) {
    const move = checkMove({ ...old, resource: old.room }, { ...slot, resource: room }, tx.now)
    if (isRefusal(move)) return refused ?? move
    if (move === 'same') return undefined
    // The child is in there: another room is a matter for the carers at the door.
    if (old.state === 'in' && room !== old.room) return refused ?? refuse('booking_settled')
    if (move === 'shorter') return { room, ...slot, band: old.band, units: old.units }
    const weight = await decideCare(
      tx,
      parts,
      { ...slot, room, child: old.child, worker: old.worker, source },
      old.care,
    )
    if (!isRefusal(weight)) return { room, ...slot, ...weight }
    refused ??= weight
  }
  return refused ?? refuse('resource_unknown')
}

/** The room that was asked for, else the one it is in before the others. */
function roomsFor(plan: FloorPlan, old: CareFact, wanted: ResourceId | undefined): readonly ResourceId[] {
  if (wanted !== undefined) return [wanted]
  const others = [...plan.resources.values()].filter((one) => one.kind === 'nursery' && plan.isOpen(one))
  return [old.room, ...others.map(({ resource }) => resource).filter((one) => one !== old.room)]
}

/** Writes what was decided and looks at both days anew. Throws `Refused` when a trigger sees what the rule did not. */
export async function applyCareMove(
  tx: Tx,
  { floor }: CareParts,
  { care, child, room, day }: CareFact,
  next: DecidedMove,
  by: string,
): Promise<void> {
  if (next === undefined) return
  tx.append({ event: careMoved, data: { care, ...next }, subject: child, by })
  const plan = await floor.of(tx)
  await reviewAlarms(tx, plan, { room, day, by })
  if (room !== next.room || day !== next.day) await reviewAlarms(tx, plan, { room: next.room, day: next.day, by })
}
