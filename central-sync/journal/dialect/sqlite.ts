/**
 * SQLite through TypeORM: one writing and one read-only DataSource on the same file. TypeORM keeps one query runner
 * per SQLite DataSource and its own transaction counter, which a failed COMMIT leaves wrong for ever (a later "commit"
 * only releases a savepoint and never reaches the disk). So its transaction calls are never used here: BEGIN IMMEDIATE,
 * COMMIT and ROLLBACK are plain statements, and only SQLite itself says whether a transaction is open.
 */
import * as sqlite3 from 'sqlite3'
import { DataSource, type EntitySchema, type QueryRunner } from 'typeorm'
import type { Param, Row, Rows } from '../port.ts'
import { type Database, type SchemaObject, SqlError, type SqlFault, type WriterConnection } from './port.ts'
import { PreparedStatements } from './prepared-sqlite.ts'
import { safeNumber, sqliteSet } from './set-sqlite.ts'

const { OPEN_READONLY, OPEN_FULLMUTEX } = sqlite3
const OPEN_READWRITE_CREATE = sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE

const PRAGMAS = [
  'PRAGMA journal_mode = WAL',
  'PRAGMA synchronous = FULL',
  'PRAGMA foreign_keys = ON',
  // INSERT OR REPLACE deletes rows, and only with this do delete triggers see it.
  'PRAGMA recursive_triggers = ON',
  'PRAGMA trusted_schema = OFF',
  'PRAGMA cell_size_check = ON',
  'PRAGMA secure_delete = ON',
  // Pages that every group of taps changes go into the file once per checkpoint: 16 MiB of log, not 4, for fewer of them.
  'PRAGMA wal_autocheckpoint = 4000',
  // A savepoint keeps the old content of each page it changes: in memory, not in a temporary file.
  'PRAGMA temp_store = MEMORY',
  // KiB. One group may change more pages than SQLite's usual 2 MiB hold, and then writes them twice.
  'PRAGMA cache_size = -12288',
]
const READER_PRAGMAS = ['PRAGMA query_only = ON', 'PRAGMA trusted_schema = OFF', 'PRAGMA cell_size_check = ON']
/** Another process may hold the file for a moment (a backup, a check); inside this process the lane is alone. */
const BUSY_TIMEOUT_MS = 5_000

export async function openSqlite(file: string, entities: readonly EntitySchema[] = []): Promise<Database> {
  const writer = new SqliteWriter(file)
  await writer.open()
  const source = sourceOf(file, OPEN_READONLY | OPEN_FULLMUTEX, entities)
  await source.initialize()
  const reader = new SqliteReader(source)
  for (const pragma of READER_PRAGMAS) await reader.all(pragma)
  return {
    set: sqliteSet,
    writer,
    reader,
    source,
    schemaObjects: () => schemaObjects(reader),
    engineCheck: () => engineCheck(reader),
    close: async () => {
      await reader.close()
      await source.destroy()
      await writer.close()
    },
  }
}

function sourceOf(file: string, flags: number, entities: readonly EntitySchema[]): DataSource {
  return new DataSource({
    type: 'sqlite',
    database: file,
    driver: quietDriver(),
    flags,
    busyTimeout: BUSY_TIMEOUT_MS,
    entities: [...entities],
    synchronize: false,
    logging: false,
  })
}

/**
 * The driver is chosen here and nowhere else. TypeORM switches it to `verbose()`, which records a stack trace per call;
 * here that costs and says nothing.
 */
function quietDriver(): unknown {
  const quiet: Record<string, unknown> = { ...sqlite3, verbose: () => quiet }
  return quiet
}

/** Holds SQLite's exclusive lock on a file of its own; undefined when another process or connection holds it. */
export async function holdExclusively(file: string): Promise<(() => Promise<void>) | undefined> {
  const source = sourceOf(file, OPEN_READWRITE_CREATE | OPEN_FULLMUTEX, [])
  await source.initialize()
  try {
    await source.query('PRAGMA busy_timeout = 0')
    await source.query('BEGIN EXCLUSIVE')
  } catch (error) {
    await source.destroy()
    if (error instanceof Error && /SQLITE_BUSY|database is locked/.test(error.message)) return undefined
    throw error
  }
  return async () => {
    if (source.isInitialized) await source.destroy()
  }
}

class SqliteWriter implements WriterConnection {
  private readonly file: string
  private source: DataSource | undefined
  private statements: PreparedStatements | undefined
  private inside = false
  /** A fatal error ended the transaction by itself; further statements would be committed one by one. */
  private broken: SqlError | undefined

  constructor(file: string) {
    this.file = file
  }

  async open(): Promise<void> {
    const source = sourceOf(this.file, OPEN_READWRITE_CREATE | OPEN_FULLMUTEX, [])
    await source.initialize()
    const runner = source.createQueryRunner()
    guardRunner(runner, () => this.inside)
    this.source = source
    this.statements = new PreparedStatements(runner)
    this.inside = true
    try {
      for (const pragma of PRAGMAS) await this.raw(pragma)
    } catch (error) {
      // Half set up it would write without what the rest of them sees to: the next one begins anew.
      await this.reopen()
      throw error
    } finally {
      this.inside = false
    }
  }

  async begin(): Promise<void> {
    if (this.inside) throw new Error('a transaction is already open on the write connection')
    if (this.statements === undefined) await this.open()
    this.inside = true
    try {
      await this.raw('BEGIN IMMEDIATE')
    } catch (error) {
      await this.reset()
      throw error
    }
  }

  async commit(last: readonly string[] = []): Promise<void> {
    if (this.broken !== undefined) throw this.broken
    if (this.statements === undefined) throw new Error('the write connection is closed')
    const script = [...last, 'COMMIT'].join(';')
    try {
      await this.statements.exec(script)
    } catch (error) {
      throw sqlError(error, script)
    }
    this.inside = false
  }

  async rollback(): Promise<void> {
    if (this.broken !== undefined) throw this.broken
    await this.raw('ROLLBACK')
    this.inside = false
  }

  async reset(): Promise<void> {
    this.inside = true
    const idle = await this.rolledBack()
    this.inside = false
    this.broken = undefined
    if (!idle) await this.reopen()
  }

  query<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    if (!this.inside) return Promise.reject(new Error('a write outside the write lane'))
    if (this.broken !== undefined) return Promise.reject(this.broken)
    return this.raw<T>(sql, params)
  }

  async close(): Promise<void> {
    const { source, statements } = this
    this.source = undefined
    this.statements = undefined
    await statements?.close()
    await source?.destroy()
  }

  /** SQLite answers ROLLBACK with "no transaction is active" only in autocommit: that answer is the proof of idleness. */
  private async rolledBack(): Promise<boolean> {
    for (let turn = 0; turn < 2; turn++) {
      try {
        await this.raw('ROLLBACK')
      } catch (error) {
        if (error instanceof SqlError && error.message.includes('no transaction is active')) return true
        return false
      }
    }
    return false
  }

  private async reopen(): Promise<void> {
    try {
      await this.close()
    } catch {
      // A connection that cannot even be closed is abandoned; its file locks go with its last statement.
    }
  }

  private async raw<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    if (this.statements === undefined) throw new Error('the write connection is closed')
    try {
      return await query<T>(this.statements, sql, params)
    } catch (error) {
      if (error instanceof SqlError && error.fatal) this.broken = error
      throw error
    }
  }
}

class SqliteReader implements Rows {
  private readonly statements: PreparedStatements

  constructor(source: DataSource) {
    this.statements = new PreparedStatements(source.createQueryRunner())
  }

  all<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    return query<T>(this.statements, sql, params)
  }

  close(): Promise<void> {
    return this.statements.close()
  }

  async one<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T | undefined> {
    return (await this.all<T>(sql, params))[0]
  }
}

/** Whoever gets at this runner by another way (a repository, an entity manager) is stopped outside the lane. */
function guardRunner(runner: QueryRunner, isInside: () => boolean): void {
  const query = runner.query.bind(runner)
  runner.query = (...call: Parameters<QueryRunner['query']>) =>
    isInside() ? query(...call) : Promise.reject(new Error('a write outside the write lane'))
}

async function query<T extends object>(
  statements: PreparedStatements,
  sql: string,
  params: readonly Param[],
): Promise<T[]> {
  try {
    return (await statements.all(sql, params.map(bound))) as T[]
  } catch (error) {
    throw sqlError(error, sql)
  }
}

function bound(value: Param): unknown {
  if (typeof value === 'bigint') return safeNumber(value)
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return value
}

const FATAL = /^SQLITE_(IOERR|NOMEM|CORRUPT|NOTADB|CANTOPEN|READONLY|INTERRUPT|PROTOCOL|BUSY|MISUSE)/

function sqlError(error: unknown, sql: string): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  const { driverError = error } = error as { driverError?: Error }
  const { code = '' } = driverError as { code?: unknown }
  if (typeof code !== 'string' || !code.startsWith('SQLITE_')) return error
  return new SqlError(error.message, { fault: faultOf(code, error.message), code, sql })
}

function faultOf(code: string, message: string): SqlFault {
  if (code === 'SQLITE_FULL' || message.includes('SQLITE_FULL')) return 'disk_full'
  if (FATAL.test(code)) return 'fatal'
  return message.includes('UNIQUE constraint failed') ? 'unique' : 'statement'
}

async function schemaObjects(reader: Rows): Promise<SchemaObject[]> {
  return reader.all<SchemaObject>(
    `SELECT type AS kind, name, coalesce(sql, '') AS sql FROM sqlite_schema
     WHERE type IN ('table', 'index', 'trigger') AND name NOT LIKE 'sqlite_%' ORDER BY name`,
  )
}

async function engineCheck(reader: Rows): Promise<string[]> {
  const rows = await reader.all<{ integrity_check: string }>('PRAGMA integrity_check(100)')
  return rows.map((row) => row.integrity_check).filter((text) => text !== 'ok')
}
