import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TouchDebouncer } from '../../../../kiosk/reader/touch-debouncer.ts'

const A = '012E4CD1A2B39ABC'
const B = '04A1B2C3D4E580'

describe('a reader that notices removal', () => {
  const fresh = () => new TouchDebouncer({ noticesRemoval: true, hasField: true })

  test('a lying card is one touch however long it lies', () => {
    const debouncer = fresh()
    expect(debouncer.touch('r', A, 0).verdict).toBe('report')
    expect(debouncer.touch('r', A, 60_000).verdict).toBe('same-touch')
  })

  test.each([
    [1_499, 'same-touch'],
    [1_500, 'report'],
  ] as const)('a card that comes back %i ms after its removal is: %s', (ms, verdict) => {
    const debouncer = fresh()
    debouncer.touch('r', A, 0)
    debouncer.removed('r', 100)
    expect(debouncer.touch('r', A, 100 + ms).verdict).toBe(verdict)
  })

  test('flickering at the edge of the field stays one touch', () => {
    const debouncer = fresh()
    debouncer.touch('r', A, 0)
    for (let at = 100; at < 10_000; at += 200) {
      debouncer.removed('r', at)
      expect(debouncer.touch('r', A, at + 100).verdict).toBe('same-touch')
    }
  })

  test('the next person’s card passes at once and is not taken for a second card in one hand', () => {
    const debouncer = fresh()
    debouncer.touch('r', A, 0)
    debouncer.removed('r', 200)
    expect(debouncer.touch('r', B, 250)).toEqual({ verdict: 'report', beside: undefined })
  })

  test('a card that replaces another without a gap lies beside it', () => {
    const debouncer = fresh()
    debouncer.touch('r', A, 0)
    expect(debouncer.touch('r', B, 300)).toEqual({ verdict: 'report', beside: A })
  })
})

describe('a reader that only types', () => {
  const fresh = () => new TouchDebouncer({ noticesRemoval: false, hasField: true })

  test('the same number within three seconds of its last appearance is one touch, sliding', () => {
    const debouncer = fresh()
    expect(debouncer.touch('r', A, 0).verdict).toBe('report')
    for (let at = 2_999; at < 30_000; at += 2_999) expect(debouncer.touch('r', A, at).verdict).toBe('same-touch')
  })

  test('after three seconds of absence it is a new touch', () => {
    const debouncer = fresh()
    debouncer.touch('r', A, 0)
    expect(debouncer.touch('r', A, 3_000).verdict).toBe('report')
  })

  test('two cards that take turns in a purse are two touches, both named', () => {
    const debouncer = fresh()
    expect(debouncer.touch('r', A, 0)).toEqual({ verdict: 'report', beside: undefined })
    expect(debouncer.touch('r', B, 200)).toEqual({ verdict: 'report', beside: A })
    expect(debouncer.touch('r', A, 400)).toEqual({ verdict: 'same-touch', beside: B })
    expect(debouncer.touch('r', B, 600)).toEqual({ verdict: 'same-touch', beside: A })
  })

  test('two readers do not know of each other', () => {
    const debouncer = fresh()
    debouncer.touch('entrance', A, 0)
    expect(debouncer.touch('exit', A, 10)).toEqual({ verdict: 'report', beside: undefined })
  })

  test('a stream of numbers has no two cards in one hand', () => {
    const debouncer = new TouchDebouncer({ noticesRemoval: false, hasField: false })
    debouncer.touch('r', A, 0)
    expect(debouncer.touch('r', B, 1)).toEqual({ verdict: 'report', beside: undefined })
  })

  test('a touch is reported exactly when three seconds passed without that number', () => {
    const appearances = fc.array(fc.record({ gap: fc.integer({ min: 0, max: 6_000 }), hex: fc.constantFrom(A, B) }))
    fc.assert(
      fc.property(appearances, (list) => {
        const debouncer = fresh()
        const last = new Map<string, number>()
        let at = 0
        for (const { gap, hex } of list) {
          at += gap
          const before = last.get(hex)
          const expected = before === undefined || at - before >= 3_000 ? 'report' : 'same-touch'
          expect(debouncer.touch('r', hex, at).verdict).toBe(expected)
          last.set(hex, at)
        }
      }),
    )
  })
})
