/** Times, days, durations and amounts in words of a language. Pure; always Japanese time, whatever the machine's zone. */
import type { Language } from '../protocol/event/place.ts'
import {
  type BusinessDay,
  type CalendarDay,
  clockFace,
  type Instant,
  jstParts,
  type Month,
  weekdayOf,
} from '../protocol/time.ts'
import { formatRate } from '../protocol/yen.ts'

const WEEKDAYS_JA = ['日', '月', '火', '水', '木', '金', '土'] as const
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const READINGS_WEEKDAY = ['にち', 'げつ', 'か', 'すい', 'もく', 'きん', 'ど'] as const
/** Days of the month that are not read 「〜にち」. */
const READINGS_DAY: Readonly<Record<number, string>> = {
  1: 'ついたち',
  2: 'ふつか',
  3: 'みっか',
  4: 'よっか',
  5: 'いつか',
  6: 'むいか',
  7: 'なのか',
  8: 'ようか',
  9: 'ここのか',
  10: 'とおか',
  14: 'じゅうよっか',
  20: 'はつか',
  24: 'にじゅうよっか',
}
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** `11月20日（金）` / `Fri 20 Nov`, in easy Japanese with ruby; with the year when `year` is true. */
export function writeDay(day: BusinessDay | CalendarDay, language: Language, year = false): string {
  const [y, m, d] = day.split('-').map(Number)
  return dayText(y ?? 0, m ?? 1, d ?? 1, weekdayOf(day), language, year)
}

/** `金` / `Fri`. */
export function writeWeekday(day: BusinessDay | CalendarDay, language: Language): string {
  const weekday = weekdayOf(day)
  if (language === 'easy') return easyWeekday(weekday)
  return (language === 'en' ? WEEKDAYS_EN[weekday] : WEEKDAYS_JA[weekday]) ?? ''
}

/** With ruby: `11{月|がつ}20{日|…}` as `{20日|はつか}`. */
function easyDay(y: number, m: number, d: number, weekday: number, year: boolean): string {
  const reading = READINGS_DAY[d]
  const day = reading === undefined ? `${d}{日|にち}` : `{${d}日|${reading}}`
  return `${year ? `${y}{年|ねん}` : ''}${m}{月|がつ}${day}（${easyWeekday(weekday)}）`
}

function easyWeekday(weekday: number): string {
  return `{${WEEKDAYS_JA[weekday]}|${READINGS_WEEKDAY[weekday]}}`
}

/** Calendar date in Japan of an instant. */
export function writeDate(at: Instant, language: Language, year = false): string {
  const parts = jstParts(at)
  return dayText(parts.year, parts.month, parts.day, parts.weekday, language, year)
}

function dayText(y: number, m: number, d: number, weekday: number, language: Language, year: boolean): string {
  if (language === 'en') return `${WEEKDAYS_EN[weekday]} ${d} ${MONTHS_EN[m - 1]}${year ? ` ${y}` : ''}`
  if (language === 'easy') return easyDay(y, m, d, weekday, year)
  return `${year ? `${y}年` : ''}${m}月${d}日（${WEEKDAYS_JA[weekday]}）`
}

export function writeDateTime(at: Instant, language: Language): string {
  return `${writeDate(at, language)} ${clockFace(at)}`
}

/** `9:02:11`, for evidence. */
export function writeClockSeconds(at: Instant): string {
  return `${clockFace(at)}:${String(jstParts(at).second).padStart(2, '0')}`
}

/** `2026年11月` / `Nov 2026`. */
export function writeMonth(month: Month, language: Language): string {
  const [y, m] = month.split('-').map(Number)
  if (language === 'en') return `${MONTHS_EN[(m ?? 1) - 1]} ${y}`
  return language === 'easy' ? `${y}{年|ねん}${m}{月|がつ}` : `${y}年${m}月`
}

/** `3:05` from seconds: whole minutes, as the kiosk and the export show them. Only a pay line rounds up, once. */
export function writeHoursMinutes(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** `12時間30分` / `12 h 30 min`. */
export function writeDuration(seconds: number, language: Language): string {
  const minutes = Math.floor(seconds / 60)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (language === 'en') return hours === 0 ? `${rest} min` : `${hours} h ${rest} min`
  const [h, m] = language === 'easy' ? ['{時間|じかん}', '{分|ふん}'] : ['時間', '分']
  return hours === 0 ? `${rest}${m}` : `${hours}${h}${rest}${m}`
}

export function writeNumber(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

export function writeYen(value: number, language: Language): string {
  return language === 'en' ? `¥${writeNumber(value)}` : `${writeNumber(value)}円`
}

export function writeRate(milliYenPerHour: number, language: Language): string {
  const rate = formatRate(milliYenPerHour)
  return language === 'en' ? `¥${rate}/h` : `${rate}円／時`
}

/** `2分前` / `2 min ago`: the largest unit that fits, floored. */
export function writeAgo(at: Instant, now: Instant, language: Language): string {
  const minutes = Math.floor(Math.max(0, now - at) / 60_000)
  const [value, ja, en] =
    minutes < 1
      ? [0, '', '']
      : minutes < 60
        ? [minutes, '分', 'min']
        : minutes < 48 * 60
          ? [Math.floor(minutes / 60), '時間', 'h']
          : [Math.floor(minutes / 1440), '日', 'days']
  if (value === 0) return language === 'en' ? 'just now' : 'たったいま'
  return language === 'en' ? `${value} ${en} ago` : `${value}${ja}前`
}
