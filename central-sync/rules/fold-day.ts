/**
 * Folds the evidence and the human decisions about one worker and one business day into sessions. Pure: the same set of
 * facts gives the same day, in whatever order they arrived, however often, in whatever time zone the machine stands.
 *
 * The business day is [05:00, 05:00) JST. Everybody is OUT when it begins, so no tap of one day changes another day.
 */
import { sha256, toBase64Url } from '../protocol/hash.ts'
import {
  type BusinessDay,
  HOUR_MS,
  type Instant,
  ROLL_OVER_HOUR,
  rollOverAfter,
  startOfBusinessDay,
} from '../protocol/time.ts'
import { applyDecisions } from './apply-decisions.ts'
import type { DayFold, FoldInput, FoldSession, TapOutcome } from './day-fold.ts'
import { flagsOfEdges, notesOfEdges, sortFlags, uncertainTaps } from './flag-session.ts'
import { nightSeconds } from './night-seconds.ts'
import { compareText, orderTaps, type ReadyTap } from './order-taps.ts'
import { type PairedSession, type Pairing, pairTaps } from './pair-taps.ts'
import { type AttendancePolicy, goneFrom } from './policy.ts'
import { secondsBetween, unionSeconds } from './union-seconds.ts'

export type * from './day-fold.ts'
export { BLOCKING_FLAGS, NOTES } from './day-fold.ts'

export function foldDay(input: FoldInput): DayFold {
  const { worker, day, policy } = input
  const taps = orderTaps(input.taps, input.redirects, input.voids)
  const pairing = pairTaps(taps, day, policy)
  const uncertain = uncertainTaps(pairing.accepted, policy)
  const fromTaps = pairing.sessions.map((session) => describe(session, uncertain, day, policy))
  const sessions = applyDecisions(fromTaps, input.decisions).sort(compareSessions)
  const last = pairing.accepted.at(-1)
  const pending = sessions.filter((session) => session.status === 'pending' && !session.open)
  return {
    worker,
    day,
    sessions,
    outcomes: outcomesOf(taps, pairing),
    version: versionOf(sessions),
    payableSeconds: unionSeconds(sessions.filter(({ status }) => status === 'payable').flatMap(spans)),
    pendingSeconds: pending.reduce((sum, { seconds }) => sum + seconds, 0),
    pending: pending.length,
    open: sessions.find((session) => session.open),
    last: last === undefined ? undefined : { claim: last.claim, time: last.time, place: last.place },
  }
}

/**
 * What an open session has become by `now`: nothing while she may still be inside, a missing OUT once she is gone. The
 * fold does not ask the clock, so whoever shows or exports a session asks this.
 */
export function settleOpen(session: FoldSession, now: Instant, policy: AttendancePolicy): FoldSession {
  if (!session.open || session.startedAt === undefined) return session
  const rollOver = policy.rollOver === 'off' ? undefined : rollOverAfter(session.startedAt)
  if (now < goneFrom(session.startedAt, rollOver, policy)) return session
  return { ...session, open: false, flags: sortFlags([...session.flags, 'missing_out']) }
}

function describe(
  paired: PairedSession,
  uncertain: ReadonlySet<ReadyTap>,
  day: BusinessDay,
  policy: AttendancePolicy,
): FoldSession {
  const { start, end } = paired
  const edges = [start, end].filter((tap) => tap !== undefined)
  const first = start ?? end
  if (first === undefined) throw new Error('a session has at least one edge')
  const flags = sortFlags([...paired.flags, ...flagsOfEdges(edges, uncertain)])
  const complete = start !== undefined && end !== undefined
  const night = complete ? nightSeconds(start.time, end.time) : 0
  return {
    key: first.id,
    startedAt: start?.time,
    endedAt: end?.time,
    seconds: complete ? secondsBetween(start.time, end.time) : 0,
    status: complete && flags.length === 0 ? 'payable' : 'pending',
    flags,
    notes: notesOfEdges(edges, night),
    place: first.place,
    site: first.site,
    startId: start?.id,
    endId: end?.id,
    nightSeconds: night,
    ...bounds(paired, day, policy),
    open: paired.open,
    cites: edges.map(({ id }) => id),
  }
}

/** The suggestion for a forgotten OUT: closing time, if she was there before it, and never past what is possible. */
function bounds(
  { start, end, bound }: PairedSession,
  day: BusinessDay,
  policy: AttendancePolicy,
): Pick<FoldSession, 'bound' | 'suggestion'> {
  if (start === undefined || end !== undefined || bound === undefined) return { bound, suggestion: undefined }
  const dayStart = startOfBusinessDay(day)
  const rollOver = policy.rollOver === 'off' ? Number.POSITIVE_INFINITY : dayStart + 24 * HOUR_MS
  const latest = Math.min(bound, rollOver)
  const closes = dayStart - ROLL_OVER_HOUR * HOUR_MS + policy.siteClosesMs
  const suggestion = Math.min(closes, latest)
  return { bound: latest, suggestion: suggestion > start.time ? suggestion : undefined }
}

function outcomesOf(taps: readonly ReadyTap[], pairing: Pairing): TapOutcome[] {
  const sessionOf = new Map<ReadyTap, string>()
  for (const { start, end } of pairing.sessions) {
    const key = (start ?? end)?.id
    if (key === undefined) continue
    if (start !== undefined) sessionOf.set(start, key)
    if (end !== undefined) sessionOf.set(end, key)
  }
  return taps.map((tap) => {
    const reason = pairing.ignored.get(tap)
    return { tap: tap.id, outcome: reason === undefined ? tap.claim : 'ignored', reason, session: sessionOf.get(tap) }
  })
}

function compareSessions(a: FoldSession, b: FoldSession): number {
  return (a.startedAt ?? a.endedAt ?? 0) - (b.startedAt ?? b.endedAt ?? 0) || compareText(a.key, b.key)
}

/** Everything a person looks at when deciding; notes and suggestions are not, so they leave a request valid. */
function versionOf(sessions: readonly FoldSession[]): string {
  const facts = sessions.map(({ key, startedAt, endedAt, place, status, flags, startId, endId }) => [
    key,
    startedAt ?? null,
    endedAt ?? null,
    place,
    status,
    flags,
    startId ?? null,
    endId ?? null,
  ])
  return toBase64Url(sha256(JSON.stringify(facts)))
}

function spans({ startedAt, endedAt }: FoldSession) {
  return startedAt === undefined || endedAt === undefined ? [] : [{ start: startedAt, end: endedAt }]
}
