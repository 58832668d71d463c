import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { foldPresence, type Presence, type PresenceFact } from '../../../../central-sync/rules/fold-presence.ts'

/** Children in the room at an instant; a child counts once, whatever was recorded twice. */
function presentAt({ stays }: Presence, at: number): ReadonlySet<string> {
  const here = stays.filter(({ arrivedAt, departedAt }) => arrivedAt <= at && (departedAt ?? Infinity) > at)
  return new Set(here.map(({ child }) => child))
}

const fact = (id: string, kind: PresenceFact['kind'], stay: string, child: string, at: number): PresenceFact => {
  return { id, kind, stay, child, at }
}
const came = (stay: string, child: string, at: number) => fact(`in ${stay}`, 'arrived', stay, child, at)
const left = (stay: string, child: string, at: number) => fact(`out ${stay}`, 'handed_over', stay, child, at)
const tasksOf = (facts: readonly PresenceFact[]) => foldPresence(facts).tasks.map(({ kind, stay }) => `${kind} ${stay}`)

describe('who is in the room', () => {
  const day = [came('s1', 'koharu', 540), came('s2', 'haru', 550), left('s1', 'koharu', 700)]

  it('is who came and was not fetched', () => {
    const presence = foldPresence(day)
    expect([...presentAt(presence, 539)]).toEqual([])
    expect([...presentAt(presence, 540)]).toEqual(['koharu'])
    expect([...presentAt(presence, 699)]).toEqual(['koharu', 'haru'])
    expect([...presentAt(presence, 700)]).toEqual(['haru'])
    expect(presence.tasks).toEqual([])
  })

  it('may come back after having been fetched', () => {
    expect(tasksOf([...day, came('s3', 'koharu', 700)])).toEqual([])
  })

  it('is not more than one of each child, and a second arrival is a task', () => {
    const twice = [...day, came('s4', 'haru', 600)]
    expect([...presentAt(foldPresence(twice), 800)]).toEqual(['haru'])
    expect(foldPresence(twice).tasks).toEqual([
      { kind: 'arrived_twice', stay: 's4', child: 'haru', about: ['in s2', 'in s4'] },
    ])
  })

  it('is never less than nobody: a hand-over without an arrival is a task', () => {
    expect(tasksOf([left('s9', 'haru', 600)])).toEqual(['hand_over_without_arrival s9'])
    expect(foldPresence([left('s9', 'haru', 600)]).stays).toEqual([])
  })

  it('when handed over twice has gone at the first, and somebody must look', () => {
    const facts = [...day, { ...left('s1', 'koharu', 720), id: 'out again' }]
    expect(tasksOf(facts)).toEqual(['handed_over_twice s1'])
    expect(foldPresence(facts).stays[0]?.departedAt).toBe(700)
  })

  it('has no stay that ends before it begins, and none of two children', () => {
    expect(tasksOf([came('s1', 'koharu', 540), left('s1', 'koharu', 530)])).toEqual(['times_reversed s1'])
    expect(tasksOf([came('s1', 'koharu', 540), left('s1', 'haru', 700)])).toEqual(['two_children s1'])
  })
})

describe('however the facts arrive', () => {
  const anyFact = fc
    .record({
      kind: fc.constantFrom('arrived' as const, 'handed_over' as const),
      stay: fc.constantFrom('s1', 's2', 's3', 's4'),
      child: fc.constantFrom('koharu', 'haru', 'sora'),
      at: fc.integer({ min: 0, max: 20 }),
      copy: fc.nat({ max: 2 }),
    })
    .map(({ kind, stay, child, at, copy }) => fact(`${kind} ${stay} ${child} ${at} ${copy}`, kind, stay, child, at))
  const facts = fc.uniqueArray(anyFact, { maxLength: 16, selector: ({ id }) => id })

  it('in any order, with any copies and in any pieces, the answer is the same (P19)', () => {
    const delivered = facts.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 }),
        fc.nat({ max: all.length }),
      ),
    )
    fc.assert(
      fc.property(delivered, ([all, mixed, cut]) => {
        const whole = foldPresence(all)
        expect(foldPresence(mixed)).toEqual(whole)
        expect(foldPresence([...mixed.slice(cut), ...mixed.slice(0, cut)])).toEqual(whole)
      }),
      { numRuns: 500 },
    )
  })

  it('nobody is there twice, nobody left before coming, and who should be there and is not has a task (P17)', () => {
    fc.assert(
      fc.property(facts, fc.integer({ min: -1, max: 21 }), (all, at) => {
        const presence = foldPresence(all)
        for (const { arrivedAt, departedAt } of presence.stays) {
          expect(departedAt ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(arrivedAt)
        }
        const arrived = all.filter((one) => one.kind === 'arrived' && one.at <= at).length
        const departed = all.filter((one) => one.kind === 'handed_over' && one.at <= at).length
        const present = presentAt(presence, at).size
        if (presence.tasks.length === 0) expect(present).toBe(arrived - departed)
        expect(present).toBeLessThanOrEqual(arrived)
      }),
      { numRuns: 1_000 },
    )
  })
})
