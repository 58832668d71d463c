/**
 * Sorts a frame of records into runs: taps go to the attendance desk, what happened in a childcare room to the care
 * desk, a seat that was pressed to the walk-in desk. Runs keep the order of the device, and each holds consecutive numbers, so that no desk sees a gap of another's.
 */
import type { z } from 'zod'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { type CareRecord, careRecord } from '../../central-sync/protocol/wire/care.ts'
import { FRAME_RECORDS_MAX } from '../../central-sync/protocol/wire/device.ts'
import { type SeatRecord, seatRecord } from '../../central-sync/protocol/wire/seat.ts'
import { type DeviceBatch, ownId, POISON_BYTES_MAX, type Poison, readRecords } from '../attendance/device-record.ts'

export type Arrival<R> =
  | { readonly seq: number; readonly record: R }
  | { readonly seq: number; readonly poison: Poison }
export type CareArrival = Arrival<CareRecord>
export type SeatArrival = Arrival<SeatRecord>

export type RecordRun =
  | { readonly kind: 'taps'; readonly batch: DeviceBatch }
  | { readonly kind: 'care'; readonly arrivals: readonly CareArrival[] }
  | { readonly kind: 'seats'; readonly arrivals: readonly SeatArrival[] }

/** Undefined when this is no frame of records, or one of them is not this device's. */
export function readRuns(device: DeviceId, body: unknown): readonly RecordRun[] | undefined {
  const list = listOf(body)
  if (list === undefined || list.every((item) => kindOf(item) === 'taps')) {
    const batch = readRecords(device, body)
    return batch === undefined ? undefined : [{ kind: 'taps', batch }]
  }
  if (list.length > FRAME_RECORDS_MAX) return undefined
  const runs: RecordRun[] = []
  for (const items of consecutive(list)) {
    const run = readRun(device, kindOf(items[0]), items)
    if (run === undefined) return undefined
    runs.push(run)
  }
  return runs
}

function listOf(body: unknown): readonly unknown[] | undefined {
  if (typeof body !== 'object' || body === null || !('records' in body)) return undefined
  return Array.isArray(body.records) ? body.records : undefined
}

function kindOf(item: unknown): RecordRun['kind'] {
  if (typeof item !== 'object' || item === null || !('t' in item) || typeof item.t !== 'string') return 'taps'
  if (item.t === 'seat') return 'seats'
  return item.t.startsWith('care-') ? 'care' : 'taps'
}

function readRun(device: DeviceId, kind: RecordRun['kind'], items: readonly unknown[]): RecordRun | undefined {
  switch (kind) {
    case 'taps':
      return tapRun(device, items)
    case 'care': {
      const arrivals = readArrivals(device, items, careRecord)
      return arrivals && { kind, arrivals }
    }
    case 'seats': {
      const arrivals = readArrivals(device, items, seatRecord)
      return arrivals && { kind, arrivals }
    }
  }
}

function consecutive(list: readonly unknown[]): unknown[][] {
  const runs: unknown[][] = []
  for (const item of list) {
    const last = runs.at(-1)
    if (last !== undefined && kindOf(last[0]) === kindOf(item)) last.push(item)
    else runs.push([item])
  }
  return runs
}

function tapRun(device: DeviceId, records: readonly unknown[]): RecordRun | undefined {
  const batch = readRecords(device, { records })
  return batch === undefined ? undefined : { kind: 'taps', batch }
}

function readArrivals<R>(device: DeviceId, items: readonly unknown[], schema: z.ZodType<R>): Arrival<R>[] | undefined {
  const arrivals: Arrival<R>[] = []
  for (const item of items) {
    const own = ownId(device, item)
    if (own === undefined) return undefined
    const parsed = schema.safeParse(item)
    if (parsed.success) arrivals.push({ seq: own.seq, record: parsed.data })
    else {
      const record = JSON.stringify(item).slice(0, POISON_BYTES_MAX)
      arrivals.push({ seq: own.seq, poison: { ...own, code: 'malformed', record } })
    }
  }
  return arrivals
}
