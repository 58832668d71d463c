/**
 * Streams of other authors, as received: a centre's journal at the hub, the hub's down stream at a centre. The door
 * checks lines, chain and signature; here they are stored, exactly as they came, in one statement per batch.
 */
import { type Genesis, headStatement, nextHash } from '../protocol/chain.ts'
import { decodeEntry } from '../protocol/entry.ts'
import { type Refusal, Refused, refuse } from '../protocol/refusal.ts'
import { verifyBytes } from '../protocol/signing-key.ts'
import { SqlError } from './dialect/port.ts'
import { JournalTx } from './journal-tx.ts'
import type { ReceivedLine, Rows, StoredEntry, Tx } from './port.ts'
import { allStreams, findStream, newStream, type StreamHead, streamRowOf } from './streams.ts'
import { streamTable } from './tables.ts'

/** A head the author signed: "my stream has `hash` at `seq`". */
export interface SignedHead {
  readonly seq: number
  readonly hash: Buffer
  readonly count: number
  readonly signature: string
}

export interface ReceivedStreams {
  /** Committed facts, or inside a transaction (`via` = tx) what it sees. */
  find(site: string, inc: string, via?: Rows): Promise<StreamHead | undefined>
  /** The newest unsealed stream of a site that is not our own. */
  current(site: string, via?: Rows): Promise<StreamHead | undefined>
  /** Heads of every stream of this database, the own ones included. */
  heads(via?: Rows): Promise<StreamHead[]>
  /** Begins a stream at its genesis. `down` for the hub's stream at a centre. */
  open(tx: Tx, genesis: Genesis, kind?: 'received' | 'down'): Promise<StreamHead>
  /** Ends a stream: nothing may follow its head. */
  seal(tx: Tx, stream: StreamHead): Promise<void>
  /**
   * Stores the lines that follow `stream`'s head and returns the new head. `lines[0].entry.s` must be head + 1 and the
   * hashes those of its chain (`chainLines`); a head that moved meanwhile is a `GAP`.
   */
  append(tx: Tx, stream: StreamHead, lines: readonly ReceivedLine[]): Promise<StreamHead>
  /** Keeps the author's signature of a head; `journal verify` checks it against the chain. */
  keepSignature(tx: Tx, stream: StreamHead, head: SignedHead): Promise<void>
  hashAt(site: string, inc: string, seq: number, via?: Rows): Promise<Buffer | undefined>
}

/**
 * Decodes and chains the lines of a batch that follows `previous` (the hash before the first line) at `firstSeq`.
 * Refuses a line that is not an entry or out of order.
 */
export function chainLines(previous: Buffer, firstSeq: number, lines: readonly Buffer[]): ReceivedLine[] | Refusal {
  const received: ReceivedLine[] = []
  let hash = previous
  for (const line of lines) {
    const entry = decodeEntry(line)
    const seq = firstSeq + received.length
    if (entry === undefined) return refuse('malformed', `line ${seq} is not an entry`)
    if (entry.s !== seq) return refuse('GAP', `expected ${seq}, got ${entry.s}`)
    hash = nextHash(hash, line)
    received.push({ line, entry, hash })
  }
  return received
}

/** True when `signature` is the author's over this head. */
export function isSignedHead(genesis: Pick<Genesis, 'site' | 'inc' | 'publicKey'>, head: SignedHead): boolean {
  const { site, inc, publicKey } = genesis
  const { seq, hash, count, signature } = head
  return verifyBytes(headStatement({ site, inc, seq, hash, count }), signature, publicKey)
}

export function receivedStreams(reader: Rows): ReceivedStreams {
  return {
    find: (site, inc, via = reader) => findStream(via, site, inc),
    current: async (site, via = reader) =>
      (await allStreams(via)).findLast(
        (stream) => stream.genesis.site === site && stream.kind !== 'own' && stream.sealedAt === undefined,
      ),
    heads: (via = reader) => allStreams(via),
    open,
    seal: (tx, stream) =>
      tx.run('UPDATE stream SET sealed_at = ? WHERE stream = ? AND sealed_at IS NULL', [tx.now, stream.stream]),
    append,
    keepSignature: (tx, stream, { seq, hash, count, signature }) =>
      tx.run(
        'INSERT INTO stream_signature (stream, seq, hash, count, signature) VALUES (?, ?, ?, ?, ?) ON CONFLICT (stream, seq) DO NOTHING',
        [stream.stream, seq, hash, count, signature],
      ),
    hashAt: async (site, inc, seq, via = reader) => {
      const sql = `SELECT e.hash FROM entry e JOIN stream s ON s.stream = e.stream WHERE s.site = ? AND s.inc = ? AND e.seq = ?`
      return (await via.one<{ hash: Buffer }>(sql, [site, inc, seq]))?.hash
    },
  }
}

async function open(tx: Tx, genesis: Genesis, kind: 'received' | 'down' = 'received'): Promise<StreamHead> {
  const top = await tx.one<{ top: number }>('SELECT coalesce(max(stream), 0) AS top FROM stream')
  const stream = newStream((top?.top ?? 0) + 1, kind, genesis)
  await tx.insert(streamTable, [{ ...streamRowOf(stream) }])
  journalTx(tx).journal.streams.set(stream.stream, stream)
  return stream
}

async function append(tx: Tx, stream: StreamHead, lines: readonly ReceivedLine[]): Promise<StreamHead> {
  const last = lines.at(-1)
  if (last === undefined) return stream
  const own = journalTx(tx)
  const state = own.journal
  await moveHead(tx, stream, lines[0]?.entry.s ?? 0, last)
  const block = { stream: stream.stream, firstPos: state.pos + 1, firstSeq: stream.seq + 1 }
  const rows = lines.map(({ line, entry: { id, t, sub, at }, hash }) => ({
    id,
    type: t,
    subject: sub ?? null,
    at,
    line,
    hash,
  }))
  const { sql, params } = own.setSql.appendEntries({ ...block, rows })
  try {
    await tx.run(sql, params)
  } catch (error) {
    const twice = error instanceof SqlError && error.fault === 'unique'
    const reason = twice ? new Refused(refuse('malformed', 'an event id stands twice in one stream')) : error
    // The head has moved already: without its lines this unit may not be committed, whatever its job makes of the error.
    own.spoil(reason)
    throw reason
  }
  state.pos += lines.length
  own.received(lines.map((line, index) => storedFrom(line, stream, block.firstPos + index)))
  return { ...stream, seq: last.entry.s, hash: last.hash }
}

function storedFrom({ entry, hash }: ReceivedLine, stream: StreamHead, pos: number): StoredEntry {
  return { ...entry, pos, site: stream.genesis.site, inc: stream.genesis.inc, hash }
}

/** The head moves only if it still is where the door saw it: two batches cannot both follow one head. */
async function moveHead(tx: Tx, stream: StreamHead, firstSeq: number, last: ReceivedLine): Promise<void> {
  const gap = new Refused(refuse('GAP', `head is not ${firstSeq - 1}`))
  if (firstSeq !== stream.seq + 1) throw gap
  const moved = await tx.one<{ head_seq: number }>(
    `UPDATE stream SET head_seq = ?, head_hash = ?
     WHERE stream = ? AND head_seq = ? AND head_hash = ? AND sealed_at IS NULL RETURNING head_seq`,
    [last.entry.s, last.hash, stream.stream, stream.seq, stream.hash],
  )
  if (moved === undefined) throw gap
}

function journalTx(tx: Tx): JournalTx {
  if (!(tx instanceof JournalTx)) throw new TypeError('received streams are written in a transaction of this journal')
  return tx
}
