/**
 * Statements of one SQLite connection, prepared once. TypeORM hands every text to the driver anew, which prepares it in one
 * trip to the thread pool, runs it in a second and throws it away; the few texts of a hot path are kept here instead, on
 * the very connection that TypeORM owns. A text goes through TypeORM the first time and is prepared the second time.
 */
import type { Database, Statement } from 'sqlite3'
import type { QueryRunner } from 'typeorm'

/** Texts remembered per connection; the one unused for longest is let go first. */
const TEXTS_MAX = 200

export class PreparedStatements {
  private readonly runner: QueryRunner
  /** Oldest use first. `undefined`: seen once. */
  private readonly known = new Map<string, Promise<Statement> | undefined>()
  private database: Database | undefined
  private running = 0
  private closed = false
  private idle: () => void = () => undefined

  constructor(runner: QueryRunner) {
    this.runner = runner
  }

  /** Throws what the driver or TypeORM throws, and when it is closed. */
  async all(sql: string, params: readonly unknown[]): Promise<unknown[]> {
    if (this.closed) throw new Error('the connection is closed')
    this.running += 1
    try {
      return await this.answer(sql, params)
    } finally {
      this.running -= 1
      if (this.running === 0) this.idle()
    }
  }

  /** Runs texts without parameters, one after the other, in one trip. */
  async exec(script: string): Promise<void> {
    if (this.closed) throw new Error('the connection is closed')
    this.running += 1
    try {
      const database = await this.connected()
      await new Promise<void>((resolve, reject) => {
        database.exec(script, (error) => (error === null ? resolve() : reject(error)))
      })
    } finally {
      this.running -= 1
      if (this.running === 0) this.idle()
    }
  }

  private async connected(): Promise<Database> {
    this.database ??= (await this.runner.connect()) as Database
    return this.database
  }

  private async answer(sql: string, params: readonly unknown[]): Promise<unknown[]> {
    if (!this.known.has(sql)) return this.first(sql, params)
    const kept = this.known.get(sql) ?? this.prepare(sql)
    this.keep(sql, kept)
    try {
      return await run(await kept, params)
    } catch (error) {
      // A failed statement may hold on to what it was bound to; the next one begins anew.
      if (this.known.get(sql) === kept) this.known.delete(sql)
      discard(kept)
      throw error
    }
  }

  /** Before the connection is closed: it cannot be while one of its statements lives, so what runs ends first. */
  async close(): Promise<void> {
    this.closed = true
    if (this.running > 0) {
      await new Promise<void>((resolve) => {
        this.idle = resolve
      })
    }
    const kept = [...this.known.values()]
    this.known.clear()
    await Promise.allSettled(kept)
    for (const statement of kept) discard(statement)
  }

  private async first(sql: string, params: readonly unknown[]): Promise<unknown[]> {
    // The runner takes a text that begins with INSERT, UPDATE or DELETE as one without rows.
    const text = /\bRETURNING\b/i.test(sql) ? ` ${sql}` : sql
    const result: unknown = await this.runner.query(text, [...params])
    // Another call of the same text may have been quicker, and its statement must not be forgotten.
    if (!this.known.has(sql)) this.keep(sql, undefined)
    return Array.isArray(result) ? result : []
  }

  private keep(sql: string, statement: Promise<Statement> | undefined): void {
    this.known.delete(sql)
    this.known.set(sql, statement)
    if (this.known.size <= TEXTS_MAX) return
    for (const [oldest, kept] of this.known) {
      this.known.delete(oldest)
      discard(kept)
      return
    }
  }

  private async prepare(sql: string): Promise<Statement> {
    const database = await this.connected()
    return new Promise((resolve, reject) => {
      const statement = database.prepare(sql, (error) => (error === null ? resolve(statement) : reject(error)))
    })
  }
}

function run(statement: Statement, params: readonly unknown[]): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    statement.all(params, (error: Error | null, rows: unknown[]) => (error === null ? resolve(rows) : reject(error)))
  })
}

/** The driver lets what is queued run first. */
function discard(kept: Promise<Statement> | undefined): void {
  kept?.then(
    (statement) => statement.finalize(),
    () => undefined,
  )
}
