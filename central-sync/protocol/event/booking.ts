/**
 * Seats, booths and rooms: what there is, when it is open, who has it. Times are wall minutes of one calendar day,
 * half-open: [start, end). A booking names a worker by id only; nothing here is sealed because nothing here is a name.
 */
import { z } from 'zod'
import { eventId, identifier } from '../identifier.ts'
import { calendarDay, instant, wallMinute } from '../time.ts'
import { defineEvent } from './definition.ts'
import { label } from './place.ts'

export const resourceKind = z.enum(['seat', 'booth', 'room', 'nursery'])
export type ResourceKind = z.infer<typeof resourceKind>

export const resourceAttributes = z.strictObject({
  monitor: z.boolean(),
  standing: z.boolean(),
  accessible: z.boolean(),
  quiet: z.boolean(),
})
export type ResourceAttributes = z.infer<typeof resourceAttributes>

const permille = z.number().int().min(0).max(1_000)

/** Where it stands on the plan of its floor, in thousandths of the plan's width and height. */
export const mapBox = z.strictObject({ x: permille, y: permille, w: permille, h: permille })
export type MapBox = z.infer<typeof mapBox>

/** [start, end) in wall minutes of one day. */
export const wallSpan = z.strictObject({ start: wallMinute, end: wallMinute }).refine(isForward, {
  error: 'the end must come after the start',
})
export type WallSpan = z.infer<typeof wallSpan>

/** What of a span is checked wherever a larger object carries it. */
export function isForward({ start, end }: { readonly start: number; readonly end: number }): boolean {
  return start < end
}

const forward = { error: 'the end must come after the start', path: ['end'] }
const spanFields = { start: wallMinute, end: wallMinute }

/** The whole sheet of a resource; the newest counts. */
export const resourceDescribed = defineEvent({
  type: 'resource.described',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    resource: identifier('resource'),
    kind: resourceKind,
    name: label,
    /** The room it stands in: a booking of one blocks the other. */
    parent: identifier('resource').optional(),
    attrs: resourceAttributes,
    /** People; 1 for a seat. */
    capacity: z.number().int().min(1).max(200),
    /** Kept free before and after each booking, minutes. */
    bufferMin: z.number().int().min(0).max(240),
    checkInRequired: z.boolean(),
    /** How long after the start a seat waits for its worker, minutes. */
    graceMin: z.number().int().min(0).max(240),
    open: z.boolean(),
    map: mapBox,
    floor: label,
  }),
})

/** Opening hours from a day on. Monday first; null = closed on that weekday. */
export const hoursSet = defineEvent({
  type: 'hours.set',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    weekdays: z.array(wallSpan.nullable()).length(7),
    /** Open on national holidays (as on that weekday). */
    holidays: z.boolean(),
    from: calendarDay,
  }),
})

export const closureReason = z.enum(['maintenance', 'event', 'weather', 'staff', 'other'])
export type ClosureReason = z.infer<typeof closureReason>

/** Closed on each of the days from `fromDay` to `toDay` (both included) between `start` and `end`. */
export const closureMade = defineEvent({
  type: 'closure.made',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      closure: identifier('closure'),
      target: z.union([z.literal('centre'), identifier('resource')]),
      fromDay: calendarDay,
      toDay: calendarDay,
      ...spanFields,
      reason: closureReason,
      /** Shown to workers: never a name. */
      note: z.string().trim().max(200),
    })
    .refine(isForward, forward)
    .refine(({ fromDay, toDay }) => fromDay <= toDay, { error: 'the days are not in order', path: ['toDay'] }),
})

export const closureLifted = defineEvent({
  type: 'closure.lifted',
  version: 1,
  author: 'centre',
  data: z.strictObject({ closure: identifier('closure') }),
})

export const bookingSource = z.enum(['kiosk', 'web', 'staff', 'offer', 'walk_in'])
export type BookingSource = z.infer<typeof bookingSource>

/** held, confirmed and in occupy the resource; the others do not. */
export const bookingState = z.enum(['held', 'confirmed', 'in', 'done', 'cancelled', 'no_show', 'released', 'expired'])
export type BookingState = z.infer<typeof bookingState>

/** A resource is taken by a worker for one span of one day. `held` is an offer that waits for a yes until `expires`. */
export const bookingMade = defineEvent({
  type: 'booking.made',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      booking: identifier('booking'),
      /** One press of one button: the same request again makes nothing new. */
      request: identifier('request'),
      resource: identifier('resource'),
      worker: identifier('worker'),
      day: calendarDay,
      ...spanFields,
      state: z.enum(['confirmed', 'held']),
      source: bookingSource,
      series: identifier('series').optional(),
      /** Of a held one, UTC ms. */
      expires: instant.optional(),
      /** The childcare place that was asked for together with it. */
      care: identifier('booking').optional(),
    })
    .refine(isForward, forward),
})

/** The same booking at another place or time; also how it is made shorter. */
export const bookingMoved = defineEvent({
  type: 'booking.moved',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      booking: identifier('booking'),
      resource: identifier('resource'),
      day: calendarDay,
      ...spanFields,
    })
    .refine(isForward, forward),
})

export const settledState = bookingState.exclude(['held'])
export const settledWhy = z.enum([
  'worker',
  'staff',
  'range',
  'offer_accepted',
  'offer_expired',
  'no_check_in',
  'check_in',
  'late_tap',
  'checked_out',
  'care_lost',
  'seat_lost',
  'closure',
])
export type SettledWhy = z.infer<typeof settledWhy>

/** A booking goes on to its next state. Nothing is deleted: a no-show stays on record as one. */
export const bookingSettled = defineEvent({
  type: 'booking.settled',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    booking: identifier('booking'),
    state: settledState,
    why: settledWhy,
    /** The tap that checked in or out. */
    tap: eventId.optional(),
  }),
})

export const onConflict = z.enum(['abort', 'skip'])
export type OnConflict = z.infer<typeof onConflict>

/** A repeated booking as it was asked for; each day that could be had is a `booking.made` of its own. */
export const seriesMade = defineEvent({
  type: 'series.made',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      series: identifier('series'),
      worker: identifier('worker'),
      resource: identifier('resource'),
      /** RRULE of RFC 5545 within the subset of `rules/expand-series.ts`, without DTSTART. */
      rule: z.string().min(1).max(200),
      from: calendarDay,
      until: calendarDay,
      ...spanFields,
      onConflict,
      /** Days of the rule that were not booked, and why (a refusal code). */
      skipped: z.array(z.strictObject({ day: calendarDay, code: z.string().max(60) })).max(400),
    })
    .refine(isForward, forward),
})

/** Somebody waits for a place of a kind, of one resource, or for the childcare place of a child, or for both. */
export const waitingJoined = defineEvent({
  type: 'waiting.joined',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      waiting: identifier('waiting'),
      request: identifier('request'),
      worker: identifier('worker'),
      day: calendarDay,
      ...spanFields,
      /** A kind or one resource; absent when only a childcare place is wanted. */
      want: z.union([z.enum(['seat', 'booth', 'room']), identifier('resource')]).optional(),
      child: identifier('child').optional(),
      /** Higher is served first; equal ones in the order in which they came. */
      priority: z.number().int().min(0).max(9),
    })
    .refine(isForward, forward)
    .refine(({ want, child }) => want !== undefined || child !== undefined, { error: 'nothing is wanted' }),
})

/** What is held for it until `expires`; the holds are `booking.made` and `care.booked` of their own. */
export const waitingOffered = defineEvent({
  type: 'waiting.offered',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    waiting: identifier('waiting'),
    booking: identifier('booking').optional(),
    care: identifier('booking').optional(),
    expires: instant,
  }),
})

export const waitingOutcome = z.enum(['accepted', 'expired', 'withdrawn', 'passed'])
export type WaitingOutcome = z.infer<typeof waitingOutcome>

/** `passed`: the wanted time began before anything became free. */
export const waitingClosed = defineEvent({
  type: 'waiting.closed',
  version: 1,
  author: 'centre',
  data: z.strictObject({ waiting: identifier('waiting'), outcome: waitingOutcome }),
})

/** A wish that had to be refused because there was no room: what a town must know to build the next one. */
export const demandDeclined = defineEvent({
  type: 'demand.declined',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      demand: identifier('demand'),
      what: z.enum(['seat', 'booth', 'room', 'childcare', 'pair']),
      day: calendarDay,
      ...spanFields,
      /** Refusal code. */
      why: z.string().max(60),
      source: bookingSource,
      worker: identifier('worker').optional(),
    })
    .refine(isForward, forward),
})

/** The secret address of a worker's calendar feed, as a digest; a new one ends the old. Empty = none. */
export const calendarIssued = defineEvent({
  type: 'calendar.issued',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    worker: identifier('worker'),
    /** SHA-256 of the secret, base64url. */
    digest: z.union([z.base64url().length(43), z.literal('')]),
  }),
})

/** How much one person may take; the newest counts. Bookings that stand are not touched by it. */
export const bookingTermsSet = defineEvent({
  type: 'booking.terms-set',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    /** Longest single booking. */
    durationMaxMin: z.number().int().min(15).max(1_440),
    /** How many days ahead a booking may lie. */
    horizonDays: z.number().int().min(1).max(400),
    /** How long before its start it must be asked for; 0 = also while the time is running. */
    noticeMin: z.number().int().min(0).max(10_080),
    /** Bookings of one worker that lie ahead; 0 = any number. */
    upcomingMax: z.number().int().min(0).max(500),
    /** Bookings of one worker on one day; 0 = any number. */
    sameDayMax: z.number().int().min(0).max(20),
  }),
})

/** The newest counts. Offers that are out keep the time they were given. */
export const waitsSet = defineEvent({
  type: 'waits.set',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    /** How long a place is held for who was offered it, by day, minutes. */
    offerMin: z.number().int().min(10).max(1_440),
    /** How long a childcare place waits for its child after the start, minutes. */
    careGraceMin: z.number().int().min(5).max(240),
  }),
})
