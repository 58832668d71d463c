/**
 * What a kiosk of the room tells, perhaps hours later: always recorded, in any order, with copies, in any pieces (P19). A
 * kiosk that was cut off could not ask; where it did what it would not have been let do, a doubt is raised for a person.
 * Nothing here refuses for carers, room or rules: the child was there.
 */
import type { Rows, Tx } from '../../central-sync/journal/port.ts'
import { careDoubted } from '../../central-sync/protocol/event/carer.ts'
import {
  careArrived,
  careHandedOver,
  carePickupRefused,
  careTurnedAway,
} from '../../central-sync/protocol/event/childcare.ts'
import type { StaffRole } from '../../central-sync/protocol/event/place.ts'
import type { DeviceId, ResourceId, StayId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { calendarDayOf, isCalendarDay, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import type { CareRecord, CareRecordOf, CareSecret } from '../../central-sync/protocol/wire/care.ts'
import { checkCare } from '../../central-sync/rules/care-need.ts'
import { type CareWeight, stateOn, weighChild } from '../../central-sync/rules/decide-care-booking.ts'
import { decidePickup, findBan } from '../../central-sync/rules/decide-pickup.ts'
import { bandOn } from '../../central-sync/rules/fiscal-age.ts'
import { isCarer } from '../staff/staff-proof.ts'
import { type CareParts, findCare } from './book-care.ts'
import { readCareDay, readPolicyOn, slotsOf } from './care-day.ts'
import type { Child } from './child-book.ts'
import { reviewAlarms } from './find-shortages.ts'
import { noteHere } from './note-here.ts'
import { findSharedSlips } from './shared-slips.ts'
import { bookingAt, isPlaceAt, settleByStays } from './stays.ts'

/** One record of a kiosk with its sealed part opened. */
export type CareTold = {
  [T in CareRecord['t']]: {
    readonly t: T
    readonly record: CareRecordOf<T>
    readonly secret: CareSecret<T>
  }
}[CareRecord['t']] & {
  readonly device: DeviceId
  /** Where the kiosk stands. */
  readonly room: ResourceId | undefined
  /** Every member of staff it names showed card and PIN to this centre. */
  readonly proven: boolean
}

type Told<T extends CareRecord['t']> = Extract<CareTold, { readonly t: T }>

/** A refusal means: this cannot be a record of this centre, keep it aside. */
export async function recordCare(tx: Tx, parts: CareParts, told: CareTold): Promise<Refusal | undefined> {
  const { record } = told
  await tx.project()
  if (await isKnown(tx, record.id)) return undefined
  const child = await parts.children.get(record.child, tx)
  if (child === undefined) return refuse('child_unknown')
  switch (told.t) {
    case 'care-arrived':
      return recordArrival(tx, parts, told, child)
    case 'care-handed-over':
      return recordHandOver(tx, parts, told)
    case 'care-turned-away': {
      const { id, child: subject, at } = told.record
      const { temperatureX10, symptoms, why = told.record.why } = told.secret
      if (why === undefined) return refuse('malformed', 'why')
      tx.append({
        ...{ event: careTurnedAway, data: { child: subject, at }, personal: { temperatureX10, symptoms, why } },
        ...{ id, subject, by: told.device },
      })
      return undefined
    }
    case 'care-refused': {
      const { id, child: subject, stay, at } = told.record
      const why = await judgeAgain(tx, parts, told)
      if (why === undefined) return refuse('malformed', 'why')
      const data = { child: subject, stay, at }
      tx.append({ event: carePickupRefused, data, personal: { why }, id, subject, by: told.device })
      return undefined
    }
  }
}

/** A ban that had not reached the kiosk is the stronger reason: staff must know who stood there. */
async function judgeAgain(tx: Tx, parts: CareParts, { record, secret }: Told<'care-refused'>) {
  const { why = record.why, worker, name } = secret
  if (worker === undefined && name === undefined) return why
  const facts = await parts.children.pickupFacts(record.child, calendarDayOf(record.at), tx)
  const ban = findBan({ worker, name }, facts)
  if (ban === undefined) return why
  return facts.guardians.some(({ id }) => id === ban) ? 'no_contact' : 'blocked'
}

async function isKnown(rows: Rows, id: string): Promise<boolean> {
  const row = await rows.one(
    'SELECT 1 AS one FROM care_evidence WHERE entry = ? UNION ALL SELECT 1 FROM care_refusal WHERE entry = ?',
    [id, id],
  )
  return row !== undefined
}

async function recordArrival(
  tx: Tx,
  parts: CareParts,
  { record, secret, device, room: stands }: Told<'care-arrived'>,
  child: Child,
): Promise<Refusal | undefined> {
  const { id, stay, child: subject, at } = record
  const day = calendarDayOf(at)
  const named = record.care === undefined ? undefined : await findCare(tx, record.care)
  // The list of a kiosk that was cut off names a place by its id: meanwhile the desk may have moved it.
  const meant = named?.child === subject && isPlaceAt(named, at)
  const care = meant ? named.care : (await bookingAt(tx, subject, day, at))?.care
  const booked = care === undefined ? undefined : await findCare(tx, care)
  const room = stands ?? booked?.room ?? (await firstRoom(tx))
  if (room === undefined) return refuse('resource_unknown')
  const { band, units } = booked ?? (await weigh(tx, child, day))
  tx.append({
    event: careArrived,
    data: { stay, child: subject, room, at, by: device, band, units, device, ...(care === undefined ? {} : { care }) },
    personal: { ...secret, meds: '' },
    ...{ id, subject, by: device },
  })
  await follow(tx, parts, { subject, room, at, by: device })
  await doubtSlips(tx, parts, record, device)
  // By the registration of now, which may have ended after the child came: the words ask a person to look.
  if (stateOn(child, day) !== 'approved') doubt(tx, { record, stay, kind: 'not_registered', by: device })
  if (await isShortAt(tx, room, at)) doubt(tx, { record, stay, kind: 'over_capacity', by: device })
  return undefined
}

async function recordHandOver(
  tx: Tx,
  parts: CareParts,
  { record, secret, device, room, proven }: Told<'care-handed-over'>,
): Promise<Refusal | undefined> {
  const { id, stay, child: subject, at, to, staff, secondFactor } = record
  const [first, second] = staff
  if (first === undefined) return refuse('malformed', 'staff')
  const both = to.kind === 'override' && second !== undefined && second !== first
  tx.append({
    event: careHandedOver,
    data: {
      ...{ stay, child: subject, at, to, staff: first, secondFactor, device },
      ...(both ? { override: { staff: [first, second] as [typeof first, typeof first] } } : {}),
    },
    personal: secret,
    ...{ id, subject, by: device },
  })
  const facts = await parts.children.pickupFacts(subject, calendarDayOf(at), tx)
  const allowed =
    to.kind === 'override'
      ? both && secret.reason.trim() !== '' && findBan({ name: secret.name }, facts) === undefined
      : !isRefusal(decidePickup({ id: to.id ?? '' }, facts))
  const carer = await someCarer(tx, staff)
  if (!allowed || !carer) doubt(tx, { record, stay, kind: 'not_allowed', by: device })
  if (!proven) doubt(tx, { record, stay, kind: 'unproven_staff', by: device })
  else for (const one of staff) await noteHere(tx, one, at, device)
  await tx.project()
  await doubtSlips(tx, parts, record, device)
  const known = await tx.one<{ room: ResourceId }>('SELECT room FROM care_stay WHERE child = ? AND stay = ?', [
    subject,
    stay,
  ])
  const where = known?.room ?? room
  if (where !== undefined) await follow(tx, parts, { subject, room: where, at, by: device })
  return undefined
}

/** One of them is a carer by her roles of now. */
async function someCarer(rows: Rows, staff: readonly string[]): Promise<boolean> {
  const found = await rows.all<{ roles: string }>(
    'SELECT f.roles FROM json_each(?) j JOIN staff f ON f.staff = j.value WHERE f.active = 1',
    [JSON.stringify(staff)],
  )
  return found.some(({ roles }) => isCarer(JSON.parse(roles) as StaffRole[]))
}

/** Each doubt once, whichever of the records it needs came last. The caller has projected. */
async function doubtSlips(tx: Tx, { children }: CareParts, record: CareRecord, by: DeviceId): Promise<void> {
  const { child, at } = record
  for (const { other, stay, ...about } of await findSharedSlips(tx, children, { child, day: calendarDayOf(at) })) {
    const told = await tx.one(
      "SELECT 1 AS one FROM care_doubt_told WHERE kind = 'code_shared' AND child = ? AND at = ? AND other = ?",
      [about.child, about.at, other],
    )
    if (told === undefined) doubt(tx, { record: about, stay, kind: 'code_shared', other, by })
  }
}

function doubt(
  tx: Tx,
  told: {
    record: Pick<CareRecord, 'child' | 'at'>
    stay: StayId
    kind: 'unproven_staff' | 'not_allowed' | 'over_capacity' | 'not_registered' | 'code_shared'
    other?: StayId
    by: DeviceId
  },
): void {
  const { record, stay, kind, other, by } = told
  const data = { child: record.child, stay, at: record.at, kind, ...(other === undefined ? {} : { other }) }
  tx.append({ event: careDoubted, data, subject: record.child, by })
}

/** Booking and alarms follow what happened, for the day on which it happened. */
async function follow(
  tx: Tx,
  { floor }: CareParts,
  { subject, room, at, by }: { subject: CareRecord['child']; room: ResourceId; at: number; by: string },
): Promise<void> {
  await tx.project()
  await settleByStays(tx, subject, by)
  await reviewAlarms(tx, await floor.of(tx), { room, day: calendarDayOf(at), by })
}

/** Under the rules of that day; without any, by class and with what is the child's own: it is counted in any case. */
async function weigh(rows: Rows, child: Child, day: ReturnType<typeof calendarDayOf>): Promise<CareWeight> {
  const policy = await readPolicyOn(rows, day)
  const known = isCalendarDay(child.birthDate)
  const weight = policy === undefined || !known ? undefined : weighChild({ ...child, reachable: true }, day, policy)
  if (weight !== undefined && !isRefusal(weight)) return weight
  const band = known ? bandOn(child.birthDate, day, 'fiscal') : 'a0'
  return { band: isRefusal(band) ? 'a0' : band, units: child.extraUnits }
}

async function isShortAt(tx: Tx, room: ResourceId, at: number): Promise<boolean> {
  await tx.project()
  const minute = wallMinuteOf(at)
  const day = await readCareDay(tx, room, calendarDayOf(at), { now: tx.now })
  const inside = await tx.all<{ child: string }>(
    `SELECT DISTINCT child FROM care_stay WHERE room = ? AND day = ? AND arrived_at <= ?
      AND (departed_at IS NULL OR departed_at > ?)`,
    [room, day.day, at, at],
  )
  const here = new Set(inside.map(({ child }) => child))
  const children = day.children.filter(({ child }) => here.has(child))
  const [slot] = slotsOf({ ...day, children }, { start: minute, end: minute + 1 })
  if (slot === undefined || day.policy === undefined) return true
  return checkCare(slot.load, slot.means, day.policy) !== undefined
}

async function firstRoom(rows: Rows): Promise<ResourceId | undefined> {
  const row = await rows.one<{ resource: ResourceId }>(
    "SELECT resource FROM resource WHERE kind = 'nursery' ORDER BY open DESC, resource LIMIT 1",
  )
  return row?.resource
}
