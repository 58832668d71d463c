/** Evidence (tap, redirect, void) and human decisions (corrections, confirmations). Never sessions: those are a fold. */
import { z } from 'zod'
import { eventId, identifier } from '../identifier.ts'
import { businessDay, instant } from '../time.ts'
import { defineEvent } from './definition.ts'
import { cardDigest } from './person.ts'
import { isPlainTap } from './plain-tap.ts'

export const direction = z.enum(['in', 'out'])
export type Direction = z.infer<typeof direction>

/**
 * Clock quality, from best to worst; a tap carries the worse of kiosk and appliance. `imported` is valid for pay.
 * synced: offset ≤ 2 h old · extrapolated: older · unsynced: never since the clock was lost · absurd: before the build
 * date or more than 5 minutes after the appliance's now at receipt.
 */
export const clockQuality = z.enum(['synced', 'imported', 'extrapolated', 'unsynced', 'absurd'])
export type ClockQuality = z.infer<typeof clockQuality>

/** Who decided the direction. */
export const claimedBy = z.enum(['auto', 'worker', 'staff', 'import'])

/** How the person was identified. */
export const identifiedBy = z.enum(['card', 'pin', 'unverified', 'staff', 'import'])

/** What a device says about one touch. Its id is `<device>.<boot>.<seq>`; `time` = wall + offset. */
export const tapEvidence = z.strictObject({
  id: eventId,
  /** At most two: under the old and the new card key. Empty for a tap without a card. */
  digests: z.array(cardDigest).max(2),
  /** Known only for a tap without a card. */
  worker: identifier('worker').optional(),
  identified: identifiedBy,
  place: z.string().max(60),
  /** Wall clock of the device, UTC ms. */
  wall: instant,
  /** Monotonic ms since the device's process start. */
  mono: z.number().min(0),
  /** server − local, ms, as last measured; 0 when never. */
  offset: z.number().int(),
  /** Age of that measurement in ms; null when never measured. */
  offsetAge: z.number().int().min(0).nullable(),
  clock: clockQuality,
  claim: direction,
  claimBy: claimedBy,
  /** False when the appliance was unreachable at the touch: marked for ever. */
  online: z.boolean(),
  /** The roster the proposal was made from was older than 24 h. */
  rosterStale: z.boolean(),
  /** Set by simulated readers. */
  simulated: z.boolean().optional(),
})
export type TapEvidence = z.infer<typeof tapEvidence>

/** The appliance accepted a device's tap as evidence. Event id = the tap's own id. */
export const tapRecorded = defineEvent({
  type: 'tap.recorded',
  version: 1,
  author: 'centre',
  fits: isPlainTap,
  data: tapEvidence.extend({
    site: identifier('site'),
    device: identifier('device'),
    /** The instant that counts: wall + offset. */
    time: instant,
    /** The card's worker as the centre knew it; absent for an unknown card. */
    worker: identifier('worker').optional(),
    card: identifier('card').optional(),
    /** Exempt from debounce: chosen by a person (an imported explicit direction that differs from the last claim). */
    chosen: z.boolean().optional(),
    known: z.enum(['known', 'unknown_card', 'revoked_card']),
  }),
})

/** The worker pressed "wrong direction" within 10 s; the last one wins. */
export const tapRedirected = defineEvent({
  type: 'tap.redirected',
  version: 1,
  author: 'centre',
  data: z.strictObject({ target: eventId, claim: direction, worker: identifier('worker').optional() }),
})

/** The worker pressed "undo" within 30 s. */
export const tapVoided = defineEvent({
  type: 'tap.voided',
  version: 1,
  author: 'centre',
  data: z.strictObject({ target: eventId, worker: identifier('worker').optional() }),
})

/** An unknown card was later attached to a person: earlier taps re-fold as proposed, never as paid. */
export const tapAttributed = defineEvent({
  type: 'tap.attributed',
  version: 1,
  author: 'centre',
  data: z.strictObject({ target: eventId, worker: identifier('worker'), card: identifier('card') }),
})

/** One interval a person asks for or granted. */
export const interval = z.strictObject({ start: instant, end: instant, place: z.string().max(60) })
export type Interval = z.infer<typeof interval>

export const correctionReason = z.enum([
  'forgot_in',
  'forgot_out',
  'wrong_direction',
  'wrong_place',
  'device_trouble',
  'other',
])

/** Asked by the worker (or staff for her); holds the version of the day it was made from and goes stale with it. */
export const correctionRequested = defineEvent({
  type: 'correction.requested',
  version: 1,
  author: 'either',
  data: z.strictObject({
    correction: identifier('correction'),
    worker: identifier('worker'),
    day: businessDay,
    /** Version of the day's fold (hash) at request. */
    base: z.string().max(64),
    /** The session edges it is about (event ids). */
    taps: z.array(eventId).max(20),
    /** The intervals that shall count instead of the sessions of those taps. */
    wanted: z.array(interval).max(10),
    reason: correctionReason,
  }),
  personal: z.strictObject({ note: z.string().max(500) }),
})

/** A person other than the subject decides. An approval is a Decision in the fold; a revert restores what was before. */
export const correctionDecided = defineEvent({
  type: 'correction.decided',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    correction: identifier('correction'),
    worker: identifier('worker'),
    day: businessDay,
    outcome: z.enum(['approved', 'rejected', 'withdrawn', 'stale', 'reverted']),
    /** Taps whose sessions are replaced; copied from the request. */
    taps: z.array(eventId).max(20),
    granted: z.array(interval).max(10),
  }),
  personal: z.strictObject({ note: z.string().max(500) }),
})

/** A person vouches for a flagged session as it stands, naming the edges she saw; void if either edge changes. */
export const sessionConfirmed = defineEvent({
  type: 'session.confirmed',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    worker: identifier('worker'),
    day: businessDay,
    start: eventId,
    end: eventId,
    startedAt: instant,
    endedAt: instant,
  }),
})

/** After roll-over: everything these devices saw up to `seq` is in the journal. Gates the payroll close. */
export const attendanceWatermark = defineEvent({
  type: 'attendance.watermark',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    site: identifier('site'),
    day: businessDay,
    /** Per device on duty the highest seq it declared complete for that day, or null when it was not heard from. */
    devices: z.record(z.string(), z.number().int().min(0).nullable()),
  }),
})
