/** Dates, durations and counts as each language says them; `easy` with the readings a learner cannot guess. */
import type { Language } from '../../central-sync/protocol/event/place.ts'
import { type BusinessDay, type Instant, jstParts, weekdayOf } from '../../central-sync/protocol/time.ts'

const WEEKDAYS_JA = ['日', '月', '火', '水', '木', '金', '土'] as const
const WEEKDAYS_KANA = ['にち', 'げつ', 'か', 'すい', 'もく', 'きん', 'ど'] as const
const WEEKDAYS_EN = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS_EN = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** Days of the month whose reading is not "number + にち". */
const DAYS_KANA: Readonly<Record<number, string>> = {
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

/** `11月20日（金）` · `11{月|がつ}{20日|はつか}（{金|きん}）` · `Fri 20 Nov`. */
export function dateWords(at: Instant, language: Language): string {
  const { month, day, weekday } = jstParts(at)
  return datePartsWords(month, day, weekday, language)
}

/** A business day as its calendar date. */
export function dayWords(day: BusinessDay, language: Language): string {
  return datePartsWords(Number(day.slice(5, 7)), Number(day.slice(8)), weekdayOf(day), language)
}

function datePartsWords(month: number, day: number, weekday: number, language: Language): string {
  if (language === 'en') return `${WEEKDAYS_EN[weekday]} ${day} ${MONTHS_EN[month - 1]}`
  if (language === 'ja') return `${month}月${day}日（${WEEKDAYS_JA[weekday]}）`
  const special = DAYS_KANA[day]
  const dayText = special === undefined ? `${day}{日|にち}` : `{${day}日|${special}}`
  return `${month}{月|がつ}${dayText}（{${WEEKDAYS_JA[weekday]}|${WEEKDAYS_KANA[weekday]}}）`
}

/** One letter or syllable over a column of the week. */
export function weekdayWords(day: BusinessDay, language: Language): string {
  const weekday = weekdayOf(day)
  if (language === 'en') return WEEKDAYS_EN[weekday] ?? ''
  return language === 'ja' ? (WEEKDAYS_JA[weekday] ?? '') : `{${WEEKDAYS_JA[weekday]}|${WEEKDAYS_KANA[weekday]}}`
}

/** Whole minutes, rounded down: what is shown here is never more than what will be paid. */
export function durationWords(seconds: number, language: Language): string {
  const minutes = Math.floor(seconds / 60)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (language === 'en') return `${hours} h ${rest} min`
  if (language === 'ja') return `${hours}時間${rest}分`
  return `${hours}{時間|じかん}${rest}{分|${'2579'.includes(`${rest % 10}`) ? 'ふん' : 'ぷん'}}`
}

/** `3:05` under a column of the week. */
export function shortDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`
}

/** The word after a number of people; 1 and 2 are read as one word with their number. */
export function peopleWords(count: number, language: Language): { number: string; unit: string } {
  if (language === 'en') return { number: `${count}`, unit: count === 1 ? 'person' : 'people' }
  if (language === 'ja') return { number: `${count}`, unit: '人' }
  if (count === 1) return { number: '', unit: '{1人|ひとり}' }
  if (count === 2) return { number: '', unit: '{2人|ふたり}' }
  return { number: `${count}`, unit: '{人|にん}' }
}
