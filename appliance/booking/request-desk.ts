/**
 * One request for parent and child: a seat and a childcare place, both or neither. When the child's place is lost later
 * the seat asks: it stays, the worker and the staff see the question, and nothing is dropped in silence.
 */
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import { type BookingSource, demandDeclined, type WallSpan } from '../../central-sync/protocol/event/booking.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import { type CareParts, isDeclinedCare } from '../childcare/book-care.ts'
import { cancelPair, movePair, type PairMove } from './change-pair.ts'
import type { Want } from './choose-seat.ts'
import { type HeldPlaces, holdPlaces, isGuardRefusal } from './hold-places.ts'
import { findBooking, isDeclinedDemand, isOpenBooking, settleBooking } from './make-booking.ts'
import { type Answerer, isParent } from './waiting-desk.ts'

export interface PairWish extends WallSpan {
  readonly worker: WorkerId
  readonly child: ChildId
  readonly day: CalendarDay
  readonly want: Want
  readonly room?: ResourceId | undefined
  readonly source: Extract<BookingSource, 'web' | 'kiosk' | 'staff'>
  readonly request: RequestId
}

type Wanted = Pick<PairWish, 'worker' | 'day' | 'start' | 'end' | 'source'>

/** Who moves a pair, and by which way. */
export type PairMover = Answerer & { readonly source: Extract<BookingSource, 'web' | 'staff'> }

export interface BookedPair {
  readonly request: RequestId
  readonly booking: BookingId
  readonly care: BookingId
  readonly resource: ResourceId
  readonly room: ResourceId
}

/** A seat whose child's place is lost, and nobody has said yet what shall become of it. */
export interface SeatQuestion extends WallSpan {
  readonly booking: BookingId
  readonly care: BookingId
  readonly worker: WorkerId
  readonly day: CalendarDay
  readonly resource: ResourceId
  readonly askedAt: Instant
}

export class RequestDesk {
  readonly #journal: Journal
  readonly #care: CareParts

  constructor(journal: Journal, care: CareParts) {
    this.#journal = journal
    this.#care = care
  }

  /** Both or neither; the same request again gets the same answer. A wish that could not be met is kept as demand. */
  async bookPair(wish: PairWish, by: string): Promise<BookedPair | Refusal> {
    const answer = await this.#both(wish, by)
    if (isDeclinedDemand(answer) || isDeclinedCare(answer)) await this.#keepDemand(wish, answer, by)
    return answer
  }

  async #both(wish: PairWish, by: string): Promise<BookedPair | Refusal> {
    try {
      return await this.#journal.write('request.pair', async (tx) => {
        const before = await findPair(tx, wish.request)
        if (before !== undefined) return before
        if (wish.end <= wish.start) return refuse('interval_invalid')
        if (!(await isParent(tx, this.#care, wish.worker, wish.child))) return refuse('child_unknown')
        const held = await holdPlaces(tx, this.#care, { ...wish, by })
        return isRefusal(held) ? held : pairOf(wish.request, held)
      })
    } catch (error) {
      // A guard saw more than the rules: the whole job was taken back, neither place is there.
      if (isGuardRefusal(error)) return error.refusal
      throw error
    }
  }

  /** Gives back the seat and the child's place in one step. */
  cancelPair(booking: BookingId, answerer: Answerer, request?: string): Promise<undefined | Refusal> {
    return writeOnce(this.#journal, request, 'request.cancel-pair', (tx) =>
      cancelPair(tx, this.#care, booking, answerer),
    )
  }

  /** Another seat or time, with the child's place or without; when one does not fit both stay as they are. */
  async movePair(move: PairMove, mover: PairMover, request?: string): Promise<undefined | Refusal> {
    const answer = await this.#move(move, mover, request)
    if (!isDeclinedDemand(answer) && !isDeclinedCare(answer)) return answer
    const seat = await findBooking(this.#journal.read, move.booking)
    if (seat === undefined) return answer
    const { worker, care } = seat
    const { day = seat.day, start = seat.start, end = seat.end, withPlace } = move
    const what = withPlace && care !== null ? 'pair' : 'seat'
    await this.#keepDemand({ worker, day, start, end, source: mover.source }, answer, mover.by, what)
    return answer
  }

  async #move(move: PairMove, mover: PairMover, request: string | undefined): Promise<undefined | Refusal> {
    try {
      return await writeOnce(this.#journal, request, 'request.move-pair', (tx) => movePair(tx, this.#care, move, mover))
    } catch (error) {
      if (isGuardRefusal(error)) return error.refusal
      throw error
    }
  }

  #keepDemand(
    { day, start, end, source, worker }: Wanted,
    { refused }: Refusal,
    by: string,
    what: 'pair' | 'seat' = 'pair',
  ): Promise<void> {
    return this.#journal.write('request.declined', async (tx) => {
      const data = {
        demand: newIdentifier('demand'),
        what,
        day,
        start,
        end,
        why: refused,
        source,
        worker,
      } as const
      tx.append({ event: demandDeclined, data, subject: worker, by })
    })
  }

  /** `keep`: she comes without the child. Else the seat is given back, and goes to who waits. */
  answerSeat(booking: BookingId, keep: boolean, { by, only }: Answerer): Promise<undefined | Refusal> {
    return this.#journal.write('request.answer-seat', async (tx) => {
      const seat = await findBooking(tx, booking)
      if (seat === undefined || (only !== undefined && seat.worker !== only)) return refuse('booking_unknown')
      if (!isOpenBooking(seat, tx.now) || seat.state === 'held') return refuse('booking_settled')
      const asking = await tx.one('SELECT 1 AS one FROM pair WHERE booking = ? AND place = 0 AND kept = 0', [booking])
      if (asking === undefined) return refuse('booking_settled')
      const why = only === undefined ? 'staff' : 'worker'
      if (keep) settleBooking(tx, seat, { state: seat.state === 'in' ? 'in' : 'confirmed', why }, by)
      else settleBooking(tx, seat, { state: seat.state === 'in' ? 'done' : 'cancelled', why: 'care_lost' }, by)
      return undefined
    })
  }
}

function pairOf(request: RequestId, { booking, care, resource, room }: HeldPlaces): BookedPair {
  if (booking === undefined || care === undefined || resource === undefined || room === undefined) {
    throw new Error('a pair is a seat and a place')
  }
  return { request, booking, care, resource, room }
}

function findPair(tx: Tx, request: RequestId): Promise<BookedPair | undefined> {
  return tx.one<BookedPair>(
    `SELECT b.request, b.booking, c.care, b.resource, c.room FROM booking AS b JOIN care_booking AS c ON c.care = b.care
      WHERE b.request = ?`,
    [request],
  )
}

/** Seats that ask, of one worker or of all, from today on. Who sits there already has answered. */
export function seatQuestions(rows: Rows, now: Instant, worker?: WorkerId): Promise<SeatQuestion[]> {
  return rows.all<SeatQuestion>(
    `SELECT p.booking, p.care, b.worker, b.day, b.start_min AS start, b.end_min AS "end", b.resource, p.lost_at AS askedAt
       FROM pair AS p JOIN booking AS b ON b.booking = p.booking
      WHERE p.seat = 1 AND p.place = 0 AND p.kept = 0 AND b.state = 'confirmed' AND b.day >= ?1
        AND (?2 IS NULL OR b.worker = ?2)
      ORDER BY b.day, b.start_min, b.booking`,
    [calendarDayOf(now), worker ?? null],
  )
}
