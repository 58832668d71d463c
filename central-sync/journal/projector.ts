/**
 * Runs the followers over the entries in order of arrival, always from one shared cursor, so that a rebuild sees
 * exactly what the live run saw. An entry a follower cannot apply is quarantined for it and blocks nothing.
 */
import { decodeEntry } from '../protocol/entry.ts'
import { catalogue } from '../protocol/event/catalogue.ts'
import type { SetSql } from './dialect/port.ts'
import { SqlError } from './dialect/port.ts'
import { EntriesToFollow } from './entries-to-follow.ts'
import { guardRefusal } from './guard.ts'
import type { JournalState } from './journal-state.ts'
import type { Follower, Rows, StoredEntry } from './port.ts'
import type { SqlTx } from './sql-tx.ts'
import { quarantineTable } from './tables.ts'

/** Entries of one step. Many at once, so that a day of many taps is read and written once. */
const CHUNK = 4_000
/** Name in the quarantine of what no follower may see. */
const DOOR = '*'
/** Begins the reason of an entry that waits for a newer program. */
const DEFERRED = 'deferred:'

export class Projector {
  private readonly followers: readonly Follower[]
  private readonly set: SetSql
  private readonly source: EntriesToFollow

  constructor(followers: readonly Follower[], set: SetSql, reader: Rows) {
    this.source = new EntriesToFollow(reader)
    this.followers = followers
    this.set = set
  }

  /** Entries just committed that no follower has seen: the next step need not read them again. */
  remember(entries: readonly StoredEntry[], state: JournalState): void {
    this.source.remember(entries, state.projected)
  }

  /** Resolves when it reads nothing any more. */
  settled(): Promise<void> {
    return this.source.settled()
  }

  /**
   * Brings the cursor up to the state's position. `fresh` are the newest entries, already in memory. `again`: a follower's
   * failure on them is thrown, and this is called once more for the same entries without `again`.
   */
  async catchUp(tx: SqlTx, state: JournalState, fresh: readonly StoredEntry[], again = false): Promise<void> {
    const first = fresh[0]?.pos ?? state.pos + 1
    const whole = fresh.length === state.pos - first + 1
    const backlog = whole ? first - 1 : state.pos
    while (state.projected < backlog) await this.step(tx, state, backlog)
    if (whole) await this.apply(tx, state, fresh, { newest: true, again })
    state.projected = state.pos
  }

  /** One bounded step from the database. */
  async step(tx: SqlTx, state: JournalState, upTo: number = state.pos): Promise<void> {
    const range = { after: state.projected, upTo: Math.min(upTo, state.projected + CHUNK) }
    if (this.followers.length > 0) await this.apply(tx, state, await this.source.take(tx, state, range))
    state.projected = range.upTo
  }

  /** `newest`: the unit that wrote these entries can still be refused by a guard. */
  private async apply(
    tx: SqlTx,
    state: JournalState,
    entries: readonly StoredEntry[],
    { newest, again } = { newest: false, again: false },
  ): Promise<void> {
    const wanted = this.followers.length === 0 ? [] : await this.admitted(tx, state, entries)
    const present = new Set(wanted.map(({ t }) => t))
    const work = this.followers
      .map((follower) => ({ follower, entries: ofTypes(wanted, present, follower.types) }))
      .filter((part) => part.entries.length > 0)
    if (work.length === 0) return
    const follow = async () => {
      for (const part of work) await part.follower.apply(tx, part.entries)
    }
    try {
      if (again) await follow()
      else await tx.nested('follow', follow)
    } catch (error) {
      if (newest && entries.every(({ site }) => site === state.own.genesis.site)) rethrowGuard(error)
      if (again) throw error
      rethrowFatal(error)
      for (const part of work) await this.applySingly(tx, part.follower, part.entries)
    }
  }

  /** The slow way after a failure: the whole set once more, then entry by entry. */
  private async applySingly(tx: SqlTx, follower: Follower, entries: readonly StoredEntry[]): Promise<void> {
    try {
      await tx.nested('follow', () => follower.apply(tx, entries))
    } catch (error) {
      rethrowFatal(error)
      for (const entry of entries) {
        try {
          await tx.nested('follow', () => follower.apply(tx, [entry]))
        } catch (failure) {
          rethrowFatal(failure)
          await quarantine(tx, [{ follower: follower.name, pos: entry.pos, error: shortReason(failure) }])
        }
      }
    }
  }

  /** Known types in a version this program reads, with valid data, and each event id once. */
  private async admitted(tx: SqlTx, state: JournalState, entries: readonly StoredEntry[]): Promise<StoredEntry[]> {
    const refused = new Map<number, string>()
    for (const entry of entries) {
      const reason = unreadable(entry, entry.site === state.own.genesis.site)
      if (reason !== undefined) refused.set(entry.pos, reason)
    }
    for (const pos of await this.repeated(tx, entries)) refused.set(pos, 'duplicate: this event id stands before')
    await quarantine(
      tx,
      [...refused].map(([pos, error]) => ({ follower: DOOR, pos, error })),
    )
    return entries.filter(({ pos }) => !refused.has(pos))
  }

  /**
   * What can come twice: facts with a device's id (the device sends again what a restored centre has lost), and extracts
   * (a restored hub begins its down streams anew). `entries` follow each other without a gap, so the database is asked
   * only for what stands before the first of them.
   */
  private async repeated(tx: SqlTx, entries: readonly StoredEntry[]): Promise<number[]> {
    const suspects = entries.filter(({ id, o }) => o !== undefined || id.includes('.'))
    const from = entries[0]?.pos
    if (suspects.length === 0 || from === undefined) return []
    const ids = suspects.map(({ id }) => id)
    const { sql, params } = this.set.idsBefore(ids, from)
    const before = new Set((await tx.all<{ id: string }>(sql, params)).map(({ id }) => id))
    const here = new Map<string, number>()
    for (const { id, pos } of entries) if (!here.has(id)) here.set(id, pos)
    return suspects.filter(({ id, pos }) => before.has(id) || here.get(id) !== pos).map(({ pos }) => pos)
  }
}

/** `present` = the types among `entries`. Most of a long list is one type, which a follower wants or does not. */
function ofTypes(
  entries: readonly StoredEntry[],
  present: ReadonlySet<string>,
  types: readonly string[],
): readonly StoredEntry[] {
  const wanted = new Set(types.filter((type) => present.has(type)))
  if (wanted.size === 0) return []
  return wanted.size === present.size ? entries : entries.filter(({ t }) => wanted.has(t))
}

function unreadable(entry: StoredEntry, own: boolean): string | undefined {
  const definition = catalogue.get(entry.t)
  if (definition === undefined) return `${DEFERRED} ${entry.t} is unknown to this program`
  if (entry.v > definition.version) return `${DEFERRED} version ${entry.v} of ${entry.t} is newer than this program`
  if (own || entry.v < definition.version || definition.fits?.(entry.d) === true) return undefined
  const parsed = definition.data.safeParse(entry.d)
  return parsed.success ? undefined : `malformed: ${parsed.error.issues[0]?.path.join('.') ?? ''}`
}

/** True when an entry that had to wait for a newer program can be read by this one: then everything is followed anew. */
export async function deferredIsReadable(rows: Rows): Promise<boolean> {
  const waiting = await rows.all<{ line: Buffer }>(
    'SELECT e.line FROM quarantine q JOIN entry e ON e.pos = q.pos WHERE q.follower = ? AND q.error LIKE ?',
    [DOOR, `${DEFERRED}%`],
  )
  return waiting.some(({ line }) => {
    const entry = decodeEntry(line)
    return entry !== undefined && entry.v <= (catalogue.get(entry.t)?.version ?? 0)
  })
}

async function quarantine(tx: SqlTx, rows: readonly { follower: string; pos: number; error: string }[]): Promise<void> {
  await tx.insert(quarantineTable, rows, 'replace')
}

function rethrowFatal(error: unknown): void {
  if (error instanceof SqlError && error.fatal) throw error
}

/** A guard does not admit what the unit is about to write. */
function rethrowGuard(error: unknown): void {
  const refused = guardRefusal(error)
  if (refused !== undefined) throw refused
}

function shortReason(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 300)
}
