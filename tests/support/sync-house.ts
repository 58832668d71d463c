/** A real hub and real centres on real files, joined over real HTTP; images of their folders can be kept and put back. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CentreStatus, listCentres } from '../../central-sync/hub/site/centre-list.ts'
import type { StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type Instant, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { ApplianceFixture } from './appliance-fixture.ts'
import type { DeviceLine } from './device-line.ts'
import { HubFixture, TurnedClock } from './hub-fixture.ts'
import { until } from './until.ts'
import { WatchedLink } from './watched-link.ts'

export const NINE: Instant = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
export const STAFF = 'f_00000000000000000001' as StaffId

/** The wall clock of the house; pauses of programs pass when they are let pass. */
class HouseClock extends TurnedClock {
  readonly #house: TurnedClock
  #passed = 0

  constructor(house: TurnedClock) {
    super(house.now())
    this.#house = house
  }

  override now(): Instant {
    return this.#house.now()
  }

  override turn(ms: number): void {
    this.#house.turn(ms)
  }

  override monotonicMs(): number {
    return super.monotonicMs() + this.#passed
  }

  pass(ms: number): void {
    this.#house.turn(ms)
    this.#passed += ms
  }
}

export class SyncHouse implements AsyncDisposable {
  readonly hub: HubFixture
  readonly clock: HouseClock
  readonly #centres: ApplianceFixture[] = []
  readonly #links: WatchedLink[] = []
  readonly #folders: string[] = []

  private constructor(hub: HubFixture) {
    this.hub = hub
    this.clock = new HouseClock(hub.clock)
  }

  static async open(): Promise<SyncHouse> {
    return new SyncHouse(await HubFixture.create(NINE))
  }

  /** A centre that joined the hub, directly or by `link`, and has sent its beginning. */
  async centre(code: string, link?: WatchedLink): Promise<ApplianceFixture> {
    const centre = await ApplianceFixture.create(NINE, code, this.clock)
    this.#centres.push(centre)
    const grant = await this.hub.hub.newCentreCode(code)
    const url = link === undefined ? this.hub.url : `http://127.0.0.1:${link.port}/hub`
    const joined = await centre.appliance.joinHub(url, grant.code)
    if (isRefusal(joined)) throw new Error(joined.refused)
    await this.sent(centre)
    return centre
  }

  /** A line to the hub on which single exchanges can be spoiled. */
  async link(): Promise<WatchedLink> {
    const link = await WatchedLink.open(() => Number(new URL(this.hub.url).port))
    this.#links.push(link)
    return link
  }

  /** A centre on the files of `image`, which is another machine with the same identity. */
  async machineFrom(image: string, code: string): Promise<ApplianceFixture> {
    const machine = await ApplianceFixture.create(NINE, code, this.clock)
    this.#centres.push(machine)
    await machine.stop()
    await rm(machine.folder, { recursive: true })
    await cp(image, machine.folder, { recursive: true })
    await machine.start()
    return machine
  }

  /** Whoever waits for a next try or a next greeting has waited long enough. */
  pass(ms = 61_000): void {
    this.clock.pass(ms)
    for (const centre of this.#centres) if (centre.isRunning) centre.appliance.syncNow()
  }

  /** The hub and the centre agree that everything was sent. */
  async sent(centre: ApplianceFixture): Promise<void> {
    await until(`${centre.code} has sent everything`, async () => {
      const { state, waiting, acked, lastError } = await centre.appliance.syncStatus()
      return state === 'idle' && waiting === 0 && acked > 0 && lastError === null
    })
  }

  /** Everything is up, routed, and down again. */
  async settled(...centres: readonly ApplianceFixture[]): Promise<void> {
    for (let round = 0; round < 2; round += 1) {
      for (const centre of centres) await this.sent(centre)
      await this.hub.hub.caughtUp()
      for (const centre of centres) await this.fetched(centre)
    }
  }

  async fetched(centre: ApplianceFixture): Promise<void> {
    const head = () => this.hub.hub.downHead(centre.appliance.site)
    await until(
      `${centre.code} has it all`,
      async () => (await centre.appliance.syncStatus()).downSeq === (await head()),
    )
  }

  stopped(centre: ApplianceFixture, code: string) {
    return until(`${centre.code} is stopped by ${code}`, async () => {
      const status = await centre.appliance.syncStatus()
      return status.state === 'stopped' && status.code === code && status
    })
  }

  async atHub(centre: ApplianceFixture): Promise<CentreStatus> {
    const { hub } = this.hub
    await hub.caughtUp()
    const all = await listCentres(hub.journal.read, this.clock.now())
    const found = all.find(({ site }) => site === centre.appliance.site)
    if (found === undefined) throw new Error(`the hub does not know ${centre.code}`)
    return found
  }

  /** A copy of a folder of a stopped program. */
  async image(folder: string): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), 'kado-image-'))
    this.#folders.push(copy)
    await cp(folder, copy, { recursive: true })
    return copy
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const centre of this.#centres) await centre[Symbol.asyncDispose]()
    await this.hub[Symbol.asyncDispose]()
    for (const link of this.#links) await link[Symbol.asyncDispose]()
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true })
  }
}

/** Puts databases back from an image, as somebody with a backup would; the head marker beside them stays as it is. */
export async function putBack(
  image: string,
  folder: string,
  files: readonly ('journal.db' | 'secrets.db' | 'head.json')[],
) {
  for (const file of files) {
    for (const end of ['', '-wal', '-shm']) await rm(join(folder, `${file}${end}`), { force: true })
    await cp(join(image, file), join(folder, file))
  }
}

/** Somebody of this centre, with a card. */
export async function newWorker(
  centre: ApplianceFixture,
  code: string,
  callName: string,
  card?: string,
): Promise<{ worker: WorkerId; pin: string }> {
  const { workers, cards } = centre.appliance.doors
  const sheet = { name: `試験 ${callName}`, kana: 'しけん', callName, language: 'ja' as const }
  const made = await workers.register(code, sheet, STAFF)
  if (isRefusal(made)) throw new Error(made.refused)
  if (card !== undefined) await cards.enrolNumber(made.worker, card, STAFF)
  return made
}

export async function kioskAt(centre: ApplianceFixture): Promise<DeviceLine> {
  return centre.line(await centre.newKiosk('入口'))
}
