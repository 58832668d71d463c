/**
 * Promised places of children whose registration does not reach them: it ended, was withdrawn, or ends before that day.
 * They stand until a person decides, and are shown as what cannot be kept (P11).
 */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import { CARE_COLUMNS, type CareFact } from './book-care.ts'

/** `b` is a place, `c` its child. A child of whom nothing can be read any more is not registered either. */
const LAPSED = `b.state IN ('held', 'confirmed')
  AND (c.state <> 'approved' OR c.sheet IS NULL OR (c.until_day IS NOT NULL AND c.until_day < b.day))`

/** From `from` on, however far ahead, by time. */
export function readLapsed(rows: Rows, from: CalendarDay): Promise<CareFact[]> {
  return rows.all<CareFact>(
    `SELECT ${CARE_COLUMNS} FROM care_booking WHERE care IN (
       SELECT b.care FROM care_booking b JOIN child c ON c.child = b.child WHERE b.day >= ? AND ${LAPSED})
      ORDER BY day, start_min, care`,
    [from],
  )
}

/** How many places, and the first day of them. */
export async function countLapsed(rows: Rows, from: CalendarDay): Promise<{ places: number; day: CalendarDay | null }> {
  const row = await rows.one<{ places: number; day: CalendarDay | null }>(
    `SELECT count(*) AS places, min(b.day) AS day FROM care_booking b JOIN child c ON c.child = b.child
      WHERE b.day >= ? AND ${LAPSED}`,
    [from],
  )
  return row ?? { places: 0, day: null }
}
