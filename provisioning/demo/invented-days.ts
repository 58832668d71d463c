/**
 * Invented attendance: who comes on which weekdays, in mornings or afternoons, for three to six hours, and now and then
 * what happens to everybody: a forgotten OUT, a touch too many, an evening that reaches into the night.
 */
import {
  addDays,
  type BusinessDay,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  startOfBusinessDay,
  toJstIso,
  weekdayOf,
} from '../../central-sync/protocol/time.ts'
import type { Chance } from './seeded-random.ts'

interface Habit {
  readonly code: string
  /** 1 = Monday … 5 = Friday. */
  readonly weekdays: readonly number[]
  /** Minutes after 05:00 of the usual arrival. */
  readonly arrival: number
  readonly minutes: number
}

export interface InventedPunch {
  readonly code: string
  readonly at: Instant
  readonly direction: 'in' | 'out'
}

function inventHabit(code: string, chance: Chance): Habit {
  const weekdays = [1, 2, 3, 4, 5].filter(() => chance.happens(0.55))
  return {
    code,
    weekdays: weekdays.length === 0 ? [chance.between(1, 5)] : weekdays,
    arrival: chance.pick([235, 240, 250, 265, 300, 480, 500]),
    minutes: chance.between(150, 360),
  }
}

/** All punches of these workers on the business days `from`…`to`, in the order of time. */
export function inventPunches(
  codes: readonly string[],
  from: BusinessDay,
  to: BusinessDay,
  chance: Chance,
): InventedPunch[] {
  const habits = codes.map((code) => inventHabit(code, chance))
  const punches: InventedPunch[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const weekday = weekdayOf(day)
    for (const habit of habits) {
      if (habit.weekdays.includes(weekday) && chance.happens(0.93)) punches.push(...inventDay(habit, day, chance))
    }
  }
  return punches.sort((a, b) => a.at - b.at)
}

function inventDay({ code, arrival, minutes }: Habit, day: BusinessDay, chance: Chance): InventedPunch[] {
  const start = startOfBusinessDay(day) + arrival * MINUTE_MS + chance.between(-9 * 60, 14 * 60) * 1_000
  const length = minutes * MINUTE_MS + chance.between(-25 * 60, 25 * 60) * 1_000
  const end = chance.happens(0.01) ? start + 13 * HOUR_MS : start + length
  const punches: InventedPunch[] = [{ code, at: start, direction: 'in' }]
  if (chance.happens(0.2)) punches.push(...inventBreak(code, start + length / 2, chance))
  if (!chance.happens(0.012)) punches.push({ code, at: end, direction: 'out' })
  return punches
}

/** Out for lunch or to fetch a child, and back. */
function inventBreak(code: string, middle: Instant, chance: Chance): InventedPunch[] {
  const out = Math.round(middle)
  const back = out + chance.between(25, 60) * MINUTE_MS
  return [
    { code, at: out, direction: 'out' },
    { code, at: back, direction: 'in' },
  ]
}

/** CSV of `kado punches import`. */
export function punchesCsv(punches: readonly InventedPunch[], device: string): string {
  const lines = punches.map(({ code, at, direction }) => `${code},${toJstIso(at)},${direction},,${device}`)
  return ['worker_code,at,direction,place,device', ...lines, ''].join('\n')
}
