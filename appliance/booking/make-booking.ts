/**
 * The one way a seat, booth or room is taken: by staff, on a phone, at the kiosk, by walking in, by an offer. Runs inside a
 * job of the write lane; the triggers of the table have the last word over it.
 */
import type { Rows, Tx } from '../../central-sync/journal/port.ts'
import {
  type BookingSource,
  type BookingState,
  bookingMade,
  bookingSettled,
  demandDeclined,
  type SettledWhy,
  type WallSpan,
} from '../../central-sync/protocol/event/booking.ts'
import {
  type BookingId,
  type DemandId,
  type EventId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type SeriesId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, type RefusalCode } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, type Instant, instantOf } from '../../central-sync/protocol/time.ts'
import { decideBooking } from '../../central-sync/rules/decide-booking.ts'
import { OCCUPYING } from './booking-tables.ts'
import type { FloorBook, FloorPlan } from './floor-plan.ts'
import { Taken } from './taken.ts'

export interface SlotWish extends WallSpan {
  readonly worker: WorkerId
  readonly resource: ResourceId
  readonly day: CalendarDay
  readonly source: BookingSource
}

export interface NewBooking extends SlotWish {
  /** One press of one button; several bookings may belong to one. */
  readonly request: RequestId
  readonly by: string
  /** `confirmed` unless said otherwise. */
  readonly state?: 'confirmed' | 'held'
  /** Of a held one, UTC ms. */
  readonly expires?: Instant
  readonly series?: SeriesId
  readonly care?: BookingId
  /** When others must know it before (a linked childcare place). */
  readonly booking?: BookingId
}

/**
 * Takes one slot, or says why not. What it wrote is projected when it resolves, so that a desk may take several, one
 * after the other. Throws `Refused` when a trigger sees what the rule did not: the whole job is rolled back then.
 */
export async function makeBooking(tx: Tx, floor: FloorBook, wish: NewBooking): Promise<BookingId | Refusal> {
  const plan = await floor.of(tx)
  const taken = await Taken.load(tx, [wish], plan, tx.now)
  const refused = decideSlot(wish, plan, taken, tx.now)
  if (refused !== undefined) return refused
  const booking = appendBooking(tx, wish)
  await tx.project()
  return booking
}

/** The rule over what is in memory. `except`: the booking that is being moved. */
export function decideSlot(
  wish: SlotWish,
  plan: FloorPlan,
  taken: Taken,
  now: Instant,
  except?: BookingId,
): Refusal | undefined {
  const found = plan.resources.get(wish.resource)
  const resource = found === undefined || found.kind === 'nursery' ? undefined : found
  const others = <S extends { booking: BookingId }>(spans: readonly S[]) =>
    except === undefined ? spans : spans.filter(({ booking }) => booking !== except)
  return decideBooking(
    wish,
    {
      now,
      ...plan.openingOf(wish.day, resource),
      resource: resource && { open: plan.isOpen(resource), bufferMin: resource.bufferMin },
      onResource: others(taken.onResource(wish.resource, wish.day)),
      onFamily: others(plan.familyOf(wish.resource).flatMap((one) => taken.onResource(one, wish.day))),
      ofWorker: others(taken.ofWorker(wish.worker, wish.day)),
      upcoming: taken.upcomingOf(wish.worker) - (except === undefined ? 0 : 1),
    },
    plan.rules,
  )
}

/** Appends what was decided; the caller projects. */
export function appendBooking(tx: Tx, wish: NewBooking): BookingId {
  const booking = wish.booking ?? newIdentifier('booking')
  const { request, resource, worker, day, start, end, state = 'confirmed', source, series, expires, care, by } = wish
  const optional = {
    ...(series === undefined ? {} : { series }),
    ...(expires === undefined ? {} : { expires }),
    ...(care === undefined ? {} : { care }),
  }
  const data = { booking, request, resource, worker, day, start, end, state, source, ...optional }
  tx.append({ event: bookingMade, data, subject: worker, by })
  return booking
}

export interface BookingFact extends WallSpan {
  readonly booking: BookingId
  readonly request: RequestId
  readonly resource: ResourceId
  readonly worker: WorkerId
  readonly day: CalendarDay
  readonly state: BookingState
  readonly source: BookingSource
  readonly series: SeriesId | null
  readonly care: BookingId | null
  readonly expires: Instant | null
}

const COLUMNS = `booking, request, resource, worker, day, start_min AS start, end_min AS "end", state, source, series, care,
  expires`

export function findBooking(rows: Rows, booking: BookingId): Promise<BookingFact | undefined> {
  return rows.one<BookingFact>(`SELECT ${COLUMNS} FROM booking WHERE booking = ?`, [booking])
}

/** Held, confirmed or running bookings of a worker on days from `from` to `to`. */
export function openBookings(rows: Rows, worker: WorkerId, from: CalendarDay, to: CalendarDay): Promise<BookingFact[]> {
  return rows.all<BookingFact>(
    `SELECT ${COLUMNS} FROM booking WHERE worker = ? AND day BETWEEN ? AND ? AND state IN ${OCCUPYING}
      ORDER BY day, start_min`,
    [worker, from, to],
  )
}

const OPEN: ReadonlySet<BookingState> = new Set(['held', 'confirmed', 'in'])

/** It still occupies its place, and its time is not over. */
export function isOpenBooking({ state, day, end }: Pick<BookingFact, 'state' | 'day' | 'end'>, now: Instant): boolean {
  return OPEN.has(state) && instantOf(day, end) > now
}

/** Appends the next state; the caller projects. */
export function settleBooking(
  tx: Tx,
  { booking, worker }: Pick<BookingFact, 'booking' | 'worker'>,
  next: { readonly state: Exclude<BookingState, 'held'>; readonly why: SettledWhy; readonly tap?: EventId },
  by: string,
): void {
  tx.append({ event: bookingSettled, data: { booking, ...next }, subject: worker, by })
}

/** Refused for want of room or time, not for a mistake of the person who asked: what a town must know. */
const DECLINED: ReadonlySet<RefusalCode> = new Set([
  'outside_hours',
  'closed_then',
  'too_far_ahead',
  'booking_overlap',
  'parent_blocked',
  'resource_closed',
  'quota_reached',
])

export function isDeclinedDemand(answer: unknown): answer is Refusal {
  return isRefusal(answer) && isForWantOfRoom(answer.refused)
}

export function isForWantOfRoom(code: RefusalCode): boolean {
  return DECLINED.has(code)
}

/** Keeps the wish that could not be met, in the same job that refuses it. */
export function appendDemand(
  tx: Tx,
  wish: SlotWish,
  plan: FloorPlan,
  { refused }: Refusal,
  by: string,
  demand: DemandId = newIdentifier('demand'),
): void {
  const kind = plan.resources.get(wish.resource)?.kind
  const what = kind === undefined || kind === 'nursery' ? 'seat' : kind
  const { day, start, end, source, worker } = wish
  tx.append({
    event: demandDeclined,
    data: { demand, what, day, start, end, why: refused, source, worker },
    subject: worker,
    by,
  })
}
