/** Words of the kiosk's tasks: the way without a card, enrolling a card, loudness, and what went wrong. See `words.ts`. */
import type { Words } from '../../central-sync/web/port.ts'

export const taskWords = {
  // ── without a card
  codeAsk: {
    ja: 'あなたの番号を入れてください',
    easy: 'あなたの {番号|ばんごう}を {入|い}れて ください',
    en: 'Enter your worker code',
  },
  codeHelp: {
    ja: '番号はカードや登録の紙にあります。（例 W001）',
    easy: '{番号|ばんごう}は カードや {登録|とうろく}の {紙|かみ}に あります。（{例|れい} W001）',
    en: 'It is on your card or registration sheet, for example W001.',
  },
  pinAsk: {
    ja: '暗証番号を入れてください',
    easy: '{暗証番号|あんしょうばんごう}を {入|い}れて ください',
    en: 'Enter your PIN',
  },
  pinHelp: {
    ja: 'わからないときは、受付の人に声をかけてください。',
    easy: 'わからない とき、{受付|うけつけ}の {人|ひと}に {聞|き}いて ください。',
    en: 'If you do not know it, please ask at the desk.',
  },
  code: { ja: '番号', easy: '{番号|ばんごう}', en: 'Worker code' },
  pin: { ja: '暗証番号', easy: '{暗証番号|あんしょうばんごう}', en: 'PIN' },
  pinDigits: {
    ja: '{count}けた 入力しました',
    easy: '{count}{文字|もじ} {入|い}れました',
    en: '{count} digits entered',
  },
  nothingYet: { ja: 'まだ入力していません', easy: 'まだ {入|い}れて いません', en: 'nothing entered yet' },
  erase: { ja: '1文字消す', easy: '1{文字|もじ} {消|け}す', en: 'Erase' },
  next: { ja: '次へ', easy: '{次|つぎ}へ', en: 'Next' },
  send: { ja: '入室・退室する', easy: '{決|き}める', en: 'Check in or out' },
  stop: { ja: 'やめる', easy: 'やめる', en: 'Stop' },
  soon: {
    ja: 'あと{count}秒で最初の画面にもどります',
    easy: 'あと {count}{秒|びょう}で {最初|さいしょ}の {画面|がめん}に もどります',
    en: 'Back to the first screen in {count} s',
  },
  stay: { ja: 'つづける', easy: 'つづける', en: 'Keep going' },

  // ── problems
  readFailed: {
    ja: 'カードを読めませんでした',
    easy: 'カードを {読|よ}めませんでした',
    en: 'The card could not be read',
  },
  readFailedHelp: {
    ja: 'もういちど、ゆっくり当ててください。',
    easy: 'もう{一度|いちど}、ゆっくり {当|あ}てて ください。',
    en: 'Please hold it to the reader again, slowly.',
  },
  twoCards: { ja: 'カードが2枚あります', easy: 'カードが 2{枚|まい} あります', en: 'There are two cards' },
  twoCardsHelp: {
    ja: 'どちらも記録していません。1枚ずつ当ててください。',
    easy: 'まだ {記録|きろく}して いません。1{枚|まい}だけ {当|あ}てて ください。',
    en: 'Neither counts. Please hold one card at a time.',
  },
  notKept: { ja: '記録できませんでした', easy: '{記録|きろく}できませんでした', en: 'It could not be recorded' },
  notKeptHelp: {
    ja: '受付の人に知らせて、時刻を紙に書いてください。',
    easy: '{受付|うけつけ}の {人|ひと}に {言|い}って ください。{紙|かみ}に {時間|じかん}を {書|か}いて ください。',
    en: 'Please tell the desk and write the time on paper.',
  },

  // ── refusals of a press
  no_too_late: {
    ja: '時間がすぎました。直すときは受付の人に声をかけてください。',
    easy: '{時間|じかん}が すぎました。{受付|うけつけ}の {人|ひと}に {言|い}って ください。',
    en: 'Too late to change here. Please ask at the desk.',
  },
  no_worker_unknown: {
    ja: 'この番号は見つかりません。もういちど確かめてください。',
    easy: 'この {番号|ばんごう}は ありません。もう{一度|いちど} {見|み}て ください。',
    en: 'This code was not found. Please check it.',
  },
  no_sign_in_failed: {
    ja: '番号か暗証番号がちがいます。もういちど入れてください。',
    easy: '{番号|ばんごう}か {暗証番号|あんしょうばんごう}が ちがいます。もう{一度|いちど} {入|い}れて ください。',
    en: 'The code or the PIN is wrong. Please try again.',
  },
  no_rate_limited: {
    ja: '回数が多すぎます。少し待つか、受付の人に声をかけてください。',
    easy: '{何回|なんかい}も ちがいました。{少|すこ}し {待|ま}って ください。{受付|うけつけ}でも できます。',
    en: 'Too many tries. Please wait a little or ask at the desk.',
  },
  no_other: {
    ja: 'できませんでした。受付の人に声をかけてください。',
    easy: 'できませんでした。{受付|うけつけ}の {人|ひと}に {言|い}って ください。',
    en: 'That did not work. Please ask at the desk.',
  },

  // ── enrolling a card
  enrolTitle: { ja: 'カードの登録', easy: 'カードの {登録|とうろく}', en: 'Register a card' },
  enrolFirst: {
    ja: 'カードを当ててください',
    easy: 'カードを {当|あ}てて ください',
    en: 'Hold the card to the reader',
  },
  enrolAway: { ja: 'カードをはなしてください', easy: 'カードを はなして ください', en: 'Take the card away' },
  enrolSecond: {
    ja: 'もういちど当ててください',
    easy: 'もう{一度|いちど} {当|あ}てて ください',
    en: 'Hold it to the reader again',
  },
  enrolSending: { ja: '登録しています', easy: '{登録|とうろく}しています', en: 'Registering' },
  enrolDone: { ja: '登録しました', easy: '{登録|とうろく}しました', en: 'Registered' },
  enrolDoneHelp: {
    ja: '次からこのカードでタッチできます。',
    easy: '{次|つぎ}から この カードで タッチできます。',
    en: 'You can use this card from now on.',
  },
  enrolStep1: { ja: '当てる', easy: '{当|あ}てる', en: 'Card' },
  enrolStep2: { ja: 'はなす', easy: 'はなす', en: 'Away' },
  enrolStep3: { ja: 'もういちど', easy: 'もう{一度|いちど}', en: 'Card again' },
  enrolFailed: { ja: '登録できませんでした', easy: '{登録|とうろく}できませんでした', en: 'Not registered' },
  enrol_card_differs: {
    ja: '1回目と2回目で番号がちがいました。番号が毎回変わるカードは使えません。',
    easy: '1{回|かい}めと 2{回|かい}めの {番号|ばんごう}が ちがいました。この カードは {使|つか}えません。',
    en: 'The two readings differ. A card that changes its number cannot be used.',
  },
  enrol_card_random: {
    ja: '番号が毎回変わるカードです。ほかのカードを使ってください。',
    easy: '{番号|ばんごう}が {変|か}わる カードです。ほかの カードを {使|つか}って ください。',
    en: 'This card changes its number. Please use another card.',
  },
  enrol_card_settable: {
    ja: 'スマートフォンは登録できません。プラスチックのカードを使ってください。',
    easy: 'スマートフォンは {使|つか}えません。プラスチックの カードを {使|つか}って ください。',
    en: 'A phone cannot be registered. Please use a plastic card.',
  },
  enrol_card_taken: {
    ja: 'このカードはほかの人が使っています。',
    easy: 'この カードは ほかの {人|ひと}が {使|つか}っています。',
    en: 'This card belongs to somebody else.',
  },
  enrol_expired: {
    ja: '時間がすぎました。受付の人に、もういちど始めてもらってください。',
    easy: '{時間|じかん}が すぎました。{受付|うけつけ}の {人|ひと}に もう{一度|いちど} たのんで ください。',
    en: 'Time is up. Please ask the desk to start again.',
  },
  enrol_offline: {
    ja: 'センターにつながりません。あとでもういちどためしてください。',
    easy: 'センターに つながりません。あとで もう{一度|いちど} して ください。',
    en: 'The centre cannot be reached. Please try again later.',
  },
  enrol_cancelled: { ja: 'やめました。', easy: 'やめました。', en: 'Stopped.' },

  // ── sound
  soundTitle: { ja: '音の大きさ', easy: '{音|おと}の {大|おお}きさ', en: 'Volume' },
  soundLoud: { ja: '大きい', easy: '{大|おお}きい', en: 'Loud' },
  soundMiddle: { ja: 'ふつう', easy: 'ふつう', en: 'Normal' },
  soundSoft: { ja: '小さい', easy: '{小|ちい}さい', en: 'Soft' },
  soundQuiet: { ja: '音を出さない', easy: '{音|おと}を {出|だ}さない', en: 'Silent' },
  soundBlocked: {
    ja: '音が出ません。画面を1回タッチしてください。',
    easy: '{音|おと}が {出|で}ません。{画面|がめん}を 1{回|かい} さわって ください。',
    en: 'Sound is off. Please touch the screen once.',
  },
} as const satisfies Readonly<Record<string, Required<Words>>>
