import { cp } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'
import { HubFixture } from '../../support/hub-fixture.ts'
import { until } from '../../support/until.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'

async function join(centre: ApplianceFixture, hub: HubFixture) {
  const { code } = await hub.hub.newCentreCode(centre.code)
  expect(await centre.appliance.joinHub(hub.url, code)).toEqual({ hub: hub.url })
}

async function drained(centre: ApplianceFixture) {
  await until(`${centre.code} has sent everything`, async () => {
    const { state, waiting, acked } = await centre.appliance.syncStatus()
    return state === 'idle' && waiting === 0 && acked > 0
  })
}

test('a worker registered at Itoigawa taps at Shiojiri, is greeted, and her time comes home', async () => {
  await using hub = await HubFixture.create(NINE)
  await using ito = await ApplianceFixture.create(NINE, 'ITO', hub.clock)
  await using shi = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  const itoDesk = await ito.claimed()
  await shi.claimed()
  await join(ito, hub)
  await join(shi, hub)
  const worker = (await itoDesk.send('/workers', { code: 'W001', name: '磯 なぎさ', kana: 'いそ', callName: 'なぎさ' }))
    .body.worker
  await itoDesk.send('/cards/enrol-number', { worker, card: CARD })
  await drained(ito)
  const identity = await shi.newKiosk('入口')
  const line = await shi.line(identity)
  await until('the card is known at Shiojiri', async () => {
    hub.clock.turn(5 * MINUTE_MS)
    shi.appliance.syncNow()
    return (await line.touch({ card: CARD, claim: 'in' })).answer.result !== 'unknown_card'
  })
  const tap = line.frames.findLast((frame) => frame.t === 'ack')
  expect(tap).toMatchObject({ answers: [{ result: 'in', code: 'ITO-W001', worker }] })
  hub.clock.turn(2 * HOUR_MS)
  await line.touch({ card: CARD, claim: 'out' })
  await drained(shi)
  await hub.hub.caughtUp()
  const home = await until('the session is folded at home', async () => {
    ito.appliance.syncNow()
    const sessions = await ito.appliance.sessionsExport('2026-11-20' as never, '2026-11-20' as never)
    return sessions.find(({ status }) => status === 'payable')
  })
  expect(home).toMatchObject({ worker_code: 'W001', place: 'センターSHI', seconds: 7_200 })
  const greeted = await until('she was introduced', async () => {
    hub.clock.turn(10 * MINUTE_MS)
    shi.appliance.syncNow()
    const { answer } = await line.touch({ card: CARD, claim: 'in' })
    return answer.callName === 'なぎさ' && answer
  })
  expect(greeted.code).toBe('ITO-W001')
})

test('a centre offline for days keeps working and drains when the hub is back', async () => {
  await using hub = await HubFixture.create(NINE)
  await using centre = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  await centre.claimed()
  await join(centre, hub)
  await drained(centre)
  const port = await hub.stop()
  const csv = ['worker_code,name,kana,home_center']
  for (let number = 1; number <= 2_500; number += 1) csv.push(`K${number},試験 ${number},しけん,`)
  await centre.appliance.workersImport(Buffer.from(csv.join('\n')))
  hub.clock.turn(3 * 24 * HOUR_MS)
  const waiting = await until('the centre waits', async () => {
    const status = await centre.appliance.syncStatus()
    return status.state === 'waiting' && status
  })
  expect(waiting.lastError).toMatch(/^unreachable/)
  expect(waiting.waiting).toBeGreaterThanOrEqual(2_500)
  await hub.start(port)
  await drained(centre)
  expect((await centre.appliance.syncStatus()).failures).toBe(0)
})

test('two processes of one centre: the clone is stopped by name, and told what to do', async () => {
  await using hub = await HubFixture.create(NINE)
  await using centre = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  await centre.claimed()
  await join(centre, hub)
  await drained(centre)
  await centre.stop()
  await using copy = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  await copy.stop()
  await cp(centre.folder, copy.folder, { recursive: true, force: true })
  await centre.start()
  const desk2 = await centre.administrator()
  await desk2.send('/workers', { code: 'A1', name: '原 一', kana: 'はら', callName: '' })
  await drained(centre)
  await copy.start()
  const stopped = await until('the copy is stopped', async () => {
    const status = await copy.appliance.syncStatus()
    return status.state === 'stopped' && status
  })
  expect(['FORK', 'CLONE', 'GAP']).toContain(stopped.code)
  expect(stopped.advice?.ja).toMatch(/[。]$/)
})

test('the hub asks for an assignment and the home centre answers by itself; the month is approved in one press', async () => {
  await using hub = await HubFixture.create(NINE)
  await using centre = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  const desk = await centre.claimed()
  await join(centre, hub)
  const worker = (await desk.send('/workers', { code: 'W001', name: '青木 さくら', kana: 'あおき', callName: '' })).body
    .worker
  await desk.send('/cards/enrol-number', { worker, card: CARD })
  await drained(centre)
  await hub.hub.caughtUp()
  const csv =
    'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code\n長野印刷,名簿,入力A,データ入力,1200,2026-11-01,SHI-W001\n'
  await hub.hub.workImport(Buffer.from(csv))
  await hub.hub.caughtUp()
  await until('the assignment is made', async () => {
    centre.appliance.syncNow()
    const person = await desk.ask(`/worker?worker=${worker}`)
    return person.body.assignments?.length === 1
  })
  const line = await centre.line(await centre.newKiosk())
  const arrived = await line.touch({ card: CARD })
  expect(arrived.answer).toMatchObject({ assignments: [{ title: '入力A' }], assignment: expect.stringMatching(/^a_/) })
  hub.clock.turn(20 * MINUTE_MS)
  await line.touch({ card: CARD, claim: 'out' })
  const director = await centre.staff(desk, 'aoki', ['director'], worker)
  expect((await director.send('/work/approve-month', { month: '2026-11' })).body).toEqual({
    approved: 0,
    seconds: 0,
    skipped: [{ why: 'own', sessions: 1 }],
  })
  expect((await desk.send('/work/approve-month', { month: '2026-11' })).body).toMatchObject({
    approved: 1,
    seconds: 1_200,
  })
  expect((await desk.send('/work/approve-month', { month: '2026-11' })).body).toMatchObject({ approved: 0 })
  const state = await desk.ask('/work/approvals?month=2026-11')
  expect(state.body.rows).toMatchObject([{ code: 'W001', approvedSeconds: 1_200, waiting: 0, stale: 0 }])
  await line.touch({ card: CARD, at: NINE + 15 * MINUTE_MS, claim: 'out', claimBy: 'worker' })
  const after = await desk.ask('/work/approvals?month=2026-11')
  expect(after.body.rows).toMatchObject([{ stale: 1 }])
})

test('a card from before the network is found by its old digest once, and by the new one from then on', async () => {
  await using hub = await HubFixture.create(NINE)
  await using ito = await ApplianceFixture.create(NINE, 'ITO', hub.clock)
  const desk = await ito.claimed()
  const worker = (await desk.send('/workers', { code: 'W001', name: '磯 なぎさ', kana: 'いそ', callName: '' })).body
    .worker
  await desk.send('/cards/enrol-number', { worker, card: CARD })
  const line = await ito.line(await ito.newKiosk())
  expect(line.digestsOf(CARD)).toHaveLength(1)
  await join(ito, hub)
  await until('the kiosk has the card key of the network', async () => line.digestsOf(CARD).length === 2)
  expect((await line.touch({ card: CARD })).answer.result).toBe('in')
  await drained(ito)
  await using shi = await ApplianceFixture.create(NINE, 'SHI', hub.clock)
  await shi.claimed()
  await join(shi, hub)
  const away = await shi.line(await shi.newKiosk())
  await until('the card is known at Shiojiri by the digest under the key of the network', async () => {
    hub.clock.turn(5 * MINUTE_MS)
    shi.appliance.syncNow()
    return (await away.touch({ card: CARD })).answer.result !== 'unknown_card'
  })
  expect(line.digestsOf(CARD).map(({ k }) => k)).toEqual([1, 0])
})
