/**
 * Decides whether a seat, booth or room can be had: facts in, the first refusal of the house's list out. The database
 * has the last word by triggers over the same rule; this one has the words for it.
 */
import type { BookingSource, WallSpan } from '../protocol/event/booking.ts'
import { first, type Refusal, refuse } from '../protocol/refusal.ts'
import {
  type CalendarDay,
  calendarDayOf,
  daysBetween,
  type Instant,
  instantOf,
  MINUTE_MS,
  weekdayOf,
} from '../protocol/time.ts'
import { covers, firstOverlap, overlaps } from './overlap.ts'

export interface BookingWish extends WallSpan {
  readonly day: CalendarDay
  readonly source: BookingSource
}

/** What a centre allows. Staff, offers and walk-ins are bound by hours and overlaps, not by notice, horizon and quota. */
export interface BookingRules {
  /** Longest single booking, minutes. */
  readonly durationMaxMin: number
  /** How many days ahead, counted from today. */
  readonly horizonDays: number
  /** How long before the start it must be asked for, minutes; 0 = also while the time is running. */
  readonly noticeMin: number
  /** Bookings a worker may have from now on; 0 = any number. */
  readonly upcomingMax: number
  /** Bookings a worker may have on one day; 0 = any number. */
  readonly sameDayMax: number
}

export const defaultBookingRules: BookingRules = Object.freeze({
  durationMaxMin: 12 * 60,
  horizonDays: 60,
  noticeMin: 0,
  upcomingMax: 20,
  sameDayMax: 3,
})

/** Opening of one day. `hours` null = the centre is closed all day. */
export interface DayOpening {
  readonly hours: WallSpan | null
  /** Of the centre, of this resource and of the room it stands in. */
  readonly closures: readonly WallSpan[]
}

export interface BookingFacts extends DayOpening {
  readonly now: Instant
  /** Absent: there is no such resource. */
  readonly resource: { readonly open: boolean; readonly bufferMin: number } | undefined
  /** Held, confirmed or running bookings of that day on this resource, without the one that is being moved. */
  readonly onResource: readonly WallSpan[]
  /** The same on the room it stands in, or on the seats that stand in it. */
  readonly onFamily: readonly WallSpan[]
  /** The same of this worker on any resource. */
  readonly ofWorker: readonly WallSpan[]
  /** Bookings of the worker that are not over yet, on any day. */
  readonly upcoming: number
}

const FREE_SOURCES: ReadonlySet<BookingSource> = new Set(['staff', 'offer', 'walk_in'])

/** The refusal that stands first in the list of the house, or nothing: it can be had. */
export function decideBooking(wish: BookingWish, facts: BookingFacts, rules: BookingRules): Refusal | undefined {
  const { resource, onResource, onFamily, ofWorker } = facts
  if (resource === undefined) return refuse('resource_unknown')
  const refusals = [...checkTime(wish, facts, rules)]
  if (firstOverlap(wish, onResource, resource.bufferMin) !== undefined) refusals.push(refuse('booking_overlap'))
  if (firstOverlap(wish, ofWorker) !== undefined) refusals.push(refuse('worker_overlap'))
  if (firstOverlap(wish, onFamily) !== undefined) refusals.push(refuse('parent_blocked'))
  if (!resource.open) refusals.push(refuse('resource_closed'))
  if (!FREE_SOURCES.has(wish.source) && isOverQuota(facts, rules)) refusals.push(refuse('quota_reached'))
  return first(refusals)
}

function isOverQuota({ upcoming, ofWorker }: BookingFacts, { upcomingMax, sameDayMax }: BookingRules): boolean {
  return (upcomingMax > 0 && upcoming >= upcomingMax) || (sameDayMax > 0 && ofWorker.length >= sameDayMax)
}

/** What is wrong with the time itself, whatever is wanted: past, outside hours, closed, too long, too far, too soon. */
export function checkTime(
  wish: BookingWish,
  { now, hours, closures }: DayOpening & { readonly now: Instant },
  rules: Pick<BookingRules, 'durationMaxMin' | 'horizonDays' | 'noticeMin'>,
): readonly Refusal[] {
  const { day, start, end, source } = wish
  if (end <= start) return [refuse('interval_invalid')]
  const refusals: Refusal[] = []
  if (instantOf(day, end) <= now) refusals.push(refuse('day_past'))
  if (hours === null) refusals.push(refuse('closed_then'))
  else if (!covers(hours, wish)) refusals.push(refuse('outside_hours', undefined, { hours }))
  if (closures.some((closure) => overlaps(closure, wish))) refusals.push(refuse('closed_then'))
  if (end - start > rules.durationMaxMin) refusals.push(refuse('too_long'))
  if (FREE_SOURCES.has(source)) return refusals
  if (daysBetween(calendarDayOf(now), day) > rules.horizonDays) refusals.push(refuse('too_far_ahead'))
  if (rules.noticeMin > 0 && instantOf(day, start) - now < rules.noticeMin * MINUTE_MS)
    refusals.push(refuse('too_soon'))
  return refusals
}

export interface OpeningHours {
  readonly from: CalendarDay
  /** Monday first; null = closed. */
  readonly weekdays: readonly (WallSpan | null)[]
  /** Open on national holidays, as on that weekday. */
  readonly holidays: boolean
}

/** Weekdays nine to six until somebody sets the hours: a new centre can be booked at once. */
export const defaultOpeningHours: OpeningHours = Object.freeze({
  from: '2000-01-01' as CalendarDay,
  weekdays: [0, 1, 2, 3, 4, 5, 6].map((weekday) => (weekday < 5 ? { start: 9 * 60, end: 18 * 60 } : null)),
  holidays: false,
})

/** Opening hours of a day under the newest sheet that began by then; null = closed. No sheet = closed. */
export function hoursOn(sheets: readonly OpeningHours[], day: CalendarDay, isHoliday: boolean): WallSpan | null {
  let found: OpeningHours | undefined
  for (const sheet of sheets) if (sheet.from <= day && (found === undefined || found.from <= sheet.from)) found = sheet
  if (found === undefined || (isHoliday && !found.holidays)) return null
  return found.weekdays[(weekdayOf(day) + 6) % 7] ?? null
}
