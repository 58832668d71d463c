/** Keeps the tables of the waiting list from the journal. */
import type { Follower, ProjectionTx, StoredEntry } from '../../central-sync/journal/port.ts'
import { keyParam, keyRows } from '../../central-sync/journal/projections/portable-sql.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { RowMemory } from '../../central-sync/journal/projections/row-memory.ts'
import {
  type BookingState,
  bookingMade,
  bookingMoved,
  bookingSettled,
  waitingClosed,
  waitingJoined,
  waitingOffered,
} from '../../central-sync/protocol/event/booking.ts'
import { careSettled } from '../../central-sync/protocol/event/childcare.ts'
import { pairTable, waitingTable } from './waiting-tables.ts'

const WAITING_TYPES = [waitingJoined.type, waitingOffered.type, waitingClosed.type]
const PAIR_TYPES = [bookingMade.type, bookingMoved.type, bookingSettled.type, careSettled.type]

/** held, confirmed and in stand; so does one that is done: nothing of it was lost. */
const STANDING = new Set<BookingState>(['held', 'confirmed', 'in', 'done'])

export const waitingFollower: Follower = {
  name: 'waiting',
  version: 1,
  tables: [waitingTable.name, pairTable.name],
  types: [...WAITING_TYPES, ...PAIR_TYPES],
  async apply(tx, entries) {
    await applyWaiting(
      tx,
      entries.filter(({ t }) => WAITING_TYPES.includes(t)),
    )
    await applyPairs(
      tx,
      entries.filter(({ t }) => PAIR_TYPES.includes(t)),
    )
  },
}

async function applyWaiting(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  if (entries.length === 0) return
  const ids = [...new Set(entries.map(({ d }) => String(d.waiting)))].map((id) => [id])
  const rows = await RowMemory.load(tx, waitingTable, ids)
  for (const entry of entries) {
    switch (entry.t) {
      case waitingJoined.type:
        rows.put(joinedRow(entry))
        break
      case waitingOffered.type: {
        const { waiting, booking, care, expires } = readEvent(waitingOffered, entry)
        const held = { booking: booking ?? null, care: care ?? null }
        rows.change([waiting], { state: 'offered', ...held, expires_at: expires })
        break
      }
      default: {
        const { waiting, outcome } = readEvent(waitingClosed, entry)
        rows.change([waiting], { state: outcome, expires_at: null })
      }
    }
  }
  await rows.flush(tx)
}

function joinedRow(entry: StoredEntry) {
  const { waiting, request, worker, day, start, end, want, child, priority } = readEvent(waitingJoined, entry)
  return {
    waiting,
    request,
    worker,
    day,
    start_min: start,
    end_min: end,
    want: want ?? null,
    child: child ?? null,
    priority,
    state: 'waiting',
    booking: null,
    care: null,
    expires_at: null,
    joined_at: entry.at,
    pos: entry.pos,
  }
}

async function applyPairs(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const bookings = entries.filter(({ t }) => t !== careSettled.type).map(({ d }) => String(d.booking))
  const cares = entries.filter(({ t }) => t === careSettled.type).map(({ d }) => String(d.care))
  const seatOf = await seatsOfCares(tx, cares)
  const ids = [...new Set([...bookings, ...seatOf.values()])].map((id) => [id])
  const pairs = await RowMemory.load(tx, pairTable, ids)
  for (const entry of entries) {
    if (entry.t === bookingMade.type) {
      const { booking, care, worker, day } = readEvent(bookingMade, entry)
      if (care === undefined) continue
      pairs.put({ booking, care, worker, day, seat: 1, place: 1, kept: 0, lost_at: null })
      seatOf.set(care, booking)
    } else if (entry.t === bookingMoved.type) {
      const { booking, day } = readEvent(bookingMoved, entry)
      pairs.change([booking], { day })
    } else if (entry.t === bookingSettled.type) {
      const { booking, state, why } = readEvent(bookingSettled, entry)
      const kept =
        pairs.get(booking)?.place === 0 &&
        (state === 'confirmed' || state === 'in') &&
        (why === 'worker' || why === 'staff')
      pairs.change([booking], { seat: STANDING.has(state) ? 1 : 0, ...(kept ? { kept: 1 } : {}) })
    } else {
      const { care, state } = readEvent(careSettled, entry)
      const stands = STANDING.has(state)
      const lost = stands ? { place: 1, kept: 0, lost_at: null } : { place: 0, lost_at: entry.at }
      pairs.change([seatOf.get(care) ?? ''], lost)
    }
  }
  await pairs.flush(tx)
}

async function seatsOfCares(tx: ProjectionTx, cares: readonly string[]): Promise<Map<string, string>> {
  if (cares.length === 0) return new Map()
  const found = await tx.all<{ care: string; booking: string }>(
    `SELECT p.care, p.booking FROM ${keyRows(tx)} AS k CROSS JOIN pair AS p WHERE p.care = k.value->>0`,
    [keyParam(cares.map((care) => [care]))],
  )
  return new Map(found.map(({ care, booking }) => [care, booking]))
}
