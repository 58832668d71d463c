/** Hours in which a childcare room is not as it must be, and the alarms that follow. Nobody is ever dropped for it (P11). */
import type { Rows, Tx } from '../../central-sync/journal/port.ts'
import { careAlarm } from '../../central-sync/protocol/event/childcare.ts'
import type { ResourceId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { headCount } from '../../central-sync/rules/care-need.ts'
import { findConflicts } from '../../central-sync/rules/decide-care-booking.ts'
import { SLOT_MINUTES } from '../../central-sync/rules/fill-slots.ts'
import { type FloorPlan, readFloorPlan } from '../booking/floor-plan.ts'
import { type CareDay, readCareDay, readCareRange, slotsOf } from './care-day.ts'
import { readClosedHours } from './closed-hours.ts'

export interface Shortage {
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  /** Refusal code of what is short. */
  readonly code: string
  /** The worst of these hours. */
  readonly needed: number
  readonly had: number
  readonly staff: number
  readonly qualified: number
  readonly total: number
}

const DAY = { start: 0, end: 1_440 }

/** Of one day, neighbouring quarters with the same lack as one; of today only what is still to come. */
export function shortagesOf(day: CareDay, now: Instant): Shortage[] {
  const today = calendarDayOf(now)
  if (day.day < today) return []
  const from = day.day === today ? Math.floor(wallMinuteOf(now) / SLOT_MINUTES) * SLOT_MINUTES : 0
  const slots = slotsOf(day, { ...DAY, start: from })
  const found: Shortage[] = []
  for (const { start, end, refusal } of findConflicts(slots, day.policy)) {
    const slot = slots.find((one) => one.start === start)
    const { needed = 0, had = 0 } = (refusal.facts ?? {}) as { needed?: number; had?: number }
    const total = slot === undefined ? 0 : headCount(slot.load.heads)
    const { staff = 0, qualified = 0 } = slot?.means ?? {}
    const last = found.at(-1)
    if (last !== undefined && last.end === start && last.code === refusal.refused) {
      const worse = needed - had > last.needed - last.had ? { needed, had, staff, qualified } : {}
      found[found.length - 1] = { ...last, ...worse, end, total: Math.max(last.total, total) }
    } else {
      const { room, day: on } = day
      found.push({ room, day: on, start, end, code: refusal.refused, needed, had, staff, qualified, total })
    }
  }
  return found
}

/** From `from` to `to`, whatever is booked or inside: first the hours in which a room is closed, then those that are short. */
export async function readShortages(
  rows: Rows,
  { from, to, now }: { from: CalendarDay; to: CalendarDay; now: Instant },
): Promise<Shortage[]> {
  const taken = await rows.all<{ day: CalendarDay; room: ResourceId }>(
    `SELECT DISTINCT day, room FROM care_booking WHERE day BETWEEN ? AND ? AND state IN ('held', 'confirmed', 'in')
     UNION SELECT DISTINCT day, room FROM care_stay WHERE day BETWEEN ? AND ? AND departed_at IS NULL
     ORDER BY day, room`,
    [from, to, from, to],
  )
  if (taken.length === 0) return []
  const dayOf = await readCareRange(rows, { from, to }, { now })
  const closed = await readClosedHours(rows, await readFloorPlan(rows), { from, to, now })
  const nobody = { needed: 0, had: 0, staff: 0, qualified: 0 }
  return taken.flatMap(({ room, day }) => [
    ...closed.filter((one) => one.room === room && one.day === day).map((one) => ({ ...one, ...nobody })),
    ...shortagesOf(dayOf(room, day), now),
  ])
}

export type AlarmKind = 'ratio' | 'closing' | 'staff_lost'

/**
 * Raises and clears the alarms of one room and day, in the job that may have caused them. `lost`: this job took a carer
 * away. Returns how many stretches of the day are short.
 */
export async function reviewAlarms(
  tx: Tx,
  plan: FloorPlan,
  { room, day, lost = false, by = 'system' }: { room: ResourceId; day: CalendarDay; lost?: boolean; by?: string },
): Promise<number> {
  await tx.project()
  const careDay = await readCareDay(tx, room, day, { now: tx.now })
  const shortages = shortagesOf(careDay, tx.now)
  const up = new Set(
    (
      await tx.all<{ kind: AlarmKind }>('SELECT kind FROM care_alarm WHERE room = ? AND day = ? AND slot = -1', [
        room,
        day,
      ])
    ).map(({ kind }) => kind),
  )
  const wanted = new Set<AlarmKind>()
  if (shortages.length > 0 && (lost || up.has('staff_lost'))) wanted.add('staff_lost')
  if (await isShortNow(tx, shortages, room, day)) wanted.add('ratio')
  if (await isPastClosing(tx, plan, room, day)) wanted.add('closing')
  for (const kind of ['ratio', 'closing', 'staff_lost'] as const) {
    if (wanted.has(kind) === up.has(kind)) continue
    const state = wanted.has(kind) ? ('raised' as const) : ('cleared' as const)
    tx.append({ event: careAlarm, data: { room, day, kind, state }, by })
  }
  return shortages.length
}

/** Children are inside at this moment and something is short. */
async function isShortNow(
  tx: Tx,
  shortages: readonly Shortage[],
  room: ResourceId,
  day: CalendarDay,
): Promise<boolean> {
  if (calendarDayOf(tx.now) !== day) return false
  const minute = wallMinuteOf(tx.now)
  if (!shortages.some(({ start, end }) => start <= minute && minute < end)) return false
  return (await presentIn(tx, room, day)) > 0
}

/** At closing time nobody is left, or an alarm says so (P17). */
async function isPastClosing(tx: Tx, plan: FloorPlan, room: ResourceId, day: CalendarDay): Promise<boolean> {
  const today = calendarDayOf(tx.now)
  const isPast = day < today || (day === today && wallMinuteOf(tx.now) >= closingOf(plan, room, day))
  return isPast && (await presentIn(tx, room, day)) > 0
}

/** End of opening of a room on a day; a day on which it is closed ends before it begins. */
export function closingOf(plan: FloorPlan, room: ResourceId, day: CalendarDay): number {
  const { hours, closures } = plan.openingOf(day, plan.resources.get(room))
  if (hours === null) return 0
  const cut = closures.find(({ start, end }) => start < hours.end && end >= hours.end)
  return cut === undefined ? hours.end : Math.max(hours.start, cut.start)
}

async function presentIn(rows: Rows, room: ResourceId, day: CalendarDay): Promise<number> {
  const row = await rows.one<{ n: number }>(
    'SELECT count(*) AS n FROM care_stay WHERE room = ? AND day = ? AND departed_at IS NULL AND twin = 0',
    [room, day],
  )
  return row?.n ?? 0
}
