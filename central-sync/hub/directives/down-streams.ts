/**
 * The chained down streams, one per centre: persisted extracts of other streams, each citing its origin. Only exists
 * inside one transaction; several hubs on one database take turns by the row lock on the stream heads.
 */
import type { ProjectionTx, StoredEntry } from '../../journal/port.ts'
import { genesisHash, nextHash } from '../../protocol/chain.ts'
import { encodeEntry, LINE_BYTES_MAX } from '../../protocol/entry.ts'
import { toBase64Url } from '../../protocol/hash.ts'
import type { Instant } from '../../protocol/time.ts'
import { downStreamName } from '../../protocol/wire/sync.ts'
import { downEntryTable } from './routing-tables.ts'

interface DownStream {
  readonly site: string
  seq: number
  hash: Buffer
  readonly fresh: Map<string, { seq: number; line: Buffer; hash: Buffer }>
}

export interface HubGenesis {
  readonly inc: string
  readonly publicKey: string
}

/** Hash of seq 0 of a site's down stream. */
export function downGenesis(site: string, { inc, publicKey }: HubGenesis): Buffer {
  return genesisHash({ site: downStreamName(site), inc, publicKey, prevInc: '', prevSeq: 0, prevHash: '' })
}

export class DownStreams {
  private readonly tx: ProjectionTx
  private readonly streams: Map<string, DownStream>

  private constructor(tx: ProjectionTx, streams: Map<string, DownStream>) {
    this.tx = tx
    this.streams = streams
  }

  static async load(tx: ProjectionTx): Promise<DownStreams> {
    const lock = tx.dialect === 'postgres' ? ' FOR UPDATE' : ''
    const rows = await tx.all<{ site: string; head_seq: number; head_hash: Buffer }>(
      `SELECT site, head_seq, head_hash FROM down_stream ORDER BY site${lock}`,
    )
    const streams = rows.map(({ site, head_seq: seq, head_hash: hash }) => ({ site, seq, hash, fresh: new Map() }))
    return new DownStreams(tx, new Map(streams.map((stream) => [stream.site, stream])))
  }

  get sites(): readonly string[] {
    return [...this.streams.keys()]
  }

  /** Begins the stream of a newly admitted site; false when it has one. */
  async open(site: string, genesis: HubGenesis, now: Instant): Promise<boolean> {
    if (this.streams.has(site)) return false
    const hash = downGenesis(site, genesis)
    await this.tx.run(
      'INSERT INTO down_stream (site, inc, genesis_hash, head_seq, head_hash, opened_at) VALUES (?, ?, ?, 0, ?, ?)',
      [site, genesis.inc, hash, hash, now],
    )
    this.streams.set(site, { site, seq: 0, hash, fresh: new Map() })
    return true
  }

  /** Appends the extract once; a site without a stream (not admitted) gets nothing. False when it is too long to travel. */
  async append(site: string, entry: StoredEntry, sealed: boolean): Promise<boolean> {
    const stream = this.streams.get(site)
    if (stream === undefined || (await this.has(stream, entry.id))) return true
    const { id, t, v, at, by, sub, d, x } = entry
    const o = entry.o ?? { site: entry.site, inc: entry.inc, s: entry.s, h: toBase64Url(entry.hash) }
    const line = encodeEntry({ s: stream.seq + 1, id, t, v, at, by, sub, d, x: sealed ? x : undefined, o })
    if (line.length > LINE_BYTES_MAX) return false
    stream.seq += 1
    stream.hash = nextHash(stream.hash, line)
    stream.fresh.set(id, { seq: stream.seq, line, hash: stream.hash })
    return true
  }

  /** Writes what was appended; returns the sites that have something new. */
  async flush(): Promise<string[]> {
    const touched = [...this.streams.values()].filter(({ fresh }) => fresh.size > 0)
    await this.tx.insert(
      downEntryTable,
      touched.flatMap(({ site, fresh }) =>
        [...fresh].map(([id, { seq, line, hash }]) => ({ site, seq, id, line, hash })),
      ),
    )
    for (const { site, seq, hash } of touched) {
      await this.tx.run('UPDATE down_stream SET head_seq = ?, head_hash = ? WHERE site = ?', [seq, hash, site])
    }
    return touched.map(({ site }) => site)
  }

  private async has(stream: DownStream, id: string): Promise<boolean> {
    if (stream.fresh.has(id)) return true
    const row = await this.tx.one('SELECT 1 AS here FROM down_entry WHERE site = ? AND id = ?', [stream.site, id])
    return row !== undefined
  }
}
