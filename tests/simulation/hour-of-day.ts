/** Times as people say them. */
import { type BusinessDay, HOUR_MS, type Instant, startOfBusinessDay } from '../../central-sync/protocol/time.ts'

/** Hours after midnight JST of that calendar day; 25.5 = half past one of the night after it. */
export function at(day: BusinessDay, hours: number): Instant {
  return Math.round(startOfBusinessDay(day) + (hours - 5) * HOUR_MS)
}
