/** Turns what the pairing found into a session with everything that is said about it. */
import { digestOf } from '../protocol/hash.ts'
import { type BusinessDay, HOUR_MS, ROLL_OVER_HOUR, startOfBusinessDay } from '../protocol/time.ts'
import type { FoldSession } from './day-fold.ts'
import { flagsOfEdges, notesOfEdges, sortFlags } from './flag-session.ts'
import { nightSeconds } from './night-seconds.ts'
import type { ReadyTap } from './order-taps.ts'
import type { PairedSession } from './pair-taps.ts'
import type { AttendancePolicy } from './policy.ts'
import { secondsBetween } from './union-seconds.ts'

/** Digest of a day without sessions. */
export const NOTHING_SETTLED = ''

export function describeSession(
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

/**
 * The digest after one more session. What a person looks at when deciding goes in; notes and suggestions do not, so they
 * leave a request valid.
 */
export function settle(settled: string, session: FoldSession): string {
  const { key, startedAt, endedAt, place, status, flags, startId, endId } = session
  const facts = [settled, key, startedAt ?? null, endedAt ?? null, place, status, flags, startId ?? null, endId ?? null]
  return digestOf(JSON.stringify(facts))
}

/** Version of a day: the settled sessions, then the open one. */
export function versionOf(settled: string, open: FoldSession | undefined): string {
  return settle(settled, open ?? NOBODY_INSIDE)
}

const NOBODY_INSIDE: FoldSession = Object.freeze({
  key: '',
  startedAt: undefined,
  endedAt: undefined,
  seconds: 0,
  status: 'void',
  flags: [],
  notes: [],
  place: '',
  site: undefined,
  startId: undefined,
  endId: undefined,
  nightSeconds: 0,
  suggestion: undefined,
  bound: undefined,
  open: false,
  cites: [],
})
