/**
 * The kiosk's line to its appliance: one `ws` connection, kept up for as long as the kiosk runs. Whatever goes wrong on
 * it (no network, a wrong signature, garbage) closes it and leads to the next try; nothing on it can stop check-in.
 */
import { WebSocket } from 'ws'
import type { Clock } from '../../central-sync/protocol/time.ts'
import {
  CHANNEL_PATH,
  type DeviceFrame,
  FRAME_BYTES_MAX,
  type ServerFrame,
} from '../../central-sync/protocol/wire/device.ts'
import type { KioskLog } from '../check-in/kiosk-log.ts'
import { type ChannelIdentity, ChannelSession } from './channel-session.ts'

export interface LinkSettings {
  /** From dialling to welcome. */
  readonly handshakeMs: number
  /** A ping this often; silence for twice as long ends the connection. */
  readonly heartbeatMs: number
  readonly backOffMs: { readonly first: number; readonly max: number }
  /** After the appliance itself refused this kiosk: a person must act first. */
  readonly refusedMs: number
}

export const defaultLinkSettings: LinkSettings = Object.freeze({
  handshakeMs: 10_000,
  heartbeatMs: 10_000,
  backOffMs: { first: 500, max: 30_000 },
  refusedMs: 30_000,
})

/** What the link's owner does with what happens on it. */
export interface LinkListener {
  opened(serverTime: number, roundTripMs: number, have: number): void
  frame(frame: ServerFrame): void
  closed(): void
}

export interface LinkOptions {
  /** Base address of the appliance, as a person writes it: `http://…` or `https://…`. */
  readonly applianceUrl: string
  readonly identity: ChannelIdentity
  readonly clock: Clock
  readonly log: KioskLog
  readonly random: () => number
  readonly settings?: Partial<LinkSettings> | undefined
  readonly listener: LinkListener
}

/** Bytes waiting in the socket beyond this mean that nobody reads on the other side. */
const BUFFERED_MAX = 1_048_576
/** A press or a tap may shorten the wait for the next try, but not below this. */
const WAKE_MS = 1_000

export class ChannelLink {
  readonly #options: LinkOptions
  readonly #settings: LinkSettings
  #socket: WebSocket | undefined
  #session: ChannelSession | undefined
  #failures = 0
  #heardAt = 0
  #dialledAt = 0
  #retry: NodeJS.Timeout | undefined
  #pulse: NodeJS.Timeout | undefined
  #stopped = true
  #code: string | undefined

  constructor(options: LinkOptions) {
    this.#options = options
    this.#settings = { ...defaultLinkSettings, ...options.settings }
  }

  get open(): boolean {
    return this.#session?.open === true && this.#socket?.readyState === WebSocket.OPEN
  }

  /** Why the appliance refuses this kiosk; undefined while it does not. */
  get code(): string | undefined {
    return this.#code
  }

  start(): void {
    if (!this.#stopped) return
    this.#stopped = false
    this.#pulse = setInterval(() => this.#beat(), this.#settings.heartbeatMs)
    this.#dial()
  }

  /** Closes the line and every timer. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopped = true
    clearTimeout(this.#retry)
    clearInterval(this.#pulse)
    const socket = this.#socket
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return
    const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
    socket.close(1001)
    const last = setTimeout(() => socket.terminate(), 500)
    await closed
    clearTimeout(last)
  }

  /** Somebody stands at the kiosk: try again now instead of later. */
  wake(): void {
    if (this.#stopped || this.#socket !== undefined || this.#code !== undefined) return
    if (this.#options.clock.monotonicMs() - this.#dialledAt < WAKE_MS) return
    clearTimeout(this.#retry)
    this.#dial()
  }

  /** False when the line is down; then nothing was sent. */
  send(frame: DeviceFrame): boolean {
    const { open } = this
    const [socket, session] = [this.#socket, this.#session]
    if (!open || socket === undefined || session === undefined) return false
    if (socket.bufferedAmount > BUFFERED_MAX) {
      socket.terminate()
      return false
    }
    socket.send(session.seal(frame))
    return true
  }

  #dial(): void {
    this.#dialledAt = this.#options.clock.monotonicMs()
    const socket = new WebSocket(channelAddress(this.#options.applianceUrl), {
      handshakeTimeout: this.#settings.handshakeMs,
      maxPayload: FRAME_BYTES_MAX,
      maxFragments: 64,
      perMessageDeflate: false,
      followRedirects: false,
      // The appliance proves its pinned identity inside the channel; a certificate of the house proves nothing more.
      rejectUnauthorized: false,
    })
    const session = new ChannelSession(this.#options.identity)
    this.#socket = socket
    this.#session = session
    const patience = setTimeout(() => session.open || socket.terminate(), this.#settings.handshakeMs)
    socket.on('message', (data, binary) => this.#hear(socket, session, binary ? undefined : String(data)))
    socket.on('pong', () => this.#alive())
    // The reason is told by 'close', which follows every 'error'.
    socket.on('error', (error) => this.#options.log.info({ reason: error.message }, 'the appliance cannot be reached'))
    socket.on('close', () => {
      clearTimeout(patience)
      this.#lost(socket)
    })
  }

  #hear(socket: WebSocket, session: ChannelSession, text: string | undefined): void {
    if (socket !== this.#socket) return
    this.#alive()
    const received = text === undefined ? undefined : session.receive(text)
    switch (received?.kind) {
      case undefined:
        socket.close(1003)
        return
      case 'reply':
        this.#dialledAt = this.#options.clock.monotonicMs()
        socket.send(received.text)
        return
      case 'opened': {
        const roundTripMs = this.#options.clock.monotonicMs() - this.#dialledAt
        this.#code = undefined
        this.#options.listener.opened(received.serverTime, roundTripMs, received.have)
        return
      }
      case 'frame':
        // Only a server that speaks properly ends the back-off: one that greets and then sends garbage does not.
        this.#failures = 0
        this.#options.listener.frame(received.frame)
        return
      case 'unknown':
        this.#options.log.warn({ type: received.type }, 'the appliance is newer: a frame was skipped')
        return
      case 'refused':
        this.#code = received.theirs ? received.code : undefined
        this.#options.log.warn({ code: received.code, theirs: received.theirs }, 'the channel was refused')
        socket.close(1008)
        return
    }
  }

  #alive(): void {
    this.#heardAt = this.#options.clock.monotonicMs()
  }

  #beat(): void {
    if (!this.open) return
    const silent = this.#options.clock.monotonicMs() - this.#heardAt
    if (silent > 2 * this.#settings.heartbeatMs) this.#socket?.terminate()
    else this.#socket?.ping()
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return
    this.#socket = undefined
    this.#session = undefined
    this.#failures += 1
    this.#options.listener.closed()
    if (this.#stopped) return
    this.#retry = setTimeout(() => this.#dial(), this.#delay())
  }

  /** Doubling with jitter, so that fifty kiosks do not all come back in the same moment. */
  #delay(): number {
    if (this.#code !== undefined) return this.#settings.refusedMs
    const { first, max } = this.#settings.backOffMs
    const grown = Math.min(max, first * 2 ** Math.min(this.#failures - 1, 16))
    return grown * (0.5 + this.#options.random() / 2)
  }
}

/** `https://centre.example/` → `wss://centre.example/channel/v1`. Throws for an address that is none. */
export function channelAddress(applianceUrl: string): string {
  const url = new URL(applianceUrl)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`not an address: ${applianceUrl}`)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  url.pathname = `${url.pathname.replace(/\/$/, '')}${CHANNEL_PATH}`
  url.search = ''
  return url.href
}
