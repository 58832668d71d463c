/** The ordinary way of a tap: one statement reads the states of all days of a batch, and each tap is appended to its day. */
import type { WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay } from '../../protocol/time.ts'
import { type AppendedTap, appendTap } from '../../rules/append-tap.ts'
import type { DayState, FoldSession } from '../../rules/day-fold.ts'
import { readDayState, writeDayState } from '../../rules/day-state.ts'
import { versionOf } from '../../rules/describe-session.ts'
import type { AttendancePolicy } from '../../rules/policy.ts'
import type { ProjectionTx } from '../port.ts'
import { dayRowOf, foldTapOfNew, type NewTap, sessionRowOf, type TapRow } from './attendance-rows.ts'
import { type DayBatch, dayKey } from './day-batch.ts'
import { keyParam, keyRows } from './portable-sql.ts'

interface Gathered {
  /** State by day; null where the whole day has to be folded. */
  readonly states: Map<string, DayState | null>
  readonly decided: Set<string>
  /** Taps that something was said about before they came. */
  readonly said: Set<string>
  /** Imported taps that are here already. The journal itself shows no device's fact twice. */
  readonly seen: Set<string>
  readonly closed: Map<string, number>
}

interface GrowingDay {
  readonly worker: string
  readonly day: string
  readonly taps: TapRow[]
  readonly sessions: Map<string, FoldSession>
  step: AppendedTap
}

/** Appends what can be appended; days that need more are marked as whole, with their taps laid over. */
export async function appendTaps(tx: ProjectionTx, batch: DayBatch, policy: AttendancePolicy): Promise<void> {
  const taps = uniqueTaps(batch.newTaps)
  if (taps.length === 0) return
  const gathered = await gather(tx, taps)
  const fresh = taps.filter(({ id }) => !gathered.seen.has(id))
  const days = new Map<string, GrowingDay>()
  for (const tap of fresh) {
    if (tap.worker === null || batch.isWhole(tap.worker, tap.day)) continue
    if (!grow(days, tap, tap.worker, gathered, policy)) batch.touch(tap.worker, tap.day)
  }
  for (const tap of fresh) {
    if (tap.worker !== null && batch.isWhole(tap.worker, tap.day)) batch.laidOver.set(tap.id, tap)
  }
  for (const [key, day] of days) if (!batch.wholeDays.has(key)) put(batch, day)
}

function uniqueTaps(taps: readonly NewTap[]): NewTap[] {
  const first = new Map<string, NewTap>()
  for (const tap of taps) if (!first.has(tap.id)) first.set(tap.id, tap)
  return [...first.values()]
}

function grow(
  days: Map<string, GrowingDay>,
  tap: NewTap,
  worker: string,
  { states, decided, said, closed }: Gathered,
  policy: AttendancePolicy,
): boolean {
  const key = dayKey(worker, tap.day)
  const growing = days.get(key)
  const state = growing === undefined ? states.get(key) : growing.step.state
  if (state === null || decided.has(key) || said.has(tap.id)) return false
  const step = appendTap(state, foldTapOfNew(tap, closed), tap.day as BusinessDay, policy)
  if (step === undefined) return false
  const day: GrowingDay = growing ?? { worker, day: tap.day, taps: [], sessions: new Map(), step }
  day.step = step
  day.taps.push({ ...tap, became: step.outcome.reason ?? step.outcome.outcome, session: step.outcome.session ?? null })
  for (const session of step.changed) day.sessions.set(session.key, session)
  days.set(key, day)
  return true
}

function put(batch: DayBatch, { worker, day, taps, sessions, step }: GrowingDay): void {
  const { state, open } = step
  const version = versionOf(state.settled, open)
  batch.putTaps(taps)
  batch.putDay(
    dayRowOf(worker, day, { ...state, version, open, state: writeDayState(state) }),
    [...sessions.values()].map((session) => sessionRowOf(worker as WorkerId, day as BusinessDay, session)),
  )
}

async function gather(tx: ProjectionTx, taps: readonly TapRow[]): Promise<Gathered> {
  const days = new Map(taps.map(({ worker, day }) => [dayKey(worker ?? '', day), [worker ?? '', day] as const]))
  const imported = taps.filter(({ id }) => !id.includes('.'))
  const rows = await tx.all<{ kind: string; a: string; b: string | null; c: string | null }>(
    `WITH w AS MATERIALIZED (SELECT e.value->>0 AS worker, e.value->>1 AS day FROM ${keyRows(tx)} AS e),
      k AS MATERIALIZED (SELECT e.value->>0 AS id FROM ${keyRows(tx)} AS e)
    SELECT 'day' AS kind, d.worker AS a, d.day AS b, d.state AS c
      FROM w CROSS JOIN day_row AS d WHERE d.worker = w.worker AND d.day = w.day
    UNION ALL SELECT 'decided', d.worker, d.day, NULL
      FROM w CROSS JOIN decision AS d WHERE d.worker = w.worker AND d.day = w.day
    UNION ALL SELECT 'said', r.target, NULL, NULL FROM k CROSS JOIN tap_redirect AS r WHERE r.target = k.id
    UNION ALL SELECT 'said', v.target, NULL, NULL FROM k CROSS JOIN tap_void AS v WHERE v.target = k.id
    UNION ALL SELECT 'seen', e.id, NULL, NULL FROM ${keyRows(tx)} AS i CROSS JOIN entry AS e CROSS JOIN tap_row AS t
      WHERE e.id = i.value->>0 AND t.entry_pos = e.pos
    UNION ALL SELECT 'closed', m.month, CAST(m.pos AS TEXT), NULL FROM closed_month AS m`,
    [keyParam([...days.values()]), keyParam(taps.map(({ id }) => [id])), keyParam(imported.map(({ id }) => [id]))],
  )
  const gathered: Gathered = {
    states: new Map(),
    decided: new Set(),
    said: new Set(),
    seen: new Set(),
    closed: new Map(),
  }
  for (const { kind, a, b, c } of rows) {
    if (kind === 'day') gathered.states.set(dayKey(a, b ?? ''), c === null ? null : readDayState(c))
    else if (kind === 'decided') gathered.decided.add(dayKey(a, b ?? ''))
    else if (kind === 'said') gathered.said.add(a)
    else if (kind === 'seen') gathered.seen.add(a)
    else gathered.closed.set(a, Number(b))
  }
  return gathered
}
