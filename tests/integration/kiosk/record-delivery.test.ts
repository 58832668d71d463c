import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSpool } from '../../../central-sync/spool/spool.ts'
import { RecordDelivery } from '../../../kiosk/link/record-delivery.ts'
import { quietLog } from '../../support/simulation-folder.ts'
import { MachineClock, VirtualTime } from '../../support/virtual-clock.ts'

const record = {
  t: 'redirect',
  id: 'd_0123456789abcdefghjk.1.1',
  target: 'd_0123456789abcdefghjk.1.1',
  claim: 'in',
  afterMs: 1_000,
}

test('an acknowledgement is told once its note is on a slow disk, and its batch is not sent again meanwhile', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'kado-delivery-'))
  const time = new VirtualTime(Date.UTC(2026, 10, 20))
  const clock = new MachineClock(time)
  await using spool = await openSpool({ dir, clock })
  await spool.append([Buffer.from(JSON.stringify(record))])
  const sent: number[] = []
  const told: string[] = []
  let noteSent: () => void = () => undefined
  const delivery = new RecordDelivery({
    ...{ spool, clock, log: quietLog, random: () => 0 },
    send: (records) => {
      sent.push(records.length)
      noteSent()
    },
    acknowledged: ({ records }) => told.push(...records.map(({ t }) => t)),
  })
  const first = new Promise<void>((resolve) => {
    noteSent = resolve
  })
  delivery.connected(0)
  await first
  const acknowledging = delivery.acknowledge({ t: 'ack', seq: 1, answers: [], quarantined: [], serverTime: time.now })
  // The note on the disk is under way and time passes: nothing is sent again, for the answer is already here.
  for (let tick = 0; tick < 2; tick++) {
    time.advance(60_000)
    delivery.tick()
  }
  await acknowledging
  expect(sent).toEqual([1])
  expect(told).toEqual(['redirect'])
  await rm(dir, { recursive: true, force: true })
})
