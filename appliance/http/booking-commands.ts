/** Handlers for seats, hours, closures, bookings, series and the calendar address. */
import type { z } from 'zod'
import { sha256 } from '../../central-sync/protocol/hash.ts'
import { newIdentifier, type RequestId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Command, RequestContext } from '../../central-sync/web/port.ts'
import type { Asker, BookingDesk } from '../booking/booking-desk.ts'
import { bookingsById } from '../booking/booking-read.ts'
import type { CalendarDesk } from '../booking/calendar-desk.ts'
import type { BookingConflict } from '../booking/find-conflicts.ts'
import type { SeatDesk } from '../booking/seat-desk.ts'
import type { SeriesAnswer, SeriesDesk } from '../booking/series-desk.ts'
import { writeRule } from '../booking/write-rule.ts'
import { type BookingNames, conflictRows } from './booking-rows.ts'
import { done, staffOf, workerOf } from './door-commands.ts'
import { bindCommand } from './shape.ts'
import * as shapes from './shape-booking.ts'
import * as seats from './shape-seats.ts'

export interface BookingDesks extends BookingNames {
  readonly seats: SeatDesk
  readonly bookings: BookingDesk
  readonly series: SeriesDesk
  readonly calendars: CalendarDesk
}

export function bookingCommands(desks: BookingDesks): readonly Command[] {
  return [...seatCommands(desks), ...makeCommands(desks), ...changeCommands(desks), ...calendarCommands(desks)]
}

function seatCommands(desks: BookingDesks): readonly Command[] {
  const { seats: desk } = desks
  const withRows = async (found: readonly BookingConflict[] | Refusal) =>
    isRefusal(found) ? found : { conflicts: await rowsOf(desks, found) }
  return [
    bindCommand(
      seats.resourcesDescribe,
      async ({ resource, x, y, w, h, closed, parent, ...sheet }, { actor, requestKey }) => {
        const { monitor, standing, accessible, quiet, ...rest } = sheet
        const attrs = { monitor, standing, accessible, quiet }
        const whole = { ...rest, attrs, map: { x, y, w, h }, open: !closed, parent: parent ?? null }
        return desk.describe(resource, whole, staffOf(actor).staff, requestKey)
      },
    ),
    bindCommand(seats.resourcesPlace, async ({ places }, { actor }) =>
      done(await desk.place(places, staffOf(actor).staff)),
    ),
    bindCommand(seats.resourcesSetOpen, async ({ resource, open }, { actor }) =>
      withRows(await desk.setOpen(resource, open, staffOf(actor).staff)),
    ),
    bindCommand(seats.hoursSet, async ({ weekdays, holidays, from }, { actor }) => {
      // One of two times alone is a mistake of typing, not a closed day.
      if (weekdays.some(({ start, end }) => (start === undefined) !== (end === undefined))) {
        return refuse('interval_invalid')
      }
      const spans = weekdays.map(({ start, end }) => (start === undefined || end === undefined ? null : { start, end }))
      return withRows(await desk.setHours(spans, holidays, from, staffOf(actor).staff))
    }),
    bindCommand(seats.closuresMake, async ({ toDay, start, end, ...closure }, { actor, requestKey }) => {
      const span = { toDay: toDay ?? closure.fromDay, start: start ?? 0, end: end ?? 1_440 }
      const made = await desk.close({ ...closure, ...span }, staffOf(actor).staff, requestKey)
      return isRefusal(made) ? made : { closure: made.closure, conflicts: await rowsOf(desks, made.conflicts) }
    }),
    bindCommand(seats.closuresLift, async ({ closure }, { actor }) =>
      done(await desk.lift(closure, staffOf(actor).staff)),
    ),
    bindCommand(seats.waitsSetCommand, async (waits, { actor }) =>
      done(await desk.setWaits(waits, staffOf(actor).staff)),
    ),
    bindCommand(seats.termsSet, async (rules, { actor }) => done(await desk.setTerms(rules, staffOf(actor).staff))),
  ] as readonly Command[]
}

async function rowsOf(names: BookingNames, found: readonly BookingConflict[]) {
  const facts = await bookingsById(
    names.rows,
    found.map(({ booking }) => booking),
  )
  return conflictRows(names, found, facts)
}

function makeCommands({ bookings, series }: BookingDesks): readonly Command[] {
  return [
    bindCommand(shapes.bookingsMake, async (slot, context) => {
      const { by, source } = deskOf(context)
      return bookings.make({ ...slot, source, by, request: requestOf(context) })
    }),
    bindCommand(shapes.myBookingsMake, async (slot, context) => {
      const worker = workerOf(context.actor)
      const request = requestOf(context)
      return bookings.make({ ...slot, worker, source: 'web', by: worker, request })
    }),
    bindCommand(shapes.seriesMake, async ({ worker, ...input }, context) => {
      const asker = deskOf(context)
      const request = requestOf(context)
      return answerOf(await series.make({ ...seriesOf(input), worker, request }, asker))
    }),
    bindCommand(shapes.mySeriesMake, async (input, context) => {
      const asker = selfOf(context)
      const request = requestOf(context)
      return answerOf(await series.make({ ...seriesOf(input), worker: asker.only, request }, asker))
    }),
  ] as readonly Command[]
}

function answerOf(answer: SeriesAnswer | Refusal) {
  return isRefusal(answer) ? answer : { ...answer, skipped: [...answer.skipped] }
}

type SeriesInput = z.output<typeof shapes.mySeriesMake.input>

function seriesOf({ repeat, every, days, rule, ...series }: SeriesInput) {
  return { ...series, rule: rule ?? writeRule(repeat, every, days, series.from) }
}

function changeCommands({ bookings }: BookingDesks): readonly Command[] {
  return [
    bindCommand(shapes.bookingsMove, async ({ booking, ...next }, context) =>
      done(await bookings.move(booking, next, deskOf(context))),
    ),
    bindCommand(shapes.myBookingsMove, async ({ booking, ...next }, context) =>
      done(await bookings.move(booking, next, selfOf(context))),
    ),
    bindCommand(shapes.bookingsCancel, async ({ booking }, context) =>
      done(await bookings.cancel(booking, deskOf(context))),
    ),
    bindCommand(shapes.myBookingsCancel, async ({ booking }, context) =>
      done(await bookings.cancel(booking, selfOf(context))),
    ),
    bindCommand(shapes.bookingsCancelRange, async ({ worker, from, to }, context) =>
      bookings.cancelRange(worker, from, to, deskOf(context)),
    ),
    bindCommand(shapes.myBookingsCancelRange, async ({ from, to }, context) => {
      const asker = selfOf(context)
      return bookings.cancelRange(asker.only, from, to, asker)
    }),
    bindCommand(shapes.seriesCancel, async ({ series, from }, context) =>
      bookings.cancelSeries(series, from, deskOf(context)),
    ),
    bindCommand(shapes.mySeriesCancel, async ({ series, from }, context) =>
      bookings.cancelSeries(series, from, selfOf(context)),
    ),
  ] as readonly Command[]
}

function calendarCommands({ calendars }: BookingDesks): readonly Command[] {
  return [
    bindCommand(shapes.myCalendarIssue, async (_input, { actor, origin, base }) => {
      const path = await calendars.issue(workerOf(actor))
      return { path: `${base}${path}`, url: `${origin ?? ''}${base}${path}` }
    }),
    bindCommand(shapes.myCalendarRevoke, async (_input, { actor }) => {
      await calendars.revoke(workerOf(actor))
      return {}
    }),
  ] as readonly Command[]
}

function deskOf({ actor, requestKey }: RequestContext): Asker {
  return { by: staffOf(actor).staff, source: 'staff', request: requestKey }
}

function selfOf({ actor, requestKey }: RequestContext) {
  const worker = workerOf(actor)
  return { by: worker, source: 'web', only: worker, request: requestKey } as const satisfies Asker
}

/** The same press of the same person gives the same id: what it made recognises it when it comes again. */
export function requestOf({ requestKey }: Pick<RequestContext, 'requestKey'>): RequestId {
  if (requestKey === undefined) return newIdentifier('request')
  return newIdentifier('request', () => sha256(requestKey).subarray(0, 20))
}
