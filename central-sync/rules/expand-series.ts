/**
 * Turns a repetition into days. The rule is RRULE text of RFC 5545 (§3.3.10) in a subset that a person can say in one
 * breath; everything else is refused by name rather than guessed at:
 *
 *   FREQ=DAILY    [;INTERVAL=1..31]
 *   FREQ=WEEKLY   [;INTERVAL=1..26]  [;BYDAY=MO,TU,…]  [;WKST=MO|SU]
 *   FREQ=MONTHLY  [;INTERVAL=1..12]  ;BYDAY=1WE,3WE,-1FR,… (nth weekdays)  or  ;BYMONTHDAY=1..31,-1..-5
 *   each may carry COUNT=1..366
 *
 * Days are calendar days: no time zone and no clock change can move one (P8). The first day counts only when the rule
 * hits it. A month without the wanted day is left out, as the standard says.
 */
import { RRuleTemporal } from 'rrule-temporal'
import type { OnConflict } from '../protocol/event/booking.ts'
import { isRefusal, type Refusal, type RefusalCode, refuse } from '../protocol/refusal.ts'
import { type CalendarDay, daysBetween } from '../protocol/time.ts'

/** Days from the first to the last day of a series, both included: a leap year. */
export const SERIES_DAYS_MAX = 366

export interface SeriesWish {
  /** Without DTSTART and UNTIL: those are `from` and `until`. A leading `RRULE:` is allowed. */
  readonly rule: string
  readonly from: CalendarDay
  /** Last day that may be in it. */
  readonly until: CalendarDay
  /** Days to leave out. */
  readonly exdates?: readonly CalendarDay[] | undefined
}

type Check = (value: string) => boolean
type Fields = Readonly<Record<string, string>> & { readonly COUNT?: string }

const inRange = (low: number, high: number): Check => {
  return (value) => /^-?\d{1,3}$/.test(value) && Number(value) >= low && Number(value) <= high
}
const matches = (pattern: RegExp): Check => {
  return (value) => pattern.test(value)
}
const times = inRange(1, SERIES_DAYS_MAX)
const isMonthday = (value: string) => inRange(1, 31)(value) || inRange(-5, -1)(value)
const monthdays: Check = (value) => value.split(',').length <= 31 && value.split(',').every(isMonthday)

/** What each frequency may carry. */
const parts: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  DAILY: { INTERVAL: inRange(1, 31), COUNT: times },
  WEEKLY: {
    INTERVAL: inRange(1, 26),
    COUNT: times,
    BYDAY: matches(/^(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU)){0,6}$/),
    WKST: matches(/^(?:MO|SU)$/),
  },
  MONTHLY: {
    INTERVAL: inRange(1, 12),
    COUNT: times,
    BYDAY: matches(/^-?[1-5](?:MO|TU|WE|TH|FR|SA|SU)(?:,-?[1-5](?:MO|TU|WE|TH|FR|SA|SU)){0,9}$/),
    BYMONTHDAY: monthdays,
  },
}

/** The days of a series in order. Refused: a rule outside the subset, a span beyond a year, days that are not in order. */
export function expandSeries({ rule, from, until, exdates = [] }: SeriesWish): readonly CalendarDay[] | Refusal {
  const fields = readRule(rule)
  if (isRefusal(fields)) return fields
  if (until < from) return refuse('interval_invalid')
  if (daysBetween(from, until) >= SERIES_DAYS_MAX) return refuse('series_too_long')
  // The bound is the last day, whatever the count: a rule that never hits must not be followed to the end of time.
  const { COUNT: count, ...bounded } = { ...fields, UNTIL: `${compact(until)}T000000Z` }
  const text = Object.entries(bounded).map(([name, value]) => `${name}=${value}`)
  const expanded = new RRuleTemporal({ rruleString: `DTSTART:${compact(from)}T000000Z\nRRULE:${text.join(';')}` })
  const left = new Set(exdates)
  return expanded
    .all()
    .slice(0, count === undefined ? undefined : Number(count))
    .map((at) => at.toPlainDate().toString() as CalendarDay)
    .filter((day) => !left.has(day))
}

/** The parts of a rule within the subset, or a refusal that names the part that is not. */
function readRule(rule: string): Fields | Refusal {
  const fields: Record<string, string> = {}
  for (const part of rule
    .trim()
    .replace(/^RRULE:/i, '')
    .toUpperCase()
    .split(';')) {
    const [name = '', value = '', ...more] = part.split('=')
    if (value === '' || more.length > 0 || Object.hasOwn(fields, name)) return unsupported(part)
    fields[name] = value
  }
  const allowed = parts[fields.FREQ ?? '']
  if (allowed === undefined) return unsupported(`FREQ=${fields.FREQ ?? ''}`)
  for (const [name, value] of Object.entries(fields)) {
    if (name !== 'FREQ' && allowed[name]?.(value) !== true) return unsupported(`${name}=${value}`)
  }
  if (fields.FREQ === 'MONTHLY' && (fields.BYDAY === undefined) === (fields.BYMONTHDAY === undefined)) {
    return unsupported('FREQ=MONTHLY')
  }
  return fields
}

function unsupported(part: string): Refusal {
  return refuse('series_rule_unsupported', part.slice(0, 60))
}

function compact(day: CalendarDay): string {
  return day.replaceAll('-', '')
}

/** A day of a series that cannot be had. */
export interface SkippedDay {
  readonly day: CalendarDay
  readonly code: RefusalCode
}

export interface SeriesPlan {
  readonly book: readonly CalendarDay[]
  readonly skipped: readonly SkippedDay[]
}

/**
 * Which days of a series are booked. `abort`: all or nothing, the refusal of the first day that cannot be had says in
 * `facts.days` which ones they are (P7). `skip`: what can be had, and the list of the rest; none at all is refused.
 */
export function planSeries(
  days: readonly CalendarDay[],
  onConflict: OnConflict,
  decide: (day: CalendarDay) => Refusal | undefined,
): SeriesPlan | Refusal {
  const refused = days.flatMap((day) => {
    const refusal = decide(day)
    return refusal === undefined ? [] : [{ day, refusal }]
  })
  const skipped = refused.map(({ day, refusal }) => ({ day, code: refusal.refused }))
  const [worst] = refused
  if (worst !== undefined && (onConflict === 'abort' || refused.length === days.length)) {
    return refuse(worst.refusal.refused, worst.day, { days: skipped })
  }
  if (days.length === 0) return refuse('interval_invalid')
  const gone = new Set(refused.map(({ day }) => day))
  return { book: days.filter((day) => !gone.has(day)), skipped }
}
