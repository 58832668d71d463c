/** What the page of a childcare room may ask of the kiosk process. Parsed once, at the door. */
import { z } from 'zod'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { symptoms } from '../../central-sync/rules/judge-health.ts'
import { overrideReasons } from './override-reasons.ts'

const child = identifier('child')

export const careAct = z.discriminatedUnion('act', [
  /** Fetch this child: pressed on the board, or by a parent on her own list. */
  z.strictObject({ act: z.literal('fetch'), child }),
  z.strictObject({ act: z.literal('bring'), child }),
  /** Show the slip of a child who is here again. */
  z.strictObject({ act: z.literal('slip'), child }),
  z.strictObject({
    act: z.literal('health'),
    temperatureX10: z.number().int().min(300).max(450),
    symptoms: z.array(z.enum(symptoms)).max(12),
    phone: z.string().trim().max(20),
  }),
  z.strictObject({ act: z.literal('code'), code: z.string().trim().max(12) }),
  /** Neither card nor slip. */
  z.strictObject({ act: z.literal('no-proof') }),
  z.strictObject({ act: z.literal('person'), id: identifier('pickup') }),
  z.strictObject({ act: z.literal('not-listed') }),
  /** Staff have come to somebody who waits. */
  z.strictObject({ act: z.literal('staff') }),
  z.strictObject({ act: z.literal('pin'), pin: z.string().min(1).max(32) }),
  z.strictObject({
    act: z.literal('override'),
    name: z.string().trim().min(1).max(100),
    reason: z.enum(overrideReasons),
  }),
  z.strictObject({ act: z.literal('back') }),
  z.strictObject({ act: z.literal('leave') }),
  /** Somebody is still there. */
  z.strictObject({ act: z.literal('stay') }),
])
export type CareAct = z.infer<typeof careAct>
