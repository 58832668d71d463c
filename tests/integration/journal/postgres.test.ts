/** The same journal on a real PostgreSQL: neighbours, a killed server, two processes at one database. */
import { rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenedJournal } from '../../../central-sync/journal/journal.ts'
import { chainLines } from '../../../central-sync/journal/received.ts'
import { encodeEntry } from '../../../central-sync/protocol/entry.ts'
import { deviceEventId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { Refused, refuse } from '../../../central-sync/protocol/refusal.ts'
import { newIdentity } from '../../../central-sync/protocol/signing-key.ts'
import {
  announced,
  freshJournal,
  type JournalFixture,
  newFolder,
  openFolder,
  registered,
  scratchTable,
  voided,
} from '../../support/journal-fixture.ts'
import { linesUntilKilled } from '../../support/kill-loop.ts'
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts'

let server: PostgresServer

beforeAll(async () => {
  server = await startPostgres()
})

afterAll(async () => {
  await server[Symbol.asyncDispose]()
})

async function freshHub(url?: string): Promise<JournalFixture> {
  const database = { kind: 'postgres', url: url ?? (await server.newDatabase()) } as const
  return freshJournal({ database, role: 'hub', site: 'hub', projectReceived: 'trailing' })
}

async function put(journal: OpenedJournal, key: string, fails = false): Promise<void> {
  await journal.write('put', async (tx) => {
    await tx.insert(scratchTable, [{ k: key, n: 1_700_000_000_000, bytes: Buffer.from([0, 255]) }])
    tx.append(announced(1))
    if (fails) throw new Refused(refuse('not_found', key))
  })
}

async function keys(journal: OpenedJournal): Promise<Set<string>> {
  return new Set((await journal.read.all<{ k: string }>('SELECT k FROM scratch')).map(({ k }) => k))
}

test('rows of 50 acknowledged writers are all there and none of their failing neighbours', async () => {
  await using hub = await freshHub()
  const acknowledged = new Set<string>()
  const writer = async (number: number) => {
    for (let turn = 0; turn < 6; turn++) {
      const fails = (number + turn) % 3 === 0
      const outcome = await put(hub.journal, `${number}.${turn}`, fails).catch((error: unknown) => error)
      expect(outcome instanceof Refused).toBe(fails)
      if (!fails) acknowledged.add(`${number}.${turn}`)
    }
  }
  await Promise.all(Array.from({ length: 50 }, (_, number) => writer(number)))
  expect(await keys(hub.journal)).toEqual(acknowledged)
  expect(hub.journal.head().seq).toBe(acknowledged.size + 1)
  expect((await hub.journal.verify()).problems).toEqual([])
  expect((await hub.journal.rebuild()).equal).toBe(true)
})

test('values come back as they come from SQLite: numbers, bytes and sums', async () => {
  await using hub = await freshHub()
  await put(hub.journal, 'a')
  await hub.journal.write('more', async (tx) => {
    await tx.insert(
      scratchTable,
      [
        { k: 'b', n: 1, bytes: null },
        { k: 'b', n: 2, bytes: null },
      ],
      'replace',
    )
    await tx.insert(scratchTable, [{ k: 'b', n: 9, bytes: null }], 'ignore')
    await tx.insert(scratchTable, [{ k: "c?'", n: 3, bytes: Buffer.alloc(0) }])
    await tx.deleteWhere(scratchTable, ['k', 'n'], [["c?'", 3]])
  })
  expect(await hub.journal.read.all('SELECT * FROM scratch ORDER BY k')).toEqual([
    { k: 'a', n: 1_700_000_000_000, bytes: Buffer.from([0, 255]) },
    { k: 'b', n: 2, bytes: null },
  ])
  expect(await hub.journal.read.one("SELECT sum(n) AS n, count(*) AS c FROM scratch WHERE k <> '?'")).toEqual({
    n: 1_700_000_000_002,
    c: 2,
  })
})

test('entries can be neither changed nor deleted, and reading cannot write', async () => {
  await using hub = await freshHub()
  for (const sql of [
    "UPDATE entry SET type = 'x'",
    'DELETE FROM entry',
    'TRUNCATE entry',
    'UPDATE stream SET head_seq = 0',
  ]) {
    await expect(hub.journal.write('tamper', (tx) => tx.run(sql))).rejects.toThrow(/never|only grows|cannot truncate/)
  }
  await expect(hub.journal.read.all('DELETE FROM scratch')).rejects.toThrow(/read-only/)
  expect((await hub.journal.verify()).ok).toBe(true)
})

test('received streams are stored and followed, and sealed names can be opened', async () => {
  await using hub = await freshHub()
  const { journal, secrets } = hub
  const [site, device] = [newIdentifier('site'), newIdentifier('device')]
  const publicKey = newIdentity().signing.publicKey
  const genesis = { site, inc: 'i'.repeat(22), publicKey, prevInc: '', prevSeq: 0, prevHash: '' }
  let head = await journal.write('open', (tx) => journal.receive.open(tx, genesis))
  for (let turn = 0; turn < 3; turn++) {
    const lines = Array.from({ length: 900 }, (_, index) => {
      const s = head.seq + index + 1
      const id = deviceEventId(device, 1, s)
      return encodeEntry({ s, id, t: 'tap.voided', v: 1, at: s, by: device, d: { target: id } })
    })
    const received = chainLines(head.hash, head.seq + 1, lines)
    if ('refused' in received) throw new Refused(received)
    head = await journal.write('receive', (tx) => journal.receive.append(tx, head, received))
  }
  await journal.caughtUp()
  expect(await journal.read.one("SELECT n FROM tally WHERE type = 'tap.voided'")).toEqual({ n: 2_700 })
  expect((await journal.verify()).problems).toEqual([])
  expect(secrets.unsealer).toBeDefined()
})

test('a centre’s events work on this database too, names sealed', async () => {
  const database = { kind: 'postgres', url: await server.newDatabase() } as const
  await using centre = await freshJournal({ database })
  const id = await centre.journal.write('register', async (tx) => tx.append(registered('W001', '架空野 花子')))
  const entry = await centre.journal.entryById(id)
  expect(entry && centre.secrets.unsealer.open(entry)).toMatchObject({ name: '架空野 花子' })
  await centre.journal.write('tap', async (tx) => tx.append([voided(1), voided(2)]))
  await expect(centre.journal.write('again', async (tx) => tx.append(voided(2)))).rejects.toThrow(/unique/)
  expect(centre.journal.head().seq).toBe(4)
  expect(await centre.journal.quarantined(5)).toEqual([])
})

test('kills of the writing process lose nothing that was acknowledged', async () => {
  const folder = await newFolder()
  const url = await server.newDatabase()
  const acknowledged = new Set<string>()
  for (let turn = 0; turn < 3; turn++) {
    for (const line of await linesUntilKilled('journal-writer.ts', [folder, url], 150 + turn * 100, 16)) {
      if (line !== 'ready') acknowledged.add(line)
    }
  }
  const { journal, close } = await openFolder(folder, { database: { kind: 'postgres', url } })
  const present = await keys(journal)
  expect([...acknowledged].filter((key) => !present.has(key))).toEqual([])
  expect(acknowledged.size).toBeGreaterThan(30)
  expect(journal.head().seq).toBe(present.size * 2 + 1)
  expect((await journal.verify()).problems).toEqual([])
  await close()
  await rm(folder, { recursive: true })
})

test('when the server is killed writes are refused, and after its restart the same journal goes on by itself', async () => {
  await using hub = await freshHub()
  const { journal } = hub
  const acknowledged = new Set<string>()
  let refusals = 0
  let stop = false
  const writer = async (number: number) => {
    for (let turn = 0; !stop; turn++) {
      try {
        await put(journal, `${number}.${turn}`)
        acknowledged.add(`${number}.${turn}`)
      } catch (error) {
        expect((error as Refused).refusal.refused).toBe('commit_not_confirmed')
        refusals += 1
        await delay(50)
      }
    }
  }
  const writers = Array.from({ length: 8 }, (_, number) => writer(number))
  await delay(300)
  await server.kill()
  await delay(300)
  await server.start()
  const before = acknowledged.size
  for (let turn = 0; turn < 100 && acknowledged.size < before + 50; turn++) await delay(100)
  stop = true
  await Promise.all(writers)
  expect(refusals).toBeGreaterThan(0)
  expect(acknowledged.size).toBeGreaterThan(before)
  const present = await keys(journal)
  expect([...acknowledged].filter((key) => !present.has(key))).toEqual([])
  expect((await journal.verify()).problems).toEqual([])
})

test('a second hub at the same database takes over, and the first one writes nothing more', async () => {
  const url = await server.newDatabase()
  await using one = await freshHub(url)
  await put(one.journal, 'by the first')
  await using two = await freshHub(url)
  expect(two.journal.opened).toBe('restored')
  await expect(put(one.journal, 'too late')).rejects.toMatchObject({ refusal: { refused: 'commit_not_confirmed' } })
  await put(two.journal, 'by the second')
  expect(await keys(two.journal)).toEqual(new Set(['by the first', 'by the second']))
  expect((await two.journal.verify()).problems).toEqual([])
})
