/**
 * The kiosk of a childcare room: what it reports, and the list it works with when the appliance is away. Whatever says
 * something about a child or names a person is sealed between this kiosk and its appliance: the same bytes lie on the
 * kiosk's disk, go over the line and are sent again; neither a copied disk nor a listener on a plain LAN reads them.
 */
import { z } from 'zod'
import { clockQuality } from '../event/attendance.ts'
import { secondFactor } from '../event/childcare.ts'
import { cardDigest } from '../event/person.ts'
import { type DeviceId, type EventId, eventId, identifier, type KeyId } from '../identifier.ts'
import { open, type SealedContext, seal } from '../sealed.ts'
import { agreeKey, type KeyPair } from '../signing-key.ts'
import { calendarDay, instant, wallMinute } from '../time.ts'

/** Ciphertext of one part of the list: it fits into a frame with room to spare. */
const PART_CHARACTERS_MAX = 48_000
/** Plain JSON of one part of the list, bytes. */
export const CARE_PART_BYTES_MAX = 24_000
export const CARE_PARTS_MAX = 40

const sealed = (characters: number) => z.strictObject({ n: z.base64url().length(16), c: z.base64url().max(characters) })
export type CareSealed = z.infer<ReturnType<typeof sealed>>

/** The purpose of a kiosk, chosen by staff: the entrance, or the door of a childcare room. */
export const kioskPurpose = z.enum(['entrance', 'childcare'])
export type KioskPurpose = z.infer<typeof kioskPurpose>

// ── records, device → server

/** What every record of the room says. `at` = wall clock of the kiosk corrected by its measured offset. */
const fact = {
  id: eventId,
  child: identifier('child'),
  at: instant,
  clock: clockQuality,
  /** False when the appliance was out of reach. */
  online: z.boolean(),
  /** Age of the list it was decided with, ms. */
  listAge: z.number().int().min(0),
  x: sealed(4_096),
}

const unwellWhy = z.enum(['fever', 'symptom'])
const refusedWhy = z.enum(['blocked', 'unknown', 'no_contact', 'not_today', 'code_wrong'])

export const careRecord = z.discriminatedUnion('t', [
  z.strictObject({
    t: z.literal('care-arrived'),
    ...fact,
    stay: identifier('stay'),
    care: identifier('booking').optional(),
    /** The parent, when her card or PIN said so. */
    worker: identifier('worker').optional(),
    identified: z.enum(['card', 'pin', 'unverified']),
  }),
  z.strictObject({
    t: z.literal('care-turned-away'),
    ...fact,
    care: identifier('booking').optional(),
    /** In clear in records of the first kiosks only; sealed since. */
    why: unwellWhy.optional(),
  }),
  z.strictObject({
    t: z.literal('care-handed-over'),
    ...fact,
    stay: identifier('stay'),
    to: z.strictObject({ kind: z.enum(['guardian', 'pickup', 'override']), id: identifier('pickup').optional() }),
    secondFactor,
    /** Who stood there with a staff card: one, or two for an override and off line without code and card. */
    staff: z.array(identifier('staff')).min(1).max(2),
    /** What the appliance gave for each card and PIN it checked; none of those it could not check. */
    passes: z.array(z.base64url().max(40)).max(2),
  }),
  z.strictObject({
    t: z.literal('care-refused'),
    ...fact,
    stay: identifier('stay'),
    /** As above. */
    why: refusedWhy.optional(),
  }),
])
export type CareRecord = z.infer<typeof careRecord>
export type CareRecordOf<T extends CareRecord['t']> = Extract<CareRecord, { t: T }>

const text = (max: number) => z.string().trim().max(max)
const health = { temperatureX10: z.number().int().min(300).max(450), symptoms: z.array(text(40)).max(12) }

/** What is sealed in each record. */
export const careSecrets = {
  'care-arrived': z.strictObject({
    ...health,
    broughtBy: text(200),
    contactPhone: text(40),
    /** Of the slip. */
    code: text(12),
  }),
  'care-turned-away': z.strictObject({ ...health, why: unwellWhy.optional() }),
  'care-handed-over': z.strictObject({ name: text(200), reason: text(500) }),
  'care-refused': z.strictObject({
    why: refusedWhy.optional(),
    /** Who stood there, as far as the kiosk knows: a ban that had not reached it is found by this at the centre. */
    worker: identifier('worker').optional(),
    name: text(200).optional(),
  }),
} as const
export type CareSecret<T extends CareRecord['t']> = z.infer<(typeof careSecrets)[T]>

// ── the list, server → device

/** Somebody who may fetch the child. */
export const careFetcher = z.strictObject({
  kind: z.enum(['guardian', 'pickup']),
  id: identifier('pickup'),
  name: text(100),
  relation: text(60),
  /** Then the card proves who stands there. */
  worker: identifier('worker').optional(),
  /** Only on this day. */
  day: calendarDay.optional(),
})
export type CareFetcher = z.infer<typeof careFetcher>

/** One child of these days: expected, here, or fetched. Nothing about health is in it. */
export const careChild = z.strictObject({
  child: identifier('child'),
  callName: text(40),
  booked: z
    .array(z.strictObject({ care: identifier('booking'), day: calendarDay, start: wallMinute, end: wallMinute }))
    .max(24),
  stay: z.strictObject({ stay: identifier('stay'), at: instant, code: text(12) }).optional(),
  /** Was here on the list's day and was fetched. */
  fetched: z.boolean(),
  /** Parents whose card may bring her. */
  bring: z.array(z.strictObject({ worker: identifier('worker'), name: text(100) })).max(8),
  /** Phone of the first guardian, offered as "where we reach you today". */
  phone: text(40),
  fetch: z.array(careFetcher).max(24),
  /** Who must not get her: by the card, or by a name typed for an override. Shown to nobody. */
  away: z
    .array(
      z.strictObject({
        worker: identifier('worker').optional(),
        name: text(200),
        kana: text(200),
        why: z.enum(['blocked', 'no_contact']),
      }),
    )
    .max(24),
})
export type CareChild = z.infer<typeof careChild>

/** A member of staff whose card counts as the second factor. No PIN verifier leaves the appliance. */
export const careStaff = z.strictObject({
  staff: identifier('staff'),
  name: text(100),
  /** Hands children over; the others may stand beside as the second. */
  carer: z.boolean(),
  digests: z.array(cardDigest).max(8),
})
export type CareStaff = z.infer<typeof careStaff>

export const careRoom = z.strictObject({
  room: identifier('resource'),
  name: text(100),
  /** Refused at this temperature and above, °C × 10. */
  feverX10: z.number().int().min(350).max(420),
  /** When the room closes; a day without a line is closed. */
  closes: z.array(z.strictObject({ day: calendarDay, minute: wallMinute })).max(7),
})
export type CareRoom = z.infer<typeof careRoom>

/** Plain content of one part of the list: the day it was made and the two days after, in case the line stays down. */
export const carePart = z.strictObject({
  day: calendarDay,
  room: careRoom,
  children: z.array(careChild).max(200),
  staff: z.array(careStaff).max(100),
})
export type CarePart = z.infer<typeof carePart>

export const careListFrame = z.strictObject({
  t: z.literal('care-list'),
  /** Digest of the content. */
  rev: z.string().max(64),
  /** When it was true. */
  at: instant,
  /** Highest record of this device that it already contains. */
  have: z.number().int().min(0),
  part: z.number().int().min(1).max(CARE_PARTS_MAX),
  parts: z.number().int().min(1).max(CARE_PARTS_MAX),
  /** Absent: still as in `rev`. */
  x: sealed(PART_CHARACTERS_MAX).optional(),
})
export type CareListFrame = z.infer<typeof careListFrame>

/** Asks for the list unless it still is `rev`. */
export const careListAsk = z.strictObject({ t: z.literal('care-list'), rev: z.string().max(64) })

export const purposeFrame = z.strictObject({ t: z.literal('purpose'), purpose: kioskPurpose })

// ── staff card and PIN

/** Sealed part of `staffCheckAsk`. */
export const staffProof = z.strictObject({ digests: z.array(cardDigest).min(1).max(2), pin: z.string().max(32) })
export type StaffProof = z.infer<typeof staffProof>

/** Never spooled. */
export const staffCheckAsk = z.strictObject({ t: z.literal('staff-check'), ask: z.string().max(40), x: sealed(2_048) })

export const staffCheckAnswer = z.strictObject({
  t: z.literal('staff-check'),
  ask: z.string().max(40),
  ok: z.boolean(),
  code: z.string().max(40).optional(),
  staff: identifier('staff').optional(),
  /** Named in the record that follows, once. */
  pass: z.base64url().max(40).optional(),
})

// ── sealing

/** The key between one kiosk and its appliance, the same on both sides. 32 bytes. */
export function careKey(own: KeyPair, peerBoxKey: string, device: DeviceId): Buffer {
  return agreeKey(own, peerBoxKey, Buffer.from(device), 'kado care v1')
}

/** What binds a sealed part to its place: the record or frame it belongs to. */
export interface CareContext {
  readonly id: string
  readonly type: string
  readonly subject: string
}

export function recordContext({ t, id, child }: { t: CareRecord['t']; id: EventId; child: string }): CareContext {
  return { id, type: t, subject: child }
}

export function listContext(device: DeviceId, { rev, part }: { rev: string; part: number }): CareContext {
  return { id: `${rev}.${part}`, type: 'care-list', subject: device }
}

export function proofContext(device: DeviceId, ask: string): CareContext {
  return { id: ask, type: 'staff-check', subject: device }
}

export function sealCare(
  plain: unknown,
  key: Uint8Array,
  context: CareContext,
  nonce?: Buffer<ArrayBuffer>,
): CareSealed {
  const { n, c } = seal(plain, { id: NO_KEY_ID, key }, whole(context), nonce)
  return { n, c }
}

/** The plain value; undefined when it was sealed elsewhere, for something else, or was changed. */
export function openCare(part: CareSealed, key: Uint8Array, context: CareContext): unknown {
  return open({ ...part, k: NO_KEY_ID }, key, whole(context))
}

/** The key is agreed, not stored: it has no name. */
const NO_KEY_ID = `x_${'0'.repeat(20)}` as KeyId

function whole(context: CareContext): SealedContext {
  return { ...context, version: 1 }
}
