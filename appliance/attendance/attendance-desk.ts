/**
 * Takes what devices saw into the journal. Many frames share one transaction: a fixed number of statements for any
 * number of taps. An answer leaves only after COMMIT, and the same record twice gets the same answer.
 */
import type { BatchHandler, Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import type { AssignmentId, DeviceId, EventId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { Refused } from '../../central-sync/protocol/refusal.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import type { DeviceRecord, TapAnswer } from '../../central-sync/protocol/wire/device.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'
import { deviceQuarantine } from '../migrations.ts'
import { type AnswerNeed, type AnswerSources, answerTaken, buildAnswers, repeatAnswer } from './answer.ts'
import type { CardDirectory } from './card-directory.ts'
import { DayMemory } from './day-memory.ts'
import { type DeviceCursors, fillGaps, noteGaps } from './device-cursors.ts'
import { type DeviceAck, type DeviceBatch, POISON_BYTES_MAX, recordId, type SequencedRecord } from './device-record.ts'
import type { OwnClock } from './own-clock.ts'
import { ownPlace } from './own-place.ts'
import { type BatchPlan, planBatch, type TargetTap } from './plan-batch.ts'
import { keepReceipts, recallReceipts } from './receipts.ts'

export interface AttendanceDeskOptions extends AnswerSources {
  readonly journal: Journal
  readonly site: SiteId
  readonly clock: Clock
  readonly ownClock: OwnClock
  readonly builtAt: Instant
  readonly cards: CardDirectory
  readonly cursors: DeviceCursors
  readonly policy: AttendancePolicy
}

interface NewRecord extends SequencedRecord {
  readonly device: DeviceId
}

export class AttendanceDesk {
  readonly #options: AttendanceDeskOptions
  readonly #handler: BatchHandler<DeviceBatch, DeviceAck>
  readonly #days: DayMemory
  /** What the centre is called, until it is called otherwise. */
  #ownPlace: string | undefined

  constructor(options: AttendanceDeskOptions) {
    this.#options = options
    this.#handler = { name: 'device.records', following: 'later', handle: (tx, inputs) => this.#handle(tx, inputs) }
    this.#days = new DayMemory(options.policy)
    options.journal.onCommitted((entries) => {
      if (entries.some(({ t }) => t === 'centre.named' || t === 'site.admitted')) this.#ownPlace = undefined
    })
  }

  /**
   * Resolves once everything in the batch is committed with fsync. Throws `Refused` (busy, disk_full,
   * commit_not_confirmed) when it is not: the device keeps its records and tries again.
   */
  async accept(batch: DeviceBatch): Promise<DeviceAck> {
    const { cards, cursors, greetings, journal } = this.#options
    await cursors.have(batch.device)
    if (!cards.isFresh) await cards.fresh()
    if (!greetings.isFresh) await greetings.fresh()
    try {
      return await journal.batch(this.#handler, batch)
    } catch (error) {
      if (error instanceof Refused) throw error
      return this.#acceptOneByOne(batch, error)
    }
  }

  /** Something in this batch cannot be applied. Each record stands alone; what fails again is kept aside, by its code. */
  async #acceptOneByOne({ device, records, poison }: DeviceBatch, cause: unknown): Promise<DeviceAck> {
    if (records.length === 0) throw cause
    const answers: TapAnswer[] = []
    const quarantined = [...poison]
    for (const one of records) {
      try {
        const ack = await this.#options.journal.batch(this.#handler, { device, records: [one], poison: [] })
        answers.push(...ack.answers)
      } catch (error) {
        if (error instanceof Refused) throw error
        const record = JSON.stringify(one.record).slice(0, POISON_BYTES_MAX)
        quarantined.push({ id: recordId(one.record), seq: one.seq, code: 'malformed', record })
      }
    }
    const last = await this.#options.journal.batch(this.#handler, { device, records: [], poison: quarantined })
    return { seq: this.#options.cursors.known(device), answers, quarantined: last.quarantined }
  }

  async #handle(tx: Tx, inputs: readonly DeviceBatch[]): Promise<readonly DeviceAck[]> {
    const { cursors } = this.#options
    const { fresh, repeated } = await this.#sort(tx, inputs)
    const plan = planBatch(fresh, await this.#gatherFacts(tx, fresh))
    const answers = await this.#append(tx, plan, fresh)
    const byId = new Map(answers.map((answer) => [answer.id, answer]))
    const poison = [
      ...plan.poison,
      ...inputs.flatMap((input) => input.poison.map((one) => ({ ...one, device: input.device }))),
    ]
    keepReceipts(tx, answers)
    if (poison.length > 0)
      await tx.insert(
        deviceQuarantine,
        poison.map((one) => ({ ...one, at: tx.now })),
        'ignore',
      )
    const reached = await this.#noteProgress(tx, inputs)
    tx.onCommit(() => {
      for (const [device, seq] of reached) cursors.advance(device, seq)
    })
    const aside = new Map(poison.map(({ id, code }) => [id, code]))
    return inputs.map((input) => ackOf(input, reached, byId, repeated, aside))
  }

  /** New taps are answered from memory; whatever speaks of an earlier tap, from the projection that has seen it. */
  async #append(tx: Tx, plan: BatchPlan, fresh: readonly NewRecord[]): Promise<TapAnswer[]> {
    if (plan.drafts.length === 0) return buildAnswers(tx, plan.needs, this.#options)
    const taken = fresh.every(({ record }) => record.t === 'tap') ? await this.#days.take(tx, plan.taps) : undefined
    tx.append(plan.drafts)
    if (taken === undefined) {
      await tx.project()
      return buildAnswers(tx, plan.needs, this.#options)
    }
    await tx.store()
    this.#days.holds(tx)
    return answerTaken(tx, plan.needs, taken, this.#options)
  }

  /** Which records are new; for the others the answer they were given. */
  async #sort(tx: Tx, inputs: readonly DeviceBatch[]) {
    const { cursors } = this.#options
    const seen = new Set<EventId>()
    const fresh: NewRecord[] = []
    const suspects: NewRecord[] = []
    for (const { device, records } of inputs) {
      const have = cursors.known(device)
      for (const { seq, record } of records) {
        const id = recordId(record)
        if (seen.has(id)) continue
        seen.add(id)
        ;(seq > have ? fresh : suspects).push({ device, seq, record })
      }
    }
    const repeated =
      suspects.length === 0 ? new Map<EventId, TapAnswer | undefined>() : await this.#recall(tx, suspects)
    fresh.push(...suspects.filter(({ record }) => !repeated.has(recordId(record))))
    return { fresh, repeated }
  }

  /** Answers given before. A record in the journal whose receipt was pruned is answered anew, from the same evidence. */
  async #recall(tx: Tx, suspects: readonly NewRecord[]): Promise<Map<EventId, TapAnswer | undefined>> {
    const { kept, aside } = await recallReceipts(
      tx,
      suspects.map(({ record }) => recordId(record)),
    )
    const known = new Map<EventId, TapAnswer | undefined>()
    for (const [id, receipt] of kept)
      known.set(id, receipt === undefined ? undefined : repeatAnswer(receipt, this.#options))
    for (const id of aside) known.set(id, undefined)
    const unanswered = suspects.filter(({ record }) => record.t === 'tap' && kept.has(recordId(record)))
    const missing = unanswered.map(({ record }) => recordId(record)).filter((id) => known.get(id) === undefined)
    if (missing.length === 0) return known
    await tx.project()
    const taps = await readTargets(tx, missing)
    const needs = [...taps].map(([id, tap]): AnswerNeed => ({ id, tap: id, ...tap }))
    for (const answer of await buildAnswers(tx, needs, this.#options)) known.set(answer.id, answer)
    return known
  }

  async #place(fresh: readonly NewRecord[]): Promise<string> {
    if (!fresh.some(({ record }) => record.t === 'tap' && record.tap.place === '')) return ''
    this.#ownPlace ??= await ownPlace(this.#options.journal.read, this.#options.site)
    return this.#ownPlace
  }

  async #gatherFacts(tx: Tx, fresh: readonly NewRecord[]) {
    const { site, ownClock, builtAt, policy, cards, greetings } = this.#options
    const named = fresh.map(({ record }) => targetOf(record)).filter((id) => id !== undefined)
    if (named.length > 0) await tx.project()
    const assignments = fresh.flatMap(({ record }) => (record.t === 'choose' ? [record.assignment] : []))
    const now = tx.now
    return {
      site,
      now,
      ownClock: ownClock.quality(now),
      builtAt,
      policy,
      card: (tap: { digests: readonly { k: number; h: string }[] }) => cards.find(tap.digests),
      workerKnown: (worker: WorkerId | undefined) => worker !== undefined && greetings.of(worker) !== undefined,
      place: await this.#place(fresh),
      targets: named.length === 0 ? new Map<EventId, TargetTap>() : await readTargets(tx, named),
      holders: assignments.length === 0 ? new Map<AssignmentId, WorkerId>() : await readHolders(tx, assignments),
    }
  }

  /** Highest seq per device after this batch; numbers that were skipped, or came late, are written down. */
  async #noteProgress(tx: Tx, inputs: readonly DeviceBatch[]): Promise<Map<DeviceId, number>> {
    const reached = new Map<DeviceId, number>()
    const gaps: { device: DeviceId; first: number; last: number }[] = []
    const late = new Map<DeviceId, number[]>()
    for (const { device, records, poison } of inputs) {
      const have = this.#options.cursors.known(device)
      let top = reached.get(device) ?? have
      for (const seq of [...records, ...poison].map((one) => one.seq).sort((a, b) => a - b)) {
        if (seq > top + 1) gaps.push({ device, first: top + 1, last: seq - 1 })
        if (seq <= have) late.set(device, [...(late.get(device) ?? []), seq])
        top = Math.max(top, seq)
      }
      reached.set(device, top)
    }
    await noteGaps(tx, gaps)
    for (const [device, numbers] of late) await fillGaps(tx, device, numbers)
    return reached
  }
}

function ackOf(
  input: DeviceBatch,
  reached: ReadonlyMap<DeviceId, number>,
  answers: ReadonlyMap<EventId, TapAnswer>,
  repeated: ReadonlyMap<EventId, TapAnswer | undefined>,
  aside: ReadonlyMap<EventId, string>,
): DeviceAck {
  const ids = [...input.records.map(({ record }) => recordId(record)), ...input.poison.map(({ id }) => id)]
  return {
    seq: reached.get(input.device) ?? 0,
    answers: ids.map((id) => answers.get(id) ?? repeated.get(id)).filter((answer) => answer !== undefined),
    quarantined: ids.flatMap((id) => {
      const code = aside.get(id)
      return code === undefined ? [] : [{ id, code }]
    }),
  }
}

function targetOf(record: DeviceRecord): EventId | undefined {
  if (record.t === 'redirect' || record.t === 'void') return record.target
  return record.t === 'tap' ? undefined : record.tap
}

async function readTargets(rows: Rows, ids: readonly EventId[]): Promise<Map<EventId, TargetTap>> {
  const found = await rows.all<{
    id: EventId
    device: DeviceId
    worker: WorkerId | null
    time: number
    known: TargetTap['known']
  }>('SELECT t.id, t.device, t.worker, t.time, t.known FROM json_each(?) j JOIN tap t ON t.id = j.value', [
    JSON.stringify(ids),
  ])
  return new Map(
    found.map(({ id, device, worker, time, known }) => [id, { device, worker: worker ?? undefined, time, known }]),
  )
}

async function readHolders(rows: Rows, assignments: readonly AssignmentId[]): Promise<Map<AssignmentId, WorkerId>> {
  const found = await rows.all<{ assignment: AssignmentId; worker: WorkerId }>(
    'SELECT a.assignment, a.worker FROM json_each(?) j JOIN assignment a ON a.assignment = j.value',
    [JSON.stringify(assignments)],
  )
  return new Map(found.map(({ assignment, worker }) => [assignment, worker]))
}
