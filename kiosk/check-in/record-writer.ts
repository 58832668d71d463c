/**
 * Gives each fact of this kiosk its id and puts it on the disk. The id holds the seq of the spool, so facts are decided,
 * numbered and appended in one order; facts that arrive while one write is under way share the next one (and its fsync).
 */
import { type DeviceId, deviceEventId, type EventId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../central-sync/protocol/refusal.ts'
import type { KioskRecord } from '../../central-sync/protocol/wire/device.ts'
import type { Spool } from '../../central-sync/spool/spool.ts'

/** A decided fact; `undo` takes its effect back when the disk refused it. */
export interface Decided {
  readonly record: KioskRecord
  undo(): void
}

/** Decides with the id the fact will have. Called in the order of the writes, so it sees every fact before it. */
export type Decide = (id: EventId) => Decided | Refusal

interface Waiting {
  readonly decide: Decide
  readonly done: (result: EventId | Refusal) => void
  readonly failed: (error: unknown) => void
}

export class RecordWriter {
  readonly #spool: Spool
  readonly #device: DeviceId
  readonly #boot: number
  #waiting: Waiting[] = []
  #running: Promise<void> | undefined

  constructor(spool: Spool, device: DeviceId, boot: number) {
    this.#spool = spool
    this.#device = device
    this.#boot = boot
  }

  /** True while a fact is on its way to the disk. */
  get busy(): boolean {
    return this.#running !== undefined
  }

  /** Resolves after fsync with the fact's id, or with the refusal; rejects when the disk refused: nothing was recorded. */
  append(decide: Decide): Promise<EventId | Refusal> {
    return new Promise((done, failed) => {
      this.#waiting.push({ decide, done, failed })
      this.#running ??= this.#run()
    })
  }

  /** Resolves when every fact so far is on the disk or refused. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    // Touches of one moment are gathered before the first write.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#waiting
      this.#waiting = []
      await this.#write(batch)
    }
    this.#running = undefined
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const facts: { id: EventId; fact: Decided; waiting: Waiting }[] = []
    const first = this.#spool.head + 1
    try {
      for (const waiting of batch) {
        const id = deviceEventId(this.#device, this.#boot, first + facts.length)
        const fact = waiting.decide(id)
        if (isRefusal(fact)) waiting.done(fact)
        else facts.push({ id, fact, waiting })
      }
      if (facts.length > 0) await this.#append(first, facts)
      for (const { id, waiting } of facts) waiting.done(id)
    } catch (error) {
      for (const { fact } of [...facts].reverse()) fact.undo()
      for (const { failed } of batch) failed(error)
    }
  }

  async #append(first: number, facts: readonly { fact: Decided }[]): Promise<void> {
    const seqs = await this.#spool.append(facts.map(({ fact }) => Buffer.from(JSON.stringify(fact.record), 'utf8')))
    if (seqs[0] !== first || seqs.length !== facts.length) throw new Error('the spool numbered records differently')
  }
}
