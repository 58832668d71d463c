/** The settings of a centre, validated once. Flags, environment and file are brought together by whoever starts it. */
import { z } from 'zod'
import { centreCode, label } from '../central-sync/protocol/event/place.ts'

export const applianceSettings = z
  .strictObject({
    /** Code and name an empty folder begins with. */
    center: centreCode.default('local'),
    centerName: label.default('テレワークセンター'),
    /** Served over TLS: cookies are bound to the host. */
    secure: z.boolean().default(false),
    /** A LAN address without TLS: staff pages carry a red banner. */
    plainLan: z.boolean().default(false),
  })
  .refine(({ secure, plainLan }) => !(secure && plainLan), { error: 'plainLan contradicts secure' })

export type ApplianceSettings = z.infer<typeof applianceSettings>
