/** Words about seats, rooms and the childcare room: after an IN, and on the first screen. See `words.ts`. */
import type { Words } from '../../central-sync/web/port.ts'

export const seatWords = {
  // ── after an IN
  seatYours: { ja: 'あなたの席', easy: 'あなたの {席|せき}', en: 'Your seat' },
  seatFree: { ja: '空いている席', easy: '{空|あ}いている {席|せき}', en: 'A free seat' },
  seatUntil: { ja: '{time}まで', easy: '{time}まで', en: 'until {time}' },
  seatFrom: { ja: '{from}から{time}まで', easy: '{from}から {time}まで', en: 'from {from} to {time}' },
  seatTake: { ja: 'この席を使う', easy: 'この {席|せき}を {使|つか}います', en: 'Take this seat' },
  seatAsked: { ja: '席を確かめています', easy: '{席|せき}を {確|たし}かめています', en: 'Checking the seat' },
  seatLater: {
    ja: 'センターにつながったら、席をお知らせします。',
    easy: 'センターに つながった あと、{席|せき}が わかります。',
    en: 'You will see once the centre is connected.',
  },
  /** The one she pressed was taken a moment before. */
  seatOther: {
    ja: 'ほかの席が空いています',
    easy: 'ほかの {席|せき}が {空|あ}いています',
    en: 'Another seat is free',
  },
  seatNone: {
    ja: 'いま空いている席はありません',
    easy: 'いま {空|あ}いている {席|せき}は ありません',
    en: 'No seat is free now',
  },
  seatNoneHelp: {
    ja: '受付の人に声をかけてください。',
    easy: '{受付|うけつけ}の {人|ひと}に {聞|き}いて ください。',
    en: 'Please ask at the desk.',
  },

  // ── the first screen
  freeSeats: { ja: '空き席', easy: '{空|あ}いている {席|せき}', en: 'Free seats' },
  freeBooths: { ja: '空きブース', easy: '{空|あ}いている ブース', en: 'Free booths' },
  freeRooms: { ja: '空き部屋', easy: '{空|あ}いている {部屋|へや}', en: 'Free rooms' },
  ofTotal: { ja: '/ {total}', easy: '/ {total}', en: '/ {total}' },
  placeCare: { ja: '託児', easy: '{子|こ}どもの {部屋|へや}', en: 'Childcare' },
  placeHere: { ja: 'いま {count}人', easy: 'いま {count}{人|にん}', en: '{count} here now' },
  placeLeft: { ja: 'あと{count}人', easy: 'あと {count}{人|にん}', en: '{count} left' },
  placeFull: { ja: '満員', easy: 'いっぱい', en: 'full' },
  placeStaff: {
    ja: '保育スタッフ {staff}人（必要 {needed}人）',
    easy: '{先生|せんせい} {staff}{人|にん}（{必要|ひつよう} {needed}{人|にん}）',
    en: 'Carers {staff} (needed {needed})',
  },
  placeNow: { ja: 'いま', easy: 'いま', en: 'now' },
} as const satisfies Readonly<Record<string, Required<Words>>>
