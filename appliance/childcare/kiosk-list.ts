/**
 * What the kiosk of a childcare room works with while the centre is out of reach: children of these days, who may fetch
 * them, who must not, and whose card counts as staff. It travels and lies on the kiosk's disk sealed. Nothing of a child's
 * health is in it (P20).
 */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { BookingId, ChildId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type CalendarDay, calendarDayOf, type Instant } from '../../central-sync/protocol/time.ts'
import type { CareChild, CareFetcher, CareRoom, CareStaff } from '../../central-sync/protocol/wire/care.ts'
import { stateOn } from '../../central-sync/rules/decide-care-booking.ts'
import { findBan, isGrantedOn, isValidOn, type PickupFacts } from '../../central-sync/rules/decide-pickup.ts'
import type { StaffCardDesk } from '../staff/staff-card-desk.ts'
import type { StaffDesk } from '../staff/staff-desk.ts'
import { isCarer } from '../staff/staff-proof.ts'
import type { CareParts } from './book-care.ts'
import { readPolicyOn } from './care-day.ts'
import type { ChildBook, Grant, Guardian } from './child-book.ts'
import { closingOf } from './find-shortages.ts'
import { openStays, type StayFact, sharedCodes, sheetOfStay, staysOn } from './stays.ts'
import { twiceCalled } from './twice-called.ts'

/** The day it is made and two more. */
const DAYS = 3
/** Where no rule is in force any more a child with this is not taken in by a kiosk, °C × 10. */
const FEVER_X10 = 375
const LISTED_MAX = { fetch: 24, away: 24, bring: 8, booked: 24 }

export interface KioskListParts extends CareParts {
  readonly rows: Rows
  readonly staff: StaffDesk
  readonly cards: StaffCardDesk
}

export interface KioskList {
  readonly day: CalendarDay
  readonly room: CareRoom
  readonly children: readonly CareChild[]
  readonly staff: readonly CareStaff[]
}

interface BookedRow {
  care: BookingId
  child: ChildId
  day: CalendarDay
  start: number
  end: number
}

/** `name`: the whole one. */
interface NamedChild {
  readonly listed: CareChild
  readonly name: string
}

/** Undefined when there is no such childcare room. */
export async function readKioskList(
  parts: KioskListParts,
  room: ResourceId,
  now: Instant,
): Promise<KioskList | undefined> {
  const { rows, floor } = parts
  const plan = await floor.now()
  const resource = plan.resources.get(room)
  if (resource?.kind !== 'nursery') return undefined
  const day = calendarDayOf(now)
  const days = Array.from({ length: DAYS }, (_, index) => addDays(day, index))
  const booked = await rows.all<BookedRow>(
    `SELECT care, child, day, start_min AS start, end_min AS "end" FROM care_booking
      WHERE room = ? AND day BETWEEN ? AND ? AND state IN ('confirmed', 'in') ORDER BY day, start_min`,
    [room, day, days.at(-1) ?? day],
  )
  const inside = (await openStays(rows)).filter((one) => one.room === room)
  const fetched = (await staysOn(rows, day)).filter((one) => one.room === room && one.departedAt !== null)
  const ids = new Set([...inside, ...fetched, ...booked].map(({ child }) => child))
  const shared = await sharedCodes(rows, parts.children)
  const found = await Promise.all(
    [...ids].map((child) => listChild(parts, child, { days, booked, inside, fetched, shared })),
  )
  const closes = days.flatMap((one) => {
    const minute = closingOf(plan, room, one)
    return minute === 0 ? [] : [{ day: one, minute }]
  })
  const feverX10 = (await readPolicyOn(rows, day))?.feverX10 ?? FEVER_X10
  return {
    day,
    room: { room, name: resource.name, feverX10, closes },
    children: tellApart(found.filter((one) => one !== undefined)),
    staff: await listStaff(parts),
  }
}

function tellApart(found: readonly NamedChild[]): CareChild[] {
  const twice = twiceCalled(found.map(({ listed }) => listed))
  return found
    .map(({ listed, name }) => (twice.has(listed.callName) ? { ...listed, callName: name.slice(0, 40) } : listed))
    .sort((a, b) => (a.callName < b.callName ? -1 : 1))
}

async function listChild(
  { rows, children: book }: KioskListParts,
  id: ChildId,
  known: {
    days: readonly CalendarDay[]
    booked: readonly BookedRow[]
    inside: readonly StayFact[]
    fetched: readonly StayFact[]
    shared: Awaited<ReturnType<typeof sharedCodes>>
  },
): Promise<NamedChild | undefined> {
  const child = await book.get(id, rows)
  const [day] = known.days
  if (child === undefined || day === undefined) return undefined
  const stay = known.inside.find((one) => one.child === id)
  const facts = await book.pickupFacts(id, day)
  const listed: CareChild = {
    child: id,
    callName: (child.callName || child.name).slice(0, 40),
    booked: known.booked
      // Beyond her registration she is not taken in by a kiosk: staff decide.
      .filter((one) => one.child === id && stateOn(child, one.day) === 'approved')
      .map(({ care, day: on, start, end }) => ({ care, day: on, start, end }))
      .slice(0, LISTED_MAX.booked),
    ...(stay === undefined
      ? {}
      : { stay: { stay: stay.stay, at: stay.arrivedAt, code: codeFor(book, stay, known.shared) } }),
    fetched: stay === undefined && known.fetched.some((one) => one.child === id),
    bring: bringers(facts.guardians as readonly Guardian[], day),
    phone: await book.phoneOf(id, day),
    fetch: fetchers(facts, known.days),
    away: banned(facts, day),
  }
  return { listed, name: child.name }
}

/** A code that is on two slips is no proof at any kiosk: none is named. */
function codeFor(book: ChildBook, stay: StayFact, shared: Awaited<ReturnType<typeof sharedCodes>>): string {
  return shared.has(stay.stay) ? '' : sheetOfStay(book, stay).code
}

function bringers(guardians: readonly Guardian[], day: CalendarDay): CareChild['bring'] {
  return guardians
    .flatMap(({ worker, name, custody, ...rest }) =>
      worker !== undefined && custody === 'normal' && isValidOn(rest, day)
        ? [{ worker, name: name.slice(0, 100) }]
        : [],
    )
    .slice(0, LISTED_MAX.bring)
}

/** Whoever may fetch on one of these days and is banned on none of them. */
function fetchers(facts: PickupFacts, days: readonly CalendarDay[]): CareFetcher[] {
  const isFree = (id: string) => days.every((day) => findBan({ id }, { ...facts, day }) === undefined)
  const guardians = (facts.guardians as readonly Guardian[]).filter(
    (one) => one.custody === 'normal' && days.some((day) => isValidOn(one, day)),
  )
  const grants = (facts.grants as readonly Grant[]).filter((one) => days.some((day) => isGrantedOn(one, day)))
  const of = (kind: CareFetcher['kind'], { id, name, relation, worker }: Guardian | Grant, day?: CalendarDay) => ({
    ...{ kind, id, name: name.slice(0, 100), relation },
    ...(worker === undefined ? {} : { worker }),
    ...(day === undefined ? {} : { day }),
  })
  return [...guardians.map((one) => of('guardian', one)), ...grants.map((one) => of('pickup', one, one.day))]
    .filter(({ id }) => isFree(id))
    .slice(0, LISTED_MAX.fetch)
}

function banned({ guardians, blocks }: PickupFacts, day: CalendarDay): CareChild['away'] {
  const of = (why: 'blocked' | 'no_contact', ban: { name: string; kana: string; worker?: string | undefined }) => ({
    ...(ban.worker === undefined ? {} : { worker: ban.worker as Guardian['worker'] & string }),
    ...{ name: ban.name.slice(0, 200), kana: ban.kana.slice(0, 200), why },
  })
  return [
    ...blocks.filter((one) => isValidOn(one, day)).map((one) => of('blocked', one)),
    ...guardians
      .filter((one) => one.custody === 'no_contact' && isValidOn(one, day))
      .map((one) => of('no_contact', one)),
  ].slice(0, LISTED_MAX.away) as CareChild['away']
}

async function listStaff({ staff, cards }: KioskListParts): Promise<CareStaff[]> {
  const members = new Map((await staff.all()).map((one) => [one.staff, one]))
  return [...(await cards.digestsInUse())].map(([id, digests]) => ({
    staff: id,
    name: (members.get(id)?.name ?? '').slice(0, 100),
    carer: isCarer(members.get(id)?.roles ?? []),
    digests: digests.slice(0, 8).map(({ k, h }) => ({ k, h })),
  }))
}
