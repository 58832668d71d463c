/** Units that are acknowledged before their rows are written: nobody who asks can tell the difference. */
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BatchHandler } from '../../../central-sync/journal/port.ts'
import { Refused, refuse } from '../../../central-sync/protocol/refusal.ts'
import { readIndependently } from '../../support/independent-reader.ts'
import { freshJournal, newFolder, openFolder, scratchTable, voided } from '../../support/journal-fixture.ts'

const later: BatchHandler<number, number> = {
  name: 'later',
  following: 'later',
  async handle(tx, inputs) {
    tx.append(inputs.map((n) => voided(n)))
    return inputs
  },
}

test('a read sees the rows of everything that was acknowledged before it', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  for (let n = 1; n <= 20; n += 1) {
    await journal.batch(later, n)
    expect(await journal.read.one("SELECT n FROM tally WHERE type = 'tap.voided'")).toMatchObject({ n })
  }
  expect((await journal.rebuild()).equal).toBe(true)
})

test('a command sees the rows of everything before it in the lane, committed or not', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  const seen = journal.write('look', (tx) => tx.all('SELECT id FROM seen'))
  const acknowledged = [1, 2, 3].map((n) => journal.batch(later, n))
  const looked = journal.write('look', (tx) => tx.all("SELECT id FROM seen WHERE type = 'tap.voided'"))
  await Promise.all(acknowledged)
  expect(await looked).toHaveLength(3)
  expect((await seen).length).toBeLessThan(3)
})

test('its own rows are there for a unit that asks for them', async () => {
  await using fixture = await freshJournal()
  const counted = await fixture.journal.batch(
    {
      name: 'count',
      following: 'later',
      async handle(tx, inputs: readonly number[]) {
        tx.append(inputs.map((n) => voided(n)))
        await tx.project()
        const row = await tx.one<{ n: number }>("SELECT n FROM tally WHERE type = 'tap.voided'")
        return inputs.map(() => row?.n)
      },
    },
    7,
  )
  expect(counted).toBe(1)
})

test('when the machine dies in between, the next start writes the rows', async () => {
  const folder = await newFolder()
  const copy = await newFolder()
  const { journal, close } = await openFolder(folder)
  await Promise.all(Array.from({ length: 50 }, (_, n) => journal.batch(later, n + 1)))
  // The files as a power cut leaves them: acknowledged entries, and followers that have not seen them.
  await cp(folder, copy, { recursive: true })
  await close()
  const again = await openFolder(copy)
  expect(await again.journal.read.one("SELECT n FROM tally WHERE type = 'tap.voided'")).toMatchObject({ n: 50 })
  expect((await again.journal.rebuild()).equal).toBe(true)
  await again.close()
})

test('what stands in a row written with COMMIT comes back as it was, quotes and all', async () => {
  await using fixture = await freshJournal()
  const text = `'; DROP TABLE entry; -- "x" ''\n日本語 \u{1F431} \\`
  await fixture.journal.write('put', async (tx) => tx.insertLast(scratchTable, { k: text, n: -5, bytes: null }))
  expect(await fixture.journal.read.all('SELECT k, n FROM scratch')).toEqual([{ k: text, n: -5 }])
  const nul = fixture.journal.write('put', async (tx) => tx.insertLast(scratchTable, { k: 'a\0b', n: 1, bytes: null }))
  await expect(nul).rejects.toThrow(/NUL/)
})

test('whatever fails in a crowd of batches, exactly the acknowledged inputs are there', async () => {
  const input = fc.record({ fails: fc.boolean(), kind: fc.constantFrom('a', 'b', 'c'), alone: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(fc.array(input, { minLength: 1, maxLength: 40 }), async (asked) => {
      await using fixture = await freshJournal()
      const { journal, folder } = fixture
      const put = (kind: string): BatchHandler<{ n: number; fails: boolean }, void> => ({
        name: kind,
        following: kind === 'a' ? 'at once' : 'later',
        async handle(tx, inputs) {
          const rows = inputs.map(({ n }) => ({ k: String(n), n, bytes: null }))
          await tx.insert(scratchTable, rows)
          tx.append(inputs.map(({ n }) => voided(n)))
          if (inputs.some(({ fails }) => fails)) throw new Refused(refuse('not_found'))
          return inputs.map(() => undefined)
        },
      })
      const handlers = { a: put('a'), b: put('b'), c: put('c') }
      const answers = await Promise.allSettled(
        asked.map(({ fails, kind, alone }, index) => {
          const one = { n: index + 1, fails }
          const handler = handlers[kind as 'a']
          return alone ? journal.write('alone', (tx) => handler.handle(tx, [one])) : journal.batch(handler, one)
        }),
      )
      const wanted = asked.flatMap(({ fails }, index) => (fails ? [] : [index + 1]))
      expect(answers.flatMap(({ status }, index) => (status === 'fulfilled' ? [index + 1] : []))).toEqual(wanted)
      const rows = await readIndependently<{ n: number }>(
        join(folder, 'journal.db'),
        'SELECT n FROM scratch ORDER BY n',
      )
      expect(rows.map(({ n }) => n)).toEqual(wanted)
      expect((await journal.verify()).problems).toEqual([])
      expect((await journal.rebuild()).equal).toBe(true)
    }),
    { numRuns: 25 },
  )
})
