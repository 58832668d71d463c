/**
 * Spans of wall minutes of one day, half-open: [start, end). Two spans that touch do not overlap; with a buffer they
 * must be at least that far apart.
 */
import type { WallSpan } from '../protocol/event/booking.ts'

/** Do they share a minute, or stand nearer to each other than `bufferMin` minutes? */
export function overlaps(a: WallSpan, b: WallSpan, bufferMin = 0): boolean {
  return a.start < b.end + bufferMin && b.start < a.end + bufferMin
}

/** The first of `others` that is in the way. */
export function firstOverlap<S extends WallSpan>(wanted: WallSpan, others: readonly S[], bufferMin = 0): S | undefined {
  return others.find((other) => overlaps(wanted, other, bufferMin))
}

/** Does `outer` contain every minute of `inner`? */
export function covers(outer: WallSpan, inner: WallSpan): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}

/** What is left of `span` when the minutes of `taken` (and the buffer around them) are cut out, in order of time. */
export function freeSpans(span: WallSpan, taken: readonly WallSpan[], bufferMin = 0): WallSpan[] {
  const free: WallSpan[] = []
  let from = span.start
  for (const { start, end } of [...taken].sort((a, b) => a.start - b.start)) {
    if (start - bufferMin > from) free.push({ start: from, end: Math.min(start - bufferMin, span.end) })
    from = Math.max(from, end + bufferMin)
    if (from >= span.end) return free
  }
  if (from < span.end) free.push({ start: from, end: span.end })
  return free
}
