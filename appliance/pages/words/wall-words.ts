/** Words of the foyer screen. It speaks Japanese and English at once: nobody presses anything there. */
import type { Words } from '../../../central-sync/web/port.ts'

/** One text for every language: the screen shows both beside each other. */
function both(ja: string, en: string): { readonly ja: string; readonly en: string } {
  const text = `${ja}\n${en}`
  return { ja: text, en: text }
}

export const wallWords = {
  'wall.seats': both('席', 'Seats'),
  'wall.free': both('空き', 'Free'),
  'wall.used': both('使用中', 'In use'),
  'wall.booked': both('予約あり', 'Booked'),
  'wall.rooms': both('部屋・ブース', 'Rooms'),
  'wall.rooms.none': both('部屋はありません', 'No rooms'),
  'wall.state.in': both('使用中', 'In use'),
  'wall.state.confirmed': both('予約中', 'Booked'),
  'wall.state.held': both('予約中', 'Booked'),
  'wall.state.blocked': both('予約中', 'Booked'),
  'wall.state.free': both('空き', 'Free'),
  'wall.state.closed': both('使えません', 'Closed'),
  'wall.until': { ja: '{time} まで', en: '{time} まで' },
  'wall.next': { ja: '次 {spans}', en: '次 {spans}' },
  'wall.next.none': { ja: 'このあと予約なし', en: 'このあと予約なし' },
  'wall.care': both('託児', 'Childcare'),
  'wall.care.present': both('いま', 'Now'),
  'wall.care.expected': both('このあと来る', 'Expected'),
  'wall.care.staff': both('保育スタッフ', 'Carers'),
  'wall.care.needed': { ja: '必要 {count}', en: '必要 {count}' },
  'wall.care.people': { ja: '{count}人', en: '{count}人' },
  'wall.care.chart': { ja: 'これから2時間', en: 'これから2時間' },
  'wall.care.slot': {
    ja: '{time} 予約{total}人 必要なスタッフ{needed}人 予定{staff}人',
    en: '{time} {total} booked, {needed} carers needed, {staff} planned',
  },
  'wall.care.short': both('スタッフが足りません', 'Short of carers'),
  'wall.care.last': both('残りわずか', 'Almost full'),
  'wall.hours': { ja: '開館 {span}', en: '開館 {span}' },
  'wall.hours.closed': both('本日休館', 'Closed today'),
  'wall.at': { ja: '{time} のようす', en: '{time} のようす' },
  'wall.cut': {
    ja: 'つながっていません。{time} のようすです（{age}分前）',
    en: 'つながっていません。{time} のようすです（{age}分前）',
  },

  'wall.setting.title': { ja: '入口の画面', en: 'Foyer screen' },
  'wall.setting.lead': {
    ja: '入口のモニターに、席・部屋・託児の空きを大きく出します。人の名前も、子どもの名前も出ません。',
    en: 'Shows free seats, rooms and childcare places on a screen in the foyer. No name of anybody appears.',
  },
  'wall.setting.how': {
    ja: '秘密のアドレスを作り、入口のパソコンで開いて全画面にしてください（F11）。サインインはいりません。職員用のページは、そこからは開けません。',
    en: 'Make the secret address, open it on the foyer machine and press F11. No sign-in is needed, and no other page opens from there.',
  },
  'wall.setting.preview': { ja: 'ここで見てみる', en: 'See it here' },
  'wall.setting.make': { ja: 'アドレスを作る', en: 'Make the address' },
  'wall.setting.renew': { ja: '新しいアドレスに変える', en: 'Make a new address' },
  'wall.setting.stop': { ja: '入口の画面を止める', en: 'Close the foyer screen' },
  'wall.setting.issued': { ja: 'いまのアドレスは {at} に作りました。', en: 'The present address was made {at}.' },
  'wall.setting.none': { ja: 'まだアドレスがありません。', en: 'There is no address yet.' },
  'wall.setting.address': { ja: '入口の画面のアドレス', en: 'Address of the foyer screen' },
  'wall.setting.once': {
    ja: 'いまだけ表示します。分からなくなったら、新しいアドレスに変えてください。',
    en: 'Shown only now. When it is lost, make a new one.',
  },
  'wall.setting.copy': { ja: 'コピーする', en: 'Copy' },
  'wall.setting.copied': { ja: 'コピーしました', en: 'Copied' },
} as const satisfies Readonly<Record<string, Words>>
