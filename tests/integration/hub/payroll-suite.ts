/** What the close promises, on whichever database the hub runs. */
import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { monthTotals } from '../../../central-sync/hub/report/month-totals.ts'
import { exportColumns, statementsCsv } from '../../../central-sync/hub/statement/export-statements.ts'
import { monthProgress } from '../../../central-sync/hub/work/progress.ts'
import { genesisHash, nextHash } from '../../../central-sync/protocol/chain.ts'
import { sessionConfirmed } from '../../../central-sync/protocol/event/attendance.ts'
import { toHex } from '../../../central-sync/protocol/hash.ts'
import type { PackageId, WorkerId } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../../central-sync/protocol/refusal.ts'
import {
  type BusinessDay,
  DAY_MS,
  HOUR_MS,
  lastDayOf,
  MINUTE_MS,
  type Month,
  startOfBusinessDay,
} from '../../../central-sync/protocol/time.ts'
import type { TestCentre } from '../../support/hub-centre.ts'
import { HubFixture, syncAll } from '../../support/hub-fixture.ts'

const OCTOBER = '2026-10' as Month
const NOVEMBER = '2026-11' as Month
const day = (text: string) => text as BusinessDay
/** 9:00 in Japan on that day. */
const nine = (text: string) => startOfBusinessDay(day(text)) + 4 * HOUR_MS

function done<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(`${value.refused} ${value.detail ?? ''}`)
  return value
}

const WORK = [
  'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code',
  '架空商事,写真整理,画像アノテーション（第3ロット）,画像アノテーション,950,2026-04-01,ITO-W001',
  '架空商事,写真整理,画像アノテーション（第3ロット）,画像アノテーション,1000,2026-10-16,',
  '架空商事,ふるさと寄附,データ入力,データ入力,1061.5,2026-04-01,SHI-W001',
].join('\n')

interface House {
  readonly fixture: HubFixture
  readonly shi: TestCentre
  readonly ito: TestCentre
  readonly sora: WorkerId
  readonly hana: WorkerId
}

/** Two centres, a worker each, a work list taken over; assignments made at home. */
async function open(databaseUrl: string | undefined): Promise<House & AsyncDisposable> {
  const fixture = await HubFixture.create(nine('2026-10-01') - HOUR_MS, databaseUrl)
  const [shi, ito] = [await fixture.centre('SHI'), await fixture.centre('ITO')]
  const sora = await shi.register('W001', '南 そら')
  const hana = await ito.register('W001', '中 はな', 'はな')
  await syncAll(fixture, [shi, ito])
  expect(done(await fixture.hub.workImport(Buffer.from(WORK)))).toEqual({
    ...{ clients: 1, orders: 2, packages: 2, rates: 3, requests: 2, bad: [] },
  })
  await syncAll(fixture, [shi, ito])
  for (const [centre, worker] of [
    [shi, sora],
    [ito, hana],
  ] as const) {
    const asked = await centre.journal.read.one<{ package: PackageId }>(
      'SELECT package FROM assignment_request WHERE worker = ?',
      [worker],
    )
    if (asked === undefined) throw new Error('the request has not come down')
    await centre.assign(worker, asked.package, day('2026-10-01'))
  }
  return { fixture, shi, ito, sora, hana, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

async function works(centre: TestCentre, worker: WorkerId, on: string, minutes: number): Promise<void> {
  await centre.tap(worker, nine(on), 'in')
  await centre.tap(worker, nine(on) + minutes * MINUTE_MS, 'out')
}

async function finishMonth({ fixture, shi, ito }: House, month: Month): Promise<void> {
  fixture.clock.set(startOfBusinessDay(lastDayOf(month)) + DAY_MS + HOUR_MS)
  for (const centre of [shi, ito]) {
    await centre.approve(day(`${month}-01`), lastDayOf(month))
    await centre.watermark(lastDayOf(month))
  }
  await syncAll(fixture, [shi, ito])
}

export function payrollSuite(databaseUrl: () => Promise<string | undefined>): void {
  it('a month becomes immutable statements, and every yen leads back to the taps', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, shi, ito, sora, hana } = house
    await works(shi, sora, '2026-10-02', 61)
    await works(ito, hana, '2026-10-05', 210)
    await works(ito, hana, '2026-10-06', 125)
    await works(shi, hana, '2026-10-20', 60)
    await syncAll(fixture, [shi, ito])
    await finishMonth(house, OCTOBER)
    const { hub } = fixture
    expect(await monthProgress(hub.journal.read, OCTOBER)).toMatchObject([
      { siteCode: 'ITO', approved: (210 + 125 + 60) * 60, stale: 0 },
      { siteCode: 'SHI', approved: 61 * 60, stale: 0 },
    ])
    const closed = done(await hub.payrollClose(OCTOBER))
    // 335 min × 950 ÷ 60 = 5,304.16… ↑, 60 min × 1,000 = 1,000; 61 min × 1,061.5 ÷ 60 = 1,079.19… ↑
    expect(closed).toMatchObject({ statements: 2, yen: 5_305 + 1_000 + 1_080, behind: [] })
    const exported = done(await hub.statementsExport(OCTOBER))
    expect(exported).toEqual([
      {
        ...row('2026-10-0001', 'ITO-W001', 1),
        package: '画像アノテーション（第3ロット）',
        place: 'ITO',
        minutes: 335,
        rate: '950',
        yen: 5_305,
      },
      {
        ...row('2026-10-0001', 'ITO-W001', 2),
        package: '画像アノテーション（第3ロット）',
        place: 'SHI',
        minutes: 60,
        rate: '1000',
        yen: 1_000,
      },
      {
        ...row('2026-10-0002', 'SHI-W001', 1),
        package: 'データ入力',
        place: 'SHI',
        minutes: 61,
        rate: '1061.5',
        yen: 1_080,
      },
    ])
    expect(statementsCsv(exported).split('\n')[0]).toBe(exportColumns.join(','))
    expect(await monthTotals(hub.journal.read, OCTOBER)).toMatchObject([
      { siteCode: 'ITO', yen: 6_305, minutes: 395, adjustments: 0 },
      { siteCode: 'SHI', yen: 1_080 },
    ])

    const explained = done(await hub.payrollExplain('ITO-W001', OCTOBER))
    expect(explained).toMatchObject({ name: '中 はな', siteCode: 'ITO', yen: 6_305, authentic: true, linked: true })
    const [line, foreign] = explained.lines
    expect(line).toMatchObject({ minutes: 335, yen: 5_305, rateFrom: '2026-04-01', complete: true })
    expect(line?.sessions.map(({ day: on, seconds, standing }) => [on, seconds, standing])).toEqual([
      ['2026-10-05', 210 * 60, 'counted'],
      ['2026-10-06', 125 * 60, 'counted'],
    ])
    expect(line?.sessions[0]?.evidence).toMatchObject([
      { kind: 'in', device: '受付リーダー1', entry: { type: 'tap.recorded', siteCode: 'ITO', linked: true } },
      { kind: 'out', device: '受付リーダー1', entry: { type: 'tap.recorded', siteCode: 'ITO', linked: true } },
    ])
    expect(foreign?.sessions[0]?.evidence[0]?.entry.siteCode).toBe('SHI')
    expect(foreign?.rateFrom).toBe('2026-10-16')
    await walkToHash(house, line?.sessions[0]?.evidence[0]?.entry)
    expect(await hub.payrollExplain('ITO-W001', NOVEMBER)).toMatchObject({ refused: 'statement_unknown' })
    expect(await hub.payrollExplain('W001', OCTOBER)).toMatchObject({ refused: 'worker_unknown' })

    // The home centre gets its own statement, nobody else's.
    await syncAll(fixture, [shi, ito])
    const of = (centre: TestCentre, type: string) =>
      centre.journal.read.one('SELECT count(*) AS n FROM entry WHERE type = ?', [type])
    expect([await of(ito, 'statement.issued'), await of(shi, 'statement.issued')]).toEqual([{ n: 1 }, { n: 1 }])
    expect(await of(shi, 'payroll.closed')).toEqual({ n: 1 })
  })

  it('is refused while somebody is behind, who is named; a reason closes it anyway and is kept', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, shi, ito, hana } = house
    await works(ito, hana, '2026-10-05', 60)
    await ito.approve(day('2026-10-01'), day('2026-10-31'))
    await syncAll(fixture, [shi, ito])
    const { hub } = fixture
    expect(await hub.payrollClose(OCTOBER)).toMatchObject({ refused: 'month_not_over' })
    fixture.clock.set(nine('2026-11-01'))
    await shi.watermark(day('2026-10-31'))
    await ito.watermark(day('2026-10-31'), null)
    await syncAll(fixture, [shi, ito])
    const refused = await hub.payrollClose(OCTOBER)
    expect(refused).toMatchObject({ refused: 'watermark_behind', detail: 'ITO 受付リーダー1 (–)' })
    expect((await hub.payrollPreview(OCTOBER)).behind).toMatchObject([
      { code: 'ITO', device: { label: '受付リーダー1' } },
    ])
    const closed = done(await hub.payrollClose(OCTOBER, '端末の故障。紙の記録と照合した。'))
    expect(closed).toMatchObject({ statements: 1, behind: ['ITO 受付リーダー1 (–)'] })
    expect(await hub.payrollClose(OCTOBER)).toMatchObject({ refused: 'month_closed' })
    expect(await hub.payrollClose(OCTOBER, 'again')).toMatchObject({ refused: 'month_closed' })
    const entry = await hub.journal.read.one<{ line: Buffer }>("SELECT line FROM entry WHERE type = 'payroll.closed'")
    expect(JSON.parse(String(entry?.line)).d.override).toEqual({
      reason: '端末の故障。紙の記録と照合した。',
      behind: ['ITO 受付リーダー1 (–)'],
    })
  })

  it('two closes at once close it once', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, ito, hana } = house
    await works(ito, hana, '2026-10-05', 60)
    await finishMonth(house, OCTOBER)
    const results = await Promise.all([1, 2, 3].map(() => fixture.hub.payrollClose(OCTOBER)))
    expect(results.filter((result) => !isRefusal(result))).toHaveLength(1)
    expect(await fixture.hub.journal.read.one('SELECT count(*) AS n FROM statement')).toEqual({ n: 1 })
  })

  it('asks for the earlier month first, and a late fact is adjusted in the next month at the old price', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, shi, ito, hana } = house
    await works(ito, hana, '2026-10-05', 60)
    await finishMonth(house, OCTOBER)
    await works(ito, hana, '2026-11-04', 90)
    await finishMonth(house, NOVEMBER)
    const { hub } = fixture
    expect(await hub.payrollClose(NOVEMBER)).toMatchObject({ refused: 'previous_month_open', detail: OCTOBER })
    done(await hub.payrollClose(OCTOBER))
    const before = done(await hub.statementsExport(OCTOBER))

    // A worker's forgotten day comes in late, is vouched for by a person and approved; the price was raised meanwhile.
    done(await hub.workImport(Buffer.from(WORK.replace(',950,2026-04-01', ',1200,2026-04-01'))))
    await syncAll(fixture, [shi, ito])
    await works(ito, hana, '2026-10-07', 31)
    await syncAll(fixture, [shi, ito])
    const late = await ito.journal.read.one<{ flags: string; status: string }>(
      "SELECT flags, status FROM session WHERE day = '2026-10-07'",
    )
    expect(late).toEqual({ flags: 'late_evidence', status: 'pending' })
    expect(await ito.approve(day('2026-10-01'), day('2026-10-31'))).toBe(0)
    await confirmDay(ito, hana, '2026-10-07')
    expect(await ito.approve(day('2026-10-01'), day('2026-10-31'))).toBe(1)
    await syncAll(fixture, [shi, ito])
    done(await hub.payrollClose(NOVEMBER))
    const november = done(await hub.statementsExport(NOVEMBER))
    // 91 min × 950 ÷ 60 = 1,440.83… ↑ 1,441, less the 950 paid; 90 min at 1,000 from 16 October on.
    expect(november.map(({ minutes, rate, yen, adjusts_month }) => [minutes, rate, yen, adjusts_month])).toEqual([
      [90, '1000', 1_500, ''],
      [31, '950', 491, OCTOBER],
    ])
    expect(done(await hub.statementsExport(OCTOBER))).toEqual(before)
    const explained = done(await hub.payrollExplain('ITO-W001', NOVEMBER))
    expect(explained.lines[1]).toMatchObject({ adjusts: OCTOBER, complete: true })
    expect(explained.lines[1]?.sessions).toMatchObject([
      { day: '2026-10-07', standing: 'counted', flags: ['late_evidence'] },
    ])
    expect(explained.linked).toBe(true)
  })

  it('pays what the home centre approved before it heard of the close, in the next month', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, ito, hana } = house
    const { hub } = fixture
    await works(ito, hana, '2026-10-05', 60)
    await finishMonth(house, OCTOBER)
    done(await hub.payrollClose(OCTOBER))
    await works(ito, hana, '2026-10-07', 30)
    expect(await ito.approve(day('2026-10-01'), day('2026-10-31'))).toBe(1)
    await finishMonth(house, NOVEMBER)
    expect(await hub.journal.read.one("SELECT flags FROM session WHERE day = '2026-10-07'")).toEqual({
      flags: 'late_evidence',
    })
    done(await hub.payrollClose(NOVEMBER))
    expect(done(await hub.statementsExport(NOVEMBER))).toMatchObject([
      { minutes: 30, yen: 475, adjusts_month: OCTOBER },
    ])
  })

  it('pays nothing that another centre than the home centre approved', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, shi, ito, hana } = house
    await syncAll(fixture, [shi, ito])
    await works(shi, hana, '2026-10-05', 60)
    const assigned = await ito.journal.read.one<{ assignment: string; package: PackageId }>(
      'SELECT assignment, package FROM assignment WHERE worker = ?',
      [hana],
    )
    await shi.assign(hana, assigned?.package as PackageId, day('2026-10-01'))
    expect(await shi.approve(day('2026-10-01'), day('2026-10-31'))).toBe(1)
    for (const centre of [shi, ito]) await centre.watermark(day('2026-10-31'))
    fixture.clock.set(nine('2026-11-01'))
    await syncAll(fixture, [shi, ito])
    expect(done(await fixture.hub.payrollClose(OCTOBER))).toMatchObject({ statements: 0, yen: 0 })
  })

  it('rebuilds to the same projections', async () => {
    await using house = await open(await databaseUrl())
    const { fixture, ito, hana } = house
    await works(ito, hana, '2026-10-05', 60)
    await finishMonth(house, OCTOBER)
    done(await fixture.hub.payrollClose(OCTOBER))
    const { journal } = fixture.hub
    const dump = async () =>
      Promise.all(
        ['statement', 'statement_line', 'payroll_month', 'centre_day', 'session', 'approval', 'worker'].map(
          async (table) =>
            digest((await journal.read.all(`SELECT * FROM ${table}`)).map((one) => JSON.stringify(one)).sort()),
        ),
      )
    const live = await dump()
    await journal.rebuild()
    expect(await dump()).toEqual(live)
  })

  it('takes a work list over once, names bad rows and keeps the others', async () => {
    await using house = await open(await databaseUrl())
    const { hub } = house.fixture
    expect(done(await hub.workImport(Buffer.from(WORK)))).toMatchObject({
      ...{ clients: 0, orders: 0, packages: 0, rates: 0, requests: 0, bad: [] },
    })
    const more = `${WORK}\n架空商事,新しい仕事,校正,校正,980,2026-10-01,W001\n,x,y,z,1,2026-10-01,ITO-W001\n架空商事,写真整理,検品,検品,980,2026-10-01,itowNONE`
    const report = done(await hub.workImport(Buffer.from(more)))
    expect(report.bad.map(({ line }) => line)).toEqual([5, 6, 7])
    expect(report.bad[0]?.why).toContain('ITO-W001 / SHI-W001')
    expect(report).toMatchObject({ orders: 0, packages: 0 })
  })
}

function row(statement: string, worker: string, line: number) {
  return { statement, worker_code: worker, line, adjusts_month: '' }
}

function digest(lines: readonly string[]): string {
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/** Recomputes the chain of the centre itself up to the entry that the hub cites. */
async function walkToHash(
  { ito }: House,
  cited: { inc: string; seq: number; hash: string } | undefined,
): Promise<void> {
  if (cited === undefined) throw new Error('no entry')
  const publicKey = ito.secrets.identity.signing.publicKey
  let hash = genesisHash({ site: ito.site, inc: cited.inc, publicKey, ...ito.journal.genesis() })
  for (const { line } of await ito.journal.lines({ site: ito.site, inc: cited.inc }, 1, cited.seq, 10_000_000)) {
    hash = nextHash(hash, line)
  }
  expect(toHex(hash)).toBe(cited.hash)
}

async function confirmDay(centre: TestCentre, worker: WorkerId, on: string): Promise<void> {
  const session = await centre.journal.read.one<{
    start_id: string
    end_id: string
    started_at: number
    ended_at: number
  }>('SELECT start_id, end_id, started_at, ended_at FROM session WHERE worker = ? AND day = ?', [worker, on])
  if (session === undefined) throw new Error('no session')
  await centre.writeAll([
    {
      event: sessionConfirmed,
      data: {
        ...{ worker, day: on, start: session.start_id, end: session.end_id },
        ...{ startedAt: session.started_at, endedAt: session.ended_at },
      },
      by: 'f_00000000000000000001',
    },
  ])
}
