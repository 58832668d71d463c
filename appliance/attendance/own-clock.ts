/**
 * How far the appliance trusts its own clock. It is compared with the hub's at every contact; before the program was
 * built it cannot be. A tap carries the worse of this and of the kiosk's own judgement.
 */
import type { ClockQuality } from '../../central-sync/protocol/event/attendance.ts'
import { type Instant, MINUTE_MS } from '../../central-sync/protocol/time.ts'

const OFFSET_MS_MAX = 5 * MINUTE_MS

export class OwnClock {
  readonly #builtAt: Instant
  #hubOffsetMs: number | undefined

  constructor(builtAt: Instant) {
    this.#builtAt = builtAt
  }

  /** hub − own, ms, as last measured; undefined when never. */
  get hubOffsetMs(): number | undefined {
    return this.#hubOffsetMs
  }

  noteHubTime(hubTime: Instant, now: Instant): void {
    this.#hubOffsetMs = hubTime - now
  }

  quality(now: Instant): ClockQuality {
    if (now < this.#builtAt) return 'absurd'
    if (this.#hubOffsetMs !== undefined && Math.abs(this.#hubOffsetMs) > OFFSET_MS_MAX) return 'unsynced'
    return 'synced'
  }
}
