/**
 * Childcare: rules, shifts, places and the door. Children and who may come near them: `shape-children.ts`; the reads:
 * `shape-childcare-queries.ts`. Days are calendar days, `start`/`end` wall minutes.
 */
import { z } from 'zod'
import { careUnits, secondFactor } from '../../central-sync/protocol/event/childcare.ts'
import { personName } from '../../central-sync/protocol/event/person.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay } from '../../central-sync/protocol/time.ts'
import { blankable, flag, listOf, nothing, shape, whole } from './shape.ts'
import { wallClock } from './shape-booking-rows.ts'
import { CARE, LEADERS, symptom } from './shape-care-rows.ts'
import { login, pin } from './shape-door.ts'

const child = identifier('child')
const room = identifier('resource')
const care = identifier('booking')
const stay = identifier('stay')
const staff = identifier('staff')
const phone = z.string().trim().max(40)
/** Minutes, or `9:00` from a form. */
const minute = wallClock

// ── rules and rooms

export const careTemplate = z.enum(['unlicensed', 'small', 'temporary'])

export const carePolicyTemplate = shape({
  name: 'care-policy.template',
  path: '/childcare/policy/template',
  summary: {
    ja: '国の基準のひな形から預かりの基準を決める',
    en: 'Set the rules from a template of the national standard',
  },
  access: LEADERS,
  input: z.strictObject({ template: careTemplate, from: calendarDay }),
  output: z.strictObject({ policy: identifier('policy') }),
  done: {
    ja: '基準を決めました。所管の県に確かめてください。',
    en: 'The rules are set. Confirm them with the prefecture.',
  },
})

export const carePolicySetCommand = shape({
  name: 'care-policy.set',
  path: '/childcare/policy',
  summary: { ja: '預かりの基準を決める', en: 'Set the rules of care' },
  access: LEADERS,
  input: z.strictObject({
    from: calendarDay,
    to: blankable(calendarDay),
    a0: whole(careUnits.min(1)),
    a12: whole(careUnits.min(1)),
    a3: whole(careUnits.min(1)),
    a4: whole(careUnits.min(1)),
    minStaff: whole(z.number().int().min(1).max(20)),
    qualifiedNum: whole(z.number().int().min(0).max(100)),
    qualifiedDen: whole(z.number().int().min(1).max(100)),
    areaPerChildDm2: whole(z.number().int().min(0).max(10_000)),
    ageBasis: z.enum(['fiscal', 'actual']),
    rounding: z.enum(['ceil_sum', 'trunc1_round']),
    feverX10: whole(z.number().int().min(350).max(420)),
    smallMode: flag.default(false),
  }),
  output: z.strictObject({ policy: identifier('policy') }),
  done: { ja: '基準を決めました。', en: 'The rules are set.' },
})

export const careRoomSetCommand = shape({
  name: 'care-room.set',
  path: '/childcare/room',
  summary: { ja: '保育室の広さを決める', en: 'Set the area of the childcare room' },
  access: LEADERS,
  input: z.strictObject({ room, areaDm2: whole(z.number().int().min(0).max(10_000_000)) }),
  output: nothing,
  done: { ja: '広さを決めました。', en: 'The area is set.' },
})

export const shiftsSet = shape({
  name: 'shifts.set',
  path: '/childcare/shifts',
  summary: { ja: '保育スタッフの当番を入れる・変える', en: 'Set a carer’s shift' },
  access: CARE,
  input: z.strictObject({
    shift: blankable(identifier('shift')),
    room,
    day: calendarDay,
    start: minute,
    end: minute,
    staff: blankable(staff),
    qualified: flag,
    /** Also on the same weekday of this many following weeks. */
    weeks: whole(z.number().int().min(0).max(26)).default(0),
    /** The same hours on these days too: a whole week in one go. */
    alsoOn: listOf(calendarDay, 6).default([]),
  }),
  output: z.strictObject({ shifts: z.array(identifier('shift')), conflicts: z.number() }),
  done: { ja: '当番を入れました。', en: 'The shift is set.' },
})

export const shiftsRemove = shape({
  name: 'shifts.remove',
  path: '/childcare/shifts/remove',
  summary: { ja: '当番を外す', en: 'Remove a shift' },
  access: CARE,
  input: z.strictObject({ shift: identifier('shift') }),
  /** Never refused: the number of hours that are now short of carers. */
  output: z.strictObject({ conflicts: z.number() }),
  done: { ja: '当番を外しました。', en: 'The shift is removed.' },
})

export const shiftsAttend = shape({
  name: 'shifts.attend',
  path: '/childcare/shifts/attend',
  summary: { ja: '当番の人が来た・来ない・帰った', en: 'A carer came, does not come, or left' },
  access: CARE,
  /** `left` ends the shift now. */
  input: z.strictObject({ shift: identifier('shift'), state: z.enum(['here', 'absent', 'left']) }),
  output: z.strictObject({ conflicts: z.number() }),
  done: { ja: '書きました。', en: 'Noted.' },
})

// ── places

export const careBook = shape({
  name: 'care.book',
  path: '/childcare/bookings',
  summary: { ja: '保育の予約を入れる', en: 'Book a childcare place' },
  access: CARE,
  input: z.strictObject({ child, room, day: calendarDay, start: minute, end: minute }),
  output: z.strictObject({ care }),
  done: { ja: '予約しました。', en: 'Booked.' },
})

export const careCancel = shape({
  name: 'care.cancel',
  path: '/childcare/bookings/cancel',
  summary: { ja: '保育の予約を取り消す', en: 'Cancel a childcare place' },
  access: CARE,
  input: z.strictObject({ care }),
  output: nothing,
  done: { ja: '取り消しました。', en: 'Cancelled.' },
})

const moveFields = {
  care,
  /** What is empty stays as it is; without a room it may go to another one with a place. */
  room: blankable(room),
  day: blankable(calendarDay),
  start: blankable(minute),
  end: blankable(minute),
}
const MOVED = { ja: '予約を変えました。', easy: 'よやくを かえました。', en: 'The booking is changed.' }

/** All or nothing: when the new time does not fit, the place stays as it is. */
export const careMoveCommand = shape({
  name: 'care.move',
  path: '/childcare/bookings/move',
  summary: { ja: '保育の予約を別の時間に動かす', en: 'Move a childcare place' },
  access: CARE,
  input: z.strictObject(moveFields),
  output: nothing,
  done: MOVED,
})

export const myCareMove = shape({
  name: 'my.care.move',
  path: '/my/care/move',
  summary: {
    ja: '保育の予約を別の時間に動かす',
    easy: '{保育|ほいく}の よやくを かえる',
    en: 'Move a childcare place',
  },
  access: 'worker',
  input: z.strictObject(moveFields),
  output: nothing,
  done: MOVED,
})

const rangeFields = { child, from: calendarDay, to: calendarDay }
const cancelled = z.strictObject({ cancelled: z.number().int() })

/** “The child is ill until Friday”: every place of these days that has not begun. Who is inside stays inside. */
export const careCancelRange = shape({
  name: 'care.cancel-range',
  path: '/childcare/bookings/cancel-range',
  summary: { ja: '子どもの予約を期間でまとめて取り消す', en: 'Cancel a child’s places on a range of days' },
  access: CARE,
  input: z.strictObject(rangeFields),
  output: cancelled,
  done: { ja: 'まとめて取り消しました。', en: 'Cancelled.' },
})

export const myCareCancelRange = shape({
  name: 'my.care.cancel-range',
  path: '/my/care/cancel-range',
  summary: {
    ja: '子どもが休む期間の予約を取り消す',
    easy: '{子|こ}どもが {休|やす}む {日|ひ}の よやくを やめる',
    en: 'Cancel your child’s places on a range of days',
  },
  access: 'worker',
  input: z.strictObject(rangeFields),
  output: cancelled,
  done: { ja: 'まとめて取り消しました。', easy: 'やめました。', en: 'Cancelled.' },
})

export const myCareBook = shape({
  name: 'my.care.book',
  path: '/my/care',
  summary: { ja: '保育を予約する', easy: '{保育|ほいく}を よやくする', en: 'Book a childcare place' },
  access: 'worker',
  /** Without a room: the first childcare room with a place. */
  input: z.strictObject({ child, room: blankable(room), day: calendarDay, start: minute, end: minute }),
  output: z.strictObject({ care }),
  done: { ja: '予約しました。', easy: 'よやくしました。', en: 'Booked.' },
})

export const myCareCancel = shape({
  name: 'my.care.cancel',
  path: '/my/care/cancel',
  summary: { ja: '保育の予約を取り消す', easy: '{保育|ほいく}の よやくを やめる', en: 'Cancel a childcare place' },
  access: 'worker',
  input: z.strictObject({ care }),
  output: nothing,
  done: { ja: '取り消しました。', easy: 'やめました。', en: 'Cancelled.' },
})

// ── the door

export const careArrive = shape({
  name: 'care.arrive',
  path: '/childcare/arrivals',
  summary: { ja: '子どもを預かる', en: 'A child is handed in' },
  access: CARE,
  input: z.strictObject({
    child,
    /** The booking; without one a place is booked from now until `until`. */
    care: blankable(care),
    room: blankable(room),
    until: blankable(minute),
    broughtBy: z.string().trim().max(200).default(''),
    temperatureX10: whole(z.number().int().min(300).max(450)),
    symptoms: listOf(symptom, 12).default([]),
    contactPhone: phone.default(''),
    meds: z.string().trim().max(300).default(''),
  }),
  /** The code of the slip, shown and printed. */
  output: z.strictObject({ stay, code: z.string() }),
  done: { ja: '預かりました。', en: 'Handed in.' },
})

export const careReprint = shape({
  name: 'care.reprint',
  path: '/childcare/reprint',
  summary: { ja: '控えをもう一度出す（同じ番号）', en: 'Print the slip again, with the same code' },
  access: CARE,
  input: z.strictObject({ stay }),
  output: z.strictObject({ stay, code: z.string() }),
})

export const careHandOver = shape({
  name: 'care.hand-over',
  path: '/childcare/hand-overs',
  summary: { ja: '子どもを引き渡す', en: 'Hand a child over' },
  access: CARE,
  input: z.strictObject({
    stay,
    /** Guardian or permission, as `childcare.fetchers` lists them. */
    to: identifier('pickup'),
    /** How the person was known: her code, her own card at the kiosk, or staff know her face. */
    secondFactor: secondFactor.exclude(['parent_card']),
    code: z.string().trim().max(12).default(''),
    /** PIN of the signed-in member of staff. */
    staffPin: pin,
  }),
  output: nothing,
  done: { ja: '引き渡しました。', en: 'Handed over.' },
})

export const careOverride = shape({
  name: 'care.override',
  path: '/childcare/hand-overs/override',
  summary: {
    ja: '登録のない人に引き渡す（職員二人と理由）',
    en: 'Hand over to somebody not on the list: two members of staff and a reason',
  },
  access: CARE,
  input: z.strictObject({
    stay,
    name: personName,
    reason: z.string().trim().min(1).max(500),
    staffPin: pin,
    /** The second member of staff. */
    otherLogin: login,
    otherPin: pin,
  }),
  output: nothing,
  done: { ja: '引き渡しました。', en: 'Handed over.' },
})

export const careTellRefused = shape({
  name: 'care.refused',
  path: '/childcare/hand-overs/refused',
  summary: { ja: '引き渡さなかったことを書く', en: 'Note that somebody did not get the child' },
  access: CARE,
  input: z.strictObject({ stay, name: z.string().trim().max(200).default('') }),
  output: z.strictObject({ why: z.enum(['blocked', 'unknown', 'no_contact', 'not_today', 'code_wrong']) }),
  done: { ja: '書きました。', en: 'Noted.' },
})

export const careDoubtSeen = shape({
  name: 'care.doubt-seen',
  path: '/childcare/doubts/seen',
  summary: { ja: '食いちがいを確かめた', en: 'A contradiction was looked into' },
  access: CARE,
  input: z.strictObject({ doubt: z.string().max(80) }),
  output: nothing,
  done: { ja: '確かめたことを書きました。', en: 'Noted.' },
})
