/** What the journal does around the units and groups of its write lane. */
import type { Clock } from '../protocol/time.ts'
import type { Database, WriterConnection } from './dialect/port.ts'
import type { HeadKeeper } from './head-keeper.ts'
import type { JournalState } from './journal-state.ts'
import { JournalTx } from './journal-tx.ts'
import type { Log } from './log.ts'
import type { Following, StoredEntry } from './port.ts'
import type { Projector } from './projector.ts'
import type { SecretStore } from './secret-store.ts'
import type { LaneHost } from './write-lane.ts'

export interface JournalHostParts {
  readonly database: Database
  readonly state: JournalState
  readonly projector: Projector
  readonly keeper: HeadKeeper
  readonly secrets: SecretStore
  readonly role: 'centre' | 'hub'
  readonly projectReceived: 'inline' | 'trailing'
  readonly clock: Clock
  readonly log: Log
}

type Listener = (entries: readonly StoredEntry[]) => void

export class JournalHost implements LaneHost<JournalTx> {
  /** Called after a commit that left entries no follower has seen. */
  onBehind: () => void = () => undefined
  private readonly parts: JournalHostParts
  private readonly listeners = new Set<Listener>()

  constructor(parts: JournalHostParts) {
    this.parts = parts
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  opened(connection: WriterConnection): Promise<void> {
    return this.parts.state.read(connection, this.parts.database.set)
  }

  unit(again: boolean, following: Following): JournalTx {
    const { database, state, projector, secrets, role, projectReceived, clock } = this.parts
    const { writer: connection, set } = database
    const now = clock.now()
    const parts = { connection, set, state, projector, secrets, role, projectReceived, now, again, following }
    return new JournalTx(parts)
  }

  prepare(tx: JournalTx): Promise<void> {
    return tx.prepare()
  }

  finish(tx: JournalTx): Promise<void> {
    return tx.finish()
  }

  undone(tx: JournalTx): void {
    this.parts.state.restore(tx.before)
    this.parts.state.forgetStreams()
  }

  parting(units: readonly JournalTx[]): readonly string[] {
    return [...units.flatMap(({ last }) => last), ...this.parts.state.parting(this.parts.database.set)]
  }

  committed(units: readonly JournalTx[]): void {
    const { state, keeper, projector } = this.parts
    state.confirm()
    keeper.committed(state.head)
    const stored = units.flatMap((unit) => unit.stored)
    for (const effect of units.flatMap((unit) => unit.effects)) this.guarded(effect)
    if (stored.length > 0) for (const listener of this.listeners) this.guarded(() => listener(stored))
    if (state.projected >= state.pos) return
    projector.remember(stored, state)
    this.onBehind()
  }

  lost(): void {
    this.parts.state.forget()
  }

  /** What runs after a commit cannot undo it, so its failure is only told. */
  private guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      this.parts.log.error({ reason: String(error) }, 'an effect after a commit failed')
    }
  }
}
