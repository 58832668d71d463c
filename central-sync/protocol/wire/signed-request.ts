/**
 * A signed HTTP request in the manner of RFC 9421: the base names method, path, query, content digest, key id,
 * creation time and nonce; the server refuses what is old, seen or changed.
 */
import { sha256, toBase64Url } from '../hash.ts'
import { type KeyPair, signBytes, verifyBytes } from '../signing-key.ts'
import { type Instant, MINUTE_MS } from '../time.ts'

export const CREATED_SKEW_MS = 5 * MINUTE_MS
/** How long a nonce is remembered: twice the skew. */
export const NONCE_MEMORY_MS = 10 * MINUTE_MS

export interface SignedRequest {
  readonly method: string
  /** Path with its query string, exactly as sent. */
  readonly target: string
  readonly body: Uint8Array
}

export interface RequestSignature {
  readonly keyId: string
  readonly created: Instant
  readonly nonce: string
  readonly signature: string
}

function signatureBase(request: SignedRequest, keyId: string, created: Instant, nonce: string): Buffer {
  const digest = toBase64Url(sha256(request.body))
  return Buffer.from(['v1', 'request', request.method, request.target, digest, keyId, created, nonce].join('\n'))
}

/** Header value: `keyId;created;nonce;signature`. Sent as `kado-signature`. */
export function signRequest(
  request: SignedRequest,
  keyId: string,
  pair: KeyPair,
  created: Instant,
  nonce: string,
): string {
  const signature = signBytes(signatureBase(request, keyId, created, nonce), pair)
  return [keyId, created, nonce, signature].join(';')
}

export function parseSignature(header: string | undefined): RequestSignature | undefined {
  const parts = header?.split(';') ?? []
  const [keyId, created, nonce, signature] = parts
  if (parts.length !== 4 || !keyId || !nonce || !signature || !/^\d{1,16}$/.test(created ?? '')) return undefined
  if (nonce.length > 64 || keyId.length > 64) return undefined
  return { keyId, created: Number(created), nonce, signature }
}

/** Checks the signature only; the caller checks `created` against its clock and the nonce against its memory. */
export function verifyRequest(request: SignedRequest, claimed: RequestSignature, publicKey: string): boolean {
  const base = signatureBase(request, claimed.keyId, claimed.created, claimed.nonce)
  return verifyBytes(base, claimed.signature, publicKey)
}
