/**
 * Keeps the head marker near the committed head: every 256 appends by itself, and whenever asked. Its two fsyncs compete
 * with those of the commits, so by itself it rests a while after each mark.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { toBase64Url } from '../protocol/hash.ts'
import { writeHeadMark } from './head-marker.ts'
import type { Log } from './log.ts'
import type { StreamHead } from './streams.ts'

/** So many entries may be missing from the marker, or those of one pause if they are more. */
export const MARK_EVERY = 256
const PAUSE_MS = 250

export class HeadKeeper {
  private readonly file: string
  private readonly boot: string
  private readonly inc: string
  private readonly log: Log
  private marked: number
  private turn: Promise<void> = Promise.resolve()
  private running = false
  private latest: { readonly seq: number; readonly hash: Buffer } | undefined

  constructor(file: string, boot: string, own: StreamHead, log: Log) {
    this.file = file
    this.boot = boot
    this.inc = own.genesis.inc
    this.log = log
    this.marked = own.seq
  }

  /** After a commit. Never waits; a failure is logged and tried again with the next commit. */
  committed(head: { seq: number; hash: Buffer }): void {
    this.latest = head
    if (this.running || head.seq - this.marked < MARK_EVERY) return
    this.running = true
    void this.mark(head)
      .catch((error: unknown) => this.log.warn({ reason: String(error) }, 'the head marker could not be written'))
      .then(() => delay(PAUSE_MS, undefined, { ref: false }))
      .finally(() => {
        this.running = false
        if (this.latest !== undefined && this.latest.seq > head.seq) this.committed(this.latest)
      })
  }

  /** Resolves when the marker at `head`, which must be committed, is durable. */
  mark(head: { seq: number; hash: Buffer }): Promise<void> {
    const { seq, hash } = head
    const done = this.turn.then(async () => {
      if (seq <= this.marked) return
      await writeHeadMark(this.file, { inc: this.inc, seqHigh: seq, hash: toBase64Url(hash), boot: this.boot })
      this.marked = seq
    })
    this.turn = done.catch(() => undefined)
    return done
  }
}
