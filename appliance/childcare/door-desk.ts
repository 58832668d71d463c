/**
 * The door of the childcare room. In: health, a phone number, a place, enough carers for who is inside now. Out: only to a
 * person who may, and never refused for any number of children or carers. Everything refused is written down, quietly.
 */
import { randomBytes } from 'node:crypto'
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import {
  careArrived,
  careHandedOver,
  carePickupRefused,
  careTurnedAway,
  type SecondFactor,
} from '../../central-sync/protocol/event/childcare.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type PickupId,
  type ResourceId,
  type StaffId,
  type StayId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { calendarDayOf, minuteFace, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { checkCare, withChild } from '../../central-sync/rules/care-need.ts'
import { type CareWeight, stateOn, weighChild } from '../../central-sync/rules/decide-care-booking.ts'
import {
  checkProof,
  decideOverride,
  decidePickup,
  findBan,
  type PickupFacts,
} from '../../central-sync/rules/decide-pickup.ts'
import { SLOT_MINUTES } from '../../central-sync/rules/fill-slots.ts'
import { judgeHealth } from '../../central-sync/rules/judge-health.ts'
import { latestEnd } from '../../central-sync/rules/latest-end.ts'
import { newSecurityCode } from '../../central-sync/rules/security-code.ts'
import { appendCareDemand, bookCare, type CareParts, findCare, isDeclinedCare, placesOf } from './book-care.ts'
import { type KnownPolicy, readCareDay, readPolicyOn, slotsOf } from './care-day.ts'
import type { Child } from './child-book.ts'
import { reviewAlarms } from './find-shortages.ts'
import { noteHere } from './note-here.ts'
import {
  bookingAt,
  codesInUse,
  findStay,
  openStayOf,
  openStays,
  type StayFact,
  settleByStays,
  sharedCodes,
  sheetOfStay,
} from './stays.ts'

export interface ArrivalWish {
  readonly child: ChildId
  readonly care?: BookingId | undefined
  readonly room?: ResourceId | undefined
  /** Without a booking: until when, wall minute. */
  readonly until?: number | undefined
  readonly broughtBy: string
  readonly temperatureX10: number
  readonly symptoms: readonly string[]
  readonly contactPhone: string
  readonly meds: string
}

export interface HandOverWish {
  readonly stay: StayId
  /** Guardian or permission. */
  readonly to: PickupId
  readonly secondFactor: SecondFactor
  readonly code: string
}

/** A member of staff who has proven herself, and the worker she also is. */
export interface Giver {
  readonly staff: StaffId
  readonly worker: WorkerId | undefined
}

export type RefusedWhy = 'blocked' | 'unknown' | 'no_contact' | 'not_today' | 'code_wrong'

export class DoorDesk {
  readonly #journal: Journal
  readonly #parts: CareParts

  constructor(journal: Journal, parts: CareParts) {
    this.#journal = journal
    this.#parts = parts
  }

  /** Takes a child in. The code is for the slip; it is kept sealed and asked for at hand-over. */
  arrive(wish: ArrivalWish, staff: StaffId): Promise<{ stay: StayId; code: string } | Refusal> {
    return this.#journal.write('care.arrive', async (tx) => {
      const { children } = this.#parts
      const child = await children.get(wish.child, tx)
      if (child === undefined) return refuse('child_unknown')
      const day = calendarDayOf(tx.now)
      const policy = await readPolicyOn(tx, day)
      const phone = wish.contactPhone || (await children.phoneOf(wish.child, day, tx))
      const unfit = await this.#findUnfit(tx, wish, { child, policy, phone, staff })
      if (unfit !== undefined || policy === undefined) return unfit ?? refuse('policy_missing')
      const place = await this.#takePlace(tx, wish, { child, policy, staff })
      if (isRefusal(place)) return this.#tellFull(tx, wish, { child, staff }, place)
      const stay = newIdentifier('stay')
      const code = newSecurityCode(randomBytes, await codesInUse(tx, children))
      const { care, room, band, units } = place
      const { broughtBy, temperatureX10, symptoms, meds } = wish
      tx.append({
        event: careArrived,
        data: { stay, care, child: wish.child, room, at: tx.now, by: staff, band, units },
        personal: { broughtBy, temperatureX10, symptoms: [...symptoms], contactPhone: phone, meds, code },
        subject: wish.child,
        by: staff,
      })
      await this.#settle(tx, wish.child, room, staff)
      return { stay, code }
    })
  }

  /** The same code again, for a lost slip; nothing once the child has left (P18). */
  async codeOf(stay: StayId): Promise<{ stay: StayId; code: string } | Refusal> {
    const found = await findStay(this.#journal.read, stay)
    if (found === undefined || found.departedAt !== null) return refuse('not_in')
    return { stay, code: sheetOfStay(this.#parts.children, found).code }
  }

  /** Gives the child to somebody who may have it today. */
  handOver(wish: HandOverWish, { staff, worker }: Giver): Promise<undefined | Refusal> {
    return this.#journal.write('care.hand-over', async (tx) => {
      const stay = await findStay(tx, wish.stay)
      if (stay === undefined || stay.departedAt !== null) return refuse('not_in')
      const facts = await this.#parts.children.pickupFacts(stay.child, calendarDayOf(tx.now), tx)
      const person = decidePickup({ id: wish.to }, facts)
      const shared = (await sharedCodes(tx, this.#parts.children)).has(stay.stay)
      const refused = isRefusal(person) ? person : this.#checkProof(wish, person, stay, { ...facts, shared })
      if (refused !== undefined || isRefusal(person)) {
        // Of two slips with one code nobody did anything wrong.
        if (refused?.refused !== 'code_shared') this.#noteRefused(tx, stay, whyOf(refused, wish.to, facts), staff)
        return refused
      }
      const entry = [...facts.guardians, ...facts.grants].find(({ id }) => id === person.id)
      // A carer who is the parent too lets a colleague give her the child.
      if (worker !== undefined && entry?.worker === worker) return refuse('deciding_about_oneself')
      tx.append({
        event: careHandedOver,
        data: {
          stay: stay.stay,
          child: stay.child,
          at: tx.now,
          to: { kind: person.kind, id: person.id as PickupId },
          staff,
          secondFactor: wish.secondFactor,
        },
        personal: { name: entry?.name ?? '', reason: '' },
        subject: stay.child,
        by: staff,
      })
      await this.#settle(tx, stay.child, stay.room, staff)
      return undefined
    })
  }

  /** To somebody who is on no list: two members of staff and a reason. Never against a ban. */
  override(
    wish: { readonly stay: StayId; readonly name: string; readonly reason: string },
    staff: readonly [StaffId, StaffId],
  ): Promise<undefined | Refusal> {
    const [first, second] = staff
    return this.#journal.write('care.override', async (tx) => {
      const stay = await findStay(tx, wish.stay)
      if (stay === undefined || stay.departedAt !== null) return refuse('not_in')
      const { name, reason } = wish
      const facts = await this.#parts.children.pickupFacts(stay.child, calendarDayOf(tx.now), tx)
      const refused = decideOverride({ name }, { staff, reason }, facts)
      if (refused !== undefined) {
        if (refused.refused === 'pickup_blocked') this.#noteRefused(tx, stay, banOf({ name }, facts), first)
        return refused
      }
      tx.append({
        event: careHandedOver,
        data: {
          stay: stay.stay,
          child: stay.child,
          at: tx.now,
          to: { kind: 'override' },
          staff: first,
          secondFactor: 'face',
          override: { staff: [first, second] },
        },
        personal: { name, reason },
        subject: stay.child,
        by: first,
      })
      await this.#settle(tx, stay.child, stay.room, first)
      return undefined
    })
  }

  /** Somebody came and did not get the child; what the list says of that name. */
  tellRefused(stay: StayId, name: string, staff: StaffId): Promise<{ why: RefusedWhy } | Refusal> {
    return this.#journal.write('care.refused', async (tx) => {
      const found = await findStay(tx, stay)
      if (found === undefined || found.departedAt !== null) return refuse('not_in')
      const facts = await this.#parts.children.pickupFacts(found.child, calendarDayOf(tx.now), tx)
      const why = findBan({ name }, facts) === undefined ? 'unknown' : banOf({ name }, facts)
      this.#noteRefused(tx, found, why, staff)
      return { why }
    })
  }

  /** In the order of the house's list. What concerns the child itself is written down as a child turned away. */
  async #findUnfit(
    tx: Tx,
    { child: id, temperatureX10, symptoms }: ArrivalWish,
    facts: { child: Child; policy: KnownPolicy | undefined; phone: string; staff: StaffId },
  ): Promise<Refusal | undefined> {
    const { child, policy, phone, staff } = facts
    if (stateOn(child, calendarDayOf(tx.now)) !== 'approved') return refuse('child_not_approved')
    if ((await openStayOf(tx, id)) !== undefined) return refuse('already_in')
    const turnAway = (why: 'fever' | 'symptom' | 'no_guardian', refusal: Refusal) => {
      const personal = { temperatureX10, symptoms: [...symptoms], why }
      tx.append({ event: careTurnedAway, data: { child: id, at: tx.now }, personal, subject: id, by: staff })
      return refusal
    }
    if (phone === '') return turnAway('no_guardian', refuse('guardian_unreachable'))
    if (policy === undefined) return refuse('policy_missing')
    const unwell = judgeHealth({ temperatureX10, symptoms }, policy.feverX10)
    return unwell === undefined ? undefined : turnAway(unwell, refuse(unwell))
  }

  /** The booking the child came for, or a place from now on; and enough carers for who is inside with it. */
  async #takePlace(
    tx: Tx,
    wish: ArrivalWish,
    { child, policy, staff }: { child: Child; policy: KnownPolicy; staff: StaffId },
  ): Promise<(CareWeight & { care: BookingId; room: ResourceId }) | Refusal> {
    const day = calendarDayOf(tx.now)
    const known = wish.care ?? (await bookingAt(tx, wish.child, day, tx.now))?.care
    const booked = known === undefined ? undefined : await findCare(tx, known)
    if (wish.care !== undefined && (booked?.child !== wish.child || booked.day !== day))
      return refuse('booking_unknown')
    const fits = booked?.state === 'confirmed'
    const room = (fits ? booked.room : undefined) ?? wish.room ?? (await this.#onlyRoom(tx))
    if (room === undefined) return refuse('resource_unknown')
    const weight = weighChild({ ...child, reachable: true }, day, policy)
    if (isRefusal(weight)) return weight
    const untilBooked = fits ? booked.start : undefined
    const short = await this.#checkNow(tx, { room, child, weight, untilBooked })
    if (short !== undefined) return short
    if (fits) return { care: booked.care, room, band: booked.band, units: Math.max(booked.units, weight.units) }
    if (wish.until === undefined) return refuse('malformed', 'until')
    const tooLate = await this.#checkUntil(tx, { child: wish.child, room, until: wish.until })
    if (tooLate !== undefined) return tooLate
    const start = Math.floor(wallMinuteOf(tx.now) / SLOT_MINUTES) * SLOT_MINUTES
    const made = await bookCare(tx, this.#parts, {
      ...{ child: wish.child, worker: child.worker, room, day, start, end: wish.until },
      ...{ request: newIdentifier('request'), source: 'walk_in', by: staff, reachable: true },
    })
    return isRefusal(made) ? made : { ...made, room }
  }

  /** Not beyond closing time, a closure, or the child's own next place: one answer, with the latest time that can be had. */
  async #checkUntil(
    tx: Tx,
    { child, room, until }: { readonly child: ChildId; readonly room: ResourceId; readonly until: number },
  ): Promise<Refusal | undefined> {
    const day = calendarDayOf(tx.now)
    const plan = await this.#parts.floor.of(tx)
    const own = await placesOf(tx, child, day)
    const latest = latestEnd(wallMinuteOf(tx.now), plan.openingOf(day, plan.resources.get(room)), own)
    return latest !== undefined && until > latest ? refuse('until_too_late', minuteFace(latest), { latest }) : undefined
  }

  /**
   * Carers on duty at this moment against the children who are inside, with this one (P9). Who comes before its time also
   * must not take the place of those who are booked until then.
   */
  async #checkNow(
    tx: Tx,
    wish: { room: ResourceId; child: Child; weight: CareWeight; untilBooked: number | undefined },
  ): Promise<Refusal | undefined> {
    const { room, child, weight, untilBooked = 0 } = wish
    const minute = wallMinuteOf(tx.now)
    const day = await readCareDay(tx, room, calendarDayOf(tx.now), { now: tx.now })
    const { policy } = day
    if (policy === undefined) return refuse('policy_missing')
    const others = day.children.filter((one) => one.child !== child.child)
    const inside = new Set((await openStays(tx)).filter((one) => one.room === room).map((one) => one.child as string))
    const now = slotsOf({ ...day, children: others.filter((one) => inside.has(one.child)) }, minuteOf(minute))
    const before = minute < untilBooked ? { start: minute, end: untilBooked } : undefined
    const early = before === undefined ? [] : slotsOf({ ...day, children: others }, before)
    const childrenThatDay = new Set(others.map((one) => one.child)).size
    for (const { load, means } of [...now, ...early]) {
      const full = withChild({ ...load, childrenThatDay }, weight.band, child.extraUnits, true)
      const refused = checkCare(full, means, policy)
      if (refused !== undefined) return refused
    }
    return undefined
  }

  /** Sent home for want of carers or room: kept as a child turned away, and as demand of the town. */
  #tellFull(tx: Tx, wish: ArrivalWish, { child, staff }: { child: Child; staff: StaffId }, refusal: Refusal): Refusal {
    if (!isDeclinedCare(refusal)) return refusal
    const personal = { temperatureX10: wish.temperatureX10, symptoms: [...wish.symptoms], why: 'full' as const }
    const subject = child.child
    tx.append({ event: careTurnedAway, data: { child: subject, at: tx.now }, personal, subject, by: staff })
    const start = Math.floor(wallMinuteOf(tx.now) / SLOT_MINUTES) * SLOT_MINUTES
    const end = wish.until !== undefined && wish.until > start ? wish.until : start + SLOT_MINUTES
    const span = { day: calendarDayOf(tx.now), start, end: Math.min(end, 1_440) }
    appendCareDemand(tx, { ...span, source: 'walk_in', worker: child.worker }, refusal, staff)
    return refusal
  }

  async #onlyRoom(tx: Tx): Promise<ResourceId | undefined> {
    const plan = await this.#parts.floor.of(tx)
    const rooms = [...plan.resources.values()].filter((one) => one.kind === 'nursery' && plan.isOpen(one))
    return rooms.length === 1 ? rooms[0]?.resource : undefined
  }

  #checkProof(
    { secondFactor, code }: HandOverWish,
    person: Exclude<ReturnType<typeof decidePickup>, Refusal>,
    stay: StayFact,
    facts: PickupFacts & { readonly shared: boolean },
  ): Refusal | undefined {
    const kept = sheetOfStay(this.#parts.children, stay).code
    return checkProof({ kind: secondFactor, code }, person, { ...facts, code: kept })
  }

  #noteRefused(tx: Tx, { stay, child }: StayFact, why: RefusedWhy, by: string): void {
    const data = { child, stay, at: tx.now }
    tx.append({ event: carePickupRefused, data, personal: { why }, subject: child, by })
  }

  /** Booking and alarms follow what happened at the door. */
  async #settle(tx: Tx, child: ChildId, room: ResourceId, by: StaffId): Promise<void> {
    await tx.project()
    await noteHere(tx, by, tx.now, by)
    await settleByStays(tx, child, by)
    await reviewAlarms(tx, await this.#parts.floor.of(tx), { room, day: calendarDayOf(tx.now), by })
  }
}

function minuteOf(minute: number) {
  return { start: minute, end: minute + 1 }
}

function whyOf(refused: Refusal | undefined, to: string, facts: PickupFacts): RefusedWhy {
  if (refused?.refused === 'code_wrong') return 'code_wrong'
  if (refused?.refused === 'pickup_blocked') return banOf({ id: to }, facts)
  return refused?.refused === 'pickup_not_today' ? 'not_today' : 'unknown'
}

/** `no_contact` when the ban is a guardian's own, else `blocked`. */
function banOf(person: Parameters<typeof findBan>[0], facts: PickupFacts): 'no_contact' | 'blocked' {
  const ban = findBan(person, facts)
  return facts.guardians.some(({ id }) => id === ban) ? 'no_contact' : 'blocked'
}
