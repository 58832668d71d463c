/** Reads a month of one centre: places, booked and used hours, no-shows, waiting, childcare, and what had to be declined. */
import holidayJp from '@holiday-jp/holiday_jp'
import type { Rows } from '../../journal/port.ts'
import type { AgeBand } from '../../protocol/event/childcare.ts'
import { addDays, type CalendarDay, firstDayOf, type Instant, lastDayOf, type Month } from '../../protocol/time.ts'
import type { CarePolicy } from '../../rules/care-need.ts'
import { defaultOpeningHours, type OpeningHours } from '../../rules/decide-booking.ts'
import type { DutySpan } from '../../rules/fill-slots.ts'
import { type CareBooking, type CareDay, type CareStay, careDayOf } from './care-days.ts'
import { type Closing, type Opening, type PlaceSheet, placesOn, sheetOn } from './opening.ts'

export type SeatKind = 'seat' | 'booth' | 'room'
export const seatKinds: readonly SeatKind[] = ['seat', 'booth', 'room']
export type DemandKind = SeatKind | 'childcare' | 'pair'

/** One kind of place on one day. Times in minutes, all places together. */
export interface SeatDay {
  readonly day: CalendarDay
  readonly kind: SeatKind
  readonly places: number
  /** Minutes the places could be had. */
  readonly openMin: number
  /** Promised: confirmed, came, or did not come. */
  readonly bookedMin: number
  /** Booked time of those who came. */
  readonly usedMin: number
  readonly bookings: number
  readonly noShows: number
  /** Given back so late that the place was released. */
  readonly released: number
}

export interface Declined {
  readonly kind: DemandKind
  /** Refusal code. */
  readonly why: string
  readonly requests: number
  readonly minutes: number
}

export interface Waited {
  readonly kind: DemandKind
  readonly joined: number
  readonly accepted: number
  readonly withdrawn: number
  /** The time began, or the offer ran out, without a place. */
  readonly without: number
  readonly open: number
}

export interface MonthOccupancy {
  readonly site: string
  readonly month: Month
  readonly seats: readonly SeatDay[]
  readonly care: readonly CareDay[]
  /** Different children of the month, by band and together. */
  readonly children: Readonly<Record<AgeBand | 'all', number>>
  readonly declined: readonly Declined[]
  readonly waited: readonly Waited[]
}

interface Asked {
  readonly site: string
  readonly from: CalendarDay
  readonly to: CalendarDay
}

export async function monthOccupancy(rows: Rows, site: string, month: Month, now: Instant): Promise<MonthOccupancy> {
  const asked = {
    site,
    from: firstDayOf(month) as string as CalendarDay,
    to: lastDayOf(month) as string as CalendarDay,
  }
  const days = daysOf(asked)
  const sheets = await readSheets(rows, site)
  const kindOf = new Map([...sheets].map(([resource, list]) => [resource, list.at(-1)?.kind ?? 'seat']))
  const care = await readCare(rows, asked, days, now)
  return {
    ...{ site, month, care },
    seats: await readSeats(rows, asked, days, sheets),
    children: countChildren(care, await readBands(rows, asked)),
    declined: await readDeclined(rows, asked),
    waited: await readWaited(rows, asked, kindOf),
  }
}

function daysOf({ from, to }: Asked): CalendarDay[] {
  const days: CalendarDay[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}

async function readSheets(rows: Rows, site: string): Promise<Map<string, PlaceSheet[]>> {
  const found = await rows.all<{ resource: string; from: CalendarDay; kind: string; open: number }>(
    `SELECT resource, from_day AS "from", kind, open FROM occ_resource WHERE site = ? ORDER BY resource, from_day`,
    [site],
  )
  const sheets = new Map<string, PlaceSheet[]>()
  for (const { open, ...sheet } of found) {
    sheets.set(sheet.resource, [...(sheets.get(sheet.resource) ?? []), { ...sheet, open: open === 1 }])
  }
  return sheets
}

async function readOpening(rows: Rows, { site, from, to }: Asked): Promise<Opening> {
  const hours = await rows.all<{ from: CalendarDay; weekdays: string; holidays: number }>(
    `SELECT from_day AS "from", weekdays, holidays FROM occ_hours WHERE site = ? ORDER BY from_day`,
    [site],
  )
  const closings = await rows.all<Closing>(
    `SELECT target, from_day AS "from", to_day AS "to", start_min AS "start", end_min AS "end"
     FROM occ_closure WHERE site = ? AND from_day <= ? AND to_day >= ?`,
    [site, to, from],
  )
  return {
    hours: hours.length === 0 ? [defaultOpeningHours] : hours.map(sheetOf),
    closings,
    isHoliday: (day) => Object.hasOwn(holidayJp.holidays, day),
  }
}

function sheetOf({
  from,
  weekdays,
  holidays,
}: {
  from: CalendarDay
  weekdays: string
  holidays: number
}): OpeningHours {
  return { from, weekdays: JSON.parse(weekdays) as OpeningHours['weekdays'], holidays: holidays === 1 }
}

async function readSeats(
  rows: Rows,
  asked: Asked,
  days: readonly CalendarDay[],
  sheets: ReadonlyMap<string, readonly PlaceSheet[]>,
): Promise<SeatDay[]> {
  const opening = await readOpening(rows, asked)
  const booked = await rows.all<{ day: CalendarDay; resource: string; state: string; count: number; minutes: number }>(
    `SELECT day, resource, state, count(*) AS count, CAST(sum(end_min - start_min) AS BIGINT) AS minutes
     FROM occ_booking WHERE site = ? AND day BETWEEN ? AND ? GROUP BY day, resource, state ORDER BY day, resource, state`,
    [asked.site, asked.from, asked.to],
  )
  return days.flatMap((day) => {
    const here = [...sheets.values()].flatMap((list) => sheetOn(list, day) ?? [])
    const mine = booked.filter((one) => one.day === day)
    return seatKinds.map((kind) => {
      const { places, minutes } = placesOn(
        here.filter((sheet) => sheet.kind === kind && sheet.open),
        day,
        opening,
      )
      const ofKind = mine.filter(({ resource }) => (sheets.get(resource)?.at(-1)?.kind ?? 'seat') === kind)
      return { day, kind, places, openMin: minutes, ...sumBookings(ofKind) }
    })
  })
}

const CAME = ['in', 'done']
const PROMISED = ['confirmed', ...CAME, 'no_show', 'released']

function sumBookings(booked: readonly { readonly state: string; readonly count: number; readonly minutes: number }[]) {
  const sum = (key: 'count' | 'minutes', states: readonly string[]) =>
    booked.filter(({ state }) => states.includes(state)).reduce((total, one) => total + one[key], 0)
  return {
    bookedMin: sum('minutes', PROMISED),
    usedMin: sum('minutes', CAME),
    bookings: sum('count', PROMISED),
    noShows: sum('count', ['no_show']),
    released: sum('count', ['released']),
  }
}

type OnDay<T> = T & { readonly day: CalendarDay }

async function readCare(rows: Rows, asked: Asked, days: readonly CalendarDay[], now: Instant): Promise<CareDay[]> {
  const where = 'WHERE site = ? AND day BETWEEN ? AND ?'
  const params = [asked.site, asked.from, asked.to]
  const bookings = await rows.all<OnDay<CareBooking>>(
    `SELECT day, child, band, units, start_min AS "start", end_min AS "end", state FROM occ_care ${where} ORDER BY care`,
    params,
  )
  const stays = await rows.all<OnDay<Omit<CareStay, 'leftAt'>> & { readonly leftAt: Instant | null }>(
    `SELECT day, child, band, units, arrived_at AS "arrivedAt", left_at AS "leftAt" FROM occ_stay ${where} ORDER BY stay`,
    params,
  )
  const shifts = await rows.all<OnDay<{ start: number; end: number; staff: string | null; qualified: number }>>(
    `SELECT day, start_min AS "start", end_min AS "end", staff, qualified FROM occ_shift ${where} AND absent = 0 ORDER BY shift`,
    params,
  )
  const policies = await rows.all<{ body: string }>('SELECT body FROM occ_policy WHERE site = ? ORDER BY pos', [
    asked.site,
  ])
  const duties = shifts.map(
    (shift): OnDay<DutySpan> => ({
      ...shift,
      qualified: shift.qualified === 1,
      staff: shift.staff ?? undefined,
    }),
  )
  const facts = {
    policies: policies.map(({ body }) => JSON.parse(body) as CarePolicy),
    stays: stays.map((stay) => ({ ...stay, leftAt: stay.leftAt ?? undefined })),
  }
  return days.map((day) => {
    const of = <T extends { readonly day: CalendarDay }>(list: readonly T[]) => list.filter((one) => one.day === day)
    return careDayOf(
      day,
      { bookings: of(bookings), stays: of(facts.stays), duties: of(duties), policies: facts.policies },
      now,
    )
  })
}

function readBands(rows: Rows, { site, from, to }: Asked): Promise<{ band: AgeBand; children: number }[]> {
  return rows.all(
    `SELECT band, count(DISTINCT child) AS children FROM occ_stay
     WHERE site = ? AND day BETWEEN ? AND ? GROUP BY band ORDER BY band`,
    [site, from, to],
  )
}

/** A child whose band changes within the month stands in both and counts once in all. */
function countChildren(care: readonly CareDay[], byBand: readonly { band: AgeBand; children: number }[]) {
  const all = new Set(care.flatMap(({ children }) => [...children])).size
  const counts = { a0: 0, a12: 0, a3: 0, a4: 0, all }
  for (const { band, children } of byBand) counts[band] = children
  return counts
}

function readDeclined(rows: Rows, { site, from, to }: Asked): Promise<Declined[]> {
  return rows.all<Declined>(
    `SELECT what AS kind, why, count(*) AS requests, CAST(sum(end_min - start_min) AS BIGINT) AS minutes
     FROM occ_demand WHERE site = ? AND day BETWEEN ? AND ? GROUP BY what, why ORDER BY requests DESC, what, why`,
    [site, from, to],
  )
}

async function readWaited(
  rows: Rows,
  { site, from, to }: Asked,
  kindOf: ReadonlyMap<string, string>,
): Promise<Waited[]> {
  const found = await rows.all<{ want: string | null; child: number; outcome: string | null; count: number }>(
    `SELECT want, child, outcome, count(*) AS count FROM occ_waiting
     WHERE site = ? AND day BETWEEN ? AND ? GROUP BY want, child, outcome`,
    [site, from, to],
  )
  const kinds: readonly DemandKind[] = [...seatKinds, 'childcare', 'pair']
  return kinds.flatMap((kind) => {
    const mine = found.filter(({ want, child }) => waitingKind(want, child === 1, kindOf) === kind)
    const count = (outcomes: readonly (string | null)[]) =>
      mine.filter(({ outcome }) => outcomes.includes(outcome)).reduce((sum, one) => sum + one.count, 0)
    const joined = mine.reduce((sum, one) => sum + one.count, 0)
    if (joined === 0) return []
    return {
      ...{ kind, joined },
      accepted: count(['accepted']),
      withdrawn: count(['withdrawn']),
      without: count(['expired', 'passed']),
      open: count([null]),
    }
  })
}

function waitingKind(want: string | null, child: boolean, kindOf: ReadonlyMap<string, string>): DemandKind {
  if (want === null) return 'childcare'
  if (child) return 'pair'
  const kind = kindOf.get(want) ?? want
  return seatKinds.find((one) => one === kind) ?? 'seat'
}
