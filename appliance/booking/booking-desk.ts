/** Makes, moves, cancels bookings. Who asks for herself may touch her own only; the front desk may book for anybody. */
import type { BatchHandler, Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import { type BookingSource, demandDeclined } from '../../central-sync/protocol/event/booking.ts'
import { sha256 } from '../../central-sync/protocol/hash.ts'
import {
  type BookingId,
  type DemandId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type SeriesId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf, DAY_MS, type Instant } from '../../central-sync/protocol/time.ts'
import type { FloorBook, FloorPlan } from './floor-plan.ts'
import { declineOffer, leaveWaiting } from './leave-waiting.ts'
import {
  appendBooking,
  appendDemand,
  type BookingFact,
  decideSlot,
  findBooking,
  isDeclinedDemand,
  isOpenBooking,
  type NewBooking,
  openBookings,
  settleBooking,
} from './make-booking.ts'
import { moveBooking } from './move-booking.ts'
import { Taken } from './taken.ts'

/** Searches without a result that are kept of one person in 24 hours. */
const UNMET_MAX = 40

/** Who presses the button, and for whom she may. */
export interface Asker {
  readonly by: string
  readonly source: Extract<BookingSource, 'web' | 'kiosk' | 'staff'>
  /** Only this worker's bookings; the front desk has none here. */
  readonly only?: WorkerId | undefined
  /** The floor's `requestKey`: a repeat is told from a new wish. */
  readonly request?: string | undefined
}

export interface BookingDeskOptions {
  readonly journal: Journal
  readonly floor: FloorBook
  /** Takes back the childcare places of a worker's children in a range of days; returns how many. */
  cancelPlaces(tx: Tx, worker: WorkerId, from: CalendarDay, to: CalendarDay, by: string): Promise<number>
}

type Made = { readonly booking: BookingId }

export class BookingDesk {
  readonly #options: BookingDeskOptions
  readonly #handler: BatchHandler<NewBooking, Made | Refusal>

  constructor(options: BookingDeskOptions) {
    this.#options = options
    this.#handler = { name: 'booking.make', handle: (tx, inputs) => this.#makeAll(tx, inputs) }
  }

  /**
   * Takes one slot. Many of these share one commit. The same request again gets the same answer, yes or no;
   * `idempotency_key_reused` when it asks for something else.
   */
  make(wish: NewBooking): Promise<Made | Refusal> {
    return this.#options.journal.batch(this.#handler, wish)
  }

  async #makeAll(tx: Tx, wishes: readonly NewBooking[]): Promise<readonly (Made | Refusal)[]> {
    const answers = await earlierAnswers(tx, wishes)
    const plan = await this.#options.floor.of(tx)
    const fresh = wishes.filter(({ request }) => !answers.has(request))
    const taken = fresh.length === 0 ? undefined : await Taken.load(tx, fresh, plan, tx.now)
    const strangers = await unknownWorkers(tx, fresh)
    return wishes.map((wish) => {
      const earlier = answers.get(wish.request)
      if (earlier !== undefined) return repeated(earlier, wish)
      if (strangers.has(wish.worker) || taken === undefined) return refuse('worker_unknown')
      const answer = takeSlot(tx, wish, plan, taken)
      if (!isRefusal(answer)) answers.set(wish.request, { ...wish, changes: 0, answer })
      else if (isDeclinedDemand(answer)) answers.set(wish.request, { ...wish, resource: null, changes: 0, answer })
      return answer
    })
  }

  /** What is undefined stays. The refusal of a wish that could not be met is kept as demand. */
  async move(
    booking: BookingId,
    wanted: {
      resource?: ResourceId | undefined
      day?: CalendarDay | undefined
      start?: number | undefined
      end?: number | undefined
    },
    asker: Asker,
  ): Promise<undefined | Refusal> {
    const { journal, floor } = this.#options
    return writeOnce(journal, asker.request, 'booking.move', async (tx) => {
      const old = await ownBooking(tx, booking, asker)
      if (isRefusal(old)) return old
      const { resource = old.resource, day = old.day, start = old.start, end = old.end } = wanted
      const next = { resource, day, start, end, source: asker.source }
      const refused = await moveBooking(tx, floor, old, next, asker.by)
      if (isDeclinedDemand(refused)) {
        appendDemand(tx, { worker: old.worker, ...next }, await floor.of(tx), refused, asker.by)
      }
      return refused
    })
  }

  /**
   * Somebody looked for a place and there was none: a wish that could not be met, although no button was pressed. The same
   * wish is kept once, and only so many of one person a day.
   */
  async noteUnmet(
    worker: WorkerId,
    wish: { what: 'seat' | 'booth' | 'room'; day: CalendarDay; start: number; end: number; why: RefusalCode },
    now: Instant,
  ): Promise<void> {
    const { journal } = this.#options
    const { what, day, start, end, why } = wish
    const letters = sha256([worker, what, day, start, end].join(' ')).subarray(0, 20)
    const demand = newIdentifier('demand', () => letters)
    const isKept = async (rows: Rows) => {
      const row = await rows.one<{ same: number; lately: number }>(
        `SELECT count(*) FILTER (WHERE demand = ?) AS same, count(*) FILTER (WHERE at > ?) AS lately
           FROM demand WHERE worker = ?`,
        [demand, now - DAY_MS, worker],
      )
      return row !== undefined && (row.same > 0 || row.lately >= UNMET_MAX)
    }
    if (await isKept(journal.read)) return
    await journal.write('demand.note', async (tx) => {
      if (await isKept(tx)) return
      const data = { demand, what, day, start, end, why, source: 'web' as const, worker }
      tx.append({ event: demandDeclined, data, subject: worker, by: worker })
    })
  }

  /** Cancelling twice says that it is over already. Who has checked in ends her booking instead. */
  cancel(booking: BookingId, asker: Asker): Promise<undefined | Refusal> {
    return writeOnce(this.#options.journal, asker.request, 'booking.cancel', async (tx) => {
      const old = await ownBooking(tx, booking, asker)
      if (isRefusal(old)) return old
      if (!isOpenBooking(old, tx.now)) return refuse('booking_settled')
      const why = asker.source === 'staff' ? 'staff' : 'worker'
      // What staff take back of an offer is offered to her again; her own no is a no.
      if (why === 'worker' && old.state === 'held' && (await declineOffer(tx, booking, asker.by))) return undefined
      settleBooking(tx, old, { state: old.state === 'in' ? 'done' : 'cancelled', why }, asker.by)
      return undefined
    })
  }

  /** Everything of a worker on these days in one press: seats, the childcare places of her children, what she waits for. */
  cancelRange(
    worker: WorkerId,
    from: CalendarDay,
    to: CalendarDay,
    { by, request }: Asker,
  ): Promise<{ bookings: number; places: number } | Refusal> {
    if (to < from) return Promise.resolve(refuse('interval_invalid'))
    const { journal, cancelPlaces } = this.#options
    return writeOnce(journal, request, 'booking.cancel-range', async (tx) => {
      const open = await openBookings(tx, worker, from, to)
      const bookings = cancelAll(tx, open, by)
      await leaveWaiting(tx, worker, from, to, by)
      return { bookings, places: await cancelPlaces(tx, worker, from, to, by) }
    })
  }

  /** The days of a series from `from` on that are not over. */
  cancelSeries(series: SeriesId, from: CalendarDay | undefined, asker: Asker): Promise<{ bookings: number } | Refusal> {
    return writeOnce(this.#options.journal, asker.request, 'series.cancel', async (tx) => {
      const row = await tx.one<{ worker: WorkerId }>('SELECT worker FROM series WHERE series = ?', [series])
      if (row === undefined || (asker.only !== undefined && row.worker !== asker.only)) return refuse('booking_unknown')
      const first = from ?? calendarDayOf(tx.now)
      const open = await openBookings(tx, row.worker, first, addDays(first, 400))
      return {
        bookings: cancelAll(
          tx,
          open.filter((one) => one.series === series),
          asker.by,
        ),
      }
    })
  }
}

/** Who is sitting there stays. */
function cancelAll(tx: Tx, open: readonly BookingFact[], by: string): number {
  const ahead = open.filter((one) => one.state !== 'in' && isOpenBooking(one, tx.now))
  for (const one of ahead) settleBooking(tx, one, { state: 'cancelled', why: 'range' }, by)
  return ahead.length
}

function takeSlot(tx: Tx, wish: NewBooking, plan: FloorPlan, taken: Taken): Made | Refusal {
  const refused = decideSlot(wish, plan, taken, tx.now)
  if (refused === undefined) {
    const booking = appendBooking(tx, wish)
    taken.add({ ...wish, booking })
    return { booking }
  }
  if (isDeclinedDemand(refused)) appendDemand(tx, wish, plan, refused, wish.by, demandOf(wish.request))
  return refused
}

/** Somebody else's booking is none of her business: it is not there. */
async function ownBooking(tx: Tx, booking: BookingId, { only }: Asker): Promise<BookingFact | Refusal> {
  const found = await findBooking(tx, booking)
  return found === undefined || (only !== undefined && found.worker !== only) ? refuse('booking_unknown') : found
}

interface EarlierAnswer {
  /** Null: it was refused, and only the wish was kept. */
  readonly resource: ResourceId | null
  readonly worker: WorkerId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  /** How often the booking was changed since: its place and time need not be those of the wish any more. */
  readonly changes: number
  readonly answer: Made | Refusal
}

/** The kept wish of a request has the same letters, so that a repeated request finds it. */
function demandOf(request: RequestId): DemandId {
  return `m${request.slice(1)}` as DemandId
}

/** What these requests were answered before, by the bookings they made or the demand they left. */
async function earlierAnswers(tx: Tx, wishes: readonly NewBooking[]): Promise<Map<RequestId, EarlierAnswer>> {
  const found = await tx.all<{
    request: RequestId
    booking: BookingId | null
    resource: ResourceId | null
    worker: WorkerId
    day: CalendarDay
    start: number
    end: number
    why: RefusalCode | null
    changes: number
  }>(
    `SELECT b.request, b.booking, b.resource, b.worker, b.day, b.start_min AS start, b.end_min AS "end", NULL AS why,
            b.changes
       FROM json_each(?1) AS k CROSS JOIN booking AS b WHERE b.request = k.value
     UNION ALL
     SELECT k.value, NULL, NULL, d.worker, d.day, d.start_min, d.end_min, d.why, 0
       FROM json_each(?1) AS k CROSS JOIN demand AS d WHERE d.demand = 'm' || substr(k.value, 2)`,
    [JSON.stringify(wishes.map(({ request }) => request))],
  )
  return new Map(
    found.map(({ request, booking, why, ...slot }) => [
      request,
      { ...slot, answer: booking === null ? refuse(why ?? 'booking_overlap') : { booking } },
    ]),
  )
}

function repeated(earlier: EarlierAnswer, wish: NewBooking): Made | Refusal {
  const { resource, worker, day, start, end } = earlier
  const untouched = (resource ?? wish.resource) === wish.resource && day === wish.day
  const same = worker === wish.worker && untouched && start === wish.start && end === wish.end
  return same || (earlier.changes > 0 && worker === wish.worker) ? earlier.answer : refuse('idempotency_key_reused')
}

async function unknownWorkers(tx: Tx, wishes: readonly NewBooking[]): Promise<ReadonlySet<WorkerId>> {
  const strangers = new Set(wishes.map(({ worker }) => worker))
  if (strangers.size === 0) return strangers
  const known = await tx.all<{ worker: WorkerId }>(
    'SELECT w.worker FROM json_each(?) AS k CROSS JOIN worker AS w WHERE w.worker = k.value AND w.active = 1',
    [JSON.stringify([...strangers])],
  )
  for (const { worker } of known) strangers.delete(worker)
  return strangers
}
