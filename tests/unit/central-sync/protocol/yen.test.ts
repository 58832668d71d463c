/** Money: whole yen, exact rates, and roundings that happen once and upward. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatRate, minutesOf, parseRate, payFor, RATE_MAX } from '../../../../central-sync/protocol/yen.ts'

test('the worked examples of a statement line', () => {
  expect(minutesOf(0)).toBe(0)
  expect(minutesOf(1)).toBe(1)
  expect(minutesOf(3_600)).toBe(60)
  expect(minutesOf(3_601)).toBe(61)
  expect(payFor(60, 950_000)).toBe(950)
  expect(payFor(61, 950_000)).toBe(966)
  expect(payFor(1, 1_061_500)).toBe(18)
  expect(payFor(0, 950_000)).toBe(0)
})

test('pay is the exact product rounded up once, also where a float would be wrong', () => {
  fc.assert(
    fc.property(fc.nat({ max: 60 * 744 }), fc.nat({ max: RATE_MAX }), (minutes, rate) => {
      const yen = BigInt(payFor(minutes, rate))
      const product = BigInt(minutes) * BigInt(rate)
      expect(yen * 60_000n).toBeGreaterThanOrEqual(product)
      expect((yen - 1n) * 60_000n).toBeLessThan(product === 0n ? 1n : product)
    }),
  )
})

test('more minutes never pay less, and two lines never pay less than their sum in one', () => {
  fc.assert(
    fc.property(fc.nat({ max: 9_000 }), fc.nat({ max: 9_000 }), fc.nat({ max: RATE_MAX }), (a, b, rate) => {
      expect(payFor(a + b, rate)).toBeGreaterThanOrEqual(payFor(a, rate))
      const apart = payFor(a, rate) + payFor(b, rate)
      expect(apart - payFor(a + b, rate)).toBeGreaterThanOrEqual(0)
      expect(apart - payFor(a + b, rate)).toBeLessThanOrEqual(1)
    }),
  )
})

test('a rate reads back as it was written, and nothing but a plain decimal is a rate', () => {
  fc.assert(fc.property(fc.nat({ max: RATE_MAX }), (rate) => parseRate(formatRate(rate)) === rate))
  expect(parseRate('９５０')).toBe(950_000)
  expect(formatRate(1_061_500)).toBe('1061.5')
  for (const text of ['', '-1', '1,000', '950円', '1e3', '1.2345', '100001', 'NaN'])
    expect(parseRate(text)).toBeUndefined()
})

test('broken numbers are programmer errors', () => {
  for (const wrong of [-1, 0.5, Number.NaN, 2 ** 53]) {
    expect(() => minutesOf(wrong)).toThrow(RangeError)
    expect(() => payFor(wrong, 1)).toThrow(RangeError)
  }
})
