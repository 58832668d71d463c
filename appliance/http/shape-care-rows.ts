/** The rows the childcare answers are made of. Instants are UTC ms, `start`/`end` wall minutes of one calendar day, half-open. */
import { z } from 'zod'
import { bookingSource, bookingState } from '../../central-sync/protocol/event/booking.ts'
import { ageBand, childState, custody, pickupScope } from '../../central-sync/protocol/event/childcare.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay, wallMinute } from '../../central-sync/protocol/time.ts'
import { symptoms } from '../../central-sync/rules/judge-health.ts'

const worker = identifier('worker')
const child = identifier('child')
const room = identifier('resource')

/** Who may see names of children. The front desk sees numbers and call names, see `childcareCounts`. */
export const CARE = ['childcare', 'director', 'administrator'] as const
export const LEADERS = ['director', 'administrator'] as const
export const CARE_AND_DESK = ['childcare', 'director', 'administrator', 'front_desk'] as const

/** What staff ask for at drop-off. The first group sends a child home, whatever the temperature. */
export const symptom = z.enum(symptoms)

export const roomRow = z.strictObject({ room, name: z.string(), areaDm2: z.number().nullable(), open: z.boolean() })

/** What of a child is no health note: without an entry in the audit. */
export const childRow = z.strictObject({
  child,
  /** As of today: an approval whose last day is over counts as ended. */
  state: childState,
  /** Last day of the approval; null: until further notice. */
  until: calendarDay.nullable(),
  name: z.string(),
  kana: z.string(),
  callName: z.string(),
  birthDate: z.string(),
  /** Band of the ratio today; null while no policy is in force or the birth date cannot be read. */
  band: ageBand.nullable(),
  worker,
  parentCode: z.string(),
  parentName: z.string(),
  /** There is something to read under health: said, not shown. An allergy is told apart from everything else. */
  hasAllergy: z.boolean(),
  hasHealth: z.boolean(),
  /** The doctor's form is older than a year, or promised and missing. */
  allergyReviewDue: z.boolean(),
})

export const healthRow = z.strictObject({
  extraUnits: z.number(),
  allergies: z.string(),
  allergyPlan: z.boolean(),
  allergyReviewedOn: z.string().nullable(),
  notes: z.string(),
  doctor: z.string(),
})

export const guardianRow = z.strictObject({
  guardian: identifier('pickup'),
  child,
  worker: worker.nullable(),
  name: z.string(),
  kana: z.string(),
  relation: z.string(),
  phone: z.string(),
  custody,
  from: calendarDay,
  to: calendarDay.nullable(),
  /** In force today. */
  current: z.boolean(),
})

export const grantRow = z.strictObject({
  pickup: identifier('pickup'),
  child,
  scope: pickupScope,
  day: calendarDay.nullable(),
  worker: worker.nullable(),
  name: z.string(),
  kana: z.string(),
  relation: z.string(),
  phone: z.string(),
  idCheck: z.string(),
  from: calendarDay,
  to: calendarDay.nullable(),
  askedBy: z.enum(['parent', 'staff']),
  revoked: z.boolean(),
  /** May fetch today, as far as this permission goes; a block still beats it. */
  current: z.boolean(),
})

export const blockRow = z.strictObject({
  block: identifier('pickup'),
  child,
  worker: worker.nullable(),
  guardian: identifier('pickup').nullable(),
  name: z.string(),
  kana: z.string(),
  reason: z.string(),
  from: calendarDay,
  to: calendarDay.nullable(),
  lifted: z.boolean(),
  current: z.boolean(),
})

export const careRow = z.strictObject({
  care: identifier('booking'),
  child,
  callName: z.string(),
  name: z.string(),
  worker,
  parentCode: z.string(),
  parentName: z.string(),
  room,
  roomName: z.string(),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  band: ageBand,
  units: z.number(),
  state: bookingState,
  source: bookingSource,
  /** The seat that was asked for together with it. */
  linked: identifier('booking').nullable(),
  expires: z.number().nullable(),
  /** The stay it became. */
  stay: identifier('stay').nullable(),
  /** Promised beyond the registration of the child: it stands until a person decides. */
  lapsed: z.boolean(),
})

/** A child that is inside now. Nothing of its health. */
export const insideRow = z.strictObject({
  stay: identifier('stay'),
  child,
  callName: z.string(),
  name: z.string(),
  kana: z.string(),
  room,
  roomName: z.string(),
  care: identifier('booking').nullable(),
  since: z.number(),
  /** End of the booking, wall minute; null without one. */
  until: wallMinute.nullable(),
  /** Minutes after the booked end; 0 while in time. */
  overMinutes: z.number(),
  band: ageBand,
  /** Where the parent can be reached today. */
  contactPhone: z.string(),
  broughtBy: z.string(),
  hasAllergy: z.boolean(),
  hasHealth: z.boolean(),
  /** Brought in while the kiosk was cut off, told later. */
  late: z.boolean(),
})

export const careLevel = z.enum(['ok', 'amber', 'red', 'closed'])

const bandCounts = z.strictObject({ a0: z.number(), a12: z.number(), a3: z.number(), a4: z.number() })

/** One quarter of an hour of one room. */
export const slotRow = z.strictObject({
  start: wallMinute,
  end: wallMinute,
  children: bandCounts,
  total: z.number(),
  /** Carers needed for these children, and planned. */
  needStaff: z.number(),
  staff: z.number(),
  qualified: z.number(),
  /** How many more children of each band fit. */
  placesLeft: bandCounts,
  /** amber = the last place for the youngest band that is still admitted; red = more need than carers. */
  level: careLevel,
  /** Refusal code of what is missing; null when nothing is. */
  code: z.string().nullable(),
})

export const shiftRow = z.strictObject({
  shift: identifier('shift'),
  room,
  roomName: z.string(),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  staff: identifier('staff').nullable(),
  staffName: z.string(),
  qualified: z.boolean(),
  /** `planned` until somebody says she is here or not; an absent carer does not count. */
  attendance: z.enum(['planned', 'here', 'absent']),
})

export const policyRow = z.strictObject({
  policy: identifier('policy'),
  from: calendarDay,
  to: calendarDay.nullable(),
  units: bandCounts,
  minStaff: z.number(),
  qualifiedNum: z.number(),
  qualifiedDen: z.number(),
  areaPerChildDm2: z.number(),
  ageBasis: z.enum(['fiscal', 'actual']),
  rounding: z.enum(['ceil_sum', 'trunc1_round']),
  feverX10: z.number(),
  smallMode: z.boolean(),
  /** In force today. */
  current: z.boolean(),
})

/** Hours of a room in which there are more children than the carers, the room or the rules allow. */
export const careConflictRow = z.strictObject({
  room,
  roomName: z.string(),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  /** Refusal code: ratio_exceeded, staff_minimum, qualified_missing, area_exceeded, policy_missing. */
  code: z.string(),
  needStaff: z.number(),
  staff: z.number(),
  qualified: z.number(),
  total: z.number(),
  /** Who is booked in these hours, newest booking first. */
  cares: z.array(careRow),
})

export const careAlarmRow = z.strictObject({
  room,
  roomName: z.string(),
  day: calendarDay,
  kind: z.enum(['ratio', 'closing', 'staff_lost']),
  slot: z.number().nullable(),
  since: z.number(),
})

/** Two things that cannot both be true, told by kiosks that were cut off: a person looks. */
export const careDoubtRow = z.strictObject({
  doubt: z.string(),
  kind: z.enum([
    'double_arrival',
    'departure_without_arrival',
    'double_departure',
    'times_reversed',
    'unproven_staff',
    'not_allowed',
    'over_capacity',
    'not_registered',
    'code_shared',
  ]),
  child,
  callName: z.string(),
  /** Call name of the child whose slip has the same code; empty otherwise. */
  otherName: z.string(),
  at: z.number(),
  seen: z.boolean(),
})

/** Who may fetch a child today, in the order of closeness, with the reason when not. */
export const fetcherRow = z.strictObject({
  kind: z.enum(['guardian', 'pickup']),
  id: identifier('pickup'),
  worker: worker.nullable(),
  name: z.string(),
  kana: z.string(),
  relation: z.string(),
  phone: z.string(),
  idCheck: z.string(),
  /** Refusal code when this person may not fetch today; null when she may. */
  refused: z.string().nullable(),
})

export const staffCardRow = z.strictObject({
  staff: identifier('staff'),
  name: z.string(),
  hasPin: z.boolean(),
  cards: z.array(
    z.strictObject({
      card: identifier('card'),
      tail: z.string(),
      enrolledAt: z.number(),
      revokedAt: z.number().nullable(),
      /** Not known under the newest card key of the network yet: to be laid on a kiosk once more. */
      behind: z.boolean(),
    }),
  ),
})
