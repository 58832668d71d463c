/** あずかる and 引き渡す on a staff page: the same commands as the kiosk of the room. */
import { z } from 'zod'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { calendarDayOf, clockFace, wallMinuteOf } from '../../../central-sync/protocol/time.ts'
import { latestEnd } from '../../../central-sync/rules/latest-end.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import { pickWords } from '../../../central-sync/web/write-text.ts'
import { bookingsDay } from '../../http/shape-booking.ts'
import { CARE } from '../../http/shape-care-rows.ts'
import { careTellRefused } from '../../http/shape-childcare.ts'
import {
  careBoard,
  careFetchers,
  carePolicies,
  careRooms,
  careSlip,
  childQuery,
  childrenList,
} from '../../http/shape-childcare-queries.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'
import { careWords } from '../words/care-words.ts'
import { phoneLink } from './room-steps.ts'
import { bookingView } from './view-care.ts'
import { minuteOptions, writeAge, writeMinute } from './write-minute.ts'

const CHILDREN_SHOWN = 30
/** Until when a child without a booking may stay, when nothing is known of the hours. */
const LATEST = 22 * 60
const USUAL_MIN = 120
const DEFAULT_FEVER_X10 = 375

const GRAVE = ['vomiting', 'diarrhoea', 'rash', 'low_spirits', 'vaccinated_today'] as const
const LIGHT = ['cough', 'runny_nose', 'other'] as const

export function careDoorPages(ask: Ask): Page[] {
  return [choosePage(ask), dropOffPage(ask), arrivedPage(ask), handOverPage(ask), pinPage()]
}

function choosePage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/drop-off',
    access: CARE,
    title: { ja: '託児室：あずかる', en: 'Childcare: drop-off' },
    template: 'childcare/drop-off-choose',
    input: { q: z.string().trim().max(100).optional() },
    load: async ({ q = '' }, context) => {
      const [found, board] = await Promise.all([ask(childrenList, { q }, context), ask(careBoard, {}, context)])
      if (isRefusal(found)) return found
      const inside = new Set(isRefusal(board) ? [] : board.inside.map((one) => one.child))
      const day = calendarDayOf(context.now)
      const rows = found.children
        .filter((one) => one.state === 'approved' && !inside.has(one.child))
        .map((one) => ({ ...one, age: writeAge(one.birthDate, day) }))
      return { q, rows: rows.slice(0, CHILDREN_SHOWN), more: Math.max(0, rows.length - CHILDREN_SHOWN) }
    },
  })
}

function dropOffPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/drop-off/:child',
    access: CARE,
    title: { ja: '託児室：あずかる', en: 'Childcare: drop-off' },
    template: 'childcare/drop-off',
    scripts: ['drop-off'],
    input: { child: identifier('child'), care: identifier('booking').optional().catch(undefined) },
    load: async (input, context) => {
      const found = await ask(childQuery, { child: input.child }, context)
      if (isRefusal(found)) return found
      const day = calendarDayOf(context.now)
      const open = found.bookings.filter((one) => one.day === day && one.state === 'confirmed').map(bookingView)
      const booking = open.find((one) => one.care === input.care) ?? open[0]
      const rooms = await orElse(ask(careRooms, {}, context), { rooms: [] })
      const from = Math.ceil((wallMinuteOf(context.now) + 1) / 15) * 15
      const latest = Math.max(from, await latestOf(ask, { room: rooms.rooms[0]?.room, places: open }, context))
      return {
        child: found.child,
        age: writeAge(found.child.birthDate, day),
        booking,
        roomOptions:
          rooms.rooms.length > 1 && booking === undefined
            ? rooms.rooms.map(({ room, name }) => ({ value: room, label: name }))
            : undefined,
        timeOptions: untilOptions(from, latest),
        untilValue: writeMinute(Math.min(latest, from + USUAL_MIN)),
        limit: (await feverX10(ask, context)) / 10,
        grave: symptomOptions(GRAVE, context),
        light: symptomOptions(LIGHT, context),
      }
    },
  })
}

type Room = z.infer<typeof careRooms.output>['rooms'][number]['room']
type Places = readonly { readonly start: number; readonly end: number }[]

/** Until when the child can stay at most: to closing time, a closure, or her own next place. */
async function latestOf(
  ask: Ask,
  { room, places }: { readonly room: Room | undefined; readonly places: Places },
  context: RequestContext,
): Promise<number> {
  const board = await ask(bookingsDay, { day: calendarDayOf(context.now) }, context)
  if (isRefusal(board)) return LATEST
  const closures = board.closures.filter(({ target }) => target === 'centre' || target === room)
  return latestEnd(wallMinuteOf(context.now), { hours: board.hours, closures }, places) ?? LATEST
}

/** Quarters of an hour, and the last minute itself when it is none. */
function untilOptions(from: number, latest: number) {
  const options = minuteOptions(from, latest)
  return latest % 15 === 0 ? options : [...options, { value: writeMinute(latest), label: writeMinute(latest) }]
}

async function feverX10(ask: Ask, context: RequestContext): Promise<number> {
  const found = await orElse(ask(carePolicies, {}, context), { policies: [] })
  return found.policies.find(({ current }) => current)?.feverX10 ?? DEFAULT_FEVER_X10
}

function symptomOptions(names: readonly (typeof GRAVE | typeof LIGHT)[number][], { language }: RequestContext) {
  return names.map((value) => ({ value, label: pickWords(careWords[`care.in.symptom.${value}`], language) }))
}

const stay = identifier('stay')

function arrivedPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/arrived/:stay',
    access: CARE,
    title: { ja: '託児室：あずかりました', en: 'Childcare: handed in' },
    template: 'childcare/arrived',
    input: { stay },
    load: async (input, context) => {
      const slip = await ask(careSlip, { stay: input.stay }, context)
      return isRefusal(slip)
        ? slip
        : { stay: input.stay, slip, until: slip.until === null ? '' : writeMinute(slip.until) }
    },
  })
}

function handOverPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/hand-over/:stay',
    access: CARE,
    title: { ja: '託児室：引き渡し', en: 'Childcare: hand-over' },
    template: 'childcare/hand-over',
    input: { stay },
    // Said in the page itself, calmly: the person may be looking at the same screen.
    answers: ['pickup_blocked', 'pickup_not_allowed', 'pickup_not_today'],
    load: async (input, context) => {
      const [found, board] = await Promise.all([
        ask(careFetchers, { stay: input.stay }, context),
        ask(careBoard, {}, context),
      ])
      if (isRefusal(found)) return found
      const { inside } = found
      const people = found.fetchers.map((one) => ({ ...one, phoneHref: phoneLink(one.phone) }))
      return {
        inside,
        shownName: inside.callName === '' ? inside.name : inside.callName,
        in: clockFace(inside.since),
        out: inside.until === null ? '' : writeMinute(inside.until),
        phoneHref: phoneLink(inside.contactPhone),
        allowed: people.filter(({ refused }) => refused === null),
        others: people.filter(({ refused }) => refused !== null),
        hasPin: !isRefusal(board) && board.hasPin,
        told: toldOf(context),
      }
    },
  })
}

/** What became of the name that was typed a moment ago. */
function toldOf({ answered }: RequestContext): string {
  if (answered?.command !== careTellRefused.name) return ''
  const output = careTellRefused.output.safeParse(answered.output)
  return output.success ? output.data.why : ''
}

function pinPage(): Page {
  return centrePage({
    path: '/childcare/pin',
    access: CARE,
    title: { ja: '引き渡しの暗証番号', en: 'PIN for hand-overs' },
    template: 'childcare/pin',
    load: async () => ({}),
  })
}
