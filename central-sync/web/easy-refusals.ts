/** Refusals that workers and parents meet, in やさしい日本語: what happened, what to do now. Every kanji carries its reading. */
import { type Refusal, type RefusalCode, refusalSentence } from '../protocol/refusal.ts'
import type { Words } from './port.ts'

export const easyRefusals: Readonly<Partial<Record<RefusalCode, string>>> = {
  malformed: '{書|か}いたことが わかりませんでした。もう{一度|いちど} {書|か}いてください。',
  rate_limited: 'すこし {待|ま}ってから、もう{一度|いちど} やってください。',
  busy: '{今|いま} こんでいます。もう{一度|いちど} やってください。',
  commit_not_confirmed: '{記録|きろく}が できたか わかりません。もう{一度|いちど} やってください。',
  disk_full: '{機械|きかい}が いっぱいです。スタッフに {言|い}ってください。',
  not_found: 'この ページは ありません。',
  sign_in_required: 'はじめに、{番号|ばんごう}を {書|か}いて {入|はい}ってください。',
  sign_in_failed: '{番号|ばんごう}が ちがいます。もう{一度|いちど} {書|か}いてください。',
  not_allowed: 'この ことは できません。スタッフに きいてください。',
  pin_change_required: 'はじめに、{暗証番号|あんしょうばんごう}を {変|か}えてください。',
  weak_secret: 'その {番号|ばんごう}は かんたんすぎます。ほかの {番号|ばんごう}に してください。',
  idempotency_key_reused: 'もう{一度|いちど} はじめから やってください。',
  correction_stale: '{記録|きろく}が {変|か}わりました。もう{一度|いちど} {見|み}て、おねがいしてください。',
  correction_closed: 'この おねがいは もう {決|き}まりました。',
  interval_invalid: '{時間|じかん}が ちがいます。「{入|はい}った {時間|じかん}」が {先|さき}です。',
  interval_too_long: '16{時間|じかん}より {長|なが}い {時間|じかん}は {書|か}けません。',
  interval_overlaps: 'ほかの {時間|じかん}と {重|かさ}なって います。',
  day_in_future: 'まだ {来|き}て いない {時間|じかん}です。',
  month_closed: 'この {月|つき}は もう {終|お}わりました。つぎの {月|つき}で なおします。',
  assignment_unknown: 'その {仕事|しごと}は えらべません。スタッフに きいてください。',
}

/** The sentence of a refusal in every language, with its detail. */
export function refusalWords(refusal: Refusal): Words {
  const easy = easyRefusals[refusal.refused]
  return {
    ja: refusalSentence(refusal, 'ja'),
    en: refusalSentence(refusal, 'en'),
    ...(easy !== undefined && { easy }),
  }
}
