/** What a parent sees on her phone: her children, their places, what is free. Blocks and other people's words are not in it. */
import type { ChildId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import { policyOn } from '../../central-sync/rules/care-need.ts'
import { checkRegistration, stateOn, weighChild } from '../../central-sync/rules/decide-care-booking.ts'
import type { Query } from '../../central-sync/web/port.ts'
import { CARE_COLUMNS, type CareFact } from '../childcare/book-care.ts'
import { readCareDays } from '../childcare/care-day.ts'
import type { Child } from '../childcare/child-book.ts'
import { openStays } from '../childcare/stays.ts'
import { type CareRoomReads, callNameOf, nurseryRooms, readNames, roomName } from './describe-care.ts'
import { workerOf } from './door-commands.ts'
import { freeFor } from './room-now.ts'
import { bindQuery } from './shape.ts'
import * as shapes from './shape-childcare-queries.ts'

export function myCareQueries(reads: CareRoomReads): readonly Query[] {
  return [
    bindQuery(shapes.myChildren, async (_input, { actor, now }) => readMine(reads, workerOf(actor), now)),
    bindQuery(shapes.myCarePlaces, async ({ child, day }, { actor, now }) =>
      readPlaces(reads, workerOf(actor), child, day, now),
    ),
  ] as readonly Query[]
}

async function readMine(reads: CareRoomReads, worker: WorkerId, now: Instant) {
  const { rows, children: book } = reads
  const today = calendarDayOf(now)
  const own = await book.ofParent(worker, today)
  const inside = new Map((await openStays(rows)).map(({ child, arrivedAt }) => [child, arrivedAt]))
  const plan = await reads.floor.now()
  return {
    children: await Promise.all(
      own.map(async (child) => ({
        child: child.child,
        state: stateOn(child, today),
        name: child.name,
        callName: callNameOf(child),
        birthDate: child.birthDate,
        inside: inside.get(child.child) ?? null,
        pickups: await ownGrants(reads, child, worker, today),
      })),
    ),
    bookings: (await ownBookings(reads, own, worker, today)).map((one) => ({
      ...{ care: one.care, child: one.child, day: one.day, start: one.start, end: one.end },
      ...{ state: one.state, linked: one.linked, expires: one.expires },
      ...namedIn(own, one),
      roomName: roomName({ plan }, one.room),
    })),
  }
}

function namedIn(own: readonly Child[], { child: id, day, state }: CareFact) {
  const child = own.find((one) => one.child === id)
  return {
    callName: callNameOf(child),
    lapsed: state !== 'in' && child !== undefined && stateOn(child, day) !== 'approved',
  }
}

/** Permissions she gave herself that still say something. */
async function ownGrants({ children }: CareRoomReads, { child }: Child, worker: WorkerId, today: CalendarDay) {
  const grants = await children.grantsOf(child)
  return grants.flatMap(({ id, by, revoked, day, name, relation, phone }) =>
    by === worker && !revoked && day !== undefined && day >= today ? [{ pickup: id, day, name, relation, phone }] : [],
  )
}

async function ownBookings({ rows }: CareRoomReads, own: readonly Child[], worker: WorkerId, today: CalendarDay) {
  const found = await rows.all<CareFact>(
    `SELECT ${CARE_COLUMNS} FROM care_booking WHERE worker = ? AND day >= ? AND state IN ('held', 'confirmed', 'in')
      ORDER BY day, start_min`,
    [worker, today],
  )
  return found.filter((one) => own.some(({ child }) => child === one.child))
}

/** Free hours of one of her children on a day, or why it can have no place at all. */
export async function readPlaces(reads: CareRoomReads, worker: WorkerId, id: ChildId, day: CalendarDay, now: Instant) {
  const names = await readNames(reads, now)
  const own = await reads.children.ofParent(worker, names.today)
  const child = own.find((one) => one.child === id)
  if (child === undefined) return refuse('child_unknown')
  const policy = policyOn(names.policies, day)
  const rooms = (await nurseryRooms(reads)).filter(({ open }) => open)
  const facts = await reads.children.careChild(id, day)
  const weight = policy === undefined || facts === undefined ? undefined : weighChild(facts, day, policy)
  const unregistered = checkRegistration(child, day)
  const code =
    unregistered !== undefined
      ? unregistered.refused
      : facts?.reachable === false
        ? 'guardian_unreachable'
        : weight === undefined
          ? 'policy_missing'
          : isRefusal(weight)
            ? weight.refused
            : null
  if (code !== null || weight === undefined || isRefusal(weight)) return { day, band: null, code, rooms: [] }
  const { band } = weight
  const days = await readCareDays(
    reads.rows,
    day,
    rooms.map(({ room }) => room),
    { now },
  )
  return {
    day,
    band,
    code: null,
    rooms: rooms.map(({ room, name }, index) => {
      const careDay = days[index]
      const wish = { child: id, band, extraUnits: child.extraUnits }
      return { room, name, free: careDay === undefined ? [] : freeFor(careDay, names, wish) }
    }),
  }
}
