/**
 * The one way a childcare place is taken: by staff, on a phone, with a seat, by an offer, by walking in. Runs inside a job
 * of the write lane; the triggers of the table have the last word over it.
 */
import type { Rows, Tx } from '../../central-sync/journal/port.ts'
import type { BookingSource, BookingState, SettledWhy, WallSpan } from '../../central-sync/protocol/event/booking.ts'
import { demandDeclined } from '../../central-sync/protocol/event/booking.ts'
import { type AgeBand, careBooked, careSettled } from '../../central-sync/protocol/event/childcare.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../../central-sync/protocol/refusal.ts'
import type { CalendarDay, Instant } from '../../central-sync/protocol/time.ts'
import { type CareWeight, decideCareBooking, weighChild } from '../../central-sync/rules/decide-care-booking.ts'
import type { FloorBook } from '../booking/floor-plan.ts'
import { readCareDay, slotsOf } from './care-day.ts'
import type { ChildBook } from './child-book.ts'

export interface CareWish extends WallSpan {
  readonly child: ChildId
  /** The parent. */
  readonly worker: WorkerId
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly source: BookingSource
  /** The parent stands here and said where she can be reached today. */
  readonly reachable?: true | undefined
}

export interface NewCare extends CareWish {
  /** One press of one button: seat and place of a pair share it. */
  readonly request: RequestId
  readonly by: string
  /** `confirmed` unless said otherwise. */
  readonly state?: 'confirmed' | 'held' | undefined
  /** Of a held one, UTC ms. */
  readonly expires?: Instant | undefined
  /** The seat that is asked for together with it. */
  readonly linked?: BookingId | undefined
  /** When others must know it before (the seat names its place). */
  readonly care?: BookingId | undefined
}

/** What the room's desks share: children in memory, rooms and hours. */
export interface CareParts {
  readonly children: ChildBook
  readonly floor: FloorBook
}

export interface BookedCare extends CareWeight {
  readonly care: BookingId
}

/**
 * Takes one place, or says why not. What it wrote is projected when it resolves. Throws `Refused` when a trigger sees what
 * the rule did not: the whole job is rolled back then.
 */
export async function bookCare(tx: Tx, parts: CareParts, wish: NewCare): Promise<BookedCare | Refusal> {
  const weight = await decideCare(tx, parts, wish)
  if (isRefusal(weight)) return weight
  const care = wish.care ?? newIdentifier('booking')
  const { request, child, worker, room, day, start, end, source, state = 'confirmed', linked, expires, by } = wish
  const data = {
    ...{ care, request, child, worker, room, day, start, end, source, state, ...weight },
    ...(linked === undefined ? {} : { linked }),
    ...(expires === undefined ? {} : { expires }),
  }
  tx.append({ event: careBooked, data, subject: child, by })
  await tx.project()
  return { care, ...weight }
}

/**
 * The rule over what is known in this job, without taking anything: band and units, or what is in the way. `except`: the
 * place that is being moved.
 */
export async function decideCare(
  tx: Tx,
  { children, floor }: CareParts,
  wish: CareWish,
  except?: BookingId,
): Promise<CareWeight | Refusal> {
  const { child: id, room: roomId, day } = wish
  const plan = await floor.of(tx)
  const resource = plan.resources.get(roomId)
  const room = resource?.kind === 'nursery' ? resource : undefined
  const known = await children.careChild(id, day, tx)
  const child = known === undefined ? undefined : { ...known, reachable: wish.reachable ?? known.reachable }
  const careDay = await readCareDay(tx, roomId, day, { now: tx.now })
  const { policy } = careDay
  const refused = decideCareBooking(
    wish,
    {
      now: tx.now,
      ...plan.openingOf(day, room),
      child,
      room: room && { open: plan.isOpen(room) },
      policy,
      ofChild: await placesOf(tx, id, day, except),
      // A child who is inside already takes nothing more by being booked.
      slots: slotsOf({ ...careDay, children: careDay.children.filter((one) => one.child !== id) }, wish),
    },
    plan.rules,
  )
  if (refused !== undefined) return refused
  if (child === undefined || policy === undefined) throw new Error('the rule has looked at both')
  return weighChild(child, day, policy)
}

/** When the child has a place on that day already. */
export async function placesOf(
  rows: Rows,
  child: ChildId,
  day: CalendarDay,
  except?: BookingId | undefined,
): Promise<WallSpan[]> {
  return rows.all<{ start: number; end: number }>(
    `SELECT start_min AS start, end_min AS "end" FROM care_booking
      WHERE child = ? AND day = ? AND state IN ('held', 'confirmed', 'in') AND care IS NOT ?`,
    [child, day, except ?? null],
  )
}

export interface CareFact extends CareWish {
  readonly care: BookingId
  readonly request: RequestId
  readonly band: AgeBand
  readonly units: number
  readonly state: BookingState
  readonly linked: BookingId | null
  readonly expires: Instant | null
  readonly madeAt: Instant
}

export const CARE_COLUMNS = `care, request, child, worker, room, day, start_min AS start, end_min AS "end", band, units, state,
  source, linked, expires_at AS expires, made_at AS madeAt`

export function findCare(rows: Rows, care: BookingId): Promise<CareFact | undefined> {
  return rows.one<CareFact>(`SELECT ${CARE_COLUMNS} FROM care_booking WHERE care = ?`, [care])
}

const OPEN: ReadonlySet<BookingState> = new Set(['held', 'confirmed', 'in'])

export function isOpenCare({ state }: Pick<CareFact, 'state'>): boolean {
  return OPEN.has(state)
}

/** Appends the next state; the caller projects. A child who is inside is never released, only fetched. */
export function settleCare(
  tx: Tx,
  { care, child }: Pick<CareFact, 'care' | 'child'>,
  next: { readonly state: Exclude<BookingState, 'held'>; readonly why: SettledWhy },
  by: string,
): void {
  tx.append({ event: careSettled, data: { care, ...next }, subject: child, by })
}

/** Gives a place back. Refused once the child is here: then it is fetched, not cancelled. */
export async function cancelCare(tx: Tx, care: BookingId, why: SettledWhy, by: string): Promise<CareFact | Refusal> {
  const found = await findCare(tx, care)
  if (found === undefined) return refuse('booking_unknown')
  if (found.state === 'in') return refuse('already_in')
  if (!isOpenCare(found)) return refuse('booking_settled')
  settleCare(tx, found, { state: 'cancelled', why }, by)
  await tx.project()
  return found
}

/** Refused for want of carers, room or hours, not for a mistake of whoever asked: what a town must know. */
const DECLINED: ReadonlySet<RefusalCode> = new Set([
  'outside_hours',
  'closed_then',
  'too_far_ahead',
  'resource_closed',
  'policy_missing',
  'ratio_exceeded',
  'staff_minimum',
  'qualified_missing',
  'area_exceeded',
])

export function isDeclinedCare(answer: unknown): answer is Refusal {
  return isRefusal(answer) && DECLINED.has(answer.refused)
}

/** Keeps the wish that could not be met. It names no child. */
export function appendCareDemand(
  tx: Tx,
  { day, start, end, source, worker }: Pick<CareWish, 'day' | 'start' | 'end' | 'source' | 'worker'>,
  { refused }: Refusal,
  by: string,
) {
  const demand = newIdentifier('demand')
  tx.append({
    event: demandDeclined,
    data: { demand, what: 'childcare', day, start, end, why: refused, source, worker },
    subject: worker,
    by,
  })
}
