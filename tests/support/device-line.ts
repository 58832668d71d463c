/** The device's end of one channel, driven by hand: taps with chosen clocks, frames out of order, anything a test needs. */
import { WebSocket } from 'ws'
import { type CardHex, cardDigest, parseCardHex } from '../../central-sync/protocol/card.ts'
import { type DeviceId, deviceEventId, type EventId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { openSealed } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { DeviceFrame, DeviceRecord, KioskRecord, ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import { CARD_KEY_INFO } from '../../central-sync/protocol/wire/enrolment.ts'
import type { Enrolled } from '../../central-sync/web/enrolment-client.ts'
import { ChannelSession, type Received } from '../../kiosk/link/channel-session.ts'

export interface LineIdentity {
  readonly enrolled: Enrolled
  /** Of the last record made. */
  seq: number
}

export type Ack = ServerFrame & { t: 'ack' }
type TapRecord = DeviceRecord & { t: 'tap' }

export interface TapWish {
  readonly card?: string
  readonly worker?: string
  readonly claim?: 'in' | 'out'
  readonly claimBy?: 'auto' | 'worker'
  /** Wall clock of the kiosk; default: the clock of the test. */
  readonly at?: number
  readonly clock?: 'synced' | 'extrapolated' | 'unsynced'
  readonly offsetAge?: number | null
  readonly online?: boolean
  readonly identified?: 'card' | 'pin' | 'unverified'
}

export class DeviceLine {
  readonly socket: WebSocket
  readonly identity: LineIdentity
  readonly boot: number
  readonly frames: ServerFrame[] = []
  readonly #clock: Clock
  readonly #session: ChannelSession
  #waiting: { matches: (frame: ServerFrame) => boolean; resolve: (frame: ServerFrame) => void }[] = []
  have = 0
  /** Why the server said goodbye. */
  refused: string | undefined
  closed: { code: number; reason: string } | undefined

  private constructor(url: string, identity: LineIdentity, boot: number, clock: Clock) {
    this.identity = identity
    this.boot = boot
    this.#clock = clock
    const { identity: keys, server, welcome } = identity.enrolled
    this.#session = new ChannelSession({
      device: welcome.id as DeviceId,
      boot,
      signing: keys.signing,
      serverKey: server.signingKey,
    })
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/channel/v1`, { perMessageDeflate: false })
  }

  /** Resolves when welcomed or refused. */
  static async open(url: string, identity: LineIdentity, boot: number, clock: Clock): Promise<DeviceLine> {
    const line = new DeviceLine(url, identity, boot, clock)
    await new Promise<void>((resolve) => {
      line.socket.on('message', (data) => {
        const received = line.#session.receive(String(data))
        line.#take(received)
        if (received.kind === 'opened' || received.kind === 'refused') resolve()
      })
      line.socket.on('error', () => undefined)
      line.socket.on('close', (code, reason) => {
        line.closed = { code, reason: String(reason) }
        resolve()
      })
    })
    return line
  }

  get device(): DeviceId {
    return this.identity.enrolled.welcome.id as DeviceId
  }

  close(): void {
    this.socket.terminate()
  }

  digestsOf(card: string) {
    const hex = parseCardHex(card)
    if (isRefusal(hex)) throw new Error(hex.refused)
    const { welcome, identity } = this.identity.enrolled
    const told = this.frames.findLast((frame) => frame.t === 'card-keys')
    return (told?.keys ?? welcome.cardKeys).map(({ version, box }) => {
      const key = openSealed(box, identity.box, CARD_KEY_INFO)
      if (key === undefined) throw new Error('the card key is not for this kiosk')
      return cardDigest(hex as CardHex, { version, key })
    })
  }

  nextId(): EventId {
    this.identity.seq += 1
    return deviceEventId(this.device, this.boot, this.identity.seq)
  }

  tap(wish: TapWish): TapRecord {
    const { card, worker, claim = 'in', claimBy = 'auto', clock = 'synced', online = true } = wish
    return {
      t: 'tap',
      tap: {
        id: this.nextId(),
        digests: card === undefined ? [] : this.digestsOf(card),
        ...(worker === undefined ? {} : { worker: worker as WorkerId }),
        identified: wish.identified ?? (card === undefined ? 'pin' : 'card'),
        place: this.identity.enrolled.welcome.place,
        wall: wish.at ?? this.#clock.now(),
        mono: 1_000,
        offset: 0,
        offsetAge: wish.offsetAge === undefined ? (clock === 'unsynced' ? null : 1_000) : wish.offsetAge,
        clock,
        claim,
        claimBy,
        online,
        rosterStale: false,
      },
    }
  }

  redirect(target: EventId, claim: 'in' | 'out', afterMs = 3_000): DeviceRecord {
    return { t: 'redirect', id: this.nextId(), target, claim, afterMs }
  }

  undo(target: EventId, afterMs = 3_000): DeviceRecord {
    return { t: 'void', id: this.nextId(), target, afterMs }
  }

  /** Sends records and waits for the ack that covers them. */
  async deliver(...records: KioskRecord[]): Promise<Ack> {
    const ack = this.next((frame) => frame.t === 'ack')
    this.send({ t: 'records', records })
    return (await ack) as Ack
  }

  /** One tap and its answer. */
  async touch(wish: TapWish) {
    const record = this.tap(wish)
    const ack = await this.deliver(record)
    const answer = ack.answers.find(({ id }) => id === record.tap.id)
    if (answer === undefined) throw new Error('no answer to a tap')
    return { id: record.tap.id, record, answer, ack }
  }

  send(frame: DeviceFrame): void {
    this.sendText(this.#session.seal(frame))
  }

  seal(frame: DeviceFrame): string {
    return this.#session.seal(frame)
  }

  sendText(text: string): void {
    this.socket.send(text)
  }

  /** The next frame that matches, from now on. */
  next(matches: (frame: ServerFrame) => boolean): Promise<ServerFrame> {
    return new Promise((resolve) => {
      this.#waiting.push({ matches, resolve })
    })
  }

  async ended(): Promise<{ code: number; reason: string }> {
    while (this.closed === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
    return this.closed
  }

  #take(received: Received): void {
    if (received.kind === 'reply') this.socket.send(received.text)
    if (received.kind === 'opened') this.have = received.have
    if (received.kind === 'refused') this.refused = received.code
    if (received.kind !== 'frame') return
    this.frames.push(received.frame)
    const found = this.#waiting.find(({ matches }) => matches(received.frame))
    if (found === undefined) return
    this.#waiting = this.#waiting.filter((one) => one !== found)
    found.resolve(received.frame)
  }
}
