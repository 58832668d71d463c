/** Measures time without counting any second twice. Intervals are half-open: [start, end). */
import type { Instant } from '../protocol/time.ts'

export interface Span {
  readonly start: Instant
  readonly end: Instant
}

/**
 * Whole seconds between two instants. Each edge is cut to its second first, so that parts of an interval always add up
 * to the whole.
 */
export function secondsBetween(start: Instant, end: Instant): number {
  return Math.max(0, Math.floor(end / 1000) - Math.floor(start / 1000))
}

/** Sorted, merged spans; touching ones join, empty and inverted ones are dropped. */
export function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: { start: Instant; end: Instant }[] = []
  const sorted = spans.filter(({ start, end }) => start < end).sort((a, b) => a.start - b.start)
  for (const { start, end } of sorted) {
    const last = merged.at(-1)
    if (last === undefined || start > last.end) merged.push({ start, end })
    else last.end = Math.max(last.end, end)
  }
  return merged
}

/** Seconds covered by at least one span. */
export function unionSeconds(spans: readonly Span[]): number {
  return mergeSpans(spans).reduce((sum, { start, end }) => sum + secondsBetween(start, end), 0)
}

export function overlaps(a: Span, b: Span): boolean {
  return a.start < b.end && b.start < a.end
}
