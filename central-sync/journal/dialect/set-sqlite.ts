/**
 * Set-based statements of SQLite: rows travel as one JSON parameter through `json_each`, blobs as one packed blob cut
 * by `substr`, so a statement has the same text and the same few parameters for one row and for a thousand.
 */
import type { OnConflict, Param, TableShape } from '../port.ts'
import type { EntryBlock, SetSql, Statement } from './port.ts'
import { lastOfEachKey } from './rows-by-key.ts'

export const sqliteSet: SetSql = { dialect: 'sqlite', insert, deleteWhere, appendEntries, idsBefore, bytes }

const inserts = new WeakMap<TableShape, Map<OnConflict, string>>()

function insert(
  table: TableShape,
  rows: readonly Readonly<Record<string, Param>>[],
  onConflict: OnConflict,
): Statement {
  const known = inserts.get(table) ?? new Map<OnConflict, string>()
  inserts.set(table, known)
  const sql = known.get(onConflict) ?? insertSql(table, onConflict)
  known.set(onConflict, sql)
  const blobs = new BlobPack()
  const columns = Object.entries(table.columns)
  const wanted = onConflict === 'replace' ? lastOfEachKey(table, rows) : rows
  const values = wanted.map((row) =>
    columns.map(([name, type]) => (type === 'blob' ? blobs.put(row[name]) : plain(row[name]))),
  )
  const json = JSON.stringify(values)
  return { sql, params: hasBlob(table) ? [json, blobs.bytes()] : [json] }
}

function hasBlob(table: TableShape): boolean {
  return Object.values(table.columns).includes('blob')
}

function insertSql(table: TableShape, onConflict: OnConflict): string {
  const names = Object.keys(table.columns)
  const picks = Object.values(table.columns).map((type, index) =>
    type === 'blob' ? `iif(value ->> ${index} IS NULL, NULL, ${cut(index)})` : `value ->> ${index}`,
  )
  const head = `INSERT INTO ${table.name} (${names.join(', ')}) SELECT ${picks.join(', ')} FROM json_each(?1) WHERE true`
  if (onConflict === 'fail') return head
  const others = names.filter((name) => !table.key.includes(name))
  if (onConflict === 'ignore' || others.length === 0) return `${head} ON CONFLICT DO NOTHING`
  const updates = others.map((name) => `${name} = excluded.${name}`)
  return `${head} ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${updates.join(', ')}`
}

/** A blob is named in the JSON as `"offset,length"` into the packed parameter. */
function cut(index: number): string {
  const text = `value ->> ${index}`
  return `substr(?2, CAST(substr(${text}, 1, instr(${text}, ',') - 1) AS INTEGER), CAST(substr(${text}, instr(${text}, ',') + 1) AS INTEGER))`
}

/** Begins with one unused byte, because the driver binds an empty buffer as NULL. */
class BlobPack {
  private readonly parts: Uint8Array[] = [new Uint8Array(1)]
  private size = 1

  put(value: Param | undefined): string | null {
    if (value === null || value === undefined) return null
    if (!(value instanceof Uint8Array)) throw new TypeError('a blob column takes bytes')
    const name = `${this.size + 1},${value.length}`
    this.parts.push(value)
    this.size += value.length
    return name
  }

  bytes(): Buffer {
    return Buffer.concat(this.parts, this.size)
  }
}

function plain(value: Param | undefined): string | number | null {
  if (value === undefined || value === null) return null
  if (typeof value === 'bigint') return safeNumber(value)
  if (value instanceof Uint8Array) throw new TypeError('bytes belong in a blob column')
  return value
}

/** An integer as a number; one that would lose digits is a programmer error. */
export function safeNumber(value: bigint): number {
  const number = Number(value)
  if (!Number.isSafeInteger(number)) throw new RangeError(`${value} does not fit a safe integer`)
  return number
}

function deleteWhere(table: TableShape, columns: readonly string[], keys: readonly (readonly Param[])[]): Statement {
  const picks = columns.map((_, index) => `value ->> ${index}`)
  const left = columns.length === 1 ? columns[0] : `(${columns.join(', ')})`
  const sql = `DELETE FROM ${table.name} WHERE ${left} IN (SELECT ${picks.join(', ')} FROM json_each(?))`
  return { sql, params: [JSON.stringify(keys.map((key) => key.map(plain)))] }
}

const APPEND = `INSERT INTO entry (pos, stream, seq, id, type, subject, at, line, hash)
  SELECT ?1 + key, ?2, ?3 + key, value ->> 0, value ->> 1, value ->> 2, value ->> 3,
    substr(?5, value ->> 4, value ->> 5), substr(?6, 32 * key + 1, 32)
  FROM json_each(?4)`

function appendEntries({ stream, firstPos, firstSeq, rows }: EntryBlock): Statement {
  let offset = 1
  const values: unknown[] = []
  for (const { id, type, subject, at, line } of rows) {
    values.push([id, type, subject, at, offset, line.length])
    offset += line.length
  }
  const lines = Buffer.concat(rows.map(({ line }) => line))
  const hashes = Buffer.concat(rows.map(({ hash }) => hash))
  return { sql: APPEND, params: [firstPos, stream, firstSeq, JSON.stringify(values), lines, hashes] }
}

function bytes(value: Uint8Array): string {
  return `x'${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'`
}

function idsBefore(ids: readonly string[], pos: number): Statement {
  const sql = `SELECT DISTINCT e.id FROM json_each(?) AS k CROSS JOIN entry AS e INDEXED BY entry_id
    WHERE e.id = k.value AND e.pos < ?`
  return { sql, params: [JSON.stringify(ids), pos] }
}
