/** The desks of the childcare room on one journal, and what its pages read. */

import type { Log } from '../../central-sync/journal/log.ts'
import type { Journal } from '../../central-sync/journal/port.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { FloorBook } from '../booking/floor-plan.ts'
import { StaffCardDesk } from '../staff/staff-card-desk.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import { StaffProof } from '../staff/staff-proof.ts'
import type { CareParts } from './book-care.ts'
import { CareBookingDesk } from './care-booking-desk.ts'
import { CareKeeper } from './care-keeper.ts'
import { ChildBook } from './child-book.ts'
import { ChildDesk } from './child-desk.ts'
import { DoorDesk } from './door-desk.ts'
import { ReadLog } from './read-log.ts'
import { ShiftDesk } from './shift-desk.ts'

export type ChildcareRoom = ReturnType<typeof buildChildcare>

export function buildChildcare({
  journal,
  secrets,
  site,
  staff,
  floor,
  clock,
  log,
}: {
  readonly journal: Journal
  readonly secrets: SecretStore
  readonly site: SiteId
  readonly staff: StaffDesk
  readonly floor: FloorBook
  readonly clock: Clock
  readonly log: Log
}) {
  const children = new ChildBook(journal.read, secrets.keys)
  const parts: CareParts = { children, floor }
  const cards = new StaffCardDesk({ journal, cardKeys: () => secrets.cardKeys.inUse() })
  return {
    parts,
    register: new ChildDesk({ journal, children, site }),
    shifts: new ShiftDesk(journal, floor),
    places: new CareBookingDesk(journal, parts),
    door: new DoorDesk(journal, parts),
    reads: new ReadLog(journal),
    keeper: new CareKeeper({ journal, floor, clock, log }),
    cards,
    proof: new StaffProof({ secrets, staff, cards, log }),
  }
}
