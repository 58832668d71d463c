/**
 * How one wedge reader writes a card number. The same card gives different text on two readers, so each reader has a
 * profile; the set-up check finds it by touching one card on a known reader and on the new one.
 */
import { z } from 'zod'

export const wedgeFormat = z.enum(['hex', 'hex-reversed', 'decimal', 'decimal-reversed', 'em4100-comma', 'wiegand26'])
export type WedgeFormat = z.infer<typeof wedgeFormat>

/** Letters and digits only: punctuation differs between JIS and US keyboards, and the US ` key switches the IME on JIS. */
const affix = z
  .string()
  .max(8)
  .regex(/^[0-9A-Za-z]*$/, {
    error:
      'only letters and digits: other characters differ between JIS and US keyboards; program the reader without them',
  })

export const wedgeProfile = z
  .strictObject({
    format: wedgeFormat.default('hex'),
    /** Bytes of the number; needed where leading zeros may be dropped or a decimal is meant. Absent = from the digits. */
    bytes: z.union([z.literal(4), z.literal(5), z.literal(7), z.literal(8), z.literal(10)]).optional(),
    prefix: affix.default(''),
    suffix: affix.default(''),
    /** The number may come without its leading zeros; needs `bytes`. */
    zerosDropped: z.boolean().default(false),
  })
  .refine(
    ({ format, bytes, zerosDropped }) =>
      !zerosDropped || bytes !== undefined || format === 'em4100-comma' || format === 'wiegand26',
    { error: 'zerosDropped needs bytes' },
  )
export type WedgeProfile = z.infer<typeof wedgeProfile>

export const defaultWedgeProfile: WedgeProfile = wedgeProfile.parse({})
