/** How long places could be had: opening hours of the day without what was closed. Pure. */
import type { WallSpan } from '../../protocol/event/booking.ts'
import type { CalendarDay } from '../../protocol/time.ts'
import { hoursOn, type OpeningHours } from '../../rules/decide-booking.ts'
import { freeSpans } from '../../rules/overlap.ts'

export interface PlaceSheet {
  readonly resource: string
  readonly from: CalendarDay
  readonly kind: string
  readonly open: boolean
}

export interface Closing extends WallSpan {
  /** `centre`, or a resource. */
  readonly target: string
  readonly from: CalendarDay
  /** Last day. */
  readonly to: CalendarDay
}

export interface Opening {
  readonly hours: readonly OpeningHours[]
  readonly closings: readonly Closing[]
  isHoliday(day: CalendarDay): boolean
}

/** Places of a kind on one day, and the minutes they could be had, all places together. */
export interface Places {
  readonly places: number
  readonly minutes: number
}

/** Sheets of one resource: the newest that began by then; before the first one, the first one. */
export function sheetOn(sheets: readonly PlaceSheet[], day: CalendarDay): PlaceSheet | undefined {
  const [first, ...later] = [...sheets].sort((a, b) => (a.from < b.from ? -1 : 1))
  return later.reduce((found, sheet) => (sheet.from <= day ? sheet : found), first)
}

export function placesOn(sheets: readonly PlaceSheet[], day: CalendarDay, opening: Opening): Places {
  const span = hoursOn(opening.hours, day, opening.isHoliday(day))
  const closed = opening.closings.filter(({ from, to }) => from <= day && day <= to)
  let minutes = 0
  for (const { resource } of sheets) {
    if (span === null) break
    const mine = closed.filter(({ target }) => target === 'centre' || target === resource)
    for (const free of freeSpans(span, mine)) minutes += free.end - free.start
  }
  return { places: sheets.length, minutes }
}
