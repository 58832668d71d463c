/**
 * The few places where a projection needs SQL that SQLite and PostgreSQL spell differently.
 *
 * A list of keys travels as one JSON parameter, so that a statement has the same text for one key and for ten thousand:
 *
 *   SELECT t.* FROM ${keyRows(tx)} AS k CROSS JOIN tap AS t WHERE t.worker = k.value->>0 AND t.day = k.value->>1
 *
 * `->>` takes an element as text on both; CROSS JOIN keeps SQLite from starting with the large table.
 */
import type { Param, ProjectionTx } from '../port.ts'

/** FROM-item with one column `value`: the JSON arrays of the parameter made by `keyParam`. Name it `AS k`. */
export function keyRows(tx: Pick<ProjectionTx, 'dialect'>): string {
  return tx.dialect === 'sqlite' ? 'json_each(?)' : '(SELECT value FROM json_array_elements(CAST(? AS json)))'
}

/** Keys of several columns. All of them text. */
export function keyParam(keys: readonly (readonly string[])[]): Param {
  return JSON.stringify(keys)
}

/** `?, ?, ?` for an IN list of a reader; lists of readers are short (a page, a batch of taps). */
export function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}

/** One DDL text in SQLite's words, in PostgreSQL's: wider integers, no STRICT, no WITHOUT ROWID. */
export function postgresDdl(sqlite: string): string {
  return sqlite
    .replace(/\bINTEGER\b/g, 'BIGINT')
    .replace(/\bBLOB\b/g, 'BYTEA')
    .replace(/\)\s*STRICT(?:\s*,\s*WITHOUT ROWID)?\s*$/, ')')
}
