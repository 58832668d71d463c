import { expect, test } from 'vitest'
import { HOUR_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const CARD = '0123456789ABCDEF'

async function watermarks(centre: ApplianceFixture) {
  const marks: { day: string; devices: Record<string, number | null> }[] = []
  for await (const chunk of centre.appliance.journalExport()) {
    for (const line of chunk.toString('utf8').split('\n').filter(Boolean)) {
      const entry = JSON.parse(line) as { t?: string; d: { day: string; devices: Record<string, number | null> } }
      if (entry.t === 'attendance.watermark') marks.push({ day: entry.d.day, devices: entry.d.devices })
    }
  }
  return marks
}

test('after roll-over the centre says which kiosk is complete, once, and again when a silent one speaks', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const { worker } = (await administrator.send('/workers', { code: 'W1', name: '青木', kana: '', callName: '' })).body
  await administrator.send('/cards/enrol-number', { worker, card: CARD })
  const loud = await centre.line(await centre.newKiosk('受付1'))
  const silent = await centre.line(await centre.newKiosk('受付2'))
  await loud.touch({ card: CARD })
  expect(await centre.appliance.advanceWatermarks()).toEqual([])
  centre.clock.turn(21 * HOUR_MS)
  loud.send({ t: 'complete', seq: 1, at: centre.clock.now() })
  await loud.touch({ card: CARD })
  expect(await centre.appliance.advanceWatermarks()).toEqual(['2026-11-20'])
  expect(await centre.appliance.advanceWatermarks()).toEqual([])
  silent.send({ t: 'complete', seq: 0, at: centre.clock.now() })
  await silent.touch({ card: CARD, claim: 'out' })
  expect(await centre.appliance.advanceWatermarks()).toEqual(['2026-11-20'])
  expect(await watermarks(centre)).toEqual([
    { day: '2026-11-20', devices: { [loud.device]: 1, [silent.device]: null } },
    { day: '2026-11-20', devices: { [loud.device]: 1, [silent.device]: 0 } },
  ])
})

test('a retired kiosk owes nothing any more', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  const kiosk = await centre.newKiosk('受付1')
  await administrator.send('/devices/retire', { device: kiosk.enrolled.welcome.id, reason: '' })
  centre.clock.turn(24 * HOUR_MS)
  await centre.appliance.advanceWatermarks()
  expect(await watermarks(centre)).toEqual([{ day: '2026-11-20', devices: {} }])
})
