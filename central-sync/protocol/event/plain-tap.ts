/**
 * The schema of `tap.recorded` by hand, for the common tap: nearly all that is ever read is taps, and a hub reads a
 * thousand in one batch. It only ever says yes where the schema does; whatever it does not know is left to the schema.
 */
import { isEventId, isIdentifier } from '../identifier.ts'

const WORDS = {
  identified: new Set<unknown>(['card', 'pin', 'unverified', 'staff', 'import']),
  clock: new Set<unknown>(['synced', 'imported', 'extrapolated', 'unsynced', 'absurd']),
  claim: new Set<unknown>(['in', 'out']),
  claimBy: new Set<unknown>(['auto', 'worker', 'staff', 'import']),
  known: new Set<unknown>(['known', 'unknown_card', 'revoked_card']),
}
const DIGEST = /^[A-Za-z0-9_-]{43}$/
const PLACE_MAX = 60
const INSTANT_MAX = 8.64e15

/** One check per field: an unknown field has none. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  id: isEventId,
  digests: (value) => Array.isArray(value) && value.length <= 2 && value.every(isDigest),
  worker: (value) => isIdentifier('worker', value),
  identified: (value) => WORDS.identified.has(value),
  place: (value) => typeof value === 'string' && value.length <= PLACE_MAX,
  wall: isInstant,
  mono: (value) => typeof value === 'number' && value >= 0 && Number.isFinite(value),
  offset: Number.isSafeInteger,
  offsetAge: (value) => value === null || (Number.isSafeInteger(value) && (value as number) >= 0),
  clock: (value) => WORDS.clock.has(value),
  claim: (value) => WORDS.claim.has(value),
  claimBy: (value) => WORDS.claimBy.has(value),
  online: isBoolean,
  rosterStale: isBoolean,
  simulated: isBoolean,
  site: (value) => isIdentifier('site', value),
  device: (value) => isIdentifier('device', value),
  time: isInstant,
  card: (value) => isIdentifier('card', value),
  chosen: isBoolean,
  known: (value) => WORDS.known.has(value),
}
const OPTIONAL = new Set(['worker', 'simulated', 'card', 'chosen'])
/** What the centre adds to what the device says. */
const OF_CENTRE = new Set(['site', 'device', 'time', 'card', 'chosen', 'known'])

type Checks = ReadonlyMap<string, (value: unknown) => boolean>
const TAP: Checks = new Map(Object.entries(FIELDS))
const EVIDENCE: Checks = new Map(Object.entries(FIELDS).filter(([name]) => !OF_CENTRE.has(name)))
const TAP_REQUIRED = required(TAP)
const EVIDENCE_REQUIRED = required(EVIDENCE)

/** True for data that the schema of `tap.recorded` version 1 takes as they are. */
export function isPlainTap(data: unknown): boolean {
  return isPlain(data, TAP, TAP_REQUIRED)
}

/** True for what the schema of a device's tap takes as it is. */
export function isPlainEvidence(data: unknown): boolean {
  return isPlain(data, EVIDENCE, EVIDENCE_REQUIRED)
}

function isPlain(data: unknown, checks: Checks, wanted: number): boolean {
  if (typeof data !== 'object' || data === null) return false
  let found = 0
  for (const name of Object.keys(data)) {
    if (checks.get(name)?.((data as Record<string, unknown>)[name]) !== true) return false
    if (!OPTIONAL.has(name)) found += 1
  }
  return found === wanted
}

function required(checks: Checks): number {
  return [...checks.keys()].filter((name) => !OPTIONAL.has(name)).length
}

function isDigest(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false
  const { k, h } = value as Record<string, unknown>
  return Number.isSafeInteger(k) && (k as number) >= 0 && typeof h === 'string' && DIGEST.test(h)
}

function isInstant(value: unknown): boolean {
  return Number.isSafeInteger(value) && Math.abs(value as number) <= INSTANT_MAX
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean'
}
