/**
 * Every word on the kiosk's page in its three languages. `easy` follows the guideline for やさしい日本語 of the Immigration
 * Services Agency and the Agency for Cultural Affairs (one sentence one fact, です/ます, spaces between words) and carries
 * a reading on every kanji as `{漢字|かんじ}`; a test counts them. `{name}` without a bar is filled in.
 */
import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { Words } from '../../central-sync/web/port.ts'
import { careWords } from './care-words.ts'
import { fetchWords } from './fetch-words.ts'
import { seatWords } from './seat-words.ts'
import { taskWords } from './task-words.ts'

type FullWords = Required<Words>

export const kioskWords = {
  title: { ja: '入室・退室', easy: '{入室|にゅうしつ}・{退室|たいしつ}', en: 'Check in and out' },
  languages: { ja: '言語', easy: '{言葉|ことば}', en: 'Language' },
  tools: { ja: 'この画面の設定', easy: 'この {画面|がめん}の {設定|せってい}', en: 'Settings of this screen' },
  lower: { ja: '画面を下げる', easy: '{画面|がめん}を {下|さ}げる', en: 'Move down' },
  higher: { ja: '画面を上げる', easy: '{画面|がめん}を {上|あ}げる', en: 'Move up' },
  sound: { ja: '音', easy: '{音|おと}', en: 'Sound' },
  cardless: { ja: 'カードがないとき', easy: 'カードが ないとき', en: 'No card?' },
  back: { ja: 'もどる', easy: 'もどる', en: 'Back' },

  // ── idle
  touch1: { ja: 'カードを', easy: 'カードを', en: 'Touch the reader' },
  touch2: { ja: 'タッチしてください', easy: 'タッチして ください', en: 'with your card' },
  once: {
    ja: '来たときも、帰るときも、1回だけ。',
    easy: '{来|き}たとき、1{回|かい}。{帰|かえ}るとき、1{回|かい}。',
    en: 'Once when you come, once when you leave.',
  },
  present: { ja: '来ている人', easy: '{来|き}ている {人|ひと}', en: 'Here now' },
  presentOne: { ja: '人', easy: '{人|にん}', en: '' },
  howTo: { ja: '使い方', easy: '{使|つか}い{方|かた}', en: 'How it works' },
  how1: {
    ja: 'カードを読み取り機に当てる',
    easy: 'カードを {機械|きかい}に {当|あ}てます',
    en: 'Hold your card to the reader',
  },
  how2: {
    ja: '音が鳴り、画面の色が変われば完了',
    easy: '{音|おと}が {出|で}ます。{画面|がめん}の {色|いろ}が {変|か}わります。{終|お}わりです',
    en: 'A sound and a colour: you are done',
  },
  how3: {
    ja: 'まちがえたら、画面のボタンで直す',
    easy: 'まちがえた とき、{画面|がめん}の ボタンを {押|お}します',
    en: 'Made a mistake? Use the buttons on the screen',
  },
  readerReady: { ja: 'カードリーダー 準備OK', easy: 'カードの {機械|きかい} OK', en: 'Card reader ready' },
  readerStarting: {
    ja: 'カードリーダー 準備中',
    easy: 'カードの {機械|きかい} {準備|じゅんび}しています',
    en: 'Card reader starting',
  },
  readerMissing: {
    ja: 'カードリーダー 未接続',
    easy: 'カードの {機械|きかい}が ありません',
    en: 'Card reader not connected',
  },
  readerTrouble: {
    ja: 'カードリーダー 要確認',
    easy: 'カードの {機械|きかい}が おかしいです',
    en: 'Card reader needs a check',
  },
  online: { ja: 'センター 接続中', easy: 'センターに つながっています', en: 'Centre connected' },
  offline: {
    ja: 'センター 未接続（このまま使えます）',
    easy: 'センターに つながりません（このまま {使|つか}えます）',
    en: 'Centre not connected (you can still check in)',
  },
  waitingCount: {
    ja: 'あとで送る {count}件',
    easy: 'あとで {送|おく}る {count}{件|けん}',
    en: '{count} to send later',
  },
  linkRefused: {
    ja: 'この装置は登録から外れています。係の人に知らせてください。',
    easy: 'この {機械|きかい}は {登録|とうろく}が ありません。{係|かかり}の {人|ひと}に {言|い}って ください。',
    en: 'This kiosk is not registered. Please tell the staff.',
  },
  noReader: {
    ja: 'カードリーダーがつながっていません',
    easy: 'カードの {機械|きかい}が つながって いません',
    en: 'The card reader is not connected',
  },
  noReaderHelp: {
    ja: '係の人に知らせてください。「カードがないとき」からも入室・退室できます。',
    easy: '{係|かかり}の {人|ひと}に {言|い}って ください。「カードが ないとき」を {押|お}しても できます。',
    en: 'Please tell the staff. You can also use “No card?”.',
  },
  noFocus: {
    ja: '画面を1回タッチしてください',
    easy: '{画面|がめん}を 1{回|かい} さわって ください',
    en: 'Please touch the screen once',
  },
  noFocusHelp: {
    ja: 'このままではカードを読み取れません。',
    easy: 'さわるまで カードを {読|よ}めません。',
    en: 'The card cannot be read until you do.',
  },
  imeOn: {
    ja: '日本語入力（IME）がオンです',
    easy: '{日本語|にほんご}の {入力|にゅうりょく}（IME）が オンです',
    en: 'The Japanese input method (IME) is on',
  },
  imeOnHelp: {
    ja: '半角／全角キーを1回押してください。係の人を呼んでください。',
    easy: '{係|かかり}の {人|ひと}を {呼|よ}んで ください。',
    en: 'Please call the staff to switch it off.',
  },
  processGone: {
    ja: 'いま カードを読み取れません',
    easy: 'いま カードを {読|よ}めません',
    en: 'Cards cannot be read right now',
  },
  processGoneHelp: {
    ja: 'つなぎ直しています。続くときは、受付で時刻を紙に書いてください。',
    easy: '{少|すこ}し {待|ま}って ください。だめな とき、{受付|うけつけ}へ {行|い}って ください。{紙|かみ}に {時間|じかん}を {書|か}きます。',
    en: 'Reconnecting. If this goes on, please write the time on paper at the desk.',
  },
  preparing: {
    ja: 'この装置を準備しています',
    easy: 'この {機械|きかい}を {準備|じゅんび}しています',
    en: 'This kiosk is getting ready',
  },

  // ── a tap
  reading: { ja: '読み取りました', easy: '{読|よ}みました', en: 'Card read' },
  checking: { ja: '確認しています', easy: '{確認|かくにん}しています', en: 'Checking' },
  in: { ja: '入室', easy: '{入室|にゅうしつ}', en: 'In' },
  out: { ja: '退室', easy: '{退室|たいしつ}', en: 'Out' },
  morning: { ja: 'おはようございます', easy: 'おはようございます', en: 'Good morning' },
  day: { ja: 'こんにちは', easy: 'こんにちは', en: 'Hello' },
  evening: { ja: 'こんばんは', easy: 'こんばんは', en: 'Good evening' },
  leaving: { ja: 'おつかれさまでした', easy: 'おつかれさまでした', en: 'Thank you, see you' },
  honorific: { ja: '{name} さん', easy: '{name} さん', en: '{name}' },
  byCode: { ja: '{name} の方', easy: '{name} の {方|かた}', en: '{name}' },
  stillIn: { ja: 'もう入室しています', easy: 'もう {入室|にゅうしつ}しています', en: 'You are already in' },
  stillOut: { ja: 'もう退室しています', easy: 'もう {退室|たいしつ}しています', en: 'You are already out' },
  stillHelp: {
    ja: '続けてのタッチなので、そのままにしました。',
    easy: '{前|まえ}の タッチの あと、すぐでした。{変|か}わって いません。',
    en: 'That was soon after your last touch, so nothing changed.',
  },
  unknownCard: { ja: '未登録カードです', easy: '{登録|とうろく}が ない カードです', en: 'This card is not registered' },
  unknownCardHelp: {
    ja: 'タッチは記録しました。受付の人にカードを見せてください。',
    easy: 'タッチは {記録|きろく}しました。{受付|うけつけ}の {人|ひと}に カードを {見|み}せて ください。',
    en: 'The touch is recorded. Please show your card at the desk.',
  },
  revokedCard: {
    ja: 'このカードは使えません',
    easy: 'この カードは {使|つか}えません',
    en: 'This card is no longer valid',
  },
  revokedCardHelp: {
    ja: '使用を止めたカードです。受付の人に声をかけてください。',
    easy: 'この カードは {止|と}めて あります。{受付|うけつけ}の {人|ひと}に {言|い}って ください。',
    en: 'It was stopped. Please talk to the desk.',
  },
  recorded: { ja: '記録しました', easy: '{記録|きろく}しました', en: 'Recorded' },
  recordedHelp: {
    ja: 'カードの名前は、センターにつながったあとで確かめます。',
    easy: 'だれの カードか、あとで {確|たし}かめます。',
    en: 'Whose card it is will be checked once the centre is connected.',
  },
  keptOffline: {
    ja: 'いまセンターにつながりません。{what}は記録しました。あとで送ります。（{count}件）',
    easy: 'いま センターに つながりません。{what}は {記録|きろく}しました。あとで {送|おく}ります。（{count}{件|けん}）',
    en: 'The centre cannot be reached. Your {what} is recorded and will be sent later. ({count} waiting)',
  },
  theIn: { ja: '入室', easy: '{入室|にゅうしつ}', en: 'check-in' },
  theOut: { ja: '退室', easy: '{退室|たいしつ}', en: 'check-out' },
  theTouch: { ja: 'タッチ', easy: 'タッチ', en: 'touch' },
  unverified: {
    ja: '番号だけで記録しました。あとで係の人が確かめます。',
    easy: '{番号|ばんごう}だけで {記録|きろく}しました。あとで {係|かかり}の {人|ひと}が {確|たし}かめます。',
    en: 'Recorded by your code only. The staff will check it later.',
  },
  toOut: { ja: 'まちがい。退室にする', easy: 'ちがいます。{退室|たいしつ}に します', en: 'Wrong – make it OUT' },
  toIn: { ja: 'まちがい。入室にする', easy: 'ちがいます。{入室|にゅうしつ}に します', en: 'Wrong – make it IN' },
  makeOut: { ja: '退室にする', easy: '{退室|たいしつ}に します', en: 'Check out instead' },
  makeIn: { ja: '入室にする', easy: '{入室|にゅうしつ}に します', en: 'Check in instead' },
  undo: { ja: '取り消す', easy: '{取|と}り{消|け}す', en: 'Undo' },
  undone: { ja: '取り消しました', easy: '{取|と}り{消|け}しました', en: 'Undone' },
  undoneHelp: {
    ja: 'いまのタッチは、なかったことになりました。',
    easy: 'いまの タッチは ありません。{前|まえ}と {同|おな}じです。',
    en: 'That touch no longer counts.',
  },
  nextPerson: {
    ja: '次の方は、そのままタッチできます',
    easy: '{次|つぎ}の {人|ひと}は、タッチできます',
    en: 'Next person: just touch',
  },
  secondsLeft: { ja: 'あと{count}秒', easy: 'あと {count}{秒|びょう}', en: '{count} s left' },

  // ── hours, work, yesterday
  thisWeek: { ja: '今週ここまで', easy: '{今週|こんしゅう} ここまで', en: 'This week so far' },
  pendingOne: {
    ja: '確認待ち {count}件（合計に入っていません）',
    easy: '{確認|かくにん}を {待|ま}っています {count}{件|けん}（まだ {入|はい}って いません）',
    en: '{count} waiting for a check (not counted yet)',
  },
  workFor: { ja: 'この時間の仕事', easy: 'この {時間|じかん}の {仕事|しごと}', en: 'Work for this time' },
  workNone: { ja: 'まだ決まっていません', easy: 'まだ {決|き}まって いません', en: 'Not chosen yet' },
  workOther: { ja: 'ほかの仕事にする', easy: 'ほかの {仕事|しごと}に する', en: 'Choose other work' },
  workChoose: { ja: '仕事をえらぶ', easy: '{仕事|しごと}を えらぶ', en: 'Choose work' },
  workNow: { ja: 'いまえらんでいる仕事', easy: 'いま えらんでいる {仕事|しごと}', en: 'chosen now' },
  yesterday: { ja: 'きのう', easy: 'きのう', en: 'yesterday' },
  leftWhen: {
    ja: '{day}は何時に退室しましたか',
    easy: '{day}は {何時|なんじ}に {帰|かえ}りましたか',
    en: 'When did you leave {day}?',
  },
  leftWhy: {
    ja: '{time}に入室したあと、退室のタッチがありません。',
    easy: '{time}に {入室|にゅうしつ}しました。{退室|たいしつ}の タッチが ありません。',
    en: 'You checked in at {time}, but there is no check-out.',
  },
  leftAt: { ja: '{time} に退室した', easy: '{time} に {帰|かえ}りました', en: 'I left at {time}' },
  leftOther: { ja: 'ほかの時刻', easy: 'ほかの {時間|じかん}', en: 'Another time' },
  leftChoose: { ja: '時刻をえらぶ', easy: '{時間|じかん}を えらぶ', en: 'Choose the time' },
  leftSkip: { ja: 'いまは答えない', easy: 'いまは {答|こた}えません', en: 'Not now' },
  leftSend: { ja: 'この時刻で申請する', easy: 'この {時間|じかん}を {送|おく}る', en: 'Send this time' },
  leftTold: {
    ja: '申請しました。係の人が確かめます。',
    easy: '{送|おく}りました。{係|かかり}の {人|ひと}が {確|たし}かめます。',
    en: 'Sent. The staff will check it.',
  },
  hourLess: { ja: '1時間 早く', easy: '1{時間|じかん} {早|はや}く', en: '1 hour earlier' },
  hourMore: { ja: '1時間 おそく', easy: '1{時間|じかん} おそく', en: '1 hour later' },
  minutesLess: { ja: '5分 早く', easy: '5{分|ふん} {早|はや}く', en: '5 minutes earlier' },
  minutesMore: { ja: '5分 おそく', easy: '5{分|ふん} おそく', en: '5 minutes later' },

  ...seatWords,
  ...taskWords,
  ...careWords,
  ...fetchWords,
} as const satisfies Readonly<Record<string, FullWords>>

export type WordKey = keyof typeof kioskWords

/** The text of a key, filled in. In `easy` it still carries its readings. */
export function say(key: WordKey, language: Language, fill: Readonly<Record<string, string | number>> = {}): string {
  const words: FullWords = kioskWords[key]
  return words[language].replace(/\{(\w+)\}/g, (whole, name: string) => `${fill[name] ?? whole}`)
}

/** For code a refusal brings from elsewhere: the word of that code, or the general one. */
export function refusalWord(prefix: 'no' | 'enrol', code: string | undefined): WordKey {
  const key = `${prefix}_${code}`
  if (Object.hasOwn(kioskWords, key)) return key as WordKey
  return 'no_other'
}
