/** Folds the touched days from all their rows: late taps, redirects, decisions, uncertain orders. Two reads per batch. */
import type { Direction } from '../../protocol/event/attendance.ts'
import type { EventId, WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay } from '../../protocol/time.ts'
import { writeDayState } from '../../rules/day-state.ts'
import { type DayFold, type FoldDecision, type FoldRedirect, foldDay } from '../../rules/fold-day.ts'
import type { AttendancePolicy } from '../../rules/policy.ts'
import type { ProjectionTx } from '../port.ts'
import { dayRowOf, foldTapOf, sessionRowOf, type TapRow } from './attendance-rows.ts'
import { type DayBatch, dayKey, type WorkerDay } from './day-batch.ts'
import { keyParam, keyRows } from './portable-sql.ts'

export async function refoldDays(tx: ProjectionTx, batch: DayBatch, policy: AttendancePolicy): Promise<void> {
  const days = [...batch.wholeDays.values()]
  if (days.length === 0) return
  const stored = (await loadTaps(tx, days)).filter(({ id }) => !batch.laidOver.has(id))
  const taps = groupByDay([...stored, ...batch.laidOver.values()])
  const said = await loadSaid(tx, days, [...batch.laidOver.keys()])
  for (const [worker, day] of days) {
    const rows = taps.get(dayKey(worker, day)) ?? []
    const fold = foldRows([worker, day], rows, said, policy)
    batch.putTaps(changedTaps(fold, rows, batch.laidOver))
    batch.putDay(
      dayRowOf(worker, day, { ...fold, state: fold.state === undefined ? null : writeDayState(fold.state) }),
      fold.sessions.map((session) => sessionRowOf(fold.worker, fold.day, session)),
    )
  }
}

function loadTaps(tx: ProjectionTx, days: readonly WorkerDay[]): Promise<TapRow[]> {
  return tx.all<TapRow>(
    `SELECT e.id, t.worker, t.day, t.time, t.entry_pos, t.became, t.session, t.body
      FROM ${keyRows(tx)} AS k CROSS JOIN tap_row AS t CROSS JOIN entry AS e
      WHERE t.worker = k.value->>0 AND t.day = k.value->>1 AND e.pos = t.entry_pos`,
    [keyParam(days)],
  )
}

interface Said {
  readonly redirects: ReadonlyMap<string, Direction>
  readonly voids: ReadonlySet<string>
  readonly decisions: ReadonlyMap<string, readonly FoldDecision[]>
  readonly closed: ReadonlyMap<string, number>
}

/** The last redirect of each tap (the highest counter of its device), undone taps, decisions and closed months. */
async function loadSaid(tx: ProjectionTx, days: readonly WorkerDay[], ids: readonly string[]): Promise<Said> {
  const rows = await tx.all<{ kind: string; a: string; b: string | null; c: string | null }>(
    `WITH d AS MATERIALIZED (SELECT e.value->>0 AS worker, e.value->>1 AS day FROM ${keyRows(tx)} AS e),
      k AS MATERIALIZED (
        SELECT e.id AS id FROM d CROSS JOIN tap_row AS t CROSS JOIN entry AS e
          WHERE t.worker = d.worker AND t.day = d.day AND e.pos = t.entry_pos
        UNION SELECT e.value->>0 FROM ${keyRows(tx)} AS e)
    SELECT 'redirect' AS kind, r.target AS a, r.claim AS b, NULL AS c FROM k CROSS JOIN tap_redirect AS r
      WHERE r.target = k.id AND NOT EXISTS (SELECT 1 FROM tap_redirect AS o WHERE o.target = r.target
        AND (o.seq > r.seq OR (o.seq = r.seq AND o.pos > r.pos)))
    UNION ALL SELECT 'void', v.target, NULL, NULL FROM k CROSS JOIN tap_void AS v WHERE v.target = k.id
    UNION ALL SELECT 'decision', n.worker, n.day, n.body
      FROM d CROSS JOIN decision AS n WHERE n.worker = d.worker AND n.day = d.day
    UNION ALL SELECT 'closed', m.month, CAST(m.pos AS TEXT), NULL FROM closed_month AS m`,
    [keyParam(days), keyParam(ids.map((id) => [id]))],
  )
  const [redirects, voids, closed] = [new Map<string, Direction>(), new Set<string>(), new Map<string, number>()]
  const decisions = new Map<string, FoldDecision[]>()
  for (const { kind, a, b, c } of rows) {
    if (kind === 'redirect') redirects.set(a, b as Direction)
    else if (kind === 'void') voids.add(a)
    else if (kind === 'closed') closed.set(a, Number(b))
    else {
      const key = dayKey(a, b ?? '')
      decisions.set(key, [...(decisions.get(key) ?? []), JSON.parse(c ?? '') as FoldDecision])
    }
  }
  return { redirects, voids, decisions, closed }
}

function groupByDay(rows: readonly TapRow[]): Map<string, TapRow[]> {
  const groups = new Map<string, TapRow[]>()
  for (const row of rows) {
    if (row.worker === null) continue
    const key = dayKey(row.worker, row.day)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

function foldRows(
  [worker, day]: WorkerDay,
  rows: readonly TapRow[],
  { redirects, voids, decisions, closed }: Said,
  policy: AttendancePolicy,
): DayFold {
  return foldDay({
    worker: worker as WorkerId,
    day: day as BusinessDay,
    taps: rows.map((row) => foldTapOf(row, closed)),
    redirects: rows.flatMap(({ id }): FoldRedirect[] => {
      const claim = redirects.get(id)
      return claim === undefined ? [] : [{ id: id as EventId, target: id as EventId, claim }]
    }),
    voids: rows.filter(({ id }) => voids.has(id)).map(({ id }) => ({ target: id as EventId })),
    decisions: decisions.get(dayKey(worker, day)) ?? [],
    policy,
  })
}

/** A day of many taps gives few new outcomes: only those are written, and the taps that are not stored yet. */
function changedTaps({ outcomes }: DayFold, rows: readonly TapRow[], laidOver: ReadonlyMap<string, TapRow>): TapRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]))
  return outcomes.flatMap(({ tap, outcome, reason, session = null }) => {
    const row = byId.get(tap)
    if (row === undefined) return []
    const became = reason ?? outcome
    const same = row.became === became && row.session === session && !laidOver.has(tap)
    return same ? [] : [{ ...row, became, session }]
  })
}
