/**
 * Corrections: asked by the worker or for her, decided by another person at her home centre. A request holds the version
 * of the day it was made from and goes stale with it; everything is checked again at approval. What was first recorded,
 * asked and granted stays visible.
 */

import type { z } from 'zod'
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
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
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type BusinessDay,
  HOUR_MS,
  type Instant,
  startOfBusinessDay,
} from '../../central-sync/protocol/time.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'
import { checkIntervals } from './check-intervals.ts'
import { dayVersion, readSessions, type SessionFacts } from './read-sessions.ts'

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
export interface Decider {
  readonly staff: StaffId
  readonly worker: WorkerId | undefined
}

interface CorrectionRow {
  correction: CorrectionId
  worker: WorkerId
  day: BusinessDay
  base: string | null
  state: string
  taps: string
  wanted: string
  granted: string
  requested_by: string | null
}

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
  request(wish: CorrectionWish, by: WorkerId | StaffId): Promise<{ correction: CorrectionId } | Refusal> {
    return this.#options.journal.write('correction.request', async (tx) => {
      const { worker, day } = wish
      const base = await dayVersion(tx, worker, day, this.#options.policy)
      if (wish.base !== undefined && wish.base !== base) return refuse('correction_stale')
      const standing = await this.#standing(tx, worker, day)
      const replaced = standing.filter(({ session }) => wish.sessions.includes(session))
      if (replaced.length !== new Set(wish.sessions).size) return refuse('correction_stale')
      const refused = checkIntervals(wish.wanted, { day, now: tx.now, others: spansOf(standing, replaced) })
      if (refused !== undefined) return refused
      if (replaced.length === 0 && wish.wanted.length === 0) return refuse('interval_invalid')
      const correction = newIdentifier('correction')
      const data = {
        correction,
        worker,
        day,
        base,
        taps: edgesOf(replaced),
        wanted: [...wish.wanted],
        reason: wish.reason,
      }
      tx.append({ event: correctionRequested, data, personal: { note: wish.note }, subject: worker, by })
      return { correction }
    })
  }

  approve(correction: CorrectionId, decider: Decider, note: string): Promise<undefined | Refusal> {
    return this.#decide(correction, decider, async (tx, row) => {
      if (row.state !== 'requested') return refuse('correction_closed')
      if (row.requested_by === decider.staff) return refuse('deciding_about_oneself')
      const { worker, day } = row
      const wanted = JSON.parse(row.wanted) as Interval[]
      if (row.base !== (await dayVersion(tx, worker, day, this.#options.policy))) {
        this.#append(tx, row, decider, 'stale', [], note)
        return refuse('correction_stale')
      }
      const taps = JSON.parse(row.taps) as EventId[]
      const standing = await this.#standing(tx, worker, day)
      const replaced = standing.filter(({ startId, endId }) => isNamed(taps, startId) || isNamed(taps, endId))
      const refused = checkIntervals(wanted, { day, now: tx.now, others: spansOf(standing, replaced) })
      if (refused !== undefined) return refused
      this.#append(tx, row, decider, 'approved', wanted, note)
      return undefined
    })
  }

  reject(correction: CorrectionId, decider: Decider, note: string): Promise<undefined | Refusal> {
    return this.#decide(correction, decider, async (tx, row) => {
      if (row.state !== 'requested') return refuse('correction_closed')
      this.#append(tx, row, decider, 'rejected', [], note)
      return undefined
    })
  }

  /** The day counts again as if the correction had never been granted. */
  revert(correction: CorrectionId, decider: Decider, note: string): Promise<undefined | Refusal> {
    return this.#decide(correction, decider, async (tx, row) => {
      if (row.state !== 'approved') return refuse('correction_closed')
      this.#append(tx, row, decider, 'reverted', [], note)
      return undefined
    })
  }

  /** By the worker herself, while nobody has decided. */
  withdraw(correction: CorrectionId, worker: WorkerId): Promise<undefined | Refusal> {
    return this.#options.journal.write('correction.withdraw', async (tx) => {
      const row = await findCorrection(tx, correction)
      if (row === undefined || row.worker !== worker) return refuse('not_found')
      if (row.state !== 'requested') return refuse('correction_closed')
      const { day } = row
      const data = {
        correction,
        worker,
        day,
        outcome: 'withdrawn' as const,
        taps: JSON.parse(row.taps) as EventId[],
        granted: [],
      }
      tx.append({ event: correctionDecided, data, subject: worker, by: worker })
      return undefined
    })
  }

  /** Vouches for a flagged session exactly as it was shown. */
  confirm(
    shown: { worker: WorkerId; session: string; startedAt: Instant; endedAt: Instant },
    decider: Decider,
  ): Promise<undefined | Refusal> {
    const { worker, session } = shown
    return this.#options.journal.write('session.confirm', async (tx) => {
      const refused = await this.#mayDecide(tx, worker, decider)
      if (refused !== undefined) return refused
      const row = await tx.one<{
        day: BusinessDay
        status: string
        start_id: EventId
        end_id: EventId
        started_at: number
        ended_at: number
      }>(
        `SELECT day, status, start_id, end_id, started_at, ended_at FROM session
          WHERE worker = ? AND session = ? AND start_id IS NOT NULL AND end_id IS NOT NULL`,
        [worker, session],
      )
      if (row === undefined) return refuse('not_found')
      if (row.started_at !== shown.startedAt || row.ended_at !== shown.endedAt) return refuse('correction_stale')
      if (row.status !== 'pending') return refuse('correction_closed')
      const { day, start_id: start, end_id: end } = row
      const data = { worker, day, start, end, startedAt: shown.startedAt, endedAt: shown.endedAt }
      tx.append({ event: sessionConfirmed, data, subject: worker, by: decider.staff })
      return undefined
    })
  }

  /** Sessions of the day that are not void. */
  async #standing(tx: Tx, worker: WorkerId, day: BusinessDay): Promise<SessionFacts[]> {
    const sessions = await readSessions(tx, { from: day, to: day, worker }, tx.now, this.#options.policy)
    return sessions.filter(({ status }) => status !== 'void')
  }

  #decide(
    correction: CorrectionId,
    decider: Decider,
    job: (tx: Tx, row: CorrectionRow) => Promise<undefined | Refusal>,
  ): Promise<undefined | Refusal> {
    return this.#options.journal.write('correction.decide', async (tx) => {
      const row = await findCorrection(tx, correction)
      if (row === undefined) return refuse('not_found')
      return (await this.#mayDecide(tx, row.worker, decider)) ?? (await job(tx, row))
    })
  }

  /** Only the home centre decides, and nobody about herself. */
  async #mayDecide(tx: Tx, worker: WorkerId, decider: Decider): Promise<Refusal | undefined> {
    if (decider.worker === worker) return refuse('deciding_about_oneself')
    const row = await tx.one<{ home: SiteId }>('SELECT home FROM worker WHERE worker = ?', [worker])
    if (row === undefined) return refuse('worker_unknown')
    return row.home === this.#options.site ? undefined : refuse('not_allowed')
  }

  #append(
    tx: Tx,
    row: CorrectionRow,
    decider: Decider,
    outcome: 'approved' | 'rejected' | 'stale' | 'reverted',
    granted: Interval[],
    note: string,
  ): void {
    const { correction, worker, day } = row
    const data = { correction, worker, day, outcome, taps: JSON.parse(row.taps) as EventId[], granted }
    tx.append({ event: correctionDecided, data, personal: { note }, subject: worker, by: decider.staff })
  }
}

function findCorrection(rows: Rows, correction: CorrectionId): Promise<CorrectionRow | undefined> {
  return rows.one<CorrectionRow>(
    'SELECT correction, worker, day, base, state, taps, wanted, granted, requested_by FROM correction WHERE correction = ?',
    [correction],
  )
}

function isNamed(taps: readonly EventId[], edge: EventId | null): boolean {
  return edge !== null && taps.includes(edge)
}

function edgesOf(sessions: readonly SessionFacts[]): EventId[] {
  const edges = sessions.flatMap(({ startId, endId }) => [startId, endId]).filter((edge) => edge !== null)
  return [...new Set(edges)]
}

function spansOf(
  standing: readonly SessionFacts[],
  replaced: readonly SessionFacts[],
): { start: Instant; end: Instant }[] {
  return standing
    .filter((session) => !replaced.includes(session))
    .flatMap(({ startedAt, endedAt }) =>
      startedAt === null || endedAt === null ? [] : [{ start: startedAt, end: endedAt }],
    )
}

/** `9:02` on that business day; before 05:00 it is the early morning after. */
export function instantOfWallTime(day: BusinessDay, wallTime: string): Instant {
  const [hour = 0, minute = 0] = wallTime.split(':').map(Number)
  const from = hour < 5 ? addDays(day, 1) : day
  return startOfBusinessDay(from) + (hour - 5) * HOUR_MS + minute * 60_000
}
