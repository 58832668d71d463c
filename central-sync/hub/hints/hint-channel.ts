/** WebSocket door on which centres listen for hints. A hint carries no data: losing one costs latency only. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { hangUp } from '../../web/hang-up.ts'
import type { UpgradeDoor } from '../../web/port.ts'

const PATH = '/sync/v1/hints/'
const PING_MS = 30_000

export interface HintParts {
  /** The site whose identity signed this upgrade request; undefined when it may not listen. */
  siteOf(request: IncomingMessage): Promise<string | undefined>
  headOf(site: string): Promise<number>
  readonly log: { warn(fields: object, message: string): void }
}

export class HintChannel {
  readonly door: UpgradeDoor
  private readonly parts: HintParts
  private readonly server = new WebSocketServer({ noServer: true, maxPayload: 1_024 })
  private readonly listeners = new Map<string, Set<WebSocket>>()
  private readonly alive = new WeakSet<WebSocket>()
  private pings: NodeJS.Timeout | undefined

  constructor(parts: HintParts) {
    this.parts = parts
    this.door = { path: PATH, handle: (request, socket, head) => void this.take(request, socket, head) }
  }

  start(): void {
    this.pings = setInterval(() => this.ping(), PING_MS)
    this.pings.unref()
  }

  stop(): void {
    clearInterval(this.pings)
    for (const sockets of this.listeners.values()) for (const socket of sockets) socket.terminate()
    this.server.close()
  }

  /** Tells every listening process of `site` how far its down stream goes. */
  send(site: string, head: number): void {
    const text = JSON.stringify({ t: 'hint', head })
    for (const socket of this.listeners.get(site) ?? []) socket.send(text)
  }

  private async take(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      const site = await this.parts.siteOf(request)
      if (site === undefined) return hangUp(socket, '403 Forbidden')
      this.server.handleUpgrade(request, socket, head, (listener) => void this.listen(site, listener))
    } catch (error) {
      this.parts.log.warn({ error: String(error) }, 'a listener for hints could not be taken')
      socket.destroy()
    }
  }

  /** Among the listeners first, its head after: what goes down between the two is hinted at twice, never not at all. */
  private async listen(site: string, socket: WebSocket): Promise<void> {
    const sockets = this.listeners.get(site) ?? new Set()
    this.listeners.set(site, sockets.add(socket))
    this.alive.add(socket)
    socket.on('pong', () => this.alive.add(socket))
    socket.on('error', () => socket.terminate())
    socket.on('close', () => sockets.delete(socket))
    try {
      socket.send(JSON.stringify({ t: 'hint', head: await this.parts.headOf(site) }))
    } catch (error) {
      this.parts.log.warn({ error: String(error) }, 'a listener for hints could not be told its head')
      socket.terminate()
    }
  }

  private ping(): void {
    for (const sockets of this.listeners.values()) {
      for (const socket of sockets) {
        if (!this.alive.delete(socket)) socket.terminate()
        else socket.ping()
      }
    }
  }
}
