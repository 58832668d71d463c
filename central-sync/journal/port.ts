/**
 * What the rooms see of the journal. The write lane owns the only writing connection; a transaction hands out a `Tx`;
 * reads go through a second, read-only connection and see committed facts only.
 */
import type { Entry, Origin } from '../protocol/entry.ts'
import type { EventDefinition } from '../protocol/event/definition.ts'
import type { EventId } from '../protocol/identifier.ts'
import type { SealedPart } from '../protocol/sealed.ts'
import type { Instant } from '../protocol/time.ts'

export type Param = string | number | bigint | null | Uint8Array
export type Row = Record<string, unknown>

/** SQL with `?` placeholders; the PostgreSQL dialect renumbers them. Integers come back as numbers, BLOB as Buffer. */
export interface Rows {
  all<T extends object = Row>(sql: string, params?: readonly Param[]): Promise<T[]>
  one<T extends object = Row>(sql: string, params?: readonly Param[]): Promise<T | undefined>
}

export type ColumnType = 'text' | 'integer' | 'blob'

/** The shape of a table that is written set-based. Columns in the order of the DDL. */
export interface TableShape<C extends string = string> {
  readonly name: string
  readonly columns: Readonly<Record<C, ColumnType>>
  readonly key: readonly NoInfer<C>[]
}

export type OnConflict = 'fail' | 'ignore' | 'replace'

/** Writing that projections may do: never an append. */
export interface ProjectionTx extends Rows {
  run(sql: string, params?: readonly Param[]): Promise<void>
  /** One statement for any number of rows (`json_each` / `unnest`). `replace` updates every non-key column. */
  insert<C extends string>(
    table: TableShape<C>,
    rows: readonly Readonly<Record<C, Param>>[],
    onConflict?: OnConflict,
  ): Promise<void>
  /** Deletes the rows whose `columns` match one of `keys`, in one statement. */
  deleteWhere<C extends string>(
    table: TableShape<C>,
    columns: readonly NoInfer<C>[],
    keys: readonly (readonly Param[])[],
  ): Promise<void>
  readonly dialect: 'sqlite' | 'postgres'
}

/** What a room asks to be appended; the lane adds seq and time and seals `personal`. */
export interface Draft<D = unknown, P = unknown> {
  readonly event: EventDefinition<D, P>
  readonly data: D
  /** Sealed under the subject's data key (minted and fsynced in secrets.db before this entry). */
  readonly personal?: P
  /** Worker, staff or device the entry is about. Required with `personal`. */
  readonly subject?: string
  readonly by: string
  /** Defaults to a new ULID; device facts bring their own. */
  readonly id?: EventId
}

/** An entry as it stands in a store, with its place in its stream. */
export interface StoredEntry extends Entry {
  /** Arrival position in this database: 1, 2, 3 … not necessarily contiguous. */
  readonly pos: number
  readonly site: string
  readonly inc: string
  /** SHA-256 of the chain at this entry. */
  readonly hash: Buffer
}

/** Only exists inside a transaction of the write lane. */
export interface Tx extends ProjectionTx {
  /** Appends to the own stream, set-based when the job ends or at `project()`. Returns the event ids, in order. */
  append(drafts: readonly Draft[]): EventId[]
  append<D, P>(draft: Draft<D, P>): EventId
  /** Flushes the appends and runs the followers now, so that the rest of the job reads its own writes. */
  project(): Promise<void>
  /** Flushes the appends without following them. */
  store(): Promise<void>
  /** Arrival position of the last entry that is stored, as this transaction sees it. */
  readonly position: number
  /**
   * A row that is written right before COMMIT, on the way and without a trip of its own. The unit cannot read it, and a
   * row that does not fit its table loses the whole group: for rows that always fit.
   */
  insertLast<C extends string>(table: TableShape<C>, row: Readonly<Record<C, string | number | null>>): void
  /**
   * Where the journal stands in this transaction. Two equal values: nothing was stored or undone in between, so what was
   * derived from the journal at the first still holds at the second.
   */
  readonly standing: string
  /** Runs after COMMIT, never otherwise. Must not throw. */
  onCommit(effect: () => void): void
  /** Time of this transaction. */
  readonly now: Instant
}

/**
 * A projection: a rebuildable view over the entries of all streams in this database. It must give the same rows for
 * the same set of entries whatever the batch boundaries. An entry it cannot apply is quarantined and blocks nothing.
 */
export interface Follower {
  readonly name: string
  /** Raised when the code would give other rows: the projection is rebuilt at the next start. */
  readonly version: number
  /** Emptied before a rebuild. */
  readonly tables: readonly string[]
  readonly types: readonly string[]
  apply(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void>
}

/** One numbered migration with two bodies (statements run in order). Numbers rise by tens per room, listed by hand. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly sqlite: readonly string[]
  readonly postgres: readonly string[]
}

export interface Head {
  readonly site: string
  readonly inc: string
  readonly seq: number
  readonly hash: Buffer
}

/**
 * When the followers see what a unit appends: in the same transaction, or soon after its answers have left. Units that
 * follow at once see every projection up to date; the others say `tx.project()` before they read one.
 */
export type Following = 'at once' | 'later'

/** Jobs that are handled together, in one savepoint: many taps, one set of statements. */
export interface BatchHandler<I, O> {
  readonly name: string
  /** `at once` unless said otherwise. */
  readonly following?: Following
  /** Returns one output per input, in order. When it throws, the inputs are tried one by one. */
  handle(tx: Tx, inputs: readonly I[]): Promise<readonly O[]>
}

/** A received line with the hash it has in its own chain. */
export interface ReceivedLine {
  readonly line: Buffer
  readonly entry: Entry
  readonly hash: Buffer
}

export interface Journal extends AsyncDisposable {
  /** The own stream's head, committed. */
  head(): Head
  /** Genesis fields of the own incarnation, for uploads. */
  genesis(): { prevInc: string; prevSeq: number; prevHash: string }
  /**
   * Runs one job in the lane and resolves after COMMIT with fsync. A `Refused` thrown inside rolls the job back and
   * is rethrown; `commit_not_confirmed`, `busy` and `disk_full` are `Refused` too.
   */
  write<T>(name: string, job: (tx: Tx) => Promise<T>): Promise<T>
  /** Queues one input of a batched job. */
  batch<I, O>(handler: BatchHandler<I, O>, input: I): Promise<O>
  /** Committed facts. At a centre the projections show everything that was acknowledged before the call. */
  readonly read: Rows
  /** The same without waiting: projections as far as they are, for boards that are told again soon. */
  readonly followed: Rows
  /** Lines of a stream from seq `from` on, for uploads and exports. `limit` records, `bytes` at most. */
  lines(
    stream: { site: string; inc: string },
    from: number,
    limit: number,
    bytes: number,
  ): Promise<{ seq: number; line: Buffer; hash: Buffer }[]>
  entryById(id: EventId): Promise<StoredEntry | undefined>
  /** Called after every commit with the new entries (for boards and hints). Returns the unsubscriber. */
  onCommitted(listener: (entries: readonly StoredEntry[]) => void): () => void
  close(): Promise<void>
}

/** Opens personal parts: undefined once the key is shredded or was never here. */
export interface Unsealer {
  open(entry: Pick<Entry, 'id' | 't' | 'v' | 'sub' | 'x'>): unknown
}

export type { Entry, EventId, Instant, Origin, SealedPart }
