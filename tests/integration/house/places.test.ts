import { expect, test } from 'vitest'
import { HOUR_MS } from '../../../central-sync/protocol/time.ts'
import { todayAnswer, workerAnswer } from '../../support/answer-shapes.ts'
import { AttackedHouse, expectDone } from '../../support/attacked-house.ts'
import { until } from '../../support/until.ts'

const [HANA, SORA] = ['04A1B2C3D4E580', '04F1E2D3C4B5A6']

test('a kiosk that stood there before the centre had its name is at the same place as one that came later, and as an import', async () => {
  await using house = await AttackedHouse.open()
  const administrator = await house.claimed()
  for (const [code, card] of [
    ['W001', HANA],
    ['W002', SORA],
  ]) {
    const { worker } = expectDone(
      await administrator.command('/workers', { code, name: '試験', kana: 'しけん', callName: '' }),
    ).as(workerAnswer)
    expectDone(await administrator.command('/cards/enrol-number', { worker, card }))
  }
  await until('the kiosk is connected', () => house.house.kiosk?.online === true)
  const sessions = async () =>
    (await house.house.centre?.sessionsExport('2026-11-20' as never, '2026-11-20' as never)) ?? []
  house.lines.write(`${HANA}\n`)
  await until('she is in', async () => (await sessions()).length === 1)
  const second = await house.line(await house.newKiosk())
  house.clock.jump(HOUR_MS)
  await second.touch({ card: HANA, claim: 'out' })
  await second.touch({ card: SORA, claim: 'in' })
  house.clock.jump(HOUR_MS)
  const at = new Date(house.clock.now() - 60_000).toISOString()
  const csv = `worker_code,at,direction,place,device\nW002,${at},out,,\n`
  expect(await house.house.centre?.punchesImport(Buffer.from(csv))).toMatchObject({ added: 1 })
  for (const { status, flags, place } of await sessions())
    expect([status, flags, place]).toEqual(['payable', '', '塩尻センター'])
  expect(await sessions()).toHaveLength(2)
})

test('the name a centre was given on its first page stays, although the hub comes later with the one it joined under', async () => {
  await using house = await AttackedHouse.open()
  const administrator = await house.claimed()
  await house.house.settle()
  await until('everything has come down', async () => {
    house.house.centre?.syncNow()
    house.clock.jump(HOUR_MS / 60)
    const status = await house.house.centre?.syncStatus()
    return status?.state === 'idle' && status.waiting === 0 && status.downSeq >= 2
  })
  expect((await administrator.query('/today')).as(todayAnswer).centre).toMatchObject({
    code: 'SHI',
    name: '塩尻センター',
  })
  expect(await house.house.centre?.journalRebuild()).toMatchObject({ equal: true })
})

test('a centre whose name is longer than a place may be is a place all the same', async () => {
  await using house = await AttackedHouse.open()
  const administrator = await house.claimed()
  expectDone(await administrator.command('/centre/rename', { code: 'SHI', name: '𠮷'.repeat(45) }))
  expectDone(await administrator.command('/workers', { code: 'W001', name: '試験', kana: '', callName: '' }))
  const rows = ['W001,2026-11-02T09:00:00+09:00,in,,', 'W001,2026-11-02T10:00:00+09:00,out,,']
  const csv = ['worker_code,at,direction,place,device', ...rows].join('\n')
  expect(await house.house.centre?.punchesImport(Buffer.from(csv))).toMatchObject({ added: 2, bad: [] })
  const line = await house.line(await house.newKiosk())
  expect((await line.touch({ card: HANA })).answer.result).toBe('unknown_card')
})
