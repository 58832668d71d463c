import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSecretStore } from '../../../central-sync/journal/secret-store.ts'
import { DAY_MS, HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { Visitor } from '../../support/appliance-fixture.ts'
import type { DeviceLine } from '../../support/device-line.ts'
import { kioskAt, newWorker, SyncHouse } from '../../support/sync-house.ts'
import { until } from '../../support/until.ts'

const CARD = '0123456789ABCDEF'

async function typed(line: DeviceLine, code: string, pin: string) {
  const ask = randomUUID()
  const answer = line.next((frame) => frame.t === 'pin' && frame.ask === ask)
  line.send({ t: 'pin', ask, code, pin })
  const frame = await answer
  if (frame.t !== 'pin') throw new Error(frame.t)
  return frame
}

test('after a first tap at Shiojiri a worker of Itoigawa checks in there with her PIN, and with a new one after she changed it', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi, nak] = [await house.centre('ITO'), await house.centre('SHI'), await house.centre('NAK')]
  const { worker, pin } = await newWorker(ito, 'W001', 'なぎさ', CARD)
  await house.settled(ito, shi, nak)
  const [away, elsewhere] = [await kioskAt(shi), await kioskAt(nak)]
  expect(await typed(away, 'ITO-W001', pin)).toMatchObject({ ok: false, code: 'sign_in_failed' })

  await away.touch({ card: CARD, claim: 'in' })
  await house.settled(shi, ito)
  const known = await until('her PIN is known at Shiojiri', async () => {
    const answer = await typed(away, 'ITO-W001', pin)
    return answer.ok && answer.callName !== '' && answer
  })
  expect(known).toMatchObject({ worker, callName: 'なぎさ' })
  house.clock.turn(HOUR_MS)
  expect((await away.touch({ worker, claim: 'out' })).answer).toMatchObject({ result: 'out', code: 'ITO-W001' })
  expect(await typed(elsewhere, 'ITO-W001', pin)).toMatchObject({ ok: false })
  // Her own page is at home.
  const phone = await new Visitor(shi.url).send('/sign-in/worker', { code: 'ITO-W001', pin })
  expect(phone.status).toBe(401)

  expect(await ito.appliance.doors.workers.changePin(worker, pin, '840173')).toBeUndefined()
  await newWorker(ito, 'W002', 'みお')
  await house.settled(ito, shi)
  await until('the new PIN is known at Shiojiri', async () => (await typed(away, 'ITO-W001', '840173')).ok)
  expect(await typed(away, 'ITO-W001', pin)).toMatchObject({ ok: false })
})

test('after 90 days without her the other centre forgets her, key and PIN, and she is introduced anew when she comes again', async () => {
  await using house = await SyncHouse.open()
  const [ito, shi] = [await house.centre('ITO'), await house.centre('SHI')]
  const { worker, pin } = await newWorker(ito, 'W001', 'なぎさ', CARD)
  await house.settled(ito, shi)
  const away = await kioskAt(shi)
  await away.touch({ card: CARD, claim: 'in' })
  await house.settled(shi, ito)
  await until('her PIN is known at Shiojiri', async () => (await typed(away, 'ITO-W001', pin)).ok)

  house.clock.turn(60 * DAY_MS)
  await away.touch({ card: CARD, claim: 'in' })
  await house.settled(shi, ito)
  house.clock.turn(89 * DAY_MS)
  await newWorker(ito, 'W002', 'みお')
  await house.settled(ito, shi)
  expect((await typed(away, 'ITO-W001', pin)).ok).toBe(true)

  house.clock.turn(2 * DAY_MS)
  await newWorker(ito, 'W003', 'そら')
  await house.settled(ito, shi)
  await until('she is forgotten', async () => !(await typed(away, 'ITO-W001', pin)).ok)
  await shi.stop()
  const store = await openSecretStore({ file: join(shi.folder, 'secrets.db'), clock: house.clock })
  expect(store.keys.ofSubject(worker)).toEqual([])
  await store.close()
  await shi.start()

  const again = await shi.line(away.identity, 2)
  expect((await again.touch({ card: CARD, claim: 'in' })).answer).toMatchObject({ code: 'ITO-W001', callName: '' })
  await house.settled(shi, ito)
  await until('she is introduced anew', async () => (await typed(again, 'ITO-W001', pin)).ok)
  await until('she is greeted by name', async () => (await again.touch({ card: CARD })).answer.callName === 'なぎさ')
  expect(await shi.appliance.journalRebuild()).toMatchObject({ equal: true })
})
