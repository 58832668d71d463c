/** The kiosk's time: the last measurement of the appliance's clock, kept on disk for starts without a network. */
import { join } from 'node:path'
import { z } from 'zod'
import { type Clock, type Instant, instant } from '../../central-sync/protocol/time.ts'
import { type ClockReading, readDeviceClock, type TimeSync, wallJumped } from './device-clock.ts'
import { readIfThere, replaceFile } from './durable-file.ts'

const FILE = 'clock.json'
const keptSync = z.strictObject({ server: instant, wall: instant })

export class KeptClock {
  readonly #dir: string
  readonly #clock: Clock
  /** Monotonic ms at this process start: the zero of every tap's `mono`. */
  readonly #start: number
  #sync: TimeSync | undefined
  #saving: Promise<void> = Promise.resolve()

  private constructor(dir: string, clock: Clock, sync: TimeSync | undefined) {
    this.#dir = dir
    this.#clock = clock
    this.#start = clock.monotonicMs()
    this.#sync = sync
  }

  static async open(dir: string, clock: Clock): Promise<KeptClock> {
    const bytes = await readIfThere(join(dir, FILE))
    const parsed = keptSync.safeParse(bytes === undefined ? undefined : parseOrNothing(bytes.toString('utf8')))
    return new KeptClock(dir, clock, parsed.success ? { ...parsed.data, mono: null } : undefined)
  }

  /** The time now, or at an earlier monotonic moment `at` of this process. */
  read(at: number = this.#clock.monotonicMs()): ClockReading & { readonly mono: number } {
    const ago = Math.max(0, this.#clock.monotonicMs() - at)
    const reading = readDeviceClock(this.#sync, this.#clock.now() - Math.round(ago), at)
    return { ...reading, mono: Math.max(0, at - this.#start) }
  }

  /** The best-known time now. */
  now(): Instant {
    return this.read().time
  }

  /** The wall clock moved by itself: measure again. */
  jumped(): boolean {
    return this.#sync !== undefined && wallJumped(this.#sync, this.#clock.now(), this.#clock.monotonicMs())
  }

  /** The server said `server` to a question asked `roundTripMs` ago; half of that is its way back. */
  measured(server: Instant, roundTripMs: number): void {
    const wall = this.#clock.now()
    const at = Math.round(server + roundTripMs / 2)
    this.#sync = { server: at, wall, mono: this.#clock.monotonicMs() }
    const text = JSON.stringify({ server: at, wall })
    this.#saving = this.#saving.then(() => replaceFile(join(this.#dir, FILE), text)).catch(() => undefined)
  }

  /** Resolves when the last measurement is on the disk. */
  saved(): Promise<void> {
    return this.#saving
  }
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
