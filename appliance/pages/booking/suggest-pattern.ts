/**
 * What somebody who always comes on Tuesday mornings wants: next Tuesday morning, at the same seat. Pure; only a
 * suggestion, whether it is free is asked afterwards.
 */
import { addDays, type BusinessDay, weekdayOf } from '../../../central-sync/protocol/time.ts'

export interface PastBooking {
  readonly day: string
  readonly start: number
  readonly end: number
  readonly resource: string
}

export interface Suggestion {
  readonly day: BusinessDay
  readonly start: number
  readonly end: number
  readonly resource: string
}

/** How far back a habit is looked for, bookings. */
const LOOK_BACK = 20
const DAYS_AHEAD = 14

/**
 * The habits of the newest bookings, most frequent first (the newest of equal ones), each on its next day that has none
 * of her bookings yet; at most `max`, and never twice the same day. `today` is already too late to plan; on the days of
 * `not` she has just said no.
 */
export function suggestPattern(
  past: readonly PastBooking[],
  today: BusinessDay,
  max = 1,
  not: readonly string[] = [],
): Suggestion[] {
  const taken = new Set([...past.map(({ day }) => day), ...not])
  const newest = past.toSorted((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : b.start - a.start))
  const habits = Map.groupBy(newest.slice(0, LOOK_BACK), (one) =>
    [weekdayOf(one.day as BusinessDay), one.start, one.end].join(' '),
  )
  const ranked = [...habits.values()].sort((a, b) => b.length - a.length)
  const found: Suggestion[] = []
  for (const [last] of ranked) {
    if (last === undefined || found.length >= max) break
    const day = nextFree(weekdayOf(last.day as BusinessDay), today, taken)
    if (day === undefined) continue
    taken.add(day)
    found.push({ day, start: last.start, end: last.end, resource: last.resource })
  }
  return found
}

function nextFree(weekday: number, today: BusinessDay, taken: ReadonlySet<string>): BusinessDay | undefined {
  for (let ahead = 1; ahead <= DAYS_AHEAD; ahead += 1) {
    const day = addDays(today, ahead)
    if (weekdayOf(day) === weekday && !taken.has(day)) return day
  }
  return undefined
}
