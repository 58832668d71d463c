/** A full disk: acknowledged = durable, before and after. The limit is SQLite's own, so it needs no special machine. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Refused } from '../../../central-sync/protocol/refusal.ts'
import { readIndependently, walkChains } from '../../support/independent-reader.ts'
import { freshJournal, scratchTable, watermark } from '../../support/journal-fixture.ts'

test('what is acknowledged around a full disk is durable, and after room returns everything works', async () => {
  await using fixture = await freshJournal()
  const { journal, folder } = fixture
  const acknowledged = new Set<string>()
  const refused = new Set<string>()
  const write = async (key: string) => {
    try {
      await journal.write('put', async (tx) => {
        tx.append(watermark(1))
        await tx.insert(scratchTable, [{ k: key, n: 1, bytes: Buffer.alloc(3_000, 7) }])
      })
      acknowledged.add(key)
    } catch (error) {
      expect((error as Refused).refusal.refused).toMatch(/^(disk_full|commit_not_confirmed)$/)
      refused.add((error as Refused).refusal.refused)
    }
  }
  const page = await journal.read.one<{ page_count: number }>('PRAGMA page_count')
  await journal.write('limit', (tx) => tx.run(`PRAGMA max_page_count = ${(page?.page_count ?? 0) + 40}`))
  await Promise.all(Array.from({ length: 120 }, (_, n) => write(`before.${n}`)))
  for (let n = 0; n < 20; n++) await write(`alone.${n}`)
  expect(acknowledged.size).toBeGreaterThan(5)
  expect(refused.has('disk_full')).toBe(true)
  const file = join(folder, 'journal.db')
  const during = await readIndependently<{ k: string }>(file, 'SELECT k FROM scratch')
  expect(new Set(during.map(({ k }) => k))).toEqual(acknowledged)

  await journal.write('room', (tx) => tx.run('PRAGMA max_page_count = 1073741823'))
  refused.clear()
  await Promise.all(Array.from({ length: 50 }, (_, n) => write(`after.${n}`)))
  expect(refused.size).toBe(0)
  const after = await readIndependently<{ k: string }>(file, 'SELECT k FROM scratch')
  expect(new Set(after.map(({ k }) => k))).toEqual(acknowledged)
  expect((await walkChains(file)).every(({ intact }) => intact)).toBe(true)
  expect((await journal.verify()).problems).toEqual([])
})

test('a job that swallows the error of a full disk is refused all the same and leaves nothing behind', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  const page = await journal.read.one<{ page_count: number }>('PRAGMA page_count')
  await journal.write('limit', (tx) => tx.run(`PRAGMA max_page_count = ${(page?.page_count ?? 0) + 4}`))
  const careless = journal.write('careless', async (tx) => {
    const big = { k: 'big', n: 1, bytes: Buffer.alloc(400_000, 1) }
    await tx.insert(scratchTable, [big]).catch(() => undefined)
    await tx.insert(scratchTable, [{ k: 'ghost', n: 1, bytes: null }]).catch(() => undefined)
  })
  await expect(careless).rejects.toBeInstanceOf(Refused)
  await journal.write('room', (tx) => tx.run('PRAGMA max_page_count = 1073741823'))
  await journal.write('next', (tx) => tx.insert(scratchTable, [{ k: 'next', n: 1, bytes: null }]))
  expect(await journal.read.all('SELECT k FROM scratch')).toEqual([{ k: 'next' }])
})
