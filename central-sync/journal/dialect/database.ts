/** Chooses between SQLite and PostgreSQL: the only place that does. */
import type { EntitySchema } from 'typeorm'
import type { Database, DatabaseSettings } from './port.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

export function openDatabase(settings: DatabaseSettings, entities: readonly EntitySchema[] = []): Promise<Database> {
  return settings.kind === 'sqlite' ? openSqlite(settings.file, entities) : openPostgres(settings.url, entities)
}
