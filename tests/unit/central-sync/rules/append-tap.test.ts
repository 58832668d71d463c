import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { appendTap } from '../../../../central-sync/rules/append-tap.ts'
import { readDayState, writeDayState } from '../../../../central-sync/rules/day-state.ts'
import { versionOf } from '../../../../central-sync/rules/describe-session.ts'
import type { DayState, FoldSession, FoldTap } from '../../../../central-sync/rules/fold-day.ts'
import { defaultPolicy } from '../../../../central-sync/rules/policy.ts'
import { arbitraryHistory, at, DAY, fold, tap } from '../../../support/attendance-facts.ts'

/** A day as it is kept: what was folded, then one tap after the other. */
class KeptDay {
  state: DayState | undefined
  version = ''
  appended = 0
  readonly sessions = new Map<string, FoldSession>()
  readonly outcomes = new Map<string, unknown>()
  private readonly taps: FoldTap[] = []

  take(one: FoldTap): void {
    const step = appendTap(reread(this.state), one, DAY, defaultPolicy)
    this.taps.push(one)
    if (step === undefined) {
      this.foldAgain()
      return
    }
    this.appended += 1
    this.state = step.state
    this.version = versionOf(step.state.settled, step.open)
    for (const session of step.changed) this.sessions.set(session.key, session)
    this.outcomes.set(one.id, step.outcome)
  }

  private foldAgain(): void {
    const day = fold(this.taps)
    this.state = day.state
    this.version = day.version
    this.sessions.clear()
    for (const session of day.sessions) this.sessions.set(session.key, session)
    for (const outcome of day.outcomes) this.outcomes.set(outcome.tap, outcome)
  }
}

/** As a database gives it back. */
function reread(state: DayState | undefined): DayState | undefined {
  return state === undefined ? undefined : readDayState(writeDayState(state))
}

describe('one more tap', () => {
  it('gives what folding the whole day again gives', () => {
    fc.assert(
      fc.property(arbitraryHistory, fc.boolean(), ({ taps }, sorted) => {
        const kept = new KeptDay()
        const order = sorted ? [...taps].sort((a, b) => a.time - b.time) : taps
        for (const one of order) kept.take(one)
        const whole = fold(taps)
        expect([...kept.sessions.values()].sort(byKey)).toEqual([...whole.sessions].sort(byKey))
        expect(kept.version).toBe(taps.length === 0 ? '' : whole.version)
        expect(kept.state && writeDayState(kept.state)).toBe(whole.state && writeDayState(whole.state))
        for (const outcome of whole.outcomes) expect(kept.outcomes.get(outcome.tap)).toEqual(outcome)
      }),
      { numRuns: 3_000 },
    )
  })

  it('is appended on an ordinary day, from the first tap to the last', () => {
    const kept = new KeptDay()
    for (const [index, time] of ['08:00', '08:01', '12:00', '13:00', '17:00'].entries()) {
      kept.take(tap(index < 2 || index === 3 ? 'in' : 'out', at(time), { device: tap('in', 0).device }))
    }
    expect(kept.appended).toBe(5)
    expect(kept.state).toMatchObject({ payableSeconds: 8 * 3600, pending: 0, inside: undefined })
  })

  it('asks for the whole day when it is not the latest, or when its order is uncertain', () => {
    const state = fold([tap('in', at('09:00'))]).state
    expect(appendTap(state, tap('out', at('09:00')), DAY, defaultPolicy)).toBeUndefined()
    const unsynced = tap('out', at('12:00'), { clock: 'unsynced' })
    expect(appendTap(state, unsynced, DAY, defaultPolicy)).toBeUndefined()
  })
})

function byKey(a: FoldSession, b: FoldSession): number {
  return a.key < b.key ? -1 : 1
}
