/** The file of secrets: a small SQLite database of its own, beside the journal and in no backup of it. */
import { chmod, mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Clock } from '../../protocol/time.ts'
import type { Database } from '../dialect/port.ts'
import { openSqlite } from '../dialect/sqlite.ts'
import { type Log, silentLog } from '../log.ts'
import { migrate } from '../migrate.ts'
import type { Rows } from '../port.ts'
import { SqlTx } from '../sql-tx.ts'
import { WriteLane } from '../write-lane.ts'
import { secretMigrations } from './schema.ts'

export interface SecretFile {
  readonly read: Rows
  /** Resolves after COMMIT with fsync. */
  write<T>(name: string, job: (tx: SqlTx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export async function openSecretFile(file: string, clock: Clock, log: Log = silentLog): Promise<SecretFile> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const database = await openSqlite(file)
  await chmod(file, 0o600)
  await migrate(database, secretMigrations, clock.now())
  const lane = new WriteLane<SqlTx>({ connection: database.writer, host: plainHost(database), clock, log })
  return {
    read: database.reader,
    write: (name, job) => lane.run(name, job),
    close: async () => {
      await lane.close()
      await database.close()
    },
  }
}

function plainHost(database: Database) {
  return {
    opened: () => Promise.resolve(),
    unit: () => new SqlTx(database.writer, database.set),
    prepare: () => Promise.resolve(),
    finish: () => Promise.resolve(),
    undone: () => undefined,
    parting: () => [],
    committed: () => undefined,
    lost: () => undefined,
  }
}
