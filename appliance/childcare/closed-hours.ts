/**
 * Promised hours in which the room is closed by now: a closure, shorter hours, a room out of use. Nobody is dropped for it
 * (P11): these hours stand in the list of what cannot be kept until a person has spoken with the parents.
 */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { WallSpan } from '../../central-sync/protocol/event/booking.ts'
import type { ResourceId } from '../../central-sync/protocol/identifier.ts'
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { covers, overlaps } from '../../central-sync/rules/overlap.ts'
import type { FloorPlan } from '../booking/floor-plan.ts'

export interface ClosedHours extends WallSpan {
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly code: Extract<RefusalCode, 'resource_closed' | 'closed_then' | 'outside_hours'>
  /** Most children at one moment of these hours. */
  readonly total: number
}

interface Promised extends WallSpan {
  readonly room: ResourceId
  readonly day: CalendarDay
}

/** From now on, by day and time; neighbouring minutes with the same reason as one. */
export async function readClosedHours(
  rows: Rows,
  plan: FloorPlan,
  { from, to, now }: { readonly from: CalendarDay; readonly to: CalendarDay; readonly now: Instant },
): Promise<ClosedHours[]> {
  const [today, minute] = [calendarDayOf(now), wallMinuteOf(now)]
  const promised = await rows.all<Promised>(
    `SELECT room, day, start_min AS start, end_min AS "end" FROM care_booking
      WHERE day BETWEEN ? AND ? AND state IN ('held', 'confirmed', 'in') ORDER BY day, room, start_min`,
    [from < today ? today : from, to],
  )
  const ahead = promised
    .map((one) => (one.day === today ? { ...one, start: Math.max(one.start, minute) } : one))
    .filter(({ start, end }) => start < end)
  const byPlace = Map.groupBy(ahead, ({ room, day }) => `${room} ${day}`)
  return [...byPlace.values()].flatMap((spans) => closedOf(spans, plan))
}

/** Of one room and day. */
function closedOf(spans: readonly Promised[], plan: FloorPlan): ClosedHours[] {
  const [first] = spans
  if (first === undefined) return []
  const { room, day } = first
  const resource = plan.resources.get(room)
  const { hours, closures } = plan.openingOf(day, resource)
  const shut = resource === undefined || !plan.isOpen(resource)
  const codeAt = (part: WallSpan): ClosedHours['code'] | undefined => {
    if (shut) return 'resource_closed'
    if (hours === null || closures.some((closure) => overlaps(closure, part))) return 'closed_then'
    return covers(hours, part) ? undefined : 'outside_hours'
  }
  const edges = [...spans, ...closures, ...(hours === null ? [] : [hours])].flatMap(({ start, end }) => [start, end])
  const cuts = [...new Set(edges)].sort((a, b) => a - b)
  const found: ClosedHours[] = []
  for (const [index, start] of cuts.slice(0, -1).entries()) {
    const part = { start, end: cuts[index + 1] ?? start }
    const total = spans.filter((one) => overlaps(one, part)).length
    const code = total === 0 ? undefined : codeAt(part)
    if (code === undefined) continue
    const last = found.at(-1)
    if (last !== undefined && last.end === start && last.code === code)
      found[found.length - 1] = { ...last, end: part.end, total: Math.max(last.total, total) }
    else found.push({ room, day, ...part, code, total })
  }
  return found
}
