/** Reads whole entries with their place, for routing and for explanations. */
import type { Rows, StoredEntry } from '../../journal/port.ts'
import type { Entry } from '../../protocol/entry.ts'

interface StoredRow {
  readonly pos: number
  readonly site: string
  readonly inc: string
  readonly line: Buffer
  readonly hash: Buffer
}

const SELECT = `SELECT e.pos AS pos, s.site AS site, s.inc AS inc, e.line AS line, e.hash AS hash
  FROM entry e JOIN stream s ON s.stream = e.stream`

export interface Page {
  readonly from: number
  readonly to: number
  readonly limit: number
}

/** Entries of these types with from < pos ≤ to, in order of arrival. */
export async function entriesBetween(rows: Rows, types: readonly string[], page: Page): Promise<StoredEntry[]> {
  const marks = types.map(() => '?').join(', ')
  const found = await rows.all<StoredRow>(
    `${SELECT} WHERE e.pos > ? AND e.pos <= ? AND e.type IN (${marks}) ORDER BY e.pos LIMIT ?`,
    [page.from, page.to, ...types, page.limit],
  )
  return found.map(storedEntry)
}

/**
 * The same without the taps of workers at their home, which go nowhere: nearly everything that arrives is one, and here
 * not even its line is read. Only for entries the followers have seen.
 */
export async function entriesAway(rows: Rows, types: readonly string[], page: Page): Promise<StoredEntry[]> {
  const marks = types.map(() => '?').join(', ')
  const found = await rows.all<StoredRow>(
    `${SELECT} WHERE e.pos > ? AND e.pos <= ? AND e.type IN (${marks}) AND NOT (e.type = 'tap.recorded' AND EXISTS (
        SELECT 1 FROM tap_row t JOIN route_home h ON h.worker = t.worker
        WHERE t.entry_pos = e.pos AND h.site = s.site))
      ORDER BY e.pos LIMIT ?`,
    [page.from, page.to, ...types, page.limit],
  )
  return found.map(storedEntry)
}

/** The entry with this id that arrived first. */
export async function entryWithId(rows: Rows, id: string): Promise<StoredEntry | undefined> {
  const row = await rows.one<StoredRow>(`${SELECT} WHERE e.id = ? ORDER BY e.pos LIMIT 1`, [id])
  return row === undefined ? undefined : storedEntry(row)
}

export async function entryAt(rows: Rows, pos: number): Promise<StoredEntry | undefined> {
  const row = await rows.one<StoredRow>(`${SELECT} WHERE e.pos = ?`, [pos])
  return row === undefined ? undefined : storedEntry(row)
}

/** Lines were checked against the envelope at the door, or written here. */
function storedEntry({ pos, site, inc, line, hash }: StoredRow): StoredEntry {
  return { ...(JSON.parse(line.toString('utf8')) as Entry), pos, site, inc, hash }
}
