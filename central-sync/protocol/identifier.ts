/**
 * Identifiers. A random id is `<kind>_<20 characters of lower-case Crockford base32>` (100 random bits); it is minted
 * at first write and never changes. Codes that people read (worker code, centre code) are attributes, never keys.
 */
import { randomBytes, randomFillSync } from 'node:crypto'
import { ulid } from 'ulid'
import { z } from 'zod'

const KINDS = {
  site: 's',
  worker: 'w',
  device: 'd',
  card: 'c',
  client: 'k',
  order: 'o',
  package: 'p',
  rate: 'r',
  assignment: 'a',
  staff: 'f',
  correction: 'q',
  key: 'x',
  resource: 'e',
  booking: 'b',
  series: 'n',
  closure: 'l',
  waiting: 't',
  child: 'i',
  pickup: 'u',
  policy: 'y',
  shift: 'h',
  stay: 'v',
  request: 'j',
  demand: 'm',
} as const

export type IdentifierKind = keyof typeof KINDS
export type Identifier<K extends IdentifierKind> = string & { readonly kind: K }

export type SiteId = Identifier<'site'>
export type WorkerId = Identifier<'worker'>
export type DeviceId = Identifier<'device'>
export type CardId = Identifier<'card'>
export type ClientId = Identifier<'client'>
export type OrderId = Identifier<'order'>
export type PackageId = Identifier<'package'>
export type RateId = Identifier<'rate'>
export type AssignmentId = Identifier<'assignment'>
export type StaffId = Identifier<'staff'>
export type CorrectionId = Identifier<'correction'>
export type KeyId = Identifier<'key'>
export type ResourceId = Identifier<'resource'>
/** Of a seat or of a childcare place: both are bookings. */
export type BookingId = Identifier<'booking'>
export type SeriesId = Identifier<'series'>
export type ClosureId = Identifier<'closure'>
export type WaitingId = Identifier<'waiting'>
export type ChildId = Identifier<'child'>
/** Of a guardian, of a permission to fetch and of a ban: whoever may or may not stand at the door. */
export type PickupId = Identifier<'pickup'>
export type PolicyId = Identifier<'policy'>
export type ShiftId = Identifier<'shift'>
export type StayId = Identifier<'stay'>
export type RequestId = Identifier<'request'>
export type DemandId = Identifier<'demand'>

/** `<device>.<boot>.<seq>` for a device fact, a ULID for everything else. Unique across the network, kept for ever. */
export type EventId = string & { readonly kind: 'event' }

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const BODY = `[${ALPHABET}]{20}`
const EVENT_ID = new RegExp(`^(?:[0-9A-HJKMNP-TV-Z]{26}|d_${BODY}\\.[1-9][0-9]{0,8}\\.[1-9][0-9]{0,11})$`)

/** A new random identifier. `random` must return 20 bytes; tests and the simulation inject a seeded source. */
export function newIdentifier<K extends IdentifierKind>(
  kind: K,
  random: (bytes: number) => Uint8Array = randomBytes,
): Identifier<K> {
  let body = ''
  for (const byte of random(20)) body += ALPHABET[byte & 31]
  return `${KINDS[kind]}_${body}` as Identifier<K>
}

/** zod schema of one kind of identifier. */
export function identifier<K extends IdentifierKind>(kind: K) {
  return z
    .custom<Identifier<K>>((value) => isIdentifier(kind, value), { error: `not a ${kind} identifier` })
    .meta({ type: 'string', pattern: `^${KINDS[kind]}_${BODY}$` })
}

const PATTERNS = Object.fromEntries(
  Object.entries(KINDS).map(([kind, letter]) => [kind, new RegExp(`^${letter}_${BODY}$`)]),
) as Record<IdentifierKind, RegExp>

export function isIdentifier<K extends IdentifierKind>(kind: K, value: unknown): value is Identifier<K> {
  return typeof value === 'string' && PATTERNS[kind].test(value)
}

export const eventId = z
  .custom<EventId>(isEventId, { error: 'not an event id' })
  .meta({ type: 'string', pattern: EVENT_ID.source })

export function isEventId(value: unknown): value is EventId {
  return typeof value === 'string' && EVENT_ID.test(value)
}

/** Event id of a fact captured by a device: its own counter, so a resend carries the same id. */
export function deviceEventId(device: DeviceId, boot: number, seq: number): EventId {
  return `${device}.${boot}.${seq}` as EventId
}

/** Splits a device event id; undefined for a ULID. */
export function parseDeviceEventId(id: EventId): { device: DeviceId; boot: number; seq: number } | undefined {
  const parts = id.split('.')
  if (parts.length !== 3) return undefined
  return { device: parts[0] as DeviceId, boot: Number(parts[1]), seq: Number(parts[2]) }
}

/** A new ULID for a fact authored by a server at `now` (UTC ms). */
export function newEventId(now: number): EventId {
  return ulid(now, randomFraction) as EventId
}

const pool = Buffer.alloc(4_096)
let used = pool.length

/** 0 ≤ x < 1 in 256 steps, enough for one of 32 letters. One call of the system serves 256 ids. */
function randomFraction(): number {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const byte = pool[used] ?? 0
  used += 1
  return byte / 256
}
