/**
 * Centre ⇄ hub over HTTP. Upload: `POST {hub}/sync/v1/up/{site}`, NDJSON, gzip allowed; line 1 is the header, the rest
 * are exact journal lines. Download: `GET {hub}/sync/v1/down/{site}?hubInc=&after=&hash=&limit=`, NDJSON with a header
 * line; `after=0` with empty `hubInc` and `hash` asks from the beginning. Exactly one batch in flight per site. Every
 * request carries the signature of `wire/signed-request.ts` with the site id as key id. Refusals are problem+json with
 * the receiver's position in `facts.have` (`syncProblem`). Hints: a `ws` at `/sync/v1/hints/{site}` whose upgrade request
 * (GET, empty body) is signed the same way.
 */
import { z } from 'zod'
import { instant } from '../time.ts'

export const SYNC_VERSION = 1
/** `info` of the box (`signing-key.ts` sealTo) that carries the 32 bytes of a data key. */
export const KEY_PARCEL_INFO = 'kado key v1'
/** `info` of the box that carries a PIN verifier. */
export const PIN_PARCEL_INFO = 'kado pin v1'

/** The name under which a site's down stream is chained and signed: genesis and head statement use it as `site`. */
export function downStreamName(site: string): string {
  return `hub/${site}`
}
export const BATCH_RECORDS_MAX = 1_000
export const BATCH_BYTES_MAX = 1_048_576

const seq = z.number().int().min(0)
const hash = z.base64url().max(64)

export const position = z.strictObject({ inc: z.string().max(64), seq, hash })
/** A point in one incarnation of a stream. `seq` 0 with the genesis hash = nothing yet. */
export type Position = z.infer<typeof position>

/**
 * Carried by GAP, FORK, INC, CLONE, SIG and SIZE (upload) and by RESTART (download: the common point to resume after).
 * GAP may name an older incarnation than the sender's: its missing rest must come first.
 */
export const syncProblem = z.object({
  code: z.string(),
  detail: z.string().optional(),
  facts: z.object({ have: position.optional(), retryAfterS: z.number().optional() }).optional(),
})

export const uploadHeader = z.strictObject({
  p: z.literal(SYNC_VERSION),
  inc: z.string().max(64),
  /** Seq of the first line; `n` lines follow. */
  first: z.number().int().positive(),
  n: z.number().int().min(0).max(BATCH_RECORDS_MAX),
  /** Hash before the first line, and after the last. */
  prev: hash,
  head: hash,
  /** Ed25519 over `headStatement({site, inc, seq: first + n − 1, hash: head, count: n})`. */
  sig: z.base64url().max(100),
  /** Random per process start: two of them alive at once is a clone. */
  instance: z.string().max(64),
  safeSeen: seq,
  types: z.record(z.string().max(64), z.number().int().positive()),
  /** Genesis of this incarnation: lets the hub open it (`prevInc` … as in its first entry). */
  genesis: z.strictObject({ prevInc: z.string().max(64), prevSeq: seq, prevHash: z.string().max(64) }),
})
export type UploadHeader = z.infer<typeof uploadHeader>

export const uploadReply = z.strictObject({
  /** Committed with fsync up to here; cumulative. The hub's `have` is the cursor of truth. */
  ack: position,
  /** Contained in a verified off-box backup of the hub. */
  safe: z.strictObject({ seq }),
  credit: z.strictObject({ records: z.number().int().min(0), bytes: z.number().int().min(0) }),
  hubTime: instant,
  down: z.strictObject({ hubInc: z.string().max(64), head: seq }),
})
export type UploadReply = z.infer<typeof uploadReply>

export const downloadHeader = z.strictObject({
  p: z.literal(SYNC_VERSION),
  hubInc: z.string().max(64),
  first: z.number().int().positive(),
  n: z.number().int().min(0).max(BATCH_RECORDS_MAX),
  prev: hash,
  head: hash,
  /** By the hub's identity over `headStatement({site: 'hub/'+site, inc: hubInc, …})`. */
  sig: z.base64url().max(100),
  /** Head of the down stream now; more remains when it is above `first + n − 1`. */
  total: seq,
  hubTime: instant,
})
export type DownloadHeader = z.infer<typeof downloadHeader>

/** A data key sealed to the receiver's box key (`signing-key.ts` sealTo, info `kado key v1`). */
export const keyParcel = z.strictObject({
  key: z.string().max(40),
  subject: z.string().max(64),
  box: z.base64url().max(400),
})
export type KeyParcel = z.infer<typeof keyParcel>

/**
 * The PIN verifier of one of the centre's workers, sealed to the hub (`sealTo`, info `kado pin v1`; the text of the
 * verifier): with her introduction it lets her type her PIN where she has been. The newest one counts.
 */
export const pinParcel = z.strictObject({ subject: z.string().max(64), box: z.base64url().max(800) })
export type PinParcel = z.infer<typeof pinParcel>

/** `POST /sync/v1/keys/{site}` (centre → hub) and `GET /sync/v1/keys/{site}?after=` (hub → centre). */
export const keyUpload = z.strictObject({
  parcels: z.array(keyParcel).max(1_000),
  pins: z.array(pinParcel).max(1_000).optional(),
})
export type KeyUpload = z.infer<typeof keyUpload>
/** All parcels are kept durably: none need be sent again. */
export const keyReceipt = z.strictObject({ kept: z.number().int().min(0) })
export const keyDownload = z.strictObject({
  parcels: z.array(keyParcel.extend({ n: z.number().int().positive() })).max(1_000),
  /** The network's card key, sealed to this site; absent until the hub has one. */
  cardKey: z.strictObject({ version: z.number().int().positive(), box: z.base64url().max(400) }).optional(),
})

/** The hub sends only hints over `ws`; a lost hint costs latency only. */
export const hint = z.strictObject({ t: z.literal('hint'), head: seq })
