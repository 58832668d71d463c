/** Wall minutes of a day in words and in lists to choose from. Pure. */
import type { CalendarDay } from '../../../central-sync/protocol/time.ts'
import { writeDuration } from '../../../central-sync/web/write-time.ts'

/** `9:05` of minute 545; 1440 is `24:00`. */
export function writeMinute(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
}

export function writeSpan(start: number, end: number): string {
  return `${writeMinute(start)}–${writeMinute(end)}`
}

export interface Option {
  readonly value: string
  readonly label: string
}

/** Every quarter of an hour of the opening hours, both ends included. */
export function minuteOptions(from: number, to: number, step = 15): Option[] {
  const count = Math.max(0, Math.floor((to - from) / step))
  return Array.from({ length: count + 1 }, (_, index) => {
    const minute = from + index * step
    return { value: writeMinute(minute), label: writeMinute(minute) }
  })
}

/** `25分` or `1時間5分`, of whole minutes. */
export function writeLength(minutes: number): { readonly ja: string; readonly en: string } {
  return { ja: writeDuration(minutes * 60, 'ja'), en: writeDuration(minutes * 60, 'en') }
}

/** Age of a small child, as people in the room say it. Empty for a birth date after `day`. */
export function writeAge(birthDate: string, day: CalendarDay): { readonly ja: string; readonly en: string } {
  const [y = 0, m = 1, d = 1] = birthDate.split('-').map(Number)
  const [ty = 0, tm = 1, td = 1] = day.split('-').map(Number)
  const months = (ty - y) * 12 + (tm - m) - (td < d ? 1 : 0)
  if (months < 0) return { ja: '', en: '' }
  const [years, rest] = [Math.floor(months / 12), months % 12]
  if (years === 0) return { ja: `${rest}か月`, en: `${rest} mo` }
  return { ja: `${years}歳${rest === 0 ? '' : `${rest}か月`}`, en: `${years} y${rest === 0 ? '' : ` ${rest} mo`}` }
}
