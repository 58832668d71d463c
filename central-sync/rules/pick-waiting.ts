/**
 * Serves a waiting list (P13). Who waits is served by priority, then in the order of coming, and only with what fits.
 * An offer holds its place until it expires; nobody is offered a time that has begun; nobody is served twice.
 */
import type { WallSpan } from '../protocol/event/booking.ts'
import { type CalendarDay, type Instant, instantOf, MINUTE_MS } from '../protocol/time.ts'

export interface WaitingEntry extends WallSpan {
  readonly waiting: string
  readonly day: CalendarDay
  /** Higher first. */
  readonly priority: number
  /** Order of coming. */
  readonly seq: number
  readonly state: 'waiting' | 'offered'
  /** Of an offer. */
  readonly expires?: Instant | undefined
}

export type WaitingStep<E extends WaitingEntry> =
  /** Time to answer is over: its hold is released, the entry is closed. */
  | { readonly kind: 'expire'; readonly entry: E }
  /** The time began before anything became free. */
  | { readonly kind: 'pass'; readonly entry: E }
  | { readonly kind: 'offer'; readonly entry: E; readonly expires: Instant }

export interface WaitingOptions<E extends WaitingEntry> {
  readonly now: Instant
  /** How long an offer is held, minutes; never beyond the start of its time. */
  readonly offerMin: number
  /** Could this entry be served at this moment? Asked in the order of serving; the first yes ends the asking. */
  readonly fits: (entry: E) => boolean
}

/**
 * The next step, or nothing to do. Done one at a time: each changes what is free, so the caller carries it out and asks
 * again. What is over is cleared first, because that makes room.
 */
export function pickWaiting<E extends WaitingEntry>(
  entries: readonly E[],
  { now, offerMin, fits }: WaitingOptions<E>,
): WaitingStep<E> | undefined {
  const expired = entries.find(({ state, expires }) => state === 'offered' && expires !== undefined && expires <= now)
  if (expired !== undefined) return { kind: 'expire', entry: expired }
  const begun = entries.find((entry) => entry.state === 'waiting' && startOf(entry) <= now)
  if (begun !== undefined) return { kind: 'pass', entry: begun }
  const next = entries
    .filter(({ state }) => state === 'waiting')
    .sort(byTurn)
    .find(fits)
  if (next === undefined) return undefined
  return { kind: 'offer', entry: next, expires: Math.min(now + offerMin * MINUTE_MS, startOf(next)) }
}

/** Order of serving. */
export function byTurn(a: WaitingEntry, b: WaitingEntry): number {
  return b.priority - a.priority || a.seq - b.seq
}

/** How many are served before this one at the same wish of time; 0 = next. */
export function turnOf(entry: WaitingEntry, entries: readonly WaitingEntry[]): number {
  const rivals = entries.filter(({ waiting, state, day, start, end }) => {
    return (
      waiting !== entry.waiting && state === 'waiting' && day === entry.day && start < entry.end && entry.start < end
    )
  })
  return rivals.filter((rival) => byTurn(rival, entry) < 0).length
}

function startOf({ day, start }: WaitingEntry): Instant {
  return instantOf(day, start)
}
