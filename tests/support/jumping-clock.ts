/** A clock that runs like the machine's but stands elsewhere, and can be sent ahead: so that a month passes in a test. */
import { type Clock, type Instant, systemClock } from '../../central-sync/protocol/time.ts'

export class JumpingClock implements Clock {
  #ahead: number
  #jumped = 0

  constructor(start: Instant) {
    this.#ahead = start - systemClock.now()
  }

  now(): Instant {
    return systemClock.now() + this.#ahead
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#jumped
  }

  /** Time passes at once, on both clocks. */
  jump(ms: number): void {
    if (ms < 0) throw new RangeError('time does not run backwards')
    this.#ahead += ms
    this.#jumped += ms
  }

  jumpTo(instant: Instant): void {
    this.jump(instant - this.now())
  }
}
