/** A real hub on real files in a simulated world: it can be restarted, and lose its power. */
import { Hub } from '../../central-sync/hub/hub.ts'
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import { MachineFolder, quietLog } from './simulation-folder.ts'
import type { MachineClock } from './virtual-clock.ts'

export class SimulatedHub implements AsyncDisposable {
  readonly clock: MachineClock
  readonly #folder: MachineFolder
  #running: { readonly hub: Hub; readonly listening: Listening } | undefined

  private constructor(clock: MachineClock, folder: MachineFolder) {
    this.clock = clock
    this.#folder = folder
  }

  static async create(root: string, clock: MachineClock): Promise<SimulatedHub> {
    const hub = new SimulatedHub(clock, await MachineFolder.create(root))
    await hub.start()
    return hub
  }

  get hub(): Hub {
    if (this.#running === undefined) throw new Error('the hub is off')
    return this.#running.hub
  }

  /** 1 while it is off: nobody answers there. */
  get port(): number {
    return this.#running?.listening.port ?? 1
  }

  get journalFile(): string {
    return `${this.#folder.current}/journal.db`
  }

  get folder(): string {
    return this.#folder.current
  }

  async start(): Promise<void> {
    this.clock.reboot()
    const hub = await Hub.create({ dir: this.#folder.current, clock: this.clock, log: quietLog })
    await hub.start()
    this.#running = { hub, listening: await listen({ '/hub': hub.web }, { port: 0 }) }
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.listening.close(0)
    await running?.hub.stop()
  }

  /** Nothing is closed, nothing is said: the next start finds what was on the disk. */
  async crash(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.listening.close(0)
    await this.#folder.loseCurrent()
    await running?.hub.stop()
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}
