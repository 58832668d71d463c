/** Turns what the childcare room knows into the rows of its answers: children and parents named, rooms too. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import type {
  BookingId,
  ChildId,
  ResourceId,
  StaffId,
  StayId,
  WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type CalendarDay,
  calendarDayOf,
  type Instant,
  isCalendarDay,
  wallMinuteOf,
} from '../../central-sync/protocol/time.ts'
import { policyOn } from '../../central-sync/rules/care-need.ts'
import { stateOn } from '../../central-sync/rules/decide-care-booking.ts'
import { isGrantedOn, isValidOn } from '../../central-sync/rules/decide-pickup.ts'
import { bandOn } from '../../central-sync/rules/fiscal-age.ts'
import type { FloorBook, FloorPlan } from '../booking/floor-plan.ts'
import { CARE_COLUMNS, type CareFact } from '../childcare/book-care.ts'
import { type KnownPolicy, readPolicies } from '../childcare/care-day.ts'
import type { Block, Child, ChildBook, Grant, Guardian } from '../childcare/child-book.ts'
import { type StayFact, sheetOfStay } from '../childcare/stays.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import type { Directory, Person } from '../worker/directory.ts'
import type * as shapes from './shape-care-rows.ts'

export type ChildAnswer = z.output<typeof shapes.childRow>
export type CareAnswer = z.output<typeof shapes.careRow>
export type InsideAnswer = z.output<typeof shapes.insideRow>
export type ShiftAnswer = z.output<typeof shapes.shiftRow>
export type RoomAnswer = z.output<typeof shapes.roomRow>

/** What every answer of the room is made with. */
export interface CareRoomReads {
  readonly rows: Rows
  readonly children: ChildBook
  readonly floor: FloorBook
  readonly directory: Directory
  readonly staff: StaffDesk
}

/** Names and rules of one request, read once. */
export interface CareNames {
  readonly now: Instant
  readonly today: CalendarDay
  readonly plan: FloorPlan
  readonly children: ReadonlyMap<ChildId, Child>
  readonly people: ReadonlyMap<WorkerId, Person>
  readonly policies: readonly KnownPolicy[]
}

export async function readNames({ rows, children, floor, directory }: CareRoomReads, now: Instant): Promise<CareNames> {
  return {
    now,
    today: calendarDayOf(now),
    plan: await floor.now(),
    children: await children.byId(),
    people: await directory.byId(),
    policies: await readPolicies(rows),
  }
}

export async function nurseryRooms({ rows, floor }: CareRoomReads): Promise<RoomAnswer[]> {
  const plan = await floor.now()
  const areas = await rows.all<{ room: ResourceId; area_dm2: number }>('SELECT room, area_dm2 FROM care_room')
  const area = new Map(areas.map((one) => [one.room, one.area_dm2]))
  return [...plan.resources.values()]
    .filter(({ kind }) => kind === 'nursery')
    .map((one) => ({
      room: one.resource,
      name: one.name,
      areaDm2: area.get(one.resource) ?? null,
      open: plan.isOpen(one),
    }))
}

export function roomName({ plan }: Pick<CareNames, 'plan'>, room: ResourceId): string {
  return plan.resources.get(room)?.name ?? ''
}

/** A call name for screens: the chosen one, else the name. */
export function callNameOf(child: Pick<Child, 'callName' | 'name'> | undefined): string {
  return child === undefined ? '' : child.callName || child.name
}

const YEAR_DAYS = 365

/** What there is to read, not what it says: a mark for allergies, one for the rest (P20). */
function marksOf(child: Child | undefined): { hasAllergy: boolean; hasHealth: boolean } {
  if (child === undefined) return { hasAllergy: false, hasHealth: false }
  const { allergies, notes, doctor, allergyPlan, extraUnits } = child
  return {
    hasAllergy: allergies !== '' || allergyPlan,
    hasHealth: notes !== '' || doctor !== '' || extraUnits > 0,
  }
}

export function childAnswer(child: Child, { people, policies, today }: CareNames): ChildAnswer {
  const parent = people.get(child.worker)
  const policy = policyOn(policies, today)
  const known = isCalendarDay(child.birthDate)
  const band = policy === undefined || !known ? undefined : bandOn(child.birthDate, today, policy.ageBasis)
  const { allergyPlan, allergyReviewedOn } = child
  return {
    child: child.child,
    state: stateOn(child, today),
    until: child.until ?? null,
    name: child.name,
    kana: child.kana,
    callName: callNameOf(child),
    birthDate: child.birthDate,
    band: band === undefined || isRefusal(band) ? null : band,
    worker: child.worker,
    parentCode: parent?.shownCode ?? '',
    parentName: parent?.name ?? '',
    ...marksOf(child),
    allergyReviewDue:
      allergyPlan && (allergyReviewedOn === undefined || allergyReviewedOn < addDays(today, -YEAR_DAYS)),
  }
}

export function careAnswer(fact: CareFact, names: CareNames, stay: StayId | null = null): CareAnswer {
  const child = names.children.get(fact.child)
  const parent = names.people.get(fact.worker)
  const { care, worker, room, day, start, end, band, units, state, source, linked, expires } = fact
  return {
    ...{ care, child: fact.child, worker, room, day, start, end, band, units, state, source, linked, expires, stay },
    callName: callNameOf(child),
    name: child?.name ?? '',
    parentCode: parent?.shownCode ?? '',
    parentName: parent?.name ?? '',
    roomName: roomName(names, room),
    lapsed: (state === 'held' || state === 'confirmed') && child !== undefined && stateOn(child, day) !== 'approved',
  }
}

/** Bookings in any state, with the stay each became, by time. */
export async function readCares(
  rows: Rows,
  names: CareNames,
  where: { readonly from: CalendarDay; readonly to: CalendarDay; readonly child?: ChildId | undefined },
): Promise<CareAnswer[]> {
  const { from, to, child } = where
  const facts = await rows.all<CareFact>(
    `SELECT ${CARE_COLUMNS} FROM care_booking WHERE day BETWEEN ? AND ? AND (? IS NULL OR child = ?)
      ORDER BY day, start_min, care`,
    [from, to, child ?? null, child ?? null],
  )
  const stays = await rows.all<{ care: BookingId; stay: StayId }>(
    'SELECT care, stay FROM care_stay WHERE care IS NOT NULL AND day BETWEEN ? AND ? AND twin = 0',
    [from, to],
  )
  const byCare = new Map(stays.map((one) => [one.care, one.stay]))
  return facts.map((fact) => careAnswer(fact, names, byCare.get(fact.care) ?? null))
}

export function insideAnswer(stay: StayFact, until: number | null, names: CareNames, book: ChildBook): InsideAnswer {
  const child = names.children.get(stay.child)
  const { contactPhone, broughtBy } = sheetOfStay(book, stay)
  const minute = stay.day === names.today ? wallMinuteOf(names.now) : 1_440
  return {
    stay: stay.stay,
    child: stay.child,
    callName: callNameOf(child),
    name: child?.name ?? '',
    kana: child?.kana ?? '',
    room: stay.room,
    roomName: roomName(names, stay.room),
    care: stay.care,
    since: stay.arrivedAt,
    until,
    overMinutes: until === null ? 0 : Math.max(0, minute - until),
    band: stay.band,
    contactPhone,
    broughtBy,
    ...marksOf(child),
    late: stay.late,
  }
}

export function guardianAnswer({ id, to, worker, ...rest }: Guardian, today: CalendarDay) {
  const current = isValidOn({ from: rest.from, to }, today)
  return { guardian: id, worker: worker ?? null, to: to ?? null, ...rest, current }
}

export function grantAnswer(grant: Grant, today: CalendarDay) {
  const { id, to, worker, day, by, ...rest } = grant
  const askedBy = by.startsWith('w_') ? ('parent' as const) : ('staff' as const)
  const current = isGrantedOn(grant, today)
  return { pickup: id, worker: worker ?? null, day: day ?? null, to: to ?? null, ...rest, askedBy, current }
}

export function blockAnswer(block: Block, today: CalendarDay) {
  const { id, to, worker, guardian, ...rest } = block
  const current = !block.lifted && isValidOn(block, today)
  return { block: id, worker: worker ?? null, guardian: guardian ?? null, to: to ?? null, ...rest, current }
}

export function policyAnswer({ to, ...policy }: KnownPolicy, current: KnownPolicy | undefined) {
  return { ...policy, to: to ?? null, current: policy.policy === current?.policy }
}

interface ShiftRow {
  shift: ShiftAnswer['shift']
  room: ResourceId
  day: CalendarDay
  start_min: number
  end_min: number
  staff: StaffId | null
  qualified: number
  attendance: ShiftAnswer['attendance']
}

export async function readShifts(
  { rows, staff }: CareRoomReads,
  names: Pick<CareNames, 'plan'>,
  { from, to }: { from: CalendarDay; to: CalendarDay },
): Promise<ShiftAnswer[]> {
  const members = new Map((await staff.all()).map((one) => [one.staff, one.name]))
  const found = await rows.all<ShiftRow>(
    'SELECT * FROM shift WHERE day BETWEEN ? AND ? AND removed = 0 ORDER BY day, start_min, shift',
    [from, to],
  )
  return found.map(({ shift, room, day, start_min: start, end_min: end, staff: who, qualified, attendance }) => ({
    ...{ shift, room, day, start, end, staff: who, attendance },
    roomName: roomName(names, room),
    staffName: who === null ? '' : (members.get(who) ?? ''),
    qualified: qualified === 1,
  }))
}
