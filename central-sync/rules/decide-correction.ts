/**
 * Decides about requests to correct a day. A request holds the version of the day it was made from and goes stale with
 * it; who asked never decides; order, length, overlap and roll-over are looked at again when it is granted. A closed
 * month refuses nothing: its numbers stay, and the difference becomes an adjustment in the next one.
 */
import type { Interval } from '../protocol/event/attendance.ts'
import type { EventId, WorkerId } from '../protocol/identifier.ts'
import { first, type Refusal, refuse } from '../protocol/refusal.ts'
import type { BusinessDay, Instant } from '../protocol/time.ts'
import { checkIntervals } from './check-interval.ts'
import type { DayFold, FoldSession } from './day-fold.ts'
import type { AttendancePolicy } from './policy.ts'

export type CorrectionState = 'requested' | 'approved' | 'rejected' | 'withdrawn' | 'stale' | 'reverted'

export interface WantedCorrection {
  readonly day: BusinessDay
  /** Version of the day's fold the person looked at. */
  readonly base: string
  /** Edges whose sessions shall be replaced. */
  readonly taps: readonly EventId[]
  /** What shall count instead; empty = nothing. */
  readonly wanted: readonly Interval[]
}

/** What the day looks like at the moment of deciding. */
export interface CorrectionFacts {
  readonly fold: DayFold
  readonly now: Instant
  readonly monthClosed: boolean
  readonly policy: AttendancePolicy
}

/** `adjusts`: the month is closed, so the decision will show as an adjustment of the next one. */
export interface CorrectionVerdict {
  readonly adjusts: boolean
}

/** May this request be filed? Refuses a stale base, unknown edges and impossible intervals. */
export function requestCorrection(request: WantedCorrection, facts: CorrectionFacts): CorrectionVerdict | Refusal {
  return verdict(objections(request, request.wanted, facts), facts)
}

export interface PendingCorrection extends WantedCorrection {
  readonly worker: WorkerId
  readonly state: CorrectionState
}

/** Who decides: the staff member, and the worker she also is. */
export interface Decider {
  readonly worker: WorkerId | undefined
}

/** May this request be granted as `granted`? A stale answer means: record it as stale and let the person ask again. */
export function approveCorrection(
  request: PendingCorrection,
  granted: readonly Interval[],
  decider: Decider,
  facts: CorrectionFacts,
): CorrectionVerdict | Refusal {
  const refusals = objections(request, granted, facts)
  if (decider.worker === request.worker) refusals.push(refuse('deciding_about_oneself'))
  if (request.state !== 'requested') refusals.push(refuse('correction_closed'))
  return verdict(refusals, facts)
}

/** May this request be turned down? */
export function rejectCorrection(request: PendingCorrection, decider: Decider): Refusal | undefined {
  const refusals: Refusal[] = []
  if (decider.worker === request.worker) refusals.push(refuse('deciding_about_oneself'))
  if (request.state !== 'requested') refusals.push(refuse('correction_closed'))
  return first(refusals)
}

/** May a granted correction be taken back, so that the day is what it was before? */
export function revertCorrection(
  request: PendingCorrection,
  decider: Decider,
  facts: CorrectionFacts,
): CorrectionVerdict | Refusal {
  const refusals: Refusal[] = []
  if (decider.worker === request.worker) refusals.push(refuse('deciding_about_oneself'))
  if (request.state !== 'approved') refusals.push(refuse('correction_closed'))
  return verdict(refusals, facts)
}

/** May the person who asked take the request back? */
export function withdrawCorrection(request: PendingCorrection, by: WorkerId): Refusal | undefined {
  if (request.worker !== by) return refuse('not_allowed')
  return request.state === 'requested' ? undefined : refuse('correction_closed')
}

/** May a person vouch for this session as it stands? It must be closed, flagged and not about herself. */
export function confirmSession(
  session: FoldSession | undefined,
  seen: { readonly startedAt: Instant; readonly endedAt: Instant },
  subject: WorkerId,
  decider: Decider,
): Refusal | undefined {
  const refusals: Refusal[] = []
  if (decider.worker === subject) refusals.push(refuse('deciding_about_oneself'))
  if (session === undefined || session.status !== 'pending') refusals.push(refuse('correction_closed'))
  else if (session.startedAt === undefined || session.endedAt === undefined) refusals.push(refuse('interval_invalid'))
  else if (session.startedAt !== seen.startedAt || session.endedAt !== seen.endedAt) {
    refusals.push(refuse('correction_stale'))
  }
  return first(refusals)
}

function objections(
  { day, base, taps, wanted }: WantedCorrection,
  intervals: readonly Interval[],
  { fold, now, policy }: CorrectionFacts,
): Refusal[] {
  const edges = new Set(fold.sessions.flatMap(({ startId, endId }) => [startId, endId]))
  const known = new Set<EventId | undefined>([...edges, ...fold.outcomes.map(({ tap }) => tap)])
  const refusals: Refusal[] = []
  const missing = taps.find((tap) => !known.has(tap))
  if (missing !== undefined) refusals.push(refuse('tap_unknown', missing))
  if (base !== fold.version) refusals.push(refuse('correction_stale'))
  if (taps.length === 0 && wanted.length === 0) refusals.push(refuse('interval_invalid'))
  return [...refusals, ...checkIntervals(intervals, spansThatStay(fold, taps), day, now, policy)]
}

/** Closed sessions that the correction does not replace. */
function spansThatStay(fold: DayFold, taps: readonly EventId[]) {
  return fold.sessions.flatMap(({ startedAt, endedAt, startId, endId, status }) => {
    const named = [startId, endId].some((id) => id !== undefined && taps.includes(id))
    if (named || status === 'void' || startedAt === undefined || endedAt === undefined) return []
    return [{ start: startedAt, end: endedAt }]
  })
}

function verdict(refusals: readonly Refusal[], { monthClosed }: CorrectionFacts): CorrectionVerdict | Refusal {
  return first(refusals) ?? { adjusts: monthClosed }
}
