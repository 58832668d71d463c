/** Statements of one unit of the write lane. Every call after the unit's end, or left unawaited, is a programmer error. */
import type { SetSql, WriterConnection } from './dialect/port.ts'
import type { OnConflict, Param, ProjectionTx, Row, TableShape } from './port.ts'

export class SqlTx implements ProjectionTx {
  protected readonly connection: WriterConnection
  protected readonly set: SetSql
  private ended = false
  private running = 0

  constructor(connection: WriterConnection, set: SetSql) {
    this.connection = connection
    this.set = set
  }

  get dialect(): 'sqlite' | 'postgres' {
    return this.set.dialect
  }

  get alive(): boolean {
    return !this.ended
  }

  async all<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T[]> {
    if (this.ended) throw new Error('the transaction is over: a statement was left unawaited or its tx was kept')
    this.running += 1
    try {
      return await this.connection.query<T>(sql, params)
    } finally {
      this.running -= 1
    }
  }

  async one<T extends object = Row>(sql: string, params: readonly Param[] = []): Promise<T | undefined> {
    return (await this.all<T>(sql, params))[0]
  }

  async run(sql: string, params: readonly Param[] = []): Promise<void> {
    await this.all(sql, params)
  }

  async insert<C extends string>(
    table: TableShape<C>,
    rows: readonly Readonly<Record<C, Param>>[],
    onConflict: OnConflict = 'fail',
  ): Promise<void> {
    if (rows.length === 0) return
    const { sql, params } = this.set.insert(table, rows, onConflict)
    await this.all(sql, params)
  }

  async deleteWhere<C extends string>(
    table: TableShape<C>,
    columns: readonly C[],
    keys: readonly (readonly Param[])[],
  ): Promise<void> {
    if (keys.length === 0) return
    const { sql, params } = this.set.deleteWhere(table, columns, keys)
    await this.all(sql, params)
  }

  /** Runs `work` in a savepoint of its own; what it wrote is undone when it throws. */
  async nested<T>(name: string, work: () => Promise<T>): Promise<T> {
    await this.run(`SAVEPOINT ${name}`)
    try {
      const result = await work()
      await this.run(`RELEASE SAVEPOINT ${name}`)
      return result
    } catch (error) {
      await this.run(`ROLLBACK TO SAVEPOINT ${name}`)
      await this.run(`RELEASE SAVEPOINT ${name}`)
      throw error
    }
  }

  /** Called by the lane when the unit's job has returned. */
  assertQuiet(): void {
    if (this.running > 0) throw new Error('a statement of this job was not awaited')
  }

  end(): void {
    this.ended = true
  }
}
