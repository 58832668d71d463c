/** Fills the towns of the demo: people, cards, work, a month of taps, approvals, a closed month. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Hub } from '../../central-sync/hub/hub.ts'
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  firstDayOf,
  type Instant,
  type Month,
  monthOf,
  systemClock,
} from '../../central-sync/protocol/time.ts'
import { operationNamed } from '../operations/operation-list.ts'
import { settle } from '../settle.ts'
import type { Voice } from '../voice.ts'
import { inventPunches, punchesCsv } from './invented-days.ts'
import { cardsCsv, type InventedWorker, inventWorkers, workersCsv } from './invented-people.ts'
import { workCsv } from './invented-work.ts'
import { seededChance } from './seeded-random.ts'
import type { Town } from './town.ts'
import { Visitor } from './visitor.ts'

/** What a visitor may sign in with. */
export interface DemoLogin {
  readonly where: string
  readonly login: string
  readonly secret: string
}

export interface Furnished {
  readonly logins: readonly DemoLogin[]
  readonly closed: readonly Month[]
}

const LOGIN = 'kado'

/** `months`: full months before the current one. */
export async function furnish(
  all: readonly Town[],
  hub: Hub,
  { seed, months }: { seed: number; months: number },
  tell: (what: string) => void,
): Promise<Furnished> {
  const now = systemClock.now()
  const before = monthsBefore(now, months)
  const from = firstDayOf(before[0] ?? monthOf(businessDayOf(now)))
  const logins: DemoLogin[] = []
  for (const town of all) {
    tell(`${town.plan.name}: ${town.plan.workers} 人`)
    logins.push(...(await settleIn(town, seed)))
    await settle(await centreOf(town), hub)
  }
  tell('仕事と担当')
  for (const town of all) await assignWork(all[0], town, hub, from, seed)
  tell(`打刻 ${from} から`)
  for (const town of all) await tapThrough(town, from, now, seed)
  for (const town of all) await settle(await centreOf(town), hub)
  tell('承認と締め')
  for (const month of before) await closeMonth(all, hub, month)
  return { logins, closed: before }
}

function monthsBefore(now: Instant, count: number): Month[] {
  const found: Month[] = []
  let month = monthOf(businessDayOf(now))
  for (let n = 0; n < count; n += 1) {
    month = monthOf(addDays(firstDayOf(month), -1))
    found.unshift(month)
  }
  return found
}

function peopleOf({ plan }: Town, seed: number): InventedWorker[] {
  return inventWorkers(plan.workers, plan.series, seededChance(seed + plan.series))
}

/** The first page, as its visitor would fill it in, then the people. */
async function settleIn(town: Town, seed: number): Promise<DemoLogin[]> {
  const { plan, house } = town
  const people = peopleOf(town, seed)
  const secret = randomBytes(9).toString('base64url')
  const visitor = new Visitor(house.url)
  const name = `${plan.name}テレワークセンター`
  const claim = await house.claimCode()
  const administrator = { login: LOGIN, adminName: '見本 管理者', password: secret }
  await visitor.post('/centre/claim', { claim, code: plan.code, name, ...administrator })
  await perform(town, 'workers.import', {}, workersCsv(people, plan.code))
  await perform(town, 'cards.import', {}, cardsCsv(people))
  const first = people[0]?.code ?? ''
  return [
    { where: `${plan.name} 職員 / staff`, login: LOGIN, secret },
    { where: `${plan.name} ワーカー / worker`, login: first, secret: await newPin(visitor, first) },
  ]
}

const listed = z.object({ workers: z.array(z.object({ worker: z.string(), code: z.string() })) })

async function newPin(visitor: Visitor, code: string): Promise<string> {
  const { workers } = listed.parse(await visitor.get(`/workers?q=${code}`))
  const worker = workers.find((one) => one.code === code)?.worker
  return z.object({ pin: z.string() }).parse(await visitor.post('/pin/reset', { worker })).pin
}

/** The hub asks, the town's centre assigns. Codes of several centres are written with the centre's. */
async function assignWork(
  hubTown: Town | undefined,
  town: Town,
  hub: Hub,
  from: BusinessDay,
  seed: number,
): Promise<void> {
  if (hubTown === undefined) throw new Error('no town has the hub')
  const codes = peopleOf(town, seed).map(({ code }) => `${town.plan.code}-${code}`)
  await perform(hubTown, 'work.import', {}, workCsv(codes, from, seededChance(seed + 100 + town.plan.series)))
  await settle(await centreOf(town), hub)
}

async function tapThrough(town: Town, from: BusinessDay, now: Instant, seed: number): Promise<void> {
  const codes = peopleOf(town, seed).map(({ code }) => code)
  const chance = seededChance(seed + 200 + town.plan.series)
  const punches = inventPunches(codes, from, businessDayOf(now), now, chance)
  await perform(town, 'punches.import', {}, punchesCsv(punches, '入口'))
}

async function closeMonth(all: readonly Town[], hub: Hub, month: Month): Promise<void> {
  for (const town of all) {
    await perform(town, 'work.approve', { month })
    await settle(await centreOf(town), hub)
  }
  const [hubTown] = all
  if (hubTown !== undefined) await perform(hubTown, 'payroll.close', { month, override: '見本のため / demo' })
}

async function centreOf({ house }: Town) {
  return house.openParts.theCentre()
}

async function perform(town: Town, operation: string, input: object, body = ''): Promise<void> {
  const said: string[] = []
  const voice: Voice = { write: () => Promise.resolve(), note: (sentence) => void said.push(sentence) }
  const request = { operation, input: { ...input }, body: Buffer.from(body) }
  const code = await operationNamed(operation).perform(town.house.openParts, request, voice)
  if (code !== 0 || said.length > 0) throw new Error(`${operation}: ${said.slice(0, 3).join(' ')}`)
}
