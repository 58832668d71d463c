/**
 * The write lane: one FIFO queue in front of the only writing connection of a database.
 *
 * Several queued units share one transaction, so that one commit with fsync serves them all (group commit), and a failing
 * one takes nothing of the others with it: it is undone to a savepoint, or all are done once more. Answers leave after
 * COMMIT.
 * When a commit is not confirmed every unit of the group is refused, and the connection is brought back to a truly
 * idle state before the next group: an acknowledged write is durable, before and after a full disk.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type RefusalCode, Refused, refuse } from '../protocol/refusal.ts'
import type { Clock } from '../protocol/time.ts'
import { SqlError, type WriterConnection } from './dialect/port.ts'
import type { Log } from './log.ts'
import type { Following } from './port.ts'
import type { SqlTx } from './sql-tx.ts'

/** What the owner of the database adds around units and groups. */
export interface LaneHost<X extends SqlTx> {
  /** Inside the transaction, before its first unit. */
  opened(tx: WriterConnection): Promise<void>
  /** `again`: when this unit fails its inputs are tried once more, so that its parts need no savepoints of their own. */
  unit(again: boolean, following: Following): X
  /** Inside the unit, before its job. */
  prepare(tx: X): Promise<void>
  /** Inside the unit, after its job. */
  finish(tx: X): Promise<void>
  /** The unit was rolled back. */
  undone(tx: X): void
  /** Texts without parameters that run right before COMMIT. */
  parting(units: readonly X[]): readonly string[]
  /** Committed, durable. Runs before the answers leave. */
  committed(units: readonly X[]): void
  /** Nothing of the group is known to be durable. */
  lost(): void
}

export interface LaneSettings {
  readonly queueMax: number
  readonly unitsMax: number
  readonly batchMax: number
  /** No further unit joins a group that has been open for so long. */
  readonly groupMs: number
}

export const laneDefaults: LaneSettings = { queueMax: 20_000, unitsMax: 64, batchMax: 256, groupMs: 25 }

export interface LaneBatch<X, I, O> {
  readonly name: string
  readonly following?: Following
  handle(tx: X, inputs: readonly I[]): Promise<readonly O[]>
}

interface Waiting<X> {
  readonly handler: LaneBatch<X, unknown, unknown>
  /** A job of its own never shares a unit. */
  readonly alone: boolean
  readonly input: unknown
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

type Settled = () => void

/** The units of one transaction so far, with what they were asked and what they will answer. */
interface Group<X> {
  units: X[]
  done: (readonly Waiting<X>[])[]
  answers: Settled[]
  /** What failed by itself and stays refused, whatever becomes of the others. */
  refusals: Settled[]
  /** Everything in it may be done once more. */
  repeatable: boolean
}

function emptyGroup<X>(): Group<X> {
  return { units: [], done: [], answers: [], refusals: [], repeatable: true }
}

export class WriteLane<X extends SqlTx> {
  private readonly connection: WriterConnection
  private readonly host: LaneHost<X>
  private readonly clock: Clock
  private readonly log: Log
  private readonly settings: LaneSettings
  private readonly current = new AsyncLocalStorage<X>()
  private queue: Waiting<X>[] = []
  private next = 0
  private pump: Promise<void> | undefined
  private closed = false
  /** How many inputs the group before this one took. */
  private joined = 0

  constructor(parts: {
    connection: WriterConnection
    host: LaneHost<X>
    clock: Clock
    log: Log
    settings?: Partial<LaneSettings> | undefined
  }) {
    this.connection = parts.connection
    this.host = parts.host
    this.clock = parts.clock
    this.log = parts.log
    this.settings = { ...laneDefaults, ...parts.settings }
  }

  /** One job in a unit of its own. Resolves after COMMIT. */
  run<T>(name: string, job: (tx: X) => Promise<T>, following: Following = 'at once'): Promise<T> {
    const handler: LaneBatch<X, unknown, unknown> = { name, following, handle: async (tx) => [await job(tx)] }
    return this.enqueue(handler, undefined, true) as Promise<T>
  }

  /** One input of a batched job; neighbours in the queue with the same handler share a unit. */
  batch<I, O>(handler: LaneBatch<X, I, O>, input: I): Promise<O> {
    return this.enqueue(handler as LaneBatch<X, unknown, unknown>, input, false) as Promise<O>
  }

  get waiting(): number {
    return this.queue.length - this.next
  }

  /** Whether the caller is a job of this lane, which must not wait for the lane. */
  get inside(): boolean {
    return this.current.getStore()?.alive === true
  }

  get isClosed(): boolean {
    return this.closed
  }

  /** Refuses what comes from now on and resolves when everything queued before is answered. */
  async close(): Promise<void> {
    this.closed = true
    await this.pump
  }

  private enqueue(handler: LaneBatch<X, unknown, unknown>, input: unknown, alone: boolean): Promise<unknown> {
    if (this.inside) {
      return Promise.reject(new Error(`${handler.name}: a write inside a write would wait for itself; use the tx`))
    }
    if (this.closed) return Promise.reject(refused('busy', 'closing'))
    if (this.waiting >= this.settings.queueMax) return Promise.reject(refused('busy', 'the write queue is full'))
    return new Promise((resolve, reject) => {
      this.queue.push({ handler, alone, input, resolve, reject })
      this.pump ??= Promise.resolve().then(() => this.current.exit(() => this.drain()))
    })
  }

  private async drain(): Promise<void> {
    let answers: readonly Settled[] = []
    while (this.waiting > 0) answers = await this.group(answers)
    for (const answer of answers) answer()
    this.queue = []
    this.next = 0
    this.pump = undefined
  }

  private take(): Waiting<X>[] {
    const first = this.queue[this.next]
    if (first === undefined) return []
    let end = this.next + 1
    if (!first.alone) {
      const limit = Math.min(this.queue.length, this.next + this.settings.batchMax)
      while (end < limit && !this.queue[end]?.alone && this.queue[end]?.handler === first.handler) end += 1
    }
    const taken = this.queue.slice(this.next, end)
    this.next = end
    if (this.next > 4_096) {
      this.queue = this.queue.slice(this.next)
      this.next = 0
    }
    return taken
  }

  /**
   * One transaction. `before` are the answers of the group before: they leave while the database begins this one, because
   * nobody needs to wait for the other. Returns the answers of this group.
   */
  private async group(before: readonly Settled[]): Promise<readonly Settled[]> {
    const started = this.clock.monotonicMs()
    const taken: Waiting<X>[] = []
    const group = emptyGroup<X>()
    try {
      const begun = this.connection.begin()
      for (const answer of before) answer()
      await begun
      await this.host.opened(this.connection)
      // Those who were answered together ask together: what has arrived already joins the first unit.
      if (this.joined > 1) await nextTurn()
      for (let count = 0; count < this.settings.unitsMax; count++) {
        const unit = this.take()
        if (unit.length === 0) break
        taken.push(...unit)
        await this.unit(unit, group, unit[0]?.alone !== true)
        if (this.clock.monotonicMs() - started > this.settings.groupMs) break
      }
      await this.connection.commit(this.host.parting(group.units))
    } catch (error) {
      // Without a transaction nobody in the queue can be served: they learn it now, not one time-out after the other.
      if (taken.length === 0) while (this.waiting > 0) taken.push(...this.take())
      await this.abandon(taken, error)
      return []
    }
    this.joined = taken.length
    this.host.committed(group.units)
    return [...group.answers, ...group.refusals]
  }

  /**
   * One unit. Throws only when the whole group is lost. `again`: after a failure every input is tried by itself. Units of
   * inputs that may be tried again share the transaction without savepoints, which cost every group for what hardly ever
   * happens: when one of them fails, all of them are done once more, with savepoints.
   */
  private async unit(waiting: readonly Waiting<X>[], group: Group<X>, again: boolean): Promise<void> {
    const first = waiting[0]
    if (first === undefined) return
    const behind = group.units.length > 0
    const loose = behind && again && group.repeatable
    if (behind && !loose) await this.connection.query('SAVEPOINT unit')
    const tx = this.host.unit(again, first.handler.following ?? 'at once')
    try {
      const outputs = await this.perform(tx, first.handler, waiting)
      if (behind && !loose) await this.connection.query('RELEASE SAVEPOINT unit')
      group.repeatable &&= again
      group.units.push(tx)
      group.done.push(waiting)
      waiting.forEach((one, index) => {
        group.answers.push(() => one.resolve(outputs[index]))
      })
    } catch (error) {
      tx.end()
      this.host.undone(tx)
      if (error instanceof SqlError && error.fatal) throw error
      if (loose) return this.repeat(waiting, group)
      await this.undo(behind)
      if (!again) group.refusals.push(() => first.reject(error))
      else for (const one of waiting) await this.unit([one], group, false)
    }
  }

  /** Undoes the whole group, in which everything may be tried again, and does it once more with this failed unit behind. */
  private async repeat(failed: readonly Waiting<X>[], group: Group<X>): Promise<void> {
    for (const tx of group.units.reverse()) this.host.undone(tx)
    await this.undo(false)
    const done = group.done
    Object.assign(group, { ...emptyGroup<X>(), refusals: group.refusals, repeatable: false })
    for (const waiting of [...done, failed]) await this.unit(waiting, group, true)
  }

  /** With nothing before it in the group a unit is undone by beginning the transaction anew. */
  private async undo(behind: boolean): Promise<void> {
    if (behind) {
      await this.connection.query('ROLLBACK TO SAVEPOINT unit')
      await this.connection.query('RELEASE SAVEPOINT unit')
      return
    }
    await this.connection.rollback()
    await this.connection.begin()
    await this.host.opened(this.connection)
  }

  private async perform(
    tx: X,
    handler: LaneBatch<X, unknown, unknown>,
    waiting: readonly Waiting<X>[],
  ): Promise<readonly unknown[]> {
    const inputs = waiting.map(({ input }) => input)
    await this.host.prepare(tx)
    const outputs = await this.current.run(tx, () => handler.handle(tx, inputs))
    if (outputs.length !== inputs.length) {
      throw new Error(`${handler.name} answered ${outputs.length} of ${inputs.length} inputs`)
    }
    tx.assertQuiet()
    await this.host.finish(tx)
    tx.end()
    return outputs
  }

  private async abandon(taken: readonly Waiting<X>[], error: unknown): Promise<void> {
    const full = error instanceof SqlError && error.fault === 'disk_full'
    const code: RefusalCode = full ? 'disk_full' : 'commit_not_confirmed'
    const fields = { code, units: taken.length, reason: error instanceof Error ? error.message : String(error) }
    this.log.error(fields, 'a group of writes was not confirmed')
    try {
      await this.connection.reset()
    } catch (failure) {
      this.log.error({ reason: String(failure) }, 'the write connection could not be reset')
    }
    this.host.lost()
    for (const { reject } of taken) reject(refused(code))
  }
}

function refused(code: RefusalCode, detail?: string): Refused {
  return new Refused(refuse(code, detail))
}
