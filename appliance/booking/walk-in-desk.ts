/**
 * "This seat, please", pressed at a kiosk after an IN without a booking. One commit through the same guarded way as any
 * booking; who was quicker has it, and the other hears of the next free one.
 */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import { sessionsBetween } from '../../central-sync/journal/projections/attendance-read.ts'
import { sha256 } from '../../central-sync/protocol/hash.ts'
import {
  type DemandId,
  type DeviceId,
  type EventId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type SiteId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type RefusalCode, Refused, refuse } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  businessDayOf,
  type CalendarDay,
  type Clock,
  calendarDayOf,
  type Instant,
  instantOf,
  wallMinuteOf,
} from '../../central-sync/protocol/time.ts'
import type { SeatRecord, SeatWord } from '../../central-sync/protocol/wire/seat.ts'
import type { FloorBook } from './floor-plan.ts'
import { appendDemand, makeBooking, type NewBooking, settleBooking } from './make-booking.ts'
import type { SeatBook } from './seat-book.ts'

export interface WalkInOptions {
  readonly journal: Journal
  readonly site: SiteId
  readonly clock: Clock
  readonly floor: FloorBook
  readonly seats: SeatBook
}

/** What the rule or a guard says of a seat that is not to be had now. */
const TAKEN: ReadonlySet<RefusalCode> = new Set([
  'day_past',
  'outside_hours',
  'closed_then',
  'booking_overlap',
  'worker_overlap',
  'parent_blocked',
  'resource_closed',
  'resource_unknown',
])

export class WalkInDesk {
  readonly #options: WalkInOptions

  constructor(options: WalkInOptions) {
    this.#options = options
  }

  /**
   * Takes the seat, or names another one; nothing to say when nobody stands there any more. The same record again gets
   * the same seat. Throws `Refused` (busy, disk_full, commit_not_confirmed) when nothing is known: the kiosk sends again.
   */
  async take(device: DeviceId, { id, tap, resource }: SeatRecord): Promise<SeatWord | undefined> {
    const { journal, seats, clock } = this.#options
    const request = requestOf(id)
    const before = await findTaken(journal.read, request)
    if (before !== undefined) return { tap, state: 'booked', ...before }
    const worker = await this.#whoIsInside(device, tap)
    if (worker === undefined) return undefined
    await seats.fresh()
    const got = await this.#book({ worker, resource, request }, tap)
    await seats.fresh()
    const word = seats.seatFor(worker, tap, clock.now())
    if (got || word?.state === 'booked') return word
    return word === undefined ? { tap, state: 'none', refused: 'seat_taken' } : { ...word, refused: 'seat_taken' }
  }

  async #book(who: Pick<NewBooking, 'worker' | 'resource' | 'request'>, tap: EventId): Promise<boolean> {
    const { journal, seats, floor, clock } = this.#options
    const now = clock.now()
    const until = seats.freeUntil(who.resource, who.worker, now)
    if (until === undefined) {
      await this.#keepDemand(who, now)
      return false
    }
    try {
      const answer = await journal.write('seat.take', async (tx) => {
        const booking = await makeBooking(tx, floor, wishOf(who, now, until))
        if (!isRefusal(booking))
          settleBooking(tx, { booking, worker: who.worker }, { state: 'in', why: 'check_in', tap }, who.worker)
        return booking
      })
      return !isRefusal(answer)
    } catch (error) {
      if (error instanceof Refused && TAKEN.has(error.refusal.refused)) return false
      throw error
    }
  }

  /** Kept only when there is no other seat either: else she has lost nothing. */
  async #keepDemand(who: Pick<NewBooking, 'worker' | 'resource' | 'request'>, now: Instant): Promise<void> {
    const { journal, seats, floor } = this.#options
    const { open, seats: share } = seats.numbers(now)
    if (!open || share.free > 0) return
    await journal.write('seat.declined', async (tx) => {
      const plan = await floor.of(tx)
      const wish = wishOf(who, now, plan.hoursOf(calendarDayOf(now))?.end ?? wallMinuteOf(now) + 1)
      const demand = `m${who.request.slice(1)}` as DemandId
      const known = await tx.one('SELECT 1 AS one FROM demand WHERE demand = ?', [demand])
      if (known === undefined) appendDemand(tx, wish, plan, refuse('booking_overlap'), who.worker, demand)
    })
  }

  /** The worker of this kiosk's tap, while she is inside: a press that arrives hours later takes no seat from anybody. */
  async #whoIsInside(device: DeviceId, tap: EventId): Promise<WorkerId | undefined> {
    const { journal, site, clock } = this.#options
    const row = await journal.read.one<{ worker: WorkerId | null }>(
      'SELECT worker FROM tap WHERE id = ? AND device = ?',
      [tap, device],
    )
    const worker = row?.worker ?? undefined
    if (worker === undefined) return undefined
    const now = clock.now()
    const today = businessDayOf(now)
    const sessions = await sessionsBetween(journal.read, addDays(today, -1), today, now, worker)
    return sessions.some((one) => one.open && one.site === site) ? worker : undefined
  }
}

function wishOf(who: Pick<NewBooking, 'worker' | 'resource' | 'request'>, now: Instant, end: number): NewBooking {
  return { ...who, day: calendarDayOf(now), start: wallMinuteOf(now), end, source: 'walk_in', by: who.worker }
}

/** One press of one button is one request, however often its record arrives. */
function requestOf(id: EventId): RequestId {
  return newIdentifier('request', (bytes) => sha256(id).subarray(0, bytes))
}

async function findTaken(
  rows: Rows,
  request: RequestId,
): Promise<{ resource: ResourceId; name: string; until: Instant } | undefined> {
  const row = await rows.one<{ resource: ResourceId; name: string; day: CalendarDay; end: number }>(
    `SELECT b.resource, r.name, b.day, b.end_min AS "end" FROM booking b JOIN resource r ON r.resource = b.resource
      WHERE b.request = ?`,
    [request],
  )
  return row === undefined ? undefined : { resource: row.resource, name: row.name, until: instantOf(row.day, row.end) }
}
