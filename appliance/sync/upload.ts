/**
 * Sends the centre's journal up. The delivery machine decides, this performs: exact lines, one batch in flight, the head
 * marker durable before each batch, the ack believed only when its hash is ours. A named error stops it until a person
 * has looked.
 */

import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { OpenedJournal } from '../../central-sync/journal/journal.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { StreamHead } from '../../central-sync/journal/streams.ts'
import { genesisHash } from '../../central-sync/protocol/chain.ts'
import {
  type DeliveryAction,
  type DeliveryInput,
  type DeliveryState,
  deliveryStart,
  stepDelivery,
} from '../../central-sync/protocol/delivery.ts'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { isRefusal, type Refusal, type RefusalCode } from '../../central-sync/protocol/refusal.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import {
  BATCH_BYTES_MAX,
  BATCH_RECORDS_MAX,
  type Position,
  position,
  type UploadReply,
  uploadReply,
} from '../../central-sync/protocol/wire/sync.ts'
import { findPlace, type Place } from './find-place.ts'
import { type HubDoor, jsonIn } from './hub-door.ts'
import { ACKED_NOTE, readCursor } from './hub-pin.ts'
import { writeBatch } from './write-batch.ts'

const SETTINGS = { timeoutMs: 60_000, backOffMs: { first: 1_000, max: 60_000 } }
/** Below this a batch is not worth packing. */
const GZIP_FROM_BYTES = 4_096
const pack = promisify(gzip)

/** What a person must look at before anything more is sent. */
const STOPPING: ReadonlySet<RefusalCode> = new Set([
  'FORK',
  'CLONE',
  'SIG',
  'INC',
  'PROTO',
  'UNKNOWN_DEVICE',
  'malformed',
])

const BEHIND: Refusal = { refused: 'FORK', detail: 'the hub has more than we have' }

export interface UploadOptions {
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly door: HubDoor
  readonly clock: Clock
  /** 0 ≤ x < 1. */
  random(): number
  /** The hub has less than it once confirmed: whatever else was brought to it may be gone as well. */
  forgotten(): Promise<void>
}

export class Upload {
  readonly #options: UploadOptions
  #state: DeliveryState = deliveryStart
  /** The incarnation being sent: the own one, or an older one whose rest the hub has not got. */
  #stream: StreamHead | undefined
  #batchMax = BATCH_RECORDS_MAX
  #lastRefusal: Refusal | undefined
  /** Where the hub's line turned out not to be ours. */
  #forkedAt: number | undefined
  /** Random per process start: by it the hub notices that two speak as one. */
  #instance = toBase64Url(randomBytes(16))

  constructor(options: UploadOptions) {
    this.#options = options
  }

  get state(): DeliveryState {
    return this.#state
  }

  get acked(): number {
    return this.#stream === undefined || this.#isOwn(this.#stream) ? this.#state.acked : 0
  }

  get lastRefusal(): Refusal | undefined {
    return this.#lastRefusal
  }

  /** Where to go on after a start. The hub's own word replaces it with the first answer. */
  async connect(): Promise<void> {
    this.#stream = undefined
    const acked = await readCursor(this.#options.secrets, ACKED_NOTE)
    await this.#step({ kind: 'connected', have: Math.min(acked, this.#options.journal.head().seq) })
  }

  disconnect(): void {
    this.#state = { kind: 'offline', acked: this.#state.acked, failures: this.#state.failures }
  }

  /** Sends all there is, or until it has to wait. Returns the last reply. */
  async drain(signal: AbortSignal): Promise<UploadReply | undefined> {
    let last: UploadReply | undefined
    await this.#step({ kind: 'tick' })
    while (this.#state.kind === 'sending' && !signal.aborted) {
      const reply = await this.#sendBatch(this.#state.acked + 1, this.#state.upTo, signal)
      if (reply !== undefined) last = reply
    }
    // A whole backlog went through in small pieces: the next one may be tried in large ones again.
    if (this.#state.kind === 'idle') this.#batchMax = BATCH_RECORDS_MAX
    return last
  }

  /** A greeting without records: who is ahead, what time it is. A hub that lost something answers GAP. */
  async greet(signal: AbortSignal): Promise<UploadReply | undefined> {
    if (this.#state.kind === 'stopped') await this.#witness(signal)
    if (this.#state.kind === 'stopped' || this.#state.kind === 'waiting') return undefined
    const reply = await this.#post(this.#state.acked + 1, 0, signal)
    if (reply !== undefined && !isRefusal(reply)) this.#lastRefusal = undefined
    return this.#settle(reply, 0, { from: this.#state.acked + 1, upTo: this.#state.acked, signal })
  }

  /** ms until the next try; undefined when nothing is due by itself. */
  dueIn(): number | undefined {
    return this.#state.kind === 'waiting'
      ? Math.max(0, this.#state.until - this.#options.clock.monotonicMs())
      : undefined
  }

  /** A person has looked: try again, as a process that has just begun; an other one that still runs is the clone. */
  async resume(): Promise<void> {
    this.#instance = toBase64Url(randomBytes(16))
    this.#forkedAt = undefined
    this.#state = deliveryStart
    this.#lastRefusal = undefined
    await this.connect()
  }

  async #sendBatch(from: number, upTo: number, signal: AbortSignal): Promise<UploadReply | undefined> {
    const count = Math.min(upTo - from + 1, this.#batchMax)
    const answer = await this.#post(from, count, signal)
    return this.#settle(answer, count, { from, upTo, signal })
  }

  async #settle(
    answer: UploadReply | Refusal,
    count: number,
    { from, upTo, signal }: { from: number; upTo: number; signal: AbortSignal },
  ): Promise<UploadReply | undefined> {
    if (isRefusal(answer)) {
      await this.#handleRefusal(answer, count, from)
      return undefined
    }
    this.#lastRefusal = undefined
    const { ack } = answer
    const stream = await this.#current()
    const own = await this.#hashAt(stream, ack.seq)
    if (ack.inc !== stream.genesis.inc || own === undefined || toBase64Url(own) !== ack.hash) {
      await this.#stop({ refused: 'FORK', detail: 'the hub acknowledged a line that is not ours' })
      this.#forkedAt = ack.seq
      await this.#witness(signal)
      return answer
    }
    // The hub may have more of us than we remembered, or (greeting) exactly as much.
    await this.#step(ack.seq <= upTo && count > 0 ? { kind: 'acked', seq: ack.seq } : { kind: 'rewind', have: ack.seq })
    await this.#finishOldStream()
    return answer
  }

  /**
   * We found the fork ourselves: the hub is told where we stand, without entries, so that it finds and names it too.
   * Whatever it answers, a person must look.
   */
  async #witness(signal: AbortSignal): Promise<void> {
    if (this.#forkedAt === undefined) return
    const { seq } = await this.#current()
    await this.#post(Math.min(seq, this.#forkedAt) + 1, 0, signal)
  }

  async #handleRefusal(refusal: Refusal, count: number, from: number): Promise<void> {
    this.#lastRefusal = refusal
    const have = position.safeParse(refusal.facts?.have)
    if ((refusal.refused === 'GAP' || refusal.refused === 'INC') && have.success) {
      const place = await this.#placeAfter(have.data)
      if (place === undefined) return this.#stop(refusal.refused === 'INC' ? refusal : BEHIND)
      const sent = await this.#current()
      const moved = place.stream.genesis.inc !== sent.genesis.inc || place.seq !== from - 1
      if (moved) return this.#goOnFrom(place)
      // The hub asks for what it was just given: never at once, and never for ever when no incarnation of ours fits.
      if (refusal.refused === 'INC') return this.#stop(refusal)
    }
    if (refusal.refused === 'SIZE' && count > 1) {
      this.#batchMax = Math.max(1, Math.floor(count / 2))
      return this.#step({ kind: 'failed', retryMs: 0 })
    }
    if (STOPPING.has(refusal.refused)) return this.#stop(refusal)
    const retryAfterS = refusal.facts?.retryAfterS
    const retryMs = typeof retryAfterS === 'number' ? retryAfterS * 1_000 : undefined
    if (this.#state.kind === 'sending') return this.#step({ kind: 'failed', retryMs })
    // A greeting failed: the same pause as after a failed batch.
    const failures = this.#state.failures + 1
    const grown = Math.min(SETTINGS.backOffMs.max, SETTINGS.backOffMs.first * 2 ** Math.min(failures - 1, 20))
    const until = this.#options.clock.monotonicMs() + (retryMs ?? grown * (0.5 + this.#options.random() / 2))
    this.#state = { kind: 'waiting', acked: this.#state.acked, failures, until }
  }

  async #placeAfter(have: Pick<Position, 'inc' | 'seq'>): Promise<Place | undefined> {
    return findPlace(await this.#options.journal.receive.heads(), have)
  }

  async #goOnFrom({ stream, seq }: Place): Promise<void> {
    const shrunk = this.#stream === undefined && (!this.#isOwn(stream) || seq < this.#state.acked)
    this.#stream = this.#isOwn(stream) ? undefined : stream
    await this.#step({ kind: 'rewind', have: seq })
    if (shrunk) await this.#options.forgotten()
  }

  async #finishOldStream(): Promise<void> {
    if (this.#stream === undefined || this.#state.acked < this.#stream.seq) return
    const place = await this.#placeAfter({ inc: this.#stream.genesis.inc, seq: this.#stream.seq })
    if (place !== undefined) await this.#goOnFrom(place)
  }

  async #stop(refusal: Refusal): Promise<void> {
    this.#lastRefusal = refusal
    await this.#step({ kind: 'stop', code: refusal.refused })
  }

  async #step(input: DeliveryInput): Promise<void> {
    const { clock, random, secrets, journal } = this.#options
    const head = this.#stream?.seq ?? journal.head().seq
    const context = {
      head,
      now: clock.monotonicMs(),
      jitter: random(),
      settings: { ...SETTINGS, batchMax: this.#batchMax },
    }
    const { state, actions } = stepDelivery(this.#state, input, context)
    this.#state = state
    const forgotten = actions.findLast(
      (action): action is DeliveryAction & { kind: 'forget' } => action.kind === 'forget',
    )
    if (this.#stream === undefined && forgotten !== undefined)
      await secrets.notes.set(ACKED_NOTE, String(forgotten.seq))
  }

  async #post(from: number, count: number, signal: AbortSignal): Promise<UploadReply | Refusal> {
    const { journal, door } = this.#options
    await journal.markHead()
    const stream = await this.#current()
    const { site, inc } = stream.genesis
    const lines = count === 0 ? [] : await journal.lines({ site, inc }, from, count, BATCH_BYTES_MAX)
    const prev = await this.#hashAt(stream, from - 1)
    if (prev === undefined) throw new Error(`no hash at ${from - 1} of the own stream`)
    const { signing } = this.#options.secrets.identity
    const plain = writeBatch({ genesis: stream.genesis, from, prev, lines, instance: this.#instance, signing })
    const packed = plain.length >= GZIP_FROM_BYTES
    const body = packed ? await pack(plain) : plain
    const headers = { 'content-type': 'application/x-ndjson', ...(packed ? { 'content-encoding': 'gzip' } : {}) }
    const answer = await door.send({ method: 'POST', path: `/sync/v1/up/${site}`, body, headers, signal })
    if (isRefusal(answer)) return answer
    const json = jsonIn(answer)
    if (isRefusal(json)) return json
    const reply = uploadReply.safeParse(json.value)
    return reply.success ? reply.data : { refused: 'PROTO', detail: 'the reply cannot be read' }
  }

  async #current(): Promise<StreamHead> {
    if (this.#stream !== undefined) return this.#stream
    const { journal } = this.#options
    const { site, inc } = journal.head()
    const stream = await journal.receive.find(site, inc)
    if (stream === undefined) throw new Error('the own stream is not in the journal')
    return stream
  }

  #isOwn(stream: StreamHead): boolean {
    return stream.genesis.inc === this.#options.journal.head().inc
  }

  async #hashAt(stream: StreamHead, seq: number): Promise<Buffer | undefined> {
    if (seq === 0) return genesisHash(stream.genesis)
    return this.#options.journal.receive.hashAt(stream.genesis.site, stream.genesis.inc, seq)
  }
}
