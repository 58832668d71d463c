/** Invented workers. Names are made by joining common family and given names at random; nobody is meant. */
import type { Chance } from './seeded-random.ts'

const FAMILY = [
  ['佐藤', 'さとう'],
  ['鈴木', 'すずき'],
  ['高橋', 'たかはし'],
  ['田中', 'たなか'],
  ['伊藤', 'いとう'],
  ['渡辺', 'わたなべ'],
  ['山本', 'やまもと'],
  ['中村', 'なかむら'],
  ['小林', 'こばやし'],
  ['加藤', 'かとう'],
  ['吉田', 'よしだ'],
  ['百瀬', 'ももせ'],
  ['青柳', 'あおやぎ'],
  ['小口', 'おぐち'],
  ['塩原', 'しおはら'],
  ['降旗', 'ふりはた'],
  ['宮下', 'みやした'],
  ['丸山', 'まるやま'],
  ['中島', 'なかじま'],
  ['太田', 'おおた'],
  ['古畑', 'ふるはた'],
  ['上條', 'かみじょう'],
  ['大和', 'おおわ'],
  ['清水', 'しみず'],
  ['赤羽', 'あかはね'],
  ['手塚', 'てづか'],
] as const

const GIVEN = [
  ['陽子', 'ようこ'],
  ['美咲', 'みさき'],
  ['由美', 'ゆみ'],
  ['恵', 'めぐみ'],
  ['さくら', 'さくら'],
  ['直美', 'なおみ'],
  ['千尋', 'ちひろ'],
  ['真由', 'まゆ'],
  ['彩', 'あや'],
  ['香織', 'かおり'],
  ['友美', 'ともみ'],
  ['裕子', 'ゆうこ'],
  ['愛', 'あい'],
  ['智子', 'ともこ'],
  ['麻衣', 'まい'],
  ['理恵', 'りえ'],
  ['奈々', 'なな'],
  ['文子', 'ふみこ'],
  ['結衣', 'ゆい'],
  ['のぞみ', 'のぞみ'],
  ['健一', 'けんいち'],
  ['大輔', 'だいすけ'],
] as const

export interface InventedWorker {
  /** `W001` … */
  readonly code: string
  readonly name: string
  readonly kana: string
  /** Four bytes in hex: a card that keeps its number. */
  readonly card: string
}

/** `count` workers of one centre; `series` keeps the card numbers of several centres apart. */
export function inventWorkers(count: number, series: number, chance: Chance): InventedWorker[] {
  return Array.from({ length: count }, (_, index) => {
    const [family, familyKana] = chance.pick(FAMILY)
    const [given, givenKana] = chance.pick(GIVEN)
    return {
      code: `W${String(index + 1).padStart(3, '0')}`,
      name: `${family} ${given}`,
      kana: `${familyKana} ${givenKana}`,
      card: cardNumber(series, index),
    }
  })
}

/** Seven bytes as a MIFARE-type card has them: 04 is the maker, the last two bytes tell the cards apart. */
function cardNumber(series: number, index: number): string {
  const mixed = (Math.imul(index + 1, 2_654_435_761) >>> 0).toString(16).padStart(8, '0')
  return `04${series.toString(16).padStart(2, '0')}${mixed}${(index % 256).toString(16).padStart(2, '0')}`.toUpperCase()
}

/** CSV of `kado workers import`. */
export function workersCsv(workers: readonly InventedWorker[], centre: string): string {
  const lines = workers.map(({ code, name, kana }) => [code, name, kana, centre].join(','))
  return ['worker_code,name,kana,home_center', ...lines, ''].join('\n')
}

/** CSV of `kado cards import`. */
export function cardsCsv(workers: readonly InventedWorker[]): string {
  return ['worker_code,card', ...workers.map(({ code, card }) => `${code},${card}`), ''].join('\n')
}
