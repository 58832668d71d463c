/** The numbers of a childcare room: now, in the next two hours, over a day. No name and no child is in them. */
import type { z } from 'zod'
import type { ResourceId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import {
  type CarePolicy,
  checkCare,
  headCount,
  placesLeft,
  staffNeeded,
  withChild,
} from '../../central-sync/rules/care-need.ts'
import { type CareSlot, SLOT_MINUTES } from '../../central-sync/rules/fill-slots.ts'
import { covers } from '../../central-sync/rules/overlap.ts'
import { type CareDay, readCareDays, slotsOf } from '../childcare/care-day.ts'
import { closingOf } from '../childcare/find-shortages.ts'
import { openStays } from '../childcare/stays.ts'
import type { CareNames, CareRoomReads, RoomAnswer } from './describe-care.ts'
import type { slotRow } from './shape-care-rows.ts'
import type { roomNow } from './shape-childcare-queries.ts'

export type SlotAnswer = z.output<typeof slotRow>
export type RoomNow = z.output<typeof roomNow>

const NEXT_MINUTES = 120
const PLACES_MAX = 20
const NONE = { a0: 0, a12: 0, a3: 0, a4: 0 }

/** One quarter of an hour: amber at the last place for the youngest who still fit, red when it is short already. */
export function slotAnswer(
  { start, end, load, means }: CareSlot,
  policy: CarePolicy | undefined,
  open: boolean,
): SlotAnswer {
  const total = headCount(load.heads)
  const base = { start, end, children: { ...load.heads }, total, staff: means.staff, qualified: means.qualified }
  if (policy === undefined) {
    return { ...base, needStaff: 0, placesLeft: NONE, level: total > 0 ? 'red' : 'closed', code: 'policy_missing' }
  }
  const needStaff = staffNeeded(load, policy)
  const short = checkCare(load, means, policy)
  if (short !== undefined) return { ...base, needStaff, placesLeft: NONE, level: 'red', code: short.refused }
  const left = (band: keyof typeof NONE) => (open ? placesLeft(load, means, policy, band, PLACES_MAX) : 0)
  const places = { a0: left('a0'), a12: left('a12'), a3: left('a3'), a4: left('a4') }
  const next = checkCare(withChild(load, 'a4', 0, true), means, policy)
  const youngest = [places.a0, places.a12, places.a3, places.a4].find((count) => count > 0) ?? 0
  const level = !open || means.staff === 0 ? 'closed' : youngest <= 1 ? 'amber' : 'ok'
  return { ...base, needStaff, placesLeft: places, level, code: level === 'closed' ? null : (next?.refused ?? null) }
}

export function dayAnswer(
  day: CareDay,
  names: Pick<CareNames, 'plan'>,
  span?: { start: number; end: number },
): SlotAnswer[] {
  const { hours } = names.plan.openingOf(day.day, names.plan.resources.get(day.room))
  const closes = closingOf(names.plan, day.room, day.day)
  const asked = span ?? spanOf(day, hours)
  return slotsOf(day, asked).map((slot) => {
    const open = hours !== null && slot.start >= hours.start && slot.end <= Math.max(closes, hours.start)
    return slotAnswer(slot, day.policy, open)
  })
}

/** Opening hours, widened by whatever is booked or planned outside them. */
function spanOf({ children, duties }: CareDay, hours: { start: number; end: number } | null) {
  // A child of whom nobody said until when fills its day: that is no reason to draw the night.
  const known = children.filter(({ end }) => end < 1_440)
  const spans = [...known, ...duties, ...(hours === null ? [] : [hours])]
  if (spans.length === 0) return { start: 0, end: 0 }
  return {
    start: Math.min(...spans.map(({ start }) => start)),
    end: Math.max(...spans.map(({ end }) => end)),
  }
}

export async function roomsNow(
  reads: CareRoomReads,
  names: Pick<CareNames, 'plan' | 'today' | 'now'>,
  rooms: readonly RoomAnswer[],
): Promise<RoomNow[]> {
  const { rows } = reads
  const { now, today } = names
  const ids = rooms.map(({ room }) => room)
  const days = await readCareDays(rows, today, ids, { now })
  const inside = await openStays(rows)
  const expected = await rows.all<{ room: ResourceId; n: number }>(
    `SELECT room, count(*) AS n FROM care_booking WHERE day = ? AND state = 'confirmed' AND end_min > ? GROUP BY room`,
    [today, wallMinuteOf(now)],
  )
  const here = await hereNow(reads, today, now)
  return days.map((day, index) => {
    return roomAnswer(day, rooms[index] as RoomAnswer, names, {
      present: inside.filter(({ room }) => room === day.room),
      expected: expected.find(({ room }) => room === day.room)?.n ?? 0,
      staffHere: here.get(day.room) ?? 0,
    })
  })
}

function roomAnswer(
  day: CareDay,
  room: RoomAnswer,
  names: Pick<CareNames, 'plan' | 'now'>,
  counted: { present: readonly { readonly child: string }[]; expected: number; staffHere: number },
): RoomNow {
  const start = Math.floor(wallMinuteOf(names.now) / SLOT_MINUTES) * SLOT_MINUTES
  const next = dayAnswer(day, names, { start, end: Math.min(1_440, start + NEXT_MINUTES) })
  const inside = new Set(counted.present.map(({ child }) => child))
  const [present] = slotsOf(
    { ...day, children: day.children.filter(({ child }) => inside.has(child)) },
    { start, end: start + SLOT_MINUTES },
  )
  const short =
    present === undefined || day.policy === undefined ? undefined : checkCare(present.load, present.means, day.policy)
  const closes = closingOf(names.plan, day.room, day.day)
  const [slot] = next
  return {
    ...room,
    present: inside.size,
    expected: counted.expected,
    staffPlanned: present?.means.staff ?? 0,
    staffHere: counted.staffHere,
    staffNeeded: present === undefined || day.policy === undefined ? 0 : staffNeeded(present.load, day.policy),
    level: short === undefined ? (slot?.level ?? 'closed') : 'red',
    code: short?.refused ?? slot?.code ?? null,
    next,
    closesAt: closes === 0 ? null : closes,
  }
}

/** Carers whose shift runs now and of whom somebody said that they are here. */
async function hereNow({ rows }: CareRoomReads, day: CalendarDay, now: Instant): Promise<Map<ResourceId, number>> {
  const minute = wallMinuteOf(now)
  const found = await rows.all<{ room: ResourceId; n: number }>(
    `SELECT room, count(DISTINCT coalesce(staff, shift)) AS n FROM shift
      WHERE day = ? AND removed = 0 AND attendance = 'here' AND start_min <= ? AND ? < end_min GROUP BY room`,
    [day, minute, minute],
  )
  return new Map(found.map(({ room, n }) => [room, n]))
}

/** Stretches of a day in which one more child of this band and weight fits into every quarter. */
export function freeFor(
  day: CareDay,
  names: Pick<CareNames, 'plan' | 'today' | 'now'>,
  child: { readonly child: string; readonly band: keyof typeof NONE; readonly extraUnits: number },
): { start: number; end: number }[] {
  const { policy } = day
  const { hours, closures } = names.plan.openingOf(day.day, names.plan.resources.get(day.room))
  if (policy === undefined || hours === null) return []
  const others = { ...day, children: day.children.filter((one) => one.child !== child.child) }
  const own = day.children.filter((one) => one.child === child.child)
  const free: { start: number; end: number }[] = []
  for (const slot of slotsOf(others, hours)) {
    const taken = own.some(({ start, end }) => start < slot.end && slot.start < end)
    const closed = closures.some(({ start, end }) => start < slot.end && slot.start < end)
    const load = withChild(slot.load, child.band, child.extraUnits, true)
    const past = day.day < names.today || (day.day === names.today && slot.end <= wallMinuteOf(names.now))
    if (past || taken || closed || !covers(hours, slot) || checkCare(load, slot.means, policy) !== undefined) continue
    const last = free.at(-1)
    if (last !== undefined && last.end === slot.start) last.end = slot.end
    else free.push({ start: slot.start, end: slot.end })
  }
  return free
}
