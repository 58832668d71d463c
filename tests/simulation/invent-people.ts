/** Invented people and prices. Pure. */
import type { BusinessDay } from '../../central-sync/protocol/time.ts'
import type { Chance } from '../support/simulation-chance.ts'
import { CENTRES, PACKAGES, type PlannedPerson, type PlannedRate } from './plan.ts'

const PER_CENTRE = 4
const FAMILY = ['青木', '森田', '西野', '原口', '北沢', '南雲', '小平', '大月', '中里', '東条', '上条', '下平']

export function inventPeople(chance: Chance): PlannedPerson[] {
  return CENTRES.flatMap((_, home) =>
    Array.from({ length: PER_CENTRE }, (_nobody, index): PlannedPerson => {
      const number = home * PER_CENTRE + index
      const packages = PACKAGES.map((_title, work) => work).filter(() => chance.happens(0.5))
      return {
        home,
        code: `W${String(index + 1).padStart(3, '0')}`,
        name: `${FAMILY[number]} ${String.fromCodePoint(0x3042 + number * 2)}`,
        card: cardNumber(1, number),
        spare: cardNumber(2, number),
        packages: packages.length === 0 ? [number % PACKAGES.length] : packages,
      }
    }),
  )
}

/** FeliCa-like, 8 bytes. Series 3 = cards nobody enrolled. */
export function cardNumber(series: number, number: number): string {
  return `0112${String(series).padStart(4, '0')}${String(number).padStart(8, '0')}`
}

/** Each package has a price from the beginning; some get another one in the middle of a month, some from a past day. */
export function inventRates(chance: Chance): PlannedRate[] {
  const [first, middle, next] = ['2026-10-01', '2026-10-26', '2026-11-09'] as BusinessDay[] as [
    BusinessDay,
    BusinessDay,
    BusinessDay,
  ]
  const yen = () => `${chance.between(950, 1500)}${chance.pick(['', '', '.5', '.333'])}`
  return PACKAGES.flatMap((_, work): PlannedRate[] => [
    { package: work, yen: yen(), from: first },
    ...(chance.happens(0.6) ? [{ package: work, yen: yen(), from: middle }] : []),
    ...(chance.happens(0.5) ? [{ package: work, yen: yen(), from: next }] : []),
  ])
}
