/**
 * Pairs the taps of one worker by what each one claimed. Two states: OUT, and IN since a tap. A tap means what the
 * screen said when she stood there, so a tap that arrives late re-pairs its neighbours and turns nothing round.
 *
 *   state │ tap             │ next │ emits
 *   any   │ bounce          │ same │ ignored
 *   OUT   │ IN              │ IN   │ an open session
 *   OUT   │ OUT             │ OUT  │ missing_in
 *   IN    │ OUT, not gone   │ OUT  │ a closed session; at another place: place_mismatch
 *   IN    │ OUT, gone       │ OUT  │ missing_out for the old one, missing_in for this one
 *   IN    │ IN              │ IN   │ missing_out for the old one; nearer than the way between the places: two_places
 */
import type { Direction } from '../protocol/event/attendance.ts'
import { type BusinessDay, type Instant, startOfBusinessDay } from '../protocol/time.ts'
import type { BlockingFlag, IgnoredReason } from './day-fold.ts'
import type { ReadyTap } from './order-taps.ts'
import { type AttendancePolicy, placeKey, travelMs } from './policy.ts'

/** A session before quality flags and decisions. At least one edge is there. */
export interface PairedSession {
  readonly start: ReadyTap | undefined
  readonly end: ReadyTap | undefined
  readonly flags: readonly BlockingFlag[]
  readonly bound: Instant | undefined
  readonly open: boolean
}

export interface Pairing {
  readonly sessions: readonly PairedSession[]
  readonly ignored: ReadonlyMap<ReadyTap, IgnoredReason>
  /** Accepted taps, in order: every one of them is an edge. */
  readonly accepted: readonly ReadyTap[]
  /** The worker is inside since this tap. */
  readonly inside: Inside | undefined
}

/** The state IN: the tap that opened it, and what is held against the session already. */
export interface Inside {
  readonly tap: ReadyTap
  readonly flags: readonly BlockingFlag[]
}

/** What one tap does to the state. An ignored tap leaves it alone. */
export type Step =
  | { readonly ignored: IgnoredReason }
  | { readonly ignored: undefined; readonly next: Inside | undefined; readonly emits: readonly PairedSession[] }

/** All that the next tap looks back at. */
export interface Standing {
  readonly inside: Inside | undefined
  /** The last accepted tap. */
  readonly last: Pick<ReadyTap, 'time' | 'claim'> | undefined
}

/** `taps` in the order of `orderTaps`. */
export function pairTaps(taps: readonly ReadyTap[], day: BusinessDay, policy: AttendancePolicy): Pairing {
  const sessions: PairedSession[] = []
  const ignored = new Map<ReadyTap, IgnoredReason>()
  const accepted: ReadyTap[] = []
  let inside: Inside | undefined
  for (const tap of taps) {
    const step = stepTap(tap, { inside, last: accepted.at(-1) }, day, policy)
    if (step.ignored !== undefined) {
      ignored.set(tap, step.ignored)
      continue
    }
    sessions.push(...step.emits)
    inside = step.next
    accepted.push(tap)
  }
  if (inside !== undefined) sessions.push(stillOpen(inside, policy))
  return { sessions, ignored, accepted, inside }
}

/** Takes one tap behind all others. */
export function stepTap(tap: ReadyTap, standing: Standing, day: BusinessDay, policy: AttendancePolicy): Step {
  const { inside, last } = standing
  const ignored = reasonToIgnore(tap, last, policy)
  if (ignored !== undefined) return { ignored }
  return { ignored, ...accept(tap, inside, last, day, policy) }
}

/** Evidence that never reaches the state machine. The window runs from the last accepted tap, whatever the reader. */
function reasonToIgnore(tap: ReadyTap, last: Standing['last'], policy: AttendancePolicy): IgnoredReason | undefined {
  if (tap.voided) return 'voided'
  if (tap.known === 'revoked_card') return 'revoked_card'
  if (last === undefined || tap.time - last.time >= policy.debounceMs) return undefined
  return isExempt(tap, last) ? undefined : 'bounce'
}

/** A person who chose the direction is believed at once; an import or staff entry only where it says something new. */
function isExempt(tap: ReadyTap, last: { readonly claim: Direction }): boolean {
  if (tap.redirected || tap.claimBy === 'worker') return true
  return (tap.chosen || tap.claimBy === 'staff') && tap.claim !== last.claim
}

interface Accepted {
  readonly next: Inside | undefined
  readonly emits: readonly PairedSession[]
}

function accept(
  tap: ReadyTap,
  inside: Inside | undefined,
  last: Standing['last'],
  day: BusinessDay,
  policy: AttendancePolicy,
): Accepted {
  if (tap.claim === 'in') return inside === undefined ? comeIn(tap) : comeInAgain(tap, inside, day, policy)
  if (inside === undefined) return { next: undefined, emits: [missingIn(tap, last, day, policy)] }
  if (tap.time - inside.tap.time > policy.sessionMaxMs) {
    const limit = inside.tap.time + policy.sessionMaxMs
    return { next: undefined, emits: [missingOut(inside, [], limit), missingIn(tap, inside.tap, day, policy)] }
  }
  return { next: undefined, emits: [closed(inside, tap)] }
}

function comeIn(tap: ReadyTap): Accepted {
  return { next: { tap, flags: [] }, emits: [] }
}

function comeInAgain(tap: ReadyTap, inside: Inside, day: BusinessDay, policy: AttendancePolicy): Accepted {
  const way = travelMs(whereabouts(inside.tap), whereabouts(tap), day, policy)
  const flags: BlockingFlag[] = tap.time - inside.tap.time < way ? ['two_places'] : []
  const limit = Math.max(inside.tap.time, Math.min(tap.time - way, inside.tap.time + policy.sessionMaxMs))
  return { next: { tap, flags }, emits: [missingOut(inside, flags, limit)] }
}

function closed(inside: Inside, end: ReadyTap): PairedSession {
  const elsewhere = placeKey(inside.tap.place) !== placeKey(end.place)
  const flags: BlockingFlag[] = elsewhere ? ['place_mismatch', ...inside.flags] : [...inside.flags]
  return { start: inside.tap, end, flags, bound: undefined, open: false }
}

function missingOut(inside: Inside, more: readonly BlockingFlag[], bound: Instant): PairedSession {
  const flags: BlockingFlag[] = ['missing_out', ...inside.flags, ...more]
  return { start: inside.tap, end: undefined, flags, bound, open: false }
}

function missingIn(
  end: ReadyTap,
  last: { readonly time: Instant } | undefined,
  day: BusinessDay,
  policy: AttendancePolicy,
): PairedSession {
  const earliest = [last?.time, end.time - policy.sessionMaxMs]
  if (policy.rollOver !== 'off') earliest.push(startOfBusinessDay(day))
  const bound = Math.max(...earliest.filter((at) => at !== undefined))
  return { start: undefined, end, flags: ['missing_in'], bound, open: false }
}

export function stillOpen(inside: Inside, policy: AttendancePolicy): PairedSession {
  const bound = inside.tap.time + policy.sessionMaxMs
  return { start: inside.tap, end: undefined, flags: inside.flags, bound, open: true }
}

function whereabouts(tap: ReadyTap): { site: string; place: string; imported: boolean } {
  return { site: tap.site, place: tap.place, imported: tap.claimBy === 'import' }
}
