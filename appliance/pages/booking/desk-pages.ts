/** Booking for somebody at the desk: who, when, where; one booking; everything one person has ahead. */
import { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, refuse } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, calendarDayOf, minuteFace } from '../../../central-sync/protocol/time.ts'
import { latestEnd } from '../../../central-sync/rules/latest-end.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { pickWords } from '../../../central-sync/web/write-text.ts'
import { bookings, bookingsCancelRange, bookingsDay, bookingsFree } from '../../http/shape-booking.ts'
import { workerQuery, workers } from '../../http/shape-queries.ts'
import { resources } from '../../http/shape-seats.ts'
import { pairPlaces } from '../../http/shape-waiting.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage, DESK, holds } from '../staff-page.ts'
import { bookingWords } from '../words/booking-words.ts'
import { careWords } from '../words/care-words.ts'
import { seatWords } from '../words/seat-words.ts'
import {
  address,
  attributeKeys,
  bookingView,
  byName,
  bySuitability,
  clockAsked,
  clockOptions,
  dayAsked,
  goneView,
  KINDS,
  optionsOf,
  spanText,
  textAsked,
} from './view-booking.ts'

const worker = identifier('worker')
const PEOPLE_SHOWN = 12
/** The others are one press away. */
const FREE_SHOWN = 8
const AHEAD_DAYS = 366
/** Proposed when nothing was asked for: the morning of a usual day. */
const PROPOSED = { start: 9 * 60, end: 12 * 60 }
const WHOLE_DAY = { start: 8 * 60, end: 20 * 60 }

export function deskPages(ask: Ask): Page[] {
  return [bookPage(ask), peoplePage(ask), personPage(ask), bookingPage(ask)]
}

const kindAsked = z.enum(KINDS).catch('seat').default('seat')
const resourceAsked = identifier('resource').optional().catch(undefined)
const workerAsked = worker.optional().catch(undefined)

function bookPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/book',
    access: DESK,
    title: { ja: '予約を入れる', en: 'Make a booking' },
    template: 'booking/book',
    input: {
      day: dayAsked,
      start: clockAsked,
      end: clockAsked,
      kind: kindAsked,
      resource: resourceAsked,
      worker: workerAsked,
      child: identifier('child').optional().catch(undefined),
      q: textAsked,
    },
    load: async ({ day = undefined, start, end, kind, resource, worker: whom, child, q }, context) => {
      const today = calendarDayOf(context.now)
      const chosen = day ?? today
      const board = await ask(bookingsDay, { day: chosen }, context)
      if (isRefusal(board)) return board
      const open = board.hours ?? WHOLE_DAY
      const from = start ?? Math.max(PROPOSED.start, open.start)
      const to = Math.max(end ?? proposedEnd(board, from, resource), from + 15)
      const person = whom === undefined ? undefined : await ask(workerQuery, { worker: whom }, context)
      if (isRefusal(person)) return person
      const asked = { day: chosen, start: minuteFace(from), end: minuteFace(to), kind, resource }
      const free = await ask(bookingsFree, { day: chosen, start: from, end: to, kind }, context)
      const ahead = whom === undefined ? undefined : await ask(bookings, aheadOf(whom, today), context)
      const booked = ahead === undefined || isRefusal(ahead) ? [] : ahead.bookings
      const pair = await pairOf(ask, { whom, child, day: chosen, start: from, end: to }, context)
      return {
        tab: 'day',
        ...asked,
        ...pair,
        resource: resource ?? '',
        today,
        last: addDays(today, AHEAD_DAYS),
        q,
        span: spanText({ start: from, end: to }),
        person: person?.person,
        worker: whom ?? '',
        ...(whom === undefined && q !== '' ? await peopleFound(ask, q, asked, context) : { people: [], more: 0 }),
        startOptions: clockOptions(open, from),
        endOptions: clockOptions(open, to),
        kindOptions: optionsOf(KINDS, (one) => seatWords[`seats.kind.${one as (typeof KINDS)[number]}`], context, kind),
        changeWho: address(`${context.base}/seats/book`, asked),
        // Places of a child are asked for day by day.
        series: pair.child === '' ? address(`${context.base}/seats/series`, { ...asked, worker: whom }) : '',
        ...freeOf(
          free,
          resource,
          booked.map((row) => row.resource),
        ),
        ahead: booked.map(bookingView),
      }
    },
  })
}

type Board = z.infer<typeof bookingsDay.output>

/** Noon as on a usual day; for a seat that was pressed in the afternoon, as long as it can be had. */
function proposedEnd(board: Board, from: number, resource: string | undefined): number {
  const usual = Math.min(PROPOSED.end, board.hours?.end ?? WHOLE_DAY.end)
  const seat = board.resources.find((one) => one.resource === resource)
  const taken = seat?.spans.filter(({ what }) => what !== 'done') ?? []
  const latest = seat === undefined ? undefined : latestEnd(from, { hours: board.hours, closures: [] }, taken)
  if (latest === undefined) return usual
  return from < usual ? Math.min(usual, latest) : latest
}

interface PairAsked {
  readonly whom: z.infer<typeof worker> | undefined
  readonly child: string | undefined
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
}

/** Her children as choices, and whether the chosen one has a place at that time. */
async function pairOf(ask: Ask, { whom, child, day, start, end }: PairAsked, context: RequestContext) {
  const none = { children: [], care: null }
  const input = { worker: whom, day, child: child as z.infer<typeof pairPlaces.input>['child'] }
  const found = whom === undefined ? none : await orElse(ask(pairPlaces, input, context), none)
  const chosen = found.children.some((one) => one.child === child)
  const spans = found.care?.free ?? []
  const fits = spans.some((span) => span.start <= start && end <= span.end)
  return {
    child: chosen ? child : '',
    childOptions: found.children.map((one, index) => ({
      value: one.child,
      label: childLabel(one, found.children.length > 1 ? index + 1 : undefined, context),
      checked: one.child === child,
    })),
    careFull: chosen && !fits,
    careSpans: [...new Set(spans.map(spanText))].join('、'),
  }
}

type PairChild = z.infer<typeof pairPlaces.output>['children'][number]

/** By what she is called where the reader may know it, else by age, counted when there are several. */
function childLabel({ callName, band }: PairChild, number: number | undefined, { language }: RequestContext): string {
  if (callName !== '') return callName
  const age = band === null ? '' : pickWords(careWords[`care.band.${band}`], language)
  const word = pickWords(bookingWords['book.child.one'], language)
  return `${word}${number === undefined ? '' : ` ${number}`}${age === '' ? '' : `（${age}）`}`
}

const aheadOf = (whom: z.infer<typeof worker>, today: CalendarDay) => ({
  worker: whom,
  from: today,
  to: addDays(today, AHEAD_DAYS),
  state: [...LIVE_STATES],
})

async function peopleFound(ask: Ask, q: string, asked: Parameters<typeof address>[1], context: RequestContext) {
  const found = await orElse(ask(workers, { q }, context), { workers: [] })
  const own = found.workers.filter(({ active }) => active)
  return {
    people: own.slice(0, PEOPLE_SHOWN).map((row) => ({
      ...row,
      href: address(`${context.base}/seats/book`, { ...asked, worker: row.worker }),
    })),
    more: Math.max(0, own.length - PEOPLE_SHOWN),
  }
}

type Free = z.infer<typeof bookingsFree.output>

/** What can be had, the one that was asked for first; else why nothing can. */
function freeOf(free: Free | ReturnType<typeof refuse>, wanted: string | undefined, usual: readonly string[]) {
  const board = isRefusal(free) ? { closedBy: free.refused, resources: [] } : free
  const views = board.resources
    .toSorted(bySuitability(usual))
    .map((row) => ({ ...row, attrKeys: attributeKeys(row.attrs), many: row.capacity > 1 }))
  const first = views.filter(({ resource }) => resource === wanted)
  const known = ['outside_hours', 'closed_then', 'day_past']
  const all = [...first, ...views.filter(({ resource }) => resource !== wanted)]
  return {
    free: all.slice(0, FREE_SHOWN),
    rest: all.slice(FREE_SHOWN),
    freeCount: views.length,
    refusedKey:
      board.closedBy === null ? '' : `book.free.refused.${known.includes(board.closedBy) ? board.closedBy : 'other'}`,
  }
}

function peoplePage(ask: Ask): Page {
  return centrePage({
    path: '/seats/people',
    access: 'staff',
    title: { ja: '人の予約をさがす', en: 'Find bookings of a person' },
    template: 'booking/people',
    input: { q: textAsked },
    load: async ({ q }, context) => {
      const found = q === '' ? { workers: [] } : await ask(workers, { q }, context)
      if (isRefusal(found)) return found
      return {
        tab: 'day',
        q,
        people: found.workers.slice(0, PEOPLE_SHOWN),
        more: Math.max(0, found.workers.length - PEOPLE_SHOWN),
      }
    },
  })
}

const undoAsked = identifier('booking').optional().catch(undefined)

function personPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/people/:worker',
    access: 'staff',
    title: { ja: '人の予約', en: 'Bookings of a person' },
    template: 'booking/person',
    input: { worker, undo: undoAsked },
    load: async ({ worker: whom, undo }, context) => {
      const today = calendarDayOf(context.now)
      const found = await ask(workerQuery, { worker: whom }, context)
      if (isRefusal(found)) return found
      const ahead = await ask(bookings, aheadOf(whom, today), context)
      if (isRefusal(ahead)) return ahead
      const gone = undo === undefined ? undefined : await cancelledOne(ask, whom, undo, context)
      const range = context.answered?.command === bookingsCancelRange.name
      return {
        tab: 'day',
        person: found.person,
        today,
        last: addDays(today, AHEAD_DAYS),
        rows: ahead.bookings.map(bookingView),
        gone,
        report: range ? bookingsCancelRange.output.safeParse(context.answered?.output).data : undefined,
        mayAct: holds(context, DESK),
      }
    },
  })
}

/** The booking that was just cancelled, so that it can be made again with one press. */
async function cancelledOne(ask: Ask, whom: z.infer<typeof worker>, wanted: string, context: RequestContext) {
  const today = calendarDayOf(context.now)
  const found = await orElse(ask(bookings, { ...aheadOf(whom, today), state: ['cancelled'] }, context), {
    bookings: [],
  })
  const row = found.bookings.find(({ booking, state }) => booking === wanted && state === 'cancelled')
  return row === undefined ? undefined : goneView(row, 'requests.book-pair-for')
}

function bookingPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/bookings/:booking',
    access: 'staff',
    title: { ja: '予約', en: 'Booking' },
    template: 'booking/booking',
    input: { booking: identifier('booking'), day: dayAsked, resource: resourceAsked },
    load: async ({ booking, day, resource }, context) => {
      const today = calendarDayOf(context.now)
      const range = { from: day ?? today, to: day ?? addDays(today, AHEAD_DAYS), resource }
      const found = await ask(bookings, { ...range, state: [...ALL_STATES] }, context)
      if (isRefusal(found)) return found
      const row = found.bookings.find((one) => one.booking === booking)
      if (row === undefined) return refuse('booking_unknown')
      const all = await orElse(ask(resources, {}, context), { floors: [], resources: [] })
      const board = await orElse(ask(bookingsDay, { day: row.day }, context), { hours: null })
      const hours = board.hours ?? WHOLE_DAY
      return {
        tab: 'day',
        today,
        last: addDays(today, AHEAD_DAYS),
        row: { ...bookingView(row), sourceKey: `book.source.${row.source}` },
        startOptions: clockOptions(hours, row.start),
        endOptions: clockOptions(hours, row.end),
        moveCommand: row.placeStands ? 'requests.move-pair-for' : 'bookings.move',
        withOptions: row.placeStands
          ? optionsOf(
              ['true', 'false'],
              (one) => bookingWords[one === 'true' ? 'book.move.both' : 'book.move.seatOnly'],
              context,
              'true',
            )
          : undefined,
        resourceOptions: all.resources
          .toSorted(byName)
          .filter((one) => one.kind !== 'nursery' && (one.open || one.resource === row.resource))
          .map((one) => ({ value: one.resource, label: one.name, checked: one.resource === row.resource })),
        mayAct: holds(context, DESK),
      }
    },
  })
}

const LIVE_STATES = ['held', 'confirmed', 'in'] as const
const ALL_STATES = ['held', 'confirmed', 'in', 'done', 'cancelled', 'no_show', 'released', 'expired'] as const
