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
  booking_unknown: 'その {予約|よやく}は ありません。',
  day_past: 'その {時間|じかん}は もう {過|す}ぎました。',
  outside_hours: 'その {時間|じかん}は {開|あ}いて いません。',
  closed_then: 'その {時間|じかん}は お{休|やす}みです。',
  too_long: '{時間|じかん}が {長|なが}すぎます。{短|みじか}く してください。',
  too_far_ahead: 'その {日|ひ}は まだ {予約|よやく}できません。',
  too_soon: '{予約|よやく}できる {時間|じかん}が {終|お}わりました。スタッフに きいてください。',
  series_rule_unsupported: 'その くりかえしは できません。ほかの くりかえしを えらんでください。',
  series_too_long: 'くりかえしが {長|なが}すぎます。{短|みじか}く してください。',
  booking_overlap: 'ほかの {人|ひと}が {予約|よやく}しました。ほかの {席|せき}か {時間|じかん}を えらんでください。',
  worker_overlap: '{同|おな}じ {時間|じかん}に もう {予約|よやく}が あります。',
  parent_blocked: 'その {部屋|へや}か {席|せき}は {予約|よやく}されています。ほかの {席|せき}を えらんでください。',
  resource_closed: 'その {席|せき}は {今|いま} {使|つか}えません。',
  quota_reached: '{予約|よやく}が {多|おお}すぎます。ひとつ {取|と}り{消|け}してください。',
  booking_settled: 'その {予約|よやく}は もう {終|お}わりました。',
  offer_gone: '{返事|へんじ}の {時間|じかん}が {過|す}ぎました。ほかの {人|ひと}の {番|ばん}です。',
  child_unknown: 'お{子|こ}さんの {登録|とうろく}が ありません。スタッフに きいてください。',
  registration_ends:
    'その {日|ひ}の {前|まえ}に お{子|こ}さんの {登録|とうろく}が {終|お}わります。スタッフに きいてください。',
  child_not_approved: 'お{子|こ}さんの {登録|とうろく}が まだ {終|お}わって いません。スタッフに きいてください。',
  child_overlap: 'お{子|こ}さんは {同|おな}じ {時間|じかん}に もう {予約|よやく}が あります。',
  guardian_unreachable: '{電話番号|でんわばんごう}が ありません。スタッフに {言|い}ってください。',
  policy_missing: 'その {日|ひ}は まだ {予約|よやく}できません。スタッフに きいてください。',
  ratio_exceeded: 'その {時間|じかん}は {子|こ}どもの {部屋|へや}が いっぱいです。',
  staff_minimum: 'その {時間|じかん}は {子|こ}どもを {見|み}る {人|ひと}が {足|た}りません。',
  qualified_missing: 'その {時間|じかん}は {子|こ}どもを {見|み}る {人|ひと}が {足|た}りません。',
  area_exceeded: 'その {時間|じかん}は {子|こ}どもの {部屋|へや}が いっぱいです。',
  age_unknown: '{生|う}まれた {日|ひ}が ちがいます。スタッフに きいてください。',
  fever: '{熱|ねつ}が あります。{今日|きょう}は あずかることが できません。',
  symptom: '{体|からだ}の {具合|ぐあい}が よくないです。{今日|きょう}は あずかることが できません。',
  already_in: 'お{子|こ}さんは もう {部屋|へや}に います。',
  not_in: 'お{子|こ}さんは {今|いま} {部屋|へや}に いません。',
  code_shared: '{番号|ばんごう}だけでは {渡|わた}せません。スタッフに きいてください。',
  code_wrong: '{番号|ばんごう}が ちがいます。スタッフに きいてください。',
  seat_taken: 'その {席|せき}は ほかの {人|ひと}が {使|つか}っています。',
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
