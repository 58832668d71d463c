/** The writing connection by itself: idle or refused, never half-way. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../central-sync/journal/dialect/port.ts'
import { openSqlite } from '../../../central-sync/journal/dialect/sqlite.ts'
import { changeIndependently } from '../../support/independent-reader.ts'
import { newFolder } from '../../support/journal-fixture.ts'

let folder: string
let database: Database

beforeEach(async () => {
  folder = await newFolder()
  database = await openSqlite(join(folder, 'any.db'))
  await database.writer.begin()
  await database.writer.query('CREATE TABLE t (n INTEGER) STRICT')
  await database.writer.commit()
})

afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

const insert = () => database.writer.query('INSERT INTO t VALUES (1)')
const count = async () => (await database.reader.one<{ n: number }>('SELECT count(*) AS n FROM t'))?.n

test('it writes between begin and commit, and nowhere else', async () => {
  await expect(insert()).rejects.toThrow('outside the write lane')
  await database.writer.begin()
  await insert()
  await expect(database.writer.begin()).rejects.toThrow('already open')
  expect(await count()).toBe(0)
  await database.writer.commit()
  expect(await count()).toBe(1)
  await expect(insert()).rejects.toThrow('outside the write lane')
})

test('reset takes everything back and leaves an idle connection, however often it is called', async () => {
  await database.writer.begin()
  await insert()
  await database.writer.query('SAVEPOINT deep')
  await insert()
  await database.writer.reset()
  await database.writer.reset()
  expect(await count()).toBe(0)
  await database.writer.begin()
  await insert()
  await database.writer.commit()
  expect(await count()).toBe(1)
})

test('a connection that is gone is opened again by the next transaction', async () => {
  await database.writer.close()
  await database.writer.reset()
  await database.writer.begin()
  await insert()
  await database.writer.commit()
  expect(await count()).toBe(1)
  expect(await database.reader.one('PRAGMA journal_mode')).toEqual({ journal_mode: 'wal' })
})

test('every new connection has the settings that durability rests on', async () => {
  const wanted = { synchronous: 2, foreign_keys: 1, trusted_schema: 0, cell_size_check: 1, recursive_triggers: 1 }
  for (const reopened of [false, true]) {
    if (reopened) await database.writer.close()
    await database.writer.begin()
    for (const [name, value] of Object.entries(wanted)) {
      expect(await database.writer.query(`PRAGMA ${name}`)).toEqual([{ [name]: value }])
    }
    await database.writer.commit()
  }
})

test('an error names the statement but not what was in it', async () => {
  await database.writer.begin()
  const failed = database.writer.query('INSERT INTO t VALUES (?)', ['架空野 花子'])
  const error = await failed.catch((reason: unknown) => reason)
  await database.writer.reset()
  expect(error).toMatchObject({ name: 'SqlError', fault: 'statement', sql: 'INSERT INTO t VALUES (?)' })
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('花子')
})

test('a write of another process in between is waited for, not lost', async () => {
  await changeIndependently(join(folder, 'any.db'), 'INSERT INTO t VALUES (7)')
  await database.writer.begin()
  await insert()
  await database.writer.commit()
  expect(await count()).toBe(2)
})
