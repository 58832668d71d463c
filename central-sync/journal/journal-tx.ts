/** A transaction of the journal: statements, appends to the own stream, and the followers over what was appended. */
import { nextHash } from '../protocol/chain.ts'
import { encodeEntry, LINE_BYTES_MAX } from '../protocol/entry.ts'
import { type EventId, newEventId } from '../protocol/identifier.ts'
import { Refused, refuse } from '../protocol/refusal.ts'
import { type DataKey, seal } from '../protocol/sealed.ts'
import type { Instant } from '../protocol/time.ts'
import type { SetSql, WriterConnection } from './dialect/port.ts'
import { insertText } from './insert-text.ts'
import type { JournalState, Mark } from './journal-state.ts'
import type { Draft, Following, StoredEntry, TableShape, Tx } from './port.ts'
import type { Projector } from './projector.ts'
import type { SecretStore } from './secret-store.ts'
import { SqlTx } from './sql-tx.ts'
import { storedAs } from './stored-entry.ts'

export interface JournalTxParts {
  readonly connection: WriterConnection
  readonly set: SetSql
  readonly state: JournalState
  readonly projector: Projector
  readonly secrets: Pick<SecretStore, 'dataKeys'>
  readonly role: 'centre' | 'hub'
  readonly projectReceived: 'inline' | 'trailing'
  readonly now: Instant
  /** The inputs of this unit are tried once more when it fails: its followers need no savepoint. */
  readonly again: boolean
  readonly following: Following
}

interface Pending {
  readonly draft: Draft
  readonly id: EventId
}

export class JournalTx extends SqlTx implements Tx {
  readonly now: Instant
  /** State before this unit: what a rollback brings back. */
  readonly before: Mark
  /** Everything this unit stored, own and received. */
  readonly stored: StoredEntry[] = []
  readonly effects: (() => void)[] = []
  /** Texts that run right before COMMIT. */
  readonly last: string[] = []
  private readonly parts: JournalTxParts
  private pending: Pending[] = []
  private fresh: StoredEntry[] = []
  private mustProject = false
  /** Appending or following failed: the unit cannot succeed any more, even if its job goes on as if nothing was. */
  private spoilt: { readonly error: unknown } | undefined

  constructor(parts: JournalTxParts) {
    super(parts.connection, parts.set)
    this.parts = parts
    this.now = parts.now
    this.before = parts.state.mark()
  }

  append(drafts: readonly Draft[]): EventId[]
  append<D, P>(draft: Draft<D, P>): EventId
  append(input: Draft | readonly Draft[]): EventId | EventId[] {
    if (!this.alive) throw new Error('the transaction is over')
    if (Array.isArray(input)) return input.map((draft: Draft) => this.queue(draft))
    return this.queue(input as Draft)
  }

  async project(): Promise<void> {
    this.mustProject = true
    await this.settle()
  }

  async store(): Promise<void> {
    await this.settle()
  }

  get position(): number {
    return this.parts.state.pos
  }

  insertLast<C extends string>(table: TableShape<C>, row: Readonly<Record<C, string | number | null>>): void {
    this.last.push(insertText(table, row))
  }

  get standing(): string {
    const { pos, hash } = this.parts.state
    return `${pos} ${hash.toString('latin1')}`
  }

  /** Called by the lane before the job: at a centre it reads projections that have seen everything. */
  async prepare(): Promise<void> {
    const { following, projectReceived, projector, state, again } = this.parts
    if (following === 'later' || projectReceived === 'trailing' || state.projected >= state.pos) return
    await projector.catchUp(this, state, [], again)
  }

  onCommit(effect: () => void): void {
    this.effects.push(effect)
  }

  /** Called by the lane at the end of the unit. */
  async finish(): Promise<void> {
    const isNew = this.pending.length > 0 || this.fresh.length > 0
    if (isNew && this.parts.following === 'at once') this.mustProject = true
    await this.settle()
  }

  private async settle(): Promise<void> {
    try {
      if (this.spoilt !== undefined) throw this.spoilt.error
      await this.flush()
      if (this.mustProject) await this.catchUp()
      this.mustProject = false
    } catch (error) {
      this.spoil(error)
      throw error
    }
  }

  /** From here on this unit can only fail. */
  spoil(error: unknown): void {
    this.spoilt ??= { error }
  }

  /** Entries of other streams stored in this unit; projected with it, or later by the trailing projector. */
  received(entries: readonly StoredEntry[]): void {
    this.stored.push(...entries)
    if (this.parts.projectReceived === 'inline') this.fresh.push(...entries)
  }

  get journal(): JournalState {
    return this.parts.state
  }

  get setSql(): SetSql {
    return this.parts.set
  }

  private queue(draft: Draft): EventId {
    const { event, subject } = draft
    if (event.author !== 'either' && event.author !== this.parts.role) {
      throw new Error(`${event.type} is written by the ${event.author}, not by the ${this.parts.role}`)
    }
    if (draft.personal !== undefined && subject === undefined)
      throw new Error(`${event.type} needs a subject to seal for`)
    const data = event.fits?.(draft.data) === true ? draft.data : event.data.parse(draft.data)
    const personal = draft.personal === undefined ? undefined : event.personal?.parse(draft.personal)
    if (draft.personal !== undefined && personal === undefined) throw new Error(`${event.type} has no personal part`)
    const id = draft.id ?? newEventId(this.now)
    this.pending.push({ draft: { ...draft, data, personal }, id })
    return id
  }

  private async catchUp(): Promise<void> {
    const fresh = this.fresh
    this.fresh = []
    await this.parts.projector.catchUp(this, this.parts.state, fresh, this.parts.again)
  }

  /** Seals, chains and stores everything appended so far, in one statement. */
  private async flush(): Promise<void> {
    if (this.pending.length === 0) return
    const pending = this.pending
    this.pending = []
    const keys = await this.keysFor(pending)
    const { state, set } = this.parts
    const block = { stream: state.own.stream, firstPos: state.pos + 1, firstSeq: state.seq + 1 }
    const rows = pending.map((one) => this.row(one, keys))
    const { sql, params } = set.appendEntries({ ...block, rows })
    await this.all(sql, params)
    for (const { entry } of rows) {
      this.stored.push(entry)
      this.fresh.push(entry)
    }
  }

  private keysFor(pending: readonly Pending[]): Promise<ReadonlyMap<string, DataKey>> {
    const subjects = new Set<string>()
    for (const { draft } of pending) {
      if (draft.personal !== undefined && draft.subject !== undefined) subjects.add(draft.subject)
    }
    return subjects.size === 0 ? Promise.resolve(new Map()) : this.parts.secrets.dataKeys([...subjects])
  }

  private row({ draft, id }: Pending, keys: ReadonlyMap<string, DataKey>) {
    const { state } = this.parts
    const { event, subject, by, data } = draft
    const key = draft.personal === undefined ? undefined : keys.get(subject ?? '')
    if (draft.personal !== undefined && key === undefined) throw new Error(`${event.type}: no data key for its subject`)
    const context = { id, type: event.type, version: event.version, subject: subject ?? '' }
    const x = key === undefined ? undefined : seal(draft.personal, key, context)
    const d = data as Record<string, unknown>
    const written = { s: state.seq + 1, id, t: event.type, v: event.version, at: this.now, by, sub: subject, d, x }
    const line = encodeEntry(written)
    if (line.length > LINE_BYTES_MAX) throw new Refused(refuse('too_large', event.type))
    state.hash = nextHash(state.hash, line)
    state.seq += 1
    state.pos += 1
    const entry = storedAs(written, { pos: state.pos, hash: state.hash }, state.own)
    return { id, type: event.type, subject: subject ?? null, at: this.now, line, hash: state.hash, entry }
  }
}
