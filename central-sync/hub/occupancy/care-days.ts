/** What one day of a childcare room was like: who was booked and who came, how many carers that took and how many there were. Pure. */
import { type AgeBand, ageBand } from '../../protocol/event/childcare.ts'
import { type CalendarDay, type Instant, instantOf, MINUTE_MS } from '../../protocol/time.ts'
import { type CarePolicy, headCount, policyOn, staffNeeded } from '../../rules/care-need.ts'
import { type CareSpan, type DutySpan, fillSlots } from '../../rules/fill-slots.ts'

export interface CareBooking {
  readonly child: string
  readonly band: AgeBand
  readonly units: number
  readonly start: number
  readonly end: number
  readonly state: string
}

export interface CareStay {
  readonly child: string
  readonly band: AgeBand
  readonly units: number
  readonly arrivedAt: Instant
  readonly leftAt: Instant | undefined
}

/** Minutes by age band. */
export type BandMinutes = Readonly<Record<AgeBand, number>>

export interface CarePeak {
  /** Most children at one time. */
  readonly children: number
  /** Carers needed in the quarter of an hour in which it was tightest; undefined without a policy for the day. */
  readonly needed: number | undefined
  /** Carers on the plan in that quarter. */
  readonly staff: number
  /** Its first wall minute. */
  readonly at: number
  /** Fewer carers than needed at any time of the day. */
  readonly short: boolean
}

export interface CareDay {
  readonly day: CalendarDay
  /** Different children that came. */
  readonly children: ReadonlySet<string>
  readonly booked: BandMinutes
  /** From drop-off to hand-over; of a child that is still here, until now. */
  readonly present: BandMinutes
  readonly noShows: number
  readonly peak: CarePeak | undefined
}

/** Promised and not given back: what the day was planned with. */
const PROMISED = new Set(['confirmed', 'in', 'done', 'no_show', 'released'])
const TAKES_ROOM = new Set(['held', 'confirmed', 'in', 'done'])
const NONE: BandMinutes = Object.freeze({ a0: 0, a12: 0, a3: 0, a4: 0 })

export interface CareFacts {
  readonly bookings: readonly CareBooking[]
  readonly stays: readonly CareStay[]
  readonly duties: readonly DutySpan[]
  readonly policies: readonly CarePolicy[]
}

export function careDayOf(day: CalendarDay, facts: CareFacts, now: Instant): CareDay {
  const { bookings, stays } = facts
  return {
    day,
    children: new Set(stays.map(({ child }) => child)),
    booked: sumByBand(
      bookings.filter(({ state }) => PROMISED.has(state)).map(({ band, start, end }) => [band, end - start]),
    ),
    present: sumByBand(stays.map((stay) => [stay.band, minutesOf(stay, now)])),
    noShows: bookings.filter(({ state }) => state === 'no_show').length,
    peak: peakOf(day, facts, now),
  }
}

function sumByBand(parts: readonly (readonly [AgeBand, number])[]): BandMinutes {
  const sums = { ...NONE }
  for (const [band, minutes] of parts) sums[band] += minutes
  return sums
}

function minutesOf({ arrivedAt, leftAt }: CareStay, now: Instant): number {
  return Math.max(0, Math.round(((leftAt ?? Math.max(arrivedAt, now)) - arrivedAt) / MINUTE_MS))
}

function peakOf(
  day: CalendarDay,
  { bookings, stays, duties, policies }: CareFacts,
  now: Instant,
): CarePeak | undefined {
  const policy = policyOn(policies, day)
  const spanOf = ({ child, band, units, start, end }: Omit<CareBooking, 'state'>): CareSpan => ({
    ...{ child, band, start, end },
    extraUnits: Math.max(0, units - (policy?.units[band] ?? units)),
  })
  const spans = [
    ...stays.map((stay) => spanOf({ ...stay, ...wallSpanOf(day, stay, now) })),
    ...bookings.filter(({ state }) => TAKES_ROOM.has(state)).map(spanOf),
  ]
  if (spans.length === 0) return undefined
  const slots = fillSlots(
    { start: Math.min(...spans.map(({ start }) => start)), end: Math.max(...spans.map(({ end }) => end)) },
    spans,
    duties,
    0,
  ).map(({ start, load, means }) => ({
    at: start,
    children: headCount(load.heads),
    needed: policy === undefined ? undefined : staffNeeded(load, policy),
    staff: means.staff,
  }))
  const tightest = [...slots].sort((a, b) => lack(b) - lack(a) || (b.needed ?? 0) - (a.needed ?? 0) || a.at - b.at)[0]
  if (tightest === undefined) return undefined
  const { at, needed, staff } = tightest
  return { at, needed, staff, children: Math.max(...slots.map(({ children }) => children)), short: lack(tightest) > 0 }
}

function lack({ needed, staff }: { readonly needed: number | undefined; readonly staff: number }): number {
  return needed === undefined || needed === 0 ? Number.NEGATIVE_INFINITY : needed - staff
}

/** Within its day: a stay that was forgotten does not reach into the next. */
function wallSpanOf(day: CalendarDay, { arrivedAt, leftAt }: CareStay, now: Instant): { start: number; end: number } {
  const midnight = instantOf(day, 0)
  const minute = (at: Instant) => Math.min(1_440, Math.max(0, Math.floor((at - midnight) / MINUTE_MS)))
  const start = Math.min(1_439, minute(arrivedAt))
  return { start, end: Math.max(start + 1, minute(leftAt ?? Math.max(arrivedAt, now))) }
}

export const bands: readonly AgeBand[] = ageBand.options

export function bandTotal(minutes: BandMinutes): number {
  return bands.reduce((sum, band) => sum + minutes[band], 0)
}
