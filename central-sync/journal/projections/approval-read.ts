/** Reads approvals as they stand today: pay is made of the good ones. */
import type { AssignmentId, EventId, PackageId, WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../protocol/time.ts'
import type { AssignedSession } from '../../rules/assign-session.ts'
import type { ApprovedTime } from '../../rules/compute-lines.ts'
import { compareText } from '../../rules/order-taps.ts'
import type { Rows } from '../port.ts'
import { sessionsBetween } from './attendance-read.ts'
import type { DatedSession } from './attendance-rows.ts'
import { assignSessions, sessionKey } from './work-read.ts'

/**
 * good: the folded session still has these edges and seconds and is payable. stale: it has not. withdrawn: taken back, or
 * replaced by a newer approval.
 */
export type ApprovalState = 'good' | 'stale' | 'withdrawn'

export interface Approval extends ApprovedTime {
  readonly worker: WorkerId
  readonly session: string
  readonly assignment: AssignmentId
  readonly approvedBy: string
  readonly approvedAt: Instant
  readonly state: ApprovalState
  /** Evidence and decisions the session rests on; empty when the session is gone. */
  readonly sources: readonly EventId[]
}

interface ApprovalRow {
  readonly id: string
  readonly worker: string
  readonly day: string
  readonly session: string
  readonly started_at: number
  readonly ended_at: number
  readonly seconds: number
  readonly assignment: string
  readonly package: string
  readonly approved_by: string
  readonly approved_at: number
  readonly withdrawn: number
  readonly place: string | null
  readonly sources: string | null
  readonly stands: number | boolean | null
}

/** Approvals of the business days `from` to `to`, each with its state today; by day, start, worker. */
export async function approvals(
  rows: Rows,
  from: BusinessDay,
  to: BusinessDay,
  worker?: WorkerId,
): Promise<Approval[]> {
  const found = await rows.all<ApprovalRow>(
    `SELECT a.*, s.place, s.cites AS sources, s.status = 'payable' AND s.started_at = a.started_at
        AND s.ended_at = a.ended_at AND s.seconds = a.seconds AS stands
      FROM approval AS a LEFT JOIN session AS s ON s.worker = a.worker AND s.day = a.day AND s.session = a.session
      WHERE a.day BETWEEN ? AND ? ${worker === undefined ? '' : 'AND a.worker = ?'}`,
    worker === undefined ? [from, to] : [from, to, worker],
  )
  return found
    .map(approvalOf)
    .sort((a, b) => compareText(a.day, b.day) || a.startedAt - b.startedAt || compareText(a.worker, b.worker))
}

/** Pay is made of these. */
export async function goodApprovals(rows: Rows, from: BusinessDay, to: BusinessDay): Promise<Approval[]> {
  return (await approvals(rows, from, to)).filter(({ state }) => state === 'good')
}

function approvalOf(row: ApprovalRow): Approval {
  const stands = row.stands === 1 || row.stands === true
  return {
    id: row.id as EventId,
    worker: row.worker as WorkerId,
    day: row.day as BusinessDay,
    session: row.session,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    seconds: row.seconds,
    assignment: row.assignment as AssignmentId,
    package: row.package as PackageId,
    place: row.place ?? '',
    approvedBy: row.approved_by,
    approvedAt: row.approved_at,
    state: row.withdrawn === 1 ? 'withdrawn' : stands ? 'good' : 'stale',
    sources: row.sources === null ? [] : (JSON.parse(row.sources) as EventId[]),
  }
}

export interface ApprovableSession {
  readonly session: DatedSession
  /** Undefined: nobody said what it was for, so it cannot be approved yet. */
  readonly assigned: AssignedSession | undefined
}

/** Payable time that no good approval covers: what a director accepts in one press. */
export async function approvable(
  rows: Rows,
  from: BusinessDay,
  to: BusinessDay,
  now: Instant,
  worker?: WorkerId,
): Promise<ApprovableSession[]> {
  const sessions = (await sessionsBetween(rows, from, to, now, worker)).filter(
    ({ status, seconds }) => status === 'payable' && seconds > 0,
  )
  const good = (await approvals(rows, from, to, worker)).filter(({ state }) => state === 'good')
  const covered = new Set(good.map(({ worker: who, session }) => sessionKey({ worker: who, key: session })))
  const open = sessions.filter((session) => !covered.has(sessionKey(session)))
  const assigned = await assignSessions(rows, open)
  return open.map((session) => ({ session, assigned: assigned.get(sessionKey(session)) }))
}
