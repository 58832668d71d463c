/**
 * A month for the town, as spreadsheet programs in Japan open it (BOM, CRLF). Small numbers of children are an `x`: the
 * file leaves the house.
 */
import { stringify } from 'csv-stringify/sync'
import type { Month } from '../../protocol/time.ts'
import type { MonthOccupancy } from './month-occupancy.ts'
import { careFigures, tenthsOfHours } from './summarise.ts'

const HIDDEN = 'x'

const dayColumns = [
  'centre',
  'day',
  'kind',
  'places',
  'open_hours',
  'booked_hours',
  'used_hours',
  'bookings',
  'no_shows',
  'released',
  'children',
  'peak_children',
  'carers_needed',
  'carers_on_duty',
] as const

/** One row for each day and kind that had places, bookings or children. Hours with one decimal. */
export function occupancyCsv(centre: string, occupancy: MonthOccupancy): string {
  const seats = occupancy.seats
    .filter(({ places, bookings }) => places > 0 || bookings > 0)
    .map(({ day, kind, places, openMin, bookedMin, usedMin, bookings, noShows, released }) => ({
      ...{ centre, day, kind, places, bookings, released },
      open_hours: tenthsOfHours(openMin),
      booked_hours: tenthsOfHours(bookedMin),
      used_hours: tenthsOfHours(usedMin),
      no_shows: noShows,
    }))
  const care = careFigures(occupancy.care)
    .filter(({ children, bookedMin, noShows }) => children > 0 || bookedMin > 0 || noShows > 0)
    .map(({ day, children, bookedMin, presentMin, noShows, peakChildren, needed, staff, hidden }) => ({
      ...{ centre, day, kind: 'childcare' },
      booked_hours: hidden ? HIDDEN : tenthsOfHours(bookedMin),
      used_hours: hidden ? HIDDEN : tenthsOfHours(presentMin),
      no_shows: hidden ? HIDDEN : noShows,
      children: hidden ? HIDDEN : children,
      peak_children: hidden ? HIDDEN : peakChildren,
      carers_needed: needed,
      carers_on_duty: staff,
    }))
  const rows = [...seats, ...care].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0))
  return office(rows, dayColumns)
}

const demandColumns = ['centre', 'month', 'kind', 'reason', 'requests', 'hours'] as const

/** What had to be declined, by kind and reason (a refusal code). */
export function demandCsv(centre: string, month: Month, { declined }: Pick<MonthOccupancy, 'declined'>): string {
  const rows = declined.map(({ kind, why, requests, minutes }) => ({
    ...{ centre, month, kind, requests },
    reason: why,
    hours: tenthsOfHours(minutes),
  }))
  return office(rows, demandColumns)
}

function office(rows: readonly object[], columns: readonly string[]): string {
  return stringify([...rows], {
    header: true,
    columns: [...columns],
    record_delimiter: '\r\n',
    bom: true,
    escape_formulas: true,
  })
}
