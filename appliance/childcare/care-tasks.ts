/** What of the childcare room needs a hand today, for whoever may open its pages: no child and no person is in these rows. */

import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import { addDays, calendarDayOf, DAY_MS, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { task } from '../http/shape-rows.ts'
import { countCardsBehind } from '../staff/staff-card-desk.ts'
import { readPolicyOn } from './care-day.ts'
import { readDoubts } from './doubts.ts'
import { type AlarmKind, readShortages } from './find-shortages.ts'
import { countLapsed } from './lapsed-places.ts'

type Task = z.infer<typeof task>

const AHEAD_DAYS = 14
/** A carer of whom nobody said for so long that she is here, minutes. */
const UNSEEN_MINUTES = 15

const ALARMS: Readonly<Record<AlarmKind, Task['kind']>> = {
  closing: 'care_closing',
  ratio: 'care_ratio',
  staff_lost: 'care_staff_lost',
}

export async function findCareTasks(rows: Rows, now: Instant): Promise<Task[]> {
  const rooms = await rows.all<{ resource: string; name: string; open: number }>(
    "SELECT resource, name, open FROM resource WHERE kind = 'nursery'",
  )
  if (rooms.length === 0) return []
  const names = new Map(rooms.map(({ resource, name }) => [resource, name]))
  const isUsed = rooms.some(({ open }) => open === 1)
  return [
    ...(await alarmTasks(rows, names, now)),
    ...(await doorTasks(rows, now)),
    ...(await planTasks(rows, names, { now, isUsed })),
  ]
}

async function alarmTasks(rows: Rows, names: ReadonlyMap<string, string>, now: Instant): Promise<Task[]> {
  const today = calendarDayOf(now)
  const found = await rows.all<{ room: string; kind: AlarmKind; day: string; since: number }>(
    'SELECT room, kind, day, since FROM care_alarm WHERE day >= ? ORDER BY since',
    [addDays(today, -1)],
  )
  return found.map(({ room, kind, day, since }) => ({
    kind: ALARMS[kind],
    urgency: kind === 'staff_lost' && day > today ? 'today' : 'now',
    label: names.get(room) ?? '',
    at: since,
    why: [],
  }))
}

async function doorTasks(rows: Rows, now: Instant): Promise<Task[]> {
  const tasks: Task[] = []
  const doubts = (await readDoubts(rows, now)).filter(({ seen }) => !seen)
  if (doubts.length > 0)
    tasks.push({ kind: 'care_doubt', urgency: 'now', at: doubts[0]?.at, count: doubts.length, why: [] })
  const refused = await rows.one<{ n: number; at: number | null }>(
    "SELECT count(*) AS n, max(at) AS at FROM care_refusal WHERE kind = 'pickup' AND at > ?",
    [now - DAY_MS],
  )
  if (refused !== undefined && refused.n > 0)
    tasks.push({ kind: 'care_refused', urgency: 'now', at: refused.at ?? undefined, count: refused.n, why: [] })
  const pending = await rows.one<{ n: number }>("SELECT count(*) AS n FROM child WHERE state = 'pending'")
  if (pending !== undefined && pending.n > 0)
    tasks.push({ kind: 'care_pending', urgency: 'today', count: pending.n, why: [] })
  return tasks
}

/** A room out of use may still have promises to keep; only its rules are nobody's task. */
async function planTasks(
  rows: Rows,
  names: ReadonlyMap<string, string>,
  { now, isUsed }: { readonly now: Instant; readonly isUsed: boolean },
): Promise<Task[]> {
  const today = calendarDayOf(now)
  const tasks: Task[] = []
  const unseen = await rows.all<{ room: string; n: number }>(
    `SELECT room, count(*) AS n FROM shift WHERE day = ? AND removed = 0 AND attendance = 'planned'
      AND start_min + ? <= ? AND ? < end_min GROUP BY room ORDER BY room`,
    [today, UNSEEN_MINUTES, wallMinuteOf(now), wallMinuteOf(now)],
  )
  const busy = await rows.one<{ n: number }>(
    `SELECT count(*) AS n FROM care_booking WHERE day = ? AND state IN ('held', 'confirmed', 'in')`,
    [today],
  )
  // A carer nobody waits for is no matter of urgency.
  for (const { room, n } of (busy?.n ?? 0) === 0 ? [] : unseen)
    tasks.push({ kind: 'care_unseen', urgency: 'today', label: names.get(room) ?? '', count: n, why: [] })
  const short = await readShortages(rows, { from: today, to: addDays(today, AHEAD_DAYS), now })
  const days = new Set(short.map(({ day }) => day))
  if (days.size > 0)
    tasks.push({ kind: 'care_short', urgency: days.has(today) ? 'now' : 'today', count: days.size, why: [] })
  const cards = await countCardsBehind(rows)
  if (cards > 0) tasks.push({ kind: 'care_cards', urgency: 'today', count: cards, why: [] })
  const lapsed = await countLapsed(rows, today)
  if (lapsed.places > 0) {
    const urgency = lapsed.day === today ? 'now' : 'today'
    tasks.push({ kind: 'care_lapsed', urgency, count: lapsed.places, why: [] })
  }
  if (isUsed && (await readPolicyOn(rows, today)) === undefined)
    tasks.push({ kind: 'care_rules_missing', urgency: 'today', why: [] })
  return tasks
}
