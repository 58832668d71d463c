/** Childcare: every read. Opening what is sealed about a child writes an entry of the audit, each time. */
import { z } from 'zod'
import { ageBand } from '../../central-sync/protocol/event/childcare.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay, wallMinute } from '../../central-sync/protocol/time.ts'
import { blankable, nothing, shape } from './shape.ts'
import {
  blockRow,
  CARE,
  CARE_AND_DESK,
  careAlarmRow,
  careConflictRow,
  careDoubtRow,
  careLevel,
  careRow,
  childRow,
  fetcherRow,
  grantRow,
  guardianRow,
  healthRow,
  insideRow,
  policyRow,
  roomRow,
  shiftRow,
  slotRow,
} from './shape-care-rows.ts'

const child = identifier('child')
const room = identifier('resource')

export const roomNow = roomRow.extend({
  /** Children inside now, and booked but not here yet today. */
  present: z.number(),
  expected: z.number(),
  /** Carers: planned now, said to be here, needed for who is inside. */
  staffPlanned: z.number(),
  staffHere: z.number(),
  staffNeeded: z.number(),
  level: careLevel,
  code: z.string().nullable(),
  /** From the running quarter of an hour to two hours on. */
  next: z.array(slotRow),
  /** End of today's opening, wall minute; null while closed or unknown. */
  closesAt: wallMinute.nullable(),
})

/** Who is still here, who is expected, how many places are left. */
export const careBoard = shape({
  name: 'childcare.board',
  path: '/childcare/board',
  summary: { ja: 'まだいる子、これから来る子、空き', en: 'Children inside, expected, and places left' },
  access: CARE,
  input: nothing,
  output: z.strictObject({
    day: calendarDay,
    at: z.number(),
    rooms: z.array(roomNow),
    inside: z.array(insideRow),
    expected: z.array(careRow),
    /** Handed over today, last first. */
    gone: z.array(
      z.strictObject({
        stay: identifier('stay'),
        child,
        callName: z.string(),
        name: z.string(),
        since: z.number(),
        departedAt: z.number(),
        override: z.boolean(),
      }),
    ),
    shifts: z.array(shiftRow),
    alarms: z.array(careAlarmRow),
    conflicts: z.number(),
    /** Places promised beyond the registration of the child, from today on. */
    lapsed: z.number(),
    doubts: z.array(careDoubtRow),
    /** Told quietly: children turned away and people who did not get one, today. */
    refusals: z.array(
      z.strictObject({
        child,
        callName: z.string(),
        kind: z.enum(['turned_away', 'pickup']),
        at: z.number(),
        why: z.string(),
      }),
    ),
    /** Registrations that wait for a decision. */
    pending: z.number(),
    /** No rule is in force today: nothing can be booked. */
    policyMissing: z.boolean(),
    /** This member of staff has a PIN for hand-overs. */
    hasPin: z.boolean(),
  }),
})

/** Numbers only, for the front desk and the wall: no child, no name. */
export const careCounts = shape({
  name: 'childcare.counts',
  path: '/childcare/counts',
  summary: { ja: '保育室の人数と空き（名前なし）', en: 'Numbers of the childcare rooms, without names' },
  access: CARE_AND_DESK,
  input: nothing,
  output: z.strictObject({ day: calendarDay, at: z.number(), rooms: z.array(roomNow) }),
})

export const careSlots = shape({
  name: 'childcare.slots',
  path: '/childcare/slots',
  summary: { ja: '一日の15分ごとの人数と空き', en: 'A day in quarters of an hour' },
  access: CARE_AND_DESK,
  input: z.object({ room, day: calendarDay }),
  output: z.strictObject({ room: roomRow, day: calendarDay, policy: policyRow.nullable(), slots: z.array(slotRow) }),
})

export const careRooms = shape({
  name: 'childcare.rooms',
  path: '/childcare/rooms',
  summary: { ja: '保育室', en: 'Childcare rooms' },
  access: CARE_AND_DESK,
  input: nothing,
  output: z.strictObject({ rooms: z.array(roomRow) }),
})

export const careDays = shape({
  name: 'childcare.days',
  path: '/childcare/days',
  summary: { ja: '期間の予約の数と足りない日', en: 'Bookings by day, and the days that are short' },
  access: CARE_AND_DESK,
  /** At most 62 days. */
  input: z.object({ from: calendarDay, to: calendarDay }),
  output: z.strictObject({
    days: z.array(
      z.strictObject({
        day: calendarDay,
        bookings: z.number(),
        shifts: z.number(),
        /** Most children at once. */
        peak: z.number(),
        conflicts: z.number(),
        policyMissing: z.boolean(),
      }),
    ),
  }),
})

export const careBookings = shape({
  name: 'childcare.bookings',
  path: '/childcare/bookings',
  summary: { ja: '保育の予約', en: 'Childcare bookings' },
  access: CARE,
  input: z.object({ from: calendarDay, to: calendarDay, child: blankable(child) }),
  output: z.strictObject({ bookings: z.array(careRow) }),
})

export const careShifts = shape({
  name: 'childcare.shifts',
  path: '/childcare/shifts',
  summary: { ja: '保育スタッフの当番', en: 'Shifts of carers' },
  access: CARE,
  input: z.object({ from: calendarDay, to: calendarDay }),
  output: z.strictObject({
    shifts: z.array(shiftRow),
    /** Who may be put on a shift. */
    carers: z.array(z.strictObject({ staff: identifier('staff'), name: z.string() })),
  }),
})

export const carePolicies = shape({
  name: 'childcare.policies',
  path: '/childcare/policies',
  summary: { ja: '預かりの基準', en: 'Rules of care' },
  access: CARE_AND_DESK,
  input: nothing,
  output: z.strictObject({
    /** Newest start first. */
    policies: z.array(policyRow),
    templates: z.array(
      z.strictObject({
        template: z.enum(['unlicensed', 'small', 'temporary']),
        ...policyRow.omit({ policy: true, from: true, to: true, current: true }).shape,
      }),
    ),
  }),
})

export const careConflicts = shape({
  name: 'childcare.conflicts',
  path: '/childcare/conflicts',
  summary: { ja: '足りない時間と、かかわる予約', en: 'Hours short of carers or space, with the bookings concerned' },
  access: CARE,
  input: z.object({ from: blankable(calendarDay), to: blankable(calendarDay) }),
  output: z.strictObject({ conflicts: z.array(careConflictRow) }),
})

export const childrenList = shape({
  name: 'children',
  path: '/children',
  summary: { ja: '子どもの一覧', en: 'Children' },
  access: CARE,
  input: z.object({ q: z.string().trim().max(100).default(''), all: z.string().max(5).default('') }),
  output: z.strictObject({ children: z.array(childRow), total: z.number() }),
})

export const childQuery = shape({
  name: 'child',
  path: '/child',
  summary: { ja: '子ども一人のこと（健康・保護者は別に開く）', en: 'One child; health and guardians are opened apart' },
  access: CARE,
  input: z.object({ child }),
  output: z.strictObject({
    child: childRow,
    bookings: z.array(careRow),
    stays: z.array(
      z.strictObject({
        stay: identifier('stay'),
        room,
        roomName: z.string(),
        since: z.number(),
        departedAt: z.number().nullable(),
        override: z.boolean(),
      }),
    ),
    /** How many there are, without opening them. */
    counts: z.strictObject({ guardians: z.number(), pickups: z.number(), blocks: z.number() }),
  }),
})

/** Written into the audit. */
export const childHealth = shape({
  name: 'child.health',
  path: '/child/health',
  summary: { ja: 'アレルギー・健康のメモを開く（記録される）', en: 'Open health notes (is recorded)' },
  access: CARE,
  input: z.object({ child }),
  output: z.strictObject({
    child: childRow,
    health: healthRow,
    /** What was said at drop-off, while the child is here. */
    today: z
      .strictObject({
        temperatureX10: z.number(),
        symptoms: z.array(z.string()),
        contactPhone: z.string(),
        meds: z.string(),
        broughtBy: z.string(),
      })
      .nullable(),
  }),
})

/** Written into the audit. */
export const childGuardians = shape({
  name: 'child.guardians',
  path: '/child/guardians',
  summary: { ja: '保護者を開く（記録される）', en: 'Open the guardians (is recorded)' },
  access: CARE,
  input: z.object({ child }),
  output: z.strictObject({ child: childRow, guardians: z.array(guardianRow) }),
})

/** Written into the audit. */
export const childPickups = shape({
  name: 'child.pickups',
  path: '/child/pickups',
  summary: { ja: 'お迎えに来てよい人を開く（記録される）', en: 'Open who may fetch (is recorded)' },
  access: CARE,
  input: z.object({ child }),
  output: z.strictObject({ child: childRow, pickups: z.array(grantRow) }),
})

/** Written into the audit. */
export const childBlocks = shape({
  name: 'child.blocks',
  path: '/child/blocks',
  summary: { ja: '引き渡してはいけない人を開く（記録される）', en: 'Open who must not get the child (is recorded)' },
  access: CARE,
  input: z.object({ child }),
  output: z.strictObject({ child: childRow, blocks: z.array(blockRow) }),
})

export const childAudit = shape({
  name: 'child.audit',
  path: '/child/audit',
  summary: { ja: 'だれが、いつ、何を開いたか', en: 'Who opened what, and when' },
  access: ['director', 'administrator'],
  input: z.object({ child }),
  output: z.strictObject({
    reads: z.array(
      z.strictObject({
        at: z.number(),
        staff: identifier('staff'),
        name: z.string(),
        what: z.enum(['health', 'guardians', 'pickups', 'blocks']),
      }),
    ),
  }),
})

/** Who may fetch this child now, for the hand-over page. Written into the audit as `pickups`. */
export const careFetchers = shape({
  name: 'childcare.fetchers',
  path: '/childcare/fetchers',
  summary: { ja: '引き渡してよい人', en: 'Who may fetch' },
  access: CARE,
  input: z.object({ stay: identifier('stay') }),
  output: z.strictObject({ inside: insideRow, fetchers: z.array(fetcherRow) }),
})

/** For the printed slip: never anything about health. */
export const careSlip = shape({
  name: 'childcare.slip',
  path: '/childcare/slip',
  summary: { ja: 'お引き取りの控え', en: 'The slip for fetching' },
  access: CARE,
  input: z.object({ stay: identifier('stay') }),
  output: z.strictObject({
    centre: z.string(),
    room: z.string(),
    callName: z.string(),
    code: z.string(),
    since: z.number(),
    until: wallMinute.nullable(),
  }),
})

// ── the parent's phone

const myCare = z.strictObject({
  care: identifier('booking'),
  child,
  callName: z.string(),
  roomName: z.string(),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  state: z.string(),
  linked: identifier('booking').nullable(),
  expires: z.number().nullable(),
  /** Beyond the registration of the child: staff have to be asked. */
  lapsed: z.boolean(),
})

export const myChildren = shape({
  name: 'my.children',
  path: '/my/children',
  summary: { ja: '自分の子ども', easy: 'じぶんの {子|こ}ども', en: 'Your children' },
  access: 'worker',
  input: nothing,
  output: z.strictObject({
    children: z.array(
      z.strictObject({
        child,
        state: z.enum(['pending', 'approved', 'expired']),
        name: z.string(),
        callName: z.string(),
        birthDate: z.string(),
        /** Here now, since. */
        inside: z.number().nullable(),
        /** Permissions she gave herself. */
        pickups: z.array(
          z.strictObject({
            pickup: identifier('pickup'),
            day: calendarDay,
            name: z.string(),
            relation: z.string(),
            phone: z.string(),
          }),
        ),
      }),
    ),
    bookings: z.array(myCare),
  }),
})

/** Free hours for one child on one day, for the phone and for the pair of seat and place. */
export const myCarePlaces = shape({
  name: 'my.care.places',
  path: '/my/care/places',
  summary: { ja: '保育の空き', easy: '{保育|ほいく}の あき', en: 'Free childcare places' },
  access: 'worker',
  input: z.object({ child, day: calendarDay }),
  output: z.strictObject({
    day: calendarDay,
    band: ageBand.nullable(),
    /** Why nothing can be booked at all: policy_missing, child_not_approved …; null when something can. */
    code: z.string().nullable(),
    rooms: z.array(
      z.strictObject({
        room,
        name: z.string(),
        free: z.array(z.strictObject({ start: wallMinute, end: wallMinute })),
      }),
    ),
  }),
})
