/**
 * Lets bookings follow the taps: an IN takes the booked seat, an OUT gives it back, silence past the grace releases it. It
 * runs behind the taps, on what is committed, and writes down what it found: a rebuild repeats its words, not its work.
 */
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { sessionsBetween } from '../../central-sync/journal/projections/attendance-read.ts'
import type { BookingState } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import {
  addDays,
  businessDayOf,
  type CalendarDay,
  calendarDayOf,
  type Instant,
  instantOf,
  MINUTE_MS,
  wallMinuteOf,
} from '../../central-sync/protocol/time.ts'
import { decideRelease, graceEnds, type ReleaseVerdict } from '../../central-sync/rules/decide-release.ts'
import { type CareFact, settleCare } from '../childcare/book-care.ts'
import { type CheckInStep, decideCheckIn, isReopening, overlapsTime, type Presence } from './decide-check-in.ts'
import { readWaits } from './floor-plan.ts'
import { isGuardRefusal } from './hold-places.ts'
import { settleBooking } from './make-booking.ts'

const BY = 'system'
/** Those of some days; forgetting one costs a try. */
const REMEMBERED_MAX = 1_000

interface TodaysBooking {
  readonly booking: BookingId
  readonly worker: WorkerId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly state: BookingState
  readonly care: BookingId | null
  readonly madeAt: Instant
  readonly changedAt: Instant
  readonly graceMin: number
  readonly checkInRequired: number
  /** The child of the pair is in the childcare room. */
  readonly childInside: number
}

type EmptyPlace = Pick<CareFact, 'care' | 'child' | 'day' | 'start' | 'madeAt'>

type Step = { readonly booking: TodaysBooking; readonly next: CheckInStep }

interface Judged {
  readonly steps: readonly Step[]
  readonly releases: readonly TodaysBooking[]
  /** Childcare places nobody came for. */
  readonly emptyPlaces: readonly EmptyPlace[]
  /** Overdue, while nobody can know who tapped. */
  readonly paused: number
  /** When the next grace is over. */
  readonly due: Instant | undefined
}

const NOTHING: Judged = { steps: [], releases: [], emptyPlaces: [], paused: 0, due: undefined }

export interface CheckInKeeperOptions {
  readonly journal: Journal
  readonly site: SiteId
  /** Up to when everything that kiosks of this centre saw has arrived. */
  heardThrough(rows: Rows, now: Instant): Promise<Instant>
}

export class CheckInKeeper {
  readonly #options: CheckInKeeperOptions
  /** Places that could not be taken back with this tap: somebody else sits there now. */
  readonly #gone = new Map<BookingId, string>()

  constructor(options: CheckInKeeperOptions) {
    this.#options = options
  }

  /** Looks at the bookings of today. Returns when the next one is due. */
  async settle(now: Instant): Promise<Instant | undefined> {
    const { journal } = this.#options
    const { steps, releases, emptyPlaces, due } = await this.#judge(journal.read, now)
    if (steps.length + releases.length + emptyPlaces.length === 0) return due
    const reopened = await journal.write('booking.check-in', (tx) => this.#apply(tx))
    for (const step of reopened) await this.#reopen(step)
    return due
  }

  /** Judged again in the lane: between reading and writing somebody may have cancelled. */
  async #apply(tx: Tx): Promise<readonly Step[]> {
    const { steps, releases, emptyPlaces } = await this.#judge(tx, tx.now)
    const [reopening, plain] = [
      steps.filter(({ booking, next }) => isReopening(booking, next)),
      steps.filter(({ booking, next }) => !isReopening(booking, next)),
    ]
    for (const { booking, next } of plain) settleBooking(tx, booking, next, BY)
    // The row stays as a no-show.
    for (const booking of releases) settleBooking(tx, booking, { state: 'no_show', why: 'no_check_in' }, BY)
    for (const place of emptyPlaces) settleCare(tx, place, { state: 'no_show', why: 'no_check_in' }, BY)
    return reopening
  }

  /** A commit of its own: the guard may say that the place is taken, and then only this one stays as it was. */
  async #reopen({ booking, next }: Step): Promise<void> {
    try {
      await this.#options.journal.write('booking.reopen', async (tx) => {
        settleBooking(tx, booking, next, BY)
        await tx.project()
      })
    } catch (error) {
      if (!isGuardRefusal(error)) throw error
      if (this.#gone.size >= REMEMBERED_MAX) this.#gone.clear()
      this.#gone.set(booking.booking, next.tap ?? '')
    }
  }

  async #judge(rows: Rows, now: Instant): Promise<Judged> {
    const bookings = await todaysBookings(rows, now)
    const { careGraceMin } = await readWaits(rows)
    const missing = await missingChildren(rows, now, careGraceMin)
    if (bookings.length + missing.length === 0) return NOTHING
    const presences = await this.#presences(rows, now)
    const of = ({ worker }: TodaysBooking) => presences.get(worker) ?? []
    const steps = bookings.flatMap((booking): Step[] => {
      const next = decideCheckIn(booking, of(booking), now)
      if (next === undefined || this.#gone.get(booking.booking) === (next.tap ?? '')) return []
      return [{ booking, next }]
    })
    const settled = new Set(steps.map(({ booking }) => booking.booking))
    const waiting = bookings.filter(({ booking, state }) => state === 'confirmed' && !settled.has(booking))
    const overdue = waiting.some((one) => graceEnds(awaited(one)) <= now)
    const heardThrough = overdue || missing.length > 0 ? await this.#options.heardThrough(rows, now) : now
    const verdicts = waiting.map((one) => ({ one, verdict: judge(one, of(one), { now, heardThrough }) }))
    return {
      steps,
      releases: verdicts.filter(({ verdict }) => verdict.action === 'release').map(({ one }) => one),
      emptyPlaces: missing.filter((place) => careDeadline(place, careGraceMin) <= Math.min(now, heardThrough)),
      paused: verdicts.filter(({ verdict }) => verdict.action === 'pause').length,
      due: earliest(verdicts.map(({ verdict }) => verdict)),
    }
  }

  /** Sessions at this centre since yesterday: who is inside over midnight came yesterday. */
  async #presences(rows: Rows, now: Instant): Promise<ReadonlyMap<WorkerId, readonly Presence[]>> {
    const today = businessDayOf(now)
    const sessions = await sessionsBetween(rows, addDays(today, -1), today, now)
    const here = sessions.filter(({ site, status, startedAt }) => {
      return site === this.#options.site && status !== 'void' && startedAt !== undefined
    })
    return Map.groupBy(
      here.map(({ worker, startedAt = 0, endedAt, open, startId, endId }) => {
        return { worker, startedAt, endedAt, open, startId, endId }
      }),
      ({ worker }) => worker,
    )
  }
}

function judge(
  booking: TodaysBooking,
  presences: readonly Presence[],
  { now, heardThrough }: { readonly now: Instant; readonly heardThrough: Instant },
): ReleaseVerdict {
  const [from, until] = [instantOf(booking.day, booking.start), instantOf(booking.day, booking.end)]
  const cameIn = presences.some((one) => overlapsTime(one, from, until, now))
  return decideRelease(awaited(booking), { now, cameIn, heardThrough, childInside: booking.childInside !== 0 })
}

function awaited({ state, day, start, end, madeAt, graceMin, checkInRequired }: TodaysBooking) {
  return { state, day, start, end, madeAt, graceMin, checkInRequired: checkInRequired !== 0 }
}

function earliest(verdicts: readonly ReleaseVerdict[]): Instant | undefined {
  const due = verdicts.map((verdict) => (verdict.action === 'keep' ? verdict.until : undefined))
  return due.filter((at) => at !== undefined).sort((a, b) => a - b)[0]
}

function careDeadline({ day, start, madeAt }: EmptyPlace, graceMin: number): Instant {
  return Math.max(instantOf(day, start), madeAt) + graceMin * MINUTE_MS
}

/** Places of today whose child was not brought by the end of the grace. One that was here, or is, is none of them. */
function missingChildren(rows: Rows, now: Instant, graceMin: number): Promise<EmptyPlace[]> {
  const today = calendarDayOf(now)
  return rows.all<EmptyPlace>(
    `SELECT c.care, c.child, c.day, c.start_min AS start, c.made_at AS madeAt FROM care_booking c
      WHERE c.day = ?1 AND c.state = 'confirmed' AND c.start_min + ?2 <= ?3
        AND NOT EXISTS (SELECT 1 FROM care_stay s WHERE s.child = c.child AND s.day = c.day)`,
    [today, graceMin, wallMinuteOf(now)],
  )
}

/** Those that may still change: standing ones since yesterday, and of today what could be taken up again. */
function todaysBookings(rows: Rows, now: Instant): Promise<TodaysBooking[]> {
  const today = calendarDayOf(now)
  return rows.all<TodaysBooking>(
    `SELECT b.booking, b.worker, b.day, b.start_min AS start, b.end_min AS "end", b.state, b.care, b.made_at AS madeAt, b.changed_at AS changedAt,
            r.grace_min AS graceMin, r.check_in_required AS checkInRequired,
            EXISTS (SELECT 1 FROM care_booking c JOIN care_stay s ON s.child = c.child
                     WHERE c.care = b.care AND s.departed_at IS NULL) AS childInside
       FROM booking b JOIN resource r ON r.resource = b.resource
      WHERE (b.day BETWEEN ?1 AND ?2 AND b.state IN ('confirmed', 'in'))
         OR (b.day = ?2 AND b.state IN ('no_show', 'done'))`,
    [addDays(today, -1), today],
  )
}
