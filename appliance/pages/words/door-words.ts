/** Words of the first run and of signing in. */
import type { Words } from '../../../central-sync/web/port.ts'

export const doorWords = {
  'door.claim.title': { ja: 'はじめの設定', easy: 'はじめの {設定|せってい}', en: 'First set-up' },
  'door.claim.lead': {
    ja: 'センターの名前と、管理する人を決めます。5分ほどで終わります。',
    easy: 'センターの {名前|なまえ}と、{管理|かんり}する {人|ひと}を {決|き}めます。',
    en: 'Name the centre and its administrator. It takes about five minutes.',
  },
  'door.claim.step1': {
    ja: '1. この装置の持ち主であること',
    easy: '1. この {機械|きかい}の {人|ひと}か たしかめます',
    en: '1. You own this machine',
  },
  'door.claim.step2': { ja: '2. センター', easy: '2. センター', en: '2. The centre' },
  'door.claim.step3': { ja: '3. 管理する人', easy: '3. {管理|かんり}する {人|ひと}', en: '3. The administrator' },
  'door.claim.code': { ja: '設定コード', easy: '{設定|せってい}コード', en: 'Claim code' },
  'door.claim.code.hint': {
    ja: '起動したときの画面に出ています。',
    easy: 'はじめた ときの {画面|がめん}に あります。',
    en: 'Printed where the program was started.',
  },
  'door.claim.name': { ja: 'センターの名前', easy: 'センターの {名前|なまえ}', en: 'Name of the centre' },
  'door.claim.centreCode': { ja: 'センターの記号', easy: 'センターの {記号|きごう}', en: 'Code of the centre' },
  'door.claim.centreCode.hint': {
    ja: '英字で始まる2〜12文字。例：SHI。ほかの町で SHI-W001 のように使われます。',
    easy: 'アルファベットで 2〜12{文字|もじ}。{例|れい}：SHI',
    en: '2–12 letters or digits, starting with a letter. Example: SHI. Elsewhere people appear as SHI-W001.',
  },
  'door.claim.adminName': { ja: '管理する人の名前', easy: '{管理|かんり}する {人|ひと}の {名前|なまえ}', en: 'Name' },
  'door.login': { ja: 'サインイン名', easy: 'サインインの {名前|なまえ}', en: 'Sign-in name' },
  'door.login.hint': {
    ja: '英小文字と数字、2文字以上',
    easy: 'アルファベットと {数字|すうじ}',
    en: 'Lower-case letters and digits, 2 or more',
  },
  'door.password': { ja: 'パスワード', easy: 'パスワード', en: 'Password' },
  'door.password.hint': {
    ja: '10文字以上。貼り付けもできます。',
    easy: '10{文字|もじ} {以上|いじょう}',
    en: '10 characters or more. Pasting is fine.',
  },
  'door.claim.submit': { ja: 'センターをはじめる', easy: 'はじめる', en: 'Start this centre' },
  'door.staff.title': { ja: '職員のサインイン', easy: 'スタッフの サインイン', en: 'Staff sign-in' },
  'door.signIn': { ja: 'サインイン', easy: 'サインイン', en: 'Sign in' },
  'door.toWorker': { ja: 'ワーカーの方はこちら', easy: 'ワーカーの {人|ひと}は こちら', en: 'Workers: this way' },
  'door.toStaff': { ja: '職員の方はこちら', easy: 'スタッフは こちら', en: 'Staff: this way' },
  'door.forgotten': {
    ja: '忘れたときは、管理する人に新しいパスワードを出してもらってください。',
    easy: 'わすれた ときは、{管理|かんり}する {人|ひと}に きいてください。',
    en: 'Forgotten? The administrator can issue a new one.',
  },
  'door.worker.title': { ja: 'じぶんの記録', easy: 'じぶんの {記録|きろく}', en: 'My record' },
  'door.worker.lead': {
    ja: 'ワーカー番号と暗証番号でサインインします。',
    easy: 'ワーカー{番号|ばんごう}と {暗証番号|あんしょうばんごう}を {書|か}いてください。',
    en: 'Sign in with your worker code and PIN.',
  },
  'door.worker.code': { ja: 'ワーカー番号', easy: 'ワーカー{番号|ばんごう}', en: 'Worker code' },
  'door.worker.code.hint': { ja: '例：W001', easy: '{例|れい}：W001', en: 'Example: W001' },
  'door.worker.pin': { ja: '暗証番号', easy: '{暗証番号|あんしょうばんごう}', en: 'PIN' },
  'door.worker.forgotten': {
    ja: '暗証番号が分からないときは、受付で新しい紙をもらってください。',
    easy: '{暗証番号|あんしょうばんごう}が わからない ときは、{受付|うけつけ}に きいてください。',
    en: 'Do you not know your PIN? Ask the front desk for a new slip.',
  },
  'door.passwordChange.title': { ja: 'パスワードを変える', en: 'Change your password' },
  'door.passwordChange.lead': {
    ja: '自分だけが知っているパスワードに変えてください。',
    en: 'Choose a password that only you know.',
  },
  'door.passwordChange.current': { ja: 'いまのパスワード', en: 'Current password' },
  'door.passwordChange.next': { ja: '新しいパスワード', en: 'New password' },
  'door.change': { ja: '変える', easy: '{変|か}える', en: 'Change' },
  'door.pin.title': {
    ja: '暗証番号を変える',
    easy: '{暗証番号|あんしょうばんごう}を {変|か}える',
    en: 'Change your PIN',
  },
  'door.pin.lead': {
    ja: '紙に書かれた番号は一度だけ使います。自分だけの番号に変えてください。',
    easy: '{紙|かみ}の {番号|ばんごう}は {一回|いっかい}だけ つかいます。\n じぶんの {番号|ばんごう}に {変|か}えてください。',
    en: 'The number on the slip is for one use. Choose your own.',
  },
  'door.pin.current': { ja: 'いまの番号', easy: 'いまの {番号|ばんごう}', en: 'Current PIN' },
  'door.pin.next': { ja: '新しい番号', easy: '{新|あたら}しい {番号|ばんごう}', en: 'New PIN' },
  'door.pin.next.hint': {
    ja: '4けた以上。同じ数字や続いた数字は使えません。',
    easy: '4けた {以上|いじょう}。1111 や 1234 は だめです。',
    en: '4 digits or more, not 1111 or 1234.',
  },
} as const satisfies Readonly<Record<string, Words>>
