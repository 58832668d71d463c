/** Stays as the desks look at them: who is inside, under which code, and what that means for the booking. */
import type { Rows, Tx } from '../../central-sync/journal/port.ts'
import type { BookingState, WallSpan } from '../../central-sync/protocol/event/booking.ts'
import { type AgeBand, careArrived } from '../../central-sync/protocol/event/childcare.ts'
import type { BookingId, ChildId, ResourceId, StayId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { foldCode } from '../../central-sync/rules/decide-pickup.ts'
import { settleCare } from './book-care.ts'
import type { ChildBook } from './child-book.ts'

export interface StayFact {
  readonly stay: StayId
  readonly child: ChildId
  readonly care: BookingId | null
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly arrivedAt: Instant
  readonly departedAt: Instant | null
  readonly band: AgeBand
  readonly units: number
  readonly late: boolean
  readonly toKind: 'guardian' | 'pickup' | 'override' | null
  readonly inSheet: string | null
}

/** What was said at drop-off. */
export interface StaySheet {
  readonly broughtBy: string
  readonly temperatureX10: number
  readonly symptoms: readonly string[]
  readonly contactPhone: string
  readonly meds: string
  readonly code: string
}

const COLUMNS = `stay, child, care, room, day, arrived_at AS arrivedAt, departed_at AS departedAt, band, units, late,
  to_kind AS toKind, in_sheet AS inSheet`

/** Open ones of the centre, oldest first; a presence recorded twice is one. */
export async function openStays(rows: Rows): Promise<StayFact[]> {
  return readStays(rows, 'departed_at IS NULL AND twin = 0 ORDER BY arrived_at, stay', [])
}

export async function staysOn(rows: Rows, day: CalendarDay): Promise<StayFact[]> {
  return readStays(rows, 'day = ? AND twin = 0 ORDER BY arrived_at, stay', [day])
}

export async function staysOfChild(rows: Rows, child: ChildId, limit: number): Promise<StayFact[]> {
  return readStays(rows, 'child = ? AND twin = 0 ORDER BY arrived_at DESC, stay LIMIT ?', [child, limit])
}

export async function findStay(rows: Rows, stay: StayId): Promise<StayFact | undefined> {
  return (await readStays(rows, 'stay = ? ORDER BY twin, child LIMIT 1', [stay]))[0]
}

export async function openStayOf(rows: Rows, child: ChildId): Promise<StayFact | undefined> {
  return (await readStays(rows, 'child = ? AND departed_at IS NULL AND twin = 0', [child]))[0]
}

async function readStays(rows: Rows, where: string, params: readonly (string | number)[]): Promise<StayFact[]> {
  const found = await rows.all<Omit<StayFact, 'late'> & { late: number }>(
    `SELECT ${COLUMNS} FROM care_stay WHERE ${where}`,
    params,
  )
  return found.map((row) => ({ ...row, late: row.late === 1 }))
}

const UNREADABLE: StaySheet = {
  broughtBy: '',
  temperatureX10: 0,
  symptoms: [],
  contactPhone: '',
  meds: '',
  code: '',
}

export function sheetOfStay(children: ChildBook, { inSheet }: Pick<StayFact, 'inSheet'>): StaySheet {
  const schema = careArrived.personal
  const opened = schema === undefined ? undefined : children.open(inSheet, schema)
  return (opened as StaySheet | undefined) ?? UNREADABLE
}

/** Codes of the children who are here: a new one is none of them (P18). */
export async function codesInUse(rows: Rows, children: ChildBook): Promise<ReadonlySet<string>> {
  const open = await readStays(rows, 'departed_at IS NULL', [])
  return new Set(open.map((stay) => sheetOfStay(children, stay).code).filter((code) => code !== ''))
}

/**
 * Children who are here with one code on two slips, stay by stay: two kiosks that were cut off can draw the same. The code
 * of none of them proves anything while both are here (P18). A presence told by two kiosks is one child.
 */
export async function sharedCodes(rows: Rows, children: ChildBook): Promise<ReadonlyMap<StayId, readonly StayFact[]>> {
  const open = await readStays(rows, 'departed_at IS NULL ORDER BY arrived_at, stay', [])
  const byCode = Map.groupBy(open, (stay) => foldCode(sheetOfStay(children, stay).code))
  const shared = new Map<StayId, readonly StayFact[]>()
  for (const [code, stays] of byCode) {
    for (const { stay, child } of code === '' ? [] : stays) {
      const others = stays.filter((one) => one.child !== child)
      if (others.length > 0) shared.set(stay, others)
    }
  }
  return shared
}

interface PlaceRow {
  readonly care: BookingId
  readonly state: BookingState
  readonly start: number
  readonly end: number
}

/** A booking waits this long before its start for a child who comes early, minutes. */
const EARLY_MINUTES = 60

/** The booking a child came for, by time alone, so that the order in which kiosks told it makes no difference. */
export async function bookingAt(
  rows: Rows,
  child: ChildId,
  day: CalendarDay,
  at: Instant,
): Promise<PlaceRow | undefined> {
  const minute = wallMinuteOf(at)
  const places = await rows.all<PlaceRow>(
    `SELECT care, state, start_min AS start, end_min AS "end" FROM care_booking
      WHERE child = ? AND day = ? AND state NOT IN ('held', 'cancelled', 'expired') ORDER BY start_min`,
    [child, day],
  )
  return places.find((place) => isTimeFor(place, minute))
}

/** Is this the time for that place? One that was moved meanwhile keeps its id and is another time. */
export function isPlaceAt(place: { readonly day: CalendarDay } & WallSpan, at: Instant): boolean {
  return place.day === calendarDayOf(at) && isTimeFor(place, wallMinuteOf(at))
}

function isTimeFor({ start, end }: WallSpan, minute: number): boolean {
  return start - EARLY_MINUTES <= minute && minute < end
}

/**
 * Brings the bookings of a child to what its stays say: `in` while it is here, `done` afterwards. A booking that was given
 * up in the meantime is left alone: the stay counts by itself. The caller has projected, and projects.
 */
export async function settleByStays(tx: Tx, child: ChildId, by: string): Promise<void> {
  const rows = await tx.all<{ care: BookingId; state: BookingState; open: number }>(
    `SELECT b.care, b.state, max(s.departed_at IS NULL) AS open FROM care_stay s JOIN care_booking b ON b.care = s.care
      WHERE s.child = ? AND b.state IN ('confirmed', 'in') GROUP BY b.care, b.state`,
    [child],
  )
  for (const { care, state, open } of rows) {
    if (open === 1 && state === 'confirmed') settleCare(tx, { care, child }, { state: 'in', why: 'check_in' }, by)
    if (open === 0) settleCare(tx, { care, child }, { state: 'done', why: 'checked_out' }, by)
  }
}
