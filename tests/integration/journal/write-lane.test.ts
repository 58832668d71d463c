/** The write lane on a real file: what is acknowledged is there, what failed is not, whoever writes beside it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { BatchHandler, Follower, Tx } from '../../../central-sync/journal/port.ts'
import { Refused, refuse } from '../../../central-sync/protocol/refusal.ts'
import { readIndependently } from '../../support/independent-reader.ts'
import { announced, countFollower, freshJournal, scratchTable, watermark } from '../../support/journal-fixture.ts'

interface Row {
  readonly k: string
  readonly n: number
}

async function put(tx: Tx, k: string, n: number): Promise<void> {
  await tx.insert(scratchTable, [{ k, n, bytes: null }])
}

test('rows of 64 acknowledged writers are all there and none of their failing neighbours', async () => {
  await using fixture = await freshJournal()
  const { journal, folder } = fixture
  const acknowledged = new Set<string>()
  const failed = new Set<string>()
  const writer = async (number: number) => {
    for (let turn = 0; turn < 12; turn++) {
      const key = `${number}.${turn}`
      const fails = (number + turn) % 3 === 0
      try {
        await journal.write('put', async (tx) => {
          await put(tx, key, turn)
          tx.append(watermark(turn))
          await tx.project()
          if (fails) throw new Refused(refuse('not_found', key))
        })
        acknowledged.add(key)
      } catch (error) {
        expect(error).toBeInstanceOf(Refused)
        failed.add(key)
      }
    }
  }
  await Promise.all(Array.from({ length: 64 }, (_, number) => writer(number)))
  const rows = await readIndependently<Row>(join(folder, 'journal.db'), 'SELECT k, n FROM scratch')
  expect(new Set(rows.map(({ k }) => k))).toEqual(acknowledged)
  expect(acknowledged.size + failed.size).toBe(64 * 12)
  expect(failed.size).toBe(256)
  const entries = await readIndependently<{ n: number }>(
    join(folder, 'journal.db'),
    "SELECT count(*) AS n FROM entry WHERE type = 'attendance.watermark'",
  )
  expect(entries[0]?.n).toBe(acknowledged.size)
  expect((await journal.verify()).problems).toEqual([])
})

test('thirty writers that read before they write count exactly to thirty', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  await journal.write('begin', (tx) => put(tx, 'counter', 0))
  const add = () =>
    journal.write('add', async (tx) => {
      const row = await tx.one<Row>("SELECT n FROM scratch WHERE k = 'counter'")
      await tx.run("UPDATE scratch SET n = ? WHERE k = 'counter'", [(row?.n ?? 0) + 1])
    })
  await Promise.all(Array.from({ length: 30 }, add))
  expect(await journal.read.one<Row>("SELECT n FROM scratch WHERE k = 'counter'")).toEqual({ n: 30 })
})

test('inputs of one handler share a unit, and a poisoned one takes nothing of the others with it', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  const sizes: number[] = []
  const handler: BatchHandler<number, string> = {
    name: 'numbers',
    async handle(tx, inputs) {
      sizes.push(inputs.length)
      await tx.insert(
        scratchTable,
        inputs.map((n) => ({ k: `b${n}`, n, bytes: null })),
      )
      if (inputs.includes(13)) throw new Refused(refuse('malformed', '13'))
      return inputs.map((n) => `kept ${n}`)
    },
  }
  const results = await Promise.allSettled(Array.from({ length: 100 }, (_, n) => journal.batch(handler, n)))
  expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1)
  expect(results[13]?.status).toBe('rejected')
  expect(results[14]).toEqual({ status: 'fulfilled', value: 'kept 14' })
  expect(Math.max(...sizes)).toBeGreaterThan(90)
  expect(await journal.read.one('SELECT count(*) AS n FROM scratch')).toEqual({ n: 99 })
})

test('inputs of one handler are all kept when a follower cannot apply one of them, and only that one is put aside', async () => {
  const picky: Follower = {
    name: 'picky',
    version: 1,
    tables: [],
    types: ['attendance.watermark'],
    apply: async (tx, entries) => {
      await tx.insert(
        scratchTable,
        entries.map(({ id, pos }) => ({ k: id, n: pos, bytes: null })),
      )
      if (entries.some(({ d }) => JSON.stringify(d).includes(':13}'))) throw new Error('thirteen is not for me')
    },
  }
  await using fixture = await freshJournal({ followers: [picky, countFollower] })
  const { journal } = fixture
  const handler: BatchHandler<number, number> = {
    name: 'marks',
    async handle(tx, inputs) {
      tx.append(inputs.map((n) => watermark(n)))
      await tx.project()
      return inputs
    },
  }
  for (const many of [20, 1, 40]) {
    const inputs = Array.from({ length: many }, (_, n) => n)
    expect(await Promise.all(inputs.map((n) => journal.batch(handler, n)))).toEqual(inputs)
  }
  expect(await journal.quarantined(9)).toMatchObject([{ follower: 'picky' }, { follower: 'picky' }])
  expect(await journal.read.one("SELECT n FROM tally WHERE type = 'attendance.watermark'")).toEqual({ n: 61 })
  expect(await journal.read.one('SELECT count(*) AS n FROM scratch')).toEqual({ n: 59 })
  expect((await journal.verify()).problems).toEqual([])
})

test('a full queue refuses with busy and loses nothing it took', async () => {
  await using fixture = await freshJournal({ lane: { queueMax: 10 } })
  const { journal } = fixture
  const results = await Promise.allSettled(
    Array.from({ length: 50 }, (_, n) => journal.write('put', (tx) => put(tx, `q${n}`, n))),
  )
  const busy = results.filter((result) => result.status === 'rejected')
  expect(busy.length).toBe(40)
  for (const { reason } of busy) expect((reason as Refused).refusal.refused).toBe('busy')
  expect(await journal.read.one('SELECT count(*) AS n FROM scratch')).toEqual({ n: 10 })
})

test('the tx of a finished job, a write inside a write and an unawaited statement are programmer errors', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  let kept: Tx | undefined
  await journal.write('keep', async (tx) => {
    kept = tx
  })
  await expect(kept?.run("INSERT INTO scratch VALUES ('late', 1, NULL)")).rejects.toThrow('the transaction is over')
  await expect(journal.write('outer', () => journal.write('inner', async () => undefined))).rejects.toThrow(
    'a write inside a write',
  )
  const careless = journal.write('careless', async (tx) => {
    void tx.run("INSERT INTO scratch VALUES ('unawaited', 1, NULL)").catch(() => undefined)
  })
  await expect(careless).rejects.toThrow('not awaited')
  expect(await journal.read.all('SELECT k FROM scratch')).toEqual([])
})

test('the reading connection cannot write', async () => {
  await using fixture = await freshJournal()
  await expect(fixture.journal.read.all("INSERT INTO scratch VALUES ('x', 1, NULL)")).rejects.toThrow(/readonly/i)
})

test('effects and listeners run after the commit, and not at all for a job that failed', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  const heard: string[] = []
  const stop = journal.onCommitted((entries) => heard.push(...entries.map(({ t, s }) => `${t} ${s}`)))
  await journal.write('good', async (tx) => {
    tx.append(watermark(1))
    tx.onCommit(() => heard.push('good'))
  })
  const bad = journal.write('bad', async (tx) => {
    tx.append(watermark(2))
    tx.onCommit(() => heard.push('bad'))
    throw new Error('no')
  })
  await expect(bad).rejects.toThrow('no')
  stop()
  await journal.write('unheard', async (tx) => tx.append(watermark(3)))
  expect(heard).toEqual(['good', 'attendance.watermark 2'])
  expect(journal.head().seq).toBe(3)
})

test('sets are written in one statement, with bytes, empty bytes and nulls as they were', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  const rows = [
    { k: 'a', n: 1_700_000_000_000, bytes: Buffer.from([0, 1, 255]) },
    { k: 'b', n: 2, bytes: null },
    { k: 'c\' "日本語\n', n: -3, bytes: Buffer.alloc(0) },
  ]
  await journal.write('set', (tx) => tx.insert(scratchTable, rows))
  expect(await journal.read.all('SELECT * FROM scratch ORDER BY k')).toEqual(rows)
  await journal.write('replace', async (tx) => {
    await tx.insert(
      scratchTable,
      [
        { k: 'a', n: 5, bytes: null },
        { k: 'a', n: 6, bytes: null },
      ],
      'replace',
    )
    await tx.insert(scratchTable, [{ k: 'b', n: 9, bytes: null }], 'ignore')
    await tx.deleteWhere(scratchTable, ['k', 'n'], [[rows[2]?.k ?? '', -3]])
  })
  expect(await journal.read.all('SELECT k, n FROM scratch ORDER BY k')).toEqual([
    { k: 'a', n: 6 },
    { k: 'b', n: 2 },
  ])
})

test('a job that swallows a failed append is refused, and the chain has no hole', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  const huge = { ...announced(1), by: 'x'.repeat(70_000) }
  const careless = journal.write('careless', async (tx) => {
    tx.append(huge)
    await tx.project().catch(() => undefined)
    tx.append(announced(2))
  })
  await expect(careless).rejects.toMatchObject({ refusal: { refused: 'too_large' } })
  await journal.write('next', async (tx) => tx.append(announced(3)))
  expect(journal.head().seq).toBe(2)
  expect((await journal.verify()).problems).toEqual([])
})
