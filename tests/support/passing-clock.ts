import { TurnedClock } from './hub-fixture.ts'

/** Hours pass for wall clock and monotonic clock alike: nobody set the time. */
export class PassingClock extends TurnedClock {
  #passed = 0
  override monotonicMs(): number {
    return performance.now() + this.#passed
  }
  override turn(ms: number): void {
    super.turn(ms)
    this.#passed += ms
  }
}
