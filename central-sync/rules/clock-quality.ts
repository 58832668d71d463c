/** Judges the clock behind a tap. What counts is the worse of what the kiosk and the appliance know. */
import { type ClockQuality, clockQuality } from '../protocol/event/attendance.ts'
import type { Instant } from '../protocol/time.ts'
import type { AttendancePolicy } from './policy.ts'

/** From best to worst. */
const RANK = new Map<ClockQuality, number>(clockQuality.options.map((quality, index) => [quality, index]))

export function worseClock(a: ClockQuality, b: ClockQuality): ClockQuality {
  return (RANK.get(a) ?? 0) >= (RANK.get(b) ?? 0) ? a : b
}

/**
 * At the kiosk: how well it knows the appliance's time. `offsetAge` = ms since the offset was measured, null when never
 * since the clock was lost.
 */
export function kioskClock(offsetAge: number | null, policy: AttendancePolicy): ClockQuality {
  if (offsetAge === null) return 'unsynced'
  return offsetAge <= policy.offsetAgeMs ? 'synced' : 'extrapolated'
}

export interface Receipt {
  /** wall + offset. */
  readonly time: Instant
  /** What the kiosk said of its clock. */
  readonly claimed: ClockQuality
  readonly offsetAge: number | null
  /** The appliance's now. */
  readonly receivedAt: Instant
  /** What the appliance knows of its own clock: `synced`, or worse when its time service is not. */
  readonly appliance: ClockQuality
  /** No tap can be older than the program that recorded it. */
  readonly builtAt: Instant
}

/** At the appliance. An impossible time is absurd whatever anybody claims; imported rows keep their own class. */
export function receivedClock(receipt: Receipt, policy: AttendancePolicy): ClockQuality {
  const { time, claimed, offsetAge, receivedAt, appliance, builtAt } = receipt
  if (time < builtAt || time > receivedAt + policy.futureToleranceMs) return 'absurd'
  if (claimed === 'imported') return 'imported'
  return worseClock(worseClock(claimed, kioskClock(offsetAge, policy)), appliance)
}
