/**
 * The waiting list. Who waits is offered what becomes free, held for her until she answers or the time is over; then it
 * goes to the next. Everything is decided in the write lane, so an offer is answered or expired once.
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import {
  type WaitingOutcome,
  type WallSpan,
  waitingClosed,
  waitingJoined,
} from '../../central-sync/protocol/event/booking.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type RequestId,
  type WaitingId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { first, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf, daysBetween, instantOf } from '../../central-sync/protocol/time.ts'
import { checkRegistration } from '../../central-sync/rules/decide-care-booking.ts'
import { covers } from '../../central-sync/rules/overlap.ts'
import { type CareParts, findCare, settleCare } from '../childcare/book-care.ts'
import type { Want } from './choose-seat.ts'
import { candidates } from './choose-seat.ts'
import { findBooking, settleBooking } from './make-booking.ts'
import { findWaiting, isWhole, type WaitingFact } from './waiting-facts.ts'

/** Open entries one worker may have. */
const OPEN_MAX = 30

export interface WaitingWish extends WallSpan {
  readonly worker: WorkerId
  readonly day: CalendarDay
  readonly want?: Want | undefined
  readonly child?: ChildId | undefined
  readonly priority: number
  readonly request: RequestId
}

/** Who presses, and for whom she may. */
export interface Answerer {
  readonly by: string
  /** Only this worker's entries; staff have none here. */
  readonly only: WorkerId | undefined
}

export interface WaitingDeskOptions {
  readonly journal: Journal
  readonly care: CareParts
}

export interface Accepted {
  readonly booking: BookingId | null
  readonly care: BookingId | null
}

export class WaitingDesk {
  readonly #options: WaitingDeskOptions

  constructor(options: WaitingDeskOptions) {
    this.#options = options
  }

  /** The same wish again is the same entry: two tabs, or a second press. */
  join(wish: WaitingWish, by: string): Promise<{ waiting: WaitingId } | Refusal> {
    return this.#options.journal.write('waiting.join', async (tx) => {
      const refused = await this.#refuseJoin(tx, wish, by)
      if (refused !== undefined) return refused
      const same = await findSame(tx, wish)
      if (same !== undefined) return { waiting: same }
      const waiting = newIdentifier('waiting')
      const { request, worker, day, start, end, want, child, priority } = wish
      const data = {
        ...{ waiting, request, worker, day, start, end, priority },
        ...(want === undefined ? {} : { want }),
        ...(child === undefined ? {} : { child }),
      }
      tx.append({ event: waitingJoined, data, subject: worker, by })
      return { waiting }
    })
  }

  /** "Yes, please": what is held becomes a booking. A second yes gets the same answer; one that comes too late `offer_gone`. */
  accept(waiting: WaitingId, answerer: Answerer): Promise<Accepted | Refusal> {
    return this.#options.journal.write('waiting.accept', async (tx) => {
      const entry = await ownEntry(tx, waiting, answerer)
      if (entry === undefined) return refuse('waiting_unknown')
      const { booking = null, care = null, state, expires } = entry
      if (state === 'accepted') return { booking, care }
      if (!isWhole(entry) || expires === undefined || expires <= tx.now) return refuse('offer_gone')
      await settleHolds(tx, entry, { state: 'confirmed', why: 'offer_accepted' }, answerer.by)
      close(tx, entry, 'accepted', answerer.by)
      return { booking, care }
    })
  }

  /** "No, thank you", or no longer waiting: what was held goes to the next. */
  withdraw(waiting: WaitingId, answerer: Answerer): Promise<undefined | Refusal> {
    return this.#options.journal.write('waiting.withdraw', async (tx) => {
      const entry = await ownEntry(tx, waiting, answerer)
      if (entry === undefined) return refuse('waiting_unknown')
      if (entry.state === 'withdrawn') return undefined
      if (entry.state !== 'waiting' && entry.state !== 'offered') return refuse('offer_gone')
      const why = answerer.only === undefined ? 'staff' : 'worker'
      await settleHolds(tx, entry, { state: 'cancelled', why }, answerer.by)
      close(tx, entry, 'withdrawn', answerer.by)
      return undefined
    })
  }

  async #refuseJoin(tx: Tx, wish: WaitingWish, by: string): Promise<Refusal | undefined> {
    const { worker, day, start, end, want, child } = wish
    const plan = await this.#options.care.floor.of(tx)
    if (end <= start || (want === undefined && child === undefined)) return refuse('interval_invalid')
    const refusals: Refusal[] = []
    if (!(await isActive(tx, worker))) refusals.push(refuse('worker_unknown'))
    if (want !== undefined && candidates(plan, want).length === 0) refusals.push(refuse('resource_unknown'))
    if (instantOf(day, start) <= tx.now) refusals.push(refuse('day_past'))
    const hours = plan.hoursOf(day)
    if (hours === null || !covers(hours, wish)) refusals.push(refuse('outside_hours'))
    if (daysBetween(calendarDayOf(tx.now), day) > plan.rules.horizonDays) refusals.push(refuse('too_far_ahead'))
    if (child !== undefined) refusals.push(...(await this.#refuseChild(tx, wish, child)))
    if (by === worker && (await countOpen(tx, worker)) >= OPEN_MAX) refusals.push(refuse('quota_reached'))
    return first(refusals)
  }

  /** Her own child, registered and approved; whether there is a place is what the waiting is for. */
  async #refuseChild(tx: Tx, { worker, day }: WaitingWish, child: ChildId): Promise<Refusal[]> {
    const found = await this.#options.care.children.careChild(child, day, tx)
    if (found === undefined || !(await isParent(tx, this.#options.care, worker, child)))
      return [refuse('child_unknown')]
    const unregistered = checkRegistration(found, day)
    return unregistered === undefined ? [] : [unregistered]
  }
}

/** Ends what is still held for an entry; the caller projects. */
export async function settleHolds(
  tx: Tx,
  { booking, care }: Pick<WaitingFact, 'booking' | 'care'>,
  next: Parameters<typeof settleCare>[2],
  by: string,
): Promise<void> {
  const seat = booking === undefined ? undefined : await findBooking(tx, booking)
  if (seat?.state === 'held') settleBooking(tx, seat, next, by)
  const place = care === undefined ? undefined : await findCare(tx, care)
  if (place?.state === 'held') settleCare(tx, place, next, by)
}

export function close(tx: Tx, { waiting, worker }: WaitingFact, outcome: WaitingOutcome, by: string): void {
  tx.append({ event: waitingClosed, data: { waiting, outcome }, subject: worker, by })
}

async function ownEntry(tx: Tx, waiting: WaitingId, { only }: Answerer): Promise<WaitingFact | undefined> {
  const entry = await findWaiting(tx, waiting)
  return only !== undefined && entry?.worker !== only ? undefined : entry
}

async function findSame(tx: Tx, wish: WaitingWish): Promise<WaitingId | undefined> {
  const { worker, day, start, end, want = null, child = null } = wish
  const row = await tx.one<{ waiting: WaitingId }>(
    `SELECT waiting FROM waiting WHERE worker = ? AND day = ? AND start_min = ? AND end_min = ? AND want IS ? AND child IS ?
       AND state IN ('waiting', 'offered')`,
    [worker, day, start, end, want, child],
  )
  return row?.waiting
}

async function countOpen(tx: Tx, worker: WorkerId): Promise<number> {
  const row = await tx.one<{ count: number }>(
    "SELECT count(*) AS count FROM waiting WHERE worker = ? AND state IN ('waiting', 'offered')",
    [worker],
  )
  return row?.count ?? 0
}

async function isActive(tx: Tx, worker: WorkerId): Promise<boolean> {
  return (await tx.one('SELECT 1 AS one FROM worker WHERE worker = ? AND active = 1', [worker])) !== undefined
}

/** Her own child, as of today. */
export async function isParent(tx: Tx, { children }: CareParts, worker: WorkerId, child: ChildId): Promise<boolean> {
  return (await children.ofParent(worker, calendarDayOf(tx.now), tx)).some((one) => one.child === child)
}
