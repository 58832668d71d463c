/**
 * A world of real parts: the hub, three centres, four kiosks, on real files, over real sockets, with a time of its own.
 * Performs the plan and writes down what people saw. Judges nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { TapReport } from '../../kiosk/check-in/tap-report.ts'
import { SimulatedCentre } from '../support/simulation-centre.ts'
import { type Chance, seededChance } from '../support/simulation-chance.ts'
import { SimulatedHub } from '../support/simulation-hub.ts'
import { SimulatedKiosk } from '../support/simulation-kiosk.ts'
import { MachineClock, VirtualTime } from '../support/virtual-clock.ts'
import { Disk } from './disk.ts'
import { CENTRES, KIOSKS, PACKAGES, type Plan, type PlannedRate } from './plan.ts'
import { Record } from './record.ts'

export class World implements AsyncDisposable {
  readonly plan: Plan
  readonly time: VirtualTime
  readonly record = new Record()
  readonly disk = new Disk()
  readonly chance: Chance
  readonly folder: string
  readonly hub: SimulatedHub
  readonly centres: SimulatedCentre[] = []
  readonly kiosks: SimulatedKiosk[] = []
  /** Machines whose time nobody can vouch for any more until the next settling. */
  readonly doubted = new Set<string>()
  /** Everything with files or sockets, youngest last. */
  readonly #held = new AsyncDisposableStack()

  private constructor(plan: Plan, folder: string, time: VirtualTime, hub: SimulatedHub) {
    this.plan = plan
    this.folder = folder
    this.time = time
    this.hub = hub
    this.chance = seededChance(plan.seed).branch('world')
    this.#held.defer(() => rm(folder, { recursive: true, force: true }))
    this.#held.use(this.disk)
    this.#held.use(hub)
  }

  static async create(plan: Plan): Promise<World> {
    const folder = await mkdtemp(join(tmpdir(), 'kado-simulation-'))
    const time = new VirtualTime(plan.begins)
    const hub = await SimulatedHub.create(join(folder, 'hub'), new MachineClock(time))
    const world = new World(plan, folder, time, hub)
    try {
      await world.#build()
      return world
    } catch (error) {
      await world[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Lets things happen that wait for a real timer or a real socket. */
  async breathe(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms))
  }

  async setRates(rates: readonly PlannedRate[]): Promise<void> {
    const rows = rates.map(({ package: work, yen, from }) => workRow(work, yen, from, ''))
    await this.#importWork(rows)
    this.record.rates.push(...rates)
  }

  codeOf(person: number): string {
    const found = this.plan.people[person]
    return found === undefined ? '' : `${CENTRES[found.home]?.code}-${found.code}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync()
  }

  async #build(): Promise<void> {
    for (const [index, names] of CENTRES.entries()) await this.#openCentre(index, names)
    for (const [index, centre] of KIOSKS.entries()) await this.#openKiosk(index, centre)
    for (const [index] of CENTRES.entries()) await this.#registerPeople(index)
    await this.setRates(this.plan.rates.filter(({ from }) => from < '2026-10-19'))
  }

  async #openCentre(index: number, names: (typeof CENTRES)[number]): Promise<void> {
    const parts = { clock: new MachineClock(this.time), random: this.chance.branch(names.code).next }
    const root = join(this.folder, names.code)
    const centre = await SimulatedCentre.create(root, names, { ...parts, hubPort: () => this.hub.port })
    this.#held.use(centre)
    this.centres[index] = centre
    await centre.joinHub((await this.hub.hub.newCentreCode(names.code)).code)
    this.record.sites[index] = centre.site
  }

  async #openKiosk(index: number, at: number): Promise<void> {
    const centre = this.centre(at)
    const { code } = await centre.appliance.newKioskCode(`受付${index + 1}`, '')
    const kiosk = await SimulatedKiosk.create(join(this.folder, `kiosk-${index}`), code, {
      clock: new MachineClock(this.time),
      random: this.chance.branch(`kiosk ${index}`).next,
      appliancePort: () => centre.port,
      report: (line: TapReport) => this.record.reported(line),
    })
    this.#held.use(kiosk)
    this.kiosks[index] = kiosk
  }

  async #registerPeople(home: number): Promise<void> {
    const { appliance } = this.centre(home)
    const people = this.plan.people.filter((person) => person.home === home)
    const sheets = people.map(({ code, name }) => `${code},${name},かな,\n`).join('')
    refused(await appliance.workersImport(Buffer.from(`worker_code,name,kana,home_center\n${sheets}`)))
    const cards = people.map(({ code, card }) => `${code},${card}\n`).join('')
    refused(await appliance.cardsImport(Buffer.from(`worker_code,card\n${cards}`)))
  }

  /** The office assigns people once it has heard of them. */
  async assignEverybody(): Promise<void> {
    const rows = this.plan.people.flatMap(({ packages }, person) =>
      packages.map((work) => workRow(work, '', '', this.codeOf(person))),
    )
    await this.#importWork(rows)
  }

  async #importWork(rows: readonly string[]): Promise<void> {
    if (rows.length === 0) return
    const header = 'client,order,package,kind,rate_yen_per_hour,rate_from,worker_code'
    const result = refused(await this.hub.hub.workImport(Buffer.from([header, ...rows, ''].join('\n'))))
    if (result.bad.length > 0) throw new Error(`bad work rows: ${JSON.stringify(result.bad)}`)
  }

  centre(index: number): SimulatedCentre {
    const centre = this.centres[index]
    if (centre === undefined) throw new RangeError(`no centre ${index}`)
    return centre
  }

  kiosk(index: number): SimulatedKiosk {
    const kiosk = this.kiosks[index]
    if (kiosk === undefined) throw new RangeError(`no kiosk ${index}`)
    return kiosk
  }

  /** Steps may take people a while: time only ever goes on. */
  pass(ms: number): void {
    this.time.advance(ms)
  }
}

function workRow(work: number, yen: string, from: string, worker: string): string {
  return `信州データ社,入力の注文,${PACKAGES[work]},入力,${yen},${from},${worker}`
}

function refused<T extends object>(result: T | { refused: string }): Exclude<T, { refused: string }> {
  if (isRefusal(result)) throw new Error(`refused: ${result.refused} ${result.detail ?? ''}`)
  return result as Exclude<T, { refused: string }>
}
