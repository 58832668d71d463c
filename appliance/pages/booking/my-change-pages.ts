/** Another time or seat for a booking, on the worker's phone: of a seat, of a pair, of a child's place. */
import type { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, refuse } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { myBookings, myBookingsDay } from '../../http/shape-booking.ts'
import { myChildren } from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'
import { myBookingWords } from '../words/my-booking-words.ts'
import { bookingView, byName, clockOptions, optionsOf, spanText } from './view-booking.ts'

const AHEAD_DAYS = 366
const WHOLE_DAY = { start: 8 * 60, end: 20 * 60 }

export function myChangePages(ask: Ask): Page[] {
  return [seatPage(ask), placePage(ask)]
}

function seatPage(ask: Ask): Page {
  return centrePage({
    path: '/my/bookings/change/:booking',
    access: 'worker',
    title: { ja: '予約を変える', easy: '{予約|よやく}を かえる', en: 'Change a booking' },
    template: 'booking/my-change',
    shell: 'worker',
    input: { booking: identifier('booking') },
    load: async ({ booking }, context) => {
      const today = calendarDayOf(context.now)
      const seat = await findSeat(ask, (row) => row.booking === booking, context)
      if (seat === undefined) return refuse('booking_unknown')
      const board = await ask(myBookingsDay, { day: seat.day }, context)
      if (isRefusal(board)) return board
      const children = await orElse(ask(myChildren, {}, context), { children: [], bookings: [] })
      const place = children.bookings.find(({ care }) => care === seat.care)
      // A parent who is kept away from the child is not asked about its place.
      const together = seat.placeStands && place !== undefined
      const seats = board.resources.filter(({ kind, open }) => kind === seat.kind && open).toSorted(byName)
      const word = (value: string) => myBookingWords[value === 'true' ? 'my.change.both' : 'my.change.seatOnly']
      return {
        row: { ...bookingView(seat), running: seat.state === 'in' },
        child: place?.callName ?? '',
        moveCommand: together ? 'requests.move-pair' : 'my.bookings.move',
        ...daysAndTimes(seat, board.hours, today),
        seatOptions: seats.map(({ resource, name }) => ({ value: resource, label: name })),
        withOptions: together ? optionsOf(['true', 'false'], word, context, 'true') : undefined,
      }
    },
  })
}

function placePage(ask: Ask): Page {
  return centrePage({
    path: '/my/places/change/:care',
    access: 'worker',
    title: { ja: '託児の予約を変える', easy: '{予約|よやく}を かえる', en: 'Change a childcare booking' },
    template: 'booking/my-change-place',
    shell: 'worker',
    input: { care: identifier('booking') },
    load: async ({ care }, context) => {
      const today = calendarDayOf(context.now)
      const mine = await ask(myChildren, {}, context)
      if (isRefusal(mine)) return mine
      const place = mine.bookings.find((one) => one.care === care && one.state !== 'held')
      if (place === undefined) return refuse('booking_unknown')
      const board = await orElse(ask(myBookingsDay, { day: place.day }, context), { hours: null })
      const seat = await findSeat(ask, (row) => row.care === care, context)
      return {
        row: { ...place, span: spanText(place), running: place.state === 'in' },
        seat: seat?.booking ?? '',
        ...daysAndTimes(place, board.hours, today),
      }
    },
  })
}

type Span = { readonly start: number; readonly end: number }

function daysAndTimes(row: Span, hours: Span | null, today: CalendarDay) {
  const open = hours ?? WHOLE_DAY
  return {
    today,
    last: addDays(today, AHEAD_DAYS),
    startOptions: clockOptions(open, row.start),
    endOptions: clockOptions(open, row.end),
    startText: clockOptions(open, row.start).find(({ checked }) => checked)?.value,
    endText: clockOptions(open, row.end).find(({ checked }) => checked)?.value,
  }
}

type Seat = z.infer<typeof myBookings.output>['bookings'][number]

/** Her own booking, as long as it can be changed. */
async function findSeat(
  ask: Ask,
  isWanted: (row: Seat) => boolean,
  context: RequestContext,
): Promise<Seat | undefined> {
  const today = calendarDayOf(context.now)
  const found = await ask(myBookings, { from: today, to: addDays(today, AHEAD_DAYS) }, context)
  if (isRefusal(found)) return undefined
  return found.bookings.find((row) => isWanted(row) && row.open && row.state !== 'held')
}
