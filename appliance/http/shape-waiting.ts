/** The waiting list with its held offers, one request for parent and child, and the seat that asks after its child's place. */
import { z } from 'zod'
import { waitingOutcome } from '../../central-sync/protocol/event/booking.ts'
import { ageBand } from '../../central-sync/protocol/event/childcare.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay, instant, wallMinute } from '../../central-sync/protocol/time.ts'
import { blankable, flag, nothing, shape } from './shape.ts'
import { movedWords, moveFields } from './shape-booking.ts'
import { wallClock } from './shape-booking-rows.ts'

const DESK = ['front_desk', 'director', 'childcare', 'administrator'] as const

/** What is waited for: any seat, booth or room, or this one. Left empty when only a childcare place is wanted. */
export const wanted = z.union([z.enum(['seat', 'booth', 'room']), identifier('resource')])

const span = { day: calendarDay, start: wallClock, end: wallClock }
const wish = { ...span, want: blankable(wanted), child: blankable(identifier('child')) }
const joined = z.strictObject({ waiting: identifier('waiting') })
const one = z.strictObject({ waiting: identifier('waiting') })
/** What a yes to an offer, or a request for both, has made certain. */
const booked = z.strictObject({
  booking: identifier('booking').nullable(),
  care: identifier('booking').nullable(),
})

const WAITS = {
  ja: 'キャンセル待ちに入れました。空きが出たら知らせます。',
  easy: 'キャンセル{待|ま}ちに {入|い}れました。{空|あ}いたら {知|し}らせます。',
  en: 'You are on the waiting list. You will be told when a place is free.',
}
const TAKEN = { ja: '予約しました。', easy: '{予約|よやく}しました。', en: 'Booked.' }

export const waitingJoin = shape({
  name: 'waiting.join',
  path: '/my/waiting',
  summary: { ja: 'キャンセル待ちに入る', en: 'Join the waiting list' },
  creates: true,
  access: 'worker',
  input: z.strictObject(wish),
  output: joined,
  done: WAITS,
})

export const waitingJoinFor = shape({
  name: 'waiting.join-for',
  path: '/waiting',
  summary: { ja: '本人にかわってキャンセル待ちに入れる', en: 'Put somebody on the waiting list' },
  creates: true,
  access: DESK,
  input: z.strictObject({
    worker: identifier('worker'),
    ...wish,
    /** 0 to 9; higher is served first. */
    priority: z.preprocess(
      (value) => (value === '' ? undefined : value),
      z.coerce.number().int().min(0).max(9).default(0),
    ),
  }),
  output: joined,
  done: { ja: 'キャンセル待ちに入れました。', en: 'Put on the waiting list.' },
})

export const waitingWithdraw = shape({
  name: 'waiting.withdraw',
  path: '/my/waiting/withdraw',
  summary: { ja: 'キャンセル待ちをやめる', en: 'Leave the waiting list' },
  access: 'worker',
  input: one,
  output: nothing,
  done: { ja: 'キャンセル待ちをやめました。', easy: '{待|ま}つのを やめました。', en: 'You left the waiting list.' },
})

export const waitingAccept = shape({
  name: 'waiting.accept',
  path: '/my/waiting/accept',
  summary: { ja: '空きの知らせを受けて予約する', en: 'Take the place that is held for you' },
  access: 'worker',
  input: one,
  output: booked,
  done: TAKEN,
})

export const waitingDecline = shape({
  name: 'waiting.decline',
  path: '/my/waiting/decline',
  summary: { ja: '空きの知らせを断る', en: 'Turn down the place that is held for you' },
  access: 'worker',
  input: one,
  output: nothing,
  done: {
    ja: 'ことわりました。次の人に回ります。',
    easy: 'ことわりました。{次|つぎ}の {人|ひと}に {聞|き}きます。',
    en: 'Turned down. It goes to the next person.',
  },
})

export const waitingWithdrawFor = shape({
  name: 'waiting.withdraw-for',
  path: '/waiting/withdraw',
  summary: { ja: 'キャンセル待ちから外す', en: 'Take somebody off the waiting list' },
  access: DESK,
  input: one,
  output: nothing,
  done: { ja: 'キャンセル待ちから外しました。', en: 'Taken off the waiting list.' },
})

export const waitingAcceptFor = shape({
  name: 'waiting.accept-for',
  path: '/waiting/accept',
  summary: { ja: '本人の返事を聞いて予約する', en: 'Accept a held place on somebody’s behalf' },
  access: DESK,
  input: one,
  output: booked,
  done: TAKEN,
})

export const waitingDeclineFor = shape({
  name: 'waiting.decline-for',
  path: '/waiting/decline',
  summary: { ja: '本人の返事を聞いて断る', en: 'Turn down a held place on somebody’s behalf' },
  access: DESK,
  input: one,
  output: nothing,
  done: { ja: '断りました。次の人に回ります。', en: 'Turned down. It goes to the next person.' },
})

const pair = {
  child: identifier('child'),
  ...span,
  /** A kind or one seat. */
  want: z.preprocess((value) => (value === '' || value === undefined ? 'seat' : value), wanted),
  /** The childcare room; found by itself when there is one room or when it does not matter. */
  room: blankable(identifier('resource')),
}
const bookedPair = z.strictObject({
  request: identifier('request'),
  booking: identifier('booking'),
  care: identifier('booking'),
  resource: identifier('resource'),
  room: identifier('resource'),
})
const BOTH = {
  ja: '席とお子さんの場所を予約しました。',
  easy: '{席|せき}と {子|こ}どもの {場所|ばしょ}を {予約|よやく}しました。',
  en: 'The seat and the childcare place are booked.',
}

export const requestsBookPair = shape({
  name: 'requests.book-pair',
  path: '/my/pairs',
  summary: {
    ja: '席と保育をいっしょに予約する（両方とれたときだけ）',
    en: 'Book a seat and a childcare place, both or neither',
  },
  creates: true,
  access: 'worker',
  input: z.strictObject(pair),
  output: bookedPair,
  done: BOTH,
})

export const requestsBookPairFor = shape({
  name: 'requests.book-pair-for',
  path: '/pairs',
  summary: { ja: '本人にかわって席と保育をいっしょに予約する', en: 'Book a seat and a childcare place for somebody' },
  creates: true,
  access: DESK,
  input: z.strictObject({ worker: identifier('worker'), ...pair }),
  output: bookedPair,
  done: BOTH,
})

const pairOf = z.strictObject({ booking: identifier('booking') })
const GIVEN_BACK = {
  ja: '席とお子さんの場所を取り消しました。',
  easy: '{席|せき}と {子|こ}どもの {場所|ばしょ}を やめました。',
  en: 'The seat and the childcare place are cancelled.',
}

/** Refused with `already_in` while the child is in the room. */
export const requestsCancelPair = shape({
  name: 'requests.cancel-pair',
  path: '/my/pairs/cancel',
  summary: { ja: '席とお子さんの場所をいっしょに取り消す', en: 'Cancel the seat and its childcare place' },
  access: 'worker',
  input: pairOf,
  output: nothing,
  done: GIVEN_BACK,
})

export const requestsCancelPairFor = shape({
  name: 'requests.cancel-pair-for',
  path: '/pairs/cancel',
  summary: {
    ja: '本人にかわって席と保育をいっしょに取り消す',
    en: 'Cancel a seat and its childcare place for somebody',
  },
  access: DESK,
  input: pairOf,
  output: nothing,
  done: GIVEN_BACK,
})

const pairMove = {
  ...moveFields,
  /** What changes for the seat changes for the child's place too; else it stays where it is. */
  withPlace: flag,
}

export const requestsMovePair = shape({
  name: 'requests.move-pair',
  path: '/my/pairs/move',
  summary: {
    ja: '席とお子さんの場所をいっしょに動かす（両方とれたときだけ）',
    en: 'Move a seat and its childcare place, both or neither',
  },
  access: 'worker',
  input: z.strictObject(pairMove),
  output: nothing,
  done: movedWords,
})

export const requestsMovePairFor = shape({
  name: 'requests.move-pair-for',
  path: '/pairs/move',
  summary: { ja: '本人にかわって席と保育をいっしょに動かす', en: 'Move a seat and its childcare place for somebody' },
  access: DESK,
  input: z.strictObject(pairMove),
  output: nothing,
  done: movedWords,
})

/** What the desk needs to book a pair: no name of a child for who sees numbers of the childcare room only. */
export const pairPlaces = shape({
  name: 'pairs.places',
  path: '/pairs/places',
  summary: {
    ja: '席と保育をいっしょに予約できる子どもと空き',
    en: 'Children of a worker, and when one of them has a place',
  },
  access: DESK,
  input: z.object({ worker: identifier('worker'), day: calendarDay, child: blankable(identifier('child')) }),
  output: z.strictObject({
    /** Whose registration is approved. `callName` is empty for the front desk. */
    children: z.array(z.strictObject({ child: identifier('child'), callName: z.string(), band: ageBand.nullable() })),
    /** Of `child`: why it can have no place at all, or the free hours of all rooms. Null when no child was named. */
    care: z
      .strictObject({
        code: z.string().nullable(),
        free: z.array(z.strictObject({ start: wallMinute, end: wallMinute })),
      })
      .nullable(),
  }),
})

const answerInput = z.strictObject({
  booking: identifier('booking'),
  /** true: the seat stays although the child's place is lost; false: it is given back. */
  keep: flag,
})
const ANSWERED = { ja: '返事を記録しました。', easy: '{返事|へんじ}を {聞|き}きました。', en: 'Your answer is kept.' }

export const requestsAnswerSeat = shape({
  name: 'requests.answer-seat',
  path: '/my/pairs/seat',
  summary: {
    ja: '保育がとれなくなったとき、席を残すか返すか答える',
    en: 'Keep or give back the seat whose childcare place was lost',
  },
  access: 'worker',
  input: answerInput,
  output: nothing,
  done: ANSWERED,
})

export const requestsAnswerSeatFor = shape({
  name: 'requests.answer-seat-for',
  path: '/pairs/seat',
  summary: { ja: '本人の返事を聞いて、席を残すか返す', en: 'Answer for somebody whose childcare place was lost' },
  access: DESK,
  input: answerInput,
  output: nothing,
  done: { ja: '返事を記録しました。', en: 'The answer is kept.' },
})

const waitingState = z.enum(['waiting', 'offered', ...waitingOutcome.options])

/** One entry of the list. `childName` is filled in for the parent and for childcare staff only. */
export const waitingRow = z.strictObject({
  waiting: identifier('waiting'),
  worker: identifier('worker'),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  want: wanted.nullable(),
  /** Name of the resource that is wanted, when it is one. */
  wantName: z.string().nullable(),
  child: identifier('child').nullable(),
  priority: z.number().int(),
  joinedAt: instant,
  state: waitingState,
  /** How many entries for the same day stand before this one; null once it is over. */
  before: z.number().int().nullable(),
  /** While offered: what is held, and until when the answer can wait. */
  offer: z
    .strictObject({
      resource: identifier('resource').nullable(),
      resourceName: z.string().nullable(),
      room: identifier('resource').nullable(),
      roomName: z.string().nullable(),
      expires: instant,
    })
    .nullable(),
})

/** A seat that lost its child's place and asks what shall become of it. */
export const seatQuestion = z.strictObject({
  booking: identifier('booking'),
  care: identifier('booking'),
  worker: identifier('worker'),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  resource: identifier('resource'),
  resourceName: z.string(),
  askedAt: instant,
})

export const waitingList = shape({
  name: 'waiting',
  path: '/waiting',
  summary: { ja: 'キャンセル待ちの一覧', en: 'The waiting list' },
  access: DESK,
  input: z.object({ day: blankable(calendarDay) }),
  output: z.strictObject({
    /** In the order in which they will be served, by day; open ones first. */
    rows: z.array(waitingRow.extend({ code: z.string(), name: z.string() })),
    questions: z.array(seatQuestion.extend({ code: z.string(), name: z.string() })),
  }),
})

export const myWaiting = shape({
  name: 'my-waiting',
  path: '/my/waiting',
  summary: { ja: '自分のキャンセル待ちと空きの知らせ', en: 'Your waiting list entries and offers' },
  access: 'worker',
  input: nothing,
  output: z.strictObject({ rows: z.array(waitingRow), questions: z.array(seatQuestion) }),
})
