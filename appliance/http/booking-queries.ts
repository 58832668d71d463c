/** Reads of seats, hours, bookings, free places and declined demand; and the calendar feed. */
import { type RequestHandler, Router } from 'express'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import {
  addDays,
  type CalendarDay,
  calendarDayOf,
  type Month,
  monthOf,
  wallMinuteOf,
} from '../../central-sync/protocol/time.ts'
import type { MachineDoor, Query, RequestContext } from '../../central-sync/web/port.ts'
import { findFree, type MonthBook, type PlaceWish, readDay, readMonth } from '../booking/availability.ts'
import type { BookingDesk } from '../booking/booking-desk.ts'
import { bookingsById, listBookings, readDemand } from '../booking/booking-read.ts'
import { CALENDAR_PATH, type CalendarDesk } from '../booking/calendar-desk.ts'
import { findConflicts } from '../booking/find-conflicts.ts'
import { holidayName } from '../booking/floor-plan.ts'
import { isForWantOfRoom } from '../booking/make-booking.ts'
import { readCalendar, writeCalendar } from '../booking/write-calendar.ts'
import {
  type BookingNames,
  conflictRows,
  describeBooking,
  describeClosure,
  describeResource,
  type People,
} from './booking-rows.ts'
import { workerOf } from './door-commands.ts'
import { bindQuery } from './shape.ts'
import * as shapes from './shape-booking.ts'
import * as seats from './shape-seats.ts'

const LIST_MAX = 1_000
/** A worker's own list without an end. */
const AHEAD_DAYS = 400
const HOLIDAYS_AHEAD = 60
const DEMAND_DAYS = 90

export interface BookingSources extends BookingNames {
  readonly bookings: BookingDesk
  readonly months: MonthBook
  readonly calendars: CalendarDesk
}

export function bookingQueries(sources: BookingSources): readonly Query[] {
  return [...seatQueries(sources), ...freeQueries(sources), ...listQueries(sources)]
}

function seatQueries(sources: BookingSources): readonly Query[] {
  const { rows, floor } = sources
  return [
    bindQuery(seats.resources, async () => {
      const resources = [...(await floor.now()).resources.values()].map(describeResource)
      return { floors: [...new Set(resources.map((one) => one.floor))], resources }
    }),
    bindQuery(seats.hours, async (_input, { now }) => hoursNow(sources, calendarDayOf(now))),
    bindQuery(seats.closures, async ({ all }, { now }) => {
      const plan = await floor.now()
      const today = calendarDayOf(now)
      const found = plan.closures.filter(({ toDay }) => all !== '' || toDay >= today)
      return { closures: found.map((one) => describeClosure(one, plan)) }
    }),
    bindQuery(seats.bookingConflicts, async (_input, { now }) => {
      const found = await findConflicts(rows, await floor.now(), now)
      const facts = await bookingsById(
        rows,
        found.map(({ booking }) => booking),
      )
      return { conflicts: await conflictRows(sources, found, facts) }
    }),
    bindQuery(seats.demand, async ({ from, to, what }, { now }) => {
      const last = to ?? addDays(calendarDayOf(now), AHEAD_DAYS)
      const period = { from: from ?? addDays(calendarDayOf(now), -DEMAND_DAYS), to: last }
      return { ...period, ...(await readDemand(rows, period.from, period.to, what)) }
    }),
  ] as readonly Query[]
}

async function hoursNow({ floor }: BookingSources, today: CalendarDay) {
  const { hours, rules, waits } = await floor.now()
  const past = hours.filter(({ from }) => from <= today).toSorted((a, b) => (a.from < b.from ? 1 : -1))
  const sheets = [...past.slice(0, 1), ...hours.filter(({ from }) => from > today)]
  const days = Array.from({ length: HOLIDAYS_AHEAD }, (_, ahead) => addDays(today, ahead))
  return {
    sets: sheets.map(({ from, holidays, weekdays }) => ({
      from,
      holidays,
      weekdays: weekdays.map((span) => span && { ...span }),
    })),
    holidays: days.flatMap((day) => {
      const name = holidayName(day)
      return name === undefined ? [] : [{ day, name }]
    }),
    terms: { ...rules },
    waits: { ...waits },
  }
}

type WishInput = {
  kind: PlaceWish['kind']
  people: number
  monitor: boolean
  standing: boolean
  accessible: boolean
  quiet: boolean
}

function wishOf({ kind, people, monitor, standing, accessible, quiet }: WishInput): PlaceWish {
  return { kind, people, attrs: { monitor, standing, accessible, quiet } }
}

function freeQueries({ rows, floor, directory, bookings, months }: BookingSources): readonly Query[] {
  const month = async (input: WishInput & { month?: Month; start?: number; end?: number }, { now }: RequestContext) => {
    const { start, end, month: asked } = input
    const whole = start === undefined && end === undefined
    const span = whole ? undefined : { start: start ?? 0, end: end ?? 1_440 }
    const wanted = asked ?? monthOf(calendarDayOf(now))
    return { month: wanted, days: [...(await readMonth(months, await floor.now(), wanted, span, wishOf(input)))] }
  }
  const free = async (
    { day, start, end, ...wish }: WishInput & { day: CalendarDay; start: number; end: number },
    { now, actor }: RequestContext,
  ) => {
    const source = actor.kind === 'staff' ? 'staff' : 'web'
    const plan = await floor.now()
    const found = await findFree(rows, plan, { day, start, end }, wishOf(wish), { now, source })
    return { day, start, end, closedBy: found.closedBy, resources: found.resources.map(describeResource) }
  }
  const day = async (asked: DayInput, context: RequestContext) => {
    const { actor } = context
    const people = actor.kind === 'staff' ? await directory.byId() : undefined
    return dayBoard({ rows, floor }, asked, context, people)
  }
  return [
    bindQuery(shapes.bookingsMonth, month),
    bindQuery(shapes.myBookingsMonth, month),
    bindQuery(shapes.bookingsFree, free),
    bindQuery(shapes.myBookingsFree, async ({ asked, ...input }, context) => {
      const board = await free(input, context)
      const why = board.closedBy ?? 'booking_overlap'
      if (asked && board.resources.length === 0 && isForWantOfRoom(why)) {
        const { day, start, end, kind: what } = input
        await bookings.noteUnmet(workerOf(context.actor), { what, day, start, end, why }, context.now)
      }
      return board
    }),
    bindQuery(shapes.bookingsDay, day),
    bindQuery(shapes.myBookingsDay, day),
  ] as readonly Query[]
}

interface DayInput {
  readonly day?: CalendarDay | undefined
  readonly floor: string
}

/** `people` only for staff: a worker sees names of nobody, and her own bookings as hers. */
async function dayBoard(
  { rows, floor }: Pick<BookingSources, 'rows' | 'floor'>,
  asked: DayInput,
  { now, actor }: RequestContext,
  people: People | undefined,
) {
  const plan = await floor.now()
  const today = calendarDayOf(now)
  const day = asked.day ?? today
  const own = actor.kind === 'nobody' ? undefined : actor.worker
  const resources = await readDay(rows, plan, day)
  return {
    day,
    now: day === today ? wallMinuteOf(now) : null,
    holiday: holidayName(day) ?? null,
    hours: plan.hoursOf(day),
    closures: plan.closures
      .filter(({ fromDay, toDay }) => fromDay <= day && day <= toDay)
      .map((closure) => describeClosure(closure, plan)),
    resources: resources
      .filter(({ resource }) => asked.floor === '' || resource.floor === asked.floor)
      .map(({ resource, spans, freeMinutes }) => ({
        ...describeResource(resource),
        freeMinutes,
        spans: spans.map(({ worker, booking, care, ...span }) => {
          const mine = worker !== null && worker === own
          const shown = mine || people !== undefined
          const person = worker === null ? undefined : people?.get(worker)
          return {
            ...span,
            booking: shown ? booking : null,
            worker: shown ? worker : null,
            code: person?.shownCode ?? null,
            name: person?.name ?? null,
            mine,
            care: shown && care,
          }
        }),
      })),
  }
}

function listQueries(sources: BookingSources): readonly Query[] {
  const { rows, floor, directory, calendars } = sources
  return [
    bindQuery(shapes.bookings, async ({ from, to, worker, resource, state }, { now }) => {
      const first = from ?? calendarDayOf(now)
      const filter = { from: first, to: to ?? first, worker, resource, states: state }
      const { bookings, total } = await listBookings(rows, filter, LIST_MAX)
      const [plan, people] = [await floor.now(), await directory.byId()]
      return { bookings: bookings.map((one) => describeBooking(one, plan, people, now)), total }
    }),
    bindQuery(shapes.myBookings, async ({ from, to, all }, { actor, now }) => {
      const worker = workerOf(actor)
      const today = calendarDayOf(now)
      const first = from ?? today
      const states = all === '' ? (['held', 'confirmed', 'in', 'done'] as const) : []
      const filter = { from: first, to: to ?? addDays(first, AHEAD_DAYS), worker, states }
      const { bookings, total } = await listBookings(rows, filter, LIST_MAX)
      const plan = await floor.now()
      const people = await peopleOf(sources, worker)
      const issuedAt = await calendars.issuedAt(worker)
      return {
        bookings: bookings.map((one) => describeBooking(one, plan, people, now)),
        total,
        today,
        now: wallMinuteOf(now),
        calendar: { issued: issuedAt !== null, issuedAt },
        terms: { ...plan.rules },
      }
    }),
  ] as readonly Query[]
}

async function peopleOf({ directory }: BookingSources, worker: WorkerId): Promise<People> {
  const person = await directory.get(worker)
  return new Map(person === undefined ? [] : [[worker, person]])
}

const SECRET = /^([A-Za-z0-9_-]{43})\.ics$/

/** `GET /calendar/v1/<secret>.ics`: no cookie, the address is the right. A wrong one is not told from an ended one. */
export function calendarDoor({ rows, calendars, directory, clock }: BookingSources): MachineDoor {
  const router = Router()
  const answer: RequestHandler = async (request, response) => {
    const secret = SECRET.exec(String(request.params.file))?.[1]
    const worker = secret === undefined ? undefined : await calendars.holder(secret)
    if (worker === undefined) {
      response.status(404).type('text/plain').send('Not found\n')
      return
    }
    const centre = await directory.centre()
    const entries = await readCalendar(rows, worker, clock.now())
    const text = writeCalendar(entries, { site: centre?.site ?? '', name: centre?.name ?? 'KADO' })
    response.set('cache-control', 'private, no-cache').type('text/calendar; charset=utf-8').send(text)
  }
  router.get('/:file', answer)
  return { path: CALENDAR_PATH, router }
}
