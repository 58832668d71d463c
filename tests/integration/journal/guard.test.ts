import { expect, test } from 'vitest'
import type { Follower, Migration } from '../../../central-sync/journal/port.ts'
import { cardKeyAnnounced } from '../../../central-sync/protocol/event/place.ts'
import { freshJournal } from '../../support/journal-fixture.ts'

/** One row per version of the card key; at most two of them, says the guard. */
const migrations: readonly Migration[] = [
  {
    number: 900,
    name: 'two keys',
    sqlite: [
      'CREATE TABLE two_keys (version INTEGER PRIMARY KEY) STRICT',
      `CREATE TRIGGER two_keys_only BEFORE INSERT ON two_keys WHEN (SELECT armed FROM guard_switch) = 1
       BEGIN SELECT RAISE(ABORT, 'GUARD name_taken') WHERE (SELECT count(*) FROM two_keys) >= 2; END`,
    ],
    postgres: [],
  },
]

const follower: Follower = {
  name: 'two-keys',
  version: 1,
  tables: ['two_keys'],
  types: [cardKeyAnnounced.type],
  async apply(tx, entries) {
    for (const { d } of entries) await tx.run('INSERT INTO two_keys VALUES (?)', [Number(d.keyVersion)])
  },
}

function key(version: number) {
  return { event: cardKeyAnnounced, by: 'system', data: { keyVersion: version, from: 0 } }
}

test('what a guard does not admit is refused by its code and leaves no trace', async () => {
  await using fixture = await freshJournal({ migrations, followers: [follower] })
  const { journal } = fixture
  for (const version of [1, 2]) await journal.write('announce', async (tx) => tx.append(key(version)))
  const before = journal.head().seq
  const third = journal.write('announce', async (tx) => {
    tx.append(key(3))
    await tx.project()
  })
  await expect(third).rejects.toMatchObject({ refusal: { refused: 'name_taken' } })
  expect(journal.head().seq).toBe(before)
  expect(await journal.read.all('SELECT version FROM two_keys')).toHaveLength(2)
  expect(await journal.quarantined(5)).toEqual([])
})

test('in a batch the guard refuses one input and admits its neighbours', async () => {
  await using fixture = await freshJournal({ migrations, followers: [follower] })
  const handler = {
    name: 'announce',
    handle: async (tx: Parameters<Parameters<typeof fixture.journal.write>[1]>[0], versions: readonly number[]) => {
      tx.append(versions.map(key))
      await tx.project()
      return versions
    },
  }
  const asked = await Promise.allSettled([1, 2, 3].map((version) => fixture.journal.batch(handler, version)))
  expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(await fixture.journal.read.all('SELECT version FROM two_keys')).toHaveLength(2)
})

test('a rebuild repeats what was admitted, with the guards disarmed, and arms them again', async () => {
  await using fixture = await freshJournal({ migrations, followers: [follower] })
  const { journal } = fixture
  for (const version of [1, 2]) await journal.write('announce', async (tx) => tx.append(key(version)))
  expect((await journal.rebuild()).equal).toBe(true)
  expect(await journal.read.one('SELECT armed FROM guard_switch')).toEqual({ armed: 1 })
})
