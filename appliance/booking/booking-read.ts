/** Lists of bookings and the tally of wishes that could not be met. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BookingState } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, ChildId, DemandId, ResourceId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay, Instant } from '../../central-sync/protocol/time.ts'
import type { BookingFact } from './make-booking.ts'

export interface BookingFilter {
  readonly from: CalendarDay
  readonly to: CalendarDay
  readonly worker?: WorkerId | undefined
  readonly resource?: ResourceId | undefined
  /** Empty = all. */
  readonly states: readonly BookingState[]
}

/** With what became of the child's place that was asked for together with it. */
export interface ListedBooking extends BookingFact {
  readonly child: ChildId | null
  readonly placeState: BookingState | null
}

const COLUMNS = `b.booking, b.request, b.resource, b.worker, b.day, b.start_min AS start, b.end_min AS "end", b.state,
  b.source, b.series, b.care, b.expires, c.child, c.state AS placeState`
const PLACE = 'LEFT JOIN care_booking c ON c.care = b.care'

/** In order of time, `limit` at most, with the number of all. */
export async function listBookings(
  rows: Rows,
  { from, to, worker, resource, states }: BookingFilter,
  limit: number,
): Promise<{ bookings: ListedBooking[]; total: number }> {
  const where = [
    'b.day BETWEEN ? AND ?',
    ...(worker === undefined ? [] : ['b.worker = ?']),
    ...(resource === undefined ? [] : ['b.resource = ?']),
    ...(states.length === 0 ? [] : ['b.state IN (SELECT value FROM json_each(?))']),
  ].join(' AND ')
  const params = [from, to, ...(worker ? [worker] : []), ...(resource ? [resource] : [])]
  const all = [...params, ...(states.length === 0 ? [] : [JSON.stringify(states)])]
  const bookings = await rows.all<ListedBooking>(
    `SELECT ${COLUMNS} FROM booking b ${PLACE} WHERE ${where} ORDER BY b.day, b.start_min, b.booking LIMIT ?`,
    [...all, limit],
  )
  const counted = await rows.one<{ count: number }>(`SELECT count(*) AS count FROM booking b WHERE ${where}`, all)
  return { bookings, total: counted?.count ?? 0 }
}

export async function bookingsById(rows: Rows, ids: readonly BookingId[]): Promise<Map<BookingId, ListedBooking>> {
  const found = await rows.all<ListedBooking>(
    `SELECT ${COLUMNS} FROM json_each(?) AS k CROSS JOIN booking AS b ${PLACE} WHERE b.booking = k.value`,
    [JSON.stringify(ids)],
  )
  return new Map(found.map((one) => [one.booking, one]))
}

export interface DemandRow {
  readonly demand: DemandId
  readonly at: Instant
  readonly what: string
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly why: string
  readonly source: string
}

export interface Tally {
  readonly key: string
  readonly count: number
  readonly minutes: number
}

export interface DemandReport {
  readonly total: number
  readonly byWhat: Tally[]
  readonly byWhy: Tally[]
  readonly byWeekday: Tally[]
  readonly byHour: Tally[]
  /** Keys `2026-11 seat`, in order. */
  readonly byMonth: Tally[]
  readonly rows: DemandRow[]
}

const ROWS_SHOWN = 200

/** Every wish of the period once, in the order in which they were wanted: for the file. */
export function demandWishes(rows: Rows, from: CalendarDay, to: CalendarDay): Promise<DemandRow[]> {
  return rows.all<DemandRow>(
    `SELECT min(demand) AS demand, min(at) AS at, what, day, start_min AS start, end_min AS "end", min(why) AS why,
        min(source) AS source FROM demand
      WHERE day BETWEEN ?1 AND ?2 GROUP BY coalesce(worker, demand), what, day, start_min, end_min
      ORDER BY day, start_min, at`,
    [from, to],
  )
}

/** Pressing the same button again is the same wish: what one person asked for is counted once. */
export async function readDemand(
  rows: Rows,
  from: CalendarDay,
  to: CalendarDay,
  what: readonly string[],
): Promise<DemandReport> {
  const kinds = what.length === 0 ? '' : 'AND what IN (SELECT value FROM json_each(?3))'
  const params = [from, to, ...(what.length === 0 ? [] : [JSON.stringify(what)])]
  const wishes = `SELECT what, day, start_min AS start, end_min AS "end", min(why) AS why FROM demand
    WHERE day BETWEEN ?1 AND ?2 ${kinds} GROUP BY coalesce(worker, demand), what, day, start_min, end_min`
  const tally = (key: string, source = `(${wishes})`) =>
    rows.all<Tally>(
      `SELECT CAST(${key} AS TEXT) AS key, count(*) AS count, sum("end" - start) AS minutes FROM ${source}
        GROUP BY 1 ORDER BY count(*) DESC, 1`,
      params,
    )
  const hours = `(WITH RECURSIVE hour(h) AS (SELECT 0 UNION ALL SELECT h + 1 FROM hour WHERE h < 23)
    SELECT h, max(start, h * 60) AS start, min("end", h * 60 + 60) AS "end" FROM (${wishes}) JOIN hour
      ON start < h * 60 + 60 AND "end" > h * 60)`
  const [byWhat, byWhy, byWeekday, byHour, byMonth] = [
    await tally('what'),
    await tally('why'),
    await tally("(CAST(strftime('%w', day) AS INTEGER) + 6) % 7 + 1"),
    await tally('h', hours),
    await tally("(substr(day, 1, 7) || ' ' || what)"),
  ]
  return {
    total: byWhat.reduce((sum, { count }) => sum + count, 0),
    byWhat,
    byWhy,
    byWeekday: byWeekday.toSorted((a, b) => Number(a.key) - Number(b.key)),
    byHour: byHour.toSorted((a, b) => Number(a.key) - Number(b.key)),
    byMonth: byMonth.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    rows: await rows.all<DemandRow>(
      `SELECT min(demand) AS demand, min(at) AS at, what, day, start_min AS start, end_min AS "end", min(why) AS why,
          min(source) AS source FROM demand
        WHERE day BETWEEN ?1 AND ?2 ${kinds} GROUP BY coalesce(worker, demand), what, day, start_min, end_min
        ORDER BY 2 DESC, 1 LIMIT ${ROWS_SHOWN}`,
      params,
    ),
  }
}
