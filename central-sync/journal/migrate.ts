/**
 * Numbered migrations, listed by hand, each with two bodies, applied one transaction at a time. A database that knows
 * a migration this program does not know comes from the future and is refused by name: running on would misread it.
 */
import type { Instant } from '../protocol/time.ts'
import type { Database } from './dialect/port.ts'
import type { Migration } from './port.ts'

const LEDGER = {
  sqlite:
    'CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at INTEGER NOT NULL) STRICT',
  postgres:
    'CREATE TABLE IF NOT EXISTS migration (number INT8 PRIMARY KEY, name TEXT COLLATE "C" NOT NULL, at INT8 NOT NULL)',
}

/** The database was last written by a newer program. */
export class DatabaseFromTheFuture extends Error {
  override readonly name = 'DatabaseFromTheFuture'
}

/** A trigger, index or table of the schema is gone or was changed. */
export class GuardMissing extends Error {
  override readonly name = 'GuardMissing'
}

/** Applies what is missing and checks that every guard stands. Returns the names of the migrations applied. */
export async function migrate(database: Database, migrations: readonly Migration[], now: Instant): Promise<string[]> {
  assertMonotonic(migrations)
  await inTransaction(database, async () => {
    await database.writer.query(LEDGER[database.set.dialect])
  })
  const missing = await missingMigrations(database, migrations)
  for (const migration of missing) await apply(database, migration, now)
  await assertGuards(database, migrations)
  return missing.map(({ name }) => name)
}

export function assertMonotonic(migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    const before = migrations[index - 1]
    if (before !== undefined && before.number >= migration.number) {
      throw new Error(`migration ${migration.number} "${migration.name}" stands after ${before.number}: numbers rise`)
    }
  })
}

async function missingMigrations(database: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  const rows = await database.reader.all<{ number: number; name: string }>(
    'SELECT number, name FROM migration ORDER BY number',
  )
  const applied = new Map(rows.map(({ number, name }) => [number, name]))
  const listed = new Map(migrations.map((migration) => [migration.number, migration.name]))
  for (const { number, name } of rows) {
    if (listed.get(number) === name) continue
    throw new DatabaseFromTheFuture(
      `this database has migration ${number} "${name}", which this program does not know: use the newer program, or restore a backup made before the update`,
    )
  }
  return migrations.filter(({ number }) => !applied.has(number))
}

async function apply(database: Database, migration: Migration, now: Instant): Promise<void> {
  await inTransaction(database, async () => {
    for (const sql of migration[database.set.dialect]) await database.writer.query(sql)
    await database.writer.query('INSERT INTO migration (number, name, at) VALUES (?, ?, ?)', [
      migration.number,
      migration.name,
      now,
    ])
  })
}

/** One transaction on the write connection, for the time before the lane runs. */
export async function inTransaction<T>(database: Database, work: () => Promise<T>): Promise<T> {
  await database.writer.begin()
  try {
    const result = await work()
    await database.writer.commit()
    return result
  } catch (error) {
    await database.writer.reset()
    throw error
  }
}

const MADE = /^\s*CREATE\s+(?:UNIQUE\s+)?(TABLE|INDEX|TRIGGER)\s+(?:IF\s+NOT\s+EXISTS\s+)?"?(\w+)"?/i
const GONE = /^\s*DROP\s+(TABLE|INDEX|TRIGGER)\s+(?:IF\s+EXISTS\s+)?"?(\w+)"?/i

/** What the migrations leave standing: kind and name → text of its last CREATE. */
function expectedObjects(migrations: readonly Migration[], dialect: 'sqlite' | 'postgres'): Map<string, string> {
  const expected = new Map<string, string>()
  for (const migration of migrations) {
    for (const sql of migration[dialect]) {
      const made = MADE.exec(sql)
      if (made !== null) expected.set(`${made[1]?.toLowerCase()} ${made[2]}`, sql)
      const gone = GONE.exec(sql)
      if (gone !== null) expected.delete(`${gone[1]?.toLowerCase()} ${gone[2]}`)
    }
  }
  return expected
}

/** Every table, index and trigger of the migrations stands; on SQLite triggers and indexes also with the same text. */
export async function assertGuards(database: Database, migrations: readonly Migration[]): Promise<void> {
  const standing = new Map(
    (await database.schemaObjects()).map(({ kind, name, sql }) => [`${kind} ${name}`, plainText(sql)]),
  )
  for (const [key, sql] of expectedObjects(migrations, database.set.dialect)) {
    const found = standing.get(key)
    if (found === undefined) throw new GuardMissing(`${key} is missing from the database`)
    const compared = database.set.dialect === 'sqlite' && !key.startsWith('table ')
    if (compared && found !== plainText(sql)) throw new GuardMissing(`${key} is not the one that was made`)
  }
}

function plainText(sql: string): string {
  return sql.replace(/\s+/g, ' ').replace('IF NOT EXISTS ', '').trim().toLowerCase()
}
