import { describe, expect, test } from 'vitest'
import { HOUR_MS, parseIsoInstant, systemClock } from '../../../central-sync/protocol/time.ts'
import { DemoClock, demoNow } from '../../../provisioning/demo/demo-clock.ts'

const at = (text: string) => parseIsoInstant(`2026-11-20T${text}:00+09:00`) ?? 0

describe('the hour of the demo', () => {
  test.each([
    ['09:30', '09:30'],
    ['16:30', '16:30'],
    ['03:00', '10:40'],
    ['22:15', '10:40'],
  ])('at %s it is %s there: now, or the morning of the same day when everybody has gone home', (real, there) => {
    expect(demoNow(at(real))).toBe(at(there))
  })

  test.each(['2026-11-21T11:00:00+09:00', '2026-11-22T03:00:00+09:00'])(
    'at the weekend (%s) it stands on Friday, when seats and the childcare room were used',
    (real) => {
      expect(demoNow(parseIsoInstant(real) ?? 0)).toBe(at('10:40'))
    },
  )

  test('walks on by jumps, never back, and runs with the machine', () => {
    const clock = new DemoClock()
    clock.standAt(at('09:00'))
    const [began, steady] = [clock.now(), clock.monotonicMs()]
    clock.jumpTo(at('12:00'))
    clock.jumpTo(at('10:00'))
    expect(clock.now() - began).toBeGreaterThanOrEqual(3 * HOUR_MS - 1_000)
    expect(clock.now() - began).toBeLessThan(3 * HOUR_MS + 5_000)
    expect(clock.monotonicMs() - steady).toBeGreaterThanOrEqual(3 * HOUR_MS - 1_000)
    expect(Math.abs(new DemoClock().now() - systemClock.now())).toBeLessThan(1_000)
  })
})
