/** Names are opened on read and nowhere kept: from a sheet, from an introduction, or not at all. */
import { expect, test } from 'vitest'
import { People } from '../../../central-sync/journal/people.ts'
import type { Migration, StoredEntry } from '../../../central-sync/journal/port.ts'
import { workerIntroduced, workerRegistered } from '../../../central-sync/protocol/event/person.ts'
import { newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { seal } from '../../../central-sync/protocol/sealed.ts'
import { freshId, freshJournal, type JournalFixture } from '../../support/journal-fixture.ts'

const tables: Migration = {
  number: 100,
  name: 'directory as far as people need it',
  sqlite: [
    'CREATE TABLE worker (worker TEXT PRIMARY KEY, code TEXT, home TEXT, active INTEGER, sheet TEXT) STRICT',
    'CREATE TABLE introduction (worker TEXT PRIMARY KEY, sheet TEXT, introduced_at INTEGER) STRICT',
  ],
  postgres: [],
}

const open = () => freshJournal({ migrations: [tables], followers: [] })
const home = newIdentifier('site')

async function register(fixture: JournalFixture, code: string, name: string, kana: string) {
  const { journal } = fixture
  const worker = newIdentifier('worker')
  const id = await journal.write('register', async (tx) =>
    tx.append({
      event: workerRegistered,
      by: 'system',
      subject: worker,
      data: { worker, code, home },
      personal: { name, kana, callName: '', language: 'easy' },
    }),
  )
  const entry = await journal.entryById(id)
  if (entry === undefined) throw new Error('not there')
  await keep(fixture, 'worker', worker, entry, code)
  return worker
}

async function keep(fixture: JournalFixture, table: string, worker: string, entry: Partial<StoredEntry>, code: string) {
  const { id, t, v, sub, x } = entry
  const sheet = JSON.stringify({ id, t, v, sub, x })
  const sql =
    table === 'worker' ? 'INSERT INTO worker VALUES (?, ?, ?, 1, ?)' : 'INSERT INTO introduction VALUES (?, ?, 0)'
  await fixture.journal.write('keep', (tx) =>
    tx.run(sql, table === 'worker' ? [worker, code, home, sheet] : [worker, sheet]),
  )
}

test('people are listed in the order of their reading, and a shredded one has no name from the next answer on', async () => {
  await using fixture = await open()
  const people = new People(fixture.journal.read, fixture.secrets.unsealer)
  const b = await register(fixture, 'W001', '架空 次郎', 'かくう じろう')
  await register(fixture, 'W002', '仮野 花', 'かの はな')
  await register(fixture, 'W003', '青木 空', 'あおき そら')
  expect((await people.list()).map(({ code }) => code)).toEqual(['W003', 'W001', 'W002'])
  expect(await people.get(b)).toMatchObject({ name: '架空 次郎', language: 'easy', active: true, home })
  await fixture.secrets.keys.shred(b)
  expect(await people.get(b)).toMatchObject({ name: '', kana: '', callName: '', code: 'W001' })
  expect(await people.get(newIdentifier('worker'))).toBeUndefined()
})

test('a worker of another centre is greeted as introduced, once her key has come', async () => {
  await using fixture = await open()
  const people = new People(fixture.journal.read, fixture.secrets.unsealer)
  const worker = newIdentifier('worker')
  const dataKey = { id: newIdentifier('key'), key: new Uint8Array(32).fill(3) }
  const { type: t, version: v } = workerIntroduced
  const id = freshId()
  const said = { callName: 'はな', kana: 'はな', language: 'ja', pinVerifier: '' }
  const x = seal(said, dataKey, { id, type: t, version: v, subject: worker })
  await fixture.journal.write('row', (tx) =>
    tx.run('INSERT INTO worker VALUES (?, ?, ?, 1, NULL)', [worker, 'W9', home]),
  )
  await keep(fixture, 'introduction', worker, { id, t, v, sub: worker, x }, '')
  expect(await people.get(worker)).toMatchObject({ callName: '', code: 'W9' })
  await fixture.secrets.keys.receive([{ ...dataKey, subject: worker }])
  expect(await people.get(worker)).toMatchObject({ callName: 'はな', name: '', kana: 'はな' })
})
