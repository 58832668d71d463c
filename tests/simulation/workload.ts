/**
 * Invents one world from one seed: weeks of work at three centres over the end of a month, and what goes wrong meanwhile.
 * Pure. The auditor is the other half: it never sees why something was done, only what was shown and what was kept.
 */
import {
  addDays,
  type BusinessDay,
  HOUR_MS,
  MINUTE_MS,
  type Month,
  SECOND_MS,
  weekdayOf,
} from '../../central-sync/protocol/time.ts'
import { type Chance, seededChance } from '../support/simulation-chance.ts'
import { at } from './hour-of-day.ts'
import { inventPeople, inventRates } from './invent-people.ts'
import { inventTrouble } from './invent-trouble.ts'
import { inventVisits } from './invent-visits.ts'
import { CENTRES, type Deed, type Plan, type PlannedPerson, type PlannedRate, type Step } from './plan.ts'

const FIRST_DAY = '2026-10-19' as BusinessDay
const LAST_DAY = '2026-11-13' as BusinessDay
const [OCTOBER, NOVEMBER, DECEMBER] = ['2026-10', '2026-11', '2026-12'] as Month[] as [Month, Month, Month]

export function inventPlan(seed: number): Plan {
  const chance = seededChance(seed)
  const people = inventPeople(chance.branch('people'))
  const days = workingDays()
  const lateKiosk = chance.branch('late').happens(0.5) ? chance.branch('late kiosk').between(0, 3) : undefined
  const rates = inventRates(chance.branch('rates'))
  const steps: Step[] = [
    ...newPrices(rates, days, chance.branch('prices')),
    ...days.flatMap((day) => inventVisits(day, people, chance.branch(`visits ${day}`))),
    ...inventTrouble(days, lateKiosk, chance.branch('trouble')),
    ...officeDays(days, chance.branch('office')),
    ...cards(days, people, chance.branch('cards')),
    ...closings(lateKiosk),
  ]
  const begins = at(FIRST_DAY, 6)
  return { seed, begins, people, rates, steps: [...steps].sort((a, b) => a.at - b.at) }
}

function workingDays(): BusinessDay[] {
  const days: BusinessDay[] = []
  for (let day = FIRST_DAY; day <= LAST_DAY; day = addDays(day, 1)) {
    if (weekdayOf(day) !== 0 && weekdayOf(day) !== 6) days.push(day)
  }
  return days
}

function officeDays(days: readonly BusinessDay[], chance: Chance): Step[] {
  return days.flatMap((day) =>
    CENTRES.flatMap((_, centre): Step[] => {
      const evening = at(day, 18.2 + centre / 10)
      const steps: Step[] = []
      if (chance.happens(0.35)) steps.push({ at: evening, do: 'director', centre, dice: chance.next() })
      if (chance.happens(0.2)) {
        const month = day.slice(0, 7) as Month
        steps.push({ at: evening + MINUTE_MS, do: 'approve', centre, month })
      }
      return steps
    }),
  )
}

/** Every later price is set on some working day: before it counts, after it began to count, or after that month's close. */
function newPrices(rates: readonly PlannedRate[], days: readonly BusinessDay[], chance: Chance): Step[] {
  return rates
    .filter(({ from }) => from > FIRST_DAY)
    .map((rate): Step => ({ at: at(chance.pick(days), 11), do: 'set-rate', rate }))
}

/** Some cards are lost; the spare is enrolled a while later. */
function cards(days: readonly BusinessDay[], people: readonly PlannedPerson[], chance: Chance): Step[] {
  return people.flatMap((_, person): Step[] => {
    if (!chance.happens(0.2)) return []
    const day = chance.pick(days)
    const lost = at(day, 9 + chance.next() * 6)
    const wait = chance.happens(0.7) ? chance.between(1, 40) * MINUTE_MS : 26 * HOUR_MS
    return [
      { at: lost, do: 'lose-card', person },
      { at: lost + wait, do: 'new-card', person },
    ]
  })
}

/** The end of a month: everybody decides, the office closes, and later closes again. */
function closings(lateKiosk: number | undefined): Step[] {
  const leaving = lateKiosk === undefined ? [] : [lateKiosk]
  return [
    ...closing('2026-11-04' as BusinessDay, OCTOBER, leaving),
    ...closing('2026-12-02' as BusinessDay, NOVEMBER, []),
    ...closing('2027-01-06' as BusinessDay, DECEMBER, []),
  ]
}

function closing(day: BusinessDay, month: Month, leaving: readonly number[]): Step[] {
  let time = at(day, 19.5)
  const step = (deed: Deed): Step => {
    time += 30 * SECOND_MS
    return { ...deed, at: time }
  }
  const everywhere = (deed: (centre: number) => Deed) => CENTRES.map((_, centre) => step(deed(centre)))
  return [
    step({ do: 'settle', leaving }),
    ...everywhere((centre) => ({ do: 'director', centre, dice: 0 })),
    ...everywhere((centre) => ({ do: 'approve', centre, month: previous(month) })),
    ...everywhere((centre) => ({ do: 'approve', centre, month })),
    step({ do: 'settle', leaving, complete: true }),
    step({ do: 'close', month, override: false }),
    step({ do: 'close', month, override: true }),
    step({ do: 'settle', leaving: [] }),
  ]
}

function previous(month: Month): Month {
  return (month === OCTOBER ? '2026-09' : month === NOVEMBER ? OCTOBER : NOVEMBER) as Month
}
