/**
 * Lays human decisions over the sessions that the taps gave. A granted correction replaces the sessions of the edges it
 * names; they stay visible as void. A confirmation makes a flagged session payable as it stands.
 */

import type { FoldDecision, FoldSession } from './day-fold.ts'
import { sortFlags } from './flag-session.ts'
import { nightSeconds } from './night-seconds.ts'
import { compareEvents } from './order-taps.ts'
import { overlaps, secondsBetween } from './union-seconds.ts'

type Correction = Extract<FoldDecision, { kind: 'correction' }>
type Confirmation = Extract<FoldDecision, { kind: 'confirmation' }>

export function applyDecisions(sessions: readonly FoldSession[], decisions: readonly FoldDecision[]): FoldSession[] {
  if (decisions.length === 0) return [...sessions]
  let current = [...sessions]
  const granted = new Set<string>()
  for (const correction of activeCorrections(decisions)) {
    current = current.map((session) => (isNamed(session, correction) ? voided(session) : session))
    for (const session of grantedSessions(correction, current)) {
      granted.add(session.key)
      current.push(session)
    }
  }
  const contested = contestedKeys(current, granted)
  // Of several for one session the first one is cited.
  const confirmations = decisions
    .filter((decision) => decision.kind === 'confirmation')
    .sort((a, b) => compareEvents(a.id, b.id))
  return current.map((session) => (contested.has(session.key) ? contest(session) : confirm(session, confirmations)))
}

/** False when these decisions leave the day alone, whatever taps may follow. */
export function haveEffect(decisions: readonly FoldDecision[]): boolean {
  return decisions.some(({ kind }) => kind === 'confirmation') || activeCorrections(decisions).length > 0
}

/** Approved and not reverted. One author decides, so the order of the ids is the order of the decisions. */
function activeCorrections(decisions: readonly FoldDecision[]): Correction[] {
  const corrections = decisions.filter((decision) => decision.kind === 'correction')
  const reverted = new Set(corrections.filter((one) => one.outcome === 'reverted').map((one) => one.correction))
  const approved = new Map<string, Correction>()
  for (const one of corrections) {
    if (one.outcome === 'approved' && !reverted.has(one.correction)) approved.set(one.id, one)
  }
  return [...approved.values()].sort((a, b) => compareEvents(a.id, b.id))
}

function isNamed(session: FoldSession, { taps }: Correction): boolean {
  return (
    (session.startId !== undefined && taps.includes(session.startId)) ||
    (session.endId !== undefined && taps.includes(session.endId))
  )
}

function voided(session: FoldSession): FoldSession {
  return { ...session, status: 'void', open: false }
}

function grantedSessions(correction: Correction, current: readonly FoldSession[]): FoldSession[] {
  const { id, taps, granted } = correction
  const replaced = current.find((session) => session.site !== undefined && isNamed(session, correction))
  return [...granted]
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .map(({ start, end, place }, index) => {
      const night = nightSeconds(start, end)
      return {
        key: index === 0 ? id : `${id}#${index + 1}`,
        startedAt: start,
        endedAt: end,
        seconds: secondsBetween(start, end),
        status: 'payable',
        flags: [],
        notes: night > 0 ? ['night'] : [],
        place,
        site: replaced?.site,
        startId: id,
        endId: id,
        nightSeconds: night,
        suggestion: undefined,
        bound: undefined,
        open: false,
        cites: [id, ...taps],
      }
    })
}

/**
 * A decision was checked against the day as it then was. Evidence that arrives later may overlap what was granted: the
 * grant stands, and the newcomer waits, so that no second is paid twice.
 */
function contestedKeys(sessions: readonly FoldSession[], granted: ReadonlySet<string>): ReadonlySet<string> {
  const contested = new Set<string>()
  if (granted.size === 0) return contested
  const standing: FoldSession[] = []
  const byRank = [...sessions].sort((a, b) => rank(a, granted) - rank(b, granted))
  for (const session of byRank) {
    if (session.status === 'void') continue
    const span = spanOf(session)
    if (span === undefined) continue
    const clashes = standing.some((other) => {
      const taken = spanOf(other)
      return taken !== undefined && overlaps(span, taken)
    })
    if (clashes) contested.add(session.key)
    else if (granted.has(session.key)) standing.push(session)
  }
  return contested
}

/** Granted sessions stand before those of taps; among themselves in the order in which they were granted. */
function rank(session: FoldSession, granted: ReadonlySet<string>): number {
  return granted.has(session.key) ? 0 : 1
}

function spanOf({ startedAt, endedAt }: FoldSession) {
  return startedAt === undefined || endedAt === undefined ? undefined : { start: startedAt, end: endedAt }
}

function contest(session: FoldSession): FoldSession {
  return { ...session, status: 'pending', flags: sortFlags([...session.flags, 'late_evidence']) }
}

function confirm(session: FoldSession, confirmations: readonly Confirmation[]): FoldSession {
  if (session.status !== 'pending' || session.endedAt === undefined) return session
  const match = confirmations.find(
    ({ start, end, startedAt, endedAt }) =>
      session.startId === start &&
      session.endId === end &&
      session.startedAt === startedAt &&
      session.endedAt === endedAt,
  )
  return match === undefined ? session : { ...session, status: 'payable', cites: [...session.cites, match.id] }
}
