/** Everything in which SQLite and PostgreSQL differ, as the rest of the journal sees it. */
import type { DataSource } from 'typeorm'
import type { OnConflict, Param, Row, Rows, TableShape } from '../port.ts'

export type DatabaseSettings =
  | { readonly kind: 'sqlite'; readonly file: string }
  | { readonly kind: 'postgres'; readonly url: string }

/** Why a statement failed. `fatal`: the transaction or the connection is gone, not only this statement. */
export type SqlFault = 'statement' | 'unique' | 'fatal' | 'disk_full'

/** A failed statement without its parameters: those may be personal and errors end up in logs. */
export class SqlError extends Error {
  override readonly name = 'SqlError'
  readonly fault: SqlFault
  readonly code: string
  readonly sql: string
  constructor(message: string, details: { fault: SqlFault; code: string; sql: string }) {
    super(message)
    this.fault = details.fault
    this.code = details.code
    this.sql = details.sql.slice(0, 400)
  }

  /** True when nothing of the open transaction can be saved. */
  get fatal(): boolean {
    return this.fault === 'fatal' || this.fault === 'disk_full'
  }
}

/** The only writing connection of a database. Statements are possible between `begin` and `commit` or `reset` only. */
export interface WriterConnection {
  /** Throws when the connection is not idle, and brings it back to idle before it throws. */
  begin(): Promise<void>
  /**
   * Runs `last` (texts without parameters) and commits, in one trip where the engine can. Resolves when the commit is
   * durable; throws when that is not known.
   */
  commit(last?: readonly string[]): Promise<void>
  /** Ends the transaction without its writes; throws when that is not known. */
  rollback(): Promise<void>
  /** Brings the connection back to a truly idle state, by a real ROLLBACK or by opening it again. */
  reset(): Promise<void>
  query<T extends object = Row>(sql: string, params?: readonly Param[]): Promise<T[]>
  close(): Promise<void>
}

/** Rows of the `entry` table as one block: what an append writes. */
export interface EntryBlock {
  readonly stream: number
  readonly firstPos: number
  readonly firstSeq: number
  readonly rows: readonly {
    readonly id: string
    readonly type: string
    readonly subject: string | null
    readonly at: number
    readonly line: Uint8Array
    readonly hash: Uint8Array
  }[]
}

export interface Statement {
  readonly sql: string
  readonly params: readonly Param[]
}

/** How sets of rows are written in one statement. Pure. */
export interface SetSql {
  readonly dialect: 'sqlite' | 'postgres'
  insert(table: TableShape, rows: readonly Readonly<Record<string, Param>>[], onConflict: OnConflict): Statement
  deleteWhere(table: TableShape, columns: readonly string[], keys: readonly (readonly Param[])[]): Statement
  appendEntries(block: EntryBlock): Statement
  /** Bytes as a literal in a text. */
  bytes(value: Uint8Array): string
  /** Rows `id`: those of these event ids that stand before the position. */
  idsBefore(ids: readonly string[], pos: number): Statement
}

/** A table, index or trigger that stands in the database. `sql` is empty where the server does not keep it. */
export interface SchemaObject {
  readonly kind: 'table' | 'index' | 'trigger'
  readonly name: string
  readonly sql: string
}

export interface Database {
  readonly set: SetSql
  readonly writer: WriterConnection
  /** A read-only connection: committed facts only. */
  readonly reader: Rows
  /** The read-only DataSource itself, for repositories of this room's schemas. */
  readonly source: DataSource
  schemaObjects(): Promise<SchemaObject[]>
  /** Problems found by the engine's own check of its file; empty when there are none or the engine has no such check. */
  engineCheck(): Promise<string[]>
  close(): Promise<void>
}
