/** What arrives from a device: its records, read one by one, so that one unreadable record does not hold up the rest. */
import { isPlainEvidence } from '../../central-sync/protocol/event/plain-tap.ts'
import { type DeviceId, type EventId, isEventId, parseDeviceEventId } from '../../central-sync/protocol/identifier.ts'
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'
import {
  type DeviceRecord,
  deviceRecord,
  FRAME_RECORDS_MAX,
  type TapAnswer,
} from '../../central-sync/protocol/wire/device.ts'

/** A record that cannot be applied: kept aside on both sides, never thrown away. */
export interface Poison {
  readonly id: EventId
  readonly seq: number
  readonly code: RefusalCode
  /** JSON as received, cut to `POISON_BYTES_MAX`. */
  readonly record: string
}

export const POISON_BYTES_MAX = 4_096

export interface SequencedRecord {
  readonly seq: number
  readonly record: DeviceRecord
}

/** One frame of records of one device, sorted into readable and poison. */
export interface DeviceBatch {
  readonly device: DeviceId
  readonly records: readonly SequencedRecord[]
  readonly poison: readonly Poison[]
}

/** Everything up to `seq` is committed. */
export interface DeviceAck {
  readonly seq: number
  readonly answers: readonly TapAnswer[]
  readonly quarantined: readonly { readonly id: EventId; readonly code: string }[]
}

export function recordId(record: DeviceRecord): EventId {
  return record.t === 'tap' ? record.tap.id : record.id
}

/**
 * Sorts the records of a frame. Undefined when the frame is not a frame of records at all, or when a record does not
 * even say which one of this device's it is: then nothing of it can be acknowledged.
 */
export function readRecords(device: DeviceId, body: unknown): DeviceBatch | undefined {
  const list = recordsOf(body)
  if (list === undefined) return undefined
  const records: SequencedRecord[] = []
  const poison: Poison[] = []
  for (const item of list) {
    const own = ownId(device, item)
    if (own === undefined) return undefined
    const record = readRecord(item)
    if (record !== undefined) records.push({ seq: own.seq, record })
    else poison.push({ ...own, code: 'malformed', record: JSON.stringify(item).slice(0, POISON_BYTES_MAX) })
  }
  return { device, records, poison }
}

function readRecord(item: unknown): DeviceRecord | undefined {
  return isPlainTapRecord(item) ? item : deviceRecord.safeParse(item).data
}

/** Nearly every record is a common tap, and those are checked by hand. */
function isPlainTapRecord(item: unknown): item is Extract<DeviceRecord, { t: 'tap' }> {
  if (typeof item !== 'object' || item === null || !('t' in item) || !('tap' in item)) return false
  return item.t === 'tap' && Object.keys(item).length === 2 && isPlainEvidence(item.tap)
}

function recordsOf(body: unknown): readonly unknown[] | undefined {
  if (typeof body !== 'object' || body === null || !('records' in body) || !Array.isArray(body.records))
    return undefined
  return body.records.length >= 1 && body.records.length <= FRAME_RECORDS_MAX ? body.records : undefined
}

/** Every record carries an id of the device that sent it; a device cannot speak for another. */
export function ownId(device: DeviceId, item: unknown): { id: EventId; seq: number } | undefined {
  if (typeof item !== 'object' || item === null) return undefined
  const tap = 'tap' in item && typeof item.tap === 'object' && item.tap !== null ? item.tap : item
  const id = 'id' in tap ? tap.id : undefined
  if (!isEventId(id)) return undefined
  const parts = parseDeviceEventId(id)
  return parts?.device === device ? { id, seq: parts.seq } : undefined
}
