/** The shared projections on real databases: whatever the batches, the engine and the way, the same rows. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenedJournal } from '../../../central-sync/journal/journal.ts'
import type { Draft } from '../../../central-sync/journal/port.ts'
import { sharedFollowers, sharedMigrations } from '../../../central-sync/journal/projections/shared.ts'
import { dumpTables, type TableDump } from '../../../central-sync/journal/rebuild.ts'
import type { SiteId } from '../../../central-sync/protocol/identifier.ts'
import { type Clock, HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { at, siteId } from '../../support/attendance-facts.ts'
import { freshJournal, type JournalFixture, type OpenOptions } from '../../support/journal-fixture.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'
import { arbitraryBatches } from '../../support/projection-drafts.ts'

const TABLES = sharedFollowers.flatMap(({ tables }) => tables)
/** Time stands still, so that the same entries say the same in every run. */
const clock: Clock = { now: () => at('05:00') + 100 * HOUR_MS, monotonicMs: () => 0 }

function openShared(more: OpenOptions = {}): Promise<JournalFixture> {
  return freshJournal({
    clock,
    site: siteId('a') as SiteId,
    migrations: sharedMigrations,
    followers: sharedFollowers,
    ...more,
  })
}

/** Writes the drafts, one transaction per batch, and returns what the tables hold; sealed parts differ by nonce. */
async function write(journal: OpenedJournal, batches: readonly (readonly Draft[])[]): Promise<TableDump[]> {
  for (const batch of batches) {
    await journal.write('test', async (tx) => {
      tx.append(batch)
    })
  }
  const quarantined = await journal.read.all('SELECT * FROM quarantine')
  expect(quarantined).toEqual([])
  return dumpTables(journal.read, TABLES)
}

/** Sealed sheets are random by design: they are compared by being there. */
function comparable(dumps: readonly TableDump[]): unknown[] {
  return dumps.map(({ table, rows, digest }) =>
    ['worker', 'staff', 'introduction'].includes(table) ? [table, rows] : [table, rows, digest],
  )
}

describe('the shared projections', () => {
  it('give the same rows live and rebuilt, in one batch, in many, and entry by entry', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryBatches, async (batches) => {
        const all = batches.flat()
        const results: unknown[] = []
        for (const way of [batches, [all], all.map((one) => [one])]) {
          await using fixture = await openShared()
          results.push(comparable(await write(fixture.journal, way)))
          expect((await fixture.journal.rebuild()).equal).toBe(true)
        }
        expect(results[1]).toEqual(results[0])
        expect(results[2]).toEqual(results[0])
      }),
      { numRuns: 12 },
    )
  })
})

describe('the shared projections on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => {
    await server[Symbol.asyncDispose]()
  })

  it('give the rows that SQLite gives, live and rebuilt', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryBatches, async (batches) => {
        await using onSqlite = await openShared()
        await using onPostgres = await openShared({
          database: { kind: 'postgres', url: await server.newDatabase() },
        })
        const expected = comparable(await write(onSqlite.journal, batches))
        expect(comparable(await write(onPostgres.journal, batches))).toEqual(expected)
        expect((await onPostgres.journal.rebuild()).equal).toBe(true)
      }),
      { numRuns: 3 },
    )
  })
})
