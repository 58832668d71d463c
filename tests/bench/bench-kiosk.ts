/** A kiosk of the bench: one real `ws` channel, one tap in flight. No reader, no spool. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type CardHex, type CardKey, cardDigest } from '../../central-sync/protocol/card.ts'
import { fromBase64Url } from '../../central-sync/protocol/hash.ts'
import { type DeviceId, deviceEventId } from '../../central-sync/protocol/identifier.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { CHANNEL_PATH, type DeviceRecord } from '../../central-sync/protocol/wire/device.ts'
import { ChannelSession } from '../../kiosk/link/channel-session.ts'

export const benchIdentity = z.object({
  device: z.string(),
  signing: z.object({ publicKey: z.string(), secret: z.string() }),
  serverKey: z.string(),
  cardKey: z.object({ version: z.number(), key: z.string() }),
})
export type BenchIdentity = z.infer<typeof benchIdentity>

export class BenchKiosk {
  readonly #device: DeviceId
  readonly #cardKey: CardKey
  readonly #socket: WebSocket
  readonly #session: ChannelSession
  #seq = 0
  #opened: () => void = () => {}
  #acknowledged: (seq: number) => void = () => {}

  private constructor(device: DeviceId, cardKey: CardKey, socket: WebSocket, session: ChannelSession) {
    this.#device = device
    this.#cardKey = cardKey
    this.#socket = socket
    this.#session = session
  }

  static async connect(url: string, identity: BenchIdentity): Promise<BenchKiosk> {
    const { signing, serverKey, cardKey } = identity
    const device = identity.device as DeviceId
    const session = new ChannelSession({ device, boot: 1, signing, serverKey })
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${CHANNEL_PATH}`, { perMessageDeflate: false })
    const kiosk = new BenchKiosk(device, { version: cardKey.version, key: fromBase64Url(cardKey.key) }, socket, session)
    await kiosk.#open()
    return kiosk
  }

  async #open(): Promise<void> {
    const opened = new Promise<void>((resolve) => {
      this.#opened = resolve
    })
    this.#socket.on('message', (data) => this.#hear(String(data)))
    await once(this.#socket, 'open')
    await opened
  }

  #hear(text: string): void {
    const received = this.#session.receive(text)
    if (received.kind === 'reply') this.#socket.send(received.text)
    if (received.kind === 'opened') this.#opened()
    if (received.kind === 'refused') throw new Error(`the channel was refused: ${received.code}`)
    if (received.kind !== 'frame') return
    const { frame } = received
    if (frame.t === 'retry') throw new Error(`the appliance asked to retry: ${frame.code}`)
    if (frame.t === 'ack') this.#acknowledged(frame.seq)
  }

  /** Sends one tap and resolves when it is committed. `backMs`: how long before now the person stood there. */
  async tap(card: string, claim: 'in' | 'out', backMs: number): Promise<void> {
    this.#seq += 1
    const seq = this.#seq
    const record = this.#record(card as CardHex, claim, backMs)
    const done = new Promise<void>((resolve) => {
      this.#acknowledged = (acked) => {
        if (acked >= seq) resolve()
      }
    })
    this.#socket.send(this.#session.seal({ t: 'records', records: [record] }))
    await done
  }

  #record(card: CardHex, claim: 'in' | 'out', backMs: number): DeviceRecord {
    return {
      t: 'tap',
      tap: {
        id: deviceEventId(this.#device, 1, this.#seq),
        digests: [cardDigest(card, this.#cardKey)],
        identified: 'card',
        place: '',
        wall: systemClock.now() - Math.round(backMs),
        mono: systemClock.monotonicMs(),
        offset: 0,
        offsetAge: 0,
        clock: 'synced',
        claim,
        claimBy: 'auto',
        online: true,
        rosterStale: false,
      },
    }
  }

  close(): void {
    this.#socket.terminate()
  }
}
