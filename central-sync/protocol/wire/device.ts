/**
 * Device ⇄ appliance over `ws` at `/channel/v1`. Handshake in JSON: challenge → auth → welcome; then sealed frames
 * `<counter> <mac> <json>`: counter 1, 2, 3 … per direction, mac = HMAC-SHA-256 under the session key, base64url.
 * A device numbers its records 1, 2, 3 … over all its process starts; the boot in the id only tells starts apart.
 * A frame is at most 64 KiB and carries at most 100 records. An unknown version or frame is a refusal, not a crash.
 */
import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { correctionReason, direction, interval, tapEvidence } from '../event/attendance.ts'
import { cardDigest, workerSheet } from '../event/person.ts'
import { sha256 } from '../hash.ts'
import { eventId, identifier } from '../identifier.ts'
import { agreeKey, type KeyPair } from '../signing-key.ts'
import { businessDay, instant } from '../time.ts'
import { careListAsk, careListFrame, careRecord, purposeFrame, staffCheckAnswer, staffCheckAsk } from './care.ts'
import { sameMac } from './enrolment.ts'
import { placesFrame, seatRecord, seatsFrame } from './seat.ts'

export const CHANNEL_VERSION = 1
export const CHANNEL_PATH = '/channel/v1'
export const FRAME_BYTES_MAX = 65_536
export const FRAME_RECORDS_MAX = 100

const key = z.base64url().length(43)

// ── handshake (plain JSON texts)

/** server → device, at once. */
export const challenge = z.strictObject({
  t: z.literal('challenge'),
  p: z.literal(CHANNEL_VERSION),
  nonce: key,
  eph: key,
})
/** device → server. `sig` = Ed25519 over `channelTranscript`. */
export const auth = z.strictObject({
  t: z.literal('auth'),
  p: z.number().int(),
  device: identifier('device'),
  boot: z.number().int().positive(),
  nonce: key,
  eph: key,
  sig: z.base64url().max(100),
})
/** server → device. `sig` by the server's pinned identity over the transcript plus `|server`. */
export const welcome = z.strictObject({
  t: z.literal('welcome'),
  sig: z.base64url().max(100),
  serverTime: instant,
  /** Highest seq of this device that the server holds durably: the cursor of truth. */
  have: z.number().int().min(0),
})
/** server → device before closing. */
export const goodbye = z.strictObject({ t: z.literal('refused'), code: z.string().max(40) })

export function channelTranscript(part: {
  device: string
  boot: number
  serverNonce: string
  serverEph: string
  deviceNonce: string
  deviceEph: string
}): Buffer {
  const { device, boot, serverNonce, serverEph, deviceNonce, deviceEph } = part
  return Buffer.from(['v1', 'channel', device, boot, serverNonce, serverEph, deviceNonce, deviceEph].join('|'))
}

/** What the server signs in `welcome`. */
export function welcomeTranscript(transcript: Uint8Array): Buffer {
  return Buffer.concat([transcript, Buffer.from('|server')])
}

/**
 * The 32-byte session key, the same on both sides: own ephemeral X25519 pair, the peer's public `eph`, the transcript.
 * A key object, because making one of the bytes again for every frame costs five times the mac.
 */
export function channelSessionKey(ownEph: KeyPair, peerEph: string, transcript: Uint8Array): KeyObject {
  return createSecretKey(agreeKey(ownEph, peerEph, sha256(transcript), 'kado channel v1'))
}

// ── frames, device → server

/** One fact of the device's spool. Tap, redirect and void share the device's seq, so order is kept. */
export const deviceRecord = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('tap'), tap: tapEvidence }),
  z.strictObject({
    t: z.literal('redirect'),
    id: eventId,
    target: eventId,
    claim: direction,
    afterMs: z.number().min(0),
  }),
  z.strictObject({ t: z.literal('void'), id: eventId, target: eventId, afterMs: z.number().min(0) }),
  z.strictObject({ t: z.literal('choose'), id: eventId, tap: eventId, assignment: identifier('assignment') }),
  /** The answer to "when did you leave yesterday?": files a correction request. */
  z.strictObject({
    t: z.literal('answer'),
    id: eventId,
    tap: eventId,
    day: businessDay,
    base: z.string().max(64),
    taps: z.array(eventId).max(20),
    wanted: z.array(interval).max(10),
    reason: correctionReason,
  }),
])
export type DeviceRecord = z.infer<typeof deviceRecord>

/** Whatever a kiosk keeps in its spool: one numbering for taps, seats and what happens in the childcare room. */
export const kioskRecord = z.union([deviceRecord, careRecord, seatRecord])
export type KioskRecord = z.infer<typeof kioskRecord>

export const readerHealth = z.strictObject({
  id: z.string().max(100),
  kind: z.string().max(20),
  state: z.enum(['starting', 'ready', 'missing', 'no-permission', 'service-down', 'degraded', 'stopped']),
  since: instant,
  detail: z.string().max(200).optional(),
})
export type ReaderHealth = z.infer<typeof readerHealth>

export const deviceFrame = z.discriminatedUnion('t', [
  z.strictObject({ t: z.literal('records'), records: z.array(kioskRecord).min(1).max(FRAME_RECORDS_MAX) }),
  /** Everything up to `seq` was sent and the spool is empty at `at`; sent after roll-over and on idle. */
  z.strictObject({ t: z.literal('complete'), seq: z.number().int().min(0), at: instant }),
  z.strictObject({ t: z.literal('health'), readers: z.array(readerHealth).max(16), spooled: z.number().int().min(0) }),
  /** Asks for the roster changed since `rev` (0 = all). */
  z.strictObject({ t: z.literal('roster'), rev: z.number().int().min(0) }),
  /** Worker code + PIN of a person without a card; answered with `pin`. Never spooled. */
  z.strictObject({ t: z.literal('pin'), ask: z.string().max(40), code: z.string().max(32), pin: z.string().max(12) }),
  /** Two equal readings with removal between, for an enrolment the staff started. */
  z.strictObject({
    t: z.literal('enrolled'),
    token: z.string().max(64),
    digests: z.array(cardDigest).min(1).max(2),
    tail: z.string().max(4),
  }),
  z.strictObject({ t: z.literal('enrol-failed'), token: z.string().max(64), code: z.string().max(40) }),
  z.strictObject({ t: z.literal('time'), ask: z.number() }),
  careListAsk,
  staffCheckAsk,
])
export type DeviceFrame = z.infer<typeof deviceFrame>

// ── frames, server → device

/** What the appliance made of one tap: the words on the screen. The same tap twice gets the same answer. */
export const tapAnswer = z.strictObject({
  id: eventId,
  result: z.enum(['in', 'out', 'ignored', 'unknown_card', 'revoked_card']),
  worker: identifier('worker').optional(),
  /** `W001` at home, `ITO-W001` elsewhere. */
  code: z.string().max(32).optional(),
  callName: z.string().max(40).optional(),
  language: workerSheet.shape.language.optional(),
  /** Instant shown: the tap's time. */
  time: instant,
  /** After an ignored tap: the direction that stays. */
  standing: direction.optional(),
  week: z
    .strictObject({
      /** Payable seconds per business day from Monday, today included. */
      days: z.array(z.strictObject({ day: businessDay, seconds: z.number().int().min(0) })).max(7),
      seconds: z.number().int().min(0),
      /** Sessions of this week that wait for a decision. */
      pending: z.number().int().min(0),
    })
    .optional(),
  assignments: z
    .array(z.strictObject({ assignment: identifier('assignment'), title: z.string().max(100) }))
    .max(20)
    .optional(),
  assignment: identifier('assignment').optional(),
  /** Yesterday ended without OUT: ask at this IN. */
  question: z
    .strictObject({
      day: businessDay,
      start: instant,
      place: z.string().max(60),
      base: z.string().max(64),
      taps: z.array(eventId).max(20),
      suggestion: instant.optional(),
    })
    .optional(),
})
export type TapAnswer = z.infer<typeof tapAnswer>

export const rosterRow = z.strictObject({
  worker: identifier('worker'),
  code: z.string().max(32),
  digests: z.array(cardDigest).max(8),
  revoked: z.array(cardDigest).max(16),
  callName: z.string().max(40),
  language: workerSheet.shape.language,
  /** Last accepted claim of the current business day here, for the proposal. */
  last: z.strictObject({ claim: direction, time: instant, place: z.string().max(60) }).optional(),
  active: z.boolean(),
})
export type RosterRow = z.infer<typeof rosterRow>

/** Numbers for the idle screen. */
export const boardNumbers = z.strictObject({
  at: instant,
  present: z.number().int().min(0),
  centreName: z.string().max(100),
})

export const serverFrame = z.discriminatedUnion('t', [
  /** Everything up to `seq` is committed and fsynced: the spool may forget it. */
  z.strictObject({
    t: z.literal('ack'),
    seq: z.number().int().min(0),
    answers: z.array(tapAnswer).max(FRAME_RECORDS_MAX),
    /** Records kept aside because their content could not be applied; the sender keeps them in quarantine. */
    quarantined: z.array(z.strictObject({ id: eventId, code: z.string().max(40) })).max(FRAME_RECORDS_MAX),
    serverTime: instant,
  }),
  /** Not committed; try again after `retryMs`. */
  z.strictObject({ t: z.literal('retry'), code: z.string().max(40), retryMs: z.number().int().min(0) }),
  z.strictObject({
    t: z.literal('roster'),
    rev: z.number().int().min(0),
    more: z.boolean(),
    rows: z.array(rosterRow).max(200),
  }),
  z.strictObject({ t: z.literal('board'), board: boardNumbers }),
  z.strictObject({
    t: z.literal('pin'),
    ask: z.string().max(40),
    ok: z.boolean(),
    code: z.string().max(40).optional(),
    worker: identifier('worker').optional(),
    callName: z.string().max(40).optional(),
  }),
  z.strictObject({ t: z.literal('enrol'), token: z.string().max(64), greeting: z.string().max(60), expires: instant }),
  z.strictObject({ t: z.literal('enrol-done'), token: z.string().max(64), code: z.string().max(40).optional() }),
  z.strictObject({
    t: z.literal('card-keys'),
    keys: z.array(z.strictObject({ version: z.number().int().min(0), box: z.base64url().max(400) })).max(2),
  }),
  z.strictObject({ t: z.literal('time'), ask: z.number(), serverTime: instant }),
  purposeFrame,
  careListFrame,
  staffCheckAnswer,
  seatsFrame,
  placesFrame,
])
export type ServerFrame = z.infer<typeof serverFrame>

// ── sealing of frames

export type Direction = 'device' | 'server'

function frameMac(sessionKey: KeyObject, from: Direction, counter: number, body: string): string {
  return createHmac('sha256', sessionKey).update(`${from}|${counter}|${body}`).digest('base64url')
}

/** The text of one frame. */
export function sealFrame(
  sessionKey: KeyObject,
  from: Direction,
  counter: number,
  frame: DeviceFrame | ServerFrame,
): string {
  const body = JSON.stringify(frame)
  return `${counter} ${frameMac(sessionKey, from, counter, body)} ${body}`
}

export type OpenedFrame = { readonly body: unknown } | { readonly refused: 'malformed' | 'SIG' | 'REPLAY' }

/** Checks counter (`expected` exactly) and mac, and parses the JSON; the caller parses the frame with its schema. */
export function openFrame(sessionKey: KeyObject, from: Direction, expected: number, text: string): OpenedFrame {
  const match = /^([1-9]\d{0,12}) ([A-Za-z0-9_-]{43}) (\{.*\})$/s.exec(text)
  if (match === null) return { refused: 'malformed' }
  const [counter, mac, body] = [Number(match[1]), match[2] ?? '', match[3] ?? '']
  if (!sameMac(mac, frameMac(sessionKey, from, counter, body))) return { refused: 'SIG' }
  if (counter !== expected) return { refused: 'REPLAY' }
  try {
    return { body: JSON.parse(body) }
  } catch {
    return { refused: 'malformed' }
  }
}
