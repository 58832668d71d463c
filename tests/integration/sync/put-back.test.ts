import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSecretFile } from '../../../central-sync/journal/secrets/secret-file.ts'
import type { Entry } from '../../../central-sync/protocol/entry.ts'
import { HOUR_MS, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { type ApplianceFixture, Visitor } from '../../support/appliance-fixture.ts'
import { kioskAt, NINE, newWorker, putBack, SyncHouse } from '../../support/sync-house.ts'
import { until } from '../../support/until.ts'

const CARD = '0123456789ABCDEF'
const BOTH = ['journal.db', 'secrets.db'] as const

async function entriesOf(centre: ApplianceFixture): Promise<Entry[]> {
  const parts: Buffer[] = []
  for await (const part of centre.appliance.journalExport()) parts.push(part)
  const lines = Buffer.concat(parts).toString('utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line) as Entry)
}

async function callNameAt(centre: ApplianceFixture, card: string) {
  const line = await kioskAt(centre)
  return (await line.touch({ card })).answer.callName
}

test('a hub that was put back from an older copy gets everything again, and its centres follow its new stream', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  await newWorker(ito, 'W001', 'なぎさ')
  await house.settled(ito, shi)
  const port = await house.hub.stop()
  const image = await house.image(house.hub.folder)
  await house.hub.start(port)

  // All of this the copy does not know: a worker with her keys, her card, a centre, a tap and an introduction.
  await newWorker(ito, 'W002', 'みお', CARD)
  const nak = await house.centre('NAK')
  await house.settled(ito, shi, nak)
  expect(await callNameAt(shi, CARD)).toBe('')
  await house.settled(ito, shi)
  const before = await house.atHub(ito)
  await nak.stop()
  await house.hub.stop()
  await putBack(image, house.hub.folder, BOTH)
  await house.hub.start(port)
  expect(house.hub.hub.journal.opened).toBe('rewound')
  expect((await house.atHub(ito)).head).toBeLessThan(before.head)

  house.pass()
  await house.settled(ito, shi)
  expect(await house.atHub(ito)).toMatchObject({
    head: before.head,
    inc: before.inc,
    incarnations: 1,
    error: undefined,
  })
  const { journal, secrets } = house.hub.hub
  const [mio] = await journal.read.all<{ worker: string }>("SELECT worker FROM worker WHERE code = 'W002'")
  expect(secrets.keys.ofSubject(mio?.worker ?? '')).toHaveLength(1)
  expect(await journal.verify()).toMatchObject({ ok: true })
  house.clock.turn(10 * MINUTE_MS)
  expect(await until('she is greeted', async () => (await callNameAt(shi, CARD)) === 'みお')).toBe(true)
  for (const centre of [ito, shi]) {
    expect(await centre.appliance.journalVerify()).toMatchObject({ ok: true })
    expect(await centre.appliance.journalRebuild()).toMatchObject({ equal: true })
    expect(await centre.appliance.syncStatus()).toMatchObject({ code: null, lastError: null })
  }
})

test('a hub that was put back together with its marker is named RESTART, and goes on after its marker was taken away', async () => {
  await using house = await SyncHouse.open()
  const shi = await house.centre('SHI')
  await house.settled(shi)
  const port = await house.hub.stop()
  const image = await house.image(house.hub.folder)
  await house.hub.start(port)
  const nak = await house.centre('NAK')
  await house.settled(shi)
  await nak.stop()
  await house.hub.stop()
  await putBack(image, house.hub.folder, BOTH)
  await putBack(join(image, 'identity'), join(house.hub.folder, 'identity'), ['head.json'])
  await house.hub.start(port)
  house.pass()
  const stopped = await house.stopped(shi, 'RESTART')
  expect(stopped.advice?.ja).toMatch(/本部に連絡/)
  // What goes up is not stopped by what comes down.
  await newWorker(shi, 'W001', 'そら')
  await until('it still sends', async () => (await house.atHub(shi)).head === (await shi.appliance.syncStatus()).head)

  await house.hub.stop()
  await rm(join(house.hub.folder, 'identity', 'head.json'))
  await house.hub.start(port)
  await shi.appliance.doors.devices.resumeHub()
  house.pass()
  await house.settled(shi)
  expect(await shi.appliance.syncStatus()).toMatchObject({ state: 'idle', lastError: null })
})

test('a centre that was put back goes on in a new incarnation; what was sent before stays, and nothing counts twice', async () => {
  await using house = await SyncHouse.open()
  const shi = await house.centre('SHI')
  await newWorker(shi, 'W001', 'そら', CARD)
  const kiosk = await shi.newKiosk('入口')
  await (await shi.line(kiosk)).touch({ card: CARD, claim: 'in' })
  await house.settled(shi)
  await shi.stop()
  const image = await house.image(shi.folder)
  await shi.start()
  const line = await shi.line(kiosk, 2)
  house.clock.turn(HOUR_MS)
  const [out, back] = [
    line.tap({ card: CARD, claim: 'out' }),
    line.tap({ card: CARD, claim: 'in', at: NINE + 2 * HOUR_MS }),
  ]
  house.clock.turn(HOUR_MS)
  await line.deliver(out, back)
  await newWorker(shi, 'W002', 'みお')
  await house.settled(shi)
  const old = await house.atHub(shi)

  const port = await house.hub.stop()
  await shi.stop()
  await putBack(image, shi.folder, ['journal.db'])
  await shi.start()
  expect((await entriesOf(shi)).at(-1)).toMatchObject({ s: 1, t: 'incarnation.opened', d: { reason: 'rewound' } })
  const again = await shi.line(kiosk, 3)
  expect((await again.deliver(out, back)).answers.map(({ result }) => result)).toEqual(['out', 'in'])
  house.clock.turn(HOUR_MS)
  await again.touch({ card: CARD, claim: 'out' })
  await house.hub.start(port)
  house.pass()
  await house.settled(shi)

  const now = await house.atHub(shi)
  expect(now).toMatchObject({ incarnations: 2, error: undefined, unread: 0, quarantined: 0 })
  expect(now.inc).not.toBe(old.inc)
  const { journal } = house.hub.hub
  expect((await journal.quarantined(10)).map(({ error }) => error.split(':')[0])).toEqual(['duplicate', 'duplicate'])
  const sealed = (await journal.receive.heads()).find(({ genesis }) => genesis.inc === old.inc)
  expect(sealed?.seq).toBe(old.head)
  expect(await journal.read.all('SELECT code FROM worker ORDER BY code')).toEqual([{ code: 'W001' }, { code: 'W002' }])
  const sessions = await journal.read.all('SELECT status, seconds FROM session ORDER BY started_at')
  expect(sessions).toEqual([
    { status: 'payable', seconds: 3_600 },
    { status: 'payable', seconds: 3_600 },
  ])
  expect(await journal.verify()).toMatchObject({ ok: true })
})

test('a centre that was put back twice without a hub sends each incarnation in turn', async () => {
  await using house = await SyncHouse.open()
  const shi = await house.centre('SHI')
  const port = await house.hub.stop()
  for (const code of ['W001', 'W002', 'W003']) {
    await newWorker(shi, code, 'そら')
    await shi.stop()
    await rm(join(shi.folder, 'identity', 'head.json'))
    await shi.start()
  }
  await newWorker(shi, 'W004', 'そら')
  await house.hub.start(port)
  house.pass()
  await house.settled(shi)
  expect(await house.atHub(shi)).toMatchObject({ incarnations: 4, error: undefined, unread: 0 })
  expect(await house.hub.hub.journal.read.one('SELECT count(*) AS n FROM worker')).toEqual({ n: 4 })
  await shi.stop()
  await shi.start()
  await newWorker(shi, 'W005', 'そら')
  await house.settled(shi)
})

test('two lines under one number are named FORK on both sides; the centre stops sending, says what to do, and resumes', async () => {
  await using house = await SyncHouse.open()
  await house.hub.hub.claim({ login: 'honbu', name: '本部 あきら', password: 'tanpopo-no-wata-7' })
  const shi = await house.centre('SHI')
  await shi.claimed()
  await house.settled(shi)
  const port = await house.hub.stop()
  const hubImage = await house.image(house.hub.folder)
  await house.hub.start(port)
  await shi.stop()
  const twin = await house.machineFrom(await house.image(shi.folder), 'SHI')
  await newWorker(twin, 'T001', 'もうひとり')
  await house.sent(twin)
  await twin.stop()
  // By now nobody can tell any more that two were alive at once.
  house.clock.turn(11 * MINUTE_MS)
  await shi.start()
  await newWorker(shi, 'W001', 'そら')
  const stopped = await house.stopped(shi, 'FORK')
  expect(stopped.advice?.ja).toMatch(/枝分かれ.*本部に連絡/)
  const { head } = await house.atHub(shi)
  const line = await kioskAt(shi)
  expect((await line.touch({ card: CARD })).answer.result).toBe('unknown_card')
  house.pass()
  await house.stopped(shi, 'FORK')
  await until('the hub knows', async () => (await house.atHub(shi)).error?.code === 'FORK')
  expect(await house.atHub(shi)).toMatchObject({ head })

  const administrator = await shi.administrator()
  const settings = await pageOf(shi.url, '/settings', administrator)
  expect(settings).toMatch(/本部との同期が停止 FORK/)
  expect(settings).toContain(stopped.advice?.ja)
  const office = new Visitor(house.hub.url)
  await office.send('/sign-in/staff', { login: 'honbu', password: 'tanpopo-no-wata-7' })
  expect(await pageOf(house.hub.url, '/centres', office)).toMatch(/FORK[\s\S]*枝分かれ[\s\S]*再開/)

  // The hub is put back to where it was before the other machine spoke.
  await house.hub.stop()
  await putBack(hubImage, house.hub.folder, BOTH)
  await house.hub.start(port)
  expect((await administrator.send('/hub/resume', {})).status).toBe(200)
  await house.settled(shi)
  expect(await house.atHub(shi)).toMatchObject({ error: undefined })
  const codes = await house.hub.hub.journal.read.all('SELECT code FROM worker')
  expect(codes).toEqual([{ code: 'W001' }])
})

async function pageOf(url: string, path: string, visitor: Visitor): Promise<string> {
  const answer = await fetch(`${url}${path}`, { headers: { cookie: visitor.cookie, 'accept-language': 'ja' } })
  return answer.text()
}

test('of two machines with one identity the older one is stopped as a CLONE; resumed, it is the one that counts', async () => {
  await using house = await SyncHouse.open()
  const shi = await house.centre('SHI')
  await shi.stop()
  const image = await house.image(shi.folder)
  await shi.start()
  await house.sent(shi)
  const twin = await house.machineFrom(image, 'SHI')
  await house.sent(twin)
  await newWorker(shi, 'W001', 'そら')
  const stopped = await house.stopped(shi, 'CLONE')
  expect(stopped.advice?.ja).toMatch(/再開/)
  expect(await house.atHub(shi)).toMatchObject({ error: { code: 'CLONE' } })
  await twin.stop()
  await shi.appliance.doors.devices.resumeHub()
  await house.settled(shi)
  house.clock.turn(11 * MINUTE_MS)
  house.pass()
  await house.sent(shi)
  expect((await house.atHub(shi)).error).toBeUndefined()
})

test('a centre with another key is refused by SIG and works on alone', async () => {
  await using house = await SyncHouse.open()
  const shi = await house.centre('SHI')
  await shi.stop()
  const secrets = await openSecretFile(join(shi.folder, 'secrets.db'), house.clock)
  await secrets.write('identity.lose', (tx) => tx.run('DELETE FROM identity'))
  await secrets.close()
  await shi.start()
  const stopped = await house.stopped(shi, 'SIG')
  expect(stopped.advice?.ja).toMatch(/鍵/)
  await newWorker(shi, 'W001', 'そら', CARD)
  expect(await callNameAt(shi, CARD)).toBe('そら')
  expect((await shi.appliance.syncStatus()).waiting).toBeGreaterThan(0)
  expect(await house.hub.hub.journal.read.one('SELECT count(*) AS n FROM worker')).toEqual({ n: 0 })
})
