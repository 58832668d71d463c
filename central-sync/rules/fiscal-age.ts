/**
 * Ages. By law a year of life is full at the end of the day before the birthday (年齢計算ニ関スル法律, 民法143条), so who is
 * born on 1 April is full on 31 March and belongs to the class above who is born on 2 April (学校教育法17条). Counted in
 * whole days that is: full from the birthday on; born on 29 February, from 1 March of a common year.
 */
import type { AgeBand } from '../protocol/event/childcare.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { CalendarDay } from '../protocol/time.ts'

/** How a policy counts: class of the fiscal year, or age on the day. */
export type AgeBasis = 'fiscal' | 'actual'

/** Full years on `day`; negative before birth. */
export function actualAge(birth: CalendarDay, day: CalendarDay): number {
  return Number(day.slice(0, 4)) - Number(birth.slice(0, 4)) - (day.slice(5) < birth.slice(5) ? 1 : 0)
}

/** Age of the class (年度年齢) on `day`: full years on the last 1 April, never below 0; equal from 1 April to 31 March. */
export function fiscalAge(birth: CalendarDay, day: CalendarDay): number {
  const year = Number(day.slice(0, 4)) - (day.slice(5) < '04-01' ? 1 : 0)
  return Math.max(0, actualAge(birth, `${String(year).padStart(4, '0')}-04-01` as CalendarDay))
}

/** Band of the ratio rule: 0, 1–2, 3, 4 and more. */
export function bandOfAge(age: number): AgeBand {
  if (age < 1) return 'a0'
  if (age < 3) return 'a12'
  return age < 4 ? 'a3' : 'a4'
}

/** Band of a child on a day. Refused (`age_unknown`) for a child who is not born on that day. */
export function bandOn(birth: CalendarDay, day: CalendarDay, basis: AgeBasis): AgeBand | Refusal {
  if (day < birth) return refuse('age_unknown')
  return bandOfAge(basis === 'fiscal' ? fiscalAge(birth, day) : actualAge(birth, day))
}
