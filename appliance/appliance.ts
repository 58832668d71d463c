/**
 * A centre's server. `create` opens and builds, `start` acts, `stop` undoes. The web program is mounted by whoever owns
 * the port; the command line uses the methods below through the process that holds the folder.
 */
import { randomBytes } from 'node:crypto'
import type { Log } from '../central-sync/journal/log.ts'
import type { RebuildReport } from '../central-sync/journal/rebuild.ts'
import type { VerifyReport } from '../central-sync/journal/verify.ts'
import type { ChildId, StaffId, StayId, WorkerId } from '../central-sync/protocol/identifier.ts'
import type { Refusal } from '../central-sync/protocol/refusal.ts'
import { type BusinessDay, type Clock, type Instant, MINUTE_MS, type Month } from '../central-sync/protocol/time.ts'
import { defaultPolicy } from '../central-sync/rules/policy.ts'
import type { WebProgram } from '../central-sync/web/port.ts'
import { pruneReceipts } from './attendance/device-cursors.ts'
import { type ExportedSession, exportSessions, sessionsCsv } from './attendance/export-sessions.ts'
import { importPunches } from './attendance/import-punches.ts'
import { advanceWatermarks } from './attendance/watermark.ts'
import { buildDesks, type Desks } from './build-desks.ts'
import { buildWeb } from './build-web.ts'
import { openStays } from './childcare/stays.ts'
import { type OpenedCentre, openCentre } from './open-centre.ts'
import { type ApplianceSettings, applianceSettings } from './settings.ts'
import type { FirstAdministrator } from './staff/centre-desk.ts'
import { moveHub } from './sync/hub-pin.ts'
import type { SyncStatus } from './sync/sync.ts'
import type { ApproveReport } from './work/approval-desk.ts'
import { importCards } from './worker/import-cards.ts'
import { importWorkers } from './worker/import-workers.ts'
import type { ImportReport } from './worker/read-csv.ts'

export interface ApplianceOptions {
  /** The centre's own folder, for example `data/centre`. */
  readonly dir: string
  readonly clock: Clock
  readonly log: Log
  /** Code an empty folder begins with; default `local`. */
  readonly code?: string | undefined
  readonly name?: string | undefined
  readonly secure?: boolean | undefined
  readonly plainLan?: boolean | undefined
  /** Where the joined hub is now, asked at `start`: in one process with the hub its port may be another each time. */
  readonly hubUrl?: (() => string) | undefined
  /** Told after the first-run page has made the administrator; whoever runs a hub beside sets it up with the same. */
  readonly claimed?: ((first: FirstAdministrator) => Promise<void>) | undefined
  /** 0 ≤ x < 1, spreads retries; tests and the simulation inject a seeded one. */
  readonly random?: (() => number) | undefined
}

const CHORES_MS = 10 * MINUTE_MS

export class Appliance implements AsyncDisposable {
  readonly web: WebProgram
  readonly #options: ApplianceOptions
  readonly #centre: OpenedCentre
  readonly #desks: Desks
  #chores: NodeJS.Timeout | undefined
  #settling: Promise<void> = Promise.resolve()

  private constructor(options: ApplianceOptions, settings: ApplianceSettings, centre: OpenedCentre, desks: Desks) {
    this.#options = options
    this.#centre = centre
    this.#desks = desks
    this.web = buildWeb(centre, desks, { clock: options.clock, log: options.log, settings })
  }

  static async create(options: ApplianceOptions): Promise<Appliance> {
    const { dir, clock, log, code, name, secure, plainLan, claimed } = options
    const settings = applianceSettings.parse({ center: code, centerName: name, secure, plainLan })
    const centre = await openCentre(dir, clock, log)
    try {
      const random = options.random ?? (() => randomBytes(4).readUInt32BE() / 2 ** 32)
      const desks = await buildDesks(centre, { clock, log, random, policy: defaultPolicy, claimed })
      await desks.centre.nameFirst(settings.center, settings.centerName)
      return new Appliance(options, settings, centre, desks)
    } catch (error) {
      await centre[Symbol.asyncDispose]()
      throw error
    }
  }

  /** Begins to talk: devices, browsers, the hub, and the chores of the day. */
  async start(): Promise<void> {
    const { channels, live, board, places, keeper, childcare, sync } = this.#desks
    channels.start()
    live.start()
    board.start()
    places.start()
    keeper.start()
    childcare.keeper.start()
    await this.#doChores()
    this.#chores = setInterval(() => void this.#doChores(), CHORES_MS)
    this.#chores.unref()
    const { hubUrl } = this.#options
    if (hubUrl !== undefined) await moveHub(this.#centre.secrets, hubUrl())
    await sync.start()
  }

  async stop(): Promise<void> {
    clearInterval(this.#chores)
    const { channels, live, board, places, keeper, childcare, sync } = this.#desks
    places[Symbol.dispose]()
    await keeper[Symbol.asyncDispose]()
    await childcare.keeper[Symbol.asyncDispose]()
    channels[Symbol.dispose]()
    live[Symbol.dispose]()
    board[Symbol.dispose]()
    await sync[Symbol.asyncDispose]()
    await this.#settling
    await this.#desks.states.settled()
    await this.#centre[Symbol.asyncDispose]()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  get site(): string {
    return this.#centre.site
  }

  /** The one-time code of the first-run page; undefined once there is an administrator. */
  claimCode(): Promise<string | undefined> {
    return this.#desks.centre.claimCode()
  }

  workersImport(bytes: Uint8Array): Promise<ImportReport | Refusal> {
    const { journal, directory, site } = this.#centre
    return this.#afterwards(importWorkers(bytes, 'system', { journal, directory, site }))
  }

  cardsImport(bytes: Uint8Array): Promise<ImportReport | Refusal> {
    const { journal, directory, site } = this.#centre
    return this.#afterwards(importCards(bytes, 'system', { journal, directory, site, cards: this.#desks.cards }))
  }

  punchesImport(bytes: Uint8Array): Promise<ImportReport | Refusal> {
    const { journal, directory, site } = this.#centre
    return importPunches(bytes, 'system', { journal, directory, site, policy: defaultPolicy })
  }

  sessionsExport(from: BusinessDay, to: BusinessDay): Promise<ExportedSession[]> {
    const { journal, directory } = this.#centre
    return exportSessions(from, to, { rows: journal.read, directory, now: this.#options.clock.now() })
  }

  async sessionsCsv(from: BusinessDay, to: BusinessDay): Promise<string> {
    return sessionsCsv(await this.sessionsExport(from, to))
  }

  /** As the first active administrator, who is at the machine; her own time stays for somebody else. */
  async workApprove(month: Month): Promise<ApproveReport> {
    const administrator = await this.#administrator()
    const approver = { by: administrator?.staff ?? 'system', worker: administrator?.worker }
    return this.#desks.approvals.approveMonth(month, approver)
  }

  newKioskCode(label: string, place = ''): Promise<{ code: string; expires: Instant }> {
    return this.#desks.devices.newCode(label, place)
  }

  /** `url` with the hub's mount prefix, `code` as a person typed it. */
  joinHub(url: string, code: string): Promise<{ hub: string } | Refusal> {
    return this.#desks.devices.joinHub(url, code)
  }

  /** False until this centre has joined a hub. */
  async isJoined(): Promise<boolean> {
    return (await this.#desks.sync.status()).state !== 'alone'
  }

  syncStatus(): Promise<SyncStatus> {
    return this.#desks.sync.status()
  }

  /** Sends and fetches now instead of at the next occasion. */
  syncNow(): void {
    this.#desks.sync.ask()
  }

  /** Days whose watermark could say more than before. A clock that the hub contradicts says nothing of any day. */
  async advanceWatermarks(): Promise<BusinessDay[]> {
    const sound = this.#desks.ownClock.quality(this.#options.clock.now()) === 'synced'
    return sound ? advanceWatermarks(this.#centre.journal, this.#centre.site) : []
  }

  journalVerify(): Promise<VerifyReport> {
    return this.#centre.journal.verify()
  }

  async journalRebuild(): Promise<RebuildReport> {
    const report = await this.#centre.journal.rebuild()
    await this.#centre.reload()
    return report
  }

  /** Exact lines of every stream, oldest first, each with a newline. */
  journalExport(): AsyncIterable<Buffer> {
    return this.#centre.journal.exportLines()
  }

  /** Does now what falls due for bookings: expired offers, seats nobody came to. The keeper does it by itself as well. */
  keepBookings(): Promise<void> {
    return this.#desks.keeper.run()
  }

  /** Looks at the childcare rooms now: closing time, carers. The keeper does it by itself as well. */
  lookAfterChildren(): Promise<void> {
    return this.#desks.childcare.keeper.look()
  }

  /** This centre's own workers by code. */
  async workersByCode(): Promise<Map<string, WorkerId>> {
    const people = await this.#centre.directory.all()
    return new Map(people.filter(({ own }) => own).map(({ code, worker }) => [code, worker]))
  }

  /** Who is in the childcare room now. */
  async childrenInside(): Promise<{ child: ChildId; stay: StayId }[]> {
    const stays = await openStays(this.#centre.journal.read)
    return stays.map(({ child, stay }) => ({ child, stay }))
  }

  get doors(): Pick<
    Desks,
    | 'attendance'
    | 'corrections'
    | 'approvals'
    | 'assignments'
    | 'staff'
    | 'workers'
    | 'cards'
    | 'devices'
    | 'seats'
    | 'bookings'
    | 'waiting'
    | 'requests'
    | 'childcare'
  > {
    return this.#desks
  }

  async #administrator(): Promise<
    { staff: StaffId; worker: Parameters<Desks['workers']['resetPin']>[0] | undefined } | undefined
  > {
    const staff = await this.#desks.staff.all()
    return staff
      .filter(({ active, roles }) => active && roles.includes('administrator'))
      .sort((a, b) => (a.staff < b.staff ? -1 : 1))[0]
  }

  /** What an import changed is in memory before its report is given. */
  async #afterwards<T>(work: Promise<T>): Promise<T> {
    const result = await work
    await this.#centre.reload()
    return result
  }

  #doChores(): Promise<void> {
    this.#settling = this.#settling.then(() => this.#tidy())
    return this.#settling
  }

  async #tidy(): Promise<void> {
    const { log } = this.#options
    try {
      const days = await this.advanceWatermarks()
      if (days.length > 0) log.info({ days }, 'watermarks advanced')
      await pruneReceipts(this.#centre.journal)
    } catch (error) {
      log.warn({ reason: String(error) }, 'a chore of the centre was put off')
    }
  }
}
