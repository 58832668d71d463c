/** RRULE text (RFC 5545 §3.3.10) of what a form says about a repetition. */
import { type CalendarDay, weekdayOf } from '../../central-sync/protocol/time.ts'

const NAMES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const
export type WeekdayName = (typeof NAMES)[number]

/** Weekly on the weekday of `from` when no day is named; monthly always on the same nth weekday as `from`. */
export function writeRule(
  repeat: 'daily' | 'weekly' | 'monthly',
  every: number,
  days: readonly WeekdayName[],
  from: CalendarDay,
): string {
  const own = NAMES[weekdayOf(from)] ?? 'MO'
  const interval = every === 1 ? '' : `;INTERVAL=${every}`
  if (repeat === 'daily') return `FREQ=DAILY${interval}`
  if (repeat === 'weekly')
    return `FREQ=WEEKLY${interval};BYDAY=${days.length === 0 ? own : [...new Set(days)].join(',')}`
  const nth = Math.ceil(Number(from.slice(8)) / 7)
  // A fifth weekday is the last one: most months have no fifth.
  return `FREQ=MONTHLY${interval};BYDAY=${nth === 5 ? -1 : nth}${own}`
}
