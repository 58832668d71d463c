/** Fills the towns of the demo: people, cards, work, a month of taps, approvals, a closed month. */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Hub } from '../../central-sync/hub/hub.ts'
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  type CalendarDay,
  calendarDayOf,
  firstDayOf,
  type Instant,
  instantOf,
  type Month,
  monthOf,
} from '../../central-sync/protocol/time.ts'
import { operationNamed } from '../operations/operation-list.ts'
import { settle } from '../settle.ts'
import type { Voice } from '../voice.ts'
import type { DemoClock } from './demo-clock.ts'
import { furnishRooms } from './furnish-rooms.ts'
import { type InventedPunch, inventPunches, punchesCsv } from './invented-days.ts'
import { cardsCsv, type InventedWorker, inventWorkers, workersCsv } from './invented-people.ts'
import { workCsv } from './invented-work.ts'
import { type LivingTown, liveThrough } from './live-month.ts'
import { type Chance, seededChance } from './seeded-random.ts'
import { settleTime } from './settle-time.ts'
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

export interface FurnishOptions {
  readonly seed: number
  /** Full months before the current one. */
  readonly months: number
  readonly clock: DemoClock
  /** When the weeks have been lived. */
  readonly until: Instant
}

/** Days in which seats and childcare places have been booked. */
const ROOM_DAYS = 21
/** Forgotten OUTs that nobody has looked at yet. */
const LEFT_OPEN = 3

/** The first day of the invented months. */
export function firstDay(until: Instant, months: number): BusinessDay {
  return firstDayOf(monthsBefore(until, months)[0] ?? monthOf(businessDayOf(until)))
}

export async function furnish(
  all: readonly Town[],
  hub: Hub,
  options: FurnishOptions,
  tell: (what: string) => void,
): Promise<Furnished> {
  const { seed, months, clock, until } = options
  const before = monthsBefore(until, months)
  const from = firstDay(until, months)
  const logins: DemoLogin[] = []
  for (const town of all) {
    tell(`${town.plan.name}: ${town.plan.workers} 人`)
    logins.push(...(await settleIn(town, seed)))
    await settle(await centreOf(town), hub)
  }
  tell('仕事と担当')
  for (const town of all) await assignWork(all[0], town, hub, from, seed)
  tell(`打刻 ${from} から、席と託児室`)
  await liveWeeks(all, from, options)
  for (const [index, town] of all.entries()) {
    const secret = logins[index * LOGINS_A_TOWN]?.secret ?? ''
    await putInOrder(town, { from, today: businessDayOf(until), secret, chance: seededChance(seed + 300 + index) })
  }
  for (const town of all) await settle(await centreOf(town), hub)
  tell('承認と締め')
  for (const month of before) await closeMonth(all, hub, month)
  clock.jumpTo(until)
  return { logins, closed: before }
}

/** Staff, her hand-over PIN, and a worker. */
const LOGINS_A_TOWN = 3

async function liveWeeks(
  all: readonly Town[],
  from: BusinessDay,
  { seed, clock, until }: FurnishOptions,
): Promise<void> {
  const today = calendarDayOf(until)
  const roomsFrom = [addDays(today, -ROOM_DAYS), from as string as CalendarDay].sort().at(-1) as CalendarDay
  const towns: LivingTown[] = []
  for (const town of all) {
    const people = peopleOf(town, seed)
    const chance = seededChance(seed + 200 + town.plan.series)
    const punches = inventPunches(
      people.map(({ code }) => code),
      from,
      addDays(businessDayOf(until), 14),
      chance,
    )
    clock.jumpTo(instantOf(roomsFrom, 6 * 60))
    await importPunches(
      town,
      punches.filter(({ at }) => at < clock.now()),
    )
    const period = { from: roomsFrom, to: addDays(today, 21) }
    const rooms = await furnishRooms(town, people, period, chance)
    const parents = new Set(rooms.children.map(({ parent }) => parent))
    const byDay = Map.groupBy(punches, ({ at }) => calendarDayOf(at))
    towns.push({
      rooms,
      chance,
      punchesOf: (day) => (byDay.get(day) ?? []).filter(({ code }) => !parents.has(code)),
      importPunches: (some) => importPunches(town, some),
    })
  }
  await liveThrough(towns, clock, roomsFrom, until)
}

async function putInOrder(
  town: Town,
  { secret, ...facts }: { from: BusinessDay; today: BusinessDay; secret: string; chance: Chance },
): Promise<void> {
  const visitor = new Visitor(town.house.url)
  await visitor.post('/sign-in/staff', { login: LOGIN, password: secret })
  await settleTime({ centre: await centreOf(town), visitor, open: LEFT_OPEN, ...facts })
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
    { where: `${plan.name} 引き渡しの暗証番号 / hand-over PIN`, login: LOGIN, secret: await handOverPin(town, secret) },
    { where: `${plan.name} ワーカー / worker`, login: first, secret: await newPin(visitor, first) },
  ]
}

/** What the administrator confirms a hand-over of a child with. */
async function handOverPin(town: Town, password: string): Promise<string> {
  const { staff, childcare } = (await centreOf(town)).doors
  const [administrator] = await staff.all()
  if (administrator === undefined) throw new Error('no town without an administrator')
  const pin = String(100_000 + (randomBytes(4).readUInt32BE() % 900_000))
  const refused = await childcare.proof.setPin(administrator.staff, password, pin, 'demo')
  return refused === undefined ? pin : handOverPin(town, password)
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

async function importPunches(town: Town, punches: readonly InventedPunch[]): Promise<void> {
  if (punches.length > 0) await perform(town, 'punches.import', {}, punchesCsv(punches, '入口'))
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
