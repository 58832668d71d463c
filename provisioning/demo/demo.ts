/**
 * `npm run demo`: the hub and three centres on real parts in one process, a month of invented data, simulated readers
 * tapping live. Kept nowhere unless a data folder is named.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  calendarDayOf,
  clockFace,
  type Instant,
  MINUTE_MS,
  startOfBusinessDay,
  systemClock,
} from '../../central-sync/protocol/time.ts'
import { openFolder } from '../data-folder.ts'
import { DEFAULT_PORT, dataFolderOf, readSettings } from '../settings.ts'
import { untilStopped } from '../until-stopped.ts'
import type { Voice } from '../voice.ts'
import { DemoClock, demoNow } from './demo-clock.ts'
import { type DemoLogin, firstDay, furnish } from './furnish.ts'
import { inventWorkers } from './invented-people.ts'
import { careLive } from './live-care.ts'
import { tapLive } from './live-taps.ts'
import { seededChance } from './seeded-random.ts'
import { openTown, type Town, towns } from './town.ts'

export interface DemoOptions {
  readonly data?: string | undefined
  /** Port of Shiojiri; the others follow. 0 = any free ones. */
  readonly port?: number | undefined
  readonly seed: number
  /** Full months of data before the current one. */
  readonly months: number
  readonly json?: boolean | undefined
}

export async function runDemo(options: DemoOptions, voice: Voice): Promise<void> {
  await using held = new AsyncDisposableStack()
  const root = options.data === undefined ? temporaryFolder(held) : dataFolderOf(options.data)
  openFolder(root)
  const began = systemClock.monotonicMs()
  const clock = new DemoClock()
  const until = demoNow(systemClock.now())
  const logins = await furnishOnce(root, options, { clock, until, tell: (what) => voice.note(`  … ${what}`) })
  if (until !== clock.now()) clock.standAt(until)
  const open = await openTowns(root, { port: options.port ?? DEFAULT_PORT, clock, quiet: false }, held)
  const chance = seededChance(systemClock.now())
  for (const town of open) {
    held.use(tapLive(town, inventWorkers(town.plan.workers, town.plan.series, peopleChance(options, town)), chance))
    held.use(careLive(await roomOf(town), clock, chance))
  }
  const seconds = Math.round((systemClock.monotonicMs() - began) / 1_000)
  const kept = options.data === undefined ? undefined : root
  const lines = options.json
    ? [JSON.stringify(summary(open, logins, seconds))]
    : [...welcome(open, logins, seconds, kept), ...hourOf(clock)]
  await voice.write(`${lines.join('\n')}\n`)
  await untilStopped()
}

function temporaryFolder(held: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'kado-demo-'))
  held.defer(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Opening {
  /** 0 = any free ones. */
  readonly port: number
  readonly clock: DemoClock
  readonly quiet: boolean
}

async function openTowns(
  root: string,
  { port, clock, quiet }: Opening,
  held: AsyncDisposableStack,
): Promise<readonly Town[]> {
  const [first, ...others] = towns
  const common = { clock, quiet }
  const settingsOf = (folder: string, index: number) =>
    readSettings(join(root, folder), { port: port === 0 ? 0 : port + index, logLevel: 'warn' }, {})
  const shiojiri = await openTown(first, settingsOf(first.folder, 0), common)
  held.use(shiojiri.house)
  const open = [shiojiri]
  for (const [index, plan] of others.entries()) {
    const hub = shiojiri.house.hubUrl ?? ''
    const { code } = await shiojiri.house.openParts.theHub().newCentreCode(plan.name)
    const town = await openTown(plan, settingsOf(plan.folder, index + 1), { ...common, joins: { hub, code } })
    held.use(town.house)
    open.push(town)
  }
  return open
}

/**
 * A folder that was furnished before keeps its people and log-ins. Furnished behind closed doors, on a clock that walks
 * through the invented weeks.
 */
async function furnishOnce(
  root: string,
  options: DemoOptions,
  { clock, until, tell }: { clock: DemoClock; until: Instant; tell: (what: string) => void },
): Promise<readonly DemoLogin[]> {
  const note = join(root, 'demo-logins.json')
  if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8')) as DemoLogin[]
  await using held = new AsyncDisposableStack()
  clock.standAt(startOfBusinessDay(firstDay(until, options.months)))
  const open = await openTowns(root, { port: 0, clock, quiet: true }, held)
  const hub = open[0]?.house.openParts.theHub()
  if (hub === undefined) throw new Error('no town has the hub')
  const { logins } = await furnish(open, hub, { ...options, clock, until }, tell)
  writeFileSync(note, JSON.stringify(logins), { mode: 0o600 })
  return logins
}

/** The childcare room, as it was furnished. */
async function roomOf(town: Town) {
  const centre = town.house.openParts.theCentre()
  const carer = (await centre.doors.staff.all()).find(({ roles }) => roles.includes('childcare'))?.staff
  const plan = await centre.doors.childcare.parts.floor.now()
  const nursery = [...plan.resources.values()].find(({ kind }) => kind === 'nursery')?.resource
  if (carer === undefined || nursery === undefined) throw new Error(`${town.plan.name} has no childcare room`)
  return { centre, carer, nursery }
}

/** The hour it is in the demo, where it is not the machine's. */
function hourOf(clock: DemoClock): string[] {
  if (Math.abs(clock.now() - systemClock.now()) < MINUTE_MS) return []
  const [day, face] = [calendarDayOf(clock.now()), clockFace(clock.now())]
  return [
    `見本の中は いま ${day} ${face} です（人がいる様子を見せるため）/ inside the demo it is ${day} ${face}, so that somebody is there`,
  ]
}

function peopleChance({ seed }: DemoOptions, { plan }: Town) {
  return seededChance(seed + plan.series)
}

function summary(open: readonly Town[], logins: readonly DemoLogin[], seconds: number) {
  const places = open.map(({ plan, house }) => ({ code: plan.code, url: house.url, kiosk: `${house.url}/kiosk/` }))
  return { url: open[0]?.house.url, hub: open[0]?.house.hubUrl, seconds, towns: places, logins }
}

function welcome(open: readonly Town[], logins: readonly DemoLogin[], seconds: number, kept: string | undefined) {
  const places = open.flatMap(({ plan, house }) => [
    `  ${plan.name}  ${house.url}/   受付 / kiosk ${house.url}/kiosk/`,
    ...(house.hub === undefined ? [] : [`  本部 / hub  ${house.hubUrl}/`]),
  ])
  const people = logins.map(({ where, login, secret }) => `  ${where}: ${login}  ${secret}`)
  return [
    `見本の準備ができました（${seconds} 秒） / the demo is ready after ${seconds} s`,
    ...places,
    'サインイン（本部は塩尻の職員と同じ） / sign in (the hub with the staff login of Shiojiri)',
    ...people,
    '人も会社も作りものです。カードは自動でかざされます / people and companies are invented; cards tap by themselves',
    kept === undefined ? 'データは終わると消えます / nothing is kept' : `データ / data: ${kept}`,
    '止めるには Ctrl+C / Ctrl+C stops it',
  ]
}
