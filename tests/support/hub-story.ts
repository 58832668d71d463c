/** A hub with a lifelike past: three centres, two months, a closed October with a late fact from September. Invented people only. */
import type { PackageId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type BusinessDay,
  type CalendarDay,
  DAY_MS,
  firstDayOf,
  HOUR_MS,
  lastDayOf,
  MINUTE_MS,
  type Month,
  startOfBusinessDay,
  weekdayOf,
} from '../../central-sync/protocol/time.ts'
import type { TestCentre } from './hub-centre.ts'
import { HubFixture, syncAll } from './hub-fixture.ts'
import { occupancyMonth } from './occupancy-month.ts'

const SEPTEMBER = '2026-09' as Month
const OCTOBER = '2026-10' as Month
const NOVEMBER = '2026-11' as Month

export const PASSWORD = 'ながいことばのかぎ2026'

const PEOPLE: Readonly<Record<string, readonly string[]>> = {
  SHI: ['南 そら', '東 ひより', '西 あおい', '森 ゆずき', '原 まひろ', '谷 こはる'],
  ITO: ['中 はな', '北 りん', '浜 なぎ'],
  NAK: ['川 みお', '石 ひなた'],
}

const NAMES: Readonly<Record<string, string>> = { SHI: '塩尻センター', ITO: '糸魚川センター', NAK: '中津川センター' }

const WORK = [
  'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code',
  '架空データ株式会社,自動運転画像,画像アノテーション（第3ロット）,画像アノテーション,950,2026-04-01,',
  '架空データ株式会社,自動運転画像,画像アノテーション（第3ロット）,画像アノテーション,1000,2026-11-01,',
  'あさひ町役場,ふるさと寄附,データ入力（ふるさと寄附）,データ入力,1061.5,2026-04-01,',
  'みどり印刷合同会社,広報紙,校正（広報）,校正,1200,2026-04-01,',
].join('\n')

export interface Story extends AsyncDisposable {
  readonly fixture: HubFixture
  readonly centres: readonly TestCentre[]
}

function done<T>(value: T | Refusal): T {
  if (isRefusal(value)) throw new Error(`${value.refused} ${value.detail ?? ''}`)
  return value
}

interface Worker {
  readonly centre: TestCentre
  readonly worker: WorkerId
  readonly number: number
}

export async function tellStory(databaseUrl?: string): Promise<Story> {
  const fixture = await HubFixture.create(startOfBusinessDay('2026-09-01' as BusinessDay) + HOUR_MS, databaseUrl)
  const { staff } = done(await fixture.hub.claim({ login: 'honbu', name: '本部 あきら', password: PASSWORD }))
  const centres: TestCentre[] = []
  for (const code of Object.keys(PEOPLE)) centres.push(await fixture.centre(code, NAMES[code], 'センター'))
  const workers = await registerAll(centres)
  done(await fixture.hub.workImport(Buffer.from(WORK)))
  await syncAll(fixture, centres)
  await assignAll(fixture, workers)
  for (const month of [SEPTEMBER, OCTOBER]) {
    await workMonth(workers, month, lastDayOf(month))
    // One day of September reaches the hub only after the close.
    if (month === OCTOBER) await lateDay(workers)
    await endMonth(fixture, centres, month)
    done(await fixture.hub.payrollClose(month, undefined, staff))
  }
  fixture.clock.set(startOfBusinessDay('2026-11-20' as BusinessDay) + 5 * HOUR_MS)
  await workMonth(workers, NOVEMBER, '2026-11-19' as BusinessDay)
  for (const centre of centres.slice(0, 2)) await centre.approve(firstDayOf(NOVEMBER), '2026-11-13' as BusinessDay)
  // Nakatsugawa has neither seats to book nor a childcare room.
  for (const [index, centre] of centres.slice(0, 2).entries())
    await centre.writeAll(occupancyMonth(NOVEMBER, '2026-11-19' as CalendarDay, 40 + index))
  await syncAll(fixture, centres)
  return { fixture, centres, [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose]() }
}

async function registerAll(centres: readonly TestCentre[]): Promise<Worker[]> {
  const workers: Worker[] = []
  for (const centre of centres) {
    for (const [index, name] of (PEOPLE[centre.code] ?? []).entries()) {
      const worker = await centre.register(`W${String(index + 1).padStart(3, '0')}`, name, name.split(' ')[1])
      workers.push({ centre, worker, number: workers.length })
    }
  }
  return workers
}

async function assignAll(fixture: HubFixture, workers: readonly Worker[]): Promise<void> {
  const packages = await fixture.hub.journal.read.all<{ package: PackageId }>(
    'SELECT package FROM package ORDER BY title',
  )
  for (const { centre, worker, number } of workers) {
    const work = packages[number % packages.length]
    if (work !== undefined) await centre.assign(worker, work.package, '2026-09-01' as BusinessDay)
  }
}

/** Each worker comes on her own weekdays, for a stretch of her own; a few people work less in September. */
async function workMonth(workers: readonly Worker[], month: Month, until: BusinessDay): Promise<void> {
  for (let day = firstDayOf(month); day <= until; day = addDays(day, 1)) {
    for (const { centre, worker, number } of workers) {
      if ([0, 6].includes(weekdayOf(day)) || (weekdayOf(day) + number) % 3 !== 0) continue
      if (month === SEPTEMBER && number % 4 === 3) continue
      const start = startOfBusinessDay(day) + 4 * HOUR_MS + ((number * 7) % 30) * MINUTE_MS + 11_000
      const minutes = 150 + ((number * 17 + Number(day.slice(8)) * 5) % 90)
      await centre.writeAll([
        centre.tapDraft(worker, start, 'in'),
        centre.tapDraft(worker, start + minutes * MINUTE_MS + ((number * 13) % 60) * 1_000, 'out'),
      ])
    }
  }
}

async function lateDay(workers: readonly Worker[]): Promise<void> {
  const late = workers.find(({ centre }) => centre.code === 'ITO')
  if (late === undefined) return
  const start = startOfBusinessDay('2026-09-12' as BusinessDay) + 4 * HOUR_MS
  await late.centre.writeAll([
    late.centre.tapDraft(late.worker, start, 'in'),
    late.centre.tapDraft(late.worker, start + 95 * MINUTE_MS, 'out'),
  ])
}

async function endMonth(fixture: HubFixture, centres: readonly TestCentre[], month: Month): Promise<void> {
  fixture.clock.set(startOfBusinessDay(lastDayOf(month)) + DAY_MS + 3 * HOUR_MS)
  for (const centre of centres) {
    await centre.approve(firstDayOf(SEPTEMBER), lastDayOf(month))
    await centre.watermark(lastDayOf(month))
  }
  await syncAll(fixture, centres)
}
