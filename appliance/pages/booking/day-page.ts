/** 予約の表: a day of all seats and rooms, and who has them. */
import { z } from 'zod'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, calendarDayOf, minuteFace } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { bookingsDay } from '../../http/shape-booking.ts'
import type { dayBoard } from '../../http/shape-booking-rows.ts'
import { bookingConflicts } from '../../http/shape-seats.ts'
import { seatCounts } from '../../http/state-now.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage, DESK, holds } from '../staff-page.ts'
import { bookingWords } from '../words/booking-words.ts'
import { seatWords } from '../words/seat-words.ts'
import { type Cell, layDay, type Span, shownHours } from './lay-day.ts'
import { address, byName, dayAsked, KINDS, optionsOf, spanText } from './view-booking.ts'

type Board = z.infer<typeof dayBoard>
type Resource = Board['resources'][number]
type Part = Resource['spans'][number]

/** Proposed length of a booking that is begun from an empty cell, minutes: half a day. */
const PROPOSED_MIN = 180
const SHOWN = new Set(['held', 'confirmed', 'in', 'done'])

export function dayPage(ask: Ask): Page {
  return centrePage({
    path: '/seats',
    access: 'staff',
    title: { ja: '予約の表', en: 'Bookings' },
    template: 'booking/day',
    scripts: ['today'],
    input: { day: dayAsked, kind: z.enum(KINDS).optional().catch(undefined) },
    load: async ({ day, kind }, context) => {
      const board = await ask(bookingsDay, { day }, context)
      if (isRefusal(board)) return board
      const conflicts = await orElse(ask(bookingConflicts, {}, context), { conflicts: [] })
      const today = calendarDayOf(context.now)
      const link = (to: string) => address(`${context.base}/seats`, { day: to, kind })
      return {
        tab: 'day',
        day: board.day,
        isToday: board.day === today,
        holiday: board.holiday ?? '',
        hours: board.hours === null ? '' : spanText(board.hours),
        closures: board.closures.map((one) => ({
          ...one,
          span: spanText(one),
          reasonKey: `closures.reason.${one.reason}`,
        })),
        previousDay: link(addDays(board.day, -1)),
        nextDay: link(addDays(board.day, 1)),
        todayLink: link(today),
        kind: kind ?? '',
        kindOptions: [
          {
            value: '',
            label: bookingWords['day.board.kind.all'][context.language === 'en' ? 'en' : 'ja'],
            checked: kind === undefined,
          },
          ...optionsOf(KINDS, (one) => seatWords[`seats.kind.${one as (typeof KINDS)[number]}`], context, kind),
        ],
        ...tableOf(board, kind, board.day < today, context),
        counts: board.now === null ? undefined : seatCounts(board.resources, board.now),
        conflicts: conflicts.conflicts.length,
        mayBook: holds(context, DESK) && board.day >= today,
      }
    },
  })
}

function tableOf(board: Board, kind: string | undefined, over: boolean, context: RequestContext) {
  const resources = board.resources.filter((one) => one.kind !== 'nursery' && (kind === undefined || one.kind === kind))
  const booked = resources.flatMap(({ spans }) => spans.filter(({ what }) => SHOWN.has(what)))
  const shown = shownHours(board.hours ?? undefined, booked)
  const hours = Array.from({ length: (shown.end - shown.start) / 60 }, (_, index) => {
    const start = shown.start + index * 60
    const isNow = board.now !== null && start <= board.now && board.now < start + 60
    return { label: minuteFace(start), isNow }
  })
  const floors = new Set(resources.map(({ floor }) => floor)).size
  const groups = KINDS.flatMap((one) => {
    const rows = resources
      .filter((resource) => resource.kind === one)
      .toSorted(byName)
      .map((resource) => rowOf(resource, board, { shown, over, base: context.base, floors }))
    return rows.length === 0 ? [] : [{ kind: one, titleKey: `seats.kind.${one}`, rows }]
  })
  return { hourHeads: hours, groups, width: hours.length >= 14 ? 'wide' : '' }
}

interface Sheet {
  readonly shown: Span
  readonly over: boolean
  readonly base: string
  readonly floors: number
}

function rowOf(resource: Resource, board: Board, { shown, over, base, floors }: Sheet) {
  const bookings = resource.spans.filter(({ what }) => SHOWN.has(what))
  const cells = layDay<Part>({
    shown,
    now: board.now ?? undefined,
    over,
    bookings,
    closed: closedParts(resource, board, shown),
  })
  return {
    resource: resource.resource,
    name: resource.name,
    floor: floors > 1 ? resource.floor : '',
    open: resource.open,
    cells: cells.map((cell) => cellView(cell, resource, board, base)),
  }
}

/** What of the shown hours cannot be had: closed for everybody, for this one, or taken through its room. */
function closedParts(resource: Resource, board: Board, shown: Span): (Span & { note?: string })[] {
  const { hours } = board
  const outside =
    hours === null
      ? [shown]
      : [
          { start: shown.start, end: hours.start },
          { start: hours.end, end: shown.end },
        ]
  const taken = resource.spans
    .filter(({ what }) => !SHOWN.has(what))
    .map(({ start, end, what }) => ({ start, end, ...(what === 'blocked' ? { note: 'blocked' } : {}) }))
  const whole = resource.open ? [] : [{ ...shown }]
  return [...outside, ...taken, ...whole].filter(({ start, end }) => start < end)
}

function cellView(cell: Cell<Part>, resource: Resource, board: Board, base: string) {
  const common = { columns: cell.columns, span: spanText(cell) }
  if (cell.kind === 'booked') {
    const { booking, code, name, what, care } = cell.booking
    return {
      ...common,
      kind: what,
      booked: true,
      href: address(`${base}/seats/bookings/${booking ?? ''}`, { day: board.day, resource: resource.resource }),
      who: name === null || name === '' ? (code ?? '') : name,
      stateKey: `book.state.${what}`,
      care,
    }
  }
  if (cell.kind !== 'free') return { ...common, kind: cell.kind, blocked: cell.note === 'blocked' }
  const end = Math.min(cell.end, cell.start + PROPOSED_MIN)
  const wanted = { day: board.day, resource: resource.resource, kind: resource.kind }
  const times = { start: minuteFace(cell.start), end: minuteFace(end) }
  return { ...common, kind: 'free', free: true, href: address(`${base}/seats/book`, { ...wanted, ...times }) }
}
