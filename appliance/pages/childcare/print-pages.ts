/** On paper: the slip for fetching, the list of the day for a power cut, the shifts of a week. */
import { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, clockFace, mondayOf } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { CARE } from '../../http/shape-care-rows.ts'
import {
  careBoard,
  careBookings,
  careShifts,
  careSlip,
  childGuardians,
  childPickups,
  childrenList,
} from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'
import { dayAsked, roomAsked } from './day-page.ts'
import { chosenRoom, dayOr } from './room-steps.ts'
import { bookingView } from './view-care.ts'
import { weekOf } from './week-page.ts'
import { writeMinute, writeSpan } from './write-minute.ts'

const papers = ['58', '80', 'a4'] as const
/** Blank lines on the list of the day, for children who come without a booking. */
const BLANK_LINES = [1, 2, 3]

export function carePrintPages(ask: Ask): Page[] {
  return [slipPage(ask), sheetPage(ask), weekSheetPage(ask)]
}

/** What the slip says in every language, whatever the screen speaks. No name of a family, no address, nothing of health. */
const SLIP_TEXTS = [
  'お迎えのとき、この紙を見せてください。なくしたときは、すぐに知らせてください。',
  'むかえに {来|く}るとき、この {紙|かみ}を {見|み}せてください。なくしたら、すぐに {言|い}ってください。',
  'Show this slip when you fetch the child. Tell us at once if you lose it.',
].map((line) => ({ ja: line, easy: line, en: line }))

function slipPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/slip/:stay',
    access: CARE,
    title: { ja: 'お迎えの紙', en: 'Slip for fetching' },
    template: 'childcare/slip',
    shell: 'print',
    input: { stay: identifier('stay'), paper: z.enum(papers).catch('80') },
    load: async ({ stay, paper }, context) => {
      const slip = await ask(careSlip, { stay }, context)
      if (isRefusal(slip)) return slip
      return {
        stay,
        slip,
        paper,
        papers,
        until: slip.until === null ? '' : writeMinute(slip.until),
        texts: paper === '58' ? SLIP_TEXTS.slice(0, 2) : SLIP_TEXTS,
      }
    },
  })
}

function sheetPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/sheet',
    access: CARE,
    title: { ja: '託児室の名簿', en: 'Childcare: list of the day' },
    template: 'childcare/sheet',
    shell: 'print',
    input: { day: dayAsked, room: roomAsked, people: z.string().max(5).optional() },
    load: async (input, context) => {
      const day = dayOr(input.day, context)
      const { room } = await chosenRoom(ask, input.room, context)
      const found = await ask(careBookings, { from: day, to: day }, context)
      if (isRefusal(found)) return found
      const [register, shifts] = await Promise.all([
        orElse(ask(childrenList, { all: 'yes' }, context), { children: [], total: 0 }),
        orElse(ask(careShifts, { from: day, to: day }, context), { shifts: [], carers: [] }),
      ])
      const inside = await insideOn(ask, context, day)
      const known = new Map(register.children.map((one) => [one.child as string, one]))
      const booked = found.bookings
        .filter((one) => (room === undefined || one.room === room.room) && LISTED.has(one.state))
        .toSorted((a, b) => a.start - b.start)
        .map((one) => {
          const came = inside.find(({ stay }) => stay === one.stay)
          return {
            ...bookingView(one),
            ...marksOf(known.get(one.child)),
            in: came === undefined ? '' : clockFace(came.since),
          }
        })
      const listed = new Set(booked.map(({ stay }) => stay))
      const rows = [...booked, ...inside.filter(({ stay }) => !listed.has(stay)).map((one) => walkIn(one))]
      const people = input.people === 'yes'
      return {
        day,
        roomName: room?.name ?? '',
        rows: people ? await withFetchers(ask, context, day, rows) : rows,
        people,
        blank: BLANK_LINES,
        carers: shifts.shifts
          .filter((one) => room === undefined || one.room === room.room)
          .map((one) => ({ ...one, span: writeSpan(one.start, one.end) })),
        withPeople: `${context.base}/childcare/sheet?${new URLSearchParams({ day, people: 'yes', ...(input.room && { room: input.room }) }).toString()}`,
      }
    },
  })
}

const LISTED: ReadonlySet<string> = new Set(['confirmed', 'held', 'in'])

/** Children who are here now; empty for another day. */
async function insideOn(ask: Ask, context: RequestContext, day: CalendarDay) {
  const board = await ask(careBoard, {}, context)
  return isRefusal(board) || board.day !== day ? [] : board.inside
}

type Inside = Awaited<ReturnType<typeof insideOn>>[number]

function marksOf(child: Pick<Inside, 'hasAllergy' | 'hasHealth'> | undefined) {
  return { hasAllergy: child?.hasAllergy ?? false, hasHealth: child?.hasHealth ?? false }
}

function walkIn(one: Inside) {
  return {
    child: one.child,
    name: one.name,
    shownName: one.callName === '' ? one.name : one.callName,
    parentName: '',
    parentCode: '',
    span: one.until === null ? '' : `–${writeMinute(one.until)}`,
    band: one.band,
    ...marksOf(one),
    in: clockFace(one.since),
  }
}

/** Opens guardians and permissions of every child on the list; each opening is written down. */
async function withFetchers<R extends { readonly child: Parameters<typeof openPeople>[2] }>(
  ask: Ask,
  context: RequestContext,
  day: CalendarDay,
  rows: readonly R[],
) {
  const result = []
  for (const row of rows) result.push({ ...row, fetchers: await openPeople(ask, context, row.child, day) })
  return result
}

async function openPeople(
  ask: Ask,
  context: RequestContext,
  child: ReturnType<typeof childGuardians.output.parse>['child']['child'],
  day: CalendarDay,
) {
  const guardians = await orElse(ask(childGuardians, { child }, context), { guardians: [] })
  const pickups = await orElse(ask(childPickups, { child }, context), { pickups: [] })
  const valid = (one: { from: CalendarDay; to: CalendarDay | null }) =>
    one.from <= day && (one.to === null || day <= one.to)
  return [
    ...guardians.guardians.filter((one) => one.custody === 'normal' && valid(one)),
    ...pickups.pickups.filter((one) => !one.revoked && (one.scope === 'one_day' ? one.day === day : valid(one))),
  ].map(({ name, relation, phone }) => ({ name, relation, phone }))
}

function weekSheetPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/week-sheet',
    access: CARE,
    title: { ja: '託児室 シフト', en: 'Childcare: shifts' },
    template: 'childcare/week-sheet',
    shell: 'print',
    input: { day: dayAsked, room: roomAsked },
    load: async (input, context) => {
      const monday = mondayOf(dayOr(input.day, context))
      const { room } = await chosenRoom(ask, input.room, context)
      const week = await weekOf(ask, context, monday, room?.room)
      return isRefusal(week) ? week : { ...week, monday, sunday: addDays(monday, 6), roomName: room?.name ?? '' }
    },
  })
}
