/** Words for fetching a child: who stands there, the staff card beside it, and the calm sentence. See `words.ts`. */
import type { Words } from '../../central-sync/web/port.ts'

export const fetchWords = {
  proveTitle: { ja: '{name}のお迎え', easy: '{name}の お{迎|むか}え', en: 'Fetching {name}' },
  proveHelp: {
    ja: 'カードをタッチするか、控えの番号を入れてください。',
    easy: 'カードを タッチします。または、{紙|かみ}の {番号|ばんごう}を {入|い}れます。',
    en: 'Touch your card, or enter the code of the slip.',
  },
  codeWrong: {
    ja: '番号がちがいます。控えをもう一度見てください。',
    easy: '{番号|ばんごう}が {違|ちが}います。もう{一度|いちど} {見|み}て ください。',
    en: 'That is not the code. Please look at the slip again.',
  },
  codeSend: { ja: '番号を送る', easy: '{番号|ばんごう}を {送|おく}る', en: 'Send the code' },
  noProof: {
    ja: 'カードも控えもない',
    easy: 'カードも {紙|かみ}も ありません',
    en: 'Neither card nor slip',
  },
  fetcherTitle: {
    ja: '{name}を迎えに来たのは どなたですか',
    easy: '{name}を {迎|むか}えるのは だれですか',
    en: 'Who fetches {name}?',
  },
  fetcherHelp: {
    ja: '係の人が、お顔と身分証を確かめます。',
    easy: '{係|かかり}の {人|ひと}が {顔|かお}を {見|み}ます。',
    en: 'The staff will look at your face and your identity card.',
  },
  notListed: { ja: 'この中にいません', easy: 'ここに いません', en: 'Not in this list' },
  staffTitle: {
    ja: '係の人のカードをタッチ',
    easy: '{係|かかり}の {人|ひと}の カードを タッチ',
    en: 'Staff: touch your card',
  },
  staffSecond: {
    ja: 'もう一人の係の人のカードをタッチ',
    easy: 'もう{一人|ひとり}の {係|かかり}の {人|ひと}の カード',
    en: 'A second member of staff: touch your card',
  },
  staffFor: {
    ja: '{name}を {fetcher}に引き渡します',
    easy: '{name}を {fetcher}に {渡|わた}します',
    en: '{name} goes to {fetcher}',
  },
  staffFace: {
    ja: '{name}のお迎え。カードも控えもありません。お顔を確かめてください。',
    easy: '{name}の お{迎|むか}え。カードも {紙|かみ}も ありません。{顔|かお}を {見|み}ます。',
    en: 'Fetching {name} with neither card nor slip. Please check the face.',
  },
  staffOverride: {
    ja: '{name}のお迎え。係の人二人と、理由が要ります。',
    easy: '{name}の お{迎|むか}え。{係|かかり}の {人|ひと} {二人|ふたり}と、{理由|りゆう}が いります。',
    en: 'Fetching {name}: two members of staff and a reason.',
  },
  staffWait: {
    ja: '係の人が来るまで、そのままお待ちください。',
    easy: '{係|かかり}の {人|ひと}が {来|き}ます。{待|ま}って ください。',
    en: 'Please wait here until a member of staff comes.',
  },
  staffOffline: {
    ja: 'センターにつながりません。暗証番号は確かめず、あとで係の人が確認します。',
    easy: 'センターに つながりません。あとで {係|かかり}の {人|ひと}が {確|たし}かめます。',
    en: 'The centre cannot be reached: the PIN is not checked now, and staff look at it later.',
  },
  staffPinTitle: {
    ja: '{name}さんの暗証番号',
    easy: '{name}さんの {暗証番号|あんしょうばんごう}',
    en: 'PIN of {name}',
  },
  staffPinSend: { ja: '確かめる', easy: '{確|たし}かめる', en: 'Check' },
  overrideTitle: {
    ja: '迎えに来た人の名前（カタカナ）と理由',
    easy: '{迎|むか}えに {来|き}た {人|ひと}の {名前|なまえ}と {理由|りゆう}',
    en: 'Name of the person, and the reason',
  },
  fetcherName: { ja: '名前', easy: '{名前|なまえ}', en: 'Name' },
  reason_phoned_parent: {
    ja: '保護者に電話で確かめた',
    easy: '{家族|かぞく}に {電話|でんわ}しました',
    en: 'Phoned the parent',
  },
  reason_saw_identity: {
    ja: '身分証を確かめた',
    easy: '{身分証|みぶんしょう}を {見|み}ました',
    en: 'Identity seen',
  },
  reason_emergency: {
    ja: '急なこと（病院・災害）',
    easy: '{急|いそ}いで います',
    en: 'Emergency',
  },
  reason_other: { ja: 'そのほか', easy: 'ほかの {理由|りゆう}', en: 'Another reason' },
  overrideSend: { ja: '引き渡す', easy: '{渡|わた}します', en: 'Hand over' },
  waitTitle: {
    ja: '係の者を呼びます',
    easy: '{係|かかり}の {人|ひと}を {呼|よ}びます',
    en: 'We are calling the staff',
  },
  waitHelp: { ja: '少しお待ちください。', easy: '{少|すこ}し {待|ま}って ください。', en: 'One moment, please.' },
  waitStaff: { ja: '係の人はここから', easy: '{係|かかり}の {人|ひと}は ここ', en: 'Staff: go on here' },
  handed: { ja: 'お渡ししました', easy: '{渡|わた}しました', en: 'Handed over' },
  handedHelp: { ja: '{name}、またね。', easy: '{name}、またね。', en: 'See you, {name}.' },
  handedLater: {
    ja: '暗証番号を確かめられなかったので、係の人があとで確認します。',
    easy: '{暗証番号|あんしょうばんごう}は あとで {確|たし}かめます。',
    en: 'The PIN could not be checked; staff will look at it later.',
  },

  // ── sentences without a task
  notice_card_unknown: { ja: 'カードがわかりません', easy: 'カードが わかりません', en: 'We do not know this card' },
  notice_no_children: {
    ja: 'お子さんの予約が見つかりません',
    easy: '{子|こ}どもの {予約|よやく}が ありません',
    en: 'No booking was found',
  },
  notice_staff_first_child: {
    ja: '先にお子さんの呼び名を押してください',
    easy: '{先|さき}に {子|こ}どもの {名前|なまえ}を {押|お}して ください',
    en: 'Press the child’s name first',
  },
  notice_not_in: { ja: 'いまはお預かりしていません', easy: 'いま ここに いません', en: 'The child is not here now' },
  noticeHelp: {
    ja: '係の人に声をかけてください。',
    easy: '{係|かかり}の {人|ひと}に {言|い}って ください。',
    en: 'Please talk to the staff.',
  },
  no_staff_card_needed: {
    ja: '係の人のカードではありません。',
    easy: '{係|かかり}の {人|ひと}の カードでは ありません。',
    en: 'This is not a staff card.',
  },
  no_carer_needed: {
    ja: '保育の係の人のカードが要ります。',
    easy: '{保育|ほいく}の {係|かかり}の {人|ひと}の カードが いります。',
    en: 'A member of the childcare staff is needed.',
  },
  no_two_staff_needed: {
    ja: '同じ人のカードです。もう一人の係の人のカードが要ります。',
    easy: '{同|おな}じ {人|ひと}の カードです。もう{一人|ひとり}の カードが いります。',
    en: 'The same person again: a second member of staff is needed.',
  },
  no_code_shared: {
    ja: 'この控えの番号だけではお渡しできません。係の人がお顔を確かめます。保護者のカードでもお迎えできます。',
    easy: '{番号|ばんごう}だけでは {渡|わた}せません。{係|かかり}の {人|ひと}が {顔|かお}を {見|み}ます。',
    en: 'The code of this slip is not enough: staff go by the face. A guardian’s own card works too.',
  },
  no_pickup_not_today: {
    ja: 'きょうのお迎えの人ではありません。',
    easy: 'きょう {迎|むか}える {人|ひと}では ありません。',
    en: 'Not somebody who fetches today.',
  },
  no_already_in: { ja: 'もうお預かりしています。', easy: 'もう {預|あず}かって います。', en: 'Already here.' },
  no_not_in: { ja: 'いまはお預かりしていません。', easy: 'いま ここに いません。', en: 'Not here now.' },
} as const satisfies Readonly<Record<string, Required<Words>>>
