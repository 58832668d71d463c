/** A kiosk of the bench: enrolled with a real code, one real `ws` channel, one tap in flight. No reader, no spool. */
import { once } from 'node:events'
import { WebSocket } from 'ws'
import { type CardHex, type CardKey, cardDigest } from '../../central-sync/protocol/card.ts'
import { type DeviceId, deviceEventId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { openSealed } from '../../central-sync/protocol/signing-key.ts'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { CHANNEL_PATH, type DeviceRecord } from '../../central-sync/protocol/wire/device.ts'
import { CARD_KEY_INFO } from '../../central-sync/protocol/wire/enrolment.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import { ChannelSession } from '../../kiosk/link/channel-session.ts'

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

  static async connect(url: string, code: string): Promise<BenchKiosk> {
    const enrolled = await enrol(url, code, 'kiosk')
    if (isRefusal(enrolled)) throw new Error(`enrolment was refused: ${enrolled.refused} ${enrolled.detail ?? ''}`)
    const { identity, server, welcome } = enrolled
    const box = welcome.cardKeys[0]
    const key = box === undefined ? undefined : openSealed(box.box, identity.box, CARD_KEY_INFO)
    if (box === undefined || key === undefined) throw new Error('no card key came with the welcome')
    const device = welcome.id as DeviceId
    const session = new ChannelSession({ device, boot: 1, signing: identity.signing, serverKey: server.signingKey })
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${CHANNEL_PATH}`, { perMessageDeflate: false })
    const kiosk = new BenchKiosk(device, { version: box.version, key }, socket, session)
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
