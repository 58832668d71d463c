/** Lays taps and what was said about them down as rows, and notes which days they touch. */
import * as attendance from '../../protocol/event/attendance.ts'
import { parseDeviceEventId } from '../../protocol/identifier.ts'
import type { ProjectionTx, StoredEntry } from '../port.ts'
import { type NewTap, newTapOf, type TapRow } from './attendance-rows.ts'
import { tapAttributionTable, tapRedirectTable, tapVoidTable, watermarkTable } from './attendance-tables.ts'
import type { DayBatch } from './day-batch.ts'
import { tapBody } from './fold-tables.ts'
import { keyParam, keyRows } from './portable-sql.ts'
import { readEvent } from './read-event.ts'

export async function layEvidence(tx: ProjectionTx, entries: readonly StoredEntry[], batch: DayBatch): Promise<void> {
  const taps: NewTap[] = []
  const redirects: StoredEntry[] = []
  const voids: StoredEntry[] = []
  const attributions: StoredEntry[] = []
  const watermarks: StoredEntry[] = []
  for (const entry of entries) {
    if (entry.t === 'tap.recorded') taps.push(newTapOf(readEvent(attendance.tapRecorded, entry), entry))
    else if (entry.t === 'tap.redirected') redirects.push(entry)
    else if (entry.t === 'tap.voided') voids.push(entry)
    else if (entry.t === 'tap.attributed') attributions.push(entry)
    else watermarks.push(entry)
  }
  const attributed = await layAttributions(tx, attributions, taps, batch)
  for (const tap of taps) if (tap.worker !== null) batch.newTaps.push(tap)
  // An unknown card counts for nobody: what became of its tap is known at once.
  batch.putTaps(taps.filter((tap) => tap.worker === null && !attributed.has(tap.id)))
  const targets = [...(await layRedirects(tx, redirects)), ...(await layVoids(tx, voids))]
  await touchTargets(tx, targets, taps, batch)
  await layWatermarks(tx, watermarks)
}

async function layRedirects(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<string[]> {
  const rows = entries.map((entry) => {
    const { target, claim } = readEvent(attendance.tapRedirected, entry)
    return { id: entry.id, target, claim, seq: parseDeviceEventId(entry.id)?.seq ?? 0, pos: entry.pos }
  })
  await tx.insert(tapRedirectTable, rows, 'ignore')
  return rows.map(({ target }) => target)
}

async function layVoids(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<string[]> {
  const rows = entries.map((entry) => ({ id: entry.id, target: readEvent(attendance.tapVoided, entry).target }))
  await tx.insert(tapVoidTable, rows, 'ignore')
  return rows.map(({ target }) => target)
}

/** The days of taps that something was said about. */
async function touchTargets(
  tx: ProjectionTx,
  targets: readonly string[],
  taps: readonly TapRow[],
  batch: DayBatch,
): Promise<void> {
  const wanted = new Set(targets)
  for (const { id, worker, day } of taps) {
    if (wanted.has(id) && worker !== null) batch.touch(worker, day)
  }
  if (wanted.size === 0) return
  const days = await tx.all<{ worker: string; day: string }>(
    `SELECT t.worker, t.day FROM ${keyRows(tx)} AS k CROSS JOIN entry AS e CROSS JOIN tap_row AS t
      WHERE e.id = k.value->>0 AND t.entry_pos = e.pos AND t.worker IS NOT NULL`,
    [keyParam([...wanted].map((id) => [id]))],
  )
  for (const { worker, day } of days) batch.touch(worker, day)
}

/**
 * An unknown card was attached to a person: its taps count for her, as proposed. Works whichever comes first here, the tap
 * or the attribution. Returns the taps that were attached.
 */
async function layAttributions(
  tx: ProjectionTx,
  entries: readonly StoredEntry[],
  taps: readonly TapRow[],
  batch: DayBatch,
): Promise<ReadonlySet<string>> {
  const said = entries.map((entry) => readEvent(attendance.tapAttributed, entry))
  await tx.insert(tapAttributionTable, said, 'replace')
  const unknown = taps.filter(({ became }) => became === 'unknown_card')
  const targets = new Set<string>([...said.map(({ target }) => target), ...unknown.map(({ id }) => id)])
  if (targets.size === 0) return targets
  const attributions = await tx.all<{ target: string; worker: string; card: string }>(
    `SELECT a.target, a.worker, a.card FROM ${keyRows(tx)} AS k CROSS JOIN tap_attribution AS a
      WHERE a.target = k.value->>0`,
    [keyParam([...targets].map((id) => [id]))],
  )
  const stored = await tx.all<TapRow>(
    `SELECT e.id, t.* FROM ${keyRows(tx)} AS k CROSS JOIN entry AS e CROSS JOIN tap_row AS t
      WHERE e.id = k.value->>0 AND t.entry_pos = e.pos`,
    [keyParam(attributions.map(({ target }) => [target]))],
  )
  const rows = new Map([...unknown, ...stored].map((row) => [row.id, row]))
  for (const { target, worker, card } of attributions) {
    const row = rows.get(target)
    if (row === undefined || tapBody.read(row.body).known !== 'unknown_card') continue
    if (row.worker !== null) batch.touch(row.worker, row.day)
    batch.touch(worker, row.day)
    const body = tapBody.write({ ...tapBody.read(row.body), card, attributed: 1 })
    batch.laidOver.set(target, { ...row, worker, body })
  }
  return new Set(batch.laidOver.keys())
}

async function layWatermarks(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.flatMap((entry) => {
    const { site, day, devices } = readEvent(attendance.attendanceWatermark, entry)
    return Object.entries(devices).map(([device, seq]) => ({ site, device, day, seq }))
  })
  await tx.insert(watermarkTable, rows, 'replace')
}
