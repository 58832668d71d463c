/**
 * Opens a journal: migrations and guards, the own incarnation, the write lane, followers, received streams. The only
 * way to write is `write` and `batch`; everything they acknowledge is on disk.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { toBase64Url } from '../protocol/hash.ts'
import type { EventId } from '../protocol/identifier.ts'
import type { Clock } from '../protocol/time.ts'
import { CurrentReader } from './current-reader.ts'
import { openDatabase } from './dialect/database.ts'
import type { Database, DatabaseSettings } from './dialect/port.ts'
import { type ExportSelection, exportLines } from './export.ts'
import { HeadKeeper } from './head-keeper.ts'
import { readHeadMark } from './head-marker.ts'
import { openOwnStream } from './incarnation.ts'
import { JournalHost } from './journal-host.ts'
import { JournalState } from './journal-state.ts'
import type { JournalTx } from './journal-tx.ts'
import { entryById, linesOf } from './lines.ts'
import { type Log, silentLog } from './log.ts'
import { migrate } from './migrate.ts'
import type { BatchHandler, Follower, Head, Journal, Migration, Rows, StoredEntry, Tx } from './port.ts'
import { deferredIsReadable, Projector } from './projector.ts'
import { followersAreCurrent, type RebuildReport, rebuildFollowers } from './rebuild.ts'
import { type ReceivedStreams, receivedStreams } from './received.ts'
import { journalMigrations } from './schema.ts'
import type { SecretStore } from './secret-store.ts'
import { allStreams } from './streams.ts'
import { journalSchemas, type QuarantineRow } from './tables.ts'
import { type VerifyReport, verifyJournal } from './verify.ts'
import { type LaneSettings, WriteLane } from './write-lane.ts'

export interface JournalOptions {
  readonly database: DatabaseSettings
  readonly role: 'centre' | 'hub'
  /** `hub` for the hub; a centre without one gets a random site id at its first start and keeps it. */
  readonly site?: string | undefined
  readonly clock: Clock
  readonly secrets: SecretStore
  /** Of the rooms, numbers from 100 on, rising; the journal's own come before them. */
  readonly migrations: readonly Migration[]
  readonly followers: readonly Follower[]
  /** Whether received entries are projected in the transaction that stores them, or by a cursor behind it. */
  readonly projectReceived: 'inline' | 'trailing'
  /** The marker outside of the database, for example `data/centre/identity/head.json`. */
  readonly headFile: string
  readonly log?: Log | undefined
  readonly lane?: Partial<LaneSettings> | undefined
}

export interface OpenedJournal extends Journal {
  readonly receive: ReceivedStreams
  /** Why a new incarnation was opened at this start; undefined when the old one goes on. */
  readonly opened: 'first' | 'restored' | 'rewound' | undefined
  /** Makes the head marker durable at the committed head: before each upload. */
  markHead(): Promise<void>
  verify(): Promise<VerifyReport>
  rebuild(): Promise<RebuildReport>
  exportLines(selection?: ExportSelection): AsyncIterable<Buffer>
  /** Entries that were put aside, newest first: by which follower (`*` = before any), and why. */
  quarantined(limit: number): Promise<QuarantineRow[]>
  /** Resolves when the followers have seen everything that was committed at the time of the call. */
  caughtUp(): Promise<void>
  /** Jobs waiting in the lane, for the health page. */
  readonly waiting: number
}

export async function openJournal(options: JournalOptions): Promise<OpenedJournal> {
  const log = options.log ?? silentLog
  const schemas = journalSchemas(options.database.kind)
  const database = await openDatabase(options.database, Object.values(schemas))
  try {
    return await assemble(options, database, log)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function assemble(options: JournalOptions, database: Database, log: Log): Promise<OpenedJournal> {
  const { clock, secrets, role, headFile } = options
  const applied = await migrate(database, [...journalMigrations, ...options.migrations], clock.now())
  if (applied.length > 0) log.info({ applied }, 'migrations applied')
  const boot = toBase64Url(randomBytes(12))
  const { own, reason } = await openOwnStream({
    database,
    role,
    site: options.site,
    publicKey: secrets.identity.signing.publicKey,
    headFile,
    mark: await readHeadMark(headFile),
    boot,
    now: clock.now(),
  })
  if (reason !== undefined) log.info({ reason, inc: own.genesis.inc }, 'a new incarnation of this journal begins')
  const state = new JournalState(own, await allStreams(database.reader))
  const projector = new Projector(options.followers, database.set, database.reader)
  const keeper = new HeadKeeper(headFile, boot, own, log)
  const host = new JournalHost({ ...options, database, state, projector, keeper, log })
  const lane = new WriteLane<JournalTx>({
    connection: database.writer,
    host,
    clock,
    log,
    settings: options.lane,
  })
  const journal = new RunningJournal({ options, database, state, projector, host, lane, keeper, reason })
  await journal.start()
  return journal
}

interface RunningParts {
  readonly options: JournalOptions
  readonly database: Database
  readonly state: JournalState
  readonly projector: Projector
  readonly host: JournalHost
  readonly lane: WriteLane<JournalTx>
  readonly keeper: HeadKeeper
  readonly reason: OpenedJournal['opened']
}

class RunningJournal implements OpenedJournal {
  readonly receive: ReceivedStreams
  private readonly parts: RunningParts
  private projecting: Promise<void> | undefined
  /** Monotonic ms of the last commit that stored entries. */
  private lastStored = 0
  /** Monotonic ms since when entries wait for the followers. */
  private behindSince: number | undefined
  private closing: Promise<void> | undefined
  /** The job that follows for readers, shared by all who wait. */
  private following: Promise<void> | undefined
  readonly read: Rows

  constructor(parts: RunningParts) {
    this.parts = parts
    this.read = this.readsCurrent(parts)
    this.receive = receivedStreams(parts.database.reader)
  }

  /** Followers that are new or changed are rebuilt; a backlog is taken up. */
  async start(): Promise<void> {
    const { database, options, host, lane, state } = this.parts
    host.onBehind = () => this.takeUpBacklog()
    host.listen(() => {
      this.lastStored = options.clock.monotonicMs()
    })
    const current = await followersAreCurrent(database.reader, options.followers)
    if (current && !(await deferredIsReadable(database.reader))) await lane.run('open', () => Promise.resolve())
    else await this.rebuild()
    if (options.projectReceived === 'inline' && state.projected < state.pos) await this.caughtUp()
  }

  get followed(): Rows {
    return this.parts.database.reader
  }

  get opened(): OpenedJournal['opened'] {
    return this.parts.reason
  }

  get waiting(): number {
    return this.parts.lane.waiting
  }

  head(): Head {
    const { state } = this.parts
    const { site, inc } = state.own.genesis
    return { site, inc, seq: state.head.seq, hash: state.head.hash }
  }

  genesis(): { prevInc: string; prevSeq: number; prevHash: string } {
    const { prevInc, prevSeq, prevHash } = this.parts.state.own.genesis
    return { prevInc, prevSeq, prevHash }
  }

  write<T>(name: string, job: (tx: Tx) => Promise<T>): Promise<T> {
    return this.parts.lane.run(name, job)
  }

  batch<I, O>(handler: BatchHandler<I, O>, input: I): Promise<O> {
    return this.parts.lane.batch<I, O>(handler, input)
  }

  lines(stream: { site: string; inc: string }, from: number, limit: number, bytes: number) {
    return linesOf(this.parts.database.reader, stream, from, limit, bytes)
  }

  entryById(id: EventId): Promise<StoredEntry | undefined> {
    return entryById(this.parts.database.reader, id)
  }

  onCommitted(listener: (entries: readonly StoredEntry[]) => void): () => void {
    return this.parts.host.listen(listener)
  }

  markHead(): Promise<void> {
    return this.parts.keeper.mark(this.parts.state.head)
  }

  verify(): Promise<VerifyReport> {
    return verifyJournal(this.parts.database)
  }

  rebuild(): Promise<RebuildReport> {
    const { lane, state, projector, options } = this.parts
    return lane.run('rebuild', (tx) => rebuildFollowers(tx, state, projector, options.followers))
  }

  exportLines(selection?: ExportSelection): AsyncIterable<Buffer> {
    return exportLines(this.parts.database.reader, selection)
  }

  quarantined(limit: number): Promise<QuarantineRow[]> {
    const { source, set } = this.parts.database
    const { quarantine } = journalSchemas(set.dialect)
    return source.getRepository<QuarantineRow>(quarantine.options.name).find({ order: { pos: 'DESC' }, take: limit })
  }

  async caughtUp(): Promise<void> {
    const { lane, state, projector } = this.parts
    let upTo = -1
    const step = async (tx: JournalTx) => {
      upTo = upTo === -1 ? state.head.pos : upTo
      if (state.projected < upTo) await projector.step(tx, state, state.head.pos)
    }
    while (upTo === -1 || state.projected < upTo) await lane.run('project', step, 'later')
  }

  close(): Promise<void> {
    this.closing ??= this.closeOnce()
    return this.closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  private async closeOnce(): Promise<void> {
    const { lane, database, options, projector, state } = this.parts
    // Whoever opens these files next finds projections that have seen everything; the next start would see to it too.
    if (options.projectReceived === 'inline' && state.projected < state.pos)
      await this.caughtUp().catch(() => undefined)
    await lane.close()
    await projector.settled()
    try {
      await this.markHead()
    } catch (error) {
      options.log?.warn({ reason: String(error) }, 'the head marker could not be written')
    }
    await database.close()
  }

  /** A sender in the middle of its batches comes first, for a while; after that its backlog is taken up beside it. */
  private takeUpBacklog(): void {
    const { state, options } = this.parts
    this.behindSince ??= options.clock.monotonicMs()
    if (this.projecting !== undefined || this.closing !== undefined) return
    this.projecting = this.untilQuiet()
      .then(() => this.stepBehind())
      .then((done) => {
        this.projecting = undefined
        const behind = state.projected < state.pos
        if (!behind) this.behindSince = undefined
        // After a failure the next commit takes it up again: trying at once would only meet the same full disk.
        if (done && behind) this.takeUpBacklog()
      })
  }

  private async untilQuiet(): Promise<void> {
    const { clock } = this.parts.options
    const since = this.behindSince ?? clock.monotonicMs()
    const sending = () => clock.monotonicMs() - this.lastStored < PROJECT_PAUSE_MS
    const patient = () => clock.monotonicMs() - since < PATIENCE_MS
    while (sending() && patient() && this.closing === undefined) await delay(PROJECT_PAUSE_MS / 4)
  }

  /** Followers at a hub take their time with what centres send; a centre shows what it has acknowledged. */
  private readsCurrent({ options, database, lane, state }: RunningParts): Rows {
    if (options.projectReceived === 'trailing') return database.reader
    const follow = () => this.followOn()
    return new CurrentReader(database.reader, {
      get committed() {
        return state.head.pos
      },
      get followed() {
        return state.head.projected
      },
      get mayWait() {
        return !lane.inside && !lane.isClosed
      },
      follow,
    })
  }

  /** One bounded step of the followers, in a transaction of its own. */
  private followOn(): Promise<void> {
    const { lane } = this.parts
    this.following ??= lane
      .run('project', (tx) => this.followCommitted(tx), 'later')
      .finally(() => {
        this.following = undefined
      })
    return this.following
  }

  /** What is committed is in memory still; what this group has written before is not. */
  private async followCommitted(tx: JournalTx): Promise<void> {
    const { state, projector } = this.parts
    if (state.projected < state.head.pos) await projector.step(tx, state, state.head.pos)
  }

  private async stepBehind(): Promise<boolean> {
    if (this.closing !== undefined) return false
    const { options } = this.parts
    try {
      await this.followOn()
      return true
    } catch (error) {
      options.log?.warn({ reason: String(error) }, 'following was put off')
      return false
    }
  }
}

/** Longer than a sender needs between two batches, on a busy machine too; nobody at a screen notices it. */
const PROJECT_PAUSE_MS = 100
/** Senders without a pause are followed after this time at the latest, until everything was seen. */
const PATIENCE_MS = 5_000
