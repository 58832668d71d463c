/**
 * How far the centre has received each device's records, and which numbers are missing. The highest seq is held in
 * memory and follows the commits; the journal is its truth.
 */
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { DAY_MS } from '../../central-sync/protocol/time.ts'
import { deviceGap } from '../migrations.ts'

/**
 * The last part of the ids of a device's records, in the journal or kept aside. The ids begin with the device and a dot
 * (`/` is the character after it), so this walks one range of an index, once per device and start.
 */
const HIGHEST = `SELECT max(seq) AS seq FROM (
  SELECT max(CAST(replace(ltrim(substr(id, 24), '0123456789'), '.', '') AS INTEGER)) AS seq FROM entry WHERE id > ? AND id < ?
  UNION ALL SELECT max(seq) FROM device_quarantine WHERE device = ?)`

export class DeviceCursors {
  readonly #read: Rows
  readonly #have = new Map<DeviceId, number>()

  constructor(read: Rows) {
    this.#read = read
  }

  /** Highest seq of this device that is committed; 0 = nothing yet. Known in memory after the first question. */
  async have(device: DeviceId): Promise<number> {
    const known = this.#have.get(device)
    if (known !== undefined) return known
    const row = await this.#read.one<{ seq: number | null }>(HIGHEST, [`${device}.`, `${device}/`, device])
    const seq = Math.max(row?.seq ?? 0, this.#have.get(device) ?? 0)
    this.#have.set(device, seq)
    return seq
  }

  /** What `have` said last, for the hot path. */
  known(device: DeviceId): number {
    return this.#have.get(device) ?? 0
  }

  /** After a commit. */
  advance(device: DeviceId, seq: number): void {
    if (seq > this.known(device)) this.#have.set(device, seq)
  }
}

/** Writes down the numbers a device skipped; staff see them as a task. */
export async function noteGaps(
  tx: Tx,
  gaps: readonly { device: DeviceId; first: number; last: number }[],
): Promise<void> {
  if (gaps.length === 0) return
  await tx.insert(
    deviceGap,
    gaps.map((gap) => ({ ...gap, noticed_at: tx.now })),
    'ignore',
  )
}

/** Notes one number of a device whose record did not go to the attendance desk: the numbers of a device belong together. */
export async function noteNumber(tx: Tx, cursors: DeviceCursors, device: DeviceId, seq: number): Promise<void> {
  const have = cursors.known(device)
  if (seq > have + 1) await noteGaps(tx, [{ device, first: have + 1, last: seq - 1 }])
  if (seq <= have) await fillGaps(tx, device, [seq])
  tx.onCommit(() => cursors.advance(device, seq))
}

/** A number that had been skipped arrived after all: the gap shrinks or splits. */
export async function fillGaps(tx: Tx, device: DeviceId, arrived: readonly number[]): Promise<void> {
  const gaps = await tx.all<{ first: number; last: number; noticed_at: number }>(
    'SELECT first, last, noticed_at FROM device_gap WHERE device = ? ORDER BY first',
    [device],
  )
  if (gaps.length === 0) return
  const numbers = new Set(arrived)
  const left = gaps.flatMap((gap) =>
    shrinkGap(gap, numbers).map((part) => ({ device, ...part, noticed_at: gap.noticed_at })),
  )
  await tx.run('DELETE FROM device_gap WHERE device = ?', [device])
  if (left.length > 0) await tx.insert(deviceGap, left)
}

/** The parts of `first…last` that are still missing. */
export function shrinkGap(
  { first, last }: { first: number; last: number },
  arrived: ReadonlySet<number>,
): { first: number; last: number }[] {
  const inside = [...arrived].filter((seq) => seq >= first && seq <= last).sort((a, b) => a - b)
  const parts: { first: number; last: number }[] = []
  let from = first
  for (const seq of inside) {
    if (seq > from) parts.push({ first: from, last: seq - 1 })
    from = seq + 1
  }
  if (from <= last) parts.push({ first: from, last })
  return parts
}

/** Receipts older than this are forgotten: a device that resends later is recognised by its event ids. */
const RECEIPT_KEPT_MS = 40 * DAY_MS

export function pruneReceipts(journal: Journal): Promise<void> {
  return journal.write('receipts.prune', (tx) =>
    tx.run('DELETE FROM tap_receipt WHERE at < ?', [tx.now - RECEIPT_KEPT_MS]),
  )
}
