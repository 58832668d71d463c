/** Children, who may come near them, and the cards of the staff who hand them over: every command. */
import { z } from 'zod'
import { careUnits, childSheet, childState, custody, pickupScope } from '../../central-sync/protocol/event/childcare.ts'
import { personName, typedCallName, typedKana } from '../../central-sync/protocol/event/person.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay } from '../../central-sync/protocol/time.ts'
import { blankable, flag, nothing, shape, whole } from './shape.ts'
import { CARE, LEADERS, staffCardRow } from './shape-care-rows.ts'
import { pin } from './shape-door.ts'

const child = identifier('child')
const staff = identifier('staff')
const phone = z.string().trim().max(40)

const sheetFields = {
  name: personName,
  kana: typedKana,
  callName: typedCallName.default(''),
  birthDate: calendarDay,
  allergies: childSheet.shape.allergies.default(''),
  allergyPlan: flag.default(false),
  allergyReviewedOn: blankable(calendarDay),
  notes: childSheet.shape.notes.default(''),
  doctor: childSheet.shape.doctor.default(''),
}
const extraUnits = whole(careUnits).default(0)

// ── children

export const childrenRegister = shape({
  name: 'children.register',
  path: '/children',
  summary: { ja: '子どもを登録する', en: 'Register a child' },
  access: CARE,
  /** `phone` and `relation` make the parent its first guardian. */
  input: z.strictObject({
    worker: identifier('worker'),
    ...sheetFields,
    extraUnits,
    phone,
    relation: z.string().trim().max(60).default(''),
  }),
  output: z.strictObject({ child }),
  done: { ja: '子どもを登録しました。', en: 'The child is registered.' },
})

export const childrenChange = shape({
  name: 'children.change',
  path: '/children/change',
  summary: { ja: '子どもの登録内容を変える', en: 'Change a child’s sheet' },
  access: CARE,
  input: z.strictObject({ child, ...sheetFields, extraUnits }),
  output: nothing,
  done: { ja: '変えました。', en: 'Changed.' },
})

export const childrenDecide = shape({
  name: 'children.decide',
  path: '/children/decide',
  summary: { ja: '登録をみとめる・止める', en: 'Approve or end a registration' },
  access: CARE,
  /** `until`: last day of an approval; empty: until further notice. */
  input: z.strictObject({ child, state: childState, until: blankable(calendarDay) }),
  output: nothing,
  done: { ja: '決めました。', en: 'Decided.' },
})

export const myChildrenAsk = shape({
  name: 'my.children.ask',
  path: '/my/children',
  summary: {
    ja: '子どもの登録を申しこむ',
    easy: '{子|こ}どもの {登録|とうろく}を おねがいする',
    en: 'Ask to register your child',
  },
  access: 'worker',
  input: z.strictObject({ ...sheetFields, phone, relation: z.string().trim().max(60).default('') }),
  output: z.strictObject({ child }),
  done: {
    ja: '申しこみました。センターが確認します。',
    easy: 'おねがいしました。センターの {人|ひと}が たしかめます。',
    en: 'Asked. The centre will check it.',
  },
})

// ── who may come near

export const guardiansSet = shape({
  name: 'guardians.set',
  path: '/children/guardians',
  summary: { ja: '保護者を登録する・変える', en: 'Set a guardian' },
  access: CARE,
  input: z.strictObject({
    guardian: blankable(identifier('pickup')),
    child,
    worker: blankable(identifier('worker')),
    custody,
    from: calendarDay,
    to: blankable(calendarDay),
    name: personName,
    kana: typedKana,
    relation: z.string().trim().max(60).default(''),
    phone,
  }),
  output: z.strictObject({ guardian: identifier('pickup') }),
  done: { ja: '保護者を登録しました。', en: 'The guardian is set.' },
})

const grantFields = {
  child,
  name: personName,
  kana: typedKana,
  phone: phone.default(''),
  relation: z.string().trim().max(60).default(''),
}

export const pickupsGrant = shape({
  name: 'pickups.grant',
  path: '/children/pickups',
  summary: { ja: 'お迎えに来てよい人を登録する', en: 'Allow somebody to fetch the child' },
  access: CARE,
  input: z.strictObject({
    ...grantFields,
    scope: pickupScope,
    /** Of `one_day` only. */
    day: blankable(calendarDay),
    worker: blankable(identifier('worker')),
    from: blankable(calendarDay),
    to: blankable(calendarDay),
    idCheck: z.string().trim().max(200).default(''),
  }),
  output: z.strictObject({ pickup: identifier('pickup') }),
  done: { ja: 'お迎えの人を登録しました。', en: 'Allowed.' },
})

export const pickupsRevoke = shape({
  name: 'pickups.revoke',
  path: '/children/pickups/revoke',
  summary: { ja: 'お迎えの人の登録を取り消す', en: 'Withdraw a permission to fetch' },
  access: CARE,
  input: z.strictObject({ pickup: identifier('pickup') }),
  output: nothing,
  done: { ja: '取り消しました。', en: 'Withdrawn.' },
})

export const myPickupsGrant = shape({
  name: 'my.pickups.grant',
  path: '/my/pickups',
  summary: {
    ja: 'その日のお迎えの人を知らせる',
    easy: 'その{日|ひ}に むかえに {来|く}る {人|ひと}を しらせる',
    en: 'Say who fetches your child on a day',
  },
  access: 'worker',
  input: z.strictObject({ ...grantFields, day: calendarDay }),
  output: z.strictObject({ pickup: identifier('pickup') }),
  done: {
    ja: '知らせました。お迎えの人は身分証を見せてください。',
    easy: 'しらせました。むかえに {来|く}る {人|ひと}は {身分証|みぶんしょう}を {見|み}せてください。',
    en: 'Noted. The person must show an identity card.',
  },
})

export const myPickupsRevoke = shape({
  name: 'my.pickups.revoke',
  path: '/my/pickups/revoke',
  summary: { ja: 'お迎えの人を取り消す', easy: 'むかえの {人|ひと}を やめる', en: 'Withdraw who fetches your child' },
  access: 'worker',
  input: z.strictObject({ pickup: identifier('pickup') }),
  output: nothing,
  done: { ja: '取り消しました。', easy: 'やめました。', en: 'Withdrawn.' },
})

export const blocksSet = shape({
  name: 'blocks.set',
  path: '/children/blocks',
  summary: { ja: '引き渡してはいけない人を登録する', en: 'Record somebody who must not get the child' },
  access: CARE,
  /** At least one of worker, guardian or name. */
  input: z.strictObject({
    child,
    worker: blankable(identifier('worker')),
    guardian: blankable(identifier('pickup')),
    name: z.string().trim().max(200).default(''),
    kana: typedKana.default(''),
    reason: z.string().trim().max(500).default(''),
    from: blankable(calendarDay),
    to: blankable(calendarDay),
  }),
  output: z.strictObject({ block: identifier('pickup') }),
  done: { ja: '登録しました。', en: 'Recorded.' },
})

export const blocksLift = shape({
  name: 'blocks.lift',
  path: '/children/blocks/lift',
  summary: { ja: '引き渡し禁止を解く', en: 'Lift a block' },
  access: LEADERS,
  input: z.strictObject({ block: identifier('pickup') }),
  output: nothing,
  done: { ja: '解きました。', en: 'Lifted.' },
})

// ── staff cards

export const staffCardsEnrolNumber = shape({
  name: 'staff-cards.enrol-number',
  path: '/staff-cards/enrol-number',
  summary: { ja: '職員カードを番号（16進数）で登録する', en: 'Enrol a staff card by its number in hex' },
  access: LEADERS,
  input: z.strictObject({ staff, card: z.string().trim().max(64) }),
  output: z.strictObject({ card: identifier('card') }),
  done: { ja: '職員カードを登録しました。', en: 'The staff card is enrolled.' },
})

export const staffCardsStart = shape({
  name: 'staff-cards.start-enrolment',
  path: '/staff-cards/start-enrolment',
  summary: { ja: 'えらんだ受付機で職員カードを登録し始める', en: 'Start enrolling a staff card at a kiosk' },
  access: LEADERS,
  input: z.strictObject({ staff, device: identifier('device') }),
  output: z.strictObject({ token: z.string(), expires: z.number() }),
  done: { ja: '受付機でカードを2回かざしてください。', en: 'Present the card twice at the kiosk.' },
})

export const staffCardsRevoke = shape({
  name: 'staff-cards.revoke',
  path: '/staff-cards/revoke',
  summary: { ja: '職員カードを止める', en: 'Revoke a staff card' },
  access: LEADERS,
  input: z.strictObject({ card: identifier('card') }),
  output: nothing,
  done: { ja: '職員カードを止めました。', en: 'The staff card is revoked.' },
})

export const staffPinSet = shape({
  name: 'staff-pin.set',
  path: '/staff-pin',
  summary: { ja: '引き渡し用の自分の暗証番号を決める', en: 'Set your own PIN for hand-overs' },
  access: 'staff',
  input: z.strictObject({ password: z.string().min(1).max(200), next: pin }),
  output: nothing,
  done: { ja: '暗証番号を決めました。', en: 'The PIN is set.' },
  unrepeatable: true,
})

export const staffCards = shape({
  name: 'staff-cards',
  path: '/staff-cards',
  summary: { ja: '職員カード', en: 'Staff cards' },
  access: ['director', 'administrator'],
  input: nothing,
  output: z.strictObject({ staff: z.array(staffCardRow) }),
})
