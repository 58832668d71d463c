/** Waiting list, pairs, walk-ins and the keeper of bookings on one journal: what stands beside the booking desk. */
import type { Log } from '../../central-sync/journal/log.ts'
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import type { CareParts } from '../childcare/book-care.ts'
import { BookingKeeper } from './booking-keeper.ts'
import { CheckInKeeper } from './check-in-keeper.ts'
import { RequestDesk } from './request-desk.ts'
import { SeatBook } from './seat-book.ts'
import { WaitingServer } from './serve-waiting.ts'
import { WaitingDesk } from './waiting-desk.ts'
import { WalkInDesk } from './walk-in-desk.ts'

export interface SeatingParts {
  readonly journal: Journal
  readonly site: SiteId
  readonly clock: Clock
  readonly log: Log
  readonly care: CareParts
  /** Up to when everything the kiosks saw has arrived. */
  heardThrough(rows: Rows, now: Instant): Promise<Instant>
}

export type Seating = Awaited<ReturnType<typeof buildSeating>>

export async function buildSeating({ journal, site, clock, log, care, heardThrough }: SeatingParts) {
  const seatBook = new SeatBook(journal.read, care.floor, () => clock.now())
  await seatBook.follow(journal)
  const checkIn = new CheckInKeeper({ journal, site, heardThrough })
  return {
    seatBook,
    waiting: new WaitingDesk({ journal, care }),
    requests: new RequestDesk(journal, care),
    walkIn: new WalkInDesk({ journal, site, clock, floor: care.floor, seats: seatBook }),
    keeper: new BookingKeeper({
      journal,
      clock,
      log,
      seats: seatBook,
      checkIn,
      waiting: new WaitingServer(journal, care),
    }),
  }
}
