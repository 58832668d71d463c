import iconv from 'iconv-lite'
import { expect, test } from 'vitest'
import type { ImportReport } from '../../../appliance/worker/read-csv.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { parseIsoInstant, toJstIso } from '../../../central-sync/protocol/time.ts'
import { ApplianceFixture } from '../../support/appliance-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const WORKERS =
  'worker_code,name,kana,home_center\nW001,青木 さくら,あおき さくら,\nSHI-W002,𠮷田 健一,よしだ けんいち,SHI\n'
const CARDS = 'worker_code,card\nW001,0123456789abcdef\nSHI-W002,01:12:03:04:05:06:07:09\n'

async function imported(work: Promise<ImportReport | object>): Promise<ImportReport> {
  const report = await work
  if (isRefusal(report)) throw new Error(report.refused)
  return report as ImportReport
}

async function people(centre: ApplianceFixture) {
  await imported(centre.appliance.workersImport(Buffer.from(WORKERS)))
  return centre.appliance
}

test.each([
  ['UTF-8 with LF', Buffer.from(WORKERS.replace('𠮷', '吉'))],
  ['UTF-8 with BOM and CRLF', Buffer.from(`\uFEFF${WORKERS.replace('𠮷', '吉').replaceAll('\n', '\r\n')}`)],
  ['CP932 with CRLF', iconv.encode(WORKERS.replace('𠮷', '吉').replaceAll('\n', '\r\n'), 'cp932')],
])('workers are read from %s', async (_what, bytes) => {
  await using centre = await ApplianceFixture.create(NINE)
  const administrator = await centre.claimed()
  expect(await imported(centre.appliance.workersImport(bytes))).toEqual({ added: 2, changed: 0, unchanged: 0, bad: [] })
  const list = await administrator.ask('/workers')
  expect(list.body.workers).toMatchObject([
    { code: 'W001', name: '青木 さくら', kana: 'あおき さくら' },
    { code: 'W002', name: '吉田 健一', kana: 'よしだ けんいち' },
  ])
  expect((await administrator.ask(`/workers?q=${encodeURIComponent('ヨシダ')}`)).body.total).toBe(1)
})

test('importing again changes nothing, and a changed name changes only that person', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const appliance = await people(centre)
  const again = await imported(appliance.workersImport(Buffer.from(WORKERS)))
  expect(again).toEqual({ added: 0, changed: 0, unchanged: 2, bad: [] })
  const renamed = await imported(appliance.workersImport(Buffer.from(WORKERS.replace('青木', '赤木'))))
  expect(renamed).toMatchObject({ changed: 1, unchanged: 1 })
  expect(await imported(appliance.cardsImport(Buffer.from(CARDS)))).toMatchObject({ added: 2, bad: [] })
  expect(await imported(appliance.cardsImport(Buffer.from(CARDS)))).toMatchObject({ added: 0, unchanged: 2, bad: [] })
})

test('bad rows of workers and cards are listed by line and stop nothing else', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const appliance = await people(centre)
  const workers = [
    'worker_code,name,kana,home_center',
    'W 1,あ,あ,',
    'W003,,か,',
    'W004,岡田 明,おかだ,ITO',
    'W005,木村 徹,きむら,',
  ]
  expect(
    (await imported(appliance.workersImport(Buffer.from(workers.join('\n'))))).bad.map(({ line }) => line),
  ).toEqual([2, 3, 4])
  const cards = [
    'worker_code,card',
    'W001,123',
    'W001,08ABCDEF',
    'W999,0123456789ABCDEF',
    'W001,0123456789ABCDEF',
    'W002,0123456789ABCDEF',
  ]
  const report = await imported(appliance.cardsImport(Buffer.from(cards.join('\n'))))
  expect(report.added).toBe(1)
  expect(report.bad.map(({ line, why }) => [line, why.split(':')[0]])).toEqual([
    [2, 'card_number_invalid'],
    [3, 'card_random'],
    [4, 'worker_code is not registered'],
    [6, 'card_taken'],
  ])
  expect(await appliance.workersImport(Buffer.from('code,name\n1,2\n'))).toMatchObject({ refused: 'malformed' })
})

test('ten thousand punches with five bad lines: the rest is imported, once', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  await people(centre)
  const first = parseIsoInstant('2026-01-05T09:00:00+09:00') ?? 0
  const rows = ['worker_code,at,direction,place,device']
  for (let index = 0; index < 10_000; index += 1) {
    const [pair, code] = [Math.floor(index / 4), index % 4 < 2 ? 'W001' : 'SHI-W002']
    const at = first + Math.floor(pair / 10) * 86_400_000 + (pair % 10) * 3_600_000 + (index % 2) * 1_800_000
    rows.push(`${code},${toJstIso(at)},${index % 2 === 0 ? 'in' : 'out'},,テレタイム`)
  }
  rows[101] = 'W001,2026-02-30T09:00:00+09:00,in,,'
  rows[202] = 'W001,2026-03-01 09:00,in,,'
  rows[3_003] = 'W999,2026-03-01T09:00:00+09:00,in,,'
  rows[4_004] = 'W001,2027-03-01T09:00:00+09:00,in,,'
  rows[9_005] = 'W001,2026-03-01T09:00:00+09:00,sideways,,'
  const bytes = iconv.encode(rows.join('\r\n'), 'cp932')
  const report = await imported(centre.appliance.punchesImport(bytes))
  expect(report.bad.map(({ line }) => line)).toEqual([102, 203, 3_004, 4_005, 9_006])
  expect(report.added).toBe(9_995)
  const again = await imported(centre.appliance.punchesImport(bytes))
  expect(again).toMatchObject({ added: 0, unchanged: 9_995 })
  const csv = await centre.appliance.sessionsCsv('2026-01-01' as never, '2026-12-31' as never)
  const [head, line] = csv.split('\n')
  expect(head).toBe('worker_code,business_day,started_at,ended_at,minutes,status,flags,place,seconds')
  expect(line).toBe('W001,2026-01-05,2026-01-05T09:00:00+09:00,2026-01-05T09:30:00+09:00,30,payable,,センターSHI,1800')
})

test('imported punches keep their place, resolve auto once, and an explicit direction overrides the debounce', async () => {
  await using centre = await ApplianceFixture.create(NINE)
  const appliance = await people(centre)
  const rows = [
    'worker_code,at,direction,place,device',
    'W001,2026-11-19T09:00:00+09:00,auto,　大門　分室 ,壁',
    'W001,2026-11-19T09:01:00+09:00,auto,大門 分室,壁',
    'W001,2026-11-19T12:00:00+09:00,auto,大門 分室,壁',
    'W001,2026-11-19T13:00:00+09:00,in,大門 分室,壁',
    'W001,2026-11-19T13:01:00+09:00,out,大門 分室,壁',
    'W001,2026-11-19T14:00:00+09:00,in,,別',
    'W001,2026-11-19T15:00:00+09:00,out,大門 分室,壁',
  ]
  expect((await imported(appliance.punchesImport(Buffer.from(rows.join('\n'))))).bad).toEqual([])
  const sessions = await appliance.sessionsExport('2026-11-19' as never, '2026-11-19' as never)
  expect(sessions.map(({ minutes, place, status, flags }) => [minutes, place, status, flags])).toEqual([
    [180, '大門 分室', 'payable', ''],
    [1, '大門 分室', 'payable', ''],
    [60, 'センターSHI', 'pending', 'place_mismatch'],
  ])
})
