/** The worker's bookings on her phone: the usual one in one press, a seat and her child's place together, offers, the calendar. */
import { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type BusinessDay,
  type CalendarDay,
  calendarDayOf,
  minuteFace,
  monthOf,
  nextMonth,
} from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import {
  myBookings,
  myBookingsCancelRange,
  myBookingsDay,
  myBookingsFree,
  myBookingsMonth,
  myCalendarIssue,
} from '../../http/shape-booking.ts'
import { myCarePlaces, myChildren } from '../../http/shape-childcare-queries.ts'
import { myWaiting } from '../../http/shape-waiting.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'
import { myBookingWords } from '../words/my-booking-words.ts'
import { suggestPattern } from './suggest-pattern.ts'
import {
  address,
  bookingView,
  bySuitability,
  clockAsked,
  clockOptions,
  dayAsked,
  goneView,
  KINDS,
  type Option,
  optionsOf,
  spanText,
} from './view-booking.ts'

const LOOK_BACK_DAYS = 60
const AHEAD_DAYS = 366
const STRIP_DAYS = 14
const WHOLE_DAY = { start: 8 * 60, end: 20 * 60 }
const PROPOSED = { start: 9 * 60, end: 12 * 60 }

export function myBookingPages(ask: Ask): Page[] {
  return [myBookingsPage(ask), myBookPage(ask)]
}

function myBookingsPage(ask: Ask): Page {
  return centrePage({
    path: '/my/bookings',
    access: 'worker',
    title: { ja: '予約', easy: '{予約|よやく}', en: 'Bookings' },
    template: 'booking/my-bookings',
    shell: 'worker',
    scripts: ['copy'],
    input: { undo: identifier('booking').optional().catch(undefined) },
    load: async ({ undo }, context) => {
      const today = calendarDayOf(context.now)
      const found = await ask(
        myBookings,
        { from: addDays(today, -LOOK_BACK_DAYS), to: addDays(today, AHEAD_DAYS), all: '1' },
        context,
      )
      if (isRefusal(found)) return found
      const children = await orElse(ask(myChildren, {}, context), { children: [], bookings: [] })
      const waiting = await orElse(ask(myWaiting, {}, context), { rows: [], questions: [] })
      const live = found.bookings.filter(({ state }) => state === 'confirmed' || state === 'in' || state === 'done')
      const ahead = live.filter((row) => row.state !== 'done' && row.day >= today)
      // By the place, which the seat names: who changed seats in the middle has another booking for the rest.
      const callNames = new Map(children.bookings.map(({ care, callName }) => [care as string, callName]))
      const gone = found.bookings.find((row) => row.booking === undo && row.state === 'cancelled')
      const dropped = found.bookings.filter(({ state }) => state === 'cancelled').map(({ day }) => day)
      const usual = await usualOf(ask, { live, dropped, today }, context)
      return {
        today,
        ahead: ahead.map((row) => ({ ...bookingView(row), child: callNames.get(row.care ?? '') ?? '' })),
        // With its own button: giving back a seat does not give back the child's place.
        places: children.bookings
          .filter(({ state }) => state !== 'held')
          .map((row) => ({ ...row, span: spanText(row) })),
        usual,
        hasUsual: usual?.seat !== undefined,
        gone: gone === undefined ? undefined : goneView(gone, 'requests.book-pair'),
        offers: waiting.rows.filter(({ state }) => state === 'offered').map(waitView),
        waiting: waiting.rows.filter(({ state }) => state === 'waiting').map(waitView),
        questions: waiting.questions.map((row) => ({ ...row, span: spanText(row) })),
        report: reportOf(context),
        calendar: found.calendar,
        address: calendarAddress(context),
      }
    },
  })
}

function reportOf({ answered }: RequestContext) {
  if (answered?.command !== myBookingsCancelRange.name) return undefined
  return myBookingsCancelRange.output.safeParse(answered.output).data
}

function calendarAddress({ answered, origin, base }: RequestContext): string {
  if (answered?.command !== myCalendarIssue.name) return ''
  const output = myCalendarIssue.output.safeParse(answered.output)
  return output.success ? `${origin ?? ''}${base}${output.data.path}` : ''
}

type Waits = z.infer<typeof myWaiting.output>['rows'][number]

function waitView(row: Waits) {
  const { want, child, wantName, offer, before } = row
  const known = want === 'seat' || want === 'booth' || want === 'room'
  const place = [offer?.resourceName, offer?.roomName].filter((name) => name !== null && name !== undefined).join('＋')
  return {
    ...row,
    span: spanText(row),
    wantKey: known ? `my.wait.want.${want}` : '',
    wantName: wantName ?? '',
    withChild: child !== null,
    first: before === 0,
    place,
    expires: offer?.expires,
  }
}

type Live = z.infer<typeof myBookings.output>['bookings'][number]

/** Her habit on its next day: the same seat when it is free, another one when not. */
async function usualOf(
  ask: Ask,
  { live, dropped, today }: { live: readonly Live[]; dropped: readonly string[]; today: CalendarDay },
  context: RequestContext,
) {
  const [habit] = suggestPattern(live, today as string as BusinessDay, 1, dropped)
  if (habit === undefined) return undefined
  const kind = live.find(({ resource }) => resource === habit.resource)?.kind
  const wish = { day: habit.day as string as CalendarDay, start: habit.start, end: habit.end }
  const free = await ask(
    myBookingsFree,
    { ...wish, kind: kind === 'booth' || kind === 'room' ? kind : 'seat' },
    context,
  )
  if (isRefusal(free) || free.closedBy !== null) return undefined
  const seat = free.resources.find(({ resource }) => resource === habit.resource) ?? free.resources[0]
  return {
    ...wish,
    span: spanText(wish),
    startText: minuteFace(wish.start),
    endText: minuteFace(wish.end),
    seat,
    other: seat !== undefined && seat.resource !== habit.resource,
    choose: address(`${context.base}/my/bookings/new`, {
      day: wish.day,
      start: minuteFace(wish.start),
      end: minuteFace(wish.end),
    }),
  }
}

function myBookPage(ask: Ask): Page {
  return centrePage({
    path: '/my/bookings/new',
    access: 'worker',
    title: { ja: '予約する', easy: '{予約|よやく}する', en: 'Book' },
    template: 'booking/my-book',
    shell: 'worker',
    input: {
      day: dayAsked,
      start: clockAsked,
      end: clockAsked,
      kind: z.enum(KINDS).catch('seat').default('seat'),
      child: identifier('child').optional().catch(undefined),
    },
    load: async ({ day: asked, start, end, kind, child }, context) => {
      const today = calendarDayOf(context.now)
      const day = asked ?? addDays(today, 1)
      const board = await ask(myBookingsDay, { day }, context)
      if (isRefusal(board)) return board
      const hours = board.hours ?? WHOLE_DAY
      const past = await orElse(ask(myBookings, { from: addDays(today, -LOOK_BACK_DAYS), to: today }, context), {
        bookings: [],
      })
      const last = past.bookings.at(-1)
      const from = start ?? last?.start ?? Math.max(PROPOSED.start, hours.start)
      const to = Math.max(end ?? last?.end ?? Math.min(PROPOSED.end, hours.end), from + 15)
      const wish = { day, start: from, end: to }
      const children = await orElse(ask(myChildren, {}, context), { children: [], bookings: [] })
      const mine = children.children.filter(({ state }) => state === 'approved')
      const chosen = mine.find((one) => one.child === child)
      const care =
        chosen === undefined
          ? { asked: false, fits: true, spans: '' }
          : await careOf(ask, { child: chosen.child, ...wish }, context)
      const free = await ask(
        myBookingsFree,
        { ...wish, kind, asked: asked !== undefined && start !== undefined },
        context,
      )
      const times = { start: minuteFace(from), end: minuteFace(to) }
      return {
        day,
        today,
        span: spanText(wish),
        startText: times.start,
        endText: times.end,
        kind,
        child: chosen?.child ?? '',
        strip: await stripOf(ask, { today, day, kind, ...times, child: chosen?.child }, context),
        lastDay: addDays(today, AHEAD_DAYS),
        startOptions: clockOptions(hours, from),
        endOptions: clockOptions(hours, to),
        kindOptions: kindsThere(board.resources, kind, context),
        childOptions: mine.map((one) => ({
          value: one.child,
          label: one.callName === '' ? one.name : one.callName,
          checked: one.child === chosen?.child,
        })),
        looked: asked !== undefined,
        care,
        ...freePlaces(
          free,
          past.bookings.map(({ resource }) => resource),
        ),
      }
    },
  })
}

/** Only kinds that this centre has. */
function kindsThere(all: readonly { readonly kind: string }[], chosen: string, context: RequestContext): Option[] {
  const there = KINDS.filter((kind) => all.some((one) => one.kind === kind))
  return optionsOf(there, (one) => myBookingWords[`my.choose.kind.${one as (typeof KINDS)[number]}`], context, chosen)
}

/** Whether the child fits then, and when it would. */
async function careOf(
  ask: Ask,
  {
    child,
    day,
    start,
    end,
  }: { child: z.infer<typeof myCarePlaces.input>['child']; day: CalendarDay; start: number; end: number },
  context: RequestContext,
) {
  const found = await ask(myCarePlaces, { child, day }, context)
  if (isRefusal(found)) return { asked: true, fits: false, spans: '' }
  const spans = found.rooms.flatMap(({ free }) => free)
  return {
    asked: true,
    fits: spans.some((span) => span.start <= start && end <= span.end),
    spans: [...new Set(spans.map(spanText))].join('、'),
  }
}

type FreeAnswer = z.infer<typeof myBookingsFree.output>

/** Her usual seats first; the first of them is the one big button. */
function freePlaces(free: FreeAnswer | { readonly refused: string }, usual: readonly string[]) {
  const board = 'resources' in free ? free : { closedBy: free.refused, resources: [] }
  const rows = board.resources.toSorted(bySuitability(usual)).map((row) => ({
    ...row,
    usual: usual.includes(row.resource),
    attrKeys: (['monitor', 'standing', 'accessible', 'quiet'] as const)
      .filter((name) => row.attrs[name])
      .map((name) => `my.choose.attr.${name}`),
  }))
  const key = `my.choose.refused.${board.closedBy}`
  return {
    best: rows[0],
    others: rows.slice(1),
    refusedKey: board.closedBy === null ? '' : key in myBookingWords ? key : 'my.choose.refused.other',
  }
}

interface Strip {
  readonly today: CalendarDay
  readonly day: CalendarDay
  readonly kind: (typeof KINDS)[number]
  readonly start: string
  readonly end: string
  readonly child: string | undefined
}

/** The next two weeks with what is free at that time of day. */
async function stripOf(ask: Ask, { today, day, kind, start, end, child }: Strip, context: RequestContext) {
  const last = addDays(today, STRIP_DAYS - 1)
  const months = [...new Set([monthOf(today), nextMonth(monthOf(today))])].filter((one) => one <= monthOf(last))
  const boards = await Promise.all(
    months.map((month) =>
      orElse(ask(myBookingsMonth, { month, kind, start: minutesOf(start), end: minutesOf(end) }, context), {
        days: [],
      }),
    ),
  )
  return boards
    .flatMap(({ days }) => days)
    .filter((one) => one.day >= today && one.day <= last)
    .map((one) => ({
      ...one,
      full: one.open && one.free === 0,
      current: one.day === day,
      href: address(`${context.base}/my/bookings/new`, { day: one.day, start, end, kind, child }),
    }))
}

function minutesOf(clock: string): number {
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  return hour * 60 + minute
}
