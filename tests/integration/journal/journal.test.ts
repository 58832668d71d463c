/** The journal on real files: chain, incarnations, received streams, followers, migrations and what is sealed. */
import { copyFile, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DatabaseFromTheFuture, GuardMissing } from '../../../central-sync/journal/migrate.ts'
import type { Follower } from '../../../central-sync/journal/port.ts'
import { decodeEntry } from '../../../central-sync/protocol/entry.ts'
import { changeIndependently, walkChains } from '../../support/independent-reader.ts'
import {
  countFollower,
  countMigrations,
  freshJournal,
  newFolder,
  openFolder,
  registered,
  voided,
  watermark,
} from '../../support/journal-fixture.ts'

async function append(journal: Awaited<ReturnType<typeof freshJournal>>['journal'], count: number): Promise<void> {
  await journal.write('append', async (tx) => {
    tx.append(Array.from({ length: count }, (_, n) => watermark(n)))
  })
}

test('the first entry opens the incarnation, and the chain can be walked with nothing but SHA-256', async () => {
  await using fixture = await freshJournal()
  const { journal, folder } = fixture
  await append(journal, 20)
  const [first] = await journal.lines(journal.head(), 1, 10, 1_000_000)
  const entry = decodeEntry(first?.line ?? Buffer.alloc(0))
  expect(entry?.t).toBe('incarnation.opened')
  expect(entry?.d).toMatchObject({ role: 'centre', reason: 'first', inc: journal.head().inc, prevInc: '' })
  expect(await walkChains(join(folder, 'journal.db'))).toEqual([{ inc: journal.head().inc, entries: 21, intact: true }])
})

test('lines are handed out byte for byte, within the limits of records and bytes', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  await append(journal, 50)
  const all = await journal.lines(journal.head(), 1, 1_000, 1_000_000)
  expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 51 }, (_, n) => n + 1))
  expect((await journal.lines(journal.head(), 10, 5, 1_000_000)).map(({ seq }) => seq)).toEqual([10, 11, 12, 13, 14])
  expect(await journal.lines(journal.head(), 10, 5, 1)).toHaveLength(1)
  expect(await journal.lines(journal.head(), 52, 5, 1_000)).toEqual([])
  expect(all.at(-1)?.hash).toEqual(journal.head().hash)
})

test('a start after a clean stop goes on under the same incarnation', async () => {
  const folder = await newFolder()
  const one = await openFolder(folder)
  await append(one.journal, 5)
  const head = one.journal.head()
  await one.close()
  const two = await openFolder(folder)
  expect(two.journal.opened).toBeUndefined()
  expect(two.journal.head()).toEqual(head)
  await two.close()
  await rm(folder, { recursive: true })
})

test('a database put back from an older copy opens a new incarnation before its first append', async () => {
  const folder = await newFolder()
  const file = join(folder, 'journal.db')
  const one = await openFolder(folder)
  await append(one.journal, 5)
  await one.close()
  await copyFile(file, join(folder, 'copy.db'))
  const two = await openFolder(folder)
  await append(two.journal, 5)
  const lost = two.journal.head()
  await two.close()
  await copyFile(join(folder, 'copy.db'), file)

  const three = await openFolder(folder)
  expect(three.journal.opened).toBe('rewound')
  expect(three.journal.head().inc).not.toBe(lost.inc)
  expect(three.journal.head().site).toBe(lost.site)
  expect(three.journal.genesis()).toMatchObject({ prevInc: lost.inc, prevSeq: 6 })
  const opened = decodeEntry((await three.journal.lines(three.journal.head(), 1, 1, 9_999))[0]?.line ?? Buffer.alloc(0))
  expect(opened).toMatchObject({ t: 'incarnation.opened', s: 1, d: { reason: 'rewound', prevSeq: 6 } })
  await append(three.journal, 3)
  expect((await three.journal.verify()).problems).toEqual([])
  await three.close()
  await rm(folder, { recursive: true })
})

test('a lost marker, a rewritten branch and an emptied folder are each seen at the start', async () => {
  const folder = await newFolder()
  const head = join(folder, 'identity', 'head.json')
  const one = await openFolder(folder)
  await append(one.journal, 5)
  await one.close()
  await rm(head)
  const two = await openFolder(folder)
  expect(two.journal.opened).toBe('restored')
  await append(two.journal, 5)
  const inc = two.journal.head().inc
  await two.close()
  const mark = JSON.parse(await readFile(head, 'utf8')) as { inc: string; seqHigh: number }
  expect(mark).toMatchObject({ inc, seqHigh: 6 })
  for (const name of await readdir(folder)) if (name.startsWith('journal.db')) await rm(join(folder, name))
  const three = await openFolder(folder)
  expect(three.journal.opened).toBe('rewound')
  expect(three.journal.genesis()).toEqual({ prevInc: inc, prevSeq: 0, prevHash: '' })
  await three.close()
  await rm(folder, { recursive: true })
})

test('a database from the future is refused by the name of what it has seen', async () => {
  const folder = await newFolder()
  const newer = [...countMigrations, { number: 910, name: 'next year', sqlite: [], postgres: [] }]
  await (await openFolder(folder, { migrations: newer })).close()
  await expect(openFolder(folder)).rejects.toThrow(DatabaseFromTheFuture)
  await expect(openFolder(folder)).rejects.toThrow('910 "next year"')
  await (await openFolder(folder, { migrations: newer })).close()
  await rm(folder, { recursive: true })
})

test('a start without a guard, or with a weakened one, is refused by its name', async () => {
  const folder = await newFolder()
  const file = join(folder, 'journal.db')
  await (await openFolder(folder)).close()
  await changeIndependently(file, 'DROP TRIGGER entry_never_goes')
  await expect(openFolder(folder)).rejects.toThrow(GuardMissing)
  await expect(openFolder(folder)).rejects.toThrow('entry_never_goes')
  await changeIndependently(file, 'CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry BEGIN SELECT 1; END')
  await expect(openFolder(folder)).rejects.toThrow('is not the one that was made')
  await rm(folder, { recursive: true })
})

test('entries can be neither changed nor deleted nor replaced, also from inside a job', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  await append(journal, 2)
  const statements = [
    "UPDATE entry SET type = 'x' WHERE seq = 2",
    'DELETE FROM entry WHERE seq = 2',
    'INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 2',
    'UPDATE stream SET head_seq = 1',
    'DELETE FROM stream',
  ]
  for (const sql of statements) await expect(journal.write('tamper', (tx) => tx.run(sql))).rejects.toThrow(/never|only/)
  expect((await journal.verify()).ok).toBe(true)
})

test('a rebuild gives the rows the live run gave', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  for (let turn = 0; turn < 5; turn++) {
    await append(journal, turn * 3 + 1)
    await journal.write('tap', async (tx) => tx.append(voided(turn + 1)))
  }
  const before = await journal.read.all('SELECT * FROM seen ORDER BY pos')
  const report = await journal.rebuild()
  expect(report.equal).toBe(true)
  expect(report.tables.map(({ table }) => table)).toEqual(['seen', 'tally'])
  expect(await journal.read.all('SELECT * FROM seen ORDER BY pos')).toEqual(before)
  await journal.write('spoil', (tx) => tx.run('DELETE FROM seen WHERE pos = 3'))
  expect((await journal.rebuild()).equal).toBe(false)
  expect((await journal.rebuild()).equal).toBe(true)
})

test('a follower of a new version is rebuilt at the next start', async () => {
  const folder = await newFolder()
  const one = await openFolder(folder)
  await append(one.journal, 4)
  await one.close()
  const shouting: Follower = {
    ...countFollower,
    version: 2,
    apply: (tx, entries) =>
      countFollower.apply(
        tx,
        entries.map((entry) => ({ ...entry, t: entry.t.toUpperCase() })),
      ),
  }
  const two = await openFolder(folder, { followers: [shouting] })
  const types = await two.journal.read.all('SELECT type, n FROM tally ORDER BY type')
  expect(types).toEqual([
    { type: 'ATTENDANCE.WATERMARK', n: 4 },
    { type: 'INCARNATION.OPENED', n: 1 },
  ])
  await two.close()
  await rm(folder, { recursive: true })
})

test('entries that had to wait for a newer program are followed once it runs', async () => {
  const folder = await newFolder()
  const one = await openFolder(folder)
  await append(one.journal, 3)
  // As an older program would have left it: entry 3 unknown, put aside, not followed.
  await one.journal.write('older', async (tx) => {
    await tx.run("INSERT INTO quarantine VALUES ('*', 3, 'deferred: attendance.watermark is unknown to this program')")
    await tx.run('DELETE FROM seen WHERE pos = 3')
  })
  await one.close()
  const two = await openFolder(folder)
  expect(await two.journal.quarantined(5)).toEqual([])
  expect(await two.journal.read.one('SELECT count(*) AS n FROM seen')).toEqual({ n: 4 })
  await two.close()
  await rm(folder, { recursive: true })
})

test('an entry a follower cannot apply is put aside and delays no other', async () => {
  const picky: Follower = {
    name: 'picky',
    version: 1,
    tables: [],
    types: ['attendance.watermark'],
    apply: async (_tx, entries) => {
      if (entries.some(({ d }) => JSON.stringify(d).includes(':7}'))) throw new Error('seven is not for me')
    },
  }
  await using fixture = await freshJournal({ followers: [picky, countFollower] })
  const { journal } = fixture
  await append(journal, 20)
  expect(await journal.quarantined(5)).toEqual([{ follower: 'picky', pos: 9, error: 'Error: seven is not for me' }])
  expect(await journal.read.one("SELECT n FROM tally WHERE type = 'attendance.watermark'")).toEqual({ n: 20 })
  expect((await journal.rebuild()).equal).toBe(true)
  expect(await journal.read.all('SELECT pos FROM quarantine')).toEqual([{ pos: 9 }])
})

test('a sealed name stands in no file of the folder but can be opened, until its key is shredded', async () => {
  const folder = await newFolder()
  const { journal, secrets, close } = await openFolder(folder)
  const name = '架空野 花子'
  const id = await journal.write('register', async (tx) => tx.append(registered('W001', name)))
  const entry = await journal.entryById(id)
  if (entry === undefined) throw new Error('the entry is not there')
  expect(secrets.unsealer.open(entry)).toMatchObject({ name })
  await journal.markHead()
  const wanted = [Buffer.from(name), Buffer.from(JSON.stringify(name).slice(1, -1)), Buffer.from('花子')]
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue
    const bytes = await readFile(join(file.parentPath, file.name))
    for (const needle of wanted) expect(`${file.name}: ${bytes.includes(needle)}`).toBe(`${file.name}: false`)
  }
  expect(await secrets.keys.shred(entry.sub ?? '')).toBe(1)
  expect(secrets.unsealer.open(entry)).toBeUndefined()
  expect((await journal.verify()).ok).toBe(true)
  await close()
  await rm(folder, { recursive: true })
})

test('a device fact that comes twice, before and after a restore, is followed once', async () => {
  const folder = await newFolder()
  const file = join(folder, 'journal.db')
  const one = await openFolder(folder)
  await one.journal.write('tap', async (tx) => tx.append(voided(1)))
  await one.close()
  await rm(join(folder, 'identity', 'head.json'))
  const two = await openFolder(folder)
  await two.journal.write('again', async (tx) => tx.append([voided(1), voided(2)]))
  expect(await two.journal.read.one("SELECT count(*) AS n FROM seen WHERE type = 'tap.voided'")).toEqual({ n: 2 })
  expect(await two.journal.read.all('SELECT follower FROM quarantine')).toEqual([{ follower: '*' }])
  expect((await two.journal.rebuild()).equal).toBe(true)
  await expect(two.journal.write('third', async (tx) => tx.append(voided(2)))).rejects.toThrow(/UNIQUE/)
  await two.close()
  expect((await walkChains(file)).map(({ entries, intact }) => ({ entries, intact }))).toEqual([
    { entries: 2, intact: true },
    { entries: 3, intact: true },
  ])
  await rm(folder, { recursive: true })
})

test('an export holds everything that is needed to verify it elsewhere', async () => {
  await using fixture = await freshJournal()
  const { journal } = fixture
  await append(journal, 30)
  const chunks: Buffer[] = []
  for await (const chunk of journal.exportLines()) chunks.push(chunk)
  const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n')
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ stream: { kind: 'own', head: { seq: 31 } } })
  expect(lines).toHaveLength(32)
  expect(decodeEntry(Buffer.from(lines.at(-1) ?? ''))?.s).toBe(31)
})
