/**
 * The truth of a program without a database: facts of a kiosk or an agent, numbered 1, 2, 3 … over all its starts, kept
 * on disk until the appliance has committed them. `append` resolves after fsync, never before.
 *
 * Files: `<first seq>.seg` with framed records, `cursor.json` with what may be forgotten, `quarantine/` with everything
 * that was set aside: torn or damaged bytes, records the appliance could not apply.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Refused, refuse } from '../protocol/refusal.ts'
import type { Clock } from '../protocol/time.ts'
import { isDiskFull, writeDurably } from './durable-file.ts'
import type { FramePlace } from './frame.ts'
import { firstSeqOf, Segment } from './segment.ts'

export interface SpoolOptions {
  readonly dir: string
  readonly clock: Clock
  /** From so many waiting records on, appends are refused. The default is far beyond a month without an appliance. */
  readonly recordsMax?: number
  readonly segmentBytes?: number
}

export interface SpooledRecord {
  readonly seq: number
  readonly bytes: Buffer
}

export interface SpoolFill {
  readonly waiting: number
  readonly recordsMax: number
  /** `filling` from 80 % on: tell somebody. `full`: appends are refused. */
  readonly level: 'ok' | 'filling' | 'full'
}

/** Something a person should hear about: bytes were found that are no record. */
export interface SpoolNotice {
  readonly kind: 'torn' | 'damaged'
  readonly file: string
  readonly bytes: number
}

const RECORDS_MAX = 200_000
const SEGMENT_BYTES = 1_048_576
const ALARM_SHARE = 0.8

interface Waiting {
  readonly records: readonly Uint8Array[]
  readonly resolve: (seqs: number[]) => void
  readonly reject: (reason: unknown) => void
}

export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const spool = new Spool(options)
  await spool.load()
  return spool
}

export class Spool implements AsyncDisposable {
  readonly notices: SpoolNotice[] = []
  private readonly dir: string
  private readonly clock: Clock
  private readonly recordsMax: number
  private readonly segmentBytes: number
  private segments: Segment[] = []
  private forgotten = 0
  private writtenCursor = 0
  private queue: Waiting[] = []
  private flushing: Promise<void> | undefined
  private tidying: Promise<void> = Promise.resolve()

  constructor({ dir, clock, recordsMax, segmentBytes }: SpoolOptions) {
    this.dir = dir
    this.clock = clock
    this.recordsMax = recordsMax ?? RECORDS_MAX
    this.segmentBytes = segmentBytes ?? SEGMENT_BYTES
  }

  /** Highest seq that is durable here. */
  get head(): number {
    return Math.max(this.forgotten, this.segments.at(-1)?.lastSeq ?? 0)
  }

  /** Everything up to here is safe with the receiver. */
  get acked(): number {
    return this.forgotten
  }

  get fill(): SpoolFill {
    const waiting = this.head - this.forgotten
    const { recordsMax } = this
    const level = waiting >= recordsMax ? 'full' : waiting >= recordsMax * ALARM_SHARE ? 'filling' : 'ok'
    return { waiting, recordsMax, level }
  }

  /** Reads what is on disk. A torn end is cut off, with its bytes kept in the quarantine. */
  async load(): Promise<void> {
    await mkdir(join(this.dir, 'quarantine'), { recursive: true, mode: 0o700 })
    const firstSeqs = (await readdir(this.dir)).flatMap((name) => firstSeqOf(name) ?? []).sort((a, b) => a - b)
    for (const [index, firstSeq] of firstSeqs.entries()) {
      const { segment, damaged } = await Segment.open(this.dir, firstSeq)
      const newest = index === firstSeqs.length - 1
      for (const { range, bytes } of damaged) {
        const torn = newest && range.offset === segment.size
        await this.keepAside(`${firstSeq}.${range.offset}.${torn ? 'torn' : 'damaged'}`, bytes, torn)
      }
      if (newest) await segment.cutRaggedEnd()
      this.segments.push(segment)
    }
    this.writtenCursor = await this.readCursor()
    this.forgotten = Math.max(this.writtenCursor, (firstSeqs[0] ?? 1) - 1)
  }

  /**
   * Keeps records and resolves with their seqs after fsync. Appends that wait together share one fsync. Rejects with
   * `disk_full` or `commit_not_confirmed`: then none of them is kept, and the next append tries anew.
   */
  append(records: readonly Uint8Array[]): Promise<number[]> {
    if (records.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      this.queue.push({ records, resolve, reject })
      this.flushing ??= Promise.resolve().then(() => this.flush())
    })
  }

  /** Records with seq ≥ `from`, oldest first: at most `limit`, at most `bytes`, but always one when there is one. */
  async read(from: number, limit: number, bytes: number): Promise<SpooledRecord[]> {
    const found: SpooledRecord[] = []
    let size = 0
    for (const segment of [...this.segments]) {
      if (segment.lastSeq < from) continue
      for (const place of segment.placesFrom(Math.max(from, this.forgotten + 1))) {
        if (found.length >= limit || (found.length > 0 && size + place.length > bytes)) return found
        const record = await this.readRecord(segment, place)
        if (record === undefined) continue
        found.push({ seq: place.seq, bytes: record })
        size += place.length
      }
    }
    return found
  }

  /** The receiver has everything up to `seq`. Resolves when that is noted; a note that finds no room is made later. */
  forget(seq: number): Promise<void> {
    this.forgotten = Math.max(this.forgotten, Math.min(seq, this.head))
    this.tidying = this.tidying.then(() => this.tidy())
    return this.tidying
  }

  /** Copies a record aside, durably, because the receiver could not apply it. It is forgotten like any other. */
  async quarantine(seq: number, code: string): Promise<void> {
    const [record] = await this.read(seq, 1, 0)
    if (record?.seq !== seq) return
    const safeCode = code.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 40)
    await writeDurably(join(this.dir, 'quarantine', `${seq}.${safeCode}.record`), record.bytes)
  }

  async close(): Promise<void> {
    await this.flushing
    await this.tidying
    for (const segment of this.segments) await segment.close()
    this.segments = []
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private async flush(): Promise<void> {
    while (this.queue.length > 0) {
      const group = this.queue
      this.queue = []
      await this.writeGroup(group)
    }
    this.flushing = undefined
  }

  private async writeGroup(group: readonly Waiting[]): Promise<void> {
    const records = group.flatMap((waiting) => waiting.records)
    try {
      if (this.fill.waiting + records.length > this.recordsMax) {
        throw new Refused(refuse('disk_full', `${this.fill.waiting} records wait for the appliance`))
      }
      let seq = this.head + 1
      const segment = await this.segmentFor(seq)
      await segment.append(seq, records)
      for (const { records: own, resolve } of group) {
        const first = seq
        resolve(own.map((_, index) => first + index))
        seq += own.length
      }
    } catch (error) {
      for (const { reject } of group) reject(refusalOf(error))
    }
  }

  private async segmentFor(seq: number): Promise<Segment> {
    const newest = this.segments.at(-1)
    if (newest !== undefined && newest.size < this.segmentBytes) return newest
    const segment = await Segment.create(this.dir, seq)
    this.segments.push(segment)
    return segment
  }

  private async readRecord(segment: Segment, place: FramePlace): Promise<Buffer | undefined> {
    const record = await segment.read(place).catch((error: unknown) => {
      // Forgotten while it was being read: its file is closed and gone.
      if (place.seq <= this.forgotten) return undefined
      throw error
    })
    if (record !== undefined || place.seq <= this.forgotten) return record
    this.notices.push({ kind: 'damaged', file: `record ${place.seq}`, bytes: place.length })
    return undefined
  }

  /** First room, then the note: on a full disk the removed files make the room for it. The newest file always stays. */
  private async tidy(): Promise<void> {
    try {
      while (this.segments.length > 1 && (this.segments[0]?.lastSeq ?? 0) <= this.forgotten) {
        const gone = this.segments.shift()
        await gone?.remove()
      }
      if (this.writtenCursor === this.forgotten) return
      const acked = this.forgotten
      await writeDurably(join(this.dir, 'cursor.json'), JSON.stringify({ acked }))
      this.writtenCursor = acked
    } catch (error) {
      // An old cursor costs one resend of records the receiver has already.
      if (!isDiskFull(error)) throw error
    }
  }

  private async readCursor(): Promise<number> {
    try {
      const value: unknown = JSON.parse(await readFile(join(this.dir, 'cursor.json'), 'utf8'))
      const acked = (value as { acked?: unknown }).acked
      return typeof acked === 'number' && Number.isSafeInteger(acked) && acked >= 0 ? acked : 0
    } catch {
      return 0
    }
  }

  private async keepAside(name: string, bytes: Buffer, torn: boolean): Promise<void> {
    const file = `${name}.${this.clock.now()}`
    this.notices.push({ kind: torn ? 'torn' : 'damaged', file, bytes: bytes.length })
    try {
      await writeDurably(join(this.dir, 'quarantine', file), bytes)
    } catch (error) {
      if (!isDiskFull(error)) throw error
    }
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof Refused) return error
  if (error instanceof RangeError) return error
  return new Refused(refuse(isDiskFull(error) ? 'disk_full' : 'commit_not_confirmed'))
}
