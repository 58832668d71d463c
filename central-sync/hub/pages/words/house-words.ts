/** Words about first run, signing in, staff accounts and audit. */
import type { Words } from '../../../web/port.ts'

export const houseWords = {
  'hub.menu.today': { ja: 'きょう', en: 'Today' },
  'hub.setup.title': { ja: '本部のはじめの設定', en: 'First set-up of the hub' },
  'hub.setup.lead': {
    ja: '本部の管理者をつくります。ほかの職員はあとで加えられます。',
    en: 'Create the administrator of the hub. Others can be added later.',
  },
  'hub.setup.code': { ja: '設定コード', en: 'Claim code' },
  'hub.setup.code.hint': { ja: '本部を起動した画面に出ています。', en: 'It is printed where the hub was started.' },
  'hub.setup.submit': { ja: 'はじめる', en: 'Begin' },
  'hub.door.title': { ja: '本部のサインイン', en: 'Sign in to the hub' },
  'hub.door.signIn': { ja: 'サインイン', en: 'Sign in' },
  'hub.door.forgotten': {
    ja: 'わからないときは、本部の管理者に聞いてください。',
    en: 'If you cannot sign in, ask the administrator of the hub.',
  },
  'hub.password.title': { ja: 'パスワードを変える', en: 'Change your password' },
  'hub.password.current': { ja: 'いまのパスワード', en: 'Current password' },
  'hub.password.next': { ja: '新しいパスワード', en: 'New password' },
  'hub.password.submit': { ja: '変える', en: 'Change' },
  'hub.staff.title': { ja: '職員', en: 'Staff' },
  'hub.staff.add': { ja: '職員を加える', en: 'Add a staff member' },
  'hub.staff.name': { ja: '名前', en: 'Name' },
  'hub.staff.login': { ja: 'サインイン名', en: 'Sign-in name' },
  'hub.staff.login.hint': {
    ja: '英小文字・数字・. _ - で2文字以上',
    en: 'Lower-case letters, digits, . _ - (2 or more)',
  },
  'hub.staff.password': { ja: 'パスワード', en: 'Password' },
  'hub.staff.password.hint': {
    ja: '10文字以上。長い文でもかまいません。',
    en: 'At least 10 characters; a sentence is fine.',
  },
  'hub.staff.roles': { ja: '役割', en: 'Roles' },
  'hub.staff.active': { ja: '使える', en: 'Active' },
  'hub.staff.off': { ja: '停止中', en: 'Off' },
  'hub.staff.change': { ja: '役割を変える', en: 'Change roles' },
  'hub.staff.once': {
    ja: '{login} さんのはじめのパスワードです。一度だけ表示されます。',
    en: 'First password of {login}. It is shown only once.',
  },
  'hub.audit.title': { ja: '記録の確認', en: 'Audit' },
  'hub.audit.lead': {
    ja: 'すべての記録は鎖のようにつながっています。一文字でも変えると、つながりが切れて見つかります。',
    en: 'All entries are chained. Changing a single character breaks the chain and is found.',
  },
  'hub.audit.verify': { ja: 'いま確かめる', en: 'Verify now' },
  'hub.audit.ok': {
    ja: '{count}件すべてのつながりを確かめました。変わったものはありません。',
    en: 'All {count} entries are linked. Nothing was changed.',
  },
  'hub.audit.bad': { ja: 'つながらない記録があります。', en: 'Some entries are not linked.' },
  'hub.audit.streams': { ja: '記録のいまの先頭', en: 'Heads of the journals' },
  'hub.audit.own': { ja: '本部', en: 'This hub' },
  'hub.audit.sealed': { ja: '前の世代', en: 'Earlier incarnation' },
  'hub.audit.export': { ja: 'すべての記録を保存', en: 'Save the whole journal' },
  'hub.audit.exportOne': { ja: 'この記録を保存', en: 'Save this journal' },
  'hub.audit.print': {
    ja: 'この紙を印刷しておくと、あとからセンターや監査人の控えとくらべられます。',
    en: 'Print this sheet: it can be compared later with what centres and auditors hold.',
  },
} as const satisfies Readonly<Record<string, Words>>
