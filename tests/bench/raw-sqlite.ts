/** The bare driver without any of our code, for baselines: WAL, `synchronous=FULL`, awaited statements. */
import sqlite3 from 'sqlite3'

export interface RawDatabase extends AsyncDisposable {
  run(sql: string, params?: readonly unknown[]): Promise<void>
  all<T>(sql: string, params?: readonly unknown[]): Promise<T[]>
}

export async function openRaw(file: string): Promise<RawDatabase> {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(file, (error) => (error ? reject(error) : resolve(opened)))
  })
  const run = (sql: string, params: readonly unknown[] = []) =>
    new Promise<void>((resolve, reject) => {
      database.run(sql, params, (error: Error | null) => (error ? reject(error) : resolve()))
    })
  const all = <T>(sql: string, params: readonly unknown[] = []) =>
    new Promise<T[]>((resolve, reject) => {
      database.all(sql, params, (error: Error | null, rows: T[]) => (error ? reject(error) : resolve(rows)))
    })
  await run('PRAGMA journal_mode=WAL')
  await run('PRAGMA synchronous=FULL')
  return {
    run,
    all,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve, reject) => database.close((error) => (error ? reject(error) : resolve()))),
  }
}
