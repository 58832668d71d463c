/** What the doors of the hub's pages and API are made from: its owners, read by commands, queries and pages. */
import type { OpenedJournal } from '../../journal/journal.ts'
import type { People } from '../../journal/people.ts'
import type { StaffRole } from '../../protocol/event/place.ts'
import type { Clock } from '../../protocol/time.ts'
import type { RequestContext } from '../../web/port.ts'
import type { Admission } from '../site/admission.ts'
import type { ClaimCode } from '../staff/claim-code.ts'
import type { StaffBook } from '../staff/staff-book.ts'

export interface HubRooms {
  readonly journal: OpenedJournal
  readonly people: People
  readonly staff: StaffBook
  readonly admission: Admission
  readonly claimCode: ClaimCode
  readonly clock: Clock
}

export const ORDERS: readonly StaffRole[] = ['orders', 'administrator']
export const PAYROLL: readonly StaffRole[] = ['payroll', 'administrator']
export const AUDIT: readonly StaffRole[] = ['payroll', 'auditor', 'administrator']
export const ADMINISTRATION: readonly StaffRole[] = ['administrator']

/** Staff id of whoever asks; commands of this hub are for staff. */
export function staffOf({ actor }: RequestContext): string {
  if (actor.kind !== 'staff') throw new Error('a command of the hub without a staff member')
  return actor.staff
}
