/**
 * The WebSocket door of devices at `/channel/v1`. A browser has no business here: any Origin is refused. One device is
 * one live connection; two live ones that are different process starts are a copied identity, and named so.
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { Log } from '../../central-sync/journal/log.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'
import type { Identity } from '../../central-sync/protocol/signing-key.ts'
import { type Clock, SECOND_MS } from '../../central-sync/protocol/time.ts'
import { CHANNEL_PATH, FRAME_BYTES_MAX, type ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import { hangUp } from '../../central-sync/web/hang-up.ts'
import type { UpgradeDoor } from '../../central-sync/web/port.ts'
import { AUTH_TIMEOUT_MS, Channel } from './channel.ts'
import type { DeviceStates } from './device-states.ts'
import type { FrameDesk } from './frame-desk.ts'
import type { Authenticated, KnownDevice } from './server-session.ts'

const PING_MS = 10 * SECOND_MS
/** How long the older of two connections has to show that it is alive. */
const PROOF_MS = 1_500
const CHANNELS_MAX = 1_000

export interface ChannelDoorOptions {
  readonly identity: Identity
  readonly clock: Clock
  readonly log: Log
  readonly desk: FrameDesk
  readonly states: DeviceStates
  find(device: DeviceId): Promise<KnownDevice | undefined>
}

export class ChannelDoor implements UpgradeDoor, Disposable {
  readonly path = CHANNEL_PATH
  readonly #options: ChannelDoorOptions
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: FRAME_BYTES_MAX,
    maxFragments: 64,
    maxBufferedChunks: 256,
    perMessageDeflate: false,
  })
  readonly #channels = new Set<Channel>()
  readonly #byDevice = new Map<DeviceId, Channel>()
  #heartbeat: NodeJS.Timeout | undefined
  #stopping = false

  constructor(options: ChannelDoorOptions) {
    this.#options = options
  }

  start(): void {
    this.#heartbeat = setInterval(() => {
      for (const channel of this.#channels) channel.heartbeat()
    }, PING_MS)
    this.#heartbeat.unref()
  }

  handle(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (request.headers.origin !== undefined) {
      hangUp(socket, '403 foreign_origin')
      return
    }
    if (this.#channels.size >= CHANNELS_MAX) {
      hangUp(socket, '503 busy')
      return
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      const { identity, clock, log, desk, find } = this.#options
      const channel = new Channel({
        socket: webSocket,
        identity,
        clock,
        log,
        desk,
        find,
        admit: (one, who) => this.#admit(one, who),
        closed: (one) => this.#closed(one),
      })
      this.#channels.add(channel)
      setTimeout(() => {
        if (!channel.ready) channel.refuse('sign_in_required')
      }, AUTH_TIMEOUT_MS + PROOF_MS).unref()
    })
  }

  /** To one device; false when it is not connected. */
  tell(device: DeviceId, frame: ServerFrame): boolean {
    const channel = this.#byDevice.get(device)
    if (channel?.ready !== true) return false
    channel.send(frame)
    return true
  }

  tellAll(frameFor: (device: KnownDevice) => ServerFrame): void {
    for (const channel of this.#byDevice.values()) {
      if (channel.who !== undefined) channel.send(frameFor(channel.who.device))
    }
  }

  /** A device was retired. */
  dismiss(device: DeviceId, code: RefusalCode): void {
    this.#byDevice.get(device)?.refuse(code)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#heartbeat)
    this.#stopping = true
    for (const channel of this.#channels) channel.terminate()
    this.#server.close()
  }

  /** The same start of the same device simply came back; another start must find the old one dead. */
  async #admit(channel: Channel, { device, boot }: Authenticated): Promise<RefusalCode | undefined> {
    const older = this.#byDevice.get(device.device)
    if (older !== undefined && older !== channel) {
      if (older.who?.boot !== boot && (await older.answers(PROOF_MS))) {
        await this.#options.states.noteClone(device.device)
        return 'CLONE'
      }
      older.terminate()
    }
    this.#byDevice.set(device.device, channel)
    this.#options.states.noteConnected(device.device)
    return undefined
  }

  #closed(channel: Channel): void {
    this.#channels.delete(channel)
    const device = channel.device
    // While stopping the journal is about to close: when a device was last seen is not worth a race with it.
    if (device === undefined || !channel.admitted || this.#stopping) return
    if (this.#byDevice.get(device) === channel) this.#byDevice.delete(device)
    this.#options.states.noteDisconnected(device).catch((error: unknown) => {
      this.#options.log.warn({ device, reason: String(error) }, 'last contact could not be kept')
    })
  }
}
