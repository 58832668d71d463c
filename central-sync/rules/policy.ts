/**
 * The attendance policy as a value. Rules take it as an argument; the product has no switch. `defaultPolicy` is what
 * every centre runs on; tests pass others to compare with the published cases of other systems.
 */
import type { ClockQuality } from '../protocol/event/attendance.ts'
import { type BusinessDay, HOUR_MS, type Instant, MINUTE_MS, SECOND_MS } from '../protocol/time.ts'

/** Minutes between two places (labels as `placeKey` writes them), in both directions, from a day on. */
export interface TravelTime {
  readonly a: string
  readonly b: string
  readonly from: BusinessDay
  readonly ms: number
}

export interface AttendancePolicy {
  /** A tap nearer than this to the last accepted one is a bounce; exactly this far is accepted. */
  readonly debounceMs: number
  /** Longest session; one ms more and the worker is gone. */
  readonly sessionMaxMs: number
  /** `jst05`: everybody is OUT at 05:00 JST. `off` exists for comparison with systems that have no roll-over. */
  readonly rollOver: 'jst05' | 'off'
  /** One card on one reader within this time is one touch. */
  readonly touchMs: number
  readonly undoMs: number
  readonly redirectMs: number
  /** Older than this, a clock offset counts as extrapolated. */
  readonly offsetAgeMs: number
  /** Further ahead than this of the appliance at receipt, a time is absurd (or a bad row in an import). */
  readonly futureToleranceMs: number
  /** A roster older than this is stale. */
  readonly rosterAgeMs: number
  /** Dated table of travel times between centres; the newest row not after the day counts. */
  readonly travel: readonly TravelTime[]
  readonly travelDefaultMs: number
  /** When a site closes that says nothing else, ms after midnight JST: only ever a suggestion for a forgotten OUT. */
  readonly siteClosesMs: number
  /** How far a clock of this quality may be off. `driftPpm` × age of the offset is added for `extrapolated`. */
  readonly uncertaintyMs: Readonly<Record<ClockQuality, number>>
  readonly driftPpm: number
}

/**
 * Uncertainty by clock quality: a synced clock is right to a network round trip plus two hours of drift; an
 * extrapolated one drifts on (100 ppm is twice what a cheap crystal is sold with); a clock that was never set since it
 * lost power may be off by anything, so it is uncertain against the whole day; imported rows are vouched for by a person.
 */
export const defaultPolicy: AttendancePolicy = Object.freeze({
  debounceMs: 120 * SECOND_MS,
  sessionMaxMs: 16 * HOUR_MS,
  rollOver: 'jst05',
  touchMs: 3 * SECOND_MS,
  undoMs: 30 * SECOND_MS,
  redirectMs: 10 * SECOND_MS,
  offsetAgeMs: 2 * HOUR_MS,
  futureToleranceMs: 5 * MINUTE_MS,
  rosterAgeMs: 24 * HOUR_MS,
  travel: [],
  travelDefaultMs: 30 * MINUTE_MS,
  siteClosesMs: 18 * HOUR_MS,
  uncertaintyMs: Object.freeze({
    synced: 2 * SECOND_MS,
    imported: 0,
    extrapolated: 2 * SECOND_MS,
    unsynced: 24 * HOUR_MS,
    absurd: 24 * HOUR_MS,
  }),
  driftPpm: 100,
})

/** Label of a place as it is compared: NFKC, trimmed, inner white space as one space. */
export function placeKey(label: string): string {
  return label.normalize('NFKC').trim().replace(/\s+/gu, ' ')
}

/** How far the true time of a tap may be from its stamp, in ms. */
export function uncertaintyOf(
  tap: { clock: ClockQuality; offsetAge: number | null },
  policy: AttendancePolicy,
): number {
  const base = policy.uncertaintyMs[tap.clock]
  return tap.clock === 'extrapolated' ? base + Math.ceil(((tap.offsetAge ?? 0) * policy.driftPpm) / 1_000_000) : base
}

/** What a travel time is looked up by. */
export interface Whereabouts {
  readonly site: string
  readonly place: string
  readonly imported: boolean
}

/**
 * Shortest time between two taps of one person at two places. 0 within a centre: the same label, or two devices of the
 * same centre. An imported row names its place itself, so there another label is another centre.
 */
export function travelMs(a: Whereabouts, b: Whereabouts, day: BusinessDay, policy: AttendancePolicy): number {
  const [from, to] = [placeKey(a.place), placeKey(b.place)]
  if (from === to) return 0
  if (a.site === b.site && !a.imported && !b.imported) return 0
  let best: TravelTime | undefined
  for (const row of policy.travel) {
    const fits = (row.a === from && row.b === to) || (row.a === to && row.b === from)
    if (fits && row.from <= day && (best === undefined || row.from > best.from)) best = row
  }
  return best?.ms ?? policy.travelDefaultMs
}

/** The instant from which a session begun at `start` counts as left open: roll-over, or just past the longest session. */
export function goneFrom(start: Instant, rollOver: Instant | undefined, policy: AttendancePolicy): Instant {
  const tooLong = start + policy.sessionMaxMs + 1
  return rollOver === undefined ? tooLong : Math.min(rollOver, tooLong)
}
