/** Lays requests and decisions of people down as rows, and notes which days they touch. */
import * as attendance from '../../protocol/event/attendance.ts'
import type { FoldDecision } from '../../rules/day-fold.ts'
import type { ProjectionTx, StoredEntry } from '../port.ts'
import { correctionTable, decisionTable } from './attendance-tables.ts'
import type { DayBatch } from './day-batch.ts'
import { readEvent } from './read-event.ts'
import { RowMemory } from './row-memory.ts'

export async function layDecisions(tx: ProjectionTx, entries: readonly StoredEntry[], batch: DayBatch): Promise<void> {
  if (entries.length === 0) return
  await layCorrections(
    tx,
    entries.filter(({ t }) => t !== 'session.confirmed'),
  )
  const rows: DecisionRow[] = []
  for (const entry of entries) {
    const row = decisionRow(entry)
    if (row === undefined) continue
    rows.push(row)
    batch.touch(row.worker, row.day)
  }
  await tx.insert(decisionTable, rows, 'ignore')
}

interface DecisionRow {
  readonly id: string
  readonly worker: string
  readonly day: string
  readonly kind: FoldDecision['kind']
  readonly time: number | null
  readonly body: string
  readonly pos: number
}

/** Only what changes the fold: a refusal or a withdrawal leaves the day as it was. */
function decisionRow(entry: StoredEntry): DecisionRow | undefined {
  if (entry.t === 'session.confirmed') {
    const { worker, day, ...edges } = readEvent(attendance.sessionConfirmed, entry)
    return rowOf(entry, worker, day, { kind: 'confirmation', id: entry.id, ...edges }, edges.startedAt)
  }
  if (entry.t !== 'correction.decided') return undefined
  const { worker, day, correction, outcome, taps, granted } = readEvent(attendance.correctionDecided, entry)
  if (outcome !== 'approved' && outcome !== 'reverted') return undefined
  const first = granted.length === 0 ? null : Math.min(...granted.map(({ start }) => start))
  return rowOf(entry, worker, day, { kind: 'correction', id: entry.id, correction, outcome, taps, granted }, first)
}

function rowOf(
  entry: StoredEntry,
  worker: string,
  day: string,
  decision: FoldDecision,
  time: number | null,
): DecisionRow {
  return { id: entry.id, worker, day, kind: decision.kind, time, body: JSON.stringify(decision), pos: entry.pos }
}

/** One row per correction: what was asked and what became of it. */
async function layCorrections(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const ids = [...new Set(entries.map(({ d }) => String(d.correction)))].map((id) => [id])
  const corrections = await RowMemory.load(tx, correctionTable, ids)
  for (const entry of entries) {
    if (entry.t === 'correction.requested') {
      const asked = readEvent(attendance.correctionRequested, entry)
      const decided = corrections.get(asked.correction)
      corrections.put({
        correction: asked.correction,
        worker: asked.worker,
        day: asked.day,
        base: asked.base,
        state: decided?.state ?? 'requested',
        reason: asked.reason,
        taps: JSON.stringify(asked.taps),
        wanted: JSON.stringify(asked.wanted),
        granted: decided?.granted ?? '[]',
        requested_at: entry.at,
        requested_by: entry.by,
        decided_at: decided?.decided_at ?? null,
        decided_by: decided?.decided_by ?? null,
        request_entry: entry.id,
        decision_entry: decided?.decision_entry ?? null,
      })
      continue
    }
    const { correction, worker, day, outcome, taps, granted } = readEvent(attendance.correctionDecided, entry)
    const asked = corrections.get(correction)
    corrections.put({
      ...(asked ?? {
        correction,
        worker,
        day,
        base: null,
        reason: null,
        taps: JSON.stringify(taps),
        wanted: '[]',
        requested_at: null,
        requested_by: null,
        request_entry: null,
      }),
      state: outcome,
      granted: outcome === 'approved' ? JSON.stringify(granted) : (asked?.granted ?? '[]'),
      decided_at: entry.at,
      decided_by: entry.by,
      decision_entry: entry.id,
    })
  }
  await corrections.flush(tx)
}
