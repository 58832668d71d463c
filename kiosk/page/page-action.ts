/** What a page may ask of the kiosk process. Parsed once, at the door. */
import { z } from 'zod'
import { direction } from '../../central-sync/protocol/event/attendance.ts'
import { eventId, identifier } from '../../central-sync/protocol/identifier.ts'
import { instant } from '../../central-sync/protocol/time.ts'
import { careAct } from '../care/care-act.ts'

export const pageAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('switch'), id: eventId, claim: direction }),
  z.strictObject({ do: z.literal('undo'), id: eventId }),
  z.strictObject({ do: z.literal('choose'), id: eventId, assignment: identifier('assignment') }),
  z.strictObject({ do: z.literal('take-seat'), id: eventId, resource: identifier('resource') }),
  z.strictObject({ do: z.literal('tell-end'), id: eventId, end: instant }),
  z.strictObject({
    do: z.literal('without-card'),
    code: z.string().trim().min(1).max(32),
    pin: z.string().min(1).max(12),
  }),
  z.strictObject({ do: z.literal('cancel-enrolment') }),
  z.strictObject({ do: z.literal('care'), care: careAct }),
  z.strictObject({ do: z.literal('sound'), volume: z.number().min(0).max(1), quiet: z.boolean() }),
  /** Of a keyboard reader whose keys the page caught; parsed by that reader. */
  z.strictObject({ do: z.literal('burst'), burst: z.unknown() }),
  z.strictObject({ do: z.literal('discard'), discard: z.unknown() }),
  z.strictObject({ do: z.literal('page-state'), state: z.unknown() }),
])
export type PageAction = z.infer<typeof pageAction>
