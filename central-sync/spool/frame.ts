/**
 * One record on disk: `KSP1` ‖ length (u32) ‖ seq (u64) ‖ CRC-32 of length, seq and bytes (u32) ‖ bytes; little-endian.
 * The mark at the front lets a reader find the next whole frame behind a damaged one. Pure.
 */
import { crc32 } from 'node:zlib'

export const HEADER_BYTES = 20
export const RECORD_BYTES_MAX = 1_048_576
const MARK = Buffer.from('KSP1')

/** A whole frame inside a file: `offset` of its header, `length` of its record. */
export interface FramePlace {
  readonly seq: number
  readonly offset: number
  readonly length: number
}

/** Bytes that are no frame. At the end of the newest file that is an interrupted write, elsewhere it is damage. */
export interface DamagedRange {
  readonly offset: number
  readonly end: number
}

export interface ScannedFile {
  readonly frames: readonly FramePlace[]
  readonly damaged: readonly DamagedRange[]
  /** Where the last whole frame ends. */
  readonly goodEnd: number
}

export function encodeFrame(seq: number, record: Uint8Array): Buffer {
  if (record.length === 0 || record.length > RECORD_BYTES_MAX)
    throw new RangeError(`a record has ${record.length} bytes`)
  const frame = Buffer.allocUnsafe(HEADER_BYTES + record.length)
  MARK.copy(frame, 0)
  frame.writeUInt32LE(record.length, 4)
  frame.writeBigUInt64LE(BigInt(seq), 8)
  frame.set(record, HEADER_BYTES)
  frame.writeUInt32LE(checksum(frame), 16)
  return frame
}

/** The record of exactly one frame; undefined when any of its bytes is not what was written. */
export function decodeFrame(frame: Buffer): { seq: number; record: Buffer } | undefined {
  const place = frameAt(frame, 0)
  if (place === undefined || HEADER_BYTES + place.length !== frame.length) return undefined
  return { seq: place.seq, record: frame.subarray(HEADER_BYTES) }
}

export function scanFrames(file: Buffer): ScannedFile {
  const frames: FramePlace[] = []
  const damaged: DamagedRange[] = []
  let offset = 0
  let goodEnd = 0
  while (offset < file.length) {
    const place = frameAt(file, offset) ?? nextFrame(file, offset + 1)
    const start = place?.offset ?? file.length
    if (start > offset) damaged.push({ offset, end: start })
    if (place === undefined) break
    frames.push(place)
    offset = place.offset + HEADER_BYTES + place.length
    goodEnd = offset
  }
  return { frames, damaged, goodEnd }
}

function nextFrame(file: Buffer, from: number): FramePlace | undefined {
  for (let at = file.indexOf(MARK, from); at !== -1; at = file.indexOf(MARK, at + 1)) {
    const place = frameAt(file, at)
    if (place !== undefined) return place
  }
  return undefined
}

function frameAt(file: Buffer, offset: number): FramePlace | undefined {
  if (offset + HEADER_BYTES > file.length || file.compare(MARK, 0, 4, offset, offset + 4) !== 0) return undefined
  const length = file.readUInt32LE(offset + 4)
  const end = offset + HEADER_BYTES + length
  if (length === 0 || length > RECORD_BYTES_MAX || end > file.length) return undefined
  if (checksum(file.subarray(offset, end)) !== file.readUInt32LE(offset + 16)) return undefined
  const seq = file.readBigUInt64LE(offset + 8)
  return seq > 0n && seq <= BigInt(Number.MAX_SAFE_INTEGER) ? { seq: Number(seq), offset, length } : undefined
}

function checksum(frame: Buffer): number {
  return crc32(frame.subarray(HEADER_BYTES), crc32(frame.subarray(4, 16)))
}
