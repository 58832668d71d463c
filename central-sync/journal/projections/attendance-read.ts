/**
 * Reads folded days for pages, exports and answers. Rows do not know what time it is: whoever reads sessions passes `now`, and
 * an open one whose worker must have left by then comes back as a missing OUT.
 */
import type { EventId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import { addDays, type BusinessDay, businessDayOf, type Instant, mondayOf } from '../../protocol/time.ts'
import { type LastClaim, settleOpen } from '../../rules/fold-day.ts'
import { compareText } from '../../rules/order-taps.ts'
import { type AttendancePolicy, defaultPolicy } from '../../rules/policy.ts'
import type { Rows } from '../port.ts'
import { type DatedSession, datedSession, type SessionRow } from './attendance-rows.ts'
import { marks } from './portable-sql.ts'

export type { DatedSession } from './attendance-rows.ts'

/** Sessions of these days through the index on days: rows of sessions are found by worker and day. */
const OF_DAYS = `SELECT s.* FROM day_row AS d CROSS JOIN session AS s
  WHERE s.worker = d.worker AND s.day = d.day`

/** Sessions of the business days `from` to `to` (both included), void ones too; by day, start, worker. */
export async function sessionsBetween(
  rows: Rows,
  from: BusinessDay,
  to: BusinessDay,
  now: Instant,
  worker?: WorkerId,
): Promise<DatedSession[]> {
  const found =
    worker === undefined
      ? await rows.all<SessionRow>(`${OF_DAYS} AND d.day BETWEEN ? AND ?`, [from, to])
      : await rows.all<SessionRow>('SELECT * FROM session WHERE worker = ? AND day BETWEEN ? AND ?', [worker, from, to])
  return settled(found, now)
}

/** Every session of any day that waits for a person: flagged, or left open. Those still inside are not among them. */
export async function pendingSessions(rows: Rows, now: Instant, policy = defaultPolicy): Promise<DatedSession[]> {
  const flagged = await rows.all<SessionRow>("SELECT * FROM session WHERE status = 'pending' AND open = 0")
  const open = await rows.all<SessionRow>(`${OF_DAYS} AND d.open = 1 AND s.open = 1`)
  return settled([...flagged, ...open], now, policy).filter((session) => !session.open)
}

export interface Present {
  readonly worker: WorkerId
  readonly session: string
  readonly tap: EventId
  readonly since: Instant
  readonly place: string
  readonly site: SiteId
}

/** Who is inside at `now`, by time of coming; everybody is out at roll-over. Of all centres when `site` is undefined. */
export async function presentNow(
  rows: Rows,
  site: SiteId | undefined,
  now: Instant,
  policy = defaultPolicy,
): Promise<Present[]> {
  const found = await rows.all<SessionRow>(`${OF_DAYS} AND d.open = 1 AND s.open = 1 AND d.day = ?`, [
    businessDayOf(now),
  ])
  return settled(found, now, policy)
    .filter((session) => session.open && (site === undefined || session.site === site))
    .map((session) => ({
      worker: session.worker,
      session: session.key,
      tap: session.startId as EventId,
      since: session.startedAt ?? now,
      place: session.place,
      site: session.site as SiteId,
    }))
}

/** How many are inside at `now`. Reads no more of a session than that takes: boards ask often. */
export async function countPresent(rows: Rows, site: SiteId, now: Instant, policy = defaultPolicy): Promise<number> {
  const found = await rows.all<{ since: number | null }>(
    `SELECT s.started_at AS since FROM day_row AS d CROSS JOIN session AS s
      WHERE s.worker = d.worker AND s.day = d.day AND d.open = 1 AND s.open = 1 AND d.day = ? AND s.site = ?`,
    [businessDayOf(now), site],
  )
  return found.filter(({ since }) => since === null || !isLeftOpen(since, now, policy)).length
}

export interface Week {
  /** Payable seconds per business day from Monday to the day of `now`. */
  readonly days: readonly { readonly day: BusinessDay; readonly seconds: number }[]
  readonly seconds: number
  /** Sessions of this week that wait for a decision; being inside does not count. */
  readonly pending: number
}

interface DayFoldRow {
  readonly worker: string
  readonly day: string
  readonly payable_seconds: number
  readonly pending: number
  readonly open: number
  readonly open_since: number | null
}

/** The week of `now` for a batch of workers, in one statement. */
export async function weeksOf(
  rows: Rows,
  workers: readonly WorkerId[],
  now: Instant,
  policy = defaultPolicy,
): Promise<Map<WorkerId, Week>> {
  const today = businessDayOf(now)
  const days: BusinessDay[] = []
  for (let day = mondayOf(today); day <= today; day = addDays(day, 1)) days.push(day)
  if (workers.length === 0) return new Map()
  const found = await rows.all<DayFoldRow>(
    `SELECT worker, day, payable_seconds, pending, open, open_since FROM day_fold
      WHERE worker IN (${marks(workers)}) AND day BETWEEN ? AND ?`,
    [...workers, mondayOf(today), today],
  )
  const byDay = new Map(found.map((row) => [`${row.worker} ${row.day}`, row]))
  return new Map(workers.map((worker) => [worker, weekOfRows(worker, days, byDay, now, policy)]))
}

export async function weekOf(rows: Rows, worker: WorkerId, now: Instant, policy = defaultPolicy): Promise<Week> {
  const week = (await weeksOf(rows, [worker], now, policy)).get(worker)
  if (week === undefined) throw new Error('a week for every worker asked for')
  return week
}

function weekOfRows(
  worker: WorkerId,
  days: readonly BusinessDay[],
  byDay: ReadonlyMap<string, DayFoldRow>,
  now: Instant,
  policy: AttendancePolicy,
): Week {
  const perDay = days.map((day) => ({ day, seconds: byDay.get(`${worker} ${day}`)?.payable_seconds ?? 0 }))
  let pending = 0
  for (const day of days) {
    const row = byDay.get(`${worker} ${day}`)
    if (row === undefined) continue
    const left = row.open === 1 && row.open_since !== null && isLeftOpen(row.open_since, now, policy)
    pending += row.pending + (left ? 1 : 0)
  }
  return { days: perDay, seconds: perDay.reduce((sum, { seconds }) => sum + seconds, 0), pending }
}

function isLeftOpen(since: Instant, now: Instant, policy: AttendancePolicy): boolean {
  return now - since > policy.sessionMaxMs || (policy.rollOver !== 'off' && businessDayOf(now) !== businessDayOf(since))
}

/** Last accepted claim of the business day, for proposals; workers without one are left out. */
export async function lastClaims(
  rows: Rows,
  day: BusinessDay,
  workers?: readonly WorkerId[],
): Promise<Map<WorkerId, LastClaim>> {
  if (workers?.length === 0) return new Map()
  const found = await rows.all<{ worker: string; claim: LastClaim['claim']; time: number; place: string }>(
    `SELECT worker, last_claim AS claim, last_time AS time, last_place AS place FROM day_fold
      WHERE day = ? AND last_claim IS NOT NULL
      ${workers === undefined ? '' : `AND worker IN (${marks(workers)})`}`,
    [day, ...(workers ?? [])],
  )
  return new Map(found.map(({ worker, claim, time, place }) => [worker as WorkerId, { claim, time, place }]))
}

/** What each day says: its version (named by requests) and totals. Undefined when nothing is known of that day. */
export interface DayTotals {
  readonly version: string
  readonly payableSeconds: number
  readonly pendingSeconds: number
  readonly pending: number
  readonly open: boolean
}

export async function totalsOf(rows: Rows, worker: WorkerId, day: BusinessDay): Promise<DayTotals | undefined> {
  const row = await rows.one<DayFoldRow & { version: string; pending_seconds: number }>(
    'SELECT * FROM day_fold WHERE worker = ? AND day = ?',
    [worker, day],
  )
  if (row === undefined) return undefined
  return {
    version: row.version,
    payableSeconds: row.payable_seconds,
    pendingSeconds: row.pending_seconds,
    pending: row.pending,
    open: row.open === 1,
  }
}

/** A forgotten OUT that nobody has asked about yet: the question of the next morning. */
export interface ForgottenOut {
  readonly worker: WorkerId
  readonly day: BusinessDay
  readonly start: Instant
  readonly place: string
  /** Version of that day, for the request. */
  readonly base: string
  readonly taps: readonly EventId[]
  readonly suggestion: Instant | undefined
}

/** How far back the question looks. */
const QUESTION_DAYS = 7

/** The newest forgotten OUT before the day of `now`, for a batch of workers, in one statement. */
export async function forgottenOuts(
  rows: Rows,
  workers: readonly WorkerId[],
  now: Instant,
): Promise<Map<WorkerId, ForgottenOut>> {
  if (workers.length === 0) return new Map()
  const today = businessDayOf(now)
  const found = await rows.all<SessionRow & { version: string }>(
    `SELECT s.*, f.version FROM session AS s JOIN day_fold AS f ON f.worker = s.worker AND f.day = s.day
      WHERE s.worker IN (${marks(workers)}) AND s.day >= ? AND s.day < ? AND s.status = 'pending' AND s.ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM correction AS c
          WHERE c.worker = s.worker AND c.day = s.day AND c.state IN ('requested', 'rejected'))`,
    [...workers, addDays(today, -QUESTION_DAYS), today],
  )
  const newest = new Map<WorkerId, ForgottenOut>()
  for (const row of found) {
    const { worker, day, startedAt, startId, place, suggestion } = datedSession(row)
    const known = newest.get(worker)
    if (startedAt === undefined || startId === undefined || (known !== undefined && known.start >= startedAt)) continue
    newest.set(worker, { worker, day, start: startedAt, place, base: row.version, taps: [startId], suggestion })
  }
  return newest
}

function settled(found: readonly SessionRow[], now: Instant, policy: AttendancePolicy = defaultPolicy): DatedSession[] {
  return found
    .map((row) => {
      const session = datedSession(row)
      return session.open ? { ...session, ...settleOpen(session, now, policy) } : session
    })
    .sort(compareSessions)
}

function compareSessions(a: DatedSession, b: DatedSession): number {
  return (
    compareText(a.day, b.day) ||
    (a.startedAt ?? a.endedAt ?? 0) - (b.startedAt ?? b.endedAt ?? 0) ||
    compareText(a.worker, b.worker) ||
    compareText(a.key, b.key)
  )
}
