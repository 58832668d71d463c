/**
 * Decides whether a child can have a place in the childcare room. Without a policy for that day nothing is promised.
 * Every slot must keep ratio, minimum, qualified share and area with this child in it (P9); a parent who asks for more
 * hears the first thing that is in the way and when.
 */
import type { WallSpan } from '../protocol/event/booking.ts'
import type { AgeBand, ChildState } from '../protocol/event/childcare.ts'
import { first, isRefusal, type Refusal, refuse } from '../protocol/refusal.ts'
import { type CalendarDay, type Instant, minuteFace } from '../protocol/time.ts'
import { type CarePolicy, checkCare, withChild } from './care-need.ts'
import { type BookingRules, type BookingWish, checkTime, type DayOpening } from './decide-booking.ts'
import type { CareSlot } from './fill-slots.ts'
import { bandOn } from './fiscal-age.ts'
import { firstOverlap } from './overlap.ts'

export interface CareChild {
  readonly state: ChildState
  /** Last day of the approval; absent: until somebody ends it. */
  readonly until?: CalendarDay | undefined
  readonly birthDate: CalendarDay
  readonly extraUnits: number
  /** Some guardian without `no_contact` has a phone number. */
  readonly reachable: boolean
}

export interface CareFacts extends DayOpening {
  readonly now: Instant
  /** Absent: no such child. */
  readonly child: CareChild | undefined
  /** Absent: no such room. */
  readonly room: { readonly open: boolean } | undefined
  /** In force on that day. */
  readonly policy: CarePolicy | undefined
  /** Held, confirmed or running places of this child on that day. */
  readonly ofChild: readonly WallSpan[]
  /** The room without this child, cut by `fillSlots` over the wished span. */
  readonly slots: readonly CareSlot[]
}

/** What the child counts as on that day. */
export interface CareWeight {
  readonly band: AgeBand
  /** Of the band plus the child's own extra: 1/300 carer. */
  readonly units: number
}

/** What the registration of a child is on a day: an approval ends after its last day without anybody doing anything. */
export function stateOn({ state, until }: Pick<CareChild, 'state' | 'until'>, day: CalendarDay): ChildState {
  return state === 'approved' && until !== undefined && until < day ? 'expired' : state
}

/** Why a child has no place on a day by her registration; a place beyond its end is told apart from no registration. */
export function checkRegistration(child: Pick<CareChild, 'state' | 'until'>, day: CalendarDay): Refusal | undefined {
  if (child.state !== 'approved') return refuse('child_not_approved')
  return stateOn(child, day) === 'approved' ? undefined : refuse('registration_ends', child.until)
}

/** Band and units of a child on a day under a policy. */
export function weighChild(child: CareChild, day: CalendarDay, policy: CarePolicy): CareWeight | Refusal {
  const band = bandOn(child.birthDate, day, policy.ageBasis)
  return isRefusal(band) ? band : { band, units: policy.units[band] + child.extraUnits }
}

/** The refusal that stands first in the list of the house, or nothing: the place can be had. */
export function decideCareBooking(wish: BookingWish, facts: CareFacts, rules: BookingRules): Refusal | undefined {
  const { child, room, policy, ofChild } = facts
  if (room === undefined) return refuse('resource_unknown')
  if (child === undefined) return refuse('child_unknown')
  const refusals = [...checkTime(wish, facts, rules)]
  if (!room.open) refusals.push(refuse('resource_closed'))
  const unregistered = checkRegistration(child, wish.day)
  if (unregistered !== undefined) refusals.push(unregistered)
  if (firstOverlap(wish, ofChild) !== undefined) refusals.push(refuse('child_overlap'))
  if (!child.reachable) refusals.push(refuse('guardian_unreachable'))
  if (policy === undefined) refusals.push(refuse('policy_missing'))
  else refusals.push(...checkRoom(wish, child, facts.slots, policy))
  return first(refusals)
}

/** At most one refusal: of the first slot in which the child does not fit, with its time as the detail. */
function checkRoom(wish: BookingWish, child: CareChild, slots: readonly CareSlot[], policy: CarePolicy): Refusal[] {
  const weight = weighChild(child, wish.day, policy)
  if (isRefusal(weight)) return [weight]
  const { start, end } = wish
  if ((slots[0]?.start ?? end) > start || (slots.at(-1)?.end ?? start) < end) {
    throw new Error('the slots do not cover the wish')
  }
  for (const slot of slots) {
    const load = withChild(slot.load, weight.band, child.extraUnits, true)
    const refusal = checkCare(load, slot.means, policy)
    if (refusal !== undefined) {
      return [refuse(refusal.refused, minuteFace(slot.start), { ...refusal.facts, start: slot.start })]
    }
  }
  return []
}

/** A slot that is not as it must be, for the list of conflicts after a loss of staff, area or hours (P11). */
export interface CareConflict {
  readonly start: number
  readonly end: number
  readonly refusal: Refusal
}

/** Slots whose promised places cannot be kept any more. Nobody is dropped for it: a person decides. */
export function findConflicts(slots: readonly CareSlot[], policy: CarePolicy | undefined): CareConflict[] {
  return slots.flatMap(({ start, end, load, means }) => {
    const children = load.heads.a0 + load.heads.a12 + load.heads.a3 + load.heads.a4
    if (children === 0) return []
    const refusal = policy === undefined ? refuse('policy_missing') : checkCare(load, means, policy)
    return refusal === undefined ? [] : [{ start, end, refusal }]
  })
}
