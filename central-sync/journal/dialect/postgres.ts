/**
 * PostgreSQL through TypeORM, for the hub: one pooled client as writer, a pool of read-only sessions. The writer takes
 * the row lock on the journal's state first (see `own-stream.ts`), so several hub processes queue up at that row.
 */
import { DataSource, type EntitySchema, type QueryRunner } from 'typeorm'
import type { Param, Row, Rows } from '../port.ts'
import { type Database, type SchemaObject, SqlError, type SqlFault, type WriterConnection } from './port.ts'
import { postgresSet } from './set-postgres.ts'

const NUMERIC_OIDS = new Set([20, 1700])
const READERS_MAX = 4
const SETTINGS = ["SET synchronous_commit = 'on'", "SET lock_timeout = '15s'", "SET TIME ZONE 'UTC'"]

export async function openPostgres(url: string, entities: readonly EntitySchema[] = []): Promise<Database> {
  // Loaded at first use: a centre never opens PostgreSQL.
  const { default: driver } = await import('pg')
  const writing = sourceOf(driver, url, { max: 1 }, [])
  const readOnly = '-c default_transaction_read_only=on'
  const reading = sourceOf(driver, url, { max: READERS_MAX, options: readOnly }, entities)
  await writing.initialize()
  await reading.initialize()
  const writer = new PostgresWriter(writing)
  const reader = new PostgresReader(reading)
  return {
    set: postgresSet,
    writer,
    reader,
    source: reading,
    schemaObjects: () => schemaObjects(reader),
    engineCheck: () => Promise.resolve([]),
    close: async () => {
      await writer.close()
      await reading.destroy()
    },
  }
}

function sourceOf(
  driver: Driver,
  url: string,
  pool: { max: number; options?: string },
  entities: readonly EntitySchema[],
): DataSource {
  return new DataSource({
    type: 'postgres',
    driver,
    url,
    entities: [...entities],
    synchronize: false,
    logging: false,
    installExtensions: false,
    poolErrorHandler: () => undefined,
    extra: { ...pool, types: integerTypes(driver), connectionTimeoutMillis: 5_000, keepAlive: true },
  })
}

type Driver = Pick<typeof import('pg'), 'types'>

/** int8 and numeric come back as numbers, as they do from SQLite; everything else as the driver reads it. */
function integerTypes({ types }: Driver): Pick<Driver['types'], 'getTypeParser'> {
  const read: Driver['types']['getTypeParser'] = (oid: number, format?: unknown) =>
    NUMERIC_OIDS.has(oid) && format !== 'binary' ? Number : types.getTypeParser(oid, format as 'text')
  return { getTypeParser: read }
}

class PostgresWriter implements WriterConnection {
  private readonly source: DataSource
  private runner: QueryRunner | undefined
  private inside = false
  private broken: SqlError | undefined

  constructor(source: DataSource) {
    this.source = source
    // A repository or entity manager would open its own runner beside the lane; nobody else gets one.
    const make = source.createQueryRunner.bind(source)
    this.newRunner = () => make('master')
    source.createQueryRunner = () => {
      throw new Error('a write outside the write lane')
    }
  }

  private readonly newRunner: () => QueryRunner

  async begin(): Promise<void> {
    if (this.inside) throw new Error('a transaction is already open on the write connection')
    try {
      await this.connected()
      this.inside = true
      await this.raw('BEGIN')
    } catch (error) {
      await this.reset()
      throw error
    }
  }

  /** PostgreSQL answers COMMIT of an aborted transaction with the tag ROLLBACK and no error. */
  async commit(last: readonly string[] = []): Promise<void> {
    if (this.broken !== undefined) throw this.broken
    for (const sql of last) await this.raw(sql)
    if (this.runner === undefined) throw new Error('the write connection is closed')
    const client = (await this.runner.connect()) as { query(sql: string): Promise<{ command: string }> }
    let tag: string
    try {
      tag = (await client.query('COMMIT')).command
    } catch (error) {
      throw sqlError(error, 'COMMIT')
    }
    if (tag !== 'COMMIT') throw new SqlError('COMMIT was answered with ROLLBACK', { fault: 'fatal', code: '', sql: '' })
    this.inside = false
  }

  async rollback(): Promise<void> {
    if (this.broken !== undefined) throw this.broken
    await this.raw('ROLLBACK')
    this.inside = false
  }

  /** The client is thrown away: a new session is idle by construction. */
  async reset(): Promise<void> {
    const runner = this.runner
    this.runner = undefined
    this.inside = false
    this.broken = undefined
    if (runner === undefined || runner.isReleased) return
    await (runner as unknown as { releasePostgresConnection(error?: Error): Promise<void> }).releasePostgresConnection(
      new Error('the write connection is reset'),
    )
  }

  query<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    if (!this.inside) return Promise.reject(new Error('a write outside the write lane'))
    if (this.broken !== undefined) return Promise.reject(this.broken)
    return this.raw<T>(sql, params)
  }

  async close(): Promise<void> {
    await this.reset()
    if (this.source.isInitialized) await this.source.destroy()
  }

  private async connected(): Promise<void> {
    if (this.runner !== undefined && !this.runner.isReleased) return
    this.runner = this.newRunner()
    try {
      await this.runner.connect()
    } catch (error) {
      throw sqlError(error, 'connect')
    }
    for (const setting of SETTINGS) await this.raw(setting)
  }

  private async raw<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    if (this.runner === undefined) throw new Error('the write connection is closed')
    try {
      return await queryRunner<T>(this.runner, sql, params)
    } catch (error) {
      if (error instanceof SqlError && error.fatal) this.broken = error
      throw error
    }
  }
}

class PostgresReader implements Rows {
  private readonly source: DataSource

  constructor(source: DataSource) {
    this.source = source
  }

  async all<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    const runner = this.source.createQueryRunner('master')
    try {
      return await queryRunner<T>(runner, sql, params)
    } finally {
      await runner.release()
    }
  }

  async one<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T | undefined> {
    return (await this.all<T>(sql, params))[0]
  }
}

async function queryRunner<T extends object>(runner: QueryRunner, sql: string, params: readonly Param[]): Promise<T[]> {
  try {
    const result = await runner.query(numbered(sql), [...params], true)
    return result.records as T[]
  } catch (error) {
    throw sqlError(error, sql)
  }
}

const known = new Map<string, string>()

/** `?` → `$1`, `$2` … outside of quoted text. */
export function numbered(sql: string): string {
  const ready = known.get(sql)
  if (ready !== undefined) return ready
  let index = 0
  const text = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\?/g, (part) => (part === '?' ? `$${++index}` : part))
  if (known.size < 2_000) known.set(sql, text)
  return text
}

function sqlError(error: unknown, sql: string): Error {
  if (error instanceof SqlError) return error
  const driver = ((error as { driverError?: unknown }).driverError ?? error) as { code?: unknown; message?: unknown }
  const code = typeof driver.code === 'string' ? driver.code : ''
  return new SqlError(String(driver.message ?? error), { fault: faultOf(code), code, sql })
}

/** Class 08 connection, 53 resources, 57P shut-down, 58 and XX the server's own trouble; no SQLSTATE = the socket died. */
function faultOf(code: string): SqlFault {
  if (code === '53100') return 'disk_full'
  if (code === '23505') return 'unique'
  return /^[0-9A-Z]{5}$/.test(code) && !/^(08|53|57P|58|XX)/.test(code) ? 'statement' : 'fatal'
}

async function schemaObjects(reader: Rows): Promise<SchemaObject[]> {
  return reader.all<SchemaObject>(`
    SELECT 'table' AS kind, tablename AS name, '' AS sql FROM pg_tables WHERE schemaname = current_schema()
    UNION ALL SELECT 'index', indexname, '' FROM pg_indexes WHERE schemaname = current_schema()
    UNION ALL SELECT 'trigger', t.tgname, '' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND n.nspname = current_schema()`)
}
