/** Seconds of an interval that lie in the night, 22:00–05:00 JST (労働基準法37条4項). A note only: no pay depends on it. */
import { DAY_MS, HOUR_MS, type Instant } from '../protocol/time.ts'
import { secondsBetween } from './union-seconds.ts'

const JST_OFFSET_MS = 9 * HOUR_MS
const NIGHT_FROM_MS = 22 * HOUR_MS
const NIGHT_MS = 7 * HOUR_MS

/** Additive under splitting: night(a,c) = night(a,b) + night(b,c). */
export function nightSeconds(start: Instant, end: Instant): number {
  let total = 0
  // The night that began on the calendar day before may still be running at `start`.
  const firstMidnight = Math.floor((start + JST_OFFSET_MS) / DAY_MS) * DAY_MS - JST_OFFSET_MS - DAY_MS
  for (let midnight = firstMidnight; midnight < end; midnight += DAY_MS) {
    const from = midnight + NIGHT_FROM_MS
    total += secondsBetween(Math.max(start, from), Math.min(end, from + NIGHT_MS))
  }
  return total
}
