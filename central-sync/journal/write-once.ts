/**
 * A command that is sent again finds what it did the first time. The floor keeps answers in another database than the
 * journal, so a crash between commit and answer would let a repeat run again; what stands here was committed together
 * with the entries themselves.
 */
import { isRefusal } from '../protocol/refusal.ts'
import { DAY_MS } from '../protocol/time.ts'
import type { Journal, Migration, TableShape, Tx } from './port.ts'

/** As long as the floor keeps answers: later, the same key is a new request. */
const KEPT_MS = 3 * DAY_MS

const doneRequestTable = {
  name: 'done_request',
  columns: { request: 'text', job: 'text', at: 'integer', value: 'text' },
  key: ['request', 'job'],
} as const satisfies TableShape

/** Neither journal nor projection: never rebuilt, and forgotten after some days. */
export const doneRequestMigration: Migration = {
  number: 290,
  name: 'requests that were done',
  sqlite: [
    `CREATE TABLE done_request (
      request TEXT NOT NULL,
      job TEXT NOT NULL,
      at INTEGER NOT NULL,
      value TEXT NOT NULL,
      PRIMARY KEY (request, job)
    ) STRICT, WITHOUT ROWID`,
  ],
  postgres: [
    `CREATE TABLE done_request (
      request TEXT COLLATE "C" NOT NULL,
      job TEXT COLLATE "C" NOT NULL,
      at INT8 NOT NULL,
      value TEXT COLLATE "C" NOT NULL,
      PRIMARY KEY (request, job)
    )`,
  ],
}

/**
 * Runs `job` in the lane once for each request. `request` is the floor's `requestKey`; undefined = no repeat can be told
 * from a new wish, so it simply runs. What the job returns is kept as JSON and in clear: ids and counts, never a name and
 * never a secret. A refusal is not kept: nothing was done.
 */
export function writeOnce<T>(
  journal: Pick<Journal, 'write'>,
  request: string | undefined,
  name: string,
  job: (tx: Tx) => Promise<T>,
): Promise<T> {
  if (request === undefined) return journal.write(name, job)
  return journal.write(name, async (tx) => {
    const sql = 'SELECT value FROM done_request WHERE request = ? AND job = ?'
    const done = await tx.one<{ value: string }>(sql, [request, name])
    if (done !== undefined) return (JSON.parse(done.value) as { readonly value: T }).value
    const value = await job(tx)
    if (isRefusal(value)) return value
    await tx.run('DELETE FROM done_request WHERE at < ?', [tx.now - KEPT_MS])
    await tx.insert(doneRequestTable, [{ request, job: name, at: tx.now, value: JSON.stringify({ value }) }])
    return value
  })
}
