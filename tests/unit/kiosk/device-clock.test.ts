import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant, SECOND_MS } from '../../../central-sync/protocol/time.ts'
import { readDeviceClock, wallJumped } from '../../../kiosk/check-in/device-clock.ts'

const true9 = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0

describe('the time of a device', () => {
  it('is the wall clock, unsynced, when it was never measured', () => {
    expect(readDeviceClock(undefined, true9, 5)).toEqual({
      wall: true9,
      time: true9,
      offset: 0,
      offsetAge: null,
      quality: 'unsynced',
    })
  })
  it('is synced for two hours after a measurement and extrapolated then', () => {
    const sync = { server: true9, wall: true9 - 3 * MINUTE_MS, mono: 1_000 }
    const later = (ms: number) => readDeviceClock(sync, sync.wall + ms, 1_000 + ms)
    expect(later(2 * HOUR_MS)).toMatchObject({ quality: 'synced', offset: 3 * MINUTE_MS, time: true9 + 2 * HOUR_MS })
    expect(later(2 * HOUR_MS + 1).quality).toBe('extrapolated')
  })
  it('goes on by the monotonic clock when the wall clock is set back by hand', () => {
    const sync = { server: true9, wall: true9, mono: 0 }
    const reading = readDeviceClock(sync, true9 - HOUR_MS, MINUTE_MS)
    expect(reading).toMatchObject({ time: true9 + MINUTE_MS, quality: 'extrapolated', wall: true9 - HOUR_MS })
  })
  it('is not trusted after a forward jump long enough to be a sleep', () => {
    const sync = { server: true9, wall: true9, mono: 0 }
    expect(readDeviceClock(sync, true9 + 30 * SECOND_MS, 0).quality).toBe('extrapolated')
    expect(readDeviceClock(sync, true9 + 10 * MINUTE_MS, 0).quality).toBe('unsynced')
  })
  it('after a restart knows its last offset, unless the clock now runs before that measurement', () => {
    const sync = { server: true9 + MINUTE_MS, wall: true9, mono: null }
    expect(readDeviceClock(sync, true9 + HOUR_MS, 0)).toMatchObject({
      offset: MINUTE_MS,
      offsetAge: HOUR_MS,
      quality: 'synced',
    })
    expect(readDeviceClock(sync, true9 - 1, 0)).toMatchObject({ offset: 0, offsetAge: null, quality: 'unsynced' })
  })
  it('is absurd before this product existed', () => {
    expect(readDeviceClock(undefined, 86_400_000, 0).quality).toBe('absurd')
  })
  it('time is always wall plus offset, and a wall clock that moves by itself never moves it by more than two seconds', () => {
    const ms = fc.integer({ min: 0, max: 90 * MINUTE_MS })
    fc.assert(
      fc.property(ms, fc.integer({ min: -HOUR_MS, max: HOUR_MS }), (passed, jump) => {
        const sync = { server: true9, wall: true9 - 7 * HOUR_MS, mono: 500 }
        const reading = readDeviceClock(sync, sync.wall + passed + jump, 500 + passed)
        expect(reading.wall + reading.offset).toBe(reading.time)
        expect(Math.abs(reading.time - (true9 + passed))).toBeLessThanOrEqual(2 * SECOND_MS)
        expect(wallJumped(sync, sync.wall + passed + jump, 500 + passed)).toBe(Math.abs(jump) > 2 * SECOND_MS)
      }),
    )
  })
})
