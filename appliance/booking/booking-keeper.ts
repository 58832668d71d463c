/**
 * Keeps bookings true to what happens: follows taps, ends offers that nobody answered, gives on what became free. It runs
 * behind every commit that may change something and at the next moment something falls due; it never holds up a tap.
 * Everything it goes by is stored, so after a restart the first run does what fell due meanwhile.
 */

import { type Log, silentLog } from '../../central-sync/journal/log.ts'
import type { Journal, StoredEntry } from '../../central-sync/journal/port.ts'
import { type Clock, calendarDayOf, type Instant, SECOND_MS } from '../../central-sync/protocol/time.ts'
import type { CheckInKeeper } from './check-in-keeper.ts'
import type { SeatBook } from './seat-book.ts'
import type { WaitingServer } from './serve-waiting.ts'

/** Commits of one moment are worked off together. */
const QUIET_MS = 100
/** Looked at this often anyway: a clock that was set, a kiosk that came back. */
const EVERY_MS = 20 * SECOND_MS

/** What can free a place, or be owed one. */
const ABOUT =
  /^(?:booking\.(?:moved|settled|terms-set)|closure\.lifted|hours\.set|resource\.described|waiting\.|waits\.|care\.|shift\.|child\.state-set|guardian\.set)/
/** What can be a coming or a going. */
const PRESENCE = /^(?:tap\.|session\.|correction\.decided)/

export interface BookingKeeperOptions {
  readonly journal: Journal
  readonly clock: Clock
  readonly log?: Log | undefined
  readonly seats: SeatBook
  readonly checkIn: CheckInKeeper
  readonly waiting: WaitingServer
}

export class BookingKeeper implements AsyncDisposable {
  readonly #options: BookingKeeperOptions
  readonly #log: Log
  #timer: NodeJS.Timeout | undefined
  /** Monotonic ms at which it rings. */
  #timerAt = Number.POSITIVE_INFINITY
  #running: Promise<void> | undefined
  #again = false
  #stop: (() => void) | undefined
  #stopped = true

  constructor(options: BookingKeeperOptions) {
    this.#options = options
    this.#log = options.log ?? silentLog
  }

  start(): void {
    this.#stopped = false
    this.#stop = this.#options.journal.onCommitted((entries) => {
      if (entries.some((entry) => this.#concerns(entry))) this.#arm(QUIET_MS)
    })
    this.#arm(QUIET_MS)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#stop?.()
    clearTimeout(this.#timer)
    await this.#running
  }

  /** Does what is due now. A second call while one is under way waits for a run that began after it. */
  run(): Promise<void> {
    if (this.#running !== undefined) {
      this.#again = true
      return this.#running
    }
    this.#running = this.#runAll().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  #concerns({ t, d }: StoredEntry): boolean {
    if (PRESENCE.test(t)) return this.#options.seats.hasBookings
    if (t === 'booking.made') return d.day === calendarDayOf(this.#options.clock.now())
    return ABOUT.test(t)
  }

  async #runAll(): Promise<void> {
    do {
      this.#again = false
      await this.#options.seats.turnOver()
      await this.#options.waiting.serve()
      const due = await this.#options.checkIn.settle(this.#options.clock.now())
      // A place that was just released is somebody else's chance.
      await this.#options.waiting.serve()
      this.#armFor(due)
    } while (this.#again && !this.#stopped)
  }

  #armFor(due: Instant | undefined): void {
    const wait = due === undefined ? EVERY_MS : Math.max(SECOND_MS, due - this.#options.clock.now())
    this.#arm(Math.min(EVERY_MS, wait))
  }

  /** The nearest of several moments counts. */
  #arm(ms: number): void {
    if (this.#stopped) return
    const now = this.#options.clock.monotonicMs()
    const at = now + ms
    // One that should have rung already sleeps: the machine was suspended.
    if (at >= this.#timerAt && this.#timerAt > now) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY
      this.run().catch((error: unknown) => {
        // Busy, or a disk that is full: what is due stays due.
        this.#log.warn({ reason: String(error) }, 'bookings could not be looked after; tried again soon')
        this.#arm(EVERY_MS)
      })
    }, ms)
    this.#timer.unref()
  }
}
