/** A real centre on real files in a simulated world, with a bad line to its hub and one to its kiosks. */
import { Appliance } from '../../appliance/appliance.ts'
import { newIdentifier, type StaffId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { FaultyLink } from './faulty-link.ts'
import { MachineFolder, quietLog } from './simulation-folder.ts'
import type { MachineClock } from './virtual-clock.ts'

export interface CentreNames {
  readonly code: string
  /** Also the place on its kiosks' taps. */
  readonly name: string
}

interface CentreParts {
  readonly names: CentreNames
  readonly clock: MachineClock
  readonly folder: MachineFolder
  readonly random: () => number
  readonly toHub: FaultyLink
}

export class SimulatedCentre implements AsyncDisposable {
  readonly code: string
  readonly clock: MachineClock
  readonly toHub: FaultyLink
  /** Two people at the desk: one asks, the other decides. */
  readonly asks: StaffId = newIdentifier('staff')
  readonly decides: StaffId = newIdentifier('staff')
  readonly #parts: CentreParts
  #running: { readonly appliance: Appliance; readonly listening: Listening } | undefined
  #site = ''

  private constructor(parts: CentreParts) {
    this.#parts = parts
    this.code = parts.names.code
    this.clock = parts.clock
    this.toHub = parts.toHub
  }

  static async create(
    root: string,
    names: CentreNames,
    parts: { clock: MachineClock; random: () => number; hubPort: () => number },
  ): Promise<SimulatedCentre> {
    const folder = await MachineFolder.create(root)
    const toHub = await FaultyLink.open(parts.hubPort)
    const centre = new SimulatedCentre({ ...parts, names, folder, toHub })
    await centre.start()
    return centre
  }

  get appliance(): Appliance {
    if (this.#running === undefined) throw new Error(`${this.code} is off`)
    return this.#running.appliance
  }

  get site(): string {
    return this.#site
  }

  get folder(): string {
    return this.#parts.folder.current
  }

  get journalFile(): string {
    return `${this.folder}/journal.db`
  }

  /** 1 while it is off: nobody answers there. */
  get port(): number {
    return this.#running?.listening.port ?? 1
  }

  async joinHub(code: string): Promise<void> {
    const joined = await this.appliance.joinHub(`${this.toHub.url}/hub`, code)
    if (isRefusal(joined)) throw new Error(`${this.code} could not join: ${joined.refused}`)
  }

  async start(): Promise<void> {
    const { names, clock, folder, random } = this.#parts
    clock.reboot()
    const appliance = await Appliance.create({ dir: folder.current, clock, log: quietLog, random, ...names })
    await appliance.start()
    this.#site = appliance.site
    this.#running = { appliance, listening: await listen({ '/': appliance.web }, { port: 0 }) }
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.listening.close(0)
    await running?.appliance.stop()
  }

  /** Nothing is closed, nothing is said: the next start finds what was on the disk. */
  async crash(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    const state = this.toHub.state
    this.toHub.become('cut')
    await running?.listening.close(0)
    await this.#parts.folder.loseCurrent()
    await running?.appliance.stop()
    this.toHub.become(state)
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.toHub[Symbol.asyncDispose]()
  }
}
