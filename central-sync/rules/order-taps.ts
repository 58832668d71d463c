/**
 * Readies the taps of a day for pairing: later evidence about a tap is laid over it, and the whole is put into the one
 * order that the fold knows. Nothing here depends on the order of arrival.
 */
import type { Direction } from '../protocol/event/attendance.ts'
import { type EventId, parseDeviceEventId } from '../protocol/identifier.ts'
import type { FoldRedirect, FoldTap, FoldVoid } from './day-fold.ts'

/** A tap with the direction that counts. */
export interface ReadyTap extends FoldTap {
  readonly redirected: boolean
  readonly voided: boolean
}

/** By time; at equal instants OUT before IN, so that leaving and coming back never overlap; then device and counter. */
export function orderTaps(
  taps: readonly FoldTap[],
  redirects: readonly FoldRedirect[],
  voids: readonly FoldVoid[],
): ReadyTap[] {
  const claims = lastRedirects(redirects)
  const voided = new Set(voids.map(({ target }) => target))
  const unique = new Map(taps.map((tap) => [tap.id, tap]))
  const ready: ReadyTap[] = []
  for (const tap of unique.values()) {
    const claim = claims.get(tap.id)
    ready.push({ ...tap, claim: claim ?? tap.claim, redirected: claim !== undefined, voided: voided.has(tap.id) })
  }
  return ready.sort(compareTaps)
}

export function compareTaps(a: ReadyTap, b: ReadyTap): number {
  return (
    a.time - b.time ||
    outFirst(a.claim) - outFirst(b.claim) ||
    compareText(a.device, b.device) ||
    a.seq - b.seq ||
    compareText(a.id, b.id)
  )
}

/** The last redirect of a tap wins. They come from one device, whose counter tells which was last. */
function lastRedirects(redirects: readonly FoldRedirect[]): Map<EventId, Direction> {
  const last = new Map<EventId, FoldRedirect>()
  for (const redirect of redirects) {
    const known = last.get(redirect.target)
    if (known === undefined || compareEvents(known.id, redirect.id) < 0) last.set(redirect.target, redirect)
  }
  return new Map([...last].map(([target, { claim }]) => [target, claim]))
}

/** Order of two events of one author: a device's counter, else the time in the ULID. */
export function compareEvents(a: EventId, b: EventId): number {
  const [left, right] = [parseDeviceEventId(a), parseDeviceEventId(b)]
  if (left !== undefined && right !== undefined && left.device === right.device) return left.seq - right.seq
  return compareText(a, b)
}

/** By code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function outFirst(claim: Direction): number {
  return claim === 'out' ? 0 : 1
}
