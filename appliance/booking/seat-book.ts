/**
 * Today's seats in memory: which one is whose, which one is free and until when. Asked with every IN, so it costs no SQL;
 * it may be a moment behind, and the guard of the table has the last word when somebody takes a seat.
 */
import type { Journal, Rows, StoredEntry } from '../../central-sync/journal/port.ts'
import type { BookingState } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, EventId, ResourceId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import {
  addDays,
  type CalendarDay,
  calendarDayOf,
  type Instant,
  instantOf,
  MINUTE_MS,
  wallMinuteOf,
} from '../../central-sync/protocol/time.ts'
import type { PlacesNow, SeatWord } from '../../central-sync/protocol/wire/seat.ts'
import type { DayOpening } from '../../central-sync/rules/decide-booking.ts'
import { latestEnd } from '../../central-sync/rules/latest-end.ts'
import { KeptFresh } from '../worker/kept-fresh.ts'
import { candidates } from './choose-seat.ts'
import { EARLY_MS } from './decide-check-in.ts'
import type { FloorBook, FloorPlan, Resource } from './floor-plan.ts'

/** A seat that can be had for less is not worth an offer. */
const OFFER_MINUTES = 30
/** A seat that was just shown to one person is not shown to the next, unless it is the only one. */
const SHOWN_MS = 45_000
/** How far back the seat somebody likes is looked for. */
const HABIT_DAYS = 30

const ABOUT = /^(?:resource|hours|closure|booking)\./

interface SeatRow {
  readonly booking: BookingId
  readonly resource: ResourceId
  readonly worker: WorkerId
  readonly start: number
  readonly end: number
  readonly state: BookingState
}

type FreeSeat = { readonly seat: Resource; readonly until: number }

const OCCUPYING: ReadonlySet<BookingState> = new Set(['held', 'confirmed', 'in'])

export class SeatBook {
  readonly #read: Rows
  readonly #floor: FloorBook
  readonly #now: () => Instant
  readonly #kept = new KeptFresh(() => this.#reload())
  #plan: FloorPlan | undefined
  /** In the order in which they are offered. */
  #seats: readonly Resource[] = []
  #openings: ReadonlyMap<ResourceId, DayOpening> = new Map()
  #day: CalendarDay | undefined
  #byWorker: ReadonlyMap<WorkerId, readonly SeatRow[]> = new Map()
  #byResource: ReadonlyMap<ResourceId, readonly SeatRow[]> = new Map()
  #habits: ReadonlyMap<WorkerId, ResourceId> = new Map()
  readonly #shown = new Map<ResourceId, { readonly worker: WorkerId; readonly at: Instant }>()

  constructor(read: Rows, floor: FloorBook, now: () => Instant) {
    this.#read = read
    this.#floor = floor
    this.#now = now
  }

  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => {
      if (entries.some((entry) => this.#concerns(entry))) this.#kept.note()
    })
    await this.load()
    return stop
  }

  load(): Promise<void> {
    return this.#kept.load()
  }

  /** Resolves when everything committed before is in memory. */
  fresh(): Promise<void> {
    return this.#kept.fresh()
  }

  /** Said behind every tap and now and then: the first IN of a new day finds the seats of that day. */
  async turnOver(): Promise<void> {
    if (calendarDayOf(this.#now()) !== this.#day) await this.load()
  }

  /** A booking of another day is none of today's. */
  #concerns({ t, d }: StoredEntry): boolean {
    return t === 'booking.made' ? d.day === this.#day : ABOUT.test(t)
  }

  /** False for a centre that has described no seat: then there is nothing to say. */
  get hasSeats(): boolean {
    return this.#plan !== undefined && this.#plan.resources.size > 0
  }

  /** False while no booking of today could change by a tap. */
  get hasBookings(): boolean {
    return this.#byWorker.size > 0
  }

  /** What to say about a seat after the IN `tap` at `at`: hers, or a free one, or nothing. */
  seatFor(worker: WorkerId, tap: EventId, at: Instant): SeatWord | undefined {
    const plan = this.#plan
    if (plan === undefined || !this.#isToday(at)) return undefined
    const own = this.#ownSeat(plan, worker, at)
    if (own !== undefined) return { tap, state: 'booked', ...this.#wordsOf(plan, own, at) }
    const free = this.#freeSeat(plan, worker, at)
    if (free === undefined) return undefined
    this.#shown.set(free.seat.resource, { worker, at })
    const { resource, name } = free.seat
    return { tap, state: 'offered', resource, name, until: this.#instant(free.until) }
  }

  /** Until when a seat can be had from now on by this worker; undefined when it cannot. Wall minutes. */
  freeUntil(resource: ResourceId, worker: WorkerId, at: Instant): number | undefined {
    const plan = this.#plan
    const found = plan?.resources.get(resource)
    if (plan === undefined || found === undefined || !this.#isToday(at)) return undefined
    return this.#until(plan, found, worker, wallMinuteOf(at))
  }

  /** Free and all, by kind, without the childcare room. */
  numbers(at: Instant): Omit<PlacesNow, 'at' | 'care'> {
    const plan = this.#plan
    const none = { free: 0, total: 0 }
    if (plan === undefined || !this.#isToday(at)) return { open: false, seats: none, booths: none, rooms: none }
    const minute = wallMinuteOf(at)
    const share = (kind: 'seat' | 'booth' | 'room') => {
      const all = candidates(plan, kind).filter((one) => plan.isOpen(one))
      const free = all.filter((one) => (this.#until(plan, one, undefined, minute) ?? minute) > minute)
      return { free: free.length, total: all.length }
    }
    const hours = plan.hoursOf(calendarDayOf(at))
    const open = hours !== null && hours.start <= minute && minute < hours.end
    return { open, seats: share('seat'), booths: share('booth'), rooms: share('room') }
  }

  #isToday(at: Instant): boolean {
    if (calendarDayOf(at) === this.#day) return true
    // A tap from before midnight, or the first moments of a new day: read again, and say nothing until then.
    if (calendarDayOf(this.#now()) !== this.#day) this.#kept.note()
    return false
  }

  #instant(minute: number): Instant {
    return instantOf(this.#day ?? calendarDayOf(this.#now()), minute)
  }

  #wordsOf(plan: FloorPlan, { resource, start, end }: SeatRow, at: Instant): Omit<SeatWord, 'tap' | 'state'> {
    const from = this.#instant(start)
    const name = plan.resources.get(resource)?.name ?? ''
    return { resource, name, until: this.#instant(end), ...(from > at ? { from } : {}) }
  }

  /** Booked for now or soon; also one that was given up for lost and can still be taken back. */
  #ownSeat(plan: FloorPlan, worker: WorkerId, at: Instant): SeatRow | undefined {
    const minute = wallMinuteOf(at)
    const soon = (this.#byWorker.get(worker) ?? []).filter(({ start, end }) => {
      return minute < end && this.#instant(start) - at <= EARLY_MS
    })
    const standing = soon.find(({ state }) => OCCUPYING.has(state) && state !== 'held')
    if (standing !== undefined) return standing
    return soon.find(({ state, resource, end }) => {
      if (state !== 'no_show' && state !== 'done') return false
      const seat = plan.resources.get(resource)
      return seat !== undefined && (this.#until(plan, seat, worker, minute) ?? 0) >= end
    })
  }

  #freeSeat(plan: FloorPlan, worker: WorkerId, at: Instant): FreeSeat | undefined {
    const minute = wallMinuteOf(at)
    const free = this.#seats.flatMap((seat): FreeSeat[] => {
      const until = this.#until(plan, seat, worker, minute)
      return until !== undefined && until - minute >= OFFER_MINUTES ? [{ seat, until }] : []
    })
    const unseen = free.filter(({ seat }) => !this.#isShown(seat.resource, worker, at))
    const among = unseen.length > 0 ? unseen : free
    const habit = among.find(({ seat }) => seat.resource === this.#habits.get(worker))
    const longest = Math.max(...among.map(({ until }) => until))
    return habit ?? among.find(({ until }) => until === longest)
  }

  #isShown(resource: ResourceId, worker: WorkerId, at: Instant): boolean {
    const shown = this.#shown.get(resource)
    return shown !== undefined && shown.worker !== worker && Math.abs(at - shown.at) < SHOWN_MS
  }

  /** From `minute` to closing time, the next closure, the next booking there or around it, or her own next one. */
  #until(plan: FloorPlan, seat: Resource, worker: WorkerId | undefined, minute: number): number | undefined {
    const opening = this.#openings.get(seat.resource)
    if (opening === undefined || !plan.isOpen(seat)) return undefined
    const own = worker === undefined ? [] : (this.#byWorker.get(worker) ?? [])
    const around = plan.familyOf(seat.resource).flatMap((one) => this.#byResource.get(one) ?? [])
    const there = this.#byResource.get(seat.resource) ?? []
    const buffered = there.map(({ start, end, state }) => ({
      state,
      start: start - seat.bufferMin,
      end: end + seat.bufferMin,
    }))
    const taken = [...buffered, ...around, ...own].filter(({ state }) => OCCUPYING.has(state))
    return latestEnd(minute, opening, taken)
  }

  async #reload(): Promise<void> {
    const day = calendarDayOf(this.#now())
    const plan = await this.#floor.now()
    const rows = await this.#read.all<SeatRow>(
      `SELECT booking, resource, worker, start_min AS start, end_min AS "end", state FROM booking
        WHERE day = ? AND state IN ('held', 'confirmed', 'in', 'no_show', 'done') ORDER BY start_min, booking`,
      [day],
    )
    if (this.#day !== day) this.#habits = await this.#readHabits(day)
    this.#plan = plan
    this.#seats = candidates(plan, 'seat')
    this.#openings = new Map([...plan.resources.values()].map((one) => [one.resource, plan.openingOf(day, one)]))
    this.#day = day
    this.#byWorker = Map.groupBy(rows, ({ worker }) => worker)
    this.#byResource = Map.groupBy(rows, ({ resource }) => resource)
    const old = this.#now() - MINUTE_MS
    for (const [resource, { at }] of this.#shown) if (at < old) this.#shown.delete(resource)
  }

  /** The seat somebody sat at last. */
  async #readHabits(day: CalendarDay): Promise<ReadonlyMap<WorkerId, ResourceId>> {
    const found = await this.#read.all<{ worker: WorkerId; resource: ResourceId }>(
      `SELECT b.worker, b.resource FROM booking b JOIN resource r ON r.resource = b.resource
        WHERE b.day BETWEEN ? AND ? AND b.state IN ('in', 'done') AND r.kind = 'seat' ORDER BY b.day, b.start_min`,
      [addDays(day, -HABIT_DAYS), day],
    )
    return new Map(found.map(({ worker, resource }) => [worker, resource]))
  }
}
