/**
 * The childcare room. Whatever says something about a child is sealed under the child's own data key, and that key never
 * leaves this centre: neither the hub nor another centre can read it. In clear stand ids, times, age bands and units.
 */
import { z } from 'zod'
import { identifier } from '../identifier.ts'
import { calendarDay, instant, wallMinute } from '../time.ts'
import { bookingSource, isForward, settledState, settledWhy } from './booking.ts'
import { defineEvent } from './definition.ts'
import { personName, typedCallName, typedKana } from './person.ts'

const forward = { error: 'the end must come after the start', path: ['end'] }
const spanFields = { start: wallMinute, end: wallMinute }
const validity = { from: calendarDay, to: calendarDay.optional() }
const phone = z.string().trim().max(40)
const text = (max: number) => z.string().trim().max(max)

/** Age bands of the ratio rules: 0 years, 1 and 2, 3, 4 and more. */
export const ageBand = z.enum(['a0', 'a12', 'a3', 'a4'])
export type AgeBand = z.infer<typeof ageBand>

/** Need of a carer in 1/300: 100 is a third of a carer. The largest is ten carers for one child. */
export const careUnits = z.number().int().min(0).max(3_000)

export const childState = z.enum(['pending', 'approved', 'expired'])
export type ChildState = z.infer<typeof childState>

export const childSheet = z.strictObject({
  name: personName,
  kana: typedKana,
  callName: typedCallName,
  birthDate: calendarDay,
  /** On top of the units of the age band, for special needs: 1/300 carer. */
  extraUnits: careUnits,
  allergies: text(1_000),
  /** A doctor's management form (生活管理指導表) is on file; to be reviewed every year. */
  allergyPlan: z.boolean(),
  allergyReviewedOn: calendarDay.optional(),
  notes: text(2_000),
  doctor: text(300),
})
export type ChildSheet = z.infer<typeof childSheet>

export const childRegistered = defineEvent({
  type: 'child.registered',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    child: identifier('child'),
    state: childState,
    /** The parent who asked. */
    worker: identifier('worker'),
  }),
  personal: childSheet,
})

/** A whole new sheet; the newest one counts. */
export const childChanged = defineEvent({
  type: 'child.changed',
  version: 1,
  author: 'centre',
  data: z.strictObject({ child: identifier('child') }),
  personal: childSheet,
})

/** `until`: the last day the approval is good for; without it until somebody ends it. */
export const childStateSet = defineEvent({
  type: 'child.state-set',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({ child: identifier('child'), state: childState, until: calendarDay.optional() })
    .refine(({ state, until }) => until === undefined || state === 'approved', {
      error: 'only an approval has an end',
      path: ['until'],
    }),
})

export const custody = z.enum(['normal', 'no_contact'])
export type Custody = z.infer<typeof custody>

/**
 * A guardian as of now; the newest of the same id counts. `no_contact`: a court or the family said so. That, and who is
 * banned, is sealed: the hub knows workers by name and must not learn it of any of them.
 */
export const guardianSet = defineEvent({
  type: 'guardian.set',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    guardian: identifier('pickup'),
    child: identifier('child'),
    worker: identifier('worker').optional(),
    ...validity,
  }),
  personal: z.strictObject({ name: personName, kana: typedKana, relation: text(60), phone, custody }),
})

export const pickupScope = z.enum(['standing', 'one_day'])

/** Somebody other than a guardian may fetch the child: always, or on one named day. */
export const pickupGranted = defineEvent({
  type: 'pickup.granted',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      pickup: identifier('pickup'),
      child: identifier('child'),
      scope: pickupScope,
      day: calendarDay.optional(),
      /** Known here as a worker: then the card proves who stands there. */
      worker: identifier('worker').optional(),
      ...validity,
    })
    .refine(({ scope, day }) => (scope === 'one_day') === (day !== undefined), { error: 'one day needs its day' }),
  personal: z.strictObject({
    name: personName,
    kana: typedKana,
    phone,
    relation: text(60),
    /** How staff make sure who it is: which paper was seen. */
    idCheck: text(200),
  }),
})

export const pickupRevoked = defineEvent({
  type: 'pickup.revoked',
  version: 1,
  author: 'centre',
  data: z.strictObject({ pickup: identifier('pickup') }),
})

/** This person must not get the child, whatever else says yes. */
export const pickupBlocked = defineEvent({
  type: 'pickup.blocked',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    block: identifier('pickup'),
    child: identifier('child'),
    ...validity,
  }),
  personal: z.strictObject({
    name: text(200),
    kana: typedKana,
    reason: text(500),
    worker: identifier('worker').optional(),
    guardian: identifier('pickup').optional(),
  }),
})

export const pickupUnblocked = defineEvent({
  type: 'pickup.unblocked',
  version: 1,
  author: 'centre',
  data: z.strictObject({ block: identifier('pickup') }),
})

/** A dated ratio policy, confirmed with the prefecture; the newest row in force on a day counts. */
export const carePolicySet = defineEvent({
  type: 'care.policy-set',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    policy: identifier('policy'),
    ...validity,
    /** Units of 1/300 carer per child: 3:1 = 100, 6:1 = 50, 15:1 = 20, 25:1 = 12. */
    units: z.strictObject({ a0: careUnits, a12: careUnits, a3: careUnits, a4: careUnits }),
    minStaff: z.number().int().min(1).max(20),
    /** Share of qualified carers, rounded up: 1/3, 1/2. */
    qualifiedNum: z.number().int().min(0).max(100),
    qualifiedDen: z.number().int().min(1).max(100),
    /** 1/100 m² per child: 165 = 1.65 m². */
    areaPerChildDm2: z.number().int().min(0).max(10_000),
    /** `fiscal`: class by the age on 1 April; `actual`: by the age on the day. */
    ageBasis: z.enum(['fiscal', 'actual']),
    rounding: z.enum(['ceil_sum', 'trunc1_round']),
    /** Refused at this temperature and above, °C × 10. */
    feverX10: z.number().int().min(350).max(420),
    /** At most five children a day: one carer for each three, see `rules/care-need.ts`. */
    smallMode: z.boolean(),
  }),
})

export const careRoomSet = defineEvent({
  type: 'care.room-set',
  version: 1,
  author: 'centre',
  data: z.strictObject({ room: identifier('resource'), areaDm2: z.number().int().min(0).max(10_000_000) }),
})

/** One carer in one room for one span. */
export const shiftSet = defineEvent({
  type: 'shift.set',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      shift: identifier('shift'),
      room: identifier('resource'),
      day: calendarDay,
      ...spanFields,
      staff: identifier('staff').optional(),
      /** 保育士 or nurse. */
      qualified: z.boolean(),
    })
    .refine(isForward, forward),
})

export const shiftRemoved = defineEvent({
  type: 'shift.removed',
  version: 1,
  author: 'centre',
  data: z.strictObject({ shift: identifier('shift') }),
})

/** A place in the room for one child. Band and units are what they were that day, so that later rules change nothing. */
export const careBooked = defineEvent({
  type: 'care.booked',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      care: identifier('booking'),
      request: identifier('request'),
      child: identifier('child'),
      /** The parent. */
      worker: identifier('worker'),
      room: identifier('resource'),
      day: calendarDay,
      ...spanFields,
      band: ageBand,
      units: careUnits,
      state: z.enum(['confirmed', 'held']),
      source: bookingSource,
      /** The seat that was asked for together with it. */
      linked: identifier('booking').optional(),
      /** Of a held one, UTC ms. */
      expires: instant.optional(),
    })
    .refine(isForward, forward),
})

/** The same place of the same child in another room or at another time, with what the child counts as on that day. */
export const careMoved = defineEvent({
  type: 'care.moved',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      care: identifier('booking'),
      room: identifier('resource'),
      day: calendarDay,
      ...spanFields,
      band: ageBand,
      units: careUnits,
    })
    .refine(isForward, forward),
})

export const careSettled = defineEvent({
  type: 'care.settled',
  version: 1,
  author: 'centre',
  data: z.strictObject({ care: identifier('booking'), state: settledState, why: settledWhy }),
})

/** A child is here. `at` is when it was handed in, also when the kiosk could say so only later. */
export const careArrived = defineEvent({
  type: 'care.arrived',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    stay: identifier('stay'),
    care: identifier('booking').optional(),
    child: identifier('child'),
    room: identifier('resource'),
    at: instant,
    by: z.union([identifier('staff'), identifier('device')]),
    band: ageBand,
    units: careUnits,
    device: identifier('device').optional(),
  }),
  personal: z.strictObject({
    broughtBy: text(200),
    temperatureX10: z.number().int().min(300).max(450),
    symptoms: z.array(text(40)).max(12),
    contactPhone: phone,
    meds: text(300),
    /** Security code of the slip: asked for at hand-over, useless after it. */
    code: text(12),
  }),
})

export const turnedAwayWhy = z.enum(['fever', 'symptom', 'full', 'no_guardian'])

/** Why is about the child's health, or about its family: sealed. */
export const careTurnedAway = defineEvent({
  type: 'care.turned-away',
  version: 1,
  author: 'centre',
  data: z.strictObject({ child: identifier('child'), at: instant }),
  personal: z.strictObject({
    temperatureX10: z.number().int().min(300).max(450),
    symptoms: z.array(text(40)).max(12),
    why: turnedAwayWhy,
  }),
})

export const secondFactor = z.enum(['code', 'parent_card', 'face'])
export type SecondFactor = z.infer<typeof secondFactor>

/** The child was given to somebody. An override stands on two different members of staff and a reason. */
export const careHandedOver = defineEvent({
  type: 'care.handed-over',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    stay: identifier('stay'),
    child: identifier('child'),
    at: instant,
    to: z.strictObject({
      kind: z.enum(['guardian', 'pickup', 'override']),
      id: identifier('pickup').optional(),
    }),
    staff: identifier('staff'),
    secondFactor,
    override: z.strictObject({ staff: z.tuple([identifier('staff'), identifier('staff')]) }).optional(),
    device: identifier('device').optional(),
  }),
  personal: z.strictObject({ name: text(200), reason: text(500) }),
})

export const pickupRefusedWhy = z.enum(['blocked', 'unknown', 'no_contact', 'not_today', 'code_wrong'])

/** Somebody asked for the child and did not get it. */
export const carePickupRefused = defineEvent({
  type: 'care.pickup-refused',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    child: identifier('child'),
    stay: identifier('stay'),
    at: instant,
  }),
  personal: z.strictObject({ why: pickupRefusedWhy }),
})

/** The room is not as it must be, or is again. A loss is never refused, it is called out. */
export const careAlarm = defineEvent({
  type: 'care.alarm',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    room: identifier('resource'),
    day: calendarDay,
    kind: z.enum(['ratio', 'closing', 'staff_lost']),
    /** Quarter of an hour of the day, 0..95. */
    slot: z.number().int().min(0).max(95).optional(),
    state: z.enum(['raised', 'cleared']),
  }),
})

/** Somebody read what is sealed about a child. */
export const childNotesRead = defineEvent({
  type: 'child.notes-read',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    child: identifier('child'),
    staff: identifier('staff'),
    what: z.enum(['health', 'guardians', 'pickups', 'blocks']),
  }),
})
