import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openCentre } from '../../../appliance/open-centre.ts'
import { openSecretStore } from '../../../central-sync/journal/secret-store.ts'
import { defineEvent } from '../../../central-sync/protocol/event/definition.ts'
import { isIdentifier, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { openSealed } from '../../../central-sync/protocol/signing-key.ts'
import { type BusinessDay, HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { KEY_PARCEL_INFO } from '../../../central-sync/protocol/wire/sync.ts'
import type { ApplianceFixture } from '../../support/appliance-fixture.ts'
import { kioskAt, newWorker, STAFF, SyncHouse } from '../../support/sync-house.ts'
import { until } from '../../support/until.ts'

const CARD = '0123456789ABCDEF'
const OTHER_CARD = '0123456789ABCDE0'
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** What a centre with another program on the same files would have written. */
async function writtenElsewhere(
  centre: ApplianceFixture,
  drafts: readonly { type: string; version: number; data: object }[],
) {
  await centre.stop()
  const opened = await openCentre(centre.folder, centre.clock, silent)
  await opened.journal.write('elsewhere', async (tx) => {
    for (const { type, version, data } of drafts) {
      tx.append({
        event: defineEvent({ type, version, author: 'centre', data: z.looseObject({}) }),
        data: { ...data },
        by: 'system',
      })
    }
  })
  await opened[Symbol.asyncDispose]()
  await centre.start()
}

test('what a newer centre writes is stored and put off, and everything after it is followed', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  await writtenElsewhere(ito, [
    { type: 'robot.greeted', version: 1, data: { robot: 7 } },
    { type: 'card.revoked', version: 9, data: { card: newIdentifier('card'), reason: 'melted' } },
  ])
  await newWorker(ito, 'W001', 'なぎさ', CARD)
  await house.settled(ito, shi)
  const { journal } = house.hub.hub
  const aside = (await journal.quarantined(10)).map(({ follower, error }) => `${follower} ${error.split(' ')[0]}`)
  expect(aside).toEqual(['* deferred:', '* deferred:'])
  expect(await house.atHub(ito)).toMatchObject({ quarantined: 2, unread: 0, error: undefined })
  expect(await journal.read.all('SELECT code FROM worker')).toEqual([{ code: 'W001' }])
  const { read } = journal
  const robot = await read.one<{ line: Buffer }>("SELECT line FROM entry WHERE type = 'robot.greeted'")
  expect(JSON.parse(robot?.line.toString('utf8') ?? '')).toMatchObject({ d: { robot: 7 } })
  expect((await (await kioskAt(shi)).touch({ card: CARD })).answer).toMatchObject({ result: 'in', code: 'ITO-W001' })
})

test('a poison record is put aside and delays nothing, neither before it nor behind it, at the hub or at another centre', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  await newWorker(ito, 'W001', 'なぎさ')
  await writtenElsewhere(ito, [
    { type: 'worker.registered', version: 1, data: { worker: 'nobody', code: '?', home: 7 } },
    { type: 'tap.recorded', version: 1, data: { worker: newIdentifier('worker'), time: 'yesterday' } },
    { type: 'card.enrolled', version: 1, data: {} },
  ])
  await newWorker(ito, 'W002', 'みお', CARD)
  await house.settled(ito, shi)
  expect(await house.atHub(ito)).toMatchObject({ quarantined: 3, unread: 0, error: undefined })
  const { read } = house.hub.hub.journal
  expect(await read.all('SELECT code FROM worker ORDER BY code')).toEqual([{ code: 'W001' }, { code: 'W002' }])
  const line = await kioskAt(shi)
  expect((await line.touch({ card: CARD })).answer).toMatchObject({ result: 'in', code: 'ITO-W002' })
  expect(await ito.appliance.journalRebuild()).toMatchObject({ equal: true })
})

test('a worker of Itoigawa taps at Shiojiri one round after her registration; her sessions and their flags come home', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  const line = await kioskAt(shi)
  await until('the kiosk has a card key', async () => line.digestsOf(CARD).length > 0)
  await newWorker(ito, 'W001', 'なぎさ', CARD)
  await house.sent(ito)
  await house.hub.hub.caughtUp()
  await house.fetched(shi)
  const arrived = await line.touch({ card: CARD, claim: 'in' })
  expect(arrived.answer).toMatchObject({ result: 'in', code: 'ITO-W001', callName: '' })
  house.clock.turn(2 * HOUR_MS)
  await line.touch({ card: CARD, claim: 'out' })
  house.clock.turn(HOUR_MS)
  await line.touch({ card: CARD, claim: 'in', clock: 'unsynced' })
  house.clock.turn(HOUR_MS)
  await line.touch({ card: CARD, claim: 'out' })
  await house.settled(shi, ito)
  const day = '2026-11-20' as BusinessDay
  const home = (await ito.appliance.sessionsExport(day, day)).map(({ worker_code, place, seconds, status, flags }) => ({
    ...{ worker_code, place, seconds, status, flags },
  }))
  expect(home).toEqual([
    { worker_code: 'W001', place: 'センターSHI', seconds: 7_200, status: 'payable', flags: '' },
    { worker_code: 'W001', place: 'センターSHI', seconds: 3_600, status: 'pending', flags: 'clock_unsynced' },
  ])
  // Her key comes right behind her introduction.
  await until('she is greeted by name', async () => (await line.touch({ card: CARD })).answer.callName === 'なぎさ')
})

test('a card revoked at either centre is refused at the other', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  const { worker } = await newWorker(ito, 'W001', 'なぎさ')
  const cards = []
  for (const number of [CARD, OTHER_CARD]) {
    const made = await ito.appliance.doors.cards.enrolNumber(worker, number, STAFF)
    if (isRefusal(made)) throw new Error(made.refused)
    cards.push(made.card)
  }
  await house.settled(ito, shi)
  const [home, away] = [await kioskAt(ito), await kioskAt(shi)]
  expect((await away.touch({ card: CARD })).answer.result).toBe('in')
  const [first, second] = cards
  if (first === undefined || second === undefined) throw new Error('no cards')
  await ito.appliance.doors.cards.revoke(first, 'lost', STAFF)
  await shi.appliance.doors.cards.revoke(second, 'lost', STAFF)
  await house.settled(ito, shi)
  house.clock.turn(HOUR_MS)
  expect((await away.touch({ card: CARD })).answer.result).toBe('revoked_card')
  expect((await home.touch({ card: OTHER_CARD })).answer.result).toBe('revoked_card')
})

test('keys of workers leave their region only to where they came, and nobody else can open them', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi, nak] = [await house.centre('ITO'), await house.centre('SHI'), await house.centre('NAK')]
  const guest = await newWorker(ito, 'W001', 'なぎさ', CARD)
  const stayed = await newWorker(ito, 'W002', 'みお')
  await house.settled(ito, shi, nak)
  await (await kioskAt(shi)).touch({ card: CARD })
  await house.settled(shi, ito, nak)
  const { secrets } = house.hub.hub
  const parcelsFor = (centre: ApplianceFixture) => secrets.parcels.list(centre.appliance.site, 'out', 0, 100)
  expect((await parcelsFor(shi)).map(({ subject }) => subject)).toEqual([guest.worker])
  expect(await parcelsFor(nak)).toEqual([])
  const [parcel] = await parcelsFor(shi)

  const held = async (centre: ApplianceFixture) => {
    await centre.stop()
    await using store = await openSecretStore({ file: join(centre.folder, 'secrets.db'), clock: house.clock })
    const workers = store.keys.after(0, 100).filter(({ subject }) => isIdentifier('worker', subject))
    const opens = openSealed(parcel?.box ?? '', store.identity.box, KEY_PARCEL_INFO) !== undefined
    return { workers: workers.map(({ subject }) => subject), opens }
  }
  expect(await held(shi)).toEqual({ workers: [guest.worker], opens: true })
  expect(await held(nak)).toEqual({ workers: [], opens: false })
  expect(await held(ito)).toEqual({ workers: [guest.worker, stayed.worker], opens: false })
})

test('a hub that went down between learning of a guest and offering her keys offers them when it is back', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  const guest = await newWorker(ito, 'W001', 'なぎさ', CARD)
  await house.settled(ito, shi)
  await (await kioskAt(shi)).touch({ card: CARD })
  await house.settled(shi, ito)
  const { site } = shi.appliance
  const port = await house.hub.stop()
  {
    await using store = await openSecretStore({ file: join(house.hub.folder, 'secrets.db'), clock: house.clock })
    await store.parcels.forget(site, 'out', guest.worker)
    expect(await store.parcels.list(site, 'out', 0, 10)).toEqual([])
  }
  await house.hub.start(port)
  const offered = await until('her key is offered', async () => {
    const parcels = await house.hub.hub.secrets.parcels.list(site, 'out', 0, 10)
    return parcels.length > 0 && parcels
  })
  expect(offered.map(({ subject }) => subject)).toEqual([guest.worker])
})
