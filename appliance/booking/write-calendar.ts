/**
 * A worker's bookings as an iCalendar feed (RFC 5545): UTC times (Japan has no daylight saving, so no time zone table is
 * needed), a UID that stays with the booking, SEQUENCE counting its changes, STATUS:CANCELLED for what no longer stands.
 */
import ical, { ICalCalendarMethod, ICalEventBusyStatus, ICalEventStatus } from 'ical-generator'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BookingState } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type CalendarDay, calendarDayOf, type Instant, instantOf } from '../../central-sync/protocol/time.ts'

/** Bookings this many days back are still in the feed, so that a cancellation reaches every calendar. */
const DAYS_BACK = 60
const ENTRIES_MAX = 1_000
/** How often calendar programs are asked to look, seconds. */
const REFRESH_S = 3_600

export interface CalendarEntry {
  readonly booking: BookingId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly state: BookingState
  readonly name: string
  readonly floor: string
  readonly madeAt: Instant
  readonly changedAt: Instant
  readonly changes: number
}

export async function readCalendar(rows: Rows, worker: WorkerId, now: Instant): Promise<CalendarEntry[]> {
  return rows.all<CalendarEntry>(
    `SELECT b.booking, b.day, b.start_min AS start, b.end_min AS "end", b.state, coalesce(r.name, '') AS name,
            coalesce(r.floor, '') AS floor, b.made_at AS madeAt, b.changed_at AS changedAt, b.changes
       FROM booking b LEFT JOIN resource r ON r.resource = b.resource
      WHERE b.worker = ? AND b.day >= ? ORDER BY b.day, b.start_min, b.booking LIMIT ?`,
    [worker, addDays(calendarDayOf(now), -DAYS_BACK), ENTRIES_MAX],
  )
}

const STATUS: Readonly<Record<BookingState, ICalEventStatus>> = {
  held: ICalEventStatus.TENTATIVE,
  confirmed: ICalEventStatus.CONFIRMED,
  in: ICalEventStatus.CONFIRMED,
  done: ICalEventStatus.CONFIRMED,
  cancelled: ICalEventStatus.CANCELLED,
  no_show: ICalEventStatus.CANCELLED,
  released: ICalEventStatus.CANCELLED,
  expired: ICalEventStatus.CANCELLED,
}

/** `site` makes the UIDs unique in the world. Nobody's name is in it: an address may leak. */
export function writeCalendar(
  entries: readonly CalendarEntry[],
  centre: { readonly site: string; readonly name: string },
): string {
  const calendar = ical({
    name: `${centre.name} 予約`,
    prodId: { company: 'KADO', product: 'bookings', language: 'JA' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_S,
  })
  for (const { booking, day, start, end, state, name, floor, madeAt, changedAt, changes } of entries) {
    const status = STATUS[state]
    calendar.createEvent({
      id: `${booking}@${centre.site}.kado`,
      start: new Date(instantOf(day, start)),
      end: new Date(instantOf(day, end)),
      stamp: new Date(changedAt),
      created: new Date(madeAt),
      lastModified: new Date(changedAt),
      sequence: changes,
      status,
      busystatus: status === ICalEventStatus.CANCELLED ? ICalEventBusyStatus.FREE : ICalEventBusyStatus.BUSY,
      summary: `${name}（${centre.name}）`,
      location: [centre.name, floor, name].filter((part) => part !== '').join(' '),
    })
  }
  const text = calendar.toString()
  return text.endsWith('\r\n') ? text : `${text}\r\n`
}
