/**
 * Sorts a frame of records into runs: taps go to the attendance desk, what happened in a childcare room to the care
 * desk. Runs keep the order of the device, and each holds consecutive numbers, so that no desk sees a gap of the other's.
 */
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { type CareRecord, careRecord } from '../../central-sync/protocol/wire/care.ts'
import { FRAME_RECORDS_MAX } from '../../central-sync/protocol/wire/device.ts'
import { type DeviceBatch, ownId, POISON_BYTES_MAX, type Poison, readRecords } from '../attendance/device-record.ts'

export type CareArrival =
  | { readonly seq: number; readonly record: CareRecord }
  | { readonly seq: number; readonly poison: Poison }

export type RecordRun =
  | { readonly kind: 'taps'; readonly batch: DeviceBatch }
  | { readonly kind: 'care'; readonly arrivals: readonly CareArrival[] }

/** Undefined when this is no frame of records, or one of them is not this device's. */
export function readRuns(device: DeviceId, body: unknown): readonly RecordRun[] | undefined {
  const list = listOf(body)
  if (list === undefined || !list.some(isCare)) {
    const batch = readRecords(device, body)
    return batch === undefined ? undefined : [{ kind: 'taps', batch }]
  }
  if (list.length > FRAME_RECORDS_MAX) return undefined
  const runs: RecordRun[] = []
  for (const items of consecutive(list)) {
    const run = isCare(items[0]) ? careRun(device, items) : tapRun(device, items)
    if (run === undefined) return undefined
    runs.push(run)
  }
  return runs
}

function listOf(body: unknown): readonly unknown[] | undefined {
  if (typeof body !== 'object' || body === null || !('records' in body)) return undefined
  return Array.isArray(body.records) ? body.records : undefined
}

function isCare(item: unknown): boolean {
  if (typeof item !== 'object' || item === null || !('t' in item)) return false
  return typeof item.t === 'string' && item.t.startsWith('care-')
}

function consecutive(list: readonly unknown[]): unknown[][] {
  const runs: unknown[][] = []
  for (const item of list) {
    const last = runs.at(-1)
    if (last !== undefined && isCare(last[0]) === isCare(item)) last.push(item)
    else runs.push([item])
  }
  return runs
}

function tapRun(device: DeviceId, records: readonly unknown[]): RecordRun | undefined {
  const batch = readRecords(device, { records })
  return batch === undefined ? undefined : { kind: 'taps', batch }
}

function careRun(device: DeviceId, items: readonly unknown[]): RecordRun | undefined {
  const arrivals: CareArrival[] = []
  for (const item of items) {
    const own = ownId(device, item)
    if (own === undefined) return undefined
    const parsed = careRecord.safeParse(item)
    if (parsed.success) arrivals.push({ seq: own.seq, record: parsed.data })
    else {
      const record = JSON.stringify(item).slice(0, POISON_BYTES_MAX)
      arrivals.push({ seq: own.seq, poison: { ...own, code: 'malformed', record } })
    }
  }
  return { kind: 'care', arrivals }
}
