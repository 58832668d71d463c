/** Why time waits, and what is worth knowing about it, in words. Keys are the closed lists of the attendance fold. */

import { type RefusalCode, refusals } from '../../../central-sync/protocol/refusal.ts'
import type { BlockingFlag, Note } from '../../../central-sync/rules/day-fold.ts'
import type { Words } from '../../../central-sync/web/port.ts'

export const flagWords: Readonly<Record<BlockingFlag, Words>> = {
  missing_in: {
    ja: '入室のタッチがありません',
    easy: '{入|はい}った ときの タッチが ありません',
    en: 'No tap when coming in',
  },
  missing_out: {
    ja: '退室のタッチがありません',
    easy: '{出|で}た ときの タッチが ありません',
    en: 'No tap when leaving',
  },
  place_mismatch: {
    ja: '入室と退室の場所がちがいます',
    easy: '{入|はい}った ばしょと {出|で}た ばしょが ちがいます',
    en: 'Came in and left at different places',
  },
  two_places: {
    ja: '同じころに別の場所でもタッチされています',
    easy: '{同|おな}じ ころに ほかの ばしょでも タッチが あります',
    en: 'Taps at two places at about the same time',
  },
  order_uncertain: {
    ja: '2台のタッチが近く、どちらが先か分かりません',
    easy: 'どちらの タッチが {先|さき}か わかりません',
    en: 'Two devices tapped so close that the order is unclear',
  },
  clock_unsynced: {
    ja: '受付機の時計が合っていませんでした',
    easy: '{機械|きかい}の {時計|とけい}が あって いませんでした',
    en: 'The kiosk clock was not set',
  },
  clock_absurd: {
    ja: '受付機の時計が大きくずれていました',
    easy: '{機械|きかい}の {時計|とけい}が {大|おお}きく ちがいました',
    en: 'The kiosk clock was far off',
  },
  identity_unverified: {
    ja: 'カードなしで、本人か確かめられていません',
    easy: 'カードが なくて、だれか まだ たしかめて いません',
    en: 'Without a card; the person was not verified',
  },
  card_attached_later: {
    ja: 'あとから登録したカードのタッチです',
    easy: 'あとで とうろくした カードの タッチです',
    en: 'Tapped with a card that was enrolled later',
  },
  late_evidence: {
    ja: '月を締めたあとに届いた記録です',
    easy: '{月|つき}の けいさんの あとに とどいた {記録|きろく}です',
    en: 'Arrived after the month was closed',
  },
}

export const noteWords: Readonly<Record<Note, Words>> = {
  offline: {
    ja: 'つながっていない間の記録',
    easy: 'つながって いない ときの {記録|きろく}',
    en: 'Recorded while offline',
  },
  roster_stale: {
    ja: '受付機の名簿が古かった',
    easy: '{機械|きかい}の {名前|なまえ}の リストが {古|ふる}かった',
    en: 'The kiosk had an old list',
  },
  night: { ja: '夜の時間をふくむ', easy: '{夜|よる}の {時間|じかん}が あります', en: 'Includes night hours' },
  clock_extrapolated: {
    ja: '時計は少し前に合わせたもの',
    easy: '{時計|とけい}は すこし {前|まえ}に あわせました',
    en: 'Clock last set a while ago',
  },
  tap_without_agent: {
    ja: 'パソコンの記録はない',
    easy: 'パソコンの {記録|きろく}は ありません',
    en: 'No record from a PC',
  },
}

/** Words of a list of codes: flags, notes or refusals; one this program does not know is shown as it is. */
export function wordsOfFlags(codes: readonly string[]): Words[] {
  const all: Readonly<Record<string, Words>> = { ...flagWords, ...noteWords }
  return codes.map((code) => {
    const known = Object.hasOwn(all, code) ? all[code] : refusals.get(code as RefusalCode)
    return known === undefined ? { ja: code, en: code } : { ...known }
  })
}
