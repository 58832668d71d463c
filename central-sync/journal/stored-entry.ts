/** Reads entries back from their rows. The line is what counts; the columns beside it are only for finding it. */
import type { Entry } from '../protocol/entry.ts'
import type { Rows, StoredEntry } from './port.ts'
import { allStreams, type StreamHead } from './streams.ts'

export interface StoredRow {
  readonly pos: number
  readonly stream: number
  readonly line: Buffer
  readonly hash: Buffer
}

/** Lines were checked against the envelope at the door, or written here, so they are parsed and not validated again. */
export function storedEntry(row: StoredRow, stream: StreamHead): StoredEntry {
  return storedAs(JSON.parse(row.line.toString('utf8')) as Entry, row, stream)
}

/** An entry with its place in its stream. The entry itself is changed. */
export function storedAs(
  entry: Entry,
  { pos, hash }: Pick<StoredRow, 'pos' | 'hash'>,
  stream: StreamHead,
): StoredEntry {
  const placed = entry as Entry & {
    -readonly [K in keyof Pick<StoredEntry, 'pos' | 'site' | 'inc' | 'hash'>]: StoredEntry[K]
  }
  placed.pos = pos
  placed.site = stream.genesis.site
  placed.inc = stream.genesis.inc
  placed.hash = hash
  return placed
}

/** Entries with after < pos ≤ upTo, in order of arrival. Streams not known yet are added to `streams`. */
export async function entriesAfter(
  rows: Rows,
  streams: Map<number, StreamHead>,
  range: { after: number; upTo: number; limit: number },
): Promise<StoredEntry[]> {
  const found = await rows.all<StoredRow>(
    'SELECT pos, stream, line, hash FROM entry WHERE pos > ? AND pos <= ? ORDER BY pos LIMIT ?',
    [range.after, range.upTo, range.limit],
  )
  if (found.some(({ stream }) => !streams.has(stream))) {
    for (const stream of await allStreams(rows)) streams.set(stream.stream, stream)
  }
  return found.map((row) => {
    const stream = streams.get(row.stream)
    if (stream === undefined) throw new Error(`entry ${row.pos} belongs to no known stream`)
    return storedEntry(row, stream)
  })
}
