/** What goes into the fold of one worker's business day, and what comes out. Values only. */
import type { ClockQuality, Direction, Interval, TapEvidence } from '../protocol/event/attendance.ts'
import type { CorrectionId, DeviceId, EventId, SiteId, WorkerId } from '../protocol/identifier.ts'
import type { BusinessDay, Instant } from '../protocol/time.ts'
import type { AttendancePolicy } from './policy.ts'

/**
 * Reasons for which time is pending and pays nothing until a person decides. A closed list, in the order in which flags
 * are written.
 */
export const BLOCKING_FLAGS = [
  'missing_in',
  'missing_out',
  'place_mismatch',
  'two_places',
  'order_uncertain',
  'clock_unsynced',
  'clock_absurd',
  'identity_unverified',
  'card_attached_later',
  'late_evidence',
] as const
export type BlockingFlag = (typeof BLOCKING_FLAGS)[number]

/** Things worth knowing that leave pay alone. A closed list, in the order in which notes are written. */
export const NOTES = ['offline', 'roster_stale', 'night', 'clock_extrapolated', 'tap_without_agent'] as const
export type Note = (typeof NOTES)[number]

/** One tap as the fold sees it. */
export interface FoldTap {
  readonly id: EventId
  readonly site: SiteId
  readonly device: DeviceId
  /** Counter of the device over all its starts; 0 for an imported row. */
  readonly seq: number
  readonly time: Instant
  readonly place: string
  readonly claim: Direction
  readonly claimBy: TapEvidence['claimBy']
  readonly identified: TapEvidence['identified']
  readonly clock: ClockQuality
  readonly offsetAge: number | null
  readonly online: boolean
  readonly rosterStale: boolean
  /** An imported explicit direction: exempt from debounce where it differs from the last accepted claim. */
  readonly chosen: boolean
  readonly known: 'known' | 'unknown_card' | 'revoked_card'
  /** The card was unknown at the tap and was attached to this person later. */
  readonly attributed: boolean
  /** It reached this journal after the month of its day was closed. */
  readonly late: boolean
}

export interface FoldRedirect {
  readonly id: EventId
  readonly target: EventId
  readonly claim: Direction
}

export interface FoldVoid {
  readonly target: EventId
}

/** A human decision that the fold heeds. */
export type FoldDecision =
  | {
      readonly kind: 'correction'
      /** Event id of the decision. */
      readonly id: EventId
      readonly correction: CorrectionId
      readonly outcome: 'approved' | 'reverted'
      /** Edges whose sessions are replaced: taps, or the id of an earlier decision. */
      readonly taps: readonly EventId[]
      readonly granted: readonly Interval[]
    }
  | {
      readonly kind: 'confirmation'
      readonly id: EventId
      readonly start: EventId
      readonly end: EventId
      readonly startedAt: Instant
      readonly endedAt: Instant
    }

export interface FoldInput {
  readonly worker: WorkerId
  readonly day: BusinessDay
  /** All taps of this worker whose time lies in this business day. Any order; replays are harmless. */
  readonly taps: readonly FoldTap[]
  readonly redirects: readonly FoldRedirect[]
  readonly voids: readonly FoldVoid[]
  readonly decisions: readonly FoldDecision[]
  readonly policy: AttendancePolicy
}

export type SessionStatus = 'payable' | 'pending' | 'void'

/** An interval at a place, or what is left of one when an edge is missing. */
export interface FoldSession {
  /** Event id of the opening edge; of the closing edge when the opening is missing; of the decision (`…#2` for its second interval). */
  readonly key: string
  readonly startedAt: Instant | undefined
  readonly endedAt: Instant | undefined
  /** Whole seconds between the edges; 0 while an edge is missing. */
  readonly seconds: number
  readonly status: SessionStatus
  readonly flags: readonly BlockingFlag[]
  readonly notes: readonly Note[]
  readonly place: string
  readonly site: SiteId | undefined
  readonly startId: EventId | undefined
  readonly endId: EventId | undefined
  /** Seconds between 22:00 and 05:00 JST. */
  readonly nightSeconds: number
  /** Proposed end of a forgotten OUT: a suggestion for a person, never counted. */
  readonly suggestion: Instant | undefined
  /** Latest possible end of a missing OUT, earliest possible start of a missing IN. */
  readonly bound: Instant | undefined
  /** The worker is inside: the last session of the day without an end. Whether she was forgotten depends on `now`. */
  readonly open: boolean
  /** Events this session rests on: taps, and the decision if a person decided. */
  readonly cites: readonly EventId[]
}

export type IgnoredReason = 'bounce' | 'voided' | 'revoked_card'

/** What became of one tap. Every tap has exactly one. */
export interface TapOutcome {
  readonly tap: EventId
  readonly outcome: Direction | 'ignored'
  readonly reason: IgnoredReason | undefined
  /** Key of the session of which it is an edge. */
  readonly session: string | undefined
}

/** Last accepted tap of the day: what the next direction is proposed from. */
export interface LastClaim {
  readonly claim: Direction
  readonly time: Instant
  readonly place: string
}

/**
 * What must be remembered of a day to take one more tap behind all others without folding the whole day again (see
 * `append-tap.ts`). Plain JSON.
 */
export interface DayState {
  /** The open session's tap, with what is held against it. */
  readonly inside: { readonly tap: FoldTap; readonly flags: readonly BlockingFlag[] } | undefined
  readonly last: LastClaim | undefined
  /** Time of the latest tap of any kind. */
  readonly latest: Instant
  /** Until when an accepted tap may truly have happened: a tap earlier than that needs the whole day. */
  readonly uncertainUntil: Instant
  /** Digest over the sessions before the open one, one after the other. */
  readonly settled: string
  readonly payableSeconds: number
  readonly pendingSeconds: number
  readonly pending: number
}

export interface DayFold {
  readonly worker: WorkerId
  readonly day: BusinessDay
  /** By time. */
  readonly sessions: readonly FoldSession[]
  /** In the order of the fold. */
  readonly outcomes: readonly TapOutcome[]
  /** Digest of the sessions: changes when and only when a session does. Corrections name it and go stale with it. */
  readonly version: string
  /** Measure of the union of the payable sessions. */
  readonly payableSeconds: number
  /** Seconds of closed sessions that wait for a decision. */
  readonly pendingSeconds: number
  /** Sessions that wait for a decision, without the open one. */
  readonly pending: number
  readonly open: FoldSession | undefined
  readonly last: LastClaim | undefined
  /** Undefined for a day without taps, and where a decision of a person stands. */
  readonly state: DayState | undefined
}
