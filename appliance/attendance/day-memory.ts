/**
 * The days of the people who tap, as they are with every tap taken so far: so that a tap is answered from memory, and
 * its rows are written after its acknowledgement has left. Filled from the projection, advanced by the same rule the
 * projection uses, and forgotten as soon as anything else has been stored or undone.
 */
import type { Tx } from '../../central-sync/journal/port.ts'
import { seenTap } from '../../central-sync/journal/projections/attendance-rows.ts'
import { type DayFigures, type KnownDay, readKnownDays } from '../../central-sync/journal/projections/known-days.ts'
import type { EventId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type BusinessDay, businessDayOf } from '../../central-sync/protocol/time.ts'
import { type AppendedTap, appendTap } from '../../central-sync/rules/append-tap.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'
import { type OutcomeRow, QUESTION_DAYS } from './answer.ts'
import type { TapData } from './decide-tap.ts'

/** People kept; a centre has a few hundred. */
const WORKERS_MAX = 10_000

interface KnownWorker {
  /** Days before this one were not loaded. */
  readonly from: BusinessDay
  readonly days: Map<BusinessDay, KnownDay>
}

export interface TakenTaps {
  readonly outcomes: ReadonlyMap<EventId, OutcomeRow>
  readonly days: ReadonlyMap<WorkerId, readonly DayFigures[]>
}

export class DayMemory {
  readonly #policy: AttendancePolicy
  readonly #workers = new Map<WorkerId, KnownWorker>()
  #closedMonths: ReadonlySet<string> = new Set()
  #standing = ''

  constructor(policy: AttendancePolicy) {
    this.#policy = policy
  }

  /**
   * What becomes of these taps, which are about to be appended in this order; `holds` is said when they are stored.
   * Undefined when one of them needs its whole day folded: then all are answered from the projection.
   */
  async take(tx: Tx, taps: readonly TapData[]): Promise<TakenTaps | undefined> {
    if (tx.standing !== this.#standing || this.#workers.size > WORKERS_MAX) this.forget()
    // It begins with what is followed, also when nobody of these taps is known.
    if (this.#standing === '') await tx.project()
    // What fails before `holds` leaves a memory that is ahead of the journal: it must match no standing.
    this.#standing = 'taking'
    await this.#load(tx, taps)
    const outcomes = new Map<EventId, OutcomeRow>()
    for (const tap of taps) {
      if (tap.worker === undefined) continue
      const outcome = this.#advance(tap, tap.worker)
      if (outcome === undefined) {
        this.forget()
        return undefined
      }
      outcomes.set(tap.id, outcome)
    }
    return { outcomes, days: this.#figuresOf(taps) }
  }

  /** The taps taken are stored: the memory holds for the journal as it stands now. */
  holds(tx: Tx): void {
    this.#standing = tx.standing
  }

  forget(): void {
    this.#workers.clear()
    this.#standing = ''
  }

  #advance(tap: TapData, worker: WorkerId): OutcomeRow | undefined {
    const known = this.#workers.get(worker)
    const day = businessDayOf(tap.time)
    if (known === undefined || addDays(day, -QUESTION_DAYS) < known.from) return undefined
    const before = known.days.get(day)
    if (before?.state === null) return undefined
    const late = this.#closedMonths.has(day.slice(0, 7))
    const step = appendTap(before?.state, { ...seenTap(tap), late }, day, this.#policy)
    if (step === undefined) return undefined
    known.days.set(day, dayAfter(worker, day, step))
    const { outcome, session = null } = step.outcome
    return { tap: tap.id, outcome, session: session as EventId | null }
  }

  #figuresOf(taps: readonly TapData[]): Map<WorkerId, readonly DayFigures[]> {
    const figures = new Map<WorkerId, readonly DayFigures[]>()
    for (const { worker } of taps) {
      if (worker === undefined || figures.has(worker)) continue
      figures.set(worker, [...(this.#workers.get(worker)?.days.values() ?? [])])
    }
    return figures
  }

  /**
   * Somebody who is not known here has tapped nothing since the memory began, so that her days are as the projection has
   * them.
   */
  async #load(tx: Tx, taps: readonly TapData[]): Promise<void> {
    const missing = new Set<WorkerId>()
    for (const { worker } of taps) if (worker !== undefined && !this.#workers.has(worker)) missing.add(worker)
    if (missing.size === 0) return
    const from = addDays(businessDayOf(Math.min(...taps.map(({ time }) => time))), -QUESTION_DAYS)
    const { days, closedMonths } = await readKnownDays(tx, [...missing], from)
    this.#closedMonths = closedMonths
    for (const worker of missing) this.#workers.set(worker, { from, days: new Map() })
    for (const day of days) this.#workers.get(day.worker)?.days.set(day.day, day)
  }
}

function dayAfter(worker: WorkerId, day: BusinessDay, { state, open }: AppendedTap): KnownDay {
  return {
    worker,
    day,
    payable_seconds: state.payableSeconds,
    pending: state.pending,
    open: open === undefined ? 0 : 1,
    last_claim: state.last?.claim ?? null,
    state,
  }
}
