/** `journal verify` finds any single changed bit of a stored entry, whichever column it is in. */
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { sqliteSet } from '../../../central-sync/journal/dialect/set-sqlite.ts'
import type { Param, Row, Rows } from '../../../central-sync/journal/port.ts'
import { verifyJournal } from '../../../central-sync/journal/verify.ts'
import { freshJournal, registered, voided, watermark } from '../../support/journal-fixture.ts'

/**
 * A copy of the tables in memory, in Node's own SQLite, without guards: here a bit can be turned as a disk would turn
 * it. The verifier under test reads it through the same port as the real database.
 */
let memory: DatabaseSync

const reader: Rows = {
  all: <T extends object = Row>(sql: string, params: readonly Param[] = []) => {
    const rows = memory.prepare(sql).all(...(params as (string | number)[]))
    return Promise.resolve(rows.map((row) => Object.fromEntries(Object.entries(row).map(asBuffer))) as T[])
  },
  one: async <T extends object = Row>(sql: string, params: readonly Param[] = []) =>
    (await reader.all<T>(sql, params))[0],
}

function asBuffer([name, value]: [string, unknown]): [string, unknown] {
  return [name, value instanceof Uint8Array ? Buffer.from(value) : value]
}

const verify = () => verifyJournal({ reader, set: sqliteSet, engineCheck: () => Promise.resolve([]) })

const COLUMNS = ['pos', 'stream', 'seq', 'id', 'type', 'subject', 'at', 'line', 'hash'] as const
let count = 0

beforeAll(async () => {
  memory = new DatabaseSync(':memory:')
  await using fixture = await freshJournal()
  const { journal } = fixture
  for (let turn = 0; turn < 8; turn++) {
    await journal.write('some', async (tx) =>
      tx.append([watermark(turn), voided(turn + 1), registered(`W${turn}`, '架空野 花子')]),
    )
  }
  for (const table of ['stream', 'entry', 'journal_state', 'stream_signature']) {
    const rows = await journal.read.all(`SELECT * FROM ${table}`)
    const [{ sql } = { sql: '' }] = await journal.read.all<{ sql: string }>(
      `SELECT sql FROM sqlite_schema WHERE name = '${table}'`,
    )
    // Without types and checks: a disk does not ask them.
    memory.exec(
      `CREATE TABLE ${table} (${[...sql.matchAll(/^\s+([a-z_]+) (?:INTEGER|TEXT|BLOB)/gm)].map(([, name]) => name).join(', ')})`,
    )
    for (const row of rows) {
      const marks = Object.keys(row).map(() => '?')
      memory
        .prepare(`INSERT INTO ${table} (${Object.keys(row).join(', ')}) VALUES (${marks.join(', ')})`)
        .run(...(Object.values(row) as (string | number | Buffer | null)[]))
    }
    if (table === 'entry') count = rows.length
  }
})

function flipped(value: unknown, bit: number): string | number | Buffer | null {
  if (typeof value === 'number') return Number(BigInt(value) ^ (1n << BigInt(bit % 48)))
  if (value === null) return 'x'
  const bytes = Buffer.from(value as Buffer | string)
  const at = bit % (bytes.length * 8)
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  return typeof value === 'string' ? bytes.toString('latin1') : bytes
}

test('the untouched copy is sound', async () => {
  expect(await verify()).toMatchObject({ ok: true, entries: 25, problems: [] })
})

test('any single flipped bit of any column of any entry is found, and named near where it is', async () => {
  const anyBit = fc.record({
    row: fc.integer({ min: 1, max: count }),
    column: fc.constantFrom(...COLUMNS),
    bit: fc.nat({ max: 65_536 * 8 }),
  })
  await fc.assert(
    fc.asyncProperty(anyBit, async ({ row, column, bit }) => {
      const [before] = memory
        .prepare(`SELECT rowid AS place, ${column} AS value FROM entry ORDER BY rowid LIMIT 1 OFFSET ?`)
        .all(row - 1)
      const original = asBuffer(['', before?.value])[1]
      const change = memory.prepare(`UPDATE entry SET ${column} = ? WHERE rowid = ?`)
      change.run(flipped(original, bit), before?.place ?? 0)
      const report = await verify()
      change.run(original as string, before?.place ?? 0)
      expect(report.ok).toBe(false)
    }),
    { numRuns: 400 },
  )
  expect((await verify()).ok).toBe(true)
})

test('a missing entry, a missing end and a changed head are found', async () => {
  const copy = memory.prepare('SELECT * FROM entry WHERE pos = ?').all(10)[0] ?? {}
  memory.exec('DELETE FROM entry WHERE pos = 10')
  expect((await verify()).problems.map(({ what }) => what)).toContain('entry 10 is missing')
  const marks = Object.keys(copy)
    .map(() => '?')
    .join(', ')
  memory.prepare(`INSERT INTO entry VALUES (${marks})`).run(...Object.values(copy))
  expect((await verify()).ok).toBe(true)
  memory.exec('UPDATE stream SET head_seq = head_seq + 1')
  expect((await verify()).ok).toBe(false)
  memory.exec("UPDATE stream SET head_seq = head_seq - 1, prev_inc = 'other'")
  expect((await verify()).problems[0]?.what).toContain('genesis')
})
