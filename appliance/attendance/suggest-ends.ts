/** Suggests an end for forgotten OUTs, from the opening hours of the centre on the day in question. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BusinessDay, CalendarDay, Instant } from '../../central-sync/protocol/time.ts'
import { hoursOn } from '../../central-sync/rules/decide-booking.ts'
import { type OpenEnd, suggestEnd } from '../../central-sync/rules/suggest-end.ts'
import { holidayName, openingHours } from '../booking/floor-plan.ts'

export type SuggestEnd = (session: OpenEnd, day: BusinessDay) => Instant | undefined

/** `sessions`: what will be asked about; the hours are read only when there is something to suggest. */
export async function endSuggester(rows: Rows, sessions: readonly OpenEnd[]): Promise<SuggestEnd> {
  if (!sessions.some(({ endedAt, bound }) => endedAt === undefined && bound !== undefined)) return () => undefined
  const sheets = await openingHours(rows)
  return (session, day) => {
    const date = day as string as CalendarDay
    return suggestEnd(session, day, hoursOn(sheets, date, holidayName(date) !== undefined))
  }
}
