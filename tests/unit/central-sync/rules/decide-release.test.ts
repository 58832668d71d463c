import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CalendarDay, instantOf, MINUTE_MS } from '../../../../central-sync/protocol/time.ts'
import {
  type AwaitedBooking,
  decideRelease,
  graceEnds,
  type ReleaseFacts,
  takesBack,
} from '../../../../central-sync/rules/decide-release.ts'

const DAY = '2026-11-20' as CalendarDay
const at = (hour: number, minute = 0) => instantOf(DAY, hour * 60 + minute)

const booking: AwaitedBooking = {
  ...{ state: 'confirmed', day: DAY, start: 600, end: 720, madeAt: at(8) },
  ...{ checkInRequired: true, graceMin: 15 },
}
const decide = (now: number, facts: Partial<ReleaseFacts> = {}, change: Partial<AwaitedBooking> = {}) =>
  decideRelease({ ...booking, ...change }, { now, cameIn: false, heardThrough: now, childInside: false, ...facts })

describe('a booking whose worker has not come', () => {
  it('is kept until its grace is over, and released at that minute', () => {
    expect(decide(at(10, 15) - 1)).toEqual({ action: 'keep', until: at(10, 15) })
    expect(decide(at(10, 15))).toEqual({ action: 'release' })
  })

  it('that was made while its time was running has its grace from then', () => {
    expect(decide(at(10, 20), {}, { madeAt: at(10, 18) })).toEqual({ action: 'keep', until: at(10, 33) })
  })

  it('is kept when she came, when no check-in is asked for, and when it is not waiting any more', () => {
    expect(decide(at(11), { cameIn: true })).toEqual({ action: 'keep' })
    expect(decide(at(11), {}, { checkInRequired: false })).toEqual({ action: 'keep' })
    for (const state of ['held', 'in', 'done', 'cancelled', 'no_show', 'released', 'expired'] as const) {
      expect(decide(at(11), {}, { state })).toEqual({ action: 'keep' })
    }
  })

  it('is not released while a kiosk is away that may have seen her', () => {
    expect(decide(at(11), { heardThrough: at(10, 14) })).toEqual({ action: 'pause' })
    expect(decide(at(11), { heardThrough: at(10, 15) })).toEqual({ action: 'release' })
  })

  it('with a child in the room calls a person and releases nothing', () => {
    expect(decide(at(11), { childInside: true })).toEqual({ action: 'alarm' })
    expect(decide(at(11), { childInside: true, heardThrough: at(9) })).toEqual({ action: 'alarm' })
  })

  it('is released only for one reason: overdue, nobody came, everything was heard, no child is here (P14)', () => {
    const anyFacts = fc.record({
      now: fc.integer({ min: -30, max: 200 }).map((minutes) => at(10) + minutes * MINUTE_MS),
      heard: fc.integer({ min: 0, max: 120 }),
      cameIn: fc.boolean(),
      childInside: fc.boolean(),
      graceMin: fc.integer({ min: 0, max: 60 }),
    })
    fc.assert(
      fc.property(anyFacts, ({ now, heard, cameIn, childInside, graceMin }) => {
        const heardThrough = now - heard * MINUTE_MS
        const { action } = decide(now, { heardThrough, cameIn, childInside }, { graceMin })
        const deadline = graceEnds({ ...booking, graceMin })
        expect(action === 'release').toBe(now >= deadline && heardThrough >= deadline && !cameIn && !childInside)
        // A child who is here calls a person, and nothing else.
        if (childInside && !cameIn && now >= deadline) expect(action).toBe('alarm')
      }),
    )
  })
})

describe('a late tap', () => {
  it('takes a no-show back within its own time while the place is free', () => {
    const lost = { ...booking, state: 'no_show' as const }
    expect(takesBack(lost, at(11), true)).toBe(true)
    expect(takesBack(lost, at(11), false)).toBe(false)
    expect(takesBack(lost, at(12), true)).toBe(false)
    expect(takesBack(lost, at(10) - 1, true)).toBe(false)
    expect(takesBack({ ...booking, state: 'cancelled' }, at(11), true)).toBe(false)
  })
})
