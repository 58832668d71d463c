/** Listens for the hub's hints. A hint carries no data and no trust: losing one, or hearing a false one, costs a question. */
import { WebSocket } from 'ws'
import { hint } from '../../central-sync/protocol/wire/sync.ts'
import type { HubDoor } from './hub-door.ts'

const RETRY_MS = { first: 2_000, max: 60_000 }
/** The hub pings every 30 s. */
const SILENCE_MS = 75_000

export interface HintSocketOptions {
  readonly url: string
  readonly site: string
  readonly door: HubDoor
  /** 0 ≤ x < 1. */
  random(): number
  hinted(head: number): void
}

export class HintSocket implements Disposable {
  readonly #options: HintSocketOptions
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #silence: NodeJS.Timeout | undefined
  #failures = 0
  #over = false

  constructor(options: HintSocketOptions) {
    this.#options = options
  }

  start(): void {
    if (this.#over) return
    const { url, site, door } = this.#options
    const path = `/sync/v1/hints/${site}`
    const address = `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}${path}`
    const socket = new WebSocket(address, {
      headers: door.signedHeaders('GET', path),
      perMessageDeflate: false,
      maxPayload: 1_024,
      handshakeTimeout: 10_000,
      rejectUnauthorized: false,
    })
    this.#socket = socket
    socket.on('open', () => {
      this.#failures = 0
      this.#watch()
    })
    socket.on('ping', () => this.#watch())
    socket.on('message', (data) => this.#receive(String(data)))
    socket.on('error', () => undefined)
    socket.on('close', () => this.#again())
  }

  [Symbol.dispose](): void {
    this.#over = true
    clearTimeout(this.#timer)
    clearTimeout(this.#silence)
    this.#socket?.terminate()
  }

  #receive(text: string): void {
    this.#watch()
    try {
      const parsed = hint.safeParse(JSON.parse(text))
      if (parsed.success) this.#options.hinted(parsed.data.head)
    } catch {
      // Not a hint: nothing is lost by not hearing it.
    }
  }

  #watch(): void {
    clearTimeout(this.#silence)
    this.#silence = setTimeout(() => this.#socket?.terminate(), SILENCE_MS)
    this.#silence.unref()
  }

  #again(): void {
    clearTimeout(this.#silence)
    if (this.#over) return
    this.#failures += 1
    const grown = Math.min(RETRY_MS.max, RETRY_MS.first * 2 ** Math.min(this.#failures - 1, 10))
    this.#timer = setTimeout(() => this.start(), grown * (0.5 + this.#options.random() / 2))
    this.#timer.unref()
  }
}
