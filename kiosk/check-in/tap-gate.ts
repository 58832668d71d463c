/**
 * What one touch means on this kiosk, before the appliance has spoken. Pure. The direction is only proposed and shown:
 * what the screen said is stored as the claim, a press on "switch" or "undo" is further evidence, and the appliance's
 * fold decides. The best-known state is the roster overlaid with this kiosk's own taps.
 */
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { businessDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import type { LastClaim } from '../../central-sync/rules/day-fold.ts'
import { defaultPolicy } from '../../central-sync/rules/policy.ts'
import { proposeDirection } from '../../central-sync/rules/propose-direction.ts'

/** How long after its tap a direction may be switched, by the monotonic clock of the same process. */
export const REDIRECT_MS = defaultPolicy.redirectMs
/** How long after its tap it may be undone. */
export const UNDO_MS = defaultPolicy.undoMs

/** What a person's last accepted tap said. */
export type Standing = LastClaim

/** A tap this kiosk kept today. `ignored` = accepted as evidence, but it changed nothing. */
export interface OwnTap {
  readonly id: EventId
  readonly time: Instant
  readonly place: string
  /** Monotonic ms at the touch; undefined when an earlier process of this kiosk kept it. */
  readonly keptAt: number | undefined
  readonly claim: Direction
  readonly state: 'standing' | 'ignored' | 'voided'
  /** The best-known state before this tap: what holds again when it is undone. */
  readonly before: Standing | undefined
  /** The newest record about it: the tap itself, a redirect or a void. Only its answer still speaks of this tap. */
  readonly latest: EventId
}

export interface Proposal {
  readonly claim: Direction
  /** What the appliance will most likely say. */
  readonly expected: 'in' | 'out' | 'ignored'
  /** The state the proposal was made from. */
  readonly before: Standing | undefined
}

/** The best-known state of one person: the newest of the roster's word and this kiosk's own taps (oldest first). */
export function standingOf(roster: Standing | undefined, own: readonly OwnTap[]): Standing | undefined {
  const undone = own.find((tap) => tap.state === 'voided' && tap.time === roster?.time)
  const base = undone === undefined ? roster : undone.before
  return own
    .filter(({ state }) => state === 'standing')
    .reduce<Standing | undefined>((best, tap) => (best === undefined || tap.time >= best.time ? tap : best), base)
}

/** The direction to propose for a touch at `time`; a reader mounted at one door knows it by itself. */
export function proposeTap(
  roster: Standing | undefined,
  own: readonly OwnTap[],
  time: Instant,
  facing: Direction | undefined,
): Proposal {
  const before = standingOf(roster, own)
  const claim = facing ?? proposeDirection(before, time, defaultPolicy)
  const bounced =
    before !== undefined &&
    businessDayOf(before.time) === businessDayOf(time) &&
    Math.abs(time - before.time) < defaultPolicy.debounceMs
  return { claim, expected: bounced ? 'ignored' : claim, before }
}

/** A tap after further evidence, and its age for the record. */
export interface Amended {
  readonly tap: OwnTap
  readonly afterMs: number
}

/** May this tap be switched to `claim` now, by the record `by`? */
export function switchTap(tap: OwnTap, claim: Direction, mono: number, by: EventId): Amended | Refusal {
  const afterMs = ageOf(tap, mono)
  if (tap.state === 'voided') return refuse('tap_unknown')
  if (afterMs === undefined || afterMs > REDIRECT_MS) return refuse('too_late')
  return { tap: { ...tap, claim, state: 'standing', latest: by }, afterMs }
}

/** May this tap be undone now? */
export function undoTap(tap: OwnTap, mono: number, by: EventId): Amended | Refusal {
  const afterMs = ageOf(tap, mono)
  if (tap.state === 'voided') return refuse('tap_unknown')
  if (afterMs === undefined || afterMs > UNDO_MS) return refuse('too_late')
  return { tap: { ...tap, state: 'voided', latest: by }, afterMs }
}

/**
 * Two different cards lay on one reader at once (a wallet). The known card of the two counts. Two known people cannot
 * stand there at once: neither counts, they are asked to touch one by one.
 */
export function judgeTogether(
  first: { readonly who: string; readonly known: boolean },
  second: { readonly who: string; readonly known: boolean },
): 'take-second' | 'keep-first' | 'neither' {
  if (first.who === second.who || !second.known) return 'keep-first'
  return first.known ? 'neither' : 'take-second'
}

function ageOf(tap: OwnTap, mono: number): number | undefined {
  return tap.keptAt === undefined ? undefined : Math.max(0, mono - tap.keptAt)
}
