/**
 * Opens the own stream at start. A database that is older than its head marker, or that lost it, was restored, copied
 * or rewound: it may not go on under the same incarnation, because other parties may hold other entries under the
 * numbers it would give out again. It gets a new incarnation before its first append, also without any network.
 */
import { randomBytes } from 'node:crypto'
import { type Genesis, genesisHash, nextHash } from '../protocol/chain.ts'
import { encodeEntry } from '../protocol/entry.ts'
import { incarnationOpened } from '../protocol/event/place.ts'
import { toBase64Url } from '../protocol/hash.ts'
import { newEventId, newIdentifier } from '../protocol/identifier.ts'
import type { Instant } from '../protocol/time.ts'
import type { Database } from './dialect/port.ts'
import { type HeadMark, writeHeadMark } from './head-marker.ts'
import { inTransaction } from './migrate.ts'
import { allStreams, newStream, type StreamHead, streamRowOf } from './streams.ts'
import { streamTable } from './tables.ts'

export type OpeningReason = 'first' | 'restored' | 'rewound'

export interface OpeningFacts {
  readonly current: StreamHead | undefined
  readonly mark: HeadMark | undefined
  /** Stored chain hash at the marker's seq, when there is one. */
  readonly hashAtMark: string | undefined
  readonly publicKey: string
}

/** Undefined: the current incarnation goes on. Pure. */
export function decideIncarnation({ current, mark, hashAtMark, publicKey }: OpeningFacts): OpeningReason | undefined {
  if (current === undefined) return mark === undefined || mark.seqHigh === 0 ? 'first' : 'rewound'
  if (mark === undefined || mark.inc !== current.genesis.inc) return 'restored'
  if (publicKey !== current.genesis.publicKey) return 'restored'
  if (current.seq < mark.seqHigh || hashAtMark !== mark.hash) return 'rewound'
  return undefined
}

export interface OpeningParts {
  readonly database: Database
  readonly role: 'centre' | 'hub'
  readonly site: string | undefined
  readonly publicKey: string
  readonly headFile: string
  readonly mark: HeadMark | undefined
  readonly boot: string
  readonly now: Instant
}

/** Returns the stream to write to, opening a new incarnation when the facts ask for it. */
export async function openOwnStream(parts: OpeningParts): Promise<{ own: StreamHead; reason?: OpeningReason }> {
  const { database, mark, publicKey } = parts
  const current = (await allStreams(database.reader)).findLast(
    (stream) => stream.kind === 'own' && stream.sealedAt === undefined,
  )
  if (current !== undefined && parts.site !== undefined && current.genesis.site !== parts.site) {
    throw new Error(`this database belongs to site ${current.genesis.site}, not to ${parts.site}`)
  }
  const hashAtMark = await hashAt(database, current, mark?.seqHigh ?? 0)
  const reason = decideIncarnation({ current, mark, hashAtMark, publicKey })
  if (reason === undefined && current !== undefined) return { own: current }
  return { own: await openIncarnation(parts, current, reason ?? 'first'), reason: reason ?? 'first' }
}

async function hashAt(database: Database, stream: StreamHead | undefined, seq: number): Promise<string | undefined> {
  if (stream === undefined) return undefined
  if (seq === 0) return toBase64Url(genesisHash(stream.genesis))
  const row = await database.reader.one<{ hash: Buffer }>('SELECT hash FROM entry WHERE stream = ? AND seq = ?', [
    stream.stream,
    seq,
  ])
  return row === undefined ? undefined : toBase64Url(row.hash)
}

function nextGenesis(parts: OpeningParts, current: StreamHead | undefined, reason: OpeningReason): Genesis {
  const { publicKey, mark } = parts
  const inc = toBase64Url(randomBytes(16))
  if (current === undefined) {
    const site = parts.site ?? newIdentifier('site')
    const prevInc = reason === 'first' ? '' : (mark?.inc ?? '')
    return { site, inc, publicKey, prevInc, prevSeq: 0, prevHash: '' }
  }
  const { site, inc: prevInc } = current.genesis
  return { site, inc, publicKey, prevInc, prevSeq: current.seq, prevHash: toBase64Url(current.hash) }
}

async function openIncarnation(
  parts: OpeningParts,
  current: StreamHead | undefined,
  reason: OpeningReason,
): Promise<StreamHead> {
  const genesis = nextGenesis(parts, current, reason)
  const { database, headFile, boot } = parts
  // The marker names the incarnation before the database knows it: a crash in between costs one unused incarnation.
  const start = toBase64Url(genesisHash(genesis))
  await writeHeadMark(headFile, { inc: genesis.inc, seqHigh: 0, hash: start, boot })
  const own = await inTransaction(database, () => writeOpening(parts, genesis, current, reason))
  await writeHeadMark(headFile, { inc: genesis.inc, seqHigh: own.seq, hash: toBase64Url(own.hash), boot })
  return own
}

async function writeOpening(
  { database, role, now }: OpeningParts,
  genesis: Genesis,
  current: StreamHead | undefined,
  reason: OpeningReason,
): Promise<StreamHead> {
  const { writer, set } = database
  if (current !== undefined) {
    await writer.query('UPDATE stream SET sealed_at = ? WHERE stream = ?', [now, current.stream])
  }
  const [top] = await writer.query<{ stream: number; pos: number }>(
    'SELECT (SELECT coalesce(max(stream), 0) FROM stream) AS stream, (SELECT coalesce(max(pos), 0) FROM entry) AS pos',
  )
  const empty = newStream((top?.stream ?? 0) + 1, 'own', genesis)
  const pos = (top?.pos ?? 0) + 1
  const data = incarnationOpened.data.parse({ role, reason, ...genesis })
  const { type, version } = incarnationOpened
  const id = newEventId(now)
  const line = encodeEntry({ s: 1, id, t: type, v: version, at: now, by: 'system', d: { ...data } })
  const own: StreamHead = { ...empty, seq: 1, hash: nextHash(empty.hash, line) }
  const insert = set.insert(streamTable, [{ ...streamRowOf(own) }], 'fail')
  await writer.query(insert.sql, insert.params)
  const rows = [{ id, type, subject: null, at: now, line, hash: own.hash }]
  const append = set.appendEntries({ stream: own.stream, firstPos: pos, firstSeq: 1, rows })
  await writer.query(append.sql, append.params)
  await writer.query(
    `INSERT INTO journal_state (one, own, pos, projected) VALUES (1, ?, ?, 0)
     ON CONFLICT (one) DO UPDATE SET own = excluded.own, pos = excluded.pos`,
    [own.stream, pos],
  )
  return own
}
