/**
 * Takes one more tap behind all others of its day. Gives exactly what folding the whole day again would give; where that
 * cannot be known from the day's state, it says so. This is what makes a tap cheap: a day is read and written as one
 * small state, however many taps it has.
 */
import type { BusinessDay } from '../protocol/time.ts'
import type { DayState, FoldSession, FoldTap, TapOutcome } from './day-fold.ts'
import { describeSession, NOTHING_SETTLED, settle } from './describe-session.ts'
import { lastClaim, NEVER } from './fold-day.ts'
import type { ReadyTap } from './order-taps.ts'
import { type Inside, type PairedSession, stepTap, stillOpen } from './pair-taps.ts'
import { type AttendancePolicy, uncertaintyOf } from './policy.ts'

export interface AppendedTap {
  /** The version of the day is `versionOf(state.settled, open)`: whoever appends several taps needs the last one only. */
  readonly state: DayState
  readonly outcome: TapOutcome
  /** Sessions that are new or not what they were, by key. */
  readonly changed: readonly FoldSession[]
  readonly open: FoldSession | undefined
}

const NONE: ReadonlySet<ReadyTap> = new Set()

/**
 * `state` undefined = the day had no tap and no decision. The tap must have no redirect and no void. Undefined when the
 * whole day has to be folded: the tap is not the latest, or its order is uncertain.
 */
export function appendTap(
  state: DayState | undefined,
  tap: FoldTap,
  day: BusinessDay,
  policy: AttendancePolicy,
): AppendedTap | undefined {
  if (state !== undefined && tap.time <= state.latest) return undefined
  const ready: ReadyTap = { ...tap, redirected: false, voided: false }
  const inside = state?.inside === undefined ? undefined : { ...state.inside, tap: plain(state.inside.tap) }
  const step = stepTap(ready, { inside, last: state?.last }, day, policy)
  if (step.ignored !== undefined) return ignoredTap(state, ready, step.ignored, inside, day, policy)
  const uncertainty = uncertaintyOf(tap, policy)
  if (state !== undefined && tap.time - uncertainty < state.uncertainUntil) return undefined
  const emitted = step.emits.map((paired) => describeSession(paired, NONE, day, policy))
  const open = openSession(step.next, day, policy)
  const waiting = emitted.filter(({ status }) => status === 'pending')
  const settled = emitted.reduce(settle, state?.settled ?? NOTHING_SETTLED)
  return {
    state: {
      inside: step.next,
      last: lastClaim(ready),
      latest: tap.time,
      uncertainUntil: Math.max(state?.uncertainUntil ?? NEVER, tap.time + uncertainty),
      settled,
      payableSeconds: (state?.payableSeconds ?? 0) + secondsOf(emitted.filter(({ status }) => status === 'payable')),
      pendingSeconds: (state?.pendingSeconds ?? 0) + secondsOf(waiting),
      pending: (state?.pending ?? 0) + waiting.length,
    },
    outcome: { tap: tap.id, outcome: tap.claim, reason: undefined, session: edgeOf(tap, emitted, open) },
    changed: open === undefined || step.next?.tap !== ready ? emitted : [...emitted, open],
    open,
  }
}

function ignoredTap(
  state: DayState | undefined,
  tap: ReadyTap,
  reason: NonNullable<TapOutcome['reason']>,
  inside: Inside | undefined,
  day: BusinessDay,
  policy: AttendancePolicy,
): AppendedTap {
  const open = openSession(inside, day, policy)
  const empty = { payableSeconds: 0, pendingSeconds: 0, pending: 0, settled: NOTHING_SETTLED, last: undefined }
  const before = state ?? { ...empty, inside: undefined, uncertainUntil: NEVER }
  return {
    state: { ...before, latest: tap.time },
    outcome: { tap: tap.id, outcome: 'ignored', reason, session: undefined },
    changed: [],
    open,
  }
}

/** A redirect was laid over the remembered tap when it was folded; it has no say any more. */
function plain(tap: FoldTap): ReadyTap {
  return { ...tap, redirected: false, voided: false }
}

function openSession(inside: Inside | undefined, day: BusinessDay, policy: AttendancePolicy): FoldSession | undefined {
  if (inside === undefined) return undefined
  const paired: PairedSession = stillOpen(inside, policy)
  return describeSession(paired, NONE, day, policy)
}

function secondsOf(sessions: readonly FoldSession[]): number {
  return sessions.reduce((sum, { seconds }) => sum + seconds, 0)
}

function edgeOf(tap: FoldTap, emitted: readonly FoldSession[], open: FoldSession | undefined): string | undefined {
  if (open?.startId === tap.id) return open.key
  return emitted.find(({ startId, endId }) => startId === tap.id || endId === tap.id)?.key
}
