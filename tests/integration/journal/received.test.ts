/** Streams of other authors: stored exactly as they came, followed behind the intake, never followed twice. */
import { expect, test } from 'vitest'
import type { ReceivedLine } from '../../../central-sync/journal/port.ts'
import { chainLines } from '../../../central-sync/journal/received.ts'
import type { StreamHead } from '../../../central-sync/journal/streams.ts'
import { headStatement } from '../../../central-sync/protocol/chain.ts'
import { encodeEntry } from '../../../central-sync/protocol/entry.ts'
import { deviceEventId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { Refused } from '../../../central-sync/protocol/refusal.ts'
import { newIdentity, signBytes } from '../../../central-sync/protocol/signing-key.ts'
import { type Clock, systemClock } from '../../../central-sync/protocol/time.ts'
import { announced, freshId, freshJournal, type JournalFixture } from '../../support/journal-fixture.ts'

const identity = newIdentity()
const site = newIdentifier('site')
const device = newIdentifier('device')
const genesis = {
  site,
  inc: 'abcdefghijklmnopqrstuv',
  publicKey: identity.signing.publicKey,
  prevInc: '',
  prevSeq: 0,
  prevHash: '',
}

function lines(from: number, count: number, change: (s: number) => object = () => ({})): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const s = from + index
    const id = deviceEventId(device, 1, s)
    const d = { target: deviceEventId(device, 1, s + 100_000) }
    return encodeEntry({ s, id, t: 'tap.voided', v: 1, at: 1_763_600_000_000 + s, by: device, d, ...change(s) })
  })
}

function chained(head: StreamHead, batch: readonly Buffer[]): ReceivedLine[] {
  const result = chainLines(head.hash, head.seq + 1, batch)
  if ('refused' in result) throw new Refused(result)
  return result
}

async function receive(fixture: JournalFixture, head: StreamHead, batch: readonly Buffer[]): Promise<StreamHead> {
  const { journal } = fixture
  return journal.write('receive', (tx) => journal.receive.append(tx, head, chained(head, batch)))
}

async function hub(
  mode: 'inline' | 'trailing',
  clock: Clock = systemClock,
): Promise<JournalFixture & { head: StreamHead }> {
  const fixture = await freshJournal({ role: 'hub', site: 'hub', projectReceived: mode, clock })
  const head = await fixture.journal.write('open', (tx) => fixture.journal.receive.open(tx, genesis))
  return { ...fixture, head }
}

test('lines are stored byte for byte, and hash and head can be asked for', async () => {
  await using fixture = await hub('trailing')
  const { journal } = fixture
  const batch = lines(1, 50)
  const head = await receive(fixture, fixture.head, batch)
  expect(head.seq).toBe(50)
  const stored = await journal.lines(genesis, 1, 1_000, 1_000_000)
  expect(stored.map(({ line }) => line)).toEqual(batch)
  expect(await journal.receive.hashAt(site, genesis.inc, 50)).toEqual(head.hash)
  expect(await journal.receive.find(site, genesis.inc)).toEqual(head)
  expect(await journal.receive.current(site)).toEqual(head)
  expect((await journal.verify()).problems).toEqual([])
})

test('a batch that does not follow the head changes nothing', async () => {
  await using fixture = await hub('trailing')
  const first = await receive(fixture, fixture.head, lines(1, 10))
  await expect(receive(fixture, fixture.head, lines(1, 10))).rejects.toMatchObject({ refusal: { refused: 'GAP' } })
  expect(chainLines(first.hash, 11, lines(12, 5))).toMatchObject({ refused: 'GAP' })
  expect(chainLines(first.hash, 11, [Buffer.from('{}')])).toMatchObject({ refused: 'malformed' })
  const twice = lines(11, 2, () => ({ id: deviceEventId(device, 9, 9) }))
  await expect(receive(fixture, first, twice)).rejects.toMatchObject({ refusal: { refused: 'malformed' } })
  const careless = fixture.journal.write('careless', (tx) =>
    fixture.journal.receive.append(tx, first, chained(first, twice)).catch(() => first),
  )
  await expect(careless).rejects.toMatchObject({ refusal: { refused: 'malformed' } })
  const second = await receive(fixture, first, lines(11, 5))
  expect(second.seq).toBe(15)
  expect((await fixture.journal.verify()).ok).toBe(true)
})

test('a sealed stream takes nothing more', async () => {
  await using fixture = await hub('trailing')
  const { journal } = fixture
  const head = await receive(fixture, fixture.head, lines(1, 3))
  await journal.write('seal', (tx) => journal.receive.seal(tx, head))
  await expect(receive(fixture, head, lines(4, 1))).rejects.toMatchObject({ refusal: { refused: 'GAP' } })
  expect(await journal.receive.current(site)).toBeUndefined()
})

test('the trailing cursor follows everything in order of arrival, and own commands see what came before them', async () => {
  await using fixture = await hub('trailing')
  const { journal } = fixture
  let head = fixture.head
  for (let turn = 0; turn < 8; turn++) {
    head = await receive(fixture, head, lines(head.seq + 1, 700))
    if (turn % 3 === 0) {
      const seen = await journal.write('own', async (tx) => {
        tx.append(announced(turn))
        await tx.project()
        return tx.one<{ n: number }>('SELECT count(*) AS n FROM seen')
      })
      expect(seen?.n).toBe(head.seq + turn / 3 + 2)
    }
  }
  await journal.caughtUp()
  expect(await journal.read.one("SELECT n FROM tally WHERE type = 'tap.voided'")).toEqual({ n: 5_600 })
  const order = await journal.read.all<{ pos: number }>('SELECT pos FROM seen ORDER BY pos')
  expect(order.map(({ pos }) => pos)).toEqual(Array.from({ length: 5_604 }, (_, index) => index + 1))
  expect((await journal.rebuild()).equal).toBe(true)
})

test('a backlog of several steps is followed in order, each entry once, while a sender is patiently let in first', async () => {
  await using fixture = await hub('trailing')
  const { journal } = fixture
  let head = fixture.head
  for (let turn = 0; turn < 11; turn++) head = await receive(fixture, head, lines(head.seq + 1, 1_000))
  await expect
    .poll(() => journal.read.one('SELECT projected FROM journal_state'), { timeout: 20_000 })
    .toEqual({ projected: 11_001 })
  const order = await journal.read.all<{ pos: number }>('SELECT pos FROM seen ORDER BY pos')
  expect(order.map(({ pos }) => pos)).toEqual(Array.from({ length: 11_001 }, (_, index) => index + 1))
  expect((await journal.rebuild()).equal).toBe(true)
})

test('a sender that never pauses is followed all the same', async () => {
  let ahead = 0
  const clock = { now: systemClock.now, monotonicMs: () => systemClock.monotonicMs() + ahead }
  await using fixture = await hub('trailing', clock)
  const { journal } = fixture
  let head = fixture.head
  const followed = async () =>
    (await journal.read.one<{ n: number }>('SELECT projected AS n FROM journal_state'))?.n ?? 0
  while ((await followed()) <= 1) {
    head = await receive(fixture, head, lines(head.seq + 1, 10))
    ahead += 50
    expect(ahead).toBeLessThan(60_000)
  }
})

test('unknown types are stored and left alone, newer versions deferred, wrong data put aside; nothing is delayed', async () => {
  await using fixture = await hub('inline')
  const { journal } = fixture
  const odd = (s: number) => {
    if (s === 2) return { t: 'moon.landed' }
    if (s === 3) return { v: 99 }
    return s === 4 ? { d: { target: 'not an id' } } : {}
  }
  await receive(fixture, fixture.head, lines(1, 6, odd))
  const quarantined = await journal.read.all<{ pos: number; error: string }>('SELECT * FROM quarantine ORDER BY pos')
  expect(quarantined.map(({ error }) => error.split(':')[0])).toEqual(['deferred', 'deferred', 'malformed'])
  expect(await journal.read.one("SELECT n FROM tally WHERE type = 'tap.voided'")).toEqual({ n: 3 })
  expect((await journal.verify()).ok).toBe(true)
})

test('a kept signature of the author is verified against the chain', async () => {
  await using fixture = await hub('trailing')
  const { journal } = fixture
  const head = await receive(fixture, fixture.head, lines(1, 5))
  const signed = (hash: Buffer) => ({
    seq: 5,
    hash,
    count: 5,
    signature: signBytes(headStatement({ site, inc: genesis.inc, seq: 5, hash, count: 5 }), identity.signing),
  })
  await journal.write('sign', (tx) => journal.receive.keepSignature(tx, head, signed(head.hash)))
  const report = await journal.verify()
  expect(report.ok).toBe(true)
  expect(report.streams.find((stream) => stream.site === site)?.signatures).toBe(1)
  await journal.write('bend', (tx) =>
    tx.run("UPDATE stream_signature SET signature = replace(signature, 'A', 'B') || 'x'"),
  )
  expect((await journal.verify()).problems.map(({ what }) => what)).toEqual(['the signature is wrong'])
})

test('an id that stands in two streams is followed once, whichever came first', async () => {
  await using fixture = await hub('inline')
  const { journal } = fixture
  await receive(fixture, fixture.head, lines(1, 3))
  const other = { ...genesis, inc: 'second-incarnation-----', prevInc: genesis.inc, prevSeq: 2, prevHash: 'x' }
  const head = await journal.write('open', (tx) => journal.receive.open(tx, other))
  await receive(fixture, head, lines(1, 4))
  expect(await journal.read.one("SELECT n FROM tally WHERE type = 'tap.voided'")).toEqual({ n: 4 })
  expect(await journal.read.one('SELECT count(*) AS n FROM quarantine')).toEqual({ n: 3 })
  expect((await journal.rebuild()).equal).toBe(true)
})

test('listeners hear of received entries, with their author’s place', async () => {
  await using fixture = await hub('trailing')
  const heard: string[] = []
  fixture.journal.onCommitted((entries) => heard.push(...entries.map(({ s, site: from }) => `${from} ${s}`)))
  await receive(fixture, fixture.head, lines(1, 2))
  await fixture.journal.write('own', async (tx) => tx.append({ ...announced(1), id: freshId() }))
  expect(heard).toEqual([`${site} 1`, `${site} 2`, 'hub 2'])
})
