/**
 * One device connection: the socket, its session and what it may ask. Every text is answered, refused by name or ends
 * the connection; none of them can throw out of here.
 */
import type { RawData, WebSocket } from 'ws'
import type { Log } from '../../central-sync/journal/log.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { type RefusalCode, Refused } from '../../central-sync/protocol/refusal.ts'
import type { Identity } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import { deviceFrame, FRAME_BYTES_MAX, goodbye, type ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import { FrameBudget } from './frame-budget.ts'
import type { FrameDesk } from './frame-desk.ts'
import { type Authenticated, type KnownDevice, ServerSession } from './server-session.ts'
import { readRuns } from './split-records.ts'

/** Above this the peer does not read: it is dropped and comes back later. */
const BUFFERED_BYTES_MAX = 1_048_576
/** A device has one batch in flight; more than this many unanswered frames is not a kiosk. */
const UNANSWERED_MAX = 32
const RETRY_MS = 1_000
export const AUTH_TIMEOUT_MS = 5_000

export interface ChannelOptions {
  readonly socket: WebSocket
  readonly identity: Identity
  readonly clock: Clock
  readonly log: Log
  readonly desk: FrameDesk
  find(device: DeviceId): Promise<KnownDevice | undefined>
  /** Decides whether this connection may stand beside the ones already open. */
  admit(channel: Channel, who: Authenticated): Promise<RefusalCode | undefined>
  closed(channel: Channel): void
}

export class Channel {
  readonly #options: ChannelOptions
  readonly #session: ServerSession
  readonly #budget: FrameBudget
  #who: Authenticated | undefined
  #admitted = false
  #ready = false
  #unanswered = 0
  #alive = true
  #over = false
  #pongs: (() => void)[] = []

  constructor(options: ChannelOptions) {
    this.#options = options
    this.#session = new ServerSession(options.identity)
    this.#budget = new FrameBudget({ perSecond: 2_000, burst: 4_000, now: options.clock.monotonicMs() })
    const { socket } = options
    socket.on('message', (data, binary) => this.#receive(data, binary))
    socket.on('pong', () => this.#notePong())
    // The library has already closed with 1009 or 1008; without a listener the process would end.
    socket.on('error', (error) => options.log.warn({ device: this.device, reason: error.message }, 'channel error'))
    socket.on('close', () => {
      this.#over = true
      for (const resolve of this.#pongs.splice(0)) resolve()
      options.closed(this)
    })
    this.#sendText(this.#session.challenge())
  }

  get device(): DeviceId | undefined {
    return this.#who?.device.device
  }

  get who(): Authenticated | undefined {
    return this.#who
  }

  /** Stands as the connection of its device. */
  get admitted(): boolean {
    return this.#admitted
  }

  /** Admitted and welcomed. */
  get ready(): boolean {
    return this.#ready && !this.#over
  }

  send(frame: ServerFrame): void {
    if (!this.ready) return
    if (this.#options.socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      this.terminate('the peer does not read')
      return
    }
    this.#sendText(this.#session.seal(frame))
  }

  /** Says why and closes. */
  refuse(code: RefusalCode): void {
    if (this.#over) return
    this.#over = true
    this.#options.log.warn({ device: this.device, code }, 'channel refused')
    this.#sendText(JSON.stringify(goodbye.parse({ t: 'refused', code })))
    this.#options.socket.close(1008, code)
  }

  /** Without a word: the peer is dead, or its place is taken. `reason` is logged when something is wrong. */
  terminate(reason?: string): void {
    if (reason !== undefined) this.#options.log.warn({ device: this.device, reason }, 'channel ended')
    this.#options.socket.terminate()
  }

  /** Called every 10 s: a peer that did not answer the last ping is gone. */
  heartbeat(): void {
    if (!this.#alive) {
      this.terminate('no answer to ping')
      return
    }
    this.#alive = false
    this.#options.socket.ping()
  }

  /** True when the peer answers a ping within `ms`. */
  async answers(ms: number): Promise<boolean> {
    if (this.#over) return false
    let timer: NodeJS.Timeout | undefined
    const pong = new Promise<boolean>((resolve) => {
      this.#pongs.push(() => resolve(!this.#over))
      timer = setTimeout(() => resolve(false), ms)
      this.#options.socket.ping()
    })
    const answered = await pong
    clearTimeout(timer)
    return answered
  }

  #notePong(): void {
    this.#alive = true
    for (const resolve of this.#pongs.splice(0)) resolve()
  }

  #sendText(text: string): void {
    if (this.#options.socket.readyState === this.#options.socket.OPEN) this.#options.socket.send(text)
  }

  #receive(data: RawData, binary: boolean): void {
    if (this.#over) return
    this.#alive = true
    const text = binary ? undefined : textOf(data)
    if (text === undefined) {
      this.refuse('malformed')
      return
    }
    if (!this.#session.isOpen) {
      // A second text before the answer to the first is not a handshake.
      if (this.#unanswered > 0) {
        this.refuse('malformed')
        return
      }
      this.#unanswered = 1
      void this.#guard(this.#authenticate(text))
      return
    }
    if (!this.#ready) {
      this.refuse('malformed')
      return
    }
    this.#receiveFrame(text)
  }

  async #authenticate(text: string): Promise<void> {
    const { clock, desk, find, admit } = this.#options
    const who = await this.#session.authenticate(text, find)
    if (typeof who === 'string') {
      this.refuse(who)
      return
    }
    this.#who = who
    const refused = await admit(this, who)
    if (refused !== undefined) {
      this.refuse(refused)
      return
    }
    this.#admitted = true
    const have = await desk.have(who.device.device)
    this.#unanswered = 0
    if (this.#over) return
    this.#sendText(this.#session.welcome(clock.now(), have))
    this.#ready = true
    for (const frame of await desk.greet(who.device)) this.send(frame)
  }

  #receiveFrame(text: string): void {
    const opened = this.#session.open(text)
    if ('refused' in opened) {
      this.refuse(opened.refused)
      return
    }
    if (!this.#budget.take(this.#options.clock.monotonicMs()) || this.#unanswered >= UNANSWERED_MAX) {
      this.send({ t: 'retry', code: 'rate_limited', retryMs: RETRY_MS })
      return
    }
    this.#unanswered += 1
    void this.#guard(
      this.#answer(opened.body).finally(() => {
        this.#unanswered -= 1
      }),
    )
  }

  async #answer(body: unknown): Promise<void> {
    const { desk } = this.#options
    const device = this.#who?.device
    if (device === undefined) return
    if (typeOf(body) === 'records') {
      const runs = readRuns(device.device, body)
      if (runs === undefined) {
        this.refuse('malformed')
        return
      }
      for (const frame of await desk.records(device, runs)) this.send(frame)
      return
    }
    const parsed = deviceFrame.safeParse(body)
    if (!parsed.success) {
      this.refuse(KNOWN_FRAMES.has(typeOf(body) ?? '') ? 'malformed' : 'unknown_version')
      return
    }
    for (const frame of await desk.answer(device, parsed.data)) this.send(frame)
  }

  /** Nothing a device sends may end the process; what was not committed is asked for again. */
  async #guard(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      if (error instanceof Refused) {
        this.send({ t: 'retry', code: error.refusal.refused, retryMs: RETRY_MS })
        return
      }
      this.#options.log.error({ device: this.device, reason: String(error) }, 'a frame could not be handled')
      this.send({ t: 'retry', code: 'busy', retryMs: 5 * RETRY_MS })
    }
  }
}

const KNOWN_FRAMES = new Set<string>(deviceFrame.options.map((option) => option.shape.t.value))

function typeOf(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 't' in body && typeof body.t === 'string' ? body.t : undefined
}

function textOf(data: RawData): string | undefined {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : (data as Buffer)
  return bytes.length > FRAME_BYTES_MAX ? undefined : bytes.toString('utf8')
}
