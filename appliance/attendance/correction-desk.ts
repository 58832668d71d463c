/**
 * Corrections: asked by the worker or for her, decided by another person at her home centre. The rules decide; the desk
 * brings the day as it is inside the transaction, so that a decision always rests on what it was shown. What was first
 * recorded, asked and granted stays visible.
 */
import type { z } from 'zod'
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { foldOf } from '../../central-sync/journal/projections/evidence-read.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import {
  correctionDecided,
  type correctionReason,
  correctionRequested,
  type Interval,
  sessionConfirmed,
} from '../../central-sync/protocol/event/attendance.ts'
import {
  type CorrectionId,
  type EventId,
  newIdentifier,
  type SiteId,
  type StaffId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type BusinessDay,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  startOfBusinessDay,
} from '../../central-sync/protocol/time.ts'
import {
  approveCorrection,
  confirmSession,
  type PendingCorrection,
  rejectCorrection,
  requestCorrection,
  revertCorrection,
  withdrawCorrection,
} from '../../central-sync/rules/decide-correction.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'
import { correctionFacts } from './correction-facts.ts'

export interface CorrectionWish {
  readonly worker: WorkerId
  readonly day: BusinessDay
  /** Version of the day as shown; undefined = as it is now. */
  readonly base: string | undefined
  /** Keys of the sessions to be replaced. */
  readonly sessions: readonly string[]
  readonly wanted: readonly Interval[]
  readonly reason: z.infer<typeof correctionReason>
  readonly note: string
}

/** Somebody signed in at the staff pages, and the worker she also is. */
export interface StaffDecider {
  readonly staff: StaffId
  readonly worker: WorkerId | undefined
  /** What a repeat is known by. */
  readonly request?: string | undefined
}

type Pending = PendingCorrection & { readonly correction: CorrectionId; readonly requestedBy: string | null }
type Outcome = 'approved' | 'rejected' | 'stale' | 'reverted' | 'withdrawn'
type Verdict =
  | { readonly outcome: Outcome; readonly granted: readonly Interval[]; readonly refusal?: Refusal }
  | Refusal

export interface CorrectionDeskOptions {
  readonly journal: Journal
  readonly site: SiteId
  readonly policy: AttendancePolicy
}

export class CorrectionDesk {
  readonly #options: CorrectionDeskOptions

  constructor(options: CorrectionDeskOptions) {
    this.#options = options
  }

  /** `by` is the worker herself or the staff member who asks for her. */
  request(
    wish: CorrectionWish,
    by: WorkerId | StaffId,
    request?: string,
  ): Promise<{ correction: CorrectionId } | Refusal> {
    const { journal, policy } = this.#options
    return writeOnce(journal, request, 'correction.request', async (tx) => {
      const { worker, day, reason } = wish
      if ((await homeOf(tx, worker)) === undefined) return refuse('worker_unknown')
      const facts = await correctionFacts(tx, worker, day, tx.now, policy)
      const base = wish.base ?? facts.fold.version
      const replaced = facts.fold.sessions.filter(({ key, status }) => wish.sessions.includes(key) && status !== 'void')
      if (replaced.length !== new Set(wish.sessions).size) return refuse('correction_stale')
      const edges = replaced.flatMap(({ startId, endId }) => [startId, endId]).filter((edge) => edge !== undefined)
      const taps = [...new Set(edges)]
      const wanted = [...wish.wanted]
      const verdict = requestCorrection({ day, base, taps, wanted }, facts)
      if (isRefusal(verdict)) return verdict
      const correction = newIdentifier('correction')
      const data = { correction, worker, day, base, taps, wanted, reason }
      tx.append({ event: correctionRequested, data, personal: { note: wish.note }, subject: worker, by })
      return { correction }
    })
  }

  /** Nobody grants what she asked for herself, for herself or for another: two people see every correction. */
  approve(correction: CorrectionId, decider: StaffDecider, note: string): Promise<undefined | Refusal> {
    return this.#decide(correction, decider, note, async (tx, pending) => {
      if (pending.requestedBy === decider.staff) return refuse('deciding_about_oneself')
      // Said before anything else: a request that went stale once is over, and must not go stale again.
      if (pending.state !== 'requested') return refuse('correction_closed')
      const facts = await correctionFacts(tx, pending.worker, pending.day, tx.now, this.#options.policy)
      const verdict = approveCorrection(pending, pending.wanted, decider, facts)
      if (!isRefusal(verdict)) return { outcome: 'approved', granted: pending.wanted }
      // Stale is itself a decision: the request is over, and the person asks again from what is there now.
      return verdict.refused === 'correction_stale' ? { outcome: 'stale', granted: [], refusal: verdict } : verdict
    })
  }

  reject(correction: CorrectionId, decider: StaffDecider, note: string): Promise<undefined | Refusal> {
    return this.#decide(correction, decider, note, async (_tx, pending) => {
      return rejectCorrection(pending, decider) ?? { outcome: 'rejected', granted: [] }
    })
  }

  /** The day counts again as if the correction had never been granted. */
  revert(correction: CorrectionId, decider: StaffDecider, note: string): Promise<undefined | Refusal> {
    return this.#decide(correction, decider, note, async (tx, pending) => {
      const facts = await correctionFacts(tx, pending.worker, pending.day, tx.now, this.#options.policy)
      const verdict = revertCorrection(pending, decider, facts)
      return isRefusal(verdict) ? verdict : { outcome: 'reverted', granted: [] }
    })
  }

  /** By the worker herself, while nobody has decided. */
  withdraw(correction: CorrectionId, worker: WorkerId, request?: string): Promise<undefined | Refusal> {
    return writeOnce(this.#options.journal, request, 'correction.withdraw', async (tx) => {
      const pending = await findCorrection(tx, correction)
      if (pending === undefined || pending.worker !== worker) return refuse('not_found')
      const refused = withdrawCorrection(pending, worker)
      if (refused === undefined) append(tx, pending, { outcome: 'withdrawn', granted: [] }, '', worker)
      return refused
    })
  }

  /** Vouches for a flagged session exactly as it was shown. */
  confirm(
    shown: { worker: WorkerId; day: BusinessDay; session: string; startedAt: Instant; endedAt: Instant },
    decider: StaffDecider,
  ): Promise<undefined | Refusal> {
    const { worker, day } = shown
    const { journal, policy } = this.#options
    return writeOnce(journal, decider.request, 'session.confirm', async (tx) => {
      const elsewhere = await this.#refuseElsewhere(tx, worker)
      if (elsewhere !== undefined) return elsewhere
      const { sessions } = await foldOf(tx, worker, day, policy)
      const session = sessions.find(({ key }) => key === shown.session)
      if (session === undefined) return refuse('not_found')
      const refused = confirmSession(session, shown, worker, decider)
      if (refused !== undefined) return refused
      const { startId: start, endId: end } = session
      if (start === undefined || end === undefined) return refuse('interval_invalid')
      const { startedAt, endedAt } = shown
      const data = { worker, day, start, end, startedAt, endedAt }
      tx.append({ event: sessionConfirmed, data, subject: worker, by: decider.staff })
      return undefined
    })
  }

  #decide(
    correction: CorrectionId,
    decider: StaffDecider,
    note: string,
    judge: (tx: Tx, pending: Pending) => Promise<Verdict>,
  ): Promise<undefined | Refusal> {
    return writeOnce(this.#options.journal, decider.request, 'correction.decide', async (tx) => {
      const pending = await findCorrection(tx, correction)
      if (pending === undefined) return refuse('not_found')
      const elsewhere = await this.#refuseElsewhere(tx, pending.worker)
      if (elsewhere !== undefined) return elsewhere
      const verdict = await judge(tx, pending)
      if (isRefusal(verdict)) return verdict
      append(tx, pending, verdict, note, decider.staff)
      return verdict.refusal
    })
  }

  /** Only the home centre decides about a worker's time. */
  async #refuseElsewhere(tx: Tx, worker: WorkerId): Promise<Refusal | undefined> {
    const home = await homeOf(tx, worker)
    if (home === undefined) return refuse('worker_unknown')
    return home === this.#options.site ? undefined : refuse('not_allowed')
  }
}

function append(
  tx: Tx,
  { correction, worker, day, taps }: Pending,
  { outcome, granted }: { outcome: Outcome; granted: readonly Interval[] },
  note: string,
  by: string,
): void {
  const data = { correction, worker, day, outcome, taps: [...taps], granted: [...granted] }
  tx.append({ event: correctionDecided, data, personal: { note }, subject: worker, by })
}

async function homeOf(rows: Rows, worker: WorkerId): Promise<SiteId | undefined> {
  return (await rows.one<{ home: SiteId }>('SELECT home FROM worker WHERE worker = ?', [worker]))?.home
}

async function findCorrection(rows: Rows, correction: CorrectionId): Promise<Pending | undefined> {
  const row = await rows.one<{
    worker: WorkerId
    day: BusinessDay
    base: string | null
    state: PendingCorrection['state']
    taps: string
    wanted: string
    requested_by: string | null
  }>(
    'SELECT worker, day, base, state, taps, wanted, requested_by FROM correction WHERE correction = ? AND request_entry IS NOT NULL',
    [correction],
  )
  if (row === undefined) return undefined
  const { worker, day, state, requested_by: requestedBy } = row
  const taps = JSON.parse(row.taps) as EventId[]
  const wanted = JSON.parse(row.wanted) as Interval[]
  return { correction, worker, day, base: row.base ?? '', state, taps, wanted, requestedBy }
}

/** `9:02` on that business day; before 05:00 it is the early morning after. */
export function instantOfWallTime(day: BusinessDay, wallTime: string): Instant {
  const [hour = 0, minute = 0] = wallTime.split(':').map(Number)
  const from = hour < 5 ? addDays(day, 1) : day
  return startOfBusinessDay(from) + (hour - 5) * HOUR_MS + minute * MINUTE_MS
}
