/** Invented children. Each is of one of the first workers; nobody is meant. */
import { addDays, type CalendarDay } from '../../central-sync/protocol/time.ts'
import type { InventedWorker } from './invented-people.ts'
import type { Chance } from './seeded-random.ts'

const GIVEN = [
  ['ひなた', 'ひなた'],
  ['蓮', 'れん'],
  ['つむぎ', 'つむぎ'],
  ['湊', 'みなと'],
  ['凛', 'りん'],
  ['陽葵', 'ひまり'],
  ['律', 'りつ'],
  ['紬', 'つむぎ'],
  ['碧', 'あお'],
  ['芽依', 'めい'],
  ['朝陽', 'あさひ'],
  ['心春', 'こはる'],
] as const

/** Days of life: from a few months to nearly school. */
const AGES = [210, 400, 620, 800, 980, 1_150, 1_400, 1_600, 1_900, 700, 1_250, 500] as const

export interface InventedChild {
  /** Code of the parent. */
  readonly parent: string
  readonly name: string
  readonly kana: string
  readonly callName: string
  readonly birthDate: CalendarDay
  readonly allergies: string
  readonly notes: string
  /** 1 = Monday … 5 = Friday. */
  readonly weekdays: readonly number[]
  readonly half: 'morning' | 'afternoon'
}

export function inventChildren(count: number, parents: readonly InventedWorker[], today: CalendarDay, chance: Chance) {
  return parents.slice(0, count).map((parent, index): InventedChild => {
    const [given, kana] = GIVEN[index % GIVEN.length] ?? GIVEN[0]
    const [family = ''] = parent.name.split(' ')
    const [familyKana = ''] = parent.kana.split(' ')
    const weekdays = [1, 2, 3, 4, 5].filter(() => chance.happens(0.55))
    return {
      parent: parent.code,
      name: `${family} ${given}`,
      kana: `${familyKana} ${kana}`,
      callName: kana,
      birthDate: addDays(today, -((AGES[index % AGES.length] ?? 900) + chance.between(0, 40))),
      allergies: index % 5 === 3 ? '卵（加熱したものは可）' : '',
      notes: index % 4 === 1 ? 'お昼寝はうつぶせにしない。音に敏感。' : '',
      weekdays: weekdays.length === 0 ? [chance.between(1, 5)] : weekdays,
      half: chance.happens(0.65) ? 'morning' : 'afternoon',
    }
  })
}
