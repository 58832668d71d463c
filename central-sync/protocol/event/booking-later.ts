/** What came to bookings later: a child's place that moves, and how long the centre waits for an answer and for a child. */
import { z } from 'zod'
import { identifier } from '../identifier.ts'
import { calendarDay, wallMinute } from '../time.ts'
import { isForward } from './booking.ts'
import { ageBand, careUnits } from './childcare.ts'
import { defineEvent } from './definition.ts'

/** The same place of the same child in another room or at another time, with what the child counts as on that day. */
export const careMoved = defineEvent({
  type: 'care.moved',
  version: 1,
  author: 'centre',
  data: z
    .strictObject({
      care: identifier('booking'),
      room: identifier('resource'),
      day: calendarDay,
      start: wallMinute,
      end: wallMinute,
      band: ageBand,
      units: careUnits,
    })
    .refine(isForward, { error: 'the end must come after the start', path: ['end'] }),
})

/** The newest counts. Offers that are out keep the time they were given. */
export const waitsSet = defineEvent({
  type: 'waits.set',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    /** How long a place is held for who was offered it, by day, minutes. */
    offerMin: z.number().int().min(10).max(1_440),
    /** How long a childcare place waits for its child after the start, minutes. */
    careGraceMin: z.number().int().min(5).max(240),
  }),
})
