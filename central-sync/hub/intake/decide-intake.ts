/**
 * Decides what one upload means. Pure: the intake gathers what is stored, this compares. The stored chain is the
 * truth; a batch may repeat any part of it byte for byte, may continue it, and may do nothing else.
 */

import { toBase64Url } from '../../protocol/hash.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, type Position } from '../../protocol/wire/sync.ts'

/** The end of a stored stream. `hash` of seq 0 is the genesis hash. */
export interface StoredHead {
  readonly inc: string
  readonly seq: number
  readonly hash: Buffer
}

/** One upload after its lines were hashed onto `prev`. */
export interface IntakeBatch {
  readonly inc: string
  readonly first: number
  /** Bytes of all lines. */
  readonly bytes: number
  readonly prev: Buffer
  /** Hash after each line. */
  readonly hashes: readonly Buffer[]
  readonly prevInc: string
  readonly prevSeq: number
  readonly prevHash: string
  /** The hash this incarnation must begin with, from its genesis fields and the admitted key. */
  readonly genesis: Buffer
  /** The head signature is by the admitted key and over these very lines. */
  readonly signed: boolean
}

export interface IntakeFacts {
  /** The newest incarnation of the site, if it ever sent one. */
  readonly newest: StoredHead | undefined
  /** Another live process holds this site. */
  readonly cloned: boolean
  /** Stored hash at a seq of the batch's incarnation (0 = genesis); undefined beyond the head or when unknown. */
  hashAt(seq: number): Buffer | undefined
  /** Stored hash at `prevSeq` of `prevInc`. */
  readonly bridge: Buffer | undefined
}

export type IntakeDecision =
  /** Lines from index `skip` on are new. `opens`: they begin a new incarnation. */
  | { readonly kind: 'accept'; readonly skip: number; readonly opens: boolean }
  /** Everything is here already, byte for byte. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** In the order of protocol/refusal.ts: the first that applies is the answer. */
export function decideIntake(batch: IntakeBatch, facts: IntakeFacts): IntakeDecision {
  const { newest } = facts
  if (!batch.signed) return refused('SIG', newest, batch)
  if (facts.cloned) return refused('CLONE', newest, batch)
  const decision = newest?.inc === batch.inc ? continueStream(batch, newest, facts) : openStream(batch, facts)
  if (decision.kind === 'refused') return decision
  const oversized = batch.hashes.length > BATCH_RECORDS_MAX || batch.bytes > BATCH_BYTES_MAX
  return oversized ? refused('SIZE', newest, batch) : decision
}

function continueStream(batch: IntakeBatch, head: StoredHead, facts: IntakeFacts): IntakeDecision {
  const { first, hashes, prev } = batch
  if (first > head.seq + 1) return refused('GAP', head, batch)
  if (!facts.hashAt(first - 1)?.equals(prev)) return refused('FORK', head, batch)
  const last = first + hashes.length - 1
  if (last <= head.seq) {
    // A batch entirely below the head proves nothing by its beginning: a rewritten tail shows at its last line.
    const same = hashes.length === 0 || facts.hashAt(last)?.equals(hashes.at(-1) ?? prev)
    return same ? { kind: 'duplicate' } : refused('FORK', head, batch)
  }
  const skip = head.seq - first + 1
  const joins = skip === 0 || hashes[skip - 1]?.equals(head.hash)
  return joins ? { kind: 'accept', skip, opens: false } : refused('FORK', head, batch)
}

/** An incarnation that is not the newest: either it begins one correctly, or nobody here knows it. */
function openStream(batch: IntakeBatch, { newest, bridge, hashAt }: IntakeFacts): IntakeDecision {
  // Known but no longer the newest: it was continued by another one, so this is an old image running.
  if (hashAt(0) !== undefined) return refused('INC', newest, batch)
  if (batch.prevInc !== (newest?.inc ?? '')) return refused('INC', newest, batch)
  if (newest !== undefined && batch.prevSeq > newest.seq) return refused('GAP', newest, batch)
  const bridged = newest === undefined ? batch.prevSeq === 0 && batch.prevHash === '' : sameHash(bridge, batch.prevHash)
  if (!bridged) return refused('FORK', newest, batch)
  if (batch.first === 1 && !batch.prev.equals(batch.genesis)) return refused('FORK', undefined, batch)
  if (batch.first !== 1) return refused('GAP', undefined, batch)
  return batch.hashes.length === 0 ? { kind: 'duplicate' } : { kind: 'accept', skip: 0, opens: true }
}

function sameHash(stored: Buffer | undefined, claimed: string): boolean {
  return stored !== undefined && toBase64Url(stored) === claimed
}

function refused(
  code: 'SIG' | 'CLONE' | 'INC' | 'FORK' | 'GAP' | 'SIZE',
  have: StoredHead | undefined,
  batch: IntakeBatch,
): IntakeDecision {
  return { kind: 'refused', refusal: refuse(code, undefined, { have: positionOf(have, batch) }) }
}

/** What the hub has; nothing yet is seq 0 of the incarnation that was offered. */
export function positionOf(have: StoredHead | undefined, batch: Pick<IntakeBatch, 'inc' | 'genesis'>): Position {
  const { inc, seq, hash } = have ?? { inc: batch.inc, seq: 0, hash: batch.genesis }
  return { inc, seq, hash: toBase64Url(hash) }
}
