/**
 * One journal entry. Its line is canonical: written once by its author, then hashed, stored and forwarded byte for
 * byte, never serialised again. The envelope (version 1) is frozen for the life of the product; only `t`/`v` evolve.
 */
import { z } from 'zod'
import { type EventId, eventId, isEventId } from './identifier.ts'
import { type SealedPart, sealedPart } from './sealed.ts'
import { type Instant, instant } from './time.ts'

/** Longest line, in bytes. */
export const LINE_BYTES_MAX = 65_536

/** Where an entry of a down stream was first written. */
export const origin = z.strictObject({
  site: z.string().max(40),
  inc: z.string().max(64),
  s: z.number().int().positive(),
  /** Hash of the original line in its own chain, base64url. */
  h: z.base64url().max(64),
})
export type Origin = z.infer<typeof origin>

export const entrySchema = z.strictObject({
  /** Sequence number inside the stream: 1, 2, 3 … without a gap. */
  s: z.number().int().positive(),
  id: eventId,
  /** Event type, for example `tap.recorded`. Unknown types are stored and deferred, never refused. */
  t: z
    .string()
    .regex(/^[a-z]+(?:[.-][a-z]+)+$/)
    .max(64),
  v: z.number().int().positive(),
  /** When the author wrote it (UTC ms by its own clock; data, never used for order). */
  at: instant,
  /** Who did it: a staff, worker or device id, or `system`. */
  by: z.string().max(64),
  /** The person it is about, when there is one. */
  sub: z.string().max(64).optional(),
  d: z.record(z.string(), z.unknown()),
  x: sealedPart.optional(),
  o: origin.optional(),
})

export interface Entry<D = Record<string, unknown>> {
  readonly s: number
  readonly id: EventId
  readonly t: string
  readonly v: number
  readonly at: Instant
  readonly by: string
  readonly sub?: string | undefined
  readonly d: D
  readonly x?: SealedPart | undefined
  readonly o?: Origin | undefined
}

/** The canonical bytes of an entry, fields in the order of the schema. Call it once per entry, at append. */
export function encodeEntry(entry: Entry): Buffer {
  const { s, id, t, v, at, by, sub, d, x, o } = entry
  return Buffer.from(JSON.stringify({ s, id, t, v, at, by, sub, d, x, o }), 'utf8')
}

/** Parses a stored or received line; undefined when it is not an entry of envelope 1. */
export function decodeEntry(line: Uint8Array): Entry | undefined {
  if (line.length > LINE_BYTES_MAX) return undefined
  try {
    const value: unknown = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8'))
    if (isPlainEntry(value)) return value
    const parsed = entrySchema.safeParse(value)
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}

const TYPE = /^[a-z]+(?:[.-][a-z]+)+$/
const PLAIN_KEYS = new Set(['s', 'id', 't', 'v', 'at', 'by', 'sub', 'd'])

/**
 * The schema by hand, for the common entry without sealed part and origin: an upload decodes a thousand of them. It
 * only ever says yes where the schema does; whatever it does not know is left to the schema.
 */
function isPlainEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false
  for (const key of Object.keys(value)) if (!PLAIN_KEYS.has(key)) return false
  const { s, id, t, v, at, by, sub, d } = value as Record<string, unknown>
  return (
    isPositive(s) &&
    isEventId(id) &&
    typeof t === 'string' &&
    t.length <= 64 &&
    TYPE.test(t) &&
    isPositive(v) &&
    Number.isSafeInteger(at) &&
    Math.abs(at as number) <= 8.64e15 &&
    typeof by === 'string' &&
    by.length <= 64 &&
    (sub === undefined || (typeof sub === 'string' && sub.length <= 64)) &&
    typeof d === 'object' &&
    d !== null &&
    !Array.isArray(d)
  )
}

function isPositive(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) > 0
}
