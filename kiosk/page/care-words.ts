/** Words of the childcare room's page: who is expected, who is here, bringing and fetching. See `words.ts`. */
import type { Words } from '../../central-sync/web/port.ts'

export const careWords = {
  careTitle: {
    ja: 'お子さんのお預かり・お迎え',
    easy: '{子|こ}どもを {預|あず}ける・{迎|むか}える',
    en: 'Childcare: bring and fetch',
  },
  // ── the board
  careCall1: { ja: '保護者の方は', easy: 'お{父|とう}さん・お{母|かあ}さんは', en: 'Parents:' },
  careCall2: { ja: 'カードをタッチ', easy: 'カードを タッチ', en: 'touch your card' },
  careCallHelp: {
    ja: 'お預けも、お迎えも、ここから始めます。',
    easy: '{預|あず}けるときも、{迎|むか}えるときも、タッチします。',
    en: 'Bringing or fetching, it starts here.',
  },
  careSlipHelp: {
    ja: 'カードのない方のお迎えは、お子さんの呼び名を押してください。',
    easy: 'カードが ない {人|ひと}は、{子|こ}どもの {名前|なまえ}を {押|お}して ください。',
    en: 'To fetch without a card, press the child’s name.',
  },
  careHere: { ja: 'まだいる子', easy: 'まだ いる {子|こ}', en: 'Still here' },
  careHereNone: { ja: 'いま預かっている子はいません', easy: 'いま いません', en: 'Nobody is here now' },
  careExpected: { ja: 'これから来る子', easy: 'これから {来|く}る {子|こ}', en: 'Still to come' },
  careExpectedNone: { ja: 'このあとの予約はありません', easy: 'もう ありません', en: 'No more bookings today' },
  careUntil: { ja: '{time}まで', easy: '{time}まで', en: 'until {time}' },
  careFrom: { ja: '{time}から', easy: '{time}から', en: 'from {time}' },
  careSince: { ja: '{time}に来ました', easy: '{time}に {来|き}ました', en: 'since {time}' },
  careLate: { ja: '予約の時間を過ぎました', easy: '{時間|じかん}が {過|す}ぎました', en: 'past the booked time' },
  careOver: { ja: '{count}分 過ぎています', easy: '{count}{分|ふん} {過|す}ぎて います', en: '{count} min over' },
  careFetchThis: { ja: '迎えに来ました', easy: '{迎|むか}えに {来|き}ました', en: 'fetch' },
  careChildren: { ja: '{count}人', easy: '{count}{人|にん}', en: '{count}' },
  careFresh: { ja: '名簿は最新です', easy: '{名簿|めいぼ}は {新|あたら}しいです', en: 'The list is up to date' },
  careAge: {
    ja: '{time} 時点の名簿です（{age}前）',
    easy: '{time}の {名簿|めいぼ}です（{age}{前|まえ}）',
    en: 'List of {time} ({age} ago)',
  },
  careAgeDays: {
    ja: '{day} {time} の名簿です。きょうの予約は入っていません。',
    easy: '{day} {time}の {名簿|めいぼ}です。きょうの {予約|よやく}は わかりません。',
    en: 'List of {day} {time}: it does not know today’s bookings.',
  },
  careNoList: {
    ja: '名簿がまだ届いていません。係の人に声をかけてください。',
    easy: '{名簿|めいぼ}が まだ ありません。{係|かかり}の {人|ひと}に {言|い}って ください。',
    en: 'No list has arrived yet. Please talk to the staff.',
  },
  careSoon: {
    ja: 'あと{count}分で閉まります。まだ{left}人います。',
    easy: 'あと {count}{分|ふん}で {閉|し}まります。まだ {left}{人|にん} います。',
    en: 'Closing in {count} min: {left} still here.',
  },
  careClosed: {
    ja: '閉まる時間（{time}）を過ぎました。まだ{left}人います。',
    easy: '{time}を {過|す}ぎました。まだ {left}{人|にん} います。',
    en: 'Past closing time ({time}): {left} still here.',
  },

  // ── her children
  careWhich: { ja: 'どのお子さんですか', easy: 'どの {子|こ}どもですか', en: 'Which child?' },
  careBring: { ja: '預ける', easy: '{預|あず}けます', en: 'Bring' },
  careFetch: { ja: '迎える', easy: '{迎|むか}えます', en: 'Fetch' },
  careSlipAgain: {
    ja: '控えをもう一度出す',
    easy: 'ひかえの {紙|かみ}を もう{一度|いちど} {出|だ}す',
    en: 'Show the slip again',
  },
  may_fetched: { ja: 'お迎えがすみました', easy: '{迎|むか}えました', en: 'has been fetched' },
  may_already_in: { ja: 'いまお預かりしています', easy: 'いま ここに います', en: 'is here now' },
  may_not_mine: { ja: 'いまお預かりしています', easy: 'いま ここに います', en: 'is here now' },
  may_no_booking: {
    ja: 'きょうの予約がありません。係の人に声をかけてください。',
    easy: 'きょうの {予約|よやく}が ありません。{係|かかり}の {人|ひと}に {言|い}って ください。',
    en: 'No booking today. Please talk to the staff.',
  },
  may_too_early: {
    ja: '予約の時間の30分前からお預かりします。',
    easy: '{予約|よやく}の 30{分|ぷん}{前|まえ}から {預|あず}けられます。',
    en: 'You can bring your child from 30 minutes before the booking.',
  },
  may_over: {
    ja: '予約の時間が終わりました。係の人に声をかけてください。',
    easy: '{予約|よやく}の {時間|じかん}が {終|お}わりました。{係|かかり}の {人|ひと}に {言|い}って ください。',
    en: 'The booking has ended. Please talk to the staff.',
  },

  // ── how the child is
  healthTitle: { ja: '{name}の きょうのようす', easy: '{name}の {体|からだ}の ようす', en: 'How is {name} today?' },
  temperature: { ja: '体温', easy: '{熱|ねつ}', en: 'Temperature' },
  temperatureNone: { ja: 'まだ', easy: 'まだ', en: 'not yet' },
  degrees: { ja: '{value} ℃', easy: '{value} ℃', en: '{value} °C' },
  degreesLess: { ja: '−{step}', easy: '−{step}', en: '−{step}' },
  degreesMore: { ja: '＋{step}', easy: '＋{step}', en: '+{step}' },
  symptomsTitle: { ja: '気になることはありますか', easy: '{体|からだ}は どうですか', en: 'Anything to mind?' },
  symptom_none: { ja: 'ありません', easy: 'だいじょうぶです', en: 'No, nothing' },
  symptom_vomiting: { ja: '吐いた', easy: '{吐|は}きました', en: 'Vomiting' },
  symptom_diarrhoea: { ja: '下痢', easy: 'おなかが ゆるいです', en: 'Diarrhoea' },
  symptom_rash: { ja: '発しん', easy: '{赤|あか}い ぶつぶつが あります', en: 'Rash' },
  symptom_low_spirits: { ja: '元気がない', easy: '{元気|げんき}が ありません', en: 'Low spirits' },
  symptom_vaccinated_today: {
    ja: 'きょう予防接種をした',
    easy: 'きょう {予防接種|よぼうせっしゅ}を しました',
    en: 'Vaccinated today',
  },
  symptom_cough: { ja: 'せき', easy: 'せき', en: 'Cough' },
  symptom_runny_nose: { ja: '鼻水', easy: '{鼻水|はなみず}', en: 'Runny nose' },
  symptom_other: { ja: 'そのほか', easy: 'ほかに あります', en: 'Something else' },
  phoneTitle: { ja: 'きょうの連絡先', easy: 'きょうの {電話|でんわ}', en: 'Phone today' },
  phoneNone: { ja: '番号がありません', easy: '{番号|ばんごう}が ありません', en: 'no number' },
  phoneChange: { ja: '番号を変える', easy: '{番号|ばんごう}を {変|か}える', en: 'Change number' },
  phoneKeep: { ja: 'この番号にする', easy: 'この {番号|ばんごう}に する', en: 'Use this number' },
  bringSend: { ja: '預ける', easy: '{預|あず}けます', en: 'Bring my child' },
  bringMissing: {
    ja: '体温と、気になることを選んでください。',
    easy: '{熱|ねつ}と、{体|からだ}の ようすを {押|お}して ください。',
    en: 'Please set the temperature and how your child is.',
  },
  turnedAway: {
    ja: 'きょうはお預かりできません',
    easy: 'きょうは {預|あず}かれません',
    en: 'We cannot take your child today',
  },
  turnedAwayFever: {
    ja: '{value}℃でした。{limit}℃以上のときは、おうちでゆっくり休んでください。',
    easy: '{value}℃でした。{limit}℃からは {預|あず}かれません。うちで {休|やす}んで ください。',
    en: 'It was {value} °C. From {limit} °C on a child rests best at home.',
  },
  turnedAwaySymptom: {
    ja: 'このようすのときは、おうちでゆっくり休んでください。',
    easy: '{体|からだ}が よくない とき、うちで {休|やす}んで ください。',
    en: 'With these signs a child rests best at home.',
  },
  turnedAwayHelp: {
    ja: '予約の取り消しや席のことは、係の人がお手伝いします。声をかけてください。',
    easy: '{予約|よやく}や {席|せき}の ことは、{係|かかり}の {人|ひと}に {言|い}って ください。',
    en: 'Please talk to the staff: they help with your booking and your seat.',
  },

  // ── the slip
  slipTitle: { ja: 'お預かりしました', easy: '{預|あず}かりました', en: 'Your child is with us' },
  slipAgain: { ja: 'お預かりの控え', easy: 'ひかえの {紙|かみ}', en: 'Your slip' },
  slipCode: { ja: 'お迎えの番号', easy: '{迎|むか}えの {番号|ばんごう}', en: 'Code for fetching' },
  slipHelp: {
    ja: 'お迎えのときに使います。ほかの人に教えないでください。',
    easy: '{迎|むか}えるときに {使|つか}います。ほかの {人|ひと}に {言|い}わないで ください。',
    en: 'You need it to fetch your child. Keep it to yourself.',
  },
  slipPrint: { ja: '控えを印刷する', easy: 'ひかえの {紙|かみ}を {出|だ}す', en: 'Print the slip' },
  slipUntil: {
    ja: '{time} までにお迎えください',
    easy: '{time}までに {迎|むか}えて ください',
    en: 'Please fetch by {time}',
  },
  slipCard: {
    ja: '登録した保護者のカードでもお迎えできます。',
    easy: 'お{父|とう}さん・お{母|かあ}さんの カードでも {迎|むか}えられます。',
    en: 'A guardian’s own card works as well.',
  },
  nextChild: { ja: 'ほかのお子さん', easy: 'ほかの {子|こ}ども', en: 'Another child' },
  careDone: { ja: '終わる', easy: '{終|お}わる', en: 'Done' },
  paperTitle: { ja: '控えの紙', easy: 'ひかえの {紙|かみ}', en: 'Paper of the slip' },
  paper58: { ja: '58 mm ロール', easy: '58 mm ロール', en: '58 mm roll' },
  paper80: { ja: '80 mm ロール', easy: '80 mm ロール', en: '80 mm roll' },
  paperA4: { ja: 'A4', easy: 'A4', en: 'A4' },
} as const satisfies Readonly<Record<string, Required<Words>>>
