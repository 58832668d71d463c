/**
 * What time it is for a device whose own clock may be wrong. The appliance's time is measured now and then; between two
 * measurements the monotonic clock carries it, so a wall clock that is set by hand or by NTP moves no tap.
 */

import type { TapEvidence } from '../../central-sync/protocol/event/attendance.ts'
import { HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../../central-sync/protocol/time.ts'

/** One measurement: at local `wall` and `mono` the server's clock showed `server`. `mono` is null after a restart. */
export interface TimeSync {
  readonly server: Instant
  readonly wall: Instant
  readonly mono: number | null
}

/** `time` = wall + offset: what screens show and taps count by. `offsetAge` in ms, null when never measured. */
export interface ClockReading {
  readonly wall: Instant
  readonly time: Instant
  readonly offset: number
  readonly offsetAge: number | null
  readonly quality: TapEvidence['clock']
}

/** Older than this, the offset is an extrapolation. */
export const SYNCED_FOR_MS = 2 * HOUR_MS
/** Wall and monotonic clock may drift apart by this much before it counts as a jump. */
export const JUMP_MS = 2 * SECOND_MS
/** A forward jump up to this is a correction; a longer one may be a sleep that the monotonic clock did not see. */
export const SLEEP_MS = 2 * MINUTE_MS
/** No tap of this product is older. */
export const EARLIEST: Instant = Date.UTC(2026, 0, 1)

/** The time at local (`wall`, `mono`), judged by the last measurement. */
export function readDeviceClock(sync: TimeSync | undefined, wall: Instant, mono: number): ClockReading {
  const reading = sync === undefined ? unmeasured(wall) : measured(sync, wall, mono)
  return reading.time < EARLIEST ? { ...reading, quality: 'absurd' } : reading
}

/** Whether the wall clock moved by itself since the measurement: a reason to measure again at once. */
export function wallJumped(sync: TimeSync, wall: Instant, mono: number): boolean {
  return sync.mono !== null && Math.abs(wall - sync.wall - (mono - sync.mono)) > JUMP_MS
}

function unmeasured(wall: Instant): ClockReading {
  return { wall, time: wall, offset: 0, offsetAge: null, quality: 'unsynced' }
}

function measured(sync: TimeSync, wall: Instant, mono: number): ClockReading {
  const offset = sync.server - sync.wall
  if (sync.mono === null) {
    const age = wall - sync.wall
    // The clock runs before the last measurement: the battery of the clock is empty, nothing is known.
    return age < 0 ? unmeasured(wall) : reading(wall, offset, age, qualityOfAge(age))
  }
  const age = Math.max(0, mono - sync.mono)
  if (!wallJumped(sync, wall, mono)) return reading(wall, offset, age, qualityOfAge(age))
  const forward = wall - sync.wall - age
  return reading(wall, sync.server + age - wall, age, forward > SLEEP_MS ? 'unsynced' : 'extrapolated')
}

function reading(wall: Instant, offset: number, age: number, quality: TapEvidence['clock']): ClockReading {
  const whole = Math.round(offset)
  return { wall, time: wall + whole, offset: whole, offsetAge: Math.round(age), quality }
}

function qualityOfAge(age: number): TapEvidence['clock'] {
  return age <= SYNCED_FOR_MS ? 'synced' : 'extrapolated'
}
