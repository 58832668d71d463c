/**
 * `journal verify`: walks every stream from its genesis and believes nothing that is stored beside the lines. A single
 * changed bit in a stored entry (its line, its hash, or a column made from it) is found, as is a missing entry.
 */
import { genesisHash, nextHash } from '../protocol/chain.ts'
import { decodeEntry, type Entry } from '../protocol/entry.ts'
import { toBase64Url } from '../protocol/hash.ts'
import type { Database } from './dialect/port.ts'
import type { Rows } from './port.ts'
import { isSignedHead } from './received.ts'
import { type StreamHead, streamOf } from './streams.ts'
import type { EntryRow, StreamRow } from './tables.ts'

export interface VerifyProblem {
  readonly site: string
  readonly inc: string
  /** 0 when it is about the stream as a whole. */
  readonly seq: number
  readonly what: string
}

export interface VerifiedStream {
  readonly site: string
  readonly inc: string
  readonly kind: string
  readonly entries: number
  /** Chain hash at the head, base64url: what a printed or signed head must say. */
  readonly head: string
  readonly signatures: number
}

export interface VerifyReport {
  readonly ok: boolean
  readonly entries: number
  readonly streams: readonly VerifiedStream[]
  readonly problems: readonly VerifyProblem[]
}

const PAGE = 500
/** Enough to see what is wrong; a broken chain breaks at every entry after. */
const PROBLEMS_MAX = 100

interface Walk {
  readonly stream: StreamHead
  seq: number
  hash: Buffer
}

export async function verifyJournal(database: Pick<Database, 'reader' | 'set' | 'engineCheck'>): Promise<VerifyReport> {
  const { reader, set } = database
  const problems: VerifyProblem[] = []
  const rows = await reader.all<StreamRow & { pos: number }>(
    'SELECT s.*, j.pos FROM stream s CROSS JOIN journal_state j ORDER BY s.stream',
  )
  const upTo = rows[0]?.pos ?? 0
  const walks = new Map<number, Walk>(rows.map((row) => [row.stream, beginWalk(row, problems)]))
  const scan = set.dialect === 'sqlite' ? 'entry NOT INDEXED' : 'entry'
  let pos = 0
  while (pos < upTo && problems.length < PROBLEMS_MAX) {
    const page = await reader.all<EntryRow>(`SELECT * FROM ${scan} WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?`, [
      pos,
      upTo,
      PAGE,
    ])
    if (page.length === 0) break
    for (const row of page) {
      pos += 1
      verifyRow(row, pos, walks, problems)
    }
    pos = page.at(-1)?.pos ?? upTo
  }
  if (pos !== upTo)
    problems.push({ site: '', inc: '', seq: 0, what: `the newest entries are missing: ${pos} of ${upTo}` })
  for (const walk of walks.values()) endWalk(walk, problems)
  const streams: VerifiedStream[] = []
  for (const walk of walks.values()) streams.push(await verifySignatures(reader, walk, problems))
  for (const what of await database.engineCheck()) problems.push({ site: '', inc: '', seq: 0, what })
  return { ok: problems.length === 0, entries: pos, streams, problems: problems.slice(0, PROBLEMS_MAX) }
}

function beginWalk(row: StreamRow, problems: VerifyProblem[]): Walk {
  const stream = streamOf(row)
  const hash = genesisHash(stream.genesis)
  if (!same(hash, row.genesis_hash)) problems.push(problem(stream, 0, 'the genesis does not give the stored hash'))
  return { stream, seq: 0, hash }
}

function verifyRow(row: EntryRow, pos: number, walks: Map<number, Walk>, problems: VerifyProblem[]): void {
  const walk = walks.get(row.stream)
  if (walk === undefined) {
    problems.push({ site: '', inc: '', seq: row.seq, what: `entry ${row.pos} belongs to no stream` })
    return
  }
  const found = (what: string) => problems.push(problem(walk.stream, row.seq, what))
  if (row.pos !== pos) found(`arrival position ${row.pos} instead of ${pos}`)
  if (row.seq !== walk.seq + 1) found(`entry ${walk.seq + 1} is missing`)
  walk.seq = row.seq
  if (!Buffer.isBuffer(row.line) || !Buffer.isBuffer(row.hash)) {
    found('line or hash are not bytes')
    return
  }
  walk.hash = nextHash(walk.hash, row.line)
  if (!same(walk.hash, row.hash)) found('the chain breaks here')
  // After the report of a break the walk goes on from the stored hash, so that one change is one problem.
  walk.hash = row.hash
  const entry = decodeEntry(row.line)
  if (entry === undefined) found('the line is not an entry')
  else for (const column of differingColumns(row, entry)) found(`the column ${column} is not what the line says`)
}

function differingColumns(row: EntryRow, entry: Entry): string[] {
  const said: Record<string, unknown> = {
    seq: entry.s,
    id: entry.id,
    type: entry.t,
    subject: entry.sub ?? null,
    at: entry.at,
  }
  const stored: Record<string, unknown> = { ...row }
  return Object.keys(said).filter((name) => said[name] !== stored[name])
}

function endWalk({ stream, seq, hash }: Walk, problems: VerifyProblem[]): void {
  if (seq !== stream.seq) problems.push(problem(stream, seq, `the head says ${stream.seq}, the entries end at ${seq}`))
  else if (!same(hash, stream.hash))
    problems.push(problem(stream, seq, 'the head has another hash than its last entry'))
}

interface SignatureRow {
  readonly seq: number
  readonly hash: Buffer
  readonly count: number
  readonly signature: string
  readonly stored: Buffer | null
}

async function verifySignatures(
  reader: Rows,
  { stream, seq }: Walk,
  problems: VerifyProblem[],
): Promise<VerifiedStream> {
  const { site, inc } = stream.genesis
  const rows = await reader.all<SignatureRow>(
    `SELECT g.seq, g.hash, g.count, g.signature, e.hash AS stored FROM stream_signature g
     LEFT JOIN entry e ON e.stream = g.stream AND e.seq = g.seq WHERE g.stream = ? ORDER BY g.seq`,
    [stream.stream],
  )
  for (const row of rows) {
    if (row.stored === null || !same(row.hash, row.stored)) {
      problems.push(problem(stream, row.seq, 'the author signed another hash here'))
    } else if (!isSignedHead(stream.genesis, row)) problems.push(problem(stream, row.seq, 'the signature is wrong'))
  }
  const head = toBase64Url(stream.hash)
  return { site, inc, kind: stream.kind, entries: seq, head, signatures: rows.length }
}

function same(a: Buffer, b: unknown): boolean {
  return Buffer.isBuffer(b) && a.equals(b)
}

function problem(stream: StreamHead, seq: number, what: string): VerifyProblem {
  return { site: stream.genesis.site, inc: stream.genesis.inc, seq, what }
}
