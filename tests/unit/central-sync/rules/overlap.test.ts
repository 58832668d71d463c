import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { covers, firstOverlap, freeSpans, overlaps } from '../../../../central-sync/rules/overlap.ts'

const span = (start: number, end: number) => ({ start, end })
const NOON = span(720, 780)

/** Allen's thirteen relations of `a` to 12:00–13:00. */
const relations = [
  ['before', span(600, 660), false],
  ['meets', span(660, 720), false],
  ['overlaps', span(690, 750), true],
  ['finished by', span(690, 780), true],
  ['contains', span(690, 810), true],
  ['starts', span(720, 750), true],
  ['equals', span(720, 780), true],
  ['started by', span(720, 810), true],
  ['during', span(735, 765), true],
  ['finishes', span(750, 780), true],
  ['overlapped by', span(750, 810), true],
  ['met by', span(780, 840), false],
  ['after', span(840, 900), false],
] as const

type Span = ReturnType<typeof span>

/** The thirteen as Allen wrote them down: by the order of the four edges alone. */
const ALLEN: Readonly<Record<string, { shared: boolean; holds: (a: Span, b: Span) => boolean }>> = {
  '<': { shared: false, holds: (a, b) => a.end < b.start },
  '>': { shared: false, holds: (a, b) => b.end < a.start },
  m: { shared: false, holds: (a, b) => a.end === b.start },
  mi: { shared: false, holds: (a, b) => b.end === a.start },
  o: { shared: true, holds: (a, b) => a.start < b.start && b.start < a.end && a.end < b.end },
  oi: { shared: true, holds: (a, b) => b.start < a.start && a.start < b.end && b.end < a.end },
  s: { shared: true, holds: (a, b) => a.start === b.start && a.end < b.end },
  si: { shared: true, holds: (a, b) => a.start === b.start && b.end < a.end },
  d: { shared: true, holds: (a, b) => b.start < a.start && a.end < b.end },
  di: { shared: true, holds: (a, b) => a.start < b.start && b.end < a.end },
  f: { shared: true, holds: (a, b) => a.end === b.end && b.start < a.start },
  fi: { shared: true, holds: (a, b) => a.end === b.end && a.start < b.start },
  eq: { shared: true, holds: (a, b) => a.start === b.start && a.end === b.end },
}

const anySpan = fc
  .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 1, max: 1_440 }))
  .filter(([start, end]) => start < end)
  .map(([start, end]) => span(start, end))

/** Independent model: the minutes themselves. */
const minutes = ({ start, end }: { start: number; end: number }) =>
  new Set(Array.from({ length: end - start }, (_, index) => start + index))

describe('two spans of one day', () => {
  it.each(relations)('one that %s the other: do they overlap? %o %s', (_name, a, expected) => {
    expect(overlaps(a, NOON)).toBe(expected)
    expect(overlaps(NOON, a)).toBe(expected)
  })

  it('stand in exactly one of the thirteen relations of Allen, and overlap in nine of them (P5)', () => {
    // A narrow day, so that edges meet often.
    const edge = fc.integer({ min: 0, max: 6 }).map((count) => 600 + count * 15)
    const narrow = fc
      .tuple(edge, edge)
      .filter(([start, end]) => start < end)
      .map(([start, end]) => span(start, end))
    const seen = new Set<string>()
    fc.assert(
      fc.property(narrow, narrow, (a, b) => {
        const holding = Object.entries(ALLEN).filter(([, { holds }]) => holds(a, b))
        expect(holding).toHaveLength(1)
        const [name = '', relation] = holding[0] ?? []
        seen.add(name)
        expect(overlaps(a, b)).toBe(relation?.shared)
        expect(overlaps(b, a)).toBe(relation?.shared)
      }),
      { numRuns: 5_000 },
    )
    expect([...seen].sort()).toEqual(Object.keys(ALLEN).sort())
    expect(Object.values(ALLEN).filter(({ shared }) => shared)).toHaveLength(9)
  })

  it('overlap exactly when they share a minute, whichever is named first (P5)', () => {
    fc.assert(
      fc.property(anySpan, anySpan, (a, b) => {
        const ofB = minutes(b)
        const shared = [...minutes(a)].some((at) => ofB.has(at))
        expect(overlaps(a, b)).toBe(shared)
        expect(overlaps(b, a)).toBe(shared)
      }),
    )
  })

  it('that touch never conflict (P4)', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1_440 }), { minLength: 3, maxLength: 3 }), (edges) => {
        const [a = 0, b = 0, c = 0] = edges.sort((one, two) => one - two)
        expect(overlaps(span(a, b), span(b, c))).toBe(false)
      }),
    )
  })

  it('need the buffer between them, once and not twice', () => {
    expect(overlaps(span(600, 660), span(670, 700), 10)).toBe(false)
    expect(overlaps(span(600, 660), span(669, 700), 10)).toBe(true)
    expect(overlaps(span(670, 700), span(600, 660), 10)).toBe(false)
  })
})

describe('a day with bookings', () => {
  it('names the first that is in the way', () => {
    const others = [span(540, 600), span(660, 720), span(700, 730)]
    expect(firstOverlap(span(600, 720), others)).toEqual(span(660, 720))
    expect(firstOverlap(span(600, 660), others)).toBeUndefined()
    expect(firstOverlap(span(600, 660), others, 5)).toEqual(span(540, 600))
  })

  it('covers what lies within its hours, edges included', () => {
    expect(covers(span(540, 1_080), span(540, 1_080))).toBe(true)
    expect(covers(span(540, 1_080), span(539, 600))).toBe(false)
    expect(covers(span(540, 1_080), span(1_000, 1_081))).toBe(false)
  })

  it('has free spans that hold every minute that is far enough from a booking, and no other', () => {
    fc.assert(
      fc.property(
        anySpan,
        fc.array(anySpan, { maxLength: 6 }),
        fc.integer({ min: 0, max: 30 }),
        (day, taken, buffer) => {
          const free = freeSpans(day, taken, buffer)
          const found = new Set(free.flatMap((part) => [...minutes(part)]))
          const near = (at: number) => taken.some(({ start, end }) => at >= start - buffer && at < end + buffer)
          expect(found).toEqual(new Set([...minutes(day)].filter((at) => !near(at))))
          expect(free.every(({ start, end }) => start < end)).toBe(true)
        },
      ),
    )
  })
})
