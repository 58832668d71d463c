/** Lays taps and what was said about them down as rows, and notes which days they touch. */
import * as attendance from '../../protocol/event/attendance.ts'
import { parseDeviceEventId } from '../../protocol/identifier.ts'
import { businessDayOf } from '../../protocol/time.ts'
import type { Param, ProjectionTx, StoredEntry } from '../port.ts'
import { tapAttributionTable, tapRedirectTable, tapTable, tapVoidTable, watermarkTable } from './attendance-tables.ts'
import { tapOutcomeTable } from './fold-tables.ts'
import { keyParam, keyRows } from './portable-sql.ts'
import { readEvent } from './read-event.ts'

export type WorkerDay = readonly [worker: string, day: string]
/** The (worker, day) pairs to fold again, by `worker day`. */
export type TouchedDays = Map<string, WorkerDay>

export function touch(touched: TouchedDays, worker: string, day: string): void {
  touched.set(`${worker} ${day}`, [worker, day])
}

export async function layEvidence(
  tx: ProjectionTx,
  entries: readonly StoredEntry[],
  touched: TouchedDays,
): Promise<void> {
  const taps: TapRow[] = []
  const redirects: StoredEntry[] = []
  const voids: StoredEntry[] = []
  const attributions: StoredEntry[] = []
  const watermarks: StoredEntry[] = []
  for (const entry of entries) {
    if (entry.t === 'tap.recorded') taps.push(tapRow(entry))
    else if (entry.t === 'tap.redirected') redirects.push(entry)
    else if (entry.t === 'tap.voided') voids.push(entry)
    else if (entry.t === 'tap.attributed') attributions.push(entry)
    else watermarks.push(entry)
  }
  await layTaps(tx, taps, touched)
  const targets = [...(await layRedirects(tx, redirects)), ...(await layVoids(tx, voids))]
  await touchTargets(tx, targets, taps, touched)
  await layAttributions(tx, attributions, taps, touched)
  await layWatermarks(tx, watermarks)
}

type TapRow = ReturnType<typeof tapRow>

function tapRow(entry: StoredEntry) {
  const tap = readEvent(attendance.tapRecorded, entry)
  return {
    id: tap.id,
    site: tap.site,
    device: tap.device,
    seq: parseDeviceEventId(tap.id)?.seq ?? 0,
    worker: (tap.worker ?? null) as Param,
    card: tap.card ?? null,
    time: tap.time,
    wall: tap.wall,
    mono: Math.round(tap.mono),
    claim: tap.claim,
    claim_by: tap.claimBy,
    identified: tap.identified,
    place: tap.place,
    clock: tap.clock,
    offset_age: tap.offsetAge,
    online: flag(tap.online),
    roster_stale: flag(tap.rosterStale),
    chosen: flag(tap.chosen),
    known: tap.known,
    attributed: 0,
    received_at: entry.at,
    day: businessDayOf(tap.time) as string,
    simulated: flag(tap.simulated),
    entry_pos: entry.pos,
  }
}

function flag(value: boolean | undefined): 0 | 1 {
  return value === true ? 1 : 0
}

/** A tap of an unknown card counts for nobody: its outcome is known at once. */
async function layTaps(tx: ProjectionTx, taps: readonly TapRow[], touched: TouchedDays): Promise<void> {
  if (taps.length === 0) return
  await tx.insert(tapTable, taps, 'ignore')
  const nobodys = taps.filter(({ worker }) => worker === null)
  for (const { worker, day } of taps) if (typeof worker === 'string') touch(touched, worker, day)
  const outcomes = nobodys.map(({ id, day, known }) => ({
    tap: id,
    worker: null,
    day,
    outcome: 'ignored',
    reason: known === 'known' ? 'unknown_worker' : known,
    session: null,
  }))
  await tx.insert(tapOutcomeTable, outcomes, 'ignore')
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

/** The days of taps that something was said about; those of this batch are touched already. */
async function touchTargets(
  tx: ProjectionTx,
  targets: readonly string[],
  taps: readonly TapRow[],
  touched: TouchedDays,
): Promise<void> {
  const here = new Set<string>(taps.map(({ id }) => id))
  const elsewhere = [...new Set(targets)].filter((id) => !here.has(id)).map((id) => [id])
  if (elsewhere.length === 0) return
  const days = await tx.all<{ worker: string; day: string }>(
    `SELECT t.worker, t.day FROM ${keyRows(tx)} AS k CROSS JOIN tap AS t
      WHERE t.id = k.value->>0 AND t.worker IS NOT NULL`,
    [keyParam(elsewhere)],
  )
  for (const { worker, day } of days) touch(touched, worker, day)
}

/** An unknown card was attached to a person. Works whichever comes first here, the tap or the attribution. */
async function layAttributions(
  tx: ProjectionTx,
  entries: readonly StoredEntry[],
  taps: readonly TapRow[],
  touched: TouchedDays,
): Promise<void> {
  const rows = entries.map((entry) => readEvent(attendance.tapAttributed, entry))
  await tx.insert(tapAttributionTable, rows, 'replace')
  const unknown = taps.filter(({ known }) => known === 'unknown_card').map(({ id }) => id)
  const targets = [...new Set<string>([...rows.map(({ target }) => target), ...unknown])].map((id) => [id])
  if (targets.length === 0) return
  const affected = await tx.all<{ before: string | null; worker: string; day: string }>(
    `SELECT t.worker AS before, a.worker AS worker, t.day AS day FROM ${keyRows(tx)} AS k
      CROSS JOIN tap AS t CROSS JOIN tap_attribution AS a
      WHERE t.id = k.value->>0 AND a.target = t.id AND t.known = 'unknown_card'`,
    [keyParam(targets)],
  )
  if (affected.length === 0) return
  for (const { before, worker, day } of affected) {
    if (before !== null) touch(touched, before, day)
    touch(touched, worker, day)
  }
  await tx.run(
    `UPDATE tap SET attributed = 1,
      worker = (SELECT a.worker FROM tap_attribution AS a WHERE a.target = tap.id),
      card = (SELECT a.card FROM tap_attribution AS a WHERE a.target = tap.id)
      WHERE known = 'unknown_card' AND id IN (SELECT k.value->>0 FROM ${keyRows(tx)} AS k)
        AND EXISTS (SELECT 1 FROM tap_attribution AS a WHERE a.target = tap.id)`,
    [keyParam(targets)],
  )
}

async function layWatermarks(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.flatMap((entry) => {
    const { site, day, devices } = readEvent(attendance.attendanceWatermark, entry)
    return Object.entries(devices).map(([device, seq]) => ({ site, device, day, seq }))
  })
  await tx.insert(watermarkTable, rows, 'replace')
}
