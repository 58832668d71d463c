/** Unmet wishes by the month they were wanted for: the table a town asks for. Pure. */

/** Key `2026-11 seat`. */
export interface MonthCount {
  readonly key: string
  readonly count: number
  readonly minutes: number
}

export interface MonthTally {
  readonly month: string
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
export function tallyMonths(rows: readonly MonthCount[]): MonthTally[] {
  return [...Map.groupBy(rows, ({ key }) => key.slice(0, 7))]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([month, tallies]) => {
      const count = (what: string) => tallies.find(({ key }) => key === `${month} ${what}`)?.count ?? 0
      return {
        month,
        seat: count('seat'),
        booth: count('booth'),
        room: count('room'),
        childcare: count('childcare'),
        pair: count('pair'),
        total: tallies.reduce((sum, row) => sum + row.count, 0),
        hours: hoursText(tallies.reduce((sum, { minutes }) => sum + minutes, 0)),
      }
    })
}

/** `4.5` of 270 minutes. */
export function hoursText(minutes: number): string {
  return (Math.round(minutes / 6) / 10).toFixed(1)
}
