/** The streams of a database: who wrote them, what they continue, and how far they go. */
import { type Genesis, genesisHash } from '../protocol/chain.ts'
import type { Rows } from './port.ts'
import type { StreamKind, StreamRow } from './tables.ts'

/** A stream with its head. `genesis` binds it to the author's key and to the incarnation it continues. */
export interface StreamHead {
  readonly stream: number
  readonly kind: StreamKind
  readonly genesis: Genesis
  readonly seq: number
  readonly hash: Buffer
  /** Set when a newer incarnation of the site took over. */
  readonly sealedAt: number | undefined
}

export function streamOf(row: StreamRow): StreamHead {
  return {
    stream: row.stream,
    kind: row.kind,
    genesis: {
      site: row.site,
      inc: row.inc,
      publicKey: row.public_key,
      prevInc: row.prev_inc,
      prevSeq: row.prev_seq,
      prevHash: row.prev_hash,
    },
    seq: row.head_seq,
    hash: row.head_hash,
    sealedAt: row.sealed_at ?? undefined,
  }
}

/** A stream without entries yet: its head is its genesis. */
export function newStream(stream: number, kind: StreamKind, genesis: Genesis): StreamHead {
  return { stream, kind, genesis, seq: 0, hash: genesisHash(genesis), sealedAt: undefined }
}

export function streamRowOf(head: StreamHead): StreamRow {
  return {
    stream: head.stream,
    site: head.genesis.site,
    inc: head.genesis.inc,
    kind: head.kind,
    public_key: head.genesis.publicKey,
    genesis_hash: genesisHash(head.genesis),
    prev_inc: head.genesis.prevInc,
    prev_seq: head.genesis.prevSeq,
    prev_hash: head.genesis.prevHash,
    head_seq: head.seq,
    head_hash: head.hash,
    sealed_at: head.sealedAt ?? null,
  }
}

export async function allStreams(rows: Rows): Promise<StreamHead[]> {
  return (await rows.all<StreamRow>('SELECT * FROM stream ORDER BY stream')).map(streamOf)
}

export async function findStream(rows: Rows, site: string, inc: string): Promise<StreamHead | undefined> {
  const row = await rows.one<StreamRow>('SELECT * FROM stream WHERE site = ? AND inc = ?', [site, inc])
  return row === undefined ? undefined : streamOf(row)
}
