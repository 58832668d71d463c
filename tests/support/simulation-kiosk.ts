/** A real kiosk with a simulated reader, a page that somebody stands at, and a bad line to its appliance. */
import { type Listening, listen } from '../../central-sync/web/listener.ts'
import type { TapReport } from '../../kiosk/check-in/tap-report.ts'
import { Kiosk } from '../../kiosk/kiosk.ts'
import { SimulatedReader } from '../../kiosk/reader/simulated.ts'
import { FaultyLink } from './faulty-link.ts'
import { MachineFolder, quietLog } from './simulation-folder.ts'
import { SimulatedScreen } from './simulation-screen.ts'
import type { MachineClock } from './virtual-clock.ts'

export interface KioskParts {
  readonly clock: MachineClock
  readonly random: () => number
  readonly appliancePort: () => number
  /** What the process writes for programs: kept, acknowledged. */
  report(line: TapReport): void
}

interface Running {
  readonly kiosk: Kiosk
  readonly reader: SimulatedReader
  readonly listening: Listening
  readonly screen: SimulatedScreen
}

export class SimulatedKiosk implements AsyncDisposable {
  readonly clock: MachineClock
  readonly line: FaultyLink
  readonly #parts: KioskParts
  readonly #folder: MachineFolder
  #running: Running | undefined

  private constructor(parts: KioskParts, folder: MachineFolder, line: FaultyLink) {
    this.#parts = parts
    this.clock = parts.clock
    this.#folder = folder
    this.line = line
  }

  /** `code` = the one-time code of its enrolment. */
  static async create(root: string, code: string, parts: KioskParts): Promise<SimulatedKiosk> {
    const line = await FaultyLink.open(parts.appliancePort)
    const kiosk = new SimulatedKiosk(parts, await MachineFolder.create(root), line)
    await kiosk.start(code)
    return kiosk
  }

  get reader(): SimulatedReader {
    return this.#now().reader
  }

  get screen(): SimulatedScreen {
    return this.#now().screen
  }

  get online(): boolean {
    return this.#running?.kiosk.online ?? false
  }

  /** Taps on its disk that nobody has acknowledged. */
  get waiting(): number {
    return this.#running?.kiosk.waiting ?? 0
  }

  async start(code?: string): Promise<void> {
    const { clock, random, report } = this.#parts
    clock.reboot()
    const reader = new SimulatedReader({
      id: 'reader',
      kind: 'simulated',
      clock,
      noticesRemoval: true,
      simulated: true,
    })
    const kiosk = await Kiosk.create({
      dir: this.#folder.current,
      applianceUrl: this.line.url,
      code,
      readers: [reader],
      clock,
      log: quietLog,
      json: (line) => report(JSON.parse(line) as TapReport),
      random,
      // Pauses are real ones here; a heartbeat would find hours of silence between two beats of a real second.
      link: { backOffMs: { first: 20, max: 60 }, handshakeMs: 3_000, heartbeatMs: 3_600_000, refusedMs: 100 },
    })
    await kiosk.start()
    const listening = await listen({ '/kiosk': { routes: kiosk.routes, upgrades: [] } }, { port: 0 })
    const screen = await SimulatedScreen.open(`${listening.url}/kiosk/`)
    this.#running = { kiosk, reader, listening, screen }
  }

  async stop(): Promise<void> {
    await this.#end(this.#takeRunning())
  }

  /** The plug is pulled: whatever was not on the disk is gone. */
  async crash(): Promise<void> {
    const running = this.#takeRunning()
    const { state } = this.line
    this.line.become('cut')
    await this.#folder.loseCurrent()
    await this.#end(running)
    this.line.become(state)
    await this.start()
  }

  async restart(): Promise<void> {
    await this.stop()
    await this.start()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
    await this.line[Symbol.asyncDispose]()
  }

  #now(): Running {
    if (this.#running === undefined) throw new Error('the kiosk is off')
    return this.#running
  }

  #takeRunning(): Running | undefined {
    const running = this.#running
    this.#running = undefined
    return running
  }

  async #end(running: Running | undefined): Promise<void> {
    running?.screen.close()
    await running?.kiosk.stop()
    await running?.listening.close(0)
  }
}
