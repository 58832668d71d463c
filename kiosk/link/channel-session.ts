/**
 * The device's side of one connection, without the socket: texts in, texts out. Handshake challenge → auth → welcome,
 * then sealed frames with a counter per direction. Every refusal is a value; the owner of the socket closes on it.
 */
import { type KeyObject, randomBytes } from 'node:crypto'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { type KeyPair, newKeyPair, signBytes, verifyBytes } from '../../central-sync/protocol/signing-key.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import {
  auth,
  CHANNEL_VERSION,
  challenge,
  channelSessionKey,
  channelTranscript,
  type DeviceFrame,
  FRAME_BYTES_MAX,
  goodbye,
  openFrame,
  type ServerFrame,
  sealFrame,
  serverFrame,
  welcome,
  welcomeTranscript,
} from '../../central-sync/protocol/wire/device.ts'

export interface ChannelIdentity {
  readonly device: DeviceId
  readonly boot: number
  readonly signing: KeyPair
  /** The appliance's signing key, pinned at enrolment. */
  readonly serverKey: string
}

export type Received =
  | { readonly kind: 'reply'; readonly text: string }
  | { readonly kind: 'opened'; readonly serverTime: Instant; readonly have: number }
  | { readonly kind: 'frame'; readonly frame: ServerFrame }
  /** A frame of a newer server: authentic, but unknown here. */
  | { readonly kind: 'unknown'; readonly type: string }
  /** This connection is over. `theirs`: the server said so. */
  | { readonly kind: 'refused'; readonly code: string; readonly theirs: boolean }

type Stage =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'answered'; readonly transcript: Buffer; readonly key: KeyObject }
  | { readonly kind: 'open'; readonly key: KeyObject }
  | { readonly kind: 'over' }

const KNOWN_FRAMES = new Set(serverFrame.options.map((option) => option.shape.t.value as string))

export class ChannelSession {
  readonly #identity: ChannelIdentity
  #stage: Stage = { kind: 'waiting' }
  #sent = 0
  #received = 0

  constructor(identity: ChannelIdentity) {
    this.#identity = identity
  }

  get open(): boolean {
    return this.#stage.kind === 'open'
  }

  /** Takes one text message of the server. */
  receive(text: string): Received {
    const result = this.#receive(text)
    if (result.kind === 'refused') this.#stage = { kind: 'over' }
    return result
  }

  /** The text of one frame to send. Throws when the connection is not open or the frame is too large: our own mistake. */
  seal(frame: DeviceFrame): string {
    if (this.#stage.kind !== 'open') throw new Error('the channel is not open')
    const text = sealFrame(this.#stage.key, 'device', this.#sent + 1, frame)
    if (Buffer.byteLength(text) > FRAME_BYTES_MAX) throw new Error(`a ${frame.t} frame is larger than a frame may be`)
    this.#sent += 1
    return text
  }

  #receive(text: string): Received {
    if (Buffer.byteLength(text) > FRAME_BYTES_MAX) return ours('SIZE')
    switch (this.#stage.kind) {
      case 'waiting':
        return this.#challenged(readJson(text))
      case 'answered':
        return this.#welcomed(readJson(text), this.#stage)
      case 'open':
        return this.#framed(text, this.#stage.key)
      case 'over':
        return ours('malformed')
    }
  }

  #challenged(message: unknown): Received {
    const parsed = challenge.safeParse(message)
    if (!parsed.success) return refusalIn(message)
    const { device, boot, signing } = this.#identity
    const ephemeral = newKeyPair('X25519')
    const nonce = toBase64Url(randomBytes(32))
    const { nonce: serverNonce, eph: serverEph } = parsed.data
    const transcript = channelTranscript({
      device,
      boot,
      serverNonce,
      serverEph,
      deviceNonce: nonce,
      deviceEph: ephemeral.publicKey,
    })
    const key = agreeOrNothing(ephemeral, serverEph, transcript)
    if (key === undefined) return ours('malformed')
    const sig = signBytes(transcript, signing)
    const reply = auth.parse({ t: 'auth', p: CHANNEL_VERSION, device, boot, nonce, eph: ephemeral.publicKey, sig })
    this.#stage = { kind: 'answered', transcript, key }
    return { kind: 'reply', text: JSON.stringify(reply) }
  }

  #welcomed(message: unknown, { transcript, key }: Stage & { kind: 'answered' }): Received {
    const parsed = welcome.safeParse(message)
    if (!parsed.success) return refusalIn(message)
    const { sig, serverTime, have } = parsed.data
    if (!verifyBytes(welcomeTranscript(transcript), sig, this.#identity.serverKey)) return ours('SIG')
    this.#stage = { kind: 'open', key }
    return { kind: 'opened', serverTime, have }
  }

  #framed(text: string, key: KeyObject): Received {
    const opened = openFrame(key, 'server', this.#received + 1, text)
    if ('refused' in opened) {
      const refusal = goodbye.safeParse(readJson(text))
      return refusal.success ? theirs(refusal.data.code) : ours(opened.refused)
    }
    this.#received += 1
    const frame = serverFrame.safeParse(opened.body)
    if (frame.success) return { kind: 'frame', frame: frame.data }
    const type = typeOf(opened.body)
    return type === undefined || KNOWN_FRAMES.has(type) ? ours('malformed') : { kind: 'unknown', type }
  }
}

/** Undefined for a public key that is no point of the curve. */
function agreeOrNothing(own: KeyPair, peer: string, transcript: Buffer): KeyObject | undefined {
  try {
    return channelSessionKey(own, peer, transcript)
  } catch {
    return undefined
  }
}

function ours(code: string): Received {
  return { kind: 'refused', code, theirs: false }
}

function theirs(code: string): Received {
  return { kind: 'refused', code, theirs: true }
}

function refusalIn(message: unknown): Received {
  const refusal = goodbye.safeParse(message)
  if (refusal.success) return theirs(refusal.data.code)
  const version = typeof message === 'object' && message !== null && 'p' in message ? message.p : undefined
  return ours(typeof version === 'number' && version !== CHANNEL_VERSION ? 'PROTO' : 'malformed')
}

function typeOf(body: unknown): string | undefined {
  return typeof body === 'object' && body !== null && 't' in body && typeof body.t === 'string' ? body.t : undefined
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
