/**
 * A small appliance for the kiosk's tests, independent of the real one: the device channel by the protocol's own
 * functions, its facts in one file, fsynced before any acknowledgement. It can be told to misbehave on the wire.
 */
import { type KeyObject, randomBytes } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { DeviceId, EventId } from '../../central-sync/protocol/identifier.ts'
import { parseDeviceEventId } from '../../central-sync/protocol/identifier.ts'
import { type Identity, newKeyPair, signBytes, verifyBytes } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { CareRecord } from '../../central-sync/protocol/wire/care.ts'
import {
  auth,
  CHANNEL_PATH,
  CHANNEL_VERSION,
  channelSessionKey,
  channelTranscript,
  type DeviceFrame,
  type DeviceRecord,
  deviceFrame,
  FRAME_BYTES_MAX,
  type KioskRecord,
  openFrame,
  type RosterRow,
  type ServerFrame,
  sealFrame,
  type TapAnswer,
  welcomeTranscript,
} from '../../central-sync/protocol/wire/device.ts'
import type { SeatWord } from '../../central-sync/protocol/wire/seat.ts'

export interface ReferenceOptions {
  readonly dir: string
  readonly identity: Identity
  readonly clock: Clock
  /** Public signing keys of enrolled devices. */
  readonly devices: ReadonlyMap<DeviceId, string>
  /** 0 = any. */
  readonly port?: number
  /** What a tap becomes, beyond the bare answer. */
  answer?(record: DeviceRecord, bare: TapAnswer): TapAnswer
  /** What is said about a seat right after the acknowledgement of a tap, or of a seat that was pressed. */
  seat?(record: KioskRecord): SeatWord | undefined
  pin?(code: string, pin: string): Omit<ServerFrame & { t: 'pin' }, 't' | 'ask'>
  /** What a kiosk of a childcare room is answered. */
  care?(frame: DeviceFrame & { t: 'care-list' | 'staff-check' }): readonly ServerFrame[]
}

/** How the wire misbehaves. Counters go down with every use. */
export interface Mischief {
  /** Commit, then cut the line instead of acknowledging. */
  loseAcks: number
  /** Sign welcomes with another key. */
  wrongKey: boolean
  /** Sent instead of the next acknowledgement, after its commit. */
  instead: (string | Buffer)[]
  /** Answer records with `retry` so often before committing them. */
  retries: number
  /** Send every frame in fragments. */
  fragment: boolean
}

interface Peer {
  readonly socket: WebSocket
  readonly device: DeviceId
  readonly key: KeyObject
  sent: number
  received: number
}

export class ReferenceAppliance {
  readonly options: ReferenceOptions
  readonly mischief: Mischief = { loseAcks: 0, wrongKey: false, instead: [], retries: 0, fragment: false }
  /** Every record by id, in order of commit. */
  readonly records = new Map<EventId, KioskRecord>()
  /** How often each record came over the wire. */
  readonly arrivals = new Map<EventId, number>()
  readonly frames: DeviceFrame[] = []
  roster: { rev: number; rows: readonly RosterRow[] } = { rev: 1, rows: [] }
  readonly #answers = new Map<EventId, TapAnswer>()
  readonly #peers = new Set<Peer>()
  #file: FileHandle | undefined
  #http: Server | undefined
  #sockets: WebSocketServer | undefined
  #work: Promise<void> = Promise.resolve()

  constructor(options: ReferenceOptions) {
    this.options = options
  }

  static async start(options: ReferenceOptions): Promise<ReferenceAppliance> {
    const appliance = new ReferenceAppliance(options)
    await appliance.#load()
    await appliance.listen(options.port ?? 0)
    return appliance
  }

  get port(): number {
    const address = this.#http?.address() as AddressInfo | null | undefined
    if (address === null || address === undefined) throw new Error('the reference appliance does not listen')
    return address.port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get connected(): number {
    return this.#peers.size
  }

  get taps(): readonly (DeviceRecord & { t: 'tap' })[] {
    return [...this.records.values()].filter((record) => record.t === 'tap')
  }

  async listen(port: number): Promise<void> {
    const http = createServer()
    const sockets = new WebSocketServer({ server: http, path: CHANNEL_PATH, maxPayload: FRAME_BYTES_MAX })
    sockets.on('connection', (socket) => this.#greet(socket))
    await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve))
    this.#http = http
    this.#sockets = sockets
  }

  /** Takes the appliance off the network; its facts stay. */
  async close(): Promise<void> {
    for (const socket of this.#sockets?.clients ?? []) socket.terminate()
    this.#sockets?.close()
    await new Promise<void>((resolve) => (this.#http === undefined ? resolve() : this.#http.close(() => resolve())))
    await this.#work
    await this.#file?.close()
    this.#file = undefined
  }

  send(frame: ServerFrame): void {
    for (const peer of this.#peers) this.#send(peer, frame)
  }

  /** Puts any bytes on the line. */
  sendRaw(data: string | Buffer): void {
    for (const { socket } of this.#peers) socket.send(data)
  }

  async #load(): Promise<void> {
    const path = join(this.options.dir, 'reference.jsonl')
    const text = await readFile(path, 'utf8').catch(() => '')
    for (const line of text.split('\n').filter((one) => one !== '')) this.#remember(JSON.parse(line) as KioskRecord)
    this.#file = await open(path, 'a')
  }

  #remember(record: KioskRecord): void {
    this.records.set(idOf(record), record)
    if (!isCare(record) && record.t !== 'seat') this.#answers.set(idOf(record), this.#answerOf(record))
  }

  #answerOf(record: DeviceRecord): TapAnswer {
    const { id, target } = { id: idOf(record), target: 'target' in record ? record.target : idOf(record) }
    const tap = this.taps.find((one) => one.tap.id === target)?.tap
    const row = this.#rowOf(tap)
    const claim = record.t === 'redirect' ? record.claim : tap?.claim
    const bare: TapAnswer = {
      id,
      result: row === undefined ? 'unknown_card' : (claim ?? 'ignored'),
      time: (tap?.wall ?? 0) + (tap?.offset ?? 0),
      ...(row === undefined
        ? {}
        : { worker: row.worker, code: row.code, callName: row.callName, language: row.language }),
    }
    return this.options.answer?.(record, bare) ?? bare
  }

  #rowOf(tap: (DeviceRecord & { t: 'tap' })['tap'] | undefined): RosterRow | undefined {
    const isTheirs = (row: RosterRow) =>
      row.worker === tap?.worker ||
      row.digests.some(({ k, h }) => tap?.digests.some((one) => one.k === k && one.h === h))
    return this.roster.rows.find(isTheirs)
  }

  #have(device: DeviceId): number {
    const seqs = [...this.records.keys()].map(parseDeviceEventId).filter((parts) => parts?.device === device)
    return Math.max(0, ...seqs.map((parts) => parts?.seq ?? 0))
  }

  #greet(socket: WebSocket): void {
    const eph = newKeyPair('X25519')
    const nonce = toBase64Url(randomBytes(32))
    socket.on('error', () => socket.terminate())
    socket.send(JSON.stringify({ t: 'challenge', p: CHANNEL_VERSION, nonce, eph: eph.publicKey }))
    socket.once('message', (data) => {
      const hello = auth.parse(JSON.parse(String(data)))
      const transcript = channelTranscript({
        device: hello.device,
        boot: hello.boot,
        serverNonce: nonce,
        serverEph: eph.publicKey,
        deviceNonce: hello.nonce,
        deviceEph: hello.eph,
      })
      const publicKey = this.options.devices.get(hello.device)
      if (publicKey === undefined || !verifyBytes(transcript, hello.sig, publicKey)) {
        socket.send(JSON.stringify({ t: 'refused', code: 'UNKNOWN_DEVICE' }))
        socket.close()
        return
      }
      this.#open(socket, hello.device, transcript, channelSessionKey(eph, hello.eph, transcript))
    })
  }

  #open(socket: WebSocket, device: DeviceId, transcript: Buffer, key: KeyObject): void {
    const { identity, clock } = this.options
    const signing = this.mischief.wrongKey ? newKeyPair('Ed25519') : identity.signing
    const sig = signBytes(welcomeTranscript(transcript), signing)
    socket.send(JSON.stringify({ t: 'welcome', sig, serverTime: clock.now(), have: this.#have(device) }))
    const peer: Peer = { socket, device, key, sent: 0, received: 0 }
    this.#peers.add(peer)
    socket.on('close', () => this.#peers.delete(peer))
    socket.on('message', (data: RawData) => {
      this.#work = this.#work.then(() => this.#hear(peer, String(data)))
    })
  }

  async #hear(peer: Peer, text: string): Promise<void> {
    const opened = openFrame(peer.key, 'device', peer.received + 1, text)
    if ('refused' in opened) throw new Error(`the kiosk sent a frame that is ${opened.refused}`)
    peer.received += 1
    const frame = deviceFrame.parse(opened.body)
    this.frames.push(frame)
    switch (frame.t) {
      case 'records':
        await this.#take(peer, frame.records)
        return
      case 'roster':
        this.#send(peer, {
          t: 'roster',
          rev: this.roster.rev,
          more: false,
          rows: frame.rev < this.roster.rev ? [...this.roster.rows] : [],
        })
        return
      case 'time':
        this.#send(peer, { t: 'time', ask: frame.ask, serverTime: this.options.clock.now() })
        return
      case 'pin':
        this.#send(peer, { t: 'pin', ask: frame.ask, ...(this.options.pin?.(frame.code, frame.pin) ?? { ok: false }) })
        return
      case 'enrolled':
        this.#send(peer, { t: 'enrol-done', token: frame.token })
        return
      case 'care-list':
      case 'staff-check':
        for (const answer of this.options.care?.(frame) ?? []) this.#send(peer, answer)
        return
      case 'enrol-failed':
      case 'complete':
      case 'health':
        return
    }
  }

  async #take(peer: Peer, records: readonly KioskRecord[]): Promise<void> {
    if (this.mischief.retries > 0) {
      this.mischief.retries -= 1
      this.#send(peer, { t: 'retry', code: 'busy', retryMs: 50 })
      return
    }
    for (const record of records) {
      const id = idOf(record)
      this.arrivals.set(id, (this.arrivals.get(id) ?? 0) + 1)
      if (this.records.has(id)) continue
      await this.#file?.write(`${JSON.stringify(record)}\n`)
      this.#remember(record)
    }
    await this.#file?.sync()
    this.#acknowledge(peer, records)
  }

  #acknowledge(peer: Peer, records: readonly KioskRecord[]): void {
    if (this.mischief.loseAcks > 0) {
      this.mischief.loseAcks -= 1
      peer.socket.terminate()
      return
    }
    const garbage = this.mischief.instead.shift()
    if (garbage !== undefined) {
      peer.socket.send(garbage)
      return
    }
    const last = records.at(-1)
    const seq = last === undefined ? 0 : (parseDeviceEventId(idOf(last))?.seq ?? 0)
    const answers = records.flatMap((record) => this.#answers.get(idOf(record)) ?? [])
    this.#send(peer, { t: 'ack', seq, answers, quarantined: [], serverTime: this.options.clock.now() })
    const seats = records.flatMap((record) => this.options.seat?.(record) ?? [])
    if (seats.length > 0) this.#send(peer, { t: 'seats', seats })
  }

  #send(peer: Peer, frame: ServerFrame): void {
    if (peer.socket.readyState !== peer.socket.OPEN) return
    peer.sent += 1
    const text = sealFrame(peer.key, 'server', peer.sent, frame)
    if (!this.mischief.fragment) peer.socket.send(text)
    else
      for (let at = 0; at < text.length; at += 97)
        peer.socket.send(text.slice(at, at + 97), { fin: at + 97 >= text.length })
  }
}

function idOf(record: KioskRecord): EventId {
  return record.t === 'tap' ? record.tap.id : record.id
}

function isCare(record: KioskRecord): record is CareRecord {
  return record.t.startsWith('care-')
}
