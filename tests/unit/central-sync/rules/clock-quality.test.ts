import { describe, expect, it } from 'vitest'
import { type ClockQuality, clockQuality } from '../../../../central-sync/protocol/event/attendance.ts'
import { HOUR_MS, MINUTE_MS } from '../../../../central-sync/protocol/time.ts'
import { kioskClock, type Receipt, receivedClock, worseClock } from '../../../../central-sync/rules/clock-quality.ts'
import { defaultPolicy } from '../../../../central-sync/rules/policy.ts'
import { at } from '../../../support/attendance-facts.ts'

const receipt: Receipt = {
  time: at('09:00'),
  claimed: 'synced',
  offsetAge: 60_000,
  receivedAt: at('09:00'),
  appliance: 'synced',
  builtAt: at('05:00'),
}
const judge = (more: Partial<Receipt>): ClockQuality => receivedClock({ ...receipt, ...more }, defaultPolicy)

describe('the clock of a kiosk', () => {
  it('is synced up to exactly two hours, extrapolated after, unsynced when never set', () => {
    expect(kioskClock(2 * HOUR_MS, defaultPolicy)).toBe('synced')
    expect(kioskClock(2 * HOUR_MS + 1, defaultPolicy)).toBe('extrapolated')
    expect(kioskClock(null, defaultPolicy)).toBe('unsynced')
  })
})

describe('the clock of a tap at receipt', () => {
  it('is the worse of kiosk and appliance', () => {
    expect(judge({})).toBe('synced')
    expect(judge({ appliance: 'extrapolated' })).toBe('extrapolated')
    expect(judge({ claimed: 'unsynced', offsetAge: null, appliance: 'synced' })).toBe('unsynced')
  })

  it('does not believe a kiosk that calls an old offset fresh', () => {
    expect(judge({ offsetAge: 3 * HOUR_MS })).toBe('extrapolated')
  })

  it('is absurd before the program was built, or more than five minutes ahead', () => {
    expect(judge({ time: at('05:00') - 1 })).toBe('absurd')
    expect(judge({ time: at('09:00') + 5 * MINUTE_MS })).toBe('synced')
    expect(judge({ time: at('09:00') + 5 * MINUTE_MS + 1 })).toBe('absurd')
    expect(judge({ time: Date.UTC(2000, 0, 1) })).toBe('absurd')
    expect(judge({ time: Date.UTC(2063, 0, 1) })).toBe('absurd')
  })

  it('leaves imported rows their own class', () => {
    expect(judge({ claimed: 'imported', offsetAge: null })).toBe('imported')
  })

  it('takes the worse of any two', () => {
    for (const [i, a] of clockQuality.options.entries()) {
      for (const [j, b] of clockQuality.options.entries()) {
        expect(worseClock(a, b)).toBe(i >= j ? a : b)
      }
    }
  })
})
