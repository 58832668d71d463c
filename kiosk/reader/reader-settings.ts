/** What a person may set about a reader. Parsed once at the door; a contradiction stops the start by name. */
import { z } from 'zod'
import { wedgeProfile } from './wedge-profile.ts'

const id = z.string().regex(/^[A-Za-z0-9_-]{1,40}$/)
const facing = z.enum(['in', 'out']).optional()
const hidId = z.number().int().min(0).max(0xffff)

/** A USB reader by vendor and product; serial and interface tell two of a kind apart. */
export const hidMatch = z.strictObject({
  vendorId: hidId,
  productId: hidId,
  serial: z.string().max(100).optional(),
  usagePage: hidId.optional(),
  interface: z.number().int().min(0).max(255).optional(),
})
export type HidMatch = z.infer<typeof hidMatch>

/** Where the number stands in one input report; `lengthByte` = the offset of a byte that tells its length. */
export const reportLayout = z.strictObject({
  offset: z.number().int().min(0).max(63),
  length: z.number().int().min(1).max(10).optional(),
  lengthByte: z.number().int().min(0).max(63).optional(),
  reverse: z.boolean().default(false),
})
export type ReportLayout = z.infer<typeof reportLayout>

export const rawProtocol = z.discriminatedUnion('by', [
  z
    .strictObject({ by: z.literal('input-report'), layout: reportLayout })
    .refine(({ layout }) => (layout.length === undefined) !== (layout.lengthByte === undefined), {
      error: 'give either length or lengthByte',
    }),
  z.strictObject({ by: z.literal('pcprox'), everyMs: z.number().int().min(50).max(2_000).default(200) }),
])
export type RawProtocol = z.infer<typeof rawProtocol>

export const readerSettings = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('pcsc'),
    id: id.default('pcsc'),
    facing,
    /** Regular expression on the product part of the reader's name; the port part changes with the socket. */
    match: z.string().max(200).default('.*'),
    /** pcscd = our own client of its socket (Linux); system = the operating system's PC/SC. Absent = by platform. */
    backend: z.enum(['pcscd', 'system']).optional(),
    /** Socket of pcscd; absent = `pcscSocket` of the surroundings, else /run/pcscd/pcscd.comm. */
    socket: z.string().max(200).optional(),
  }),
  z.strictObject({
    kind: z.literal('hid-wedge'),
    id: id.default('hid'),
    facing,
    /** `known` = the first reader of `KNOWN_WEDGES` that is plugged in. Never "any keyboard". */
    device: z.union([hidMatch, z.literal('known')]).default('known'),
    profile: wedgeProfile.prefault({}),
    /** The device puts a report id before the eight bytes of a boot keyboard report. */
    reportId: z.number().int().min(1).max(255).optional(),
  }),
  z.strictObject({
    kind: z.literal('hid-raw'),
    id: id.default('hid'),
    facing,
    device: hidMatch,
    protocol: rawProtocol,
  }),
  z.strictObject({
    kind: z.literal('page-wedge'),
    id: id.default('wedge'),
    facing,
    profile: wedgeProfile.prefault({}),
  }),
  z.strictObject({ kind: z.literal('lines'), id: id.default('lines'), facing }),
  z.strictObject({
    kind: z.literal('simulated'),
    id: id.default('simulated'),
    facing,
    /** Every touch stays flagged as simulated; even so it is refused in production unless this is said. */
    allowInProduction: z.boolean().default(false),
  }),
])
export type ReaderSettings = z.infer<typeof readerSettings>
export type SettingsOf<Kind extends ReaderSettings['kind']> = Extract<ReaderSettings, { kind: Kind }>

/**
 * Readers that type as a keyboard and are named by their makers as card readers. `hid` alone takes the first one plugged
 * in. Every other reader is named by VID:PID: opening just any keyboard would make the kiosk a key-logger.
 */
export const KNOWN_WEDGES: readonly HidMatch[] = [
  { vendorId: 0x0c27, productId: 0x3bfa }, // rf IDEAS pcProx
  { vendorId: 0x0c27, productId: 0x3bfb }, // rf IDEAS pcProx Plus
  { vendorId: 0xffff, productId: 0x0035 }, // Sycreader 125 kHz and 13.56 MHz
  { vendorId: 0x08ff, productId: 0x0009 }, // generic 125 kHz "RFID reader"
]
