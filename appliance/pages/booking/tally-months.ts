/** Unmet wishes by the month they were wanted for: the table a town asks for. Pure. */
import { type CalendarDay, type Month, monthOf } from '../../../central-sync/protocol/time.ts'

export interface DeclinedWish {
  readonly what: string
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
}

export interface MonthTally {
  readonly month: Month
  readonly seat: number
  readonly booth: number
  readonly room: number
  readonly childcare: number
  readonly pair: number
  readonly total: number
  /** Of all of them, with one decimal: whoever plans a room counts hours, not people. */
  readonly hours: string
}

/** Oldest month first. A wish of an unknown kind counts in the total only. */
export function tallyMonths(rows: readonly DeclinedWish[]): MonthTally[] {
  return [...Map.groupBy(rows, ({ day }) => monthOf(day))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, wishes]) => {
      const count = (kind: string) => wishes.filter(({ what }) => what === kind).length
      const minutes = wishes.reduce((sum, { start, end }) => sum + end - start, 0)
      return {
        month,
        seat: count('seat'),
        booth: count('booth'),
        room: count('room'),
        childcare: count('childcare'),
        pair: count('pair'),
        total: wishes.length,
        hours: (Math.round(minutes / 6) / 10).toFixed(1),
      }
    })
}
