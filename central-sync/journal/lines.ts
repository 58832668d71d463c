/** Reads stored lines and entries, committed ones only. */
import type { EventId } from '../protocol/identifier.ts'
import type { Rows, StoredEntry } from './port.ts'
import { type StoredRow, storedEntry } from './stored-entry.ts'
import { streamOf } from './streams.ts'
import type { StreamRow } from './tables.ts'

export interface Line {
  readonly seq: number
  readonly line: Buffer
  readonly hash: Buffer
}

/** Lines from seq `from` on: at most `limit`, at most `bytes` with their newlines, but always one when there is one. */
export async function linesOf(
  rows: Rows,
  stream: { site: string; inc: string },
  from: number,
  limit: number,
  bytes: number,
): Promise<Line[]> {
  const found = await rows.all<Line>(
    `SELECT seq, line, hash FROM entry WHERE stream = (SELECT stream FROM stream WHERE site = ? AND inc = ?) AND seq >= ?
     ORDER BY seq LIMIT ?`,
    [stream.site, stream.inc, from, limit],
  )
  let size = 0
  const end = found.findIndex(({ line }, index) => {
    size += line.length + 1
    return index > 0 && size > bytes
  })
  return end === -1 ? found : found.slice(0, end)
}

/** The first entry with this event id, of whichever stream. */
export async function entryById(rows: Rows, id: EventId): Promise<StoredEntry | undefined> {
  const row = await rows.one<StoredRow & StreamRow>(
    `SELECT e.pos, e.line, e.hash, s.* FROM entry e JOIN stream s ON s.stream = e.stream
     WHERE e.id = ? ORDER BY e.pos LIMIT 1`,
    [id],
  )
  return row === undefined ? undefined : storedEntry(row, streamOf(row))
}
