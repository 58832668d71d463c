/** How long somebody who comes without a booking can stay: to closing time, the next closure, or the next booking. Pure. */
import type { WallSpan } from '../protocol/event/booking.ts'
import type { DayOpening } from './decide-booking.ts'

/** Wall minute; undefined when `minute` itself cannot be had. Spans are half-open, in any order. */
export function latestEnd(
  minute: number,
  { hours, closures }: DayOpening,
  taken: readonly WallSpan[],
): number | undefined {
  if (hours === null || minute < hours.start || minute >= hours.end) return undefined
  let latest = hours.end
  for (const { start, end } of [...taken, ...closures]) {
    if (start <= minute && minute < end) return undefined
    if (start > minute) latest = Math.min(latest, start)
  }
  return latest
}
