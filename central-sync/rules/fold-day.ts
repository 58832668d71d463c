/**
 * Folds the evidence and the human decisions about one worker and one business day into sessions. Pure: the same set of
 * facts gives the same day, in whatever order they arrived, however often, in whatever time zone the machine stands.
 *
 * The business day is [05:00, 05:00) JST. Everybody is OUT when it begins, so no tap of one day changes another day.
 */
import { type Instant, rollOverAfter } from '../protocol/time.ts'
import { applyDecisions, haveEffect } from './apply-decisions.ts'
import type { DayFold, DayState, FoldInput, FoldSession, LastClaim, TapOutcome } from './day-fold.ts'
import { describeSession, NOTHING_SETTLED, settle, versionOf } from './describe-session.ts'
import { sortFlags, uncertainTaps } from './flag-session.ts'
import { orderTaps, type ReadyTap } from './order-taps.ts'
import { type Pairing, pairTaps } from './pair-taps.ts'
import { type AttendancePolicy, goneFrom, uncertaintyOf } from './policy.ts'
import { unionSeconds } from './union-seconds.ts'

export type * from './day-fold.ts'
export { BLOCKING_FLAGS, NOTES } from './day-fold.ts'

export function foldDay(input: FoldInput): DayFold {
  const { worker, day, policy } = input
  const taps = orderTaps(input.taps, input.redirects, input.voids)
  const pairing = pairTaps(taps, day, policy)
  const uncertain = uncertainTaps(pairing.accepted, policy)
  const fromTaps = pairing.sessions.map((session) => describeSession(session, uncertain, day, policy))
  const sessions = applyDecisions(fromTaps, input.decisions).sort(compareSessions)
  const open = sessions.find((session) => session.open)
  const settled = sessions.filter((session) => !session.open).reduce(settle, NOTHING_SETTLED)
  const pending = sessions.filter((session) => session.status === 'pending' && !session.open)
  const last = lastClaim(pairing.accepted.at(-1))
  const totals = {
    payableSeconds: unionSeconds(sessions.filter(({ status }) => status === 'payable').flatMap(spans)),
    pendingSeconds: pending.reduce((sum, { seconds }) => sum + seconds, 0),
    pending: pending.length,
  }
  const decided = haveEffect(input.decisions)
  return {
    worker,
    day,
    sessions,
    outcomes: outcomesOf(taps, pairing),
    version: versionOf(settled, open),
    ...totals,
    open,
    last,
    state: decided ? undefined : stateOf(taps, pairing, uncertain, policy, { settled, last, ...totals }),
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

/** Before every time there is. */
export const NEVER: Instant = Number.MIN_SAFE_INTEGER

export function lastClaim(tap: ReadyTap | undefined): LastClaim | undefined {
  return tap === undefined ? undefined : { claim: tap.claim, time: tap.time, place: tap.place }
}

function stateOf(
  taps: readonly ReadyTap[],
  { inside, accepted }: Pairing,
  uncertain: ReadonlySet<ReadyTap>,
  policy: AttendancePolicy,
  rest: Pick<DayState, 'settled' | 'last' | 'payableSeconds' | 'pendingSeconds' | 'pending'>,
): DayState | undefined {
  const latest = taps.at(-1)?.time
  if (latest === undefined) return undefined
  const reach = accepted.map((tap) => tap.time + uncertaintyOf(tap, policy))
  const unclear = inside !== undefined && uncertain.has(inside.tap)
  return {
    inside: unclear ? { ...inside, flags: sortFlags([...inside.flags, 'order_uncertain']) } : inside,
    latest,
    uncertainUntil: Math.max(NEVER, ...reach),
    ...rest,
  }
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

/** By time. The sort is stable: at equal instants the order of the fold stands, and what was granted comes after it. */
function compareSessions(a: FoldSession, b: FoldSession): number {
  return (a.startedAt ?? a.endedAt ?? 0) - (b.startedAt ?? b.endedAt ?? 0)
}

function spans({ startedAt, endedAt }: FoldSession) {
  return startedAt === undefined || endedAt === undefined ? [] : [{ start: startedAt, end: endedAt }]
}
