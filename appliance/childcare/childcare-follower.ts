/** Keeps the tables of the childcare room from the journal. Own entries only: children of other centres are not known here. */

import type { Follower, ProjectionTx, StoredEntry } from '../../central-sync/journal/port.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { RowMemory } from '../../central-sync/journal/projections/row-memory.ts'
import { shiftAttended } from '../../central-sync/protocol/event/carer.ts'
import * as care from '../../central-sync/protocol/event/childcare.ts'
import { careMoved } from '../../central-sync/protocol/event/childcare.ts'
import {
  blockTable,
  careBookingTable,
  careRoomTable,
  childcareTables,
  childTable,
  guardianTable,
  pickupTable,
  policyTable,
  shiftTable,
} from './childcare-tables.ts'
import { followNotes, NOTE_TYPES } from './follow-notes.ts'
import { EVIDENCE_TYPES, followStays } from './follow-stays.ts'
import { sheetOf } from './sealed-sheet.ts'

type Handler = (tx: ProjectionTx, entries: readonly StoredEntry[]) => Promise<void>

/** Types that one handler takes together, in the order of the entries. Bookings last: guards look at all the rest. */
const HANDLERS: readonly (readonly [readonly string[], Handler])[] = [
  [[care.childRegistered.type, care.childChanged.type, care.childStateSet.type], followChildren],
  [[care.guardianSet.type], followGuardians],
  [[care.pickupGranted.type, care.pickupRevoked.type], followPickups],
  [[care.pickupBlocked.type, care.pickupUnblocked.type], followBlocks],
  [[care.carePolicySet.type, care.careRoomSet.type], followRules],
  [[care.shiftSet.type, care.shiftRemoved.type, shiftAttended.type], followShifts],
  [NOTE_TYPES, followNotes],
  [EVIDENCE_TYPES, followStays],
  [[care.careBooked.type, careMoved.type, care.careSettled.type], followBookings],
]

export const childcareFollower: Follower = {
  name: 'childcare',
  version: 2,
  tables: childcareTables.map(({ name }) => name),
  types: HANDLERS.flatMap(([types]) => types),
  async apply(tx, entries) {
    for (const [types, handle] of HANDLERS) {
      const mine = entries.filter(({ t }) => types.includes(t))
      if (mine.length > 0) await handle(tx, mine)
    }
  },
}

function keysOf(entries: readonly StoredEntry[], field: string): string[][] {
  return [...new Set(entries.map(({ d }) => String(d[field])))].map((id) => [id])
}

async function followChildren(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const children = await RowMemory.load(tx, childTable, keysOf(entries, 'child'))
  for (const entry of entries) {
    if (entry.t === care.childRegistered.type) {
      const { child, state, worker } = readEvent(care.childRegistered, entry)
      children.put({ child, state, worker, registered_at: entry.at, sheet: sheetOf(entry), until_day: null })
    } else if (entry.t === care.childChanged.type) {
      children.change([readEvent(care.childChanged, entry).child], { sheet: sheetOf(entry) })
    } else {
      const { child, state, until } = readEvent(care.childStateSet, entry)
      children.change([child], { state, until_day: until ?? null })
    }
  }
  await children.flush(tx)
}

async function followGuardians(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const guardians = await RowMemory.load(tx, guardianTable, keysOf(entries, 'guardian'))
  for (const entry of entries) {
    const { guardian, child, worker, from, to } = readEvent(care.guardianSet, entry)
    guardians.put({
      guardian,
      child,
      worker: worker ?? null,
      from_day: from,
      to_day: to ?? null,
      pos: entry.pos,
      sheet: sheetOf(entry),
    })
  }
  await guardians.flush(tx)
}

async function followPickups(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const pickups = await RowMemory.load(tx, pickupTable, keysOf(entries, 'pickup'))
  for (const entry of entries) {
    if (entry.t === care.pickupRevoked.type) {
      pickups.change([readEvent(care.pickupRevoked, entry).pickup], { revoked: 1 })
      continue
    }
    const { pickup, child, scope, day, worker, from, to } = readEvent(care.pickupGranted, entry)
    pickups.put({
      pickup,
      child,
      scope,
      day: day ?? null,
      worker: worker ?? null,
      from_day: from,
      to_day: to ?? null,
      granted_by: entry.by,
      revoked: 0,
      pos: entry.pos,
      sheet: sheetOf(entry),
    })
  }
  await pickups.flush(tx)
}

async function followBlocks(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const blocks = await RowMemory.load(tx, blockTable, keysOf(entries, 'block'))
  for (const entry of entries) {
    if (entry.t === care.pickupUnblocked.type) {
      blocks.change([readEvent(care.pickupUnblocked, entry).block], { lifted: 1 })
      continue
    }
    const { block, child, from, to } = readEvent(care.pickupBlocked, entry)
    blocks.put({
      block,
      child,
      from_day: from,
      to_day: to ?? null,
      lifted: 0,
      pos: entry.pos,
      sheet: sheetOf(entry),
    })
  }
  await blocks.flush(tx)
}

async function followRules(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const policies = new Map<string, Parameters<typeof policyRowOf>>()
  const rooms = new Map<string, number>()
  for (const entry of entries) {
    if (entry.t === care.careRoomSet.type) {
      const { room, areaDm2 } = readEvent(care.careRoomSet, entry)
      rooms.set(room, areaDm2)
    } else {
      const policy = readEvent(care.carePolicySet, entry)
      policies.set(policy.policy, [policy, entry.pos])
    }
  }
  await tx.insert(
    policyTable,
    [...policies.values()].map((row) => policyRowOf(...row)),
    'replace',
  )
  const areas = [...rooms].map(([room, area]) => ({ room, area_dm2: area }))
  await tx.insert(careRoomTable, areas, 'replace')
}

function policyRowOf(policy: ReturnType<typeof readPolicy>, pos: number) {
  const { units } = policy
  return {
    policy: policy.policy,
    from_day: policy.from,
    to_day: policy.to ?? null,
    pos,
    u0: units.a0,
    u12: units.a12,
    u3: units.a3,
    u4: units.a4,
    min_staff: policy.minStaff,
    qual_num: policy.qualifiedNum,
    qual_den: policy.qualifiedDen,
    area_dm2: policy.areaPerChildDm2,
    age_basis: policy.ageBasis,
    rounding: policy.rounding,
    fever_x10: policy.feverX10,
    small: policy.smallMode ? 1 : 0,
  }
}

function readPolicy(entry: StoredEntry) {
  return readEvent(care.carePolicySet, entry)
}

/** A shift that is set anew is planned anew, unless only its hours changed while the carer is there. */
async function followShifts(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const shifts = await RowMemory.load(tx, shiftTable, keysOf(entries, 'shift'))
  for (const entry of entries) {
    if (entry.t === shiftAttended.type) {
      const { shift, state } = readEvent(shiftAttended, entry)
      shifts.change([shift], { attendance: state })
    } else if (entry.t === care.shiftRemoved.type) {
      shifts.change([readEvent(care.shiftRemoved, entry).shift], { removed: 1 })
    } else {
      const { shift, room, day, start, end, staff, qualified } = readEvent(care.shiftSet, entry)
      const before = shifts.get(shift)
      const same = before?.staff === (staff ?? null) && before.day === day && before.removed === 0
      shifts.put({
        shift,
        room,
        day,
        start_min: start,
        end_min: end,
        staff: staff ?? null,
        qualified: qualified ? 1 : 0,
        attendance: same ? (before?.attendance ?? 'planned') : 'planned',
        removed: 0,
      })
    }
  }
  await shifts.flush(tx)
}

async function followBookings(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const bookings = await RowMemory.load(tx, careBookingTable, keysOf(entries, 'care'))
  for (const entry of entries) {
    if (entry.t === care.careSettled.type) {
      const { care: id, state, why } = readEvent(care.careSettled, entry)
      bookings.change([id], { state, why, expires_at: null })
      continue
    }
    if (entry.t === careMoved.type) {
      const { care: id, room, day, start, end, band, units } = readEvent(careMoved, entry)
      // What was moved waits for its child as if it were booked now: the grace begins with it.
      bookings.change([id], { room, day, start_min: start, end_min: end, band, units, made_at: entry.at })
      continue
    }
    const booked = readEvent(care.careBooked, entry)
    bookings.put({
      care: booked.care,
      request: booked.request,
      child: booked.child,
      worker: booked.worker,
      room: booked.room,
      day: booked.day,
      start_min: booked.start,
      end_min: booked.end,
      band: booked.band,
      units: booked.units,
      state: booked.state,
      why: null,
      source: booked.source,
      linked: booked.linked ?? null,
      expires_at: booked.expires ?? null,
      made_at: entry.at,
      pos: entry.pos,
    })
  }
  await bookings.flush(tx)
}
