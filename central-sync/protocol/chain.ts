/**
 * The hash chain over exact line bytes. A stream is one (site, incarnation); its genesis binds it to the author's key
 * and to the incarnation it continues, so that a fork is visible at the first differing byte.
 */
import { hash } from 'node:crypto'
import { sha256, toBase64Url } from './hash.ts'

const NEWLINE = 0x0a

export interface Genesis {
  readonly site: string
  /** Random, minted at enrolment and at every restore, clone or detected rewind. */
  readonly inc: string
  /** The author's Ed25519 public key, raw 32 bytes, base64url. */
  readonly publicKey: string
  /** The incarnation this one continues, or empty strings and 0. */
  readonly prevInc: string
  readonly prevSeq: number
  readonly prevHash: string
}

/** h0 = SHA-256("v1|genesis|site|inc|pubkey|prevInc|prevSeq|prevHash"). */
export function genesisHash(genesis: Genesis): Buffer {
  const { site, inc, publicKey, prevInc, prevSeq, prevHash } = genesis
  return sha256(['v1', 'genesis', site, inc, publicKey, prevInc, String(prevSeq), prevHash].join('|'))
}

/** hn = SHA-256(h(n-1) ‖ 0x0A ‖ line). */
export function nextHash(previous: Uint8Array, line: Uint8Array): Buffer {
  const bytes = Buffer.allocUnsafe(previous.length + 1 + line.length)
  bytes.set(previous, 0)
  bytes[previous.length] = NEWLINE
  bytes.set(line, previous.length + 1)
  return hash('sha256', bytes, 'buffer')
}

/** What a signed head says: "stream (site, inc) has hash `hash` at `seq`". */
export function headStatement(head: {
  site: string
  inc: string
  seq: number
  hash: Uint8Array
  count: number
}): Buffer {
  return Buffer.from(['v1', 'head', head.site, head.inc, head.seq, toBase64Url(head.hash), head.count].join('|'))
}
