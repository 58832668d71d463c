/** 利用状況: how a month of a centre was used, on the screen and as a table for the town. */
import { z } from 'zod'
import { type RefusalCode, refusalSentence, refusals, refuse } from '../../protocol/refusal.ts'
import {
  businessDayOf,
  type CalendarDay,
  calendarDayOf,
  type Month,
  minuteFace,
  month,
  monthOf,
  nextMonth,
} from '../../protocol/time.ts'
import type { Page, RequestContext } from '../../web/port.ts'
import type { HubRooms } from '../http/hub-rooms.ts'
import { type MonthOccupancy, monthOccupancy, type SeatDay } from '../occupancy/month-occupancy.ts'
import {
  bandFigures,
  type CareFigures,
  careFigures,
  careSum,
  hasCare,
  type KindSum,
  kindSums,
  percentOf,
  tenthsOfHours,
} from '../occupancy/summarise.ts'
import { type CentreStatus, listCentres } from '../site/centre-list.ts'
import { hubPage, previousMonth } from './hub-page.ts'

/** Height of the drawings; the width follows from the days. */
const CHART = 100

interface Asked {
  readonly site?: string | undefined
  readonly month?: Month | undefined
}

export function occupancyPages({ journal }: HubRooms): Page[] {
  // `hideSmall`: for readers outside the house, see `hide-small.ts`.
  const load = async (asked: Asked, context: RequestContext, hideSmall: boolean) => {
    const { now } = context
    const wanted = asked.month ?? monthOf(businessDayOf(now))
    const centres = await listCentres(journal.read, now)
    const centre =
      centres.find(({ site }) => site === asked.site) ?? (asked.site === undefined ? centres[0] : undefined)
    if (centre === undefined && asked.site !== undefined) return refuse('not_found')
    const common = { month: wanted, earlier: previousMonth(wanted), later: nextMonth(wanted) }
    if (centre === undefined) return { ...common, centres: [] }
    const occupancy = await monthOccupancy(journal.read, centre.site, wanted, now)
    return { ...common, ...controls(centres, centre), ...viewOf(occupancy, context, hideSmall) }
  }
  const input = { site: z.string().max(40).optional(), month: month.optional() }
  return [
    hubPage({
      ...{ path: '/occupancy', access: 'staff', template: 'occupancy', input },
      title: { ja: '利用状況', en: 'Use of places' },
      load: (asked, context) => load(asked, context, false),
    }),
    hubPage({
      ...{ path: '/occupancy/sheet', access: 'staff', template: 'occupancy-sheet', shell: 'print', input },
      title: { ja: '利用状況の表', en: 'Use of places, table' },
      load: (asked, context) => load(asked, context, true),
    }),
  ]
}

function controls(centres: readonly CentreStatus[], { site, code, name }: CentreStatus) {
  return {
    ...{ site, code, name },
    centres: centres.map((centre) => ({ value: centre.site, label: centre.name, chosen: centre.site === site })),
  }
}

function viewOf(occupancy: MonthOccupancy, { language, now }: RequestContext, hideSmall: boolean) {
  const today = calendarDayOf(now)
  const kinds = kindSums(occupancy, today)
  const days = careFigures(occupancy.care)
  const withCare = hasCare(occupancy)
  return {
    isEmpty: kinds.length === 0 && !withCare && occupancy.declined.length === 0 && occupancy.waited.length === 0,
    kinds: kinds.map(kindView),
    seatDays: kinds.map(({ kind }) => seatDaysView(kind, occupancy.seats, today)),
    care: withCare ? careView(occupancy, days, hideSmall) : undefined,
    declined: occupancy.declined.map((one) => ({
      ...one,
      hours: tenthsOfHours(one.minutes),
      reason: reasonOf(one.why, language),
    })),
    waited: occupancy.waited,
  }
}

function kindView(sum: KindSum) {
  return {
    ...sum,
    bookedHours: tenthsOfHours(sum.bookedMin),
    usedHours: tenthsOfHours(sum.usedMin),
    percent: percentOf(sum.usedMin, sum.elapsedMin),
  }
}

/** Bars of one kind, and the same days as rows. Days on which it was closed and nobody booked are not drawn as zero use. */
function seatDaysView(kind: string, all: readonly SeatDay[], today: CalendarDay) {
  const seats = all.filter((one) => one.kind === kind)
  const most = Math.max(1, ...seats.map(({ openMin, bookedMin }) => Math.max(openMin, bookedMin)))
  const bar = (minutes: number) => {
    const height = Math.round((minutes / most) * CHART)
    return { height, top: CHART - height }
  }
  return {
    kind,
    bars: seats.map(({ day, openMin, bookedMin, usedMin }) => ({
      ...labelOf(day),
      ...{ open: bar(openMin), booked: bar(bookedMin), used: bar(usedMin) },
    })),
    rows: seats
      .filter(({ openMin, bookings }) => openMin > 0 || bookings > 0)
      .map((seat) => ({
        ...seat,
        bookedHours: tenthsOfHours(seat.bookedMin),
        usedHours: tenthsOfHours(seat.usedMin),
        percent: seat.day <= today ? percentOf(seat.usedMin, seat.openMin) : undefined,
        over: seat.day <= today && seat.openMin > 0,
      })),
  }
}

function careView(occupancy: MonthOccupancy, days: readonly CareFigures[], hideSmall: boolean) {
  const sum = careSum(occupancy)
  // One more than there ever was, so that the line of the carers stands free above the bars.
  const most = 1 + Math.max(1, ...days.map(({ needed = 0, staff = 0 }) => Math.max(needed, staff)))
  const tall = (count: number) => Math.round((count / most) * CHART)
  return {
    sum: {
      ...sum,
      bookedHours: tenthsOfHours(sum.bookedMin),
      presentHours: tenthsOfHours(sum.presentMin),
      hide: hideSmall && sum.hidden,
    },
    bars: days.map(({ day, needed = 0, staff, short }) => ({
      ...labelOf(day),
      ...{ height: tall(needed), top: CHART - tall(needed), short },
      line: staff === undefined || staff === 0 ? undefined : CHART - tall(staff) - 2,
    })),
    rows: days
      .filter(({ children, bookedMin, noShows }) => children > 0 || bookedMin > 0 || noShows > 0)
      .map((figures) => ({
        ...figures,
        bookedHours: tenthsOfHours(figures.bookedMin),
        presentHours: tenthsOfHours(figures.presentMin),
        hide: hideSmall && figures.hidden,
        known: figures.needed !== undefined,
        time: figures.at === undefined ? '' : minuteFace(figures.at),
      })),
    bands: bandFigures(occupancy).map((one) => ({
      ...one,
      hide: hideSmall && one.hidden,
      presentHours: tenthsOfHours(one.presentMin),
    })),
  }
}

/** Under the drawing stand the first day and every fifth. */
function labelOf(day: CalendarDay): { day: CalendarDay; label: string } {
  const number = Number(day.slice(8))
  return { day, label: number === 1 || number % 5 === 0 ? String(number) : '' }
}

/** The sentence a person was answered with; the bare code where this hub does not know it yet. */
function reasonOf(why: string, language: RequestContext['language']): string {
  return refusals.has(why as RefusalCode) ? refusalSentence(refuse(why as RefusalCode), language) : why
}
