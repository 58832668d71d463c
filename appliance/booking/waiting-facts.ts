/** Reads the waiting list as its desks need it: what is open, and whether what is held for an entry is still held. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BookingState } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, ChildId, RequestId, WaitingId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay, Instant } from '../../central-sync/protocol/time.ts'
import type { WaitingEntry } from '../../central-sync/rules/pick-waiting.ts'
import { type Want, wantOf } from './choose-seat.ts'

export type WaitingState = 'waiting' | 'offered' | 'accepted' | 'expired' | 'withdrawn' | 'passed'

export interface WaitingFact {
  readonly waiting: WaitingId
  readonly request: RequestId
  readonly worker: WorkerId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
  readonly want: Want | undefined
  readonly child: ChildId | undefined
  readonly priority: number
  /** Order of coming. */
  readonly seq: number
  readonly joinedAt: Instant
  /** As it stands in the journal. */
  readonly state: WaitingState
  readonly booking: BookingId | undefined
  readonly care: BookingId | undefined
  readonly expires: Instant | undefined
  readonly seatState: BookingState | undefined
  readonly careState: BookingState | undefined
}

interface Row {
  waiting: WaitingId
  request: RequestId
  worker: WorkerId
  day: CalendarDay
  start_min: number
  end_min: number
  want: string | null
  child: ChildId | null
  priority: number
  pos: number
  joined_at: number
  state: WaitingState
  booking: BookingId | null
  care: BookingId | null
  expires_at: number | null
  seat_state: BookingState | null
  care_state: BookingState | null
}

const SELECT = `SELECT w.*, b.state AS seat_state, c.state AS care_state FROM waiting AS w
  LEFT JOIN booking AS b ON b.booking = w.booking LEFT JOIN care_booking AS c ON c.care = w.care`

/** More than anybody serves by hand; the rest is served when these are. */
const OPEN_MAX = 1_000

/** Everything that is not over, in the order of serving. */
export async function openWaiting(rows: Rows): Promise<WaitingFact[]> {
  const found = await rows.all<Row>(
    `${SELECT} WHERE w.state IN ('waiting', 'offered') ORDER BY w.day, w.priority DESC, w.pos LIMIT ?`,
    [OPEN_MAX],
  )
  return found.map(factOf)
}

/** Newest first, with what is over. */
export async function waitingOf(rows: Rows, worker: WorkerId, limit: number): Promise<WaitingFact[]> {
  const found = await rows.all<Row>(`${SELECT} WHERE w.worker = ? ORDER BY w.day DESC, w.start_min DESC LIMIT ?`, [
    worker,
    limit,
  ])
  return found.map(factOf)
}

/** Not over, of one worker on days from `from` to `to`. */
export async function openWaitingOf(
  rows: Rows,
  worker: WorkerId,
  from: CalendarDay,
  to: CalendarDay,
): Promise<WaitingFact[]> {
  const found = await rows.all<Row>(
    `${SELECT} WHERE w.worker = ? AND w.day BETWEEN ? AND ? AND w.state IN ('waiting', 'offered')`,
    [worker, from, to],
  )
  return found.map(factOf)
}

/** What is over, the last joined first. */
export async function lastOver(rows: Rows, limit: number): Promise<WaitingFact[]> {
  const found = await rows.all<Row>(
    `${SELECT} WHERE w.state NOT IN ('waiting', 'offered') ORDER BY w.pos DESC LIMIT ?`,
    [limit],
  )
  return found.map(factOf)
}

export async function waitingOn(rows: Rows, day: CalendarDay): Promise<WaitingFact[]> {
  const found = await rows.all<Row>(`${SELECT} WHERE w.day = ? ORDER BY w.priority DESC, w.pos`, [day])
  return found.map(factOf)
}

export async function findWaiting(rows: Rows, waiting: WaitingId): Promise<WaitingFact | undefined> {
  const row = await rows.one<Row>(`${SELECT} WHERE w.waiting = ?`, [waiting])
  return row === undefined ? undefined : factOf(row)
}

function factOf(row: Row): WaitingFact {
  return {
    waiting: row.waiting,
    request: row.request,
    worker: row.worker,
    day: row.day,
    start: row.start_min,
    end: row.end_min,
    want: row.want === null ? undefined : wantOf(row.want),
    child: row.child ?? undefined,
    priority: row.priority,
    seq: row.pos,
    joinedAt: row.joined_at,
    state: row.state,
    booking: row.booking ?? undefined,
    care: row.care ?? undefined,
    expires: row.expires_at ?? undefined,
    seatState: row.seat_state ?? undefined,
    careState: row.care_state ?? undefined,
  }
}

/** Whether everything that was offered is still held: staff or a closure may have taken it back. */
export function isWhole({ state, booking, care, seatState, careState }: WaitingFact): boolean {
  if (state !== 'offered') return false
  return (booking === undefined || seatState === 'held') && (care === undefined || careState === 'held')
}

/** As the rule sees it: an offer whose place is gone waits again, where it stood before. */
export function entryOf(fact: WaitingFact): WaitingEntry & { readonly fact: WaitingFact } {
  const { waiting, day, start, end, priority, seq, expires } = fact
  const offered = isWhole(fact)
  return { waiting, day, start, end, priority, seq, fact, state: offered ? 'offered' : 'waiting', expires }
}
