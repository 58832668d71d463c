/** Folds the touched days again and writes the result. Six statements, whatever the number of days. */
import type { Direction } from '../../protocol/event/attendance.ts'
import type { EventId, WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay } from '../../protocol/time.ts'
import { type DayFold, type FoldDecision, type FoldRedirect, type FoldSession, foldDay } from '../../rules/fold-day.ts'
import type { AttendancePolicy } from '../../rules/policy.ts'
import type { ProjectionTx } from '../port.ts'
import type { WorkerDay } from './attendance-evidence.ts'
import { type FoldTapRow, foldTap, TAP_COLUMNS } from './attendance-rows.ts'
import { dayFoldTable, sessionTable, tapOutcomeTable } from './fold-tables.ts'
import { keyParam, keyRows } from './portable-sql.ts'

interface LoadedTap extends FoldTapRow {
  readonly worker: string
  readonly day: string
  readonly redirected: Direction | null
  readonly voided: number
  readonly old_outcome: string | null
  readonly old_reason: string | null
  readonly old_session: string | null
  readonly old_worker: string | null
}

export async function refoldDays(
  tx: ProjectionTx,
  days: readonly WorkerDay[],
  policy: AttendancePolicy,
): Promise<void> {
  if (days.length === 0) return
  const taps = groupByDay(await loadTaps(tx, days))
  const decisions = groupByDay(await loadDecisions(tx, days))
  const folds = days.map((day) => fold(day, taps.get(keyOf(day)) ?? [], decisions.get(keyOf(day)) ?? [], policy))
  await tx.deleteWhere(sessionTable, ['worker', 'day'], days)
  await tx.insert(
    sessionTable,
    folds.flatMap((one) => one.sessions.map((session) => sessionRow(one, session))),
    'replace',
  )
  await tx.insert(
    tapOutcomeTable,
    folds.flatMap((one) => changedOutcomes(one, taps.get(keyOf([one.worker, one.day])) ?? [])),
    'replace',
  )
  await tx.insert(dayFoldTable, folds.map(dayRow), 'replace')
}

/** Taps with the last redirect, whether they were undone, and what had become of them so far. */
function loadTaps(tx: ProjectionTx, days: readonly WorkerDay[]): Promise<LoadedTap[]> {
  return tx.all<LoadedTap>(
    `SELECT ${TAP_COLUMNS}, t.worker, t.day,
      (SELECT r.claim FROM tap_redirect AS r WHERE r.target = t.id ORDER BY r.seq DESC, r.pos DESC LIMIT 1) AS redirected,
      (SELECT count(*) FROM tap_void AS v WHERE v.target = t.id) AS voided,
      o.outcome AS old_outcome, o.reason AS old_reason, o.session AS old_session, o.worker AS old_worker
      FROM ${keyRows(tx)} AS k CROSS JOIN tap AS t LEFT JOIN tap_outcome AS o ON o.tap = t.id
      WHERE t.worker = k.value->>0 AND t.day = k.value->>1`,
    [keyParam(days)],
  )
}

interface LoadedDecision {
  readonly worker: string
  readonly day: string
  readonly body: string
}

function loadDecisions(tx: ProjectionTx, days: readonly WorkerDay[]): Promise<LoadedDecision[]> {
  return tx.all<LoadedDecision>(
    `SELECT d.worker, d.day, d.body FROM ${keyRows(tx)} AS k CROSS JOIN decision AS d
      WHERE d.worker = k.value->>0 AND d.day = k.value->>1`,
    [keyParam(days)],
  )
}

function groupByDay<R extends { worker: string; day: string }>(rows: readonly R[]): Map<string, R[]> {
  const groups = new Map<string, R[]>()
  for (const row of rows) {
    const key = keyOf([row.worker, row.day])
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

function keyOf([worker, day]: WorkerDay): string {
  return `${worker} ${day}`
}

function fold(
  [worker, day]: WorkerDay,
  taps: readonly LoadedTap[],
  decisions: readonly LoadedDecision[],
  policy: AttendancePolicy,
): DayFold {
  const redirects = taps.flatMap((tap): FoldRedirect[] =>
    tap.redirected === null ? [] : [{ id: tap.id as EventId, target: tap.id as EventId, claim: tap.redirected }],
  )
  return foldDay({
    worker: worker as WorkerId,
    day: day as BusinessDay,
    taps: taps.map(foldTap),
    redirects,
    voids: taps.filter(({ voided }) => voided > 0).map(({ id }) => ({ target: id as EventId })),
    decisions: decisions.map(({ body }) => JSON.parse(body) as FoldDecision),
    policy,
  })
}

function sessionRow({ worker, day }: DayFold, session: FoldSession) {
  return {
    worker,
    day,
    session: session.key,
    started_at: session.startedAt ?? null,
    ended_at: session.endedAt ?? null,
    seconds: session.seconds,
    status: session.status,
    flags: session.flags.join(' '),
    notes: session.notes.join(' '),
    place: session.place,
    site: session.site ?? null,
    start_id: session.startId ?? null,
    end_id: session.endId ?? null,
    night_seconds: session.nightSeconds,
    suggestion: session.suggestion ?? null,
    bound: session.bound ?? null,
    open: session.open ? 1 : 0,
    cites: JSON.stringify(session.cites),
  }
}

/** A day of many taps gives few new outcomes: only those are written. */
function changedOutcomes({ worker, day, outcomes }: DayFold, taps: readonly LoadedTap[]) {
  const before = new Map(taps.map((tap) => [tap.id, tap]))
  return outcomes.flatMap(({ tap, outcome, reason = null, session = null }) => {
    const old = before.get(tap)
    const same =
      old?.old_outcome === outcome &&
      old.old_reason === reason &&
      old.old_session === session &&
      old.old_worker === worker
    return same ? [] : [{ tap, worker, day, outcome, reason, session }]
  })
}

function dayRow({ worker, day, version, payableSeconds, pendingSeconds, pending, open, last }: DayFold) {
  return {
    worker,
    day,
    version,
    payable_seconds: payableSeconds,
    pending_seconds: pendingSeconds,
    pending,
    open: open === undefined ? 0 : 1,
    open_since: open?.startedAt ?? null,
    last_claim: last?.claim ?? null,
    last_time: last?.time ?? null,
    last_place: last?.place ?? null,
  }
}
