/** Another place or time for a booking: ahead it moves as a whole, while it runs only what is left of it. */
import type { Tx } from '../../central-sync/journal/port.ts'
import { bookingMoved } from '../../central-sync/protocol/event/booking.ts'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../central-sync/protocol/refusal.ts'
import { calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { checkMove } from '../../central-sync/rules/check-move.ts'
import type { FloorBook } from './floor-plan.ts'
import { appendBooking, type BookingFact, decideSlot, type SlotWish, settleBooking } from './make-booking.ts'
import { Taken } from './taken.ts'

export type NewPlace = Pick<SlotWish, 'resource' | 'day' | 'start' | 'end' | 'source'>

/**
 * Refused unless the booking is confirmed or running and not over. Making it shorter always works; anything else is decided
 * as a new wish, without the booking itself in the way.
 */
export async function moveBooking(
  tx: Tx,
  floor: FloorBook,
  old: BookingFact,
  next: NewPlace,
  by: string,
): Promise<undefined | Refusal> {
  // She may be sitting there: then only how long, and where for the rest of it, can still be said.
  const move = checkMove(old, next, tx.now)
  if (isRefusal(move)) return move
  if (move === 'same') return undefined
  const { resource, day, start } = next
  const stays = resource === old.resource && day === old.day
  const begun = minuteBegun(old, tx.now)
  if (begun !== undefined && !stays && day === old.day && start === old.start) {
    return moveRest(tx, floor, old, { ...next, start: begun }, by)
  }
  if (move === 'elsewhere') {
    const refused = await decided(tx, floor, old, next)
    if (refused !== undefined) return refused
  }
  appendMove(tx, old, next, by)
  await tx.project()
  return undefined
}

/** The minute of now, when the booking has been running for a minute at least. */
function minuteBegun({ day, start }: BookingFact, now: Instant): number | undefined {
  const minute = wallMinuteOf(now)
  return day === calendarDayOf(now) && minute > start ? minute : undefined
}

/** Who changes seats at noon has had the old one until noon, and needs the new one from then on only. */
async function moveRest(
  tx: Tx,
  floor: FloorBook,
  old: BookingFact,
  rest: NewPlace,
  by: string,
): Promise<undefined | Refusal> {
  const refused = await decided(tx, floor, old, rest)
  if (refused !== undefined) return refused
  const { worker, series, care } = old
  const { resource, day, start, end, source } = rest
  const why = source === 'staff' ? 'staff' : 'worker'
  appendMove(tx, old, { ...old, end: start }, by)
  settleBooking(tx, old, { state: 'done', why }, by)
  const links = { ...(series === null ? {} : { series }), ...(care === null ? {} : { care }) }
  const booking = newIdentifier('booking')
  const request = newIdentifier('request')
  appendBooking(tx, { booking, worker, resource, day, start, end, source, request, by, ...links })
  if (old.state === 'in') settleBooking(tx, { booking, worker }, { state: 'in', why: 'check_in' }, by)
  await tx.project()
  return undefined
}

async function decided(tx: Tx, floor: FloorBook, old: BookingFact, next: NewPlace): Promise<Refusal | undefined> {
  const plan = await floor.of(tx)
  const wish = { worker: old.worker, ...next }
  return decideSlot(wish, plan, await Taken.load(tx, [wish], plan, tx.now), tx.now, old.booking)
}

function appendMove(
  tx: Tx,
  { booking, worker }: BookingFact,
  { resource, day, start, end }: Pick<NewPlace, 'resource' | 'day' | 'start' | 'end'>,
  by: string,
): void {
  tx.append({ event: bookingMoved, data: { booking, resource, day, start, end }, subject: worker, by })
}
