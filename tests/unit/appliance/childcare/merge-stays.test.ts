import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mergeStays } from '../../../../appliance/childcare/merge-stays.ts'
import type { PresenceFact } from '../../../../central-sync/rules/fold-presence.ts'

const CHILD = 'i_00000000000000000001'

function fact(id: string, kind: PresenceFact['kind'], stay: string, at: number): PresenceFact {
  return { id, kind, stay, child: CHILD, at }
}

const someFacts = fc
  .array(
    fc.record({
      kind: fc.constantFrom('arrived' as const, 'handed_over' as const),
      stay: fc.constantFrom('v1', 'v2', 'v3'),
      at: fc.integer({ min: 0, max: 12 }),
    }),
    { maxLength: 8 },
  )
  .map((list) => list.map(({ kind, stay, at }, index) => fact(`e${index}`, kind, stay, at)))

describe('presences of one child', () => {
  test('one arrival and one hand-over are one presence', () => {
    const { stays, doubts } = mergeStays([fact('e2', 'handed_over', 'v1', 9), fact('e1', 'arrived', 'v1', 5)])
    expect(stays).toEqual([{ stay: 'v1', arrivedAt: 5, departedAt: 9, twin: false }])
    expect(doubts).toEqual([])
  })

  test('taken in at two kiosks, the child leaves both when it is handed over at one', () => {
    const facts = [fact('e1', 'arrived', 'v1', 5), fact('e2', 'arrived', 'v2', 6), fact('e3', 'handed_over', 'v1', 9)]
    const { stays, doubts } = mergeStays(facts)
    expect(stays.map(({ departedAt, twin }) => [departedAt, twin])).toEqual([
      [9, false],
      [9, true],
    ])
    expect(doubts).toEqual([{ entry: 'e2', kind: 'arrived_twice', at: 6 }])
  })

  test('who comes back in the moment of leaving is here', () => {
    const facts = [fact('e1', 'arrived', 'v2', 5), fact('e2', 'handed_over', 'v2', 7), fact('e3', 'arrived', 'v1', 7)]
    expect(mergeStays(facts).stays.filter(({ departedAt }) => departedAt === undefined)).toMatchObject([{ stay: 'v1' }])
  })

  test('of two hand-overs the later ends the presence', () => {
    const facts = [
      fact('e1', 'arrived', 'v1', 5),
      fact('e2', 'arrived', 'v2', 6),
      fact('e3', 'handed_over', 'v1', 8),
      fact('e4', 'handed_over', 'v2', 9),
    ]
    expect(new Set(mergeStays(facts).stays.map(({ departedAt }) => departedAt))).toEqual(new Set([9]))
  })

  test('neither order nor copies change anything', () => {
    fc.assert(
      fc.property(
        someFacts.chain((facts) =>
          fc.tuple(fc.constant(facts), fc.shuffledSubarray(facts, { minLength: facts.length }), fc.subarray(facts)),
        ),
        ([facts, shuffled, copies]) => {
          expect(mergeStays([...shuffled, ...copies])).toEqual(mergeStays(facts))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('a child is here at most once, and a presence never ends before it began', () => {
    fc.assert(
      fc.property(someFacts, (facts) => {
        const { stays } = mergeStays(facts)
        const whole = stays.filter(({ twin }) => !twin)
        expect(whole.filter(({ departedAt }) => departedAt === undefined).length).toBeLessThanOrEqual(1)
        for (const { arrivedAt, departedAt } of stays) expect(departedAt ?? arrivedAt).toBeGreaterThanOrEqual(arrivedAt)
        for (const [index, one] of whole.slice(1).entries())
          expect(whole[index]?.departedAt ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(one.arrivedAt)
        // Every arrival is in exactly one presence.
        const arrived = new Set(facts.filter(({ kind }) => kind === 'arrived').map(({ stay }) => stay))
        expect(new Set(stays.map(({ stay }) => stay))).toEqual(arrived)
      }),
      { numRuns: 2_000 },
    )
  })
})
