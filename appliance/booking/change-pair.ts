/** A seat and a child's place that were asked for together are given back or moved together, or neither. */
import type { Tx } from '../../central-sync/journal/port.ts'
import type { BookingSource } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import { type CareFact, type CareParts, findCare, isOpenCare, settleCare } from '../childcare/book-care.ts'
import { reviewAlarms } from '../childcare/find-shortages.ts'
import { applyCareMove, decideCareMove } from '../childcare/move-care.ts'
import { declineOffer } from './leave-waiting.ts'
import { type BookingFact, findBooking, isOpenBooking, settleBooking } from './make-booking.ts'
import { moveBooking } from './move-booking.ts'
import { type Answerer, isParent } from './waiting-desk.ts'

export interface PairMove {
  readonly booking: BookingId
  /** What is absent stays as it is. */
  readonly resource?: ResourceId | undefined
  readonly day?: CalendarDay | undefined
  readonly start?: number | undefined
  readonly end?: number | undefined
  /** False: the child's place stays where it is. */
  readonly withPlace: boolean
}

/** Refused while the child is in the room: it is fetched, not cancelled. */
export async function cancelPair(
  tx: Tx,
  care: CareParts,
  booking: BookingId,
  answerer: Answerer,
): Promise<undefined | Refusal> {
  const pair = await findOwn(tx, booking, answerer)
  if (isRefusal(pair)) return pair
  const { seat, place } = pair
  if (!isOpenBooking(seat, tx.now)) return refuse('booking_settled')
  if (place?.state === 'in') return refuse('already_in')
  const { by, only } = answerer
  const why = only === undefined ? 'staff' : 'worker'
  // What staff take back of an offer is offered to her again; her own no is a no.
  if (why === 'worker' && seat.state === 'held' && (await declineOffer(tx, booking, by))) return undefined
  settleBooking(tx, seat, { state: seat.state === 'in' ? 'done' : 'cancelled', why }, by)
  if (place === undefined) return undefined
  settleCare(tx, place, { state: 'cancelled', why }, by)
  await reviewAlarms(tx, await care.floor.of(tx), { room: place.room, day: place.day, by })
  return undefined
}

/** Both are decided before either is written: what does not fit leaves seat and place as they were. */
export async function movePair(
  tx: Tx,
  care: CareParts,
  { booking, withPlace, ...wanted }: PairMove,
  { by, only, source }: Answerer & { readonly source: BookingSource },
): Promise<undefined | Refusal> {
  const pair = await findOwn(tx, booking, { by, only })
  if (isRefusal(pair)) return pair
  const { seat, place } = pair
  const { resource = seat.resource, day = seat.day, start = seat.start, end = seat.end } = wanted
  const moved = withPlace ? place : undefined
  if (moved !== undefined && only !== undefined && !(await isParent(tx, care, only, moved.child))) {
    return refuse('child_unknown')
  }
  const spot = moved === undefined ? undefined : carriedOver(seat, { day, start, end }, moved)
  const next =
    moved === undefined || spot === undefined ? undefined : await decideCareMove(tx, care, moved, { ...spot, source })
  if (isRefusal(next)) return next
  const refused = await moveBooking(tx, care.floor, seat, { resource, day, start, end, source }, by)
  if (refused !== undefined) return refused
  if (moved !== undefined) await applyCareMove(tx, care, moved, next, by)
  return undefined
}

type Slot = Pick<BookingFact, 'day' | 'start' | 'end'>

/**
 * Where the place goes with its seat: only what changes of the seat changes of the place, whose times may be others since
 * one of the two was moved alone. Nothing when it stays.
 */
function carriedOver(seat: Slot, wanted: Slot, place: Slot): Slot | undefined {
  const day = wanted.day === seat.day ? place.day : wanted.day
  const start = wanted.start === seat.start ? place.start : wanted.start
  const end = wanted.end === seat.end ? place.end : wanted.end
  const stays = day === place.day && start === place.start && end === place.end
  return stays ? undefined : { day, start, end }
}

/** Somebody else's booking is none of her business: it is not there. `place` only while it stands. */
async function findOwn(
  tx: Tx,
  booking: BookingId,
  { only }: Answerer,
): Promise<{ seat: BookingFact; place: CareFact | undefined } | Refusal> {
  const seat = await findBooking(tx, booking)
  if (seat === undefined || (only !== undefined && seat.worker !== only)) return refuse('booking_unknown')
  const place = seat.care === null ? undefined : await findCare(tx, seat.care)
  return { seat, place: place !== undefined && isOpenCare(place) ? place : undefined }
}
