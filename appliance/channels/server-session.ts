/**
 * The server's side of one device connection, without the socket: texts in, texts out. A nonce signed once per
 * connection, then frames with a counter and a mac. What does not fit is a named refusal; the owner of the socket says
 * goodbye with it and closes.
 */
import { type KeyObject, randomBytes } from 'node:crypto'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'
import {
  type Identity,
  type KeyPair,
  newKeyPair,
  signBytes,
  verifyBytes,
} from '../../central-sync/protocol/signing-key.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import {
  auth,
  CHANNEL_VERSION,
  challenge,
  channelSessionKey,
  channelTranscript,
  openFrame,
  type ServerFrame,
  sealFrame,
  welcome,
  welcomeTranscript,
} from '../../central-sync/protocol/wire/device.ts'

export interface KnownDevice {
  readonly device: DeviceId
  readonly publicKey: string
  readonly boxKey: string
  readonly label: string
  readonly place: string
  readonly retired: boolean
}

export interface Authenticated {
  readonly device: KnownDevice
  readonly boot: number
}

export class ServerSession {
  readonly #identity: Identity
  readonly #ephemeral: KeyPair = newKeyPair('X25519')
  readonly #nonce = toBase64Url(randomBytes(32))
  #open: { key: KeyObject; transcript: Buffer } | undefined
  #sent = 0
  #received = 0

  constructor(identity: Identity) {
    this.#identity = identity
  }

  get isOpen(): boolean {
    return this.#open !== undefined
  }

  challenge(): string {
    return JSON.stringify(
      challenge.parse({ t: 'challenge', p: CHANNEL_VERSION, nonce: this.#nonce, eph: this.#ephemeral.publicKey }),
    )
  }

  /** Who this is. Precedence: shape, version, device, signature. */
  async authenticate(
    text: string,
    find: (device: DeviceId) => Promise<KnownDevice | undefined>,
  ): Promise<Authenticated | RefusalCode> {
    const message = readJson(text)
    const parsed = auth.safeParse(message)
    if (!parsed.success) return versionOf(message) === undefined ? 'malformed' : 'PROTO'
    const { p, device: id, boot, nonce, eph, sig } = parsed.data
    if (p !== CHANNEL_VERSION) return 'PROTO'
    const device = await find(id)
    if (device === undefined) return 'UNKNOWN_DEVICE'
    const transcript = channelTranscript({
      device: id,
      boot,
      serverNonce: this.#nonce,
      serverEph: this.#ephemeral.publicKey,
      deviceNonce: nonce,
      deviceEph: eph,
    })
    if (!verifyBytes(transcript, sig, device.publicKey)) return 'SIG'
    if (device.retired) return 'RETIRED_DEVICE'
    try {
      this.#open = { key: channelSessionKey(this.#ephemeral, eph, transcript), transcript }
    } catch {
      return 'malformed'
    }
    return { device, boot }
  }

  welcome(serverTime: Instant, have: number): string {
    const sig = signBytes(welcomeTranscript(this.#opened().transcript), this.#identity.signing)
    return JSON.stringify(welcome.parse({ t: 'welcome', sig, serverTime, have }))
  }

  seal(frame: ServerFrame): string {
    this.#sent += 1
    return sealFrame(this.#opened().key, 'server', this.#sent, frame)
  }

  /** The JSON of the next frame, or why it is refused. A wrong counter or mac ends the connection. */
  open(text: string): { readonly body: unknown } | { readonly refused: 'malformed' | 'SIG' | 'REPLAY' } {
    const opened = openFrame(this.#opened().key, 'device', this.#received + 1, text)
    if ('body' in opened) this.#received += 1
    return opened
  }

  #opened(): { key: KeyObject; transcript: Buffer } {
    if (this.#open === undefined) throw new Error('the session is not authenticated')
    return this.#open
  }
}

function versionOf(message: unknown): number | undefined {
  if (typeof message !== 'object' || message === null || !('p' in message) || !('t' in message)) return undefined
  return message.t === 'auth' && typeof message.p === 'number' && message.p !== CHANNEL_VERSION ? message.p : undefined
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
