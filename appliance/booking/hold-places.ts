/**
 * Takes a seat, a childcare place, or both for one wish, all or nothing, inside one job of the write lane. Decides first
 * and writes after: a refusal that is returned has left nothing behind, a refusal of a trigger takes the whole job back.
 */
import type { Tx } from '../../central-sync/journal/port.ts'
import type { BookingSource, WallSpan } from '../../central-sync/protocol/event/booking.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, type RefusalCode, Refused, refuse } from '../../central-sync/protocol/refusal.ts'
import type { CalendarDay, Instant } from '../../central-sync/protocol/time.ts'
import { bookCare, type CareParts, type CareWish, decideCare } from '../childcare/book-care.ts'
import { candidates, chooseSeat, type Want } from './choose-seat.ts'
import type { FloorPlan } from './floor-plan.ts'
import { appendBooking } from './make-booking.ts'
import { Taken } from './taken.ts'

export interface PlacesWish extends WallSpan {
  readonly request: RequestId
  readonly worker: WorkerId
  readonly day: CalendarDay
  /** Absent: only a childcare place. */
  readonly want?: Want | undefined
  /** Absent: only a seat. */
  readonly child?: ChildId | undefined
  /** The childcare room; the first with a place when absent. */
  readonly room?: ResourceId | undefined
  readonly source: BookingSource
  readonly by: string
  /** Until then the places are held; absent: confirmed at once. */
  readonly expires?: Instant | undefined
}

export interface HeldPlaces {
  readonly booking: BookingId | undefined
  readonly resource: ResourceId | undefined
  readonly care: BookingId | undefined
  readonly room: ResourceId | undefined
}

export async function holdPlaces(tx: Tx, care: CareParts, wish: PlacesWish): Promise<HeldPlaces | Refusal> {
  const plan = await care.floor.of(tx)
  const resource = wish.want === undefined ? undefined : await findSeat(tx, plan, wish, wish.want)
  if (isRefusal(resource)) return resource
  const room = wish.child === undefined ? undefined : await findRoom(tx, care, plan, wish, wish.child)
  if (isRefusal(room)) return room
  const booking = resource === undefined ? undefined : newIdentifier('booking')
  const place = await takePlace(tx, care, wish, { room, booking })
  if (resource !== undefined && booking !== undefined) takeSeat(tx, wish, { resource, booking, care: place })
  await tx.project()
  return { booking, resource, care: place, room }
}

async function findSeat(tx: Tx, plan: FloorPlan, wish: PlacesWish, want: Want): Promise<ResourceId | Refusal> {
  const among = candidates(plan, want)
  const { worker, day } = wish
  const wishes = among.map(({ resource }) => ({ resource, worker, day }))
  const taken = await Taken.load(tx, wishes, plan, tx.now)
  return chooseSeat(wish, among, { plan, taken, now: tx.now })
}

async function findRoom(
  tx: Tx,
  care: CareParts,
  plan: FloorPlan,
  wish: PlacesWish,
  child: ChildId,
): Promise<ResourceId | Refusal> {
  const rooms = [...plan.resources.values()].filter(({ kind }) => kind === 'nursery')
  const among = wish.room === undefined ? rooms.map(({ resource }) => resource) : [wish.room]
  let refused: Refusal | undefined
  for (const room of among) {
    const weight = await decideCare(tx, care, { ...careWish(wish, child), room })
    if (!isRefusal(weight)) return room
    refused ??= weight
  }
  return refused ?? refuse('resource_unknown')
}

function careWish({ worker, day, start, end, source }: PlacesWish, child: ChildId): Omit<CareWish, 'room'> {
  return { child, worker, day, start, end, source }
}

async function takePlace(
  tx: Tx,
  care: CareParts,
  wish: PlacesWish,
  { room, booking }: { readonly room: ResourceId | undefined; readonly booking: BookingId | undefined },
): Promise<BookingId | undefined> {
  if (room === undefined || wish.child === undefined) return undefined
  const { request, by, expires } = wish
  const state = expires === undefined ? 'confirmed' : 'held'
  const booked = await bookCare(tx, care, {
    ...careWish(wish, wish.child),
    ...{ room, request, by, state, expires, linked: booking },
  })
  if (isRefusal(booked)) throw new Error('the same job has just decided that this place can be had')
  return booked.care
}

function takeSeat(
  tx: Tx,
  wish: PlacesWish,
  { resource, booking, care }: { resource: ResourceId; booking: BookingId; care: BookingId | undefined },
): void {
  const { worker, day, start, end, source, request, by, expires } = wish
  appendBooking(tx, {
    ...{ resource, booking, worker, day, start, end, source, request, by },
    ...(care === undefined ? {} : { care }),
    ...(expires === undefined ? {} : { state: 'held', expires }),
  })
}

/** What a trigger of either table may say. Other refusals (busy, disk_full) are no answer about places. */
const GUARDED: ReadonlySet<RefusalCode> = new Set([
  'booking_overlap',
  'worker_overlap',
  'parent_blocked',
  'closed_then',
  'resource_closed',
  'child_overlap',
  'policy_missing',
  'ratio_exceeded',
  'staff_minimum',
  'qualified_missing',
  'area_exceeded',
])

/** A guard of a table has taken a whole job back: the places are not to be had. */
export function isGuardRefusal(error: unknown): error is Refused {
  return error instanceof Refused && GUARDED.has(error.refusal.refused)
}
