/**
 * Time that stands still until somebody lets it pass. One `VirtualTime` is the truth of a simulated world; every machine
 * in it has a `MachineClock` of its own, whose wall clock may be wrong and whose monotonic clock begins at its boot.
 */
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'

export class VirtualTime {
  #now: Instant
  #passed = 0

  constructor(start: Instant) {
    this.#now = start
  }

  /** The true time, UTC ms. */
  get now(): Instant {
    return this.#now
  }

  /** ms since the world began. */
  get passed(): number {
    return this.#passed
  }

  advance(ms: number): void {
    if (ms < 0) throw new RangeError('time does not run backwards')
    this.#now += ms
    this.#passed += ms
  }

  /** Lets time pass up to `instant`; nothing happens when that is past. */
  advanceTo(instant: Instant): void {
    this.advance(Math.max(0, instant - this.#now))
  }
}

export class MachineClock implements Clock {
  readonly #time: VirtualTime
  #wrongBy = 0
  #bootedAt: number

  constructor(time: VirtualTime) {
    this.#time = time
    this.#bootedAt = time.passed
  }

  now(): Instant {
    return this.#time.now + this.#wrongBy
  }

  monotonicMs(): number {
    return this.#time.passed - this.#bootedAt
  }

  /** ms by which the wall clock runs ahead of the truth; negative = behind. */
  get wrongBy(): number {
    return this.#wrongBy
  }

  /** Somebody, or an empty battery, sets the wall clock. */
  set(wrongBy: number): void {
    this.#wrongBy = wrongBy
  }

  /** The machine starts anew: its monotonic clock begins at 0. */
  reboot(): void {
    this.#bootedAt = this.#time.passed
  }
}
