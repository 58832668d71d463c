/** Reads folded days and settles them by now: whoever forgot to check out shows as such once the day is over. */
import type { Rows } from '../../central-sync/journal/port.ts'
import {
  type DatedSession,
  datedSession,
  type SessionRow,
} from '../../central-sync/journal/projections/attendance-rows.ts'
import type { EventId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type BusinessDay, type Instant, monthOf } from '../../central-sync/protocol/time.ts'
import type { CorrectionFacts } from '../../central-sync/rules/decide-correction.ts'
import { type DayFold, foldDay, type IgnoredReason, settleOpen } from '../../central-sync/rules/fold-day.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'

export type { DatedSession }

export interface SessionFilter {
  readonly from: BusinessDay
  readonly to: BusinessDay
  readonly worker?: WorkerId | undefined
}

/** By day, start and key. */
export async function readSessions(
  rows: Rows,
  { from, to, worker }: SessionFilter,
  now: Instant,
  policy: AttendancePolicy,
): Promise<DatedSession[]> {
  const found = await rows.all<SessionRow>(
    `SELECT * FROM session WHERE day BETWEEN ? AND ? ${worker === undefined ? '' : 'AND worker = ?'}
      ORDER BY day, coalesce(started_at, ended_at), session`,
    worker === undefined ? [from, to] : [from, to, worker],
  )
  return found.map((row) => {
    const session = datedSession(row)
    return { ...session, ...settleOpen(session, now, policy) }
  })
}

/** One day as it was last folded. A day nobody has touched has a version too. */
export async function readDay(
  rows: Rows,
  worker: WorkerId,
  day: BusinessDay,
  policy: AttendancePolicy,
): Promise<DayFold> {
  const empty = foldDay({ worker, day, taps: [], redirects: [], voids: [], decisions: [], policy })
  const kept = await rows.one<{ version: string; payable_seconds: number; pending_seconds: number; pending: number }>(
    'SELECT version, payable_seconds, pending_seconds, pending FROM day_fold WHERE worker = ? AND day = ?',
    [worker, day],
  )
  if (kept === undefined) return empty
  const found = await rows.all<SessionRow>('SELECT * FROM session WHERE worker = ? AND day = ?', [worker, day])
  const sessions = found.map((row) => datedSession(row))
  const outcomes = await rows.all<{
    tap: EventId
    outcome: 'in' | 'out' | 'ignored'
    reason: IgnoredReason | null
    session: string | null
  }>(
    'SELECT o.tap, o.outcome, o.reason, o.session FROM tap t JOIN tap_outcome o ON o.tap = t.id WHERE t.worker = ? AND t.day = ?',
    [worker, day],
  )
  return {
    ...empty,
    version: kept.version,
    sessions,
    outcomes: outcomes.map(({ tap, outcome, reason, session }) => ({
      tap,
      outcome,
      reason: reason ?? undefined,
      session: session ?? undefined,
    })),
    payableSeconds: kept.payable_seconds,
    pendingSeconds: kept.pending_seconds,
    pending: kept.pending,
    open: sessions.find((session) => session.open),
  }
}

/** What the rules about corrections look at. */
export async function correctionFacts(
  rows: Rows,
  worker: WorkerId,
  day: BusinessDay,
  now: Instant,
  policy: AttendancePolicy,
): Promise<CorrectionFacts> {
  const closed = await rows.one('SELECT 1 AS one FROM closed_month WHERE month = ?', [monthOf(day)])
  return { fold: await readDay(rows, worker, day, policy), now, monthClosed: closed !== undefined, policy }
}
