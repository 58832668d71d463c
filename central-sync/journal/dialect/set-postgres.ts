/** Set-based statements of PostgreSQL: one array parameter per column through `unnest`. */
import type { ColumnType, OnConflict, Param, TableShape } from '../port.ts'
import type { EntryBlock, SetSql, Statement } from './port.ts'
import { lastOfEachKey } from './rows-by-key.ts'

export const postgresSet: SetSql = { dialect: 'postgres', insert, deleteWhere, appendEntries, idsBefore, bytes }

const ARRAY: Readonly<Record<ColumnType, string>> = { text: 'text[]', integer: 'int8[]', blob: 'bytea[]' }

/** An array parameter of `unnest`; the driver takes arrays, the port of the house does not name them. */
function column(values: readonly (Param | undefined)[]): Param {
  const array: unknown = values.map((value) => {
    if (value === undefined || value === null) return null
    if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    return typeof value === 'bigint' ? value.toString() : value
  })
  return array as Param
}

function insert(
  table: TableShape,
  rows: readonly Readonly<Record<string, Param>>[],
  onConflict: OnConflict,
): Statement {
  const columns = Object.entries(table.columns)
  const names = columns.map(([name]) => name)
  const arrays = columns.map(([, type], index) => `$${index + 1}::${ARRAY[type]}`)
  const wanted = onConflict === 'replace' ? lastOfEachKey(table, rows) : rows
  const head = `INSERT INTO ${table.name} (${names.join(', ')}) SELECT * FROM unnest(${arrays.join(', ')})`
  return {
    sql: `${head}${conflictClause(table, names, onConflict)}`,
    params: names.map((name) => column(wanted.map((row) => row[name]))),
  }
}

function conflictClause(table: TableShape, names: readonly string[], onConflict: OnConflict): string {
  if (onConflict === 'fail') return ''
  const others = names.filter((name) => !table.key.includes(name))
  if (onConflict === 'ignore' || others.length === 0) return ' ON CONFLICT DO NOTHING'
  const updates = others.map((name) => `${name} = excluded.${name}`)
  return ` ON CONFLICT (${table.key.join(', ')}) DO UPDATE SET ${updates.join(', ')}`
}

function deleteWhere(table: TableShape, columns: readonly string[], keys: readonly (readonly Param[])[]): Statement {
  const types = table.columns as Readonly<Record<string, ColumnType>>
  const arrays = columns.map((name, index) => `$${index + 1}::${ARRAY[types[name] ?? 'text']}`)
  return {
    sql: `DELETE FROM ${table.name} WHERE (${columns.join(', ')}) IN (SELECT * FROM unnest(${arrays.join(', ')}))`,
    params: columns.map((_, index) => column(keys.map((key) => key[index]))),
  }
}

const APPEND = `INSERT INTO entry (pos, stream, seq, id, type, subject, at, line, hash)
  SELECT pos, $2::int8, seq, id, type, subject, at, line, hash
  FROM unnest($1::int8[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::int8[], $8::bytea[], $9::bytea[])
    AS row (pos, seq, id, type, subject, at, line, hash)`

function appendEntries({ stream, firstPos, firstSeq, rows }: EntryBlock): Statement {
  const params: Param[] = [
    column(rows.map((_, index) => firstPos + index)),
    stream,
    column(rows.map((_, index) => firstSeq + index)),
    column(rows.map(({ id }) => id)),
    column(rows.map(({ type }) => type)),
    column(rows.map(({ subject }) => subject)),
    column(rows.map(({ at }) => at)),
    column(rows.map(({ line }) => line)),
    column(rows.map(({ hash }) => hash)),
  ]
  return { sql: APPEND, params }
}

function bytes(value: Uint8Array): string {
  return `'\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}'::bytea`
}

function idsBefore(ids: readonly string[], pos: number): Statement {
  return { sql: 'SELECT DISTINCT id FROM entry WHERE id = ANY($1::text[]) AND pos < $2', params: [column(ids), pos] }
}
