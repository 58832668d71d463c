/** Words of the foyer screen. It speaks Japanese and English at once: nobody presses anything there. */
import type { Words } from '../../../central-sync/web/port.ts'

/** The same text whatever language is asked for: the screen shows both beside each other, English smaller. */
function always(text: string): Words {
  return { ja: text, en: text }
}

const pairs: Readonly<Record<string, readonly [string, string]>> = {
  seats: ['席', 'Seats'],
  free: ['空き', 'Free'],
  used: ['使用中', 'In use'],
  booked: ['予約あり', 'Booked'],
  rooms: ['部屋・ブース', 'Rooms'],
  'state.in': ['使用中', 'In use'],
  'state.confirmed': ['予約中', 'Booked'],
  'state.held': ['予約中', 'Booked'],
  'state.blocked': ['予約中', 'Booked'],
  'state.free': ['空き', 'Free'],
  'state.closed': ['使えません', 'Closed'],
  care: ['託児', 'Childcare'],
  'care.present': ['いま', 'Now'],
  'care.expected': ['このあと来る', 'Expected'],
  'care.staff': ['保育スタッフ', 'Carers'],
  'care.short': ['スタッフが足りません', 'Short of carers'],
  'care.last': ['残りわずか', 'Almost full'],
  'care.chart': ['これから2時間の予約', 'Booked, next 2 hours'],
  'hours.closed': ['本日休館', 'Closed today'],
}

/** `wall.seats` and, for the smaller line, `wall.seats.en`. */
const bilingual: Readonly<Record<string, Words>> = Object.fromEntries(
  Object.entries(pairs).flatMap(([key, [ja, en]]) => [
    [`wall.${key}`, always(ja)],
    [`wall.${key}.en`, always(en)],
  ]),
)

export const wallWords: Readonly<Record<string, Words>> = {
  ...bilingual,
  'wall.until': always('{time} まで'),
  'wall.next': always('次 {spans}'),
  'wall.next.none': always('このあと予約なし'),
  'wall.rooms.more': always('ほか {count}'),
  'wall.care.needed': always('必要 {count}'),
  'wall.care.slot': always('{time} 予約{total}人 必要なスタッフ{needed}人 予定{staff}人'),
  'wall.hours': always('開館 {span}'),
  'wall.at': always('{time} のようす'),
  'wall.cut': always('つながっていません。{time} のようすです（{age}分前）'),

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
}
