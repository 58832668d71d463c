/** The people who look after children: whether a planned carer came, and the cards that prove who hands a child over. */
import { z } from 'zod'
import { eventId, identifier } from '../identifier.ts'
import { instant } from '../time.ts'
import { defineEvent } from './definition.ts'
import { cardDigest } from './person.ts'

export const shiftAttendance = z.enum(['here', 'absent'])

/** A planned carer came, or does not come. An absent one counts for nothing; the shift stays on record. */
export const shiftAttended = defineEvent({
  type: 'shift.attended',
  version: 1,
  author: 'centre',
  data: z.strictObject({ shift: identifier('shift'), state: shiftAttendance }),
})

/** A card of a member of staff. It opens no session of working time: whoever is a worker too has a card for that. */
export const staffCardEnrolled = defineEvent({
  type: 'staff-card.enrolled',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    card: identifier('card'),
    staff: identifier('staff'),
    digests: z.array(cardDigest).min(1).max(2),
    /** Last two bytes in hex, for support. */
    tail: z.string().regex(/^[0-9A-F]{0,4}$/),
  }),
})

export const staffCardRevoked = defineEvent({
  type: 'staff-card.revoked',
  version: 1,
  author: 'centre',
  data: z.strictObject({ card: identifier('card') }),
})

/**
 * What a kiosk did while it was cut off and would not have been let do: kept, and a person looks. `unproven_staff`: no
 * PIN could be checked; `not_allowed`: whoever got the child was on no list that day, or on the wrong one;
 * `not_registered`: the registration was not approved, or was over; `code_shared`: two children who are here have the same
 * code on their slips, because two kiosks that were cut off drew it: `other` is the second slip.
 */
export const careDoubted = defineEvent({
  type: 'care.doubted',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    child: identifier('child'),
    stay: identifier('stay'),
    at: instant,
    kind: z.enum(['unproven_staff', 'not_allowed', 'over_capacity', 'not_registered', 'code_shared']),
    other: identifier('stay').optional(),
  }),
})

/** Somebody looked into a contradiction that kiosks told late: named by the entry that raised it. */
export const careDoubtSeen = defineEvent({
  type: 'care.doubt-seen',
  version: 1,
  author: 'centre',
  data: z.strictObject({ entry: eventId }),
})
