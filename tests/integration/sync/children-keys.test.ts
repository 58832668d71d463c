import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openCentre } from '../../../appliance/open-centre.ts'
import { HubDoor } from '../../../appliance/sync/hub-door.ts'
import { openSecretStore } from '../../../central-sync/journal/secret-store.ts'
import {
  careTurnedAway,
  childRegistered,
  guardianSet,
  pickupBlocked,
} from '../../../central-sync/protocol/event/childcare.ts'
import { newIdentifier, type WorkerId } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { sealTo } from '../../../central-sync/protocol/signing-key.ts'
import { type CalendarDay, calendarDayOf } from '../../../central-sync/protocol/time.ts'
import { KEY_PARCEL_INFO } from '../../../central-sync/protocol/wire/sync.ts'
import type { ApplianceFixture } from '../../support/appliance-fixture.ts'
import { newWorker, STAFF, SyncHouse } from '../../support/sync-house.ts'
import { until } from '../../support/until.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

const sheet = {
  ...{ name: '架空野 こはる', kana: 'かくうの こはる', callName: 'こはる', birthDate: '2023-05-14' as CalendarDay },
  ...{ extraUnits: 50, allergies: '卵', allergyPlan: true, notes: '', doctor: '' },
}

/** A child of a worker is registered, and a member of staff gets a PIN. */
async function registerChild(centre: ApplianceFixture, worker: WorkerId) {
  const child = newIdentifier('child')
  await centre.stop()
  const opened = await openCentre(centre.folder, centre.clock, silent)
  await opened.journal.write('register', async (tx) => {
    tx.append({
      event: childRegistered,
      data: { child, state: 'pending', worker },
      personal: sheet,
      subject: child,
      by: STAFF,
    })
    const day = calendarDayOf(tx.now)
    const about = { subject: child, by: STAFF }
    const banned = { name: '架空野 太郎', kana: 'かくうの たろう' }
    tx.append({
      event: guardianSet,
      data: { guardian: newIdentifier('pickup'), child, from: day },
      personal: { ...banned, relation: '父', phone: '', custody: 'no_contact' },
      ...about,
    })
    tx.append({
      event: pickupBlocked,
      data: { block: newIdentifier('pickup'), child, from: day },
      personal: { ...banned, reason: '家庭裁判所', worker },
      ...about,
    })
    tx.append({
      event: careTurnedAway,
      data: { child, at: tx.now },
      personal: { temperatureX10: 378, symptoms: ['cough'], why: 'fever' },
      ...about,
    })
  })
  await opened.secrets.verifiers.set(STAFF, 'pin', '402973', false)
  const [key] = opened.secrets.keys.ofSubject(child)
  await opened[Symbol.asyncDispose]()
  await centre.start()
  if (key === undefined) throw new Error('the child has no key')
  return { child, key: Buffer.from(key.key) }
}

test('what is written about a child goes to the hub sealed, its key never does, nor the PIN of a member of staff', async () => {
  await using house = await SyncHouse.open()
  const centre = await house.centre('SHI')
  const { worker } = await newWorker(centre, 'W001', 'なぎさ')
  const { child, key } = await registerChild(centre, worker)
  await newWorker(centre, 'W002', 'みお')
  await house.settled(centre)

  const { hub } = house.hub
  const entries = await hub.journal.read.all<{ line: Buffer }>(
    'SELECT line FROM entry WHERE subject = ? ORDER BY seq',
    [child],
  )
  const lines = entries.map(({ line }) => line.toString('utf8'))
  expect(lines).toHaveLength(4)
  // A number as JSON would write it: three digits alone stand in what is sealed now and then.
  for (const secret of ['こはる', '太郎', 'no_contact', '裁判所', 'fever', ':378']) {
    expect(
      lines.filter((line) => line.includes(secret)),
      secret,
    ).toEqual([])
  }
  // Whom a ban means is not said to those who know her name.
  expect(lines.filter((line) => line.includes(worker)).map((line) => JSON.parse(line).t)).toEqual(['child.registered'])
  const arrived = await hub.secrets.parcels.list(centre.appliance.site, 'in', 0, 100)
  await until('the key of the parent has come', async () => hub.secrets.keys.ofSubject(worker).length > 0)
  expect(arrived.filter(({ subject }) => !subject.startsWith('w_'))).toEqual([])
  expect(hub.secrets.keys.ofSubject(child)).toEqual([])
  expect(await hub.secrets.verifiers.get(STAFF, 'pin')).toBeUndefined()

  const { folder } = house.hub
  await house.hub.stop()
  for (const name of ['secrets.db', 'secrets.db-wal', 'hub.db', 'hub.db-wal', 'journal.db', 'journal.db-wal']) {
    const bytes = await readFile(join(folder, name)).catch(() => Buffer.alloc(0))
    expect(bytes.includes(key), name).toBe(false)
    expect(bytes.includes(Buffer.from('402973')), name).toBe(false)
  }
})

test('the hub does not even keep a child’s key that a changed program would send it', async () => {
  await using house = await SyncHouse.open()
  const centre = await house.centre('SHI')
  const { worker } = await newWorker(centre, 'W001', 'なぎさ')
  const { child } = await registerChild(centre, worker)
  await house.settled(centre)
  const { site } = centre.appliance
  await centre.stop()
  await using store = await openSecretStore({ file: join(centre.folder, 'secrets.db'), clock: house.clock })
  const { hub } = house.hub
  const box = hub.secrets.identity.box.publicKey
  const parcels = store.keys.ofSubject(child).map(({ id, subject, key }) => {
    return { key: id, subject, box: sealTo(key, box, KEY_PARCEL_INFO) }
  })
  expect(parcels).toHaveLength(1)
  const door = new HubDoor({ url: house.hub.url, site, signing: store.identity.signing, clock: house.clock })
  const body = Buffer.from(JSON.stringify({ parcels }))
  const headers = { 'content-type': 'application/json' }
  const answer = await door.send({ method: 'POST', path: `/sync/v1/keys/${site}`, body, headers })
  expect(isRefusal(answer)).toBe(false)
  const kept = await hub.secrets.parcels.list(site, 'in', 0, 100)
  expect(kept.filter(({ subject }) => subject === child)).toEqual([])
  expect(hub.secrets.keys.ofSubject(child)).toEqual([])
})
