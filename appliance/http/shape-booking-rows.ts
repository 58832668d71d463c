/** Rows and small inputs that the shapes of seats, rooms and bookings share. Minutes are wall minutes of one day, half-open. */
import { z } from 'zod'
import {
  bookingSource,
  bookingState,
  closureReason,
  mapBox,
  resourceAttributes,
  resourceKind,
} from '../../central-sync/protocol/event/booking.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { calendarDay, wallMinute } from '../../central-sync/protocol/time.ts'

/** Who sets up seats and hours, and books for anybody. */
export const DESK = ['front_desk', 'director', 'administrator'] as const

const CLOCK = /^(\d{1,2}):([0-5]\d)$/

/** `9:00`, `09:00`, `24:00`, full-width too, or whole minutes after midnight. `25:00` is malformed. */
export const wallClock = z
  .preprocess((value) => {
    if (typeof value !== 'string') return value
    const match = CLOCK.exec(value.normalize('NFKC').trim())
    return match === null ? value : Number(match[1]) * 60 + Number(match[2])
  }, wallMinute)
  .meta({ description: 'a clock time (9:00, 24:00 only as an end) or minutes after midnight', examples: ['9:00', 540] })

/** A kind somebody can book for herself: the nursery is booked child by child. */
export const bookableKind = resourceKind.exclude(['nursery'])

export const closureRow = z.strictObject({
  closure: identifier('closure'),
  /** `centre` or a resource. */
  target: z.string(),
  targetName: z.string().nullable(),
  fromDay: calendarDay,
  toDay: calendarDay,
  start: wallMinute,
  end: wallMinute,
  reason: closureReason,
  note: z.string(),
})

export const resourceRow = z.strictObject({
  resource: identifier('resource'),
  kind: resourceKind,
  name: z.string(),
  parent: identifier('resource').nullable(),
  attrs: resourceAttributes,
  capacity: z.number().int(),
  bufferMin: z.number().int(),
  checkInRequired: z.boolean(),
  graceMin: z.number().int(),
  open: z.boolean(),
  /** Thousandths of the plan of its floor. */
  map: mapBox,
  floor: z.string(),
})

export const bookingRow = z.strictObject({
  booking: identifier('booking'),
  resource: identifier('resource'),
  resourceName: z.string(),
  kind: resourceKind,
  floor: z.string(),
  worker: identifier('worker'),
  code: z.string(),
  name: z.string(),
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  state: bookingState,
  source: bookingSource,
  series: identifier('series').nullable(),
  /** The childcare place that was asked for together with it. */
  care: identifier('booking').nullable(),
  /** The child of that place, and whether it still stands: giving back the seat asks what shall become of it. */
  child: identifier('child').nullable(),
  placeStands: z.boolean(),
  request: identifier('request'),
  /** Of a held one, UTC ms. */
  expires: z.number().nullable(),
  /** It can still be moved or cancelled. */
  open: z.boolean(),
})

/** A booking that stands where by now none could be made: somebody has to speak with the worker. */
export const conflictRow = bookingRow.extend({
  /** Refusal code: `closed_then`, `outside_hours`, `resource_closed`, `parent_blocked`. */
  why: z.string(),
  closure: identifier('closure').nullable(),
})

export const conflicts = z.strictObject({ conflicts: z.array(conflictRow) })

/** Part of a day of one resource in which nobody else can have it. */
export const spanRow = z.strictObject({
  start: wallMinute,
  end: wallMinute,
  /** `blocked`: taken through its room, or through a seat in it. `buffer`: kept free around a booking. */
  what: z.enum(['held', 'confirmed', 'in', 'done', 'blocked', 'buffer', 'closed']),
  booking: identifier('booking').nullable(),
  /** Only for staff, and for one's own. */
  worker: identifier('worker').nullable(),
  code: z.string().nullable(),
  name: z.string().nullable(),
  mine: z.boolean(),
  care: z.boolean(),
})

export const dayBoard = z.strictObject({
  day: calendarDay,
  /** Wall minute of now when `day` is today. */
  now: wallMinute.nullable(),
  /** Japanese name of the national holiday. */
  holiday: z.string().nullable(),
  /** Null: closed all day. */
  hours: z.strictObject({ start: wallMinute, end: wallMinute }).nullable(),
  closures: z.array(closureRow),
  resources: z.array(
    resourceRow.extend({
      spans: z.array(spanRow),
      /** Minutes of the opening hours in which it can still be had. */
      freeMinutes: z.number().int(),
    }),
  ),
})

/** Free places per day for one time of day. */
export const monthBoard = z.strictObject({
  month: z.string(),
  days: z.array(
    z.strictObject({
      day: calendarDay,
      holiday: z.string().nullable(),
      /** False: outside the opening hours of that day, or the centre is closed. */
      open: z.boolean(),
      total: z.number().int(),
      free: z.number().int(),
    }),
  ),
})

export const freeBoard = z.strictObject({
  day: calendarDay,
  start: wallMinute,
  end: wallMinute,
  /** Refusal code when nothing can be had for a reason of its own (`outside_hours`, `closed_then`, `day_past`). */
  closedBy: z.string().nullable(),
  resources: z.array(resourceRow),
})
