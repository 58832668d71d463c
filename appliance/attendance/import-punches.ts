/**
 * `kado punches import`: a list of punches from elsewhere becomes evidence. What a row means is decided once, inside the
 * transaction that keeps it, from what is known then; the same row twice is the same punch.
 */
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { type FoldTapRow, foldTap, TAP_COLUMNS } from '../../central-sync/journal/projections/attendance-rows.ts'
import { tapRecorded } from '../../central-sync/protocol/event/attendance.ts'
import { deviceEnrolled } from '../../central-sync/protocol/event/place.ts'
import { type DeviceId, newIdentifier, type SiteId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../central-sync/protocol/refusal.ts'
import { type BusinessDay, businessDayOf, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import type { FoldTap } from '../../central-sync/rules/fold-day.ts'
import { type AttendancePolicy, placeKey } from '../../central-sync/rules/policy.ts'
import { type BadRowReason, type PunchRow, resolveImport } from '../../central-sync/rules/resolve-import.ts'
import type { Directory } from '../worker/directory.ts'
import { codesOf } from '../worker/import-cards.ts'
import { type BadRow, type ImportReport, readCsv } from '../worker/read-csv.ts'
import { ownPlace } from './own-place.ts'

const COLUMNS = ['worker_code', 'at', 'direction', 'place', 'device'] as const
/** Rows per transaction, so that taps of people who stand at the kiosk come in between. */
const CHUNK = 500
/** Label of the device of rows that name none. */
const UNNAMED = 'import'
const LABEL_MAX = 100

export interface PunchImportSources {
  readonly journal: Journal
  readonly directory: Directory
  readonly site: SiteId
  readonly policy: AttendancePolicy
}

const REASONS: Readonly<Record<BadRowReason, string>> = {
  worker_unknown: 'worker_code is not registered',
  at_invalid: 'at is not ISO 8601 with an offset',
  at_in_future: 'at is in the future',
  direction_invalid: 'direction is not in, out or auto',
  place_too_long: 'place is longer than 60 characters',
}

export async function importPunches(
  bytes: Uint8Array,
  by: string,
  sources: PunchImportSources,
): Promise<ImportReport | Refusal> {
  const table = readCsv(bytes, COLUMNS)
  if (isRefusal(table)) return table
  const bad: BadRow[] = [...table.bad]
  const rows = sortByTime(
    table.rows.map(({ line, fields }) => ({
      line,
      workerCode: fields.worker_code ?? '',
      at: fields.at ?? '',
      direction: fields.direction ?? '',
      place: fields.place ?? '',
      device: fields.device ?? '',
    })),
  )
  const codes = await codesOf(sources.directory)
  const place = await ownPlace(sources.journal.read, sources.site)
  const counts = { added: 0, unchanged: 0 }
  for (let from = 0; from < rows.length; from += CHUNK) {
    const chunk = rows.slice(from, from + CHUNK)
    const done = await sources.journal.write('punches.import', (tx) =>
      importChunk(tx, chunk, { ...sources, by, codes, place }),
    )
    counts.added += done.added
    counts.unchanged += done.repeated
    bad.push(...done.bad.map(({ line, reason }) => ({ line, why: REASONS[reason] })))
  }
  return { ...counts, changed: 0, bad: bad.sort((a, b) => a.line - b.line) }
}

/** Chunks follow each other in time: what a row is resolved against must be in the journal by then. */
function sortByTime(rows: readonly PunchRow[]): PunchRow[] {
  const rank = (direction: string) => ({ out: 0, in: 2 })[direction.trim().toLowerCase()] ?? 1
  return rows
    .map((row) => ({ row, at: parseIsoInstant(row.at) ?? Number.NEGATIVE_INFINITY }))
    .sort((a, b) =>
      a.at === b.at ? rank(a.row.direction) - rank(b.row.direction) || a.row.line - b.row.line : a.at - b.at,
    )
    .map(({ row }) => row)
}

interface ChunkFacts extends PunchImportSources {
  readonly by: string
  readonly codes: ReadonlyMap<string, WorkerId>
  readonly place: string
}

async function importChunk(tx: Tx, rows: readonly PunchRow[], { site, policy, by, codes, place }: ChunkFacts) {
  const devices = await importDevices(tx, rows, site, by)
  const workerOf = (code: string) => codes.get(code.toUpperCase())
  const days = await knownDays(tx, rows, workerOf)
  const has = new Set([...days.values()].flatMap((taps) => taps.map(({ tap }) => tap.id)))
  const resolved = resolveImport(rows, {
    site,
    now: tx.now,
    place,
    workerOf,
    deviceOf: (label) => devices.get(labelOf(label)) ?? newIdentifier('device'),
    known: (worker, day) => (days.get(`${worker} ${day}`) ?? []).filter(({ voided }) => !voided).map(({ tap }) => tap),
    has: (id) => has.has(id),
    policy,
  })
  tx.append(resolved.taps.map((data) => ({ event: tapRecorded, data, id: data.id, by, subject: data.worker })))
  return { added: resolved.taps.length, repeated: resolved.repeated, bad: resolved.bad }
}

function labelOf(text: string): string {
  return placeKey(text).slice(0, LABEL_MAX) || UNNAMED
}

/** One device per label, made when it first appears. It never connects and owes no watermark. */
async function importDevices(
  tx: Tx,
  rows: readonly PunchRow[],
  site: SiteId,
  by: string,
): Promise<Map<string, DeviceId>> {
  const known = await tx.all<{ device: DeviceId; label: string }>(
    "SELECT device, label FROM device WHERE kind = 'import' AND site = ?",
    [site],
  )
  const devices = new Map(known.map(({ device, label }) => [label, device]))
  for (const label of new Set(rows.map((row) => labelOf(row.device)))) {
    if (devices.has(label)) continue
    const device = newIdentifier('device')
    devices.set(label, device)
    const data = { device, kind: 'import' as const, label, place: '', publicKey: '', boxKey: '' }
    tx.append({ event: deviceEnrolled, data, by })
  }
  return devices
}

interface KnownTap {
  readonly tap: FoldTap
  readonly voided: boolean
}

/** Taps of every (worker, day) the rows touch, as they count, in one statement. */
async function knownDays(
  rows: Rows,
  punches: readonly PunchRow[],
  workerOf: (code: string) => WorkerId | undefined,
): Promise<Map<string, KnownTap[]>> {
  const keys = new Map<string, [WorkerId, BusinessDay]>()
  for (const punch of punches) {
    const worker = workerOf(punch.workerCode.normalize('NFKC').trim())
    const at = parseIsoInstant(punch.at)
    if (worker !== undefined && at !== undefined)
      keys.set(`${worker} ${businessDayOf(at)}`, [worker, businessDayOf(at)])
  }
  const found = await rows.all<
    FoldTapRow & { worker: WorkerId; day: BusinessDay; redirected: 'in' | 'out' | null; voided: number }
  >(
    `SELECT ${TAP_COLUMNS}, t.worker, t.day,
       (SELECT r.claim FROM tap_redirect r WHERE r.target = t.id ORDER BY r.seq DESC, r.pos DESC LIMIT 1) AS redirected,
       (SELECT count(*) FROM tap_void v WHERE v.target = t.id) AS voided
      FROM json_each(?) k CROSS JOIN tap t
     WHERE t.worker = json_extract(k.value, '$[0]') AND t.day = json_extract(k.value, '$[1]')`,
    [JSON.stringify([...keys.values()])],
  )
  const days = new Map<string, KnownTap[]>()
  for (const row of found) {
    const key = `${row.worker} ${row.day}`
    const tap = { ...foldTap(row), claim: row.redirected ?? row.claim }
    days.set(key, [...(days.get(key) ?? []), { tap, voided: row.voided > 0 }])
  }
  return days
}
