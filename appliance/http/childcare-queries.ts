/** Queries of the childcare room for staff: board, numbers, days, shifts, rules, shortages. */
import { z } from 'zod'
import type { ChildId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { refuse } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type CalendarDay,
  calendarDayOf,
  daysBetween,
  type Instant,
} from '../../central-sync/protocol/time.ts'
import { headCount, policyOn } from '../../central-sync/rules/care-need.ts'
import type { Query } from '../../central-sync/web/port.ts'
import { findCare } from '../childcare/book-care.ts'
import { readCareDay, readCareRange, slotsOf } from '../childcare/care-day.ts'
import { readDoubts } from '../childcare/doubts.ts'
import { readShortages, shortagesOf } from '../childcare/find-shortages.ts'
import { countLapsed, readLapsed } from '../childcare/lapsed-places.ts'
import { policyTemplates } from '../childcare/policy-templates.ts'
import { openStays, staysOn } from '../childcare/stays.ts'
import type { StaffProof } from '../staff/staff-proof.ts'
import {
  type CareNames,
  type CareRoomReads,
  callNameOf,
  careAnswer,
  insideAnswer,
  nurseryRooms,
  policyAnswer,
  readCares,
  readNames,
  readShifts,
  roomName,
} from './describe-care.ts'
import { staffOf } from './door-commands.ts'
import { dayAnswer, roomsNow } from './room-now.ts'
import { bindQuery } from './shape.ts'
import { carePlace } from './shape-care-place.ts'
import * as shapes from './shape-childcare-queries.ts'
import { careLapsed } from './shape-lapsed.ts'

const DAYS_MAX = 62
/** Shortages are looked for this far ahead when nobody says otherwise. */
const AHEAD_DAYS = 28
const ALARM_DAYS = 7

export interface ChildcareReads extends CareRoomReads {
  readonly proof: StaffProof
}

export function childcareQueries(reads: ChildcareReads): readonly Query[] {
  return [
    bindQuery(shapes.careBoard, async (_input, { actor, now }) => ({
      ...(await readBoard(reads, now)),
      hasPin: await reads.proof.hasPin(staffOf(actor).staff),
    })),
    bindQuery(shapes.careCounts, async (_input, { now }) => {
      const plan = await reads.floor.now()
      const today = calendarDayOf(now)
      return { day: today, at: now, rooms: await roomsNow(reads, { plan, today, now }, await nurseryRooms(reads)) }
    }),
    bindQuery(shapes.careSlots, async ({ room, day }, { now }) => readSlots(reads, room, day, now)),
    bindQuery(shapes.careRooms, async () => ({ rooms: await nurseryRooms(reads) })),
    bindQuery(shapes.careDays, async ({ from, to }, { now }) => readDays(reads, from, to, now)),
    bindQuery(shapes.careBookings, async ({ from, to, child }, { now }) =>
      badSpan(from, to) ? refuse('interval_invalid') : { bookings: await bookings(reads, now, { from, to, child }) },
    ),
    bindQuery(carePlace, async ({ care }, { now }) => {
      const fact = await findCare(reads.rows, care)
      if (fact === undefined) return refuse('booking_unknown')
      const { day, child } = fact
      const booking = (await bookings(reads, now, { from: day, to: day, child })).find((one) => one.care === care)
      return booking === undefined ? refuse('booking_unknown') : { booking }
    }),
    bindQuery(shapes.careShifts, async ({ from, to }, { now }) => {
      if (badSpan(from, to)) return refuse('interval_invalid')
      const members = (await reads.staff.all()).filter(({ active }) => active)
      return {
        shifts: await readShifts(reads, await readNames(reads, now), { from, to }),
        carers: members
          .filter(({ roles }) => roles.includes('childcare') || roles.includes('director'))
          .map(({ staff, name }) => ({ staff, name })),
      }
    }),
    bindQuery(shapes.carePolicies, async (_input, { now }) => {
      const { policies, today } = await readNames(reads, now)
      const current = policyOn(policies, today)
      return {
        policies: [...policies].sort((a, b) => (a.from < b.from ? 1 : -1)).map((one) => policyAnswer(one, current)),
        templates: (['unlicensed', 'small', 'temporary'] as const).map((template) => ({
          template,
          ...policyTemplates[template],
        })),
      }
    }),
    bindQuery(shapes.careConflicts, async ({ from, to }, { now }) => readConflicts(reads, now, from, to)),
    bindQuery(careLapsed, async (_input, { now }) => {
      const names = await readNames(reads, now)
      const found = await readLapsed(reads.rows, names.today)
      return { places: found.map((one) => careAnswer(one, names)) }
    }),
  ] as readonly Query[]
}

function badSpan(from: CalendarDay, to: CalendarDay): boolean {
  return to < from || daysBetween(from, to) > DAYS_MAX
}

async function bookings(
  reads: CareRoomReads,
  now: Instant,
  where: { from: CalendarDay; to: CalendarDay; child?: ChildId | undefined },
) {
  return readCares(reads.rows, await readNames(reads, now), where)
}

async function readBoard(reads: ChildcareReads, now: Instant) {
  const { rows, children: book } = reads
  const names = await readNames(reads, now)
  const { today, children, policies } = names
  const cares = await readCares(rows, names, { from: today, to: today })
  const ends = new Map(cares.map(({ care, end }) => [care as string, end]))
  const open = await openStays(rows)
  const stays = await staysOn(rows, today)
  const shortages = await readShortages(rows, { from: today, to: addDays(today, AHEAD_DAYS), now })
  return {
    day: today,
    at: now,
    rooms: await roomsNow(reads, names, await nurseryRooms(reads)),
    inside: open
      .map((stay) => insideAnswer(stay, stay.care === null ? null : (ends.get(stay.care) ?? null), names, book))
      .sort((a, b) => (a.until ?? 1_440) - (b.until ?? 1_440)),
    expected: cares.filter(({ state }) => state === 'confirmed' || state === 'held'),
    gone: stays
      .filter(({ departedAt }) => departedAt !== null)
      .sort((a, b) => (b.departedAt ?? 0) - (a.departedAt ?? 0))
      .map(({ stay, child, arrivedAt, departedAt, toKind }) => ({
        stay,
        child,
        callName: callNameOf(children.get(child)),
        name: children.get(child)?.name ?? '',
        since: arrivedAt,
        departedAt: departedAt ?? 0,
        override: toKind === 'override',
      })),
    shifts: await readShifts(reads, names, { from: today, to: today }),
    alarms: await readAlarms(reads, names),
    conflicts: shortages.length,
    lapsed: (await countLapsed(rows, today)).places,
    doubts: (await readDoubts(rows, now)).map(({ other, ...doubt }) => ({
      ...doubt,
      callName: callNameOf(children.get(doubt.child)),
      otherName: other === null ? '' : callNameOf(children.get(other)),
    })),
    refusals: await readRefusals(reads, names),
    pending: [...children.values()].filter(({ state }) => state === 'pending').length,
    policyMissing: policyOn(policies, today) === undefined,
  }
}

async function readAlarms({ rows }: CareRoomReads, names: CareNames) {
  const found = await rows.all<{
    room: ResourceId
    day: CalendarDay
    kind: 'ratio' | 'closing' | 'staff_lost'
    slot: number
    since: number
  }>('SELECT room, day, kind, slot, since FROM care_alarm WHERE day >= ? ORDER BY day, since', [
    addDays(names.today, -ALARM_DAYS),
  ])
  return found.map(({ room, slot, ...rest }) => ({
    ...rest,
    room,
    roomName: roomName(names, room),
    slot: slot < 0 ? null : slot,
  }))
}

/** Of both kinds of refusal: why is sealed. */
const refusalSheet = z.looseObject({ why: z.string() })

/** Who was turned away at the door today, child by child; the person who came is named nowhere. */
async function readRefusals({ rows, children: book }: CareRoomReads, { now, today, children }: CareNames) {
  const found = await rows.all<{ child: ChildId; kind: 'turned_away' | 'pickup'; at: number; sheet: string | null }>(
    'SELECT child, kind, at, sheet FROM care_refusal WHERE at > ? ORDER BY at DESC LIMIT 100',
    [now - 86_400_000],
  )
  return found
    .filter(({ at }) => calendarDayOf(at) === today)
    .map(({ sheet, ...one }) => {
      const why = book.open(sheet, refusalSheet)?.why ?? 'unknown'
      return { ...one, why, callName: callNameOf(children.get(one.child)) }
    })
}

async function readSlots(reads: CareRoomReads, room: ResourceId, day: CalendarDay, now: Instant) {
  const known = (await nurseryRooms(reads)).find((one) => one.room === room)
  if (known === undefined) return refuse('resource_unknown')
  const names = await readNames(reads, now)
  const careDay = await readCareDay(reads.rows, room, day, { now })
  const { policy } = careDay
  const current = policyOn(names.policies, names.today)
  return {
    room: known,
    day,
    policy: policy === undefined ? null : policyAnswer(policy, current),
    slots: dayAnswer(careDay, names),
  }
}

async function readDays(reads: CareRoomReads, from: CalendarDay, to: CalendarDay, now: Instant) {
  if (badSpan(from, to)) return refuse('interval_invalid')
  const { rows } = reads
  const rooms = (await nurseryRooms(reads)).map(({ room }) => room)
  const count = (table: 'care_booking' | 'shift', where: string) =>
    rows.all<{ day: CalendarDay; n: number }>(
      `SELECT day, count(*) AS n FROM ${table} WHERE day BETWEEN ? AND ? AND ${where} GROUP BY day`,
      [from, to],
    )
  const booked = new Map(
    (await count('care_booking', "state IN ('held', 'confirmed', 'in', 'done')")).map(({ day, n }) => [day, n]),
  )
  const shifts = new Map((await count('shift', 'removed = 0')).map(({ day, n }) => [day, n]))
  const dayOf = await readCareRange(rows, { from, to }, { now })
  const days = []
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const careDays = rooms.map((room) => dayOf(room, day))
    const peaks = careDays.flatMap((one) =>
      one.children.length === 0 ? [] : slotsOf(one, { start: 0, end: 1_440 }).map(({ load }) => headCount(load.heads)),
    )
    days.push({
      day,
      bookings: booked.get(day) ?? 0,
      shifts: shifts.get(day) ?? 0,
      peak: Math.max(0, ...peaks),
      conflicts: careDays.flatMap((one) => shortagesOf(one, now)).length,
      policyMissing: careDays[0]?.policy === undefined,
    })
  }
  return { days }
}

async function readConflicts(
  reads: CareRoomReads,
  now: Instant,
  from: CalendarDay = calendarDayOf(now),
  to: CalendarDay = addDays(from, AHEAD_DAYS),
) {
  if (badSpan(from, to)) return refuse('interval_invalid')
  const names = await readNames(reads, now)
  const cares = await readCares(reads.rows, names, { from, to })
  const standing = cares.filter(({ state }) => state === 'held' || state === 'confirmed' || state === 'in')
  const made = new Map(
    (
      await reads.rows.all<{ care: string; pos: number }>(
        'SELECT care, pos FROM care_booking WHERE day BETWEEN ? AND ?',
        [from, to],
      )
    ).map(({ care, pos }) => [care, pos]),
  )
  const shortages = await readShortages(reads.rows, { from, to, now })
  return {
    conflicts: shortages.map(({ room, day, start, end, code, needed, staff, qualified, total }) => ({
      ...{ room, day, start, end, code, staff, qualified, total },
      roomName: roomName(names, room),
      needStaff: code === 'ratio_exceeded' || code === 'staff_minimum' ? needed : staff,
      cares: standing
        .filter((one) => one.room === room && one.day === day && one.start < end && start < one.end)
        .sort((a, b) => (made.get(b.care) ?? 0) - (made.get(a.care) ?? 0)),
    })),
  }
}
