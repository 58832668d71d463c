/**
 * Enrolment of a device or a centre by a one-time code `PPPP-SSSS-SSSS-SSSS` (Crockford base32: a 4-character prefix
 * to look it up, a separate 60-bit secret). Four messages over HTTP, two round trips: both sides prove that they know
 * the code, so the server's identity key is pinned without any PKI, also over a plain LAN. The server burns the code
 * first, then checks its expiry, then creates the device (the order SPIRE uses).
 */
import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { toBase64Url } from '../hash.ts'
import { instant } from '../time.ts'

const publicKey = z.base64url().length(43)
const nonce = z.base64url().length(43)
const mac = z.base64url().length(43)

/** `info` of the box (`signing-key.ts` sealTo) that carries 32 bytes of card key to a device or site, here and in later frames. */
export const CARD_KEY_INFO = 'kado card key v1'

export const CODE_TTL_MS = 2 * 3_600_000
export const CODE_TRIES_MAX = 5

/** 1. device → server: `POST {server}/enrol/v1/hello`. */
export const enrolHello = z.strictObject({
  prefix: z.string().length(4),
  role: z.enum(['centre', 'kiosk', 'agent']),
  signingKey: publicKey,
  boxKey: publicKey,
  nonce,
})
/** 2. server → device. */
export const enrolOffer = z.strictObject({
  ticket: z.string().max(64),
  nonce,
  signingKey: publicKey,
  boxKey: publicKey,
  mac,
})
/** 3. device → server: `POST {server}/enrol/v1/prove`. A centre tells its site, name and genesis here. */
export const enrolProof = z.strictObject({
  ticket: z.string().max(64),
  mac,
  /** Ed25519 by the device's signing key over the transcript. */
  signature: z.base64url().max(100),
  site: z.string().max(40).optional(),
  code: z.string().max(12).optional(),
  name: z.string().max(100).optional(),
  inc: z.string().max(64).optional(),
  boot: z.string().max(64).optional(),
})
/** 4. server → device. For a kiosk also its label, place and the centre's card keys sealed to its box key. */
export const enrolWelcome = z.strictObject({
  id: z.string().max(40),
  label: z.string().max(100),
  place: z.string().max(60),
  site: z.string().max(40),
  serverTime: instant,
  cardKeys: z.array(z.strictObject({ version: z.number().int().min(0), box: z.base64url().max(400) })).max(2),
})
export type EnrolHello = z.infer<typeof enrolHello>
export type EnrolOffer = z.infer<typeof enrolOffer>
export type EnrolProof = z.infer<typeof enrolProof>
export type EnrolWelcome = z.infer<typeof enrolWelcome>

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A new code: `prefix` is public, `secret` is shown once. */
export function newEnrolmentCode(random: (n: number) => Uint8Array = randomBytes): { prefix: string; secret: string } {
  const text = [...random(16)].map((byte) => ALPHABET[byte & 31]).join('')
  return { prefix: text.slice(0, 4), secret: text.slice(4) }
}

export function formatEnrolmentCode({ prefix, secret }: { prefix: string; secret: string }): string {
  return [prefix, secret.slice(0, 4), secret.slice(4, 8), secret.slice(8)].join('-')
}

/** Reads what a person typed: any case, any separators, O→0, I/L→1. Undefined when it is not a code. */
export function parseEnrolmentCode(text: string): { prefix: string; secret: string } | undefined {
  const plain = text.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(plain) ? { prefix: plain.slice(0, 4), secret: plain.slice(4) } : undefined
}

/** K = scrypt(secret, prefix): what the server keeps instead of the secret. 32 bytes. */
export function stretchSecret(secret: string, prefix: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, `kado enrol v1 ${prefix}`, 32, { N: 16_384, r: 8, p: 1 }, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

/** What both sides saw, in one order. */
export function transcript(hello: EnrolHello, offer: Omit<EnrolOffer, 'mac'>): Buffer {
  const { prefix, role, signingKey, boxKey, nonce: deviceNonce } = hello
  const { ticket, nonce: serverNonce, signingKey: serverKey, boxKey: serverBox } = offer
  return Buffer.from(
    ['v1', 'enrol', prefix, role, signingKey, boxKey, deviceNonce, ticket, serverNonce, serverKey, serverBox].join('|'),
  )
}

export function proveKnowledge(key: Uint8Array, side: 'server' | 'device', seen: Uint8Array): string {
  return toBase64Url(createHmac('sha256', key).update(side).update('|').update(seen).digest())
}

export function sameMac(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
