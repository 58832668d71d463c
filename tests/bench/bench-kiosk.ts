/** A kiosk of the bench: one real `ws` channel, one tap in flight. No reader, no spool. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { z } from 'zod'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
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
  readonly #socket: WebSocket
  readonly #session: ChannelSession
  #seq = 0
  #opened: () => void = () => {}
  #acknowledged: (seq: number) => void = () => {}

  private constructor(device: DeviceId, socket: WebSocket, session: ChannelSession) {
    this.#device = device
    this.#socket = socket
    this.#session = session
  }

  static async connect(url: string, identity: BenchIdentity): Promise<BenchKiosk> {
    const { signing, serverKey } = identity
    const device = identity.device as DeviceId
    const session = new ChannelSession({ device, boot: 1, signing, serverKey })
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${CHANNEL_PATH}`, { perMessageDeflate: false })
    const kiosk = new BenchKiosk(device, socket, session)
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
  async tap(card: CardDigest, claim: 'in' | 'out', backMs: number): Promise<void> {
    this.#seq += 1
    const seq = this.#seq
    const record = this.#record(card, claim, backMs)
    const done = new Promise<void>((resolve) => {
      this.#acknowledged = (acked) => {
        if (acked >= seq) resolve()
      }
    })
    this.#socket.send(this.#session.seal({ t: 'records', records: [record] }))
    await done
  }

  #record(card: CardDigest, claim: 'in' | 'out', backMs: number): DeviceRecord {
    return {
      t: 'tap',
      tap: {
        id: deviceEventId(this.#device, 1, this.#seq),
        digests: [card],
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
