/**
 * Instants are UTC milliseconds. Attendance and pay count business days in Japan: [05:00, 05:00) JST. Bookings count
 * calendar days and wall minutes, as the law counts a child's age and as a timetable is read. Japan has no daylight saving
 * (+09:00 since 1951), so the arithmetic is exact and never asks the time zone of the machine or the browser.
 */
import { z } from 'zod'

/** UTC milliseconds since 1970. */
export type Instant = number
/** `YYYY-MM-DD`, a Japanese business day. */
export type BusinessDay = string & { readonly kind: 'day' }
/** `YYYY-MM-DD` from midnight to midnight in Japan: the day of a booking. */
export type CalendarDay = string & { readonly kind: 'calendar-day' }
/** `YYYY-MM`. */
export type Month = string & { readonly kind: 'month' }

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
const JST_OFFSET_MS = 9 * HOUR_MS
/** Hour of the day (JST) at which one business day ends and the next begins. */
export const ROLL_OVER_HOUR = 5

/** The only source of time. `monotonicMs` never jumps and has no meaning between processes. */
export interface Clock {
  now(): Instant
  monotonicMs(): number
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
}

export const instant = z.number().int().min(-8.64e15).max(8.64e15)
export const businessDay = z
  .custom<BusinessDay>(isBusinessDay, { error: 'not a day (YYYY-MM-DD)' })
  .meta({ type: 'string', format: 'date' })
export const calendarDay = z
  .custom<CalendarDay>(isCalendarDay, { error: 'not a day (YYYY-MM-DD)' })
  .meta({ type: 'string', format: 'date' })
/** Minutes after midnight in Japan; 1440 only as an end. */
export const wallMinute = z.number().int().min(0).max(1_440)
const MONTH = /^[1-8]\d{3}-(0[1-9]|1[0-2])$/
export const month = z
  .custom<Month>(isMonth, { error: 'not a month (YYYY-MM)' })
  .meta({ type: 'string', pattern: MONTH.source })

export function isBusinessDay(value: unknown): value is BusinessDay {
  return isDate(value)
}

export function isCalendarDay(value: unknown): value is CalendarDay {
  return isDate(value)
}

/** From the year 1000 to 8999: whatever is counted from such a day still has four digits in its year. */
function isDate(value: unknown): boolean {
  if (typeof value !== 'string' || !/^[1-8]\d{3}-\d{2}-\d{2}$/.test(value)) return false
  const at = Date.parse(`${value}T00:00:00Z`)
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === value
}

export function isMonth(value: unknown): value is Month {
  return typeof value === 'string' && MONTH.test(value)
}

/** The business day in which `at` lies. 04:59:59.999 JST belongs to the day before, 05:00:00.000 to the new one. */
export function businessDayOf(at: Instant): BusinessDay {
  return dayText(Math.floor((at + JST_OFFSET_MS - ROLL_OVER_HOUR * HOUR_MS) / DAY_MS)) as BusinessDay
}

/** Days by their number since 1970: a tap asks for a dozen, nearly all of them of this week. */
const dayTexts = new Map<number, string>()
const dayNumbers = new Map<string, number>()
const DAYS_KEPT = 4_096

function dayText(number: number): string {
  const known = dayTexts.get(number)
  if (known !== undefined) return known
  const text = new Date(number * DAY_MS).toISOString().slice(0, 10)
  if (dayTexts.size >= DAYS_KEPT) dayTexts.clear()
  dayTexts.set(number, text)
  return text
}

function dayNumber(day: string): number {
  const known = dayNumbers.get(day)
  if (known !== undefined) return known
  const number = Date.parse(`${day}T00:00:00Z`) / DAY_MS
  if (dayNumbers.size >= DAYS_KEPT) dayNumbers.clear()
  dayNumbers.set(day, number)
  return number
}

/** First instant of a business day: its 05:00 JST. */
export function startOfBusinessDay(day: BusinessDay): Instant {
  return Date.parse(`${day}T00:00:00Z`) - JST_OFFSET_MS + ROLL_OVER_HOUR * HOUR_MS
}

/** The first roll-over after `at`: the instant at which everyone inside at `at` is OUT. */
export function rollOverAfter(at: Instant): Instant {
  return startOfBusinessDay(businessDayOf(at)) + DAY_MS
}

export function addDays<D extends BusinessDay | CalendarDay>(day: D, days: number): D {
  return dayText(dayNumber(day) + days) as D
}

/** Whole days from one day to another; negative when `to` lies before. */
export function daysBetween(from: BusinessDay | CalendarDay, to: BusinessDay | CalendarDay): number {
  return dayNumber(to) - dayNumber(from)
}

/** The calendar day in Japan in which `at` lies. */
export function calendarDayOf(at: Instant): CalendarDay {
  return dayText(Math.floor((at + JST_OFFSET_MS) / DAY_MS)) as CalendarDay
}

/** Whole minutes after midnight in Japan, 0..1439. */
export function wallMinuteOf(at: Instant): number {
  const { hour, minute } = jstParts(at)
  return hour * 60 + minute
}

/** The instant of a wall minute of a day in Japan; 1440 is the next midnight. */
export function instantOf(day: CalendarDay, minute: number): Instant {
  return Date.parse(`${day}T00:00:00Z`) - JST_OFFSET_MS + minute * MINUTE_MS
}

/** `9:05` of a wall minute; 1440 is `24:00`. */
export function minuteFace(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
}

/** Monday of the week of `day`. */
export function mondayOf<D extends BusinessDay | CalendarDay>(day: D): D {
  return addDays(day, -((weekdayOf(day) + 6) % 7))
}

/** 0 = Sunday … 6 = Saturday. */
export function weekdayOf(day: BusinessDay | CalendarDay): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay()
}

export function monthOf(day: BusinessDay | CalendarDay): Month {
  return day.slice(0, 7) as Month
}

export function firstDayOf(value: Month): BusinessDay {
  return `${value}-01` as BusinessDay
}

export function lastDayOf(value: Month): BusinessDay {
  return addDays(firstDayOf(nextMonth(value)), -1)
}

export function nextMonth(value: Month): Month {
  const [year, number] = [Number(value.slice(0, 4)), Number(value.slice(5))]
  const next = number === 12 ? { year: year + 1, number: 1 } : { year, number: number + 1 }
  return `${String(next.year).padStart(4, '0')}-${String(next.number).padStart(2, '0')}` as Month
}

/** ISO 8601 with the Japanese offset, as in `2026-11-20T09:02:11+09:00`; milliseconds only when there are any. */
export function toJstIso(at: Instant): string {
  const text = new Date(at + JST_OFFSET_MS).toISOString()
  return `${text.endsWith('.000Z') ? text.slice(0, 19) : text.slice(0, 23)}+09:00`
}

/** Calendar date and wall-clock parts in Japan, for words on screens. `weekday` 0 = Sunday. */
export function jstParts(at: Instant) {
  const local = new Date(at + JST_OFFSET_MS)
  return {
    year: local.getUTCFullYear(),
    month: local.getUTCMonth() + 1,
    day: local.getUTCDate(),
    weekday: local.getUTCDay(),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
  }
}

/** `9:02` in Japan. */
export function clockFace(at: Instant): string {
  const { hour, minute } = jstParts(at)
  return `${hour}:${String(minute).padStart(2, '0')}`
}

const ISO_WITH_OFFSET = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:?\d{2})$/

/** Parses ISO 8601 that names its offset; undefined for anything else, also for 25:00 or 30 February. */
export function parseIsoInstant(text: string): Instant | undefined {
  const match = ISO_WITH_OFFSET.exec(text.trim())
  if (match === null) return undefined
  const [year, monthNumber, day, hour, minute] = match.slice(1, 6).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const second = Number(match[6] ?? 0)
  const millisecond = Number((match[7] ?? '0').padEnd(3, '0'))
  const local = Date.UTC(year, monthNumber - 1, day, hour, minute, second, millisecond)
  const echo = new Date(local)
  if (echo.getUTCMonth() !== monthNumber - 1 || echo.getUTCDate() !== day) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offset = parseOffset(match[8] ?? 'Z')
  return offset === undefined ? undefined : local - offset
}

function parseOffset(text: string): number | undefined {
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(-2))
  if (hours > 14 || minutes > 59) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS)
}
