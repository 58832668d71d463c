/** Statements kept prepared on the connection TypeORM owns: the rows and errors of a first run, and a connection that closes. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../../central-sync/journal/dialect/port.ts'
import { openSqlite } from '../../../central-sync/journal/dialect/sqlite.ts'
import { newFolder } from '../../support/journal-fixture.ts'

let folder: string
let database: Database

beforeEach(async () => {
  folder = await newFolder()
  database = await openSqlite(join(folder, 'any.db'))
  await write('CREATE TABLE t (n INTEGER PRIMARY KEY, bytes BLOB) STRICT')
})

afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

async function write(sql: string, ...params: (number | Uint8Array | null)[]) {
  await database.writer.begin()
  try {
    const rows = await database.writer.query(sql, params)
    await database.writer.commit()
    return rows
  } catch (error) {
    await database.writer.reset()
    throw error
  }
}

const INSERT = 'INSERT INTO t VALUES (?, ?) RETURNING n, bytes'

test('a text gives the same kind of rows the first time and every other time', async () => {
  for (const n of [1, 2, 3, 4]) {
    expect(await write(INSERT, n, Buffer.from([n]))).toEqual([{ n, bytes: Buffer.from([n]) }])
    expect(await database.reader.all('SELECT n FROM t WHERE n = ?', [n])).toEqual([{ n }])
  }
  expect(await write(INSERT, 5, null)).toEqual([{ n: 5, bytes: null }])
})

test('a failure says the same every time and spoils no later run', async () => {
  await write(INSERT, 1, null)
  for (let turn = 0; turn < 4; turn++) {
    await expect(write(INSERT, 1, null)).rejects.toMatchObject({ name: 'SqlError', fault: 'unique' })
    await expect(database.reader.all('SELECT missing FROM t')).rejects.toMatchObject({ fault: 'statement' })
  }
  expect(await write(INSERT, 2, null)).toHaveLength(1)
})

test('one text asked many times at once answers each with its own rows', async () => {
  for (let n = 0; n < 50; n++) await write(INSERT, n, null)
  const asked = Array.from({ length: 50 }, (_, n) => database.reader.one('SELECT n FROM t WHERE n = ?', [n]))
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 50 }, (_, n) => ({ n })))
})

test('a changed schema is seen by statements prepared before it', async () => {
  for (const n of [1, 2, 3]) await write(INSERT, n, null)
  for (let turn = 0; turn < 3; turn++) await database.reader.all('SELECT * FROM t LIMIT 1')
  await write('ALTER TABLE t ADD COLUMN later TEXT')
  expect(await database.reader.all('SELECT * FROM t LIMIT 1')).toEqual([{ n: 1, bytes: null, later: null }])
})

test('more texts than are kept all work, and the connection still closes', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const texts = Array.from({ length: 450 }, (_, n) => `SELECT ${n} AS n`)
    const rows = await Promise.all(texts.map((text) => database.reader.one(text)))
    expect(rows).toEqual(texts.map((_, n) => ({ n })))
  }
})
