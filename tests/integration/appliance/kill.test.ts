import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Appliance } from '../../../appliance/appliance.ts'
import type { EventId } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { systemClock } from '../../../central-sync/protocol/time.ts'
import type { DeviceRecord } from '../../../central-sync/protocol/wire/device.ts'
import { enrol } from '../../../central-sync/web/enrolment-client.ts'
import { Visitor } from '../../support/appliance-fixture.ts'
import { DeviceLine, type LineIdentity } from '../../support/device-line.ts'
import { kill, type Started, startCentre } from '../../support/killed-centre.ts'

const PEOPLE = 40
const ROUNDS = 4
const cardOf = (index: number) => `0123456789AB${String(index).padStart(4, '0')}`
const numbers = Array.from({ length: PEOPLE }, (_, index) => index)
const WORKERS = `worker_code,name,kana,home_center\n${numbers.map((index) => `W${index},試験 ${index},しけん,`).join('\n')}`
const CARDS = `worker_code,card\n${numbers.map((index) => `W${index},${cardOf(index)}`).join('\n')}`

const start = (dir: string, mode = '') => startCentre(dir, { workers: WORKERS, cards: CARDS, mode })

/** Taps as fast as the centre answers, until it is dead. Returns what was acknowledged and what was not. */
async function tapUntilDead(line: DeviceLine, centre: Started, from: number, lateMs: number) {
  const acked = new Set<EventId>()
  let last: DeviceRecord | undefined
  setTimeout(() => void kill(centre), lateMs)
  for (let index = from; line.closed === undefined; index += 1) {
    const record = line.tap({ card: cardOf(index % PEOPLE), at: systemClock.now() - 3_600_000 + index * 1_000 })
    last = record
    const ack = await Promise.race([line.deliver(record), line.ended()])
    if ('t' in ack) acked.add(record.tap.id)
  }
  return { acked, last }
}

test('whatever was acknowledged before a kill -9 is there afterwards, and what was not is taken when it comes again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kado-killed-'))
  try {
    let centre = await start(dir)
    const enrolled = await enrol(centre.url, centre.code, 'kiosk')
    if (isRefusal(enrolled)) throw new Error(enrolled.refused)
    const identity: LineIdentity = { enrolled, seq: 0 }
    const acked = new Set<EventId>()
    for (let round = 1; round <= ROUNDS; round += 1) {
      const line = await DeviceLine.open(centre.url, identity, round, systemClock)
      expect(line.have).toBeGreaterThanOrEqual(acked.size)
      const result = await tapUntilDead(line, centre, acked.size, 100 + round * 90)
      for (const id of result.acked) acked.add(id)
      centre = await start(dir)
      expect(centre.ok).toBe(true)
      if (result.last?.t !== 'tap') throw new Error('a round without a tap')
      // The one in flight is sent again: it may have been committed or not, and is answered either way.
      const again = await DeviceLine.open(centre.url, identity, round, systemClock)
      const { answers } = await again.deliver(result.last)
      expect(answers.map(({ id }) => id)).toEqual([result.last.tap.id])
      acked.add(result.last.tap.id)
      again.close()
    }
    await kill(centre)
    await expectAll(dir, acked)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

test('a child whose registration lost its answer in a kill -9 is registered once, and the repeat names the same child', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kado-killed-'))
  try {
    const first = await start(dir)
    const administrator = new Visitor(first.url)
    const account = { login: 'kanri', adminName: '管理 花子', password: 'tanpopo-no-wata-7' }
    await administrator.send('/centre/claim', { claim: first.claim, code: 'SHI', name: '塩尻', ...account })
    const [{ worker }] = (await administrator.ask('/workers?q=W1')).body.workers
    await kill(first)
    const sheet = { worker, name: '試験 つむぎ', kana: 'しけん つむぎ', callName: 'つむぎ', birthDate: '2024-05-01' }
    const wish = { ...sheet, phone: '0263-00-0000', relation: '母' }
    const key = 'the-same-press-of-the-button'
    const second = await start(dir, 'before-answers')
    await expect(administrator.at(second.url).send('/children', wish, key)).rejects.toThrow()
    const third = await start(dir)
    const visitor = administrator.at(third.url)
    const { status, body } = await visitor.send('/children', wish, key)
    expect([
      status,
      (await visitor.ask('/children')).body.children.map(({ child }: { child: string }) => child),
    ]).toEqual([200, [body.child]])
    await kill(third)
    expect(await countOf(dir, 'child.registered')).toBe(1)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

test('a correction whose answer was lost in a kill -9 between commit and answer is asked for once, and the repeat gets the answer', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kado-killed-'))
  try {
    const first = await start(dir)
    const administrator = new Visitor(first.url)
    const account = { login: 'kanri', adminName: '管理 花子', password: 'tanpopo-no-wata-7' }
    await administrator.send('/centre/claim', { claim: first.claim, code: 'SHI', name: '塩尻', ...account })
    const [{ worker }] = (await administrator.ask('/workers?q=W1')).body.workers
    await kill(first)

    const second = await start(dir, 'before-answers')
    const wish = { worker, day: '2026-11-02', sessions: [], start: '9:00', end: '10:00', reason: 'forgot_in' }
    const key = 'the-same-press-of-the-button'
    await expect(administrator.at(second.url).send('/corrections', wish, key)).rejects.toThrow()

    const third = await start(dir)
    const answer = await administrator.at(third.url).send('/corrections', wish, key)
    expect(answer).toMatchObject({ status: 200, body: { correction: expect.stringMatching(/^q_/) } })
    await kill(third)
    expect(await countOf(dir, 'correction.requested')).toBe(1)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
})

async function countOf(dir: string, type: string): Promise<number> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  await using appliance = await Appliance.create({ dir, clock: systemClock, log })
  let count = 0
  for await (const lines of appliance.journalExport()) count += lines.toString('utf8').split(`"t":"${type}"`).length - 1
  return count
}

/** Every acknowledged tap stands in the journal exactly once, and the projections are what the journal says. */
async function expectAll(dir: string, acked: ReadonlySet<EventId>): Promise<void> {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
  await using appliance = await Appliance.create({ dir, clock: systemClock, log })
  const counts = new Map<string, number>()
  for await (const lines of appliance.journalExport()) {
    for (const line of lines.toString('utf8').split('\n').filter(Boolean)) {
      const { t, id } = JSON.parse(line) as { t?: string; id?: string }
      if (t === 'tap.recorded' && id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
  }
  expect(acked.size).toBeGreaterThan(ROUNDS)
  expect([...acked].filter((id) => counts.get(id) !== 1)).toEqual([])
  expect(await appliance.journalRebuild()).toMatchObject({ equal: true })
}
