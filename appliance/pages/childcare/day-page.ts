/** 一日の予定: children, carers and places by quarter of an hour, as a picture and as a table; bookings of the day. */
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type CalendarDay,
  calendarDay,
  calendarDayOf,
  wallMinuteOf,
} from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext, Words } from '../../../central-sync/web/port.ts'
import { CARE } from '../../http/shape-care-rows.ts'
import { careBookings, careConflicts, careSlots, childrenList } from '../../http/shape-childcare-queries.ts'
import { careLapsed } from '../../http/shape-lapsed.ts'
import { type Ask, orElse } from '../ask.ts'
import { centrePage } from '../staff-page.ts'
import { carePlanWords } from '../words/care-plan-words.ts'
import { BANDS, type DayRow, drawDay, rowsOfDay, type SlotFacts } from './draw-day.ts'
import { chosenRoom, dayOr, startSteps } from './room-steps.ts'
import { bookingView, conflictView, fillWords, stateWords } from './view-care.ts'
import { minuteOptions, writeMinute, writeSpan } from './write-minute.ts'

/** Offered while the slots of a day say nothing of its hours. */
export const DEFAULT_HOURS = { from: 8 * 60, to: 19 * 60 }
/** What a booking usually lasts, minutes. */
const USUAL_MIN = 180
const CONFLICT_DAYS = 60

export const dayAsked = calendarDay.optional().catch(undefined)
export const roomAsked = identifier('resource').optional().catch(undefined)

export function dayPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/day',
    access: CARE,
    title: { ja: '託児室：一日の予定', en: 'Childcare: the day' },
    template: 'childcare/day',
    scripts: ['today'],
    input: { day: dayAsked, room: roomAsked, child: identifier('child').optional().catch(undefined) },
    load: async (input, context) => {
      const day = dayOr(input.day, context)
      const { room, roomOptions } = await chosenRoom(ask, input.room, context)
      const link = (to: CalendarDay) =>
        `${context.base}/childcare/day?day=${to}${roomOptions === undefined ? '' : `&room=${room?.room}`}`
      return {
        day,
        isToday: day === calendarDayOf(context.now),
        mayBook: day >= calendarDayOf(context.now),
        previous: link(addDays(day, -1)),
        following: link(addDays(day, 1)),
        room: room?.room ?? '',
        childValue: input.child ?? '',
        roomOptions,
        start: await startSteps(ask, context),
        bands: BANDS,
        ...(room === undefined ? NOTHING : await roomDay(ask, context, { room: room.room, day })),
      }
    },
  })
}

const NOTHING = {
  drawing: undefined,
  rows: [],
  warnings: [],
  policyMissing: false,
  bookings: [],
  conflicts: [],
  childOptions: [],
  timeOptions: [],
  startValue: '',
  endValue: '',
}

async function roomDay(ask: Ask, context: RequestContext, { room, day }: { room: RoomId; day: CalendarDay }) {
  const [slots, found, short, children] = await Promise.all([
    ask(careSlots, { room, day }, context),
    orElse(ask(careBookings, { from: day, to: day }, context), { bookings: [] }),
    orElse(ask(careConflicts, { from: day, to: day }, context), { conflicts: [] }),
    orElse(ask(childrenList, {}, context), { children: [], total: 0 }),
  ])
  if (isRefusal(slots)) return NOTHING
  const shown = openPart(slots.slots)
  const rows = rowsOfDay(shown).map((row) => ({ ...row, state: stateWords(row.level, row.code, row) }))
  return {
    drawing: shown.length === 0 ? undefined : drawDay(shown),
    rows,
    warnings: warningsOf(rows, day),
    policyMissing: slots.policy === null,
    bookings: found.bookings
      .filter((one) => one.room === room)
      .toSorted((a, b) => a.start - b.start)
      .map(bookingView),
    conflicts: short.conflicts.filter((one) => one.room === room).map(conflictView),
    childOptions: children.children
      .filter(({ state }) => state === 'approved')
      .map((one) => ({ value: one.child, label: `${one.name}（${one.parentName || one.parentCode}）` })),
    ...formTimes(shown, context, day),
  }
}

type RoomId = NonNullable<Awaited<ReturnType<typeof chosenRoom>>['room']>['room']

/** From the first to the last quarter of an hour that is open or has somebody in it. */
export function openPart(slots: readonly SlotFacts[]): SlotFacts[] {
  const used = (slot: SlotFacts) => slot.level !== 'closed' || slot.total > 0 || slot.staff > 0
  const first = slots.findIndex(used)
  return first < 0 ? [] : slots.slice(first, slots.findLastIndex(used) + 1)
}

/** Only what is open: a carer who is there earlier does not make the room open. */
function formTimes(shown: readonly SlotFacts[], { now }: RequestContext, day: CalendarDay) {
  const open = shown.filter(({ level }) => level !== 'closed')
  const from = open[0]?.start ?? DEFAULT_HOURS.from
  const to = open.at(-1)?.end ?? DEFAULT_HOURS.to
  const soon = day === calendarDayOf(now) ? Math.ceil(wallMinuteOf(now) / 15) * 15 : from
  const start = Math.min(Math.max(soon, from), Math.max(from, to - 15))
  return {
    timeOptions: minuteOptions(from, to),
    startValue: writeMinute(start),
    endValue: writeMinute(Math.min(start + USUAL_MIN, to)),
  }
}

interface Warning {
  readonly level: 'red' | 'amber'
  readonly text: Words
  /** Where the shift that would mend it is entered; empty when a shift is no help. */
  readonly from: string
  readonly to: string
  readonly mend: boolean
}

/** Neighbours of which the same is said become one line. */
function warningsOf(rows: readonly (DayRow & { readonly state: Words })[], day: CalendarDay): Warning[] {
  const found: (DayRow & { readonly state: Words })[] = []
  for (const row of rows) {
    const last = found.at(-1)
    const same = last !== undefined && last.end === row.start && sayOf(last) === sayOf(row)
    if (same) found[found.length - 1] = { ...last, end: row.end, to: row.to }
    else found.push(row)
  }
  return found.flatMap((row) => (row.level === 'red' || row.level === 'amber' ? [warningOf(row, day)] : []))
}

function sayOf({ level, code, staff, needStaff, full }: DayRow): string {
  return level === 'red' ? `${level} ${code} ${staff} ${needStaff}` : `${level} ${full}`
}

function warningOf(row: DayRow & { readonly state: Words }, day: CalendarDay): Warning {
  const time = writeSpan(row.start, row.end)
  const place = { day, from: row.from, to: row.to }
  if (row.level === 'amber')
    return {
      ...place,
      level: 'amber',
      mend: row.full,
      text: { ja: `${time}　${row.state.ja}`, en: `${time}: ${row.state.en}` },
    }
  const values = { time, count: row.lacking, staff: row.staff, needed: row.needStaff }
  const text =
    row.lacking > 0
      ? fillWords(carePlanWords['care.day.short'], values)
      : { ja: `${time}　${row.state.ja}`, en: `${time}: ${row.state.en}` }
  return { ...place, level: 'red', mend: row.code !== 'area_exceeded' && row.code !== 'policy_missing', text }
}

/** Everything that cannot be kept as it stands, for the weeks ahead. */
export function conflictsPage(ask: Ask): Page {
  return centrePage({
    path: '/childcare/conflicts',
    access: CARE,
    title: { ja: '託児室：このままでは守れない予約', en: 'Childcare: bookings that cannot be kept' },
    template: 'childcare/conflicts',
    load: async (_input, context) => {
      const from = calendarDayOf(context.now)
      const found = await ask(careConflicts, { from, to: addDays(from, CONFLICT_DAYS) }, context)
      if (isRefusal(found)) return found
      const beyond = await orElse(ask(careLapsed, {}, context), { places: [] })
      const conflicts = found.conflicts.map(conflictView)
      const lapsed = beyond.places.map(bookingView)
      return { conflicts, lapsed, onlyLapsed: conflicts.length === 0 && lapsed.length > 0 }
    },
  })
}
