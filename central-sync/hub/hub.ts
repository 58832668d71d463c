/**
 * The hub, put together: one journal on SQLite or PostgreSQL, secrets beside it, intake and directives for centres,
 * offices and payroll for staff. Methods return values and print nothing.
 */
import { join } from 'node:path'
import { type OpenedJournal, openJournal } from '../journal/journal.ts'
import { People } from '../journal/people.ts'
import { sharedFollowers, sharedMigrations } from '../journal/projections/shared.ts'
import { openSecretStore, type SecretStore } from '../journal/secret-store.ts'
import { createWebMemory } from '../journal/web-memory.ts'
import { refuseIncompleteFolder } from '../journal/whole-folder.ts'
import { isRefusal, type Refusal, refuse } from '../protocol/refusal.ts'
import type { Clock, Month } from '../protocol/time.ts'
import { createWebFloor, type WebFloor } from '../web/floor.ts'
import type { WebProgram } from '../web/port.ts'
import { HUB_SITE } from './directives/decide-extract.ts'
import { Directives } from './directives/directives.ts'
import { KeyParcels } from './directives/key-parcels.ts'
import { PinParcels } from './directives/pin-parcels.ts'
import { HintChannel } from './hints/hint-channel.ts'
import { listenerSite } from './hints/listener-site.ts'
import { houseCommands } from './http/house-commands.ts'
import type { HubRooms } from './http/hub-rooms.ts'
import { machineDoors } from './http/machine-doors.ts'
import { occupancyDownloads, occupancyQueries } from './http/occupancy-queries.ts'
import { officeCommands } from './http/office-commands.ts'
import { hubDownloads, hubQueries } from './http/queries.ts'
import { Intake } from './intake/intake.ts'
import { hubMigrations } from './migrations.ts'
import { occupancyFollower } from './occupancy/occupancy-follower.ts'
import { hubPages } from './pages/hub-pages.ts'
import { type ClosedMonth, closeMonth, type MonthPreview, previewMonth } from './payroll/close.ts'
import { type ExplainedStatement, explainStatement, findStatement } from './payroll/explain.ts'
import { Admission, type NewCode } from './site/admission.ts'
import { codedWorkers, findWorker } from './site/worker-codes.ts'
import { ClaimCode } from './staff/claim-code.ts'
import { StaffBook } from './staff/staff-book.ts'
import { type ExportedLine, exportStatements } from './statement/export-statements.ts'
import { statementFollower } from './statement/statement-follower.ts'
import { importWork, type WorkImport } from './work/import-work.ts'
import { readWorkRows } from './work/read-work-rows.ts'

export interface HubOptions {
  /** The hub's own part of the data folder. */
  readonly dir: string
  /** PostgreSQL; absent = SQLite in `dir`. */
  readonly databaseUrl?: string | undefined
  readonly clock: Clock
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
    error(fields: object, message: string): void
  }
  /** Served over TLS. */
  readonly secure?: boolean | undefined
  /** Served to the LAN without TLS: a red banner on every page. */
  readonly plainLan?: boolean | undefined
  /** Suffix of the cookie names when programs share a host. */
  readonly program?: string | undefined
}

/** Whoever uses the command line of this machine. */
const OPERATOR = 'system'

export class Hub implements AsyncDisposable {
  readonly web: WebProgram & { readonly floor: WebFloor }
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly directives: Directives
  private readonly rooms: HubRooms
  private readonly hints: HintChannel
  private stopped: Promise<void> | undefined

  private constructor(parts: HubParts) {
    this.journal = parts.journal
    this.secrets = parts.secrets
    this.directives = parts.directives
    this.rooms = parts.rooms
    this.hints = parts.hints
    const { floor } = parts
    this.web = { routes: floor.routes, upgrades: floor.upgrades, floor }
  }

  static async create(options: HubOptions): Promise<Hub> {
    const { dir, clock, log } = options
    if (options.databaseUrl === undefined) await refuseIncompleteFolder(dir)
    const secrets = await openSecretStore({ file: join(dir, 'secrets.db'), clock, log })
    try {
      const journal = await openHubJournal(options, secrets)
      return new Hub(await assemble(options, journal, secrets))
    } catch (error) {
      await secrets.close()
      throw error
    }
  }

  async start(): Promise<void> {
    await this.rooms.admission.prepare()
    await this.directives.start()
    this.hints.start()
  }

  stop(): Promise<void> {
    this.stopped ??= this.shutDown()
    return this.stopped
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Everything committed is projected and on its way down. */
  async caughtUp(): Promise<void> {
    await this.journal.caughtUp()
    await this.directives.caughtUp()
  }

  /** Last entry on its way down to a centre; 0 for one that is not here. */
  downHead(site: string): Promise<number> {
    return downHead(this.journal, site)
  }

  /** Undefined once somebody has claimed the hub. */
  async claimCode(): Promise<string | undefined> {
    return (await this.rooms.staff.isClaimed()) ? undefined : this.rooms.claimCode.text
  }

  /** Makes the first administrator, for a first-run page that sets up several parts at once. */
  claim(first: { login: string; name: string; password: string }) {
    return this.rooms.staff.claim(first)
  }

  newCentreCode(label: string): Promise<NewCode> {
    return this.rooms.admission.newCode(label)
  }

  async workImport(bytes: Uint8Array, by = OPERATOR): Promise<WorkImport | Refusal> {
    const rows = readWorkRows(bytes)
    if (isRefusal(rows)) return rows
    await this.journal.caughtUp()
    return this.journal.write('work.import', (tx) => importWork(tx, rows, by))
  }

  async payrollClose(month: Month, override?: string, by = OPERATOR): Promise<ClosedMonth | Refusal> {
    await this.journal.caughtUp()
    return closeMonth(this.journal, { month, by, override })
  }

  async payrollPreview(month: Month): Promise<MonthPreview> {
    await this.journal.caughtUp()
    return previewMonth(this.journal.read, month, this.rooms.clock.now())
  }

  /** `worker` as written at the hub: `W001`, or `ITO-W001` when several centres are joined. */
  async payrollExplain(worker: string, month: Month): Promise<ExplainedStatement | Refusal> {
    const { read } = this.journal
    const found = findWorker(await codedWorkers(read), worker)
    if (isRefusal(found)) return found
    const statement = await findStatement(read, found.worker, month)
    if (statement === undefined) return refuse('statement_unknown', `${worker} ${month}`)
    return explainStatement({ rows: read, people: this.rooms.people }, statement)
  }

  statementsExport(month: Month): Promise<ExportedLine[] | Refusal> {
    return exportStatements(this.journal.read, month)
  }

  private async shutDown(): Promise<void> {
    this.hints.stop()
    await this.directives.stop()
    await this.journal.close()
    await this.secrets.close()
  }
}

interface HubParts {
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly directives: Directives
  readonly rooms: HubRooms
  readonly hints: HintChannel
  readonly floor: WebFloor
}

function openHubJournal({ dir, databaseUrl, clock, log }: HubOptions, secrets: SecretStore): Promise<OpenedJournal> {
  return openJournal({
    database:
      databaseUrl === undefined
        ? { kind: 'sqlite', file: join(dir, 'journal.db') }
        : { kind: 'postgres', url: databaseUrl },
    role: 'hub',
    site: HUB_SITE,
    clock,
    secrets,
    migrations: [...sharedMigrations, ...hubMigrations],
    followers: [...sharedFollowers, statementFollower, occupancyFollower],
    projectReceived: 'trailing',
    headFile: join(dir, 'identity', 'head.json'),
    log,
  })
}

async function assemble(options: HubOptions, journal: OpenedJournal, secrets: SecretStore): Promise<HubParts> {
  const { clock, log } = options
  const rooms: HubRooms = {
    journal,
    people: new People(journal.read, secrets.unsealer),
    staff: new StaffBook(journal, secrets),
    admission: new Admission({ journal, secrets, clock }),
    claimCode: new ClaimCode(),
    clock,
  }
  const signed = { ...signedBy(journal, secrets, clock), log }
  const hints = new HintChannel({
    siteOf: (request) => listenerSite(request, signed),
    headOf: (site) => downHead(journal, site),
    log,
  })
  const parcels = new KeyParcels({ journal, secrets, log })
  const pins = new PinParcels({ journal, secrets, log })
  const hint = (site: string, head: number) => hints.send(site, head)
  const directives = new Directives({ journal, secrets, parcels, clock, hint, log })
  const intake = new Intake({ journal, clock })
  const floor = createWebFloor({
    rooms: roomsOf(rooms),
    doors: machineDoors({ signed, intake, directives, parcels, pins, admission: rooms.admission, secrets, clock }),
    upgrades: [hints.door],
    memory: {
      ...createWebMemory(secrets),
      actorOf: async (subject) =>
        subject.kind === 'staff' ? rooms.staff.actorOf(subject.staff) : { kind: 'nobody' as const },
    },
    clock,
    secure: options.secure ?? false,
    plainLan: options.plainLan ?? false,
    program: options.program,
    log,
  })
  return { journal, secrets, directives, rooms, hints, floor }
}

function roomsOf(rooms: HubRooms) {
  return {
    name: { ja: '本部', en: 'Hub' },
    commands: [...houseCommands(rooms), ...officeCommands(rooms)],
    queries: [...hubQueries(rooms), ...occupancyQueries(rooms)],
    downloads: [...hubDownloads(rooms), ...occupancyDownloads(rooms)],
    ...hubPages(rooms),
  }
}

function signedBy(journal: OpenedJournal, secrets: SecretStore, clock: Clock) {
  return {
    clock,
    publicKeyOf: async (site: string) => {
      const row = await journal.read.one<{ public_key: string | null }>(
        'SELECT public_key FROM centre WHERE site = ?',
        [site],
      )
      return row?.public_key ?? undefined
    },
    nonces: {
      remember: (keyId: string, nonce: string) => secrets.nonces.remember(keyId, nonce, clock.now()),
    },
  }
}

async function downHead(journal: OpenedJournal, site: string): Promise<number> {
  const row = await journal.read.one<{ head_seq: number }>('SELECT head_seq FROM down_stream WHERE site = ?', [site])
  return row?.head_seq ?? 0
}
