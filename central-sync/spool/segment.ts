/** One append-only file of the spool. Its name is the seq of its first record, so even an empty one tells the head. */
import { type FileHandle, open, readFile, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder } from './durable-file.ts'
import { type DamagedRange, decodeFrame, encodeFrame, type FramePlace, HEADER_BYTES, scanFrames } from './frame.ts'

const DIGITS = 16

export function segmentName(firstSeq: number): string {
  return `${String(firstSeq).padStart(DIGITS, '0')}.seg`
}

/** Undefined for a file that is not a segment. */
export function firstSeqOf(name: string): number | undefined {
  return /^\d{16}\.seg$/.test(name) ? Number(name.slice(0, DIGITS)) : undefined
}

export interface OpenedSegment {
  readonly segment: Segment
  /** Bytes that are no frame, for the quarantine. */
  readonly damaged: readonly { readonly range: DamagedRange; readonly bytes: Buffer }[]
}

export class Segment {
  readonly path: string
  readonly firstSeq: number
  private readonly handle: FileHandle
  private readonly places: FramePlace[]
  /** End of what is known to be whole and durable. */
  private end: number
  /** Bytes behind `end` may exist: a failed append could not be cut off yet. */
  private ragged = false

  private constructor(path: string, firstSeq: number, handle: FileHandle, places: FramePlace[], end: number) {
    this.path = path
    this.firstSeq = firstSeq
    this.handle = handle
    this.places = places
    this.end = end
  }

  static async create(dir: string, firstSeq: number): Promise<Segment> {
    const path = join(dir, segmentName(firstSeq))
    const handle = await open(path, 'w+', 0o600)
    await syncFolder(dir)
    return new Segment(path, firstSeq, handle, [], 0)
  }

  static async open(dir: string, firstSeq: number): Promise<OpenedSegment> {
    const path = join(dir, segmentName(firstSeq))
    const content = await readFile(path)
    const { frames, damaged, goodEnd } = scanFrames(content)
    const segment = new Segment(path, firstSeq, await open(path, 'r+'), [...frames], goodEnd)
    segment.ragged = content.length > goodEnd
    return { segment, damaged: damaged.map((range) => ({ range, bytes: content.subarray(range.offset, range.end) })) }
  }

  get lastSeq(): number {
    return this.places.at(-1)?.seq ?? this.firstSeq - 1
  }

  get size(): number {
    return this.end
  }

  /** Writes records with seqs from `firstSeq` on and resolves after fsync; when it rejects, none of them is kept. */
  async append(firstSeq: number, records: readonly Uint8Array[]): Promise<void> {
    await this.cutRaggedEnd()
    const frames = records.map((record, index) => encodeFrame(firstSeq + index, record))
    this.ragged = true
    try {
      await this.writeWhole(Buffer.concat(frames))
      await this.handle.datasync()
      this.ragged = false
    } catch (error) {
      await this.cutRaggedEnd().catch(() => undefined)
      throw error
    }
    for (const [index, frame] of frames.entries()) {
      this.places.push({ seq: firstSeq + index, offset: this.end, length: frame.length - HEADER_BYTES })
      this.end += frame.length
    }
  }

  /** What an interrupted or refused write left behind the last whole frame goes away, durably. */
  async cutRaggedEnd(): Promise<void> {
    if (!this.ragged) return
    await this.handle.truncate(this.end)
    await this.handle.datasync()
    this.ragged = false
  }

  /** Places of the records with seq ≥ `from`. */
  placesFrom(from: number): readonly FramePlace[] {
    let low = 0
    let high = this.places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.places[middle]?.seq ?? 0) < from) low = middle + 1
      else high = middle
    }
    return low === 0 ? this.places : this.places.slice(low)
  }

  /** The bytes of a record; undefined when the disk gives back something else than was written. */
  async read(place: FramePlace): Promise<Buffer | undefined> {
    const frame = Buffer.alloc(HEADER_BYTES + place.length)
    const { bytesRead } = await this.handle.read(frame, 0, frame.length, place.offset)
    const decoded = bytesRead === frame.length ? decodeFrame(frame) : undefined
    return decoded?.seq === place.seq ? decoded.record : undefined
  }

  async close(): Promise<void> {
    await this.handle.close()
  }

  async remove(): Promise<void> {
    await this.close()
    await unlink(this.path)
  }

  /** A short write is no error of the system call, only of the one who believes it. */
  private async writeWhole(bytes: Buffer): Promise<void> {
    let done = 0
    while (done < bytes.length) {
      const { bytesWritten } = await this.handle.write(bytes, done, bytes.length - done, this.end + done)
      if (bytesWritten === 0) throw Object.assign(new Error('nothing could be written'), { code: 'ENOSPC' })
      done += bytesWritten
    }
  }
}
