import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '../../../../central-sync/protocol/time.ts'
import { nightSeconds } from '../../../../central-sync/rules/night-seconds.ts'
import { mergeSpans, overlaps, secondsBetween, unionSeconds } from '../../../../central-sync/rules/union-seconds.ts'
import { at, DAY, jst } from '../../../support/attendance-facts.ts'

const span = (start: number, end: number) => ({ start: start * 1000, end: end * 1000 })

describe('union of intervals', () => {
  it('joins overlapping and touching spans and drops empty and inverted ones', () => {
    expect(mergeSpans([span(0, 10), span(5, 20), span(30, 40)])).toEqual([span(0, 20), span(30, 40)])
    expect(mergeSpans([span(0, 10), span(10, 20), span(20, 30)])).toEqual([span(0, 30)])
    expect(mergeSpans([span(5, 5), span(10, 8)])).toEqual([])
  })

  it('counts a second once: 20:00 and eight hours, with nine hours of idle, in a day that ends at midnight', () => {
    const [work, idle] = [span(20, 24), span(21, 30)]
    expect(unionSeconds([work]) - unionSeconds([span(21, 24)])).toBe(1)
    expect(unionSeconds([work, idle])).toBe(10)
  })

  it('does not take touching for overlapping', () => {
    expect(overlaps(span(9, 13), span(13, 17))).toBe(false)
    expect(overlaps(span(9, 13), span(12, 17))).toBe(true)
  })

  it('never exceeds the sum, and equals it when nothing overlaps', () => {
    const spans = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 90 })).map(([a, n]) => span(a, a + n)),
    )
    fc.assert(
      fc.property(spans, (all) => {
        const covered = new Set(all.flatMap(({ start, end }) => range(start / 1000, end / 1000)))
        expect(unionSeconds(all)).toBe(covered.size)
      }),
    )
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index)
}

describe('night seconds, 22:00 to 05:00 in Japan', () => {
  it('counts the part of a session that lies in the night', () => {
    expect(nightSeconds(at('18:00'), at('26:00'))).toBe(4 * 3600)
    expect(nightSeconds(at('09:00'), at('17:00'))).toBe(0)
    expect(nightSeconds(at('22:00'), at('29:00'))).toBe(7 * 3600)
    expect(nightSeconds(jst(`${DAY} 04:00`), jst(`${DAY} 06:00`))).toBe(3600)
  })

  it('shows 18:00 to 02:00 as six hours of one calendar day and two of the next', () => {
    const midnight = at('24:00')
    expect(secondsBetween(at('18:00'), midnight)).toBe(6 * 3600)
    expect(secondsBetween(midnight, at('26:00'))).toBe(2 * 3600)
  })

  const instants = fc.tuple(...[0, 1, 2].map(() => fc.integer({ min: at('05:00'), max: at('05:00') + 3 * DAY_MS })))

  it('is additive under splitting, as are all seconds (I9)', () => {
    fc.assert(
      fc.property(instants, (unsorted) => {
        const [a = 0, b = 0, c = 0] = [...unsorted].sort((x, y) => x - y)
        expect(nightSeconds(a, b) + nightSeconds(b, c)).toBe(nightSeconds(a, c))
        expect(secondsBetween(a, b) + secondsBetween(b, c)).toBe(secondsBetween(a, c))
        expect(nightSeconds(a, c)).toBeLessThanOrEqual(secondsBetween(a, c))
      }),
      { numRuns: 2_000 },
    )
  })

  it('counts seven hours in any 24', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e9 }), (second) => {
        expect(nightSeconds(second * 1000, second * 1000 + 24 * HOUR_MS)).toBe(7 * 3600)
      }),
    )
  })
})
