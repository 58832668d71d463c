/**
 * Money. Amounts are whole yen; a rate is an exact decimal of yen per hour, kept as an integer of thousandths
 * ("milliyen") so that no float ever touches pay. Rounding happens twice per statement line, each time up, each time
 * once (in the worker's favour: a floor could be read as a cut in pay, フリーランス・事業者間取引適正化等法 5条).
 */
import { z } from 'zod'

/** Whole yen. May be negative only in an adjustment line. */
export type Yen = number
/** Thousandths of a yen per hour. ¥950 an hour is 950_000. */
export type MilliYenPerHour = number

/** Highest hourly rate taken at a door: ¥100,000. */
export const RATE_MAX: MilliYenPerHour = 100_000_000

export const yen = z.number().int().safe()
export const milliYenPerHour = z.number().int().min(0).max(RATE_MAX)

/** Minutes of one statement line: ⌈Σ seconds ÷ 60⌉, once. */
export function minutesOf(seconds: number): number {
  if (!Number.isSafeInteger(seconds) || seconds < 0)
    throw new RangeError(`seconds must be a whole number ≥ 0: ${seconds}`)
  return Math.ceil(seconds / 60)
}

/** Yen of one statement line: ⌈minutes × rate ÷ 60⌉, once, exact. */
export function payFor(minutes: number, rate: MilliYenPerHour): Yen {
  if (!Number.isSafeInteger(minutes) || minutes < 0)
    throw new RangeError(`minutes must be a whole number ≥ 0: ${minutes}`)
  const product = BigInt(minutes) * BigInt(rate)
  return Number((product + 59_999n) / 60_000n)
}

/** `"950"`, `"1061.5"` → milliyen; undefined for anything that is not a plain decimal with at most three places. */
export function parseRate(text: string): MilliYenPerHour | undefined {
  const match = /^(\d{1,6})(?:\.(\d{1,3}))?$/.exec(text.normalize('NFKC').trim())
  if (match === null) return undefined
  const value = Number(match[1]) * 1000 + Number((match[2] ?? '').padEnd(3, '0'))
  return value <= RATE_MAX ? value : undefined
}

/** `950_000` → `"950"`, `1_061_500` → `"1061.5"`. */
export function formatRate(rate: MilliYenPerHour): string {
  const whole = Math.trunc(rate / 1000)
  const rest = String(rate % 1000)
    .padStart(3, '0')
    .replace(/0+$/, '')
  return rest === '' ? String(whole) : `${whole}.${rest}`
}
