/**
 * Seats at a kiosk, on the device channel. Both frames are new ones instead of new fields of `ack` and `board`: a kiosk
 * from before them skips a frame it does not know, but ends a connection over a field it does not know.
 */
import { z } from 'zod'
import { eventId, identifier } from '../identifier.ts'
import { instant } from '../time.ts'

/** "This seat, please", after the appliance offered it at an IN. Spooled like a tap. */
export const seatRecord = z.strictObject({
  t: z.literal('seat'),
  id: eventId,
  tap: eventId,
  resource: identifier('resource'),
})
export type SeatRecord = z.infer<typeof seatRecord>

/**
 * What is said about a seat after an IN. `booked`: it is hers. `offered`: it is free, one press takes it; ignoring it is
 * fine. `none`: the one she pressed is gone and there is no other.
 */
export const seatWord = z.strictObject({
  tap: eventId,
  state: z.enum(['booked', 'offered', 'none']),
  resource: identifier('resource').optional(),
  name: z.string().max(100).optional(),
  /** Until when it can be had: the end of her booking, the next booking of another, or closing time. */
  until: instant.optional(),
  /** Hers only from then on. */
  from: instant.optional(),
  /** Refusal code of the seat she pressed before. */
  refused: z.string().max(40).optional(),
})
export type SeatWord = z.infer<typeof seatWord>

/** server → device, right after the `ack` of the taps it speaks of. */
export const seatsFrame = z.strictObject({ t: z.literal('seats'), seats: z.array(seatWord).max(100) })

const count = z.number().int().min(0)
const share = z.strictObject({ free: count, total: count })

/** Places of one childcare room at one time: how many children are there or booked, and what the staff allow. */
export const careSlot = z.strictObject({
  at: instant,
  /** Children in the room; only for now. */
  present: count.optional(),
  booked: count,
  /** Carers present or planned, and needed for these children. */
  staff: count,
  needed: count,
  /** How many more children could come. */
  free: count,
})
export type CareSlot = z.infer<typeof careSlot>

/** Numbers for the idle screen: no name of a person, ever. */
export const placesNow = z.strictObject({
  at: instant,
  /** False: outside the opening hours. */
  open: z.boolean(),
  seats: share,
  booths: share,
  rooms: share,
  /** Now, in one hour, in two; empty without a childcare room. */
  care: z.array(z.strictObject({ name: z.string().max(100), slots: z.array(careSlot).max(3) })).max(4),
})
export type PlacesNow = z.infer<typeof placesNow>

export const placesFrame = z.strictObject({ t: z.literal('places'), places: placesNow })
