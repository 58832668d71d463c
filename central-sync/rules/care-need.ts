/**
 * How many carers a room needs. Children count in units of 1/300 carer, so that 3:1, 6:1, 15:1, 20:1, 25:1 and 30:1 are
 * whole numbers and nothing is lost in rounding (児童福祉施設の設備及び運営に関する基準 第33条第2項; 認可外保育施設指導監督基準).
 * Every figure is a dated policy row of the centre, because prefectures and kinds of rooms differ.
 */
import type { AgeBand } from '../protocol/event/childcare.ts'
import { type Refusal, refuse } from '../protocol/refusal.ts'
import type { CalendarDay } from '../protocol/time.ts'
import type { AgeBasis } from './fiscal-age.ts'

/** One carer. */
export const CARER_UNITS = 300
/** With more children a day than this a room is no small room any more. */
export const SMALL_ROOM_CHILDREN = 5
/** Never fewer carers than this while a child is there, unless the room is a small one. */
export const CARERS_MIN = 2

export type ByBand = Readonly<Record<AgeBand, number>>

export interface CarePolicy {
  readonly from: CalendarDay
  /** Last day in force. */
  readonly to?: CalendarDay | undefined
  /** Units per child. */
  readonly units: ByBand
  readonly minStaff: number
  readonly qualifiedNum: number
  readonly qualifiedDen: number
  /** 1/100 m². */
  readonly areaPerChildDm2: number
  readonly ageBasis: AgeBasis
  /** `ceil_sum`: the exact sum, rounded up. `trunc1_round`: per band cut to one decimal, the sum rounded half up. */
  readonly rounding: 'ceil_sum' | 'trunc1_round'
  readonly feverX10: number
  readonly smallMode: boolean
}

/** Who is there, or will be, at one moment. */
export interface CareLoad {
  readonly heads: ByBand
  /** For special needs, on top: units of all children together. */
  readonly extraUnits: number
  /** Different children over the whole day: more than five end the rules of a small room. */
  readonly childrenThatDay: number
}

export interface CareMeans {
  /** Carers present or planned. */
  readonly staff: number
  /** Of them 保育士 or nurse. */
  readonly qualified: number
  /** 1/100 m². */
  readonly areaDm2: number
}

export const NO_HEADS: ByBand = Object.freeze({ a0: 0, a12: 0, a3: 0, a4: 0 })

/** The policy in force on a day: of those that cover it, the one that began last; the last listed of equal ones. */
export function policyOn<P extends { readonly from: CalendarDay; readonly to?: CalendarDay | undefined }>(
  policies: readonly P[],
  day: CalendarDay,
): P | undefined {
  let found: P | undefined
  for (const policy of policies) {
    const covers = policy.from <= day && (policy.to === undefined || day <= policy.to)
    if (covers && (found === undefined || found.from <= policy.from)) found = policy
  }
  return found
}

export function headCount(heads: ByBand): number {
  return heads.a0 + heads.a12 + heads.a3 + heads.a4
}

/** One child more. */
export function withChild(load: CareLoad, band: AgeBand, extraUnits: number, newThatDay: boolean): CareLoad {
  return {
    heads: { ...load.heads, [band]: load.heads[band] + 1 },
    extraUnits: load.extraUnits + extraUnits,
    childrenThatDay: load.childrenThatDay + (newThatDay ? 1 : 0),
  }
}

/**
 * Carers needed. Never lower with one child more and, by the exact sum, with a younger one (P10); cutting to tenths can
 * forgive a younger child, so `ceil_sum` is what a centre should book by. A small room (at most five children a day) has
 * one carer for each three, whatever their age.
 */
export function staffNeeded(load: CareLoad, policy: CarePolicy): number {
  const children = headCount(load.heads)
  if (children === 0) return 0
  const small = isSmall(load, policy)
  const least = small ? Math.max(1, policy.minStaff, Math.ceil(children / 3)) : Math.max(CARERS_MIN, policy.minStaff)
  return Math.max(least, policy.rounding === 'ceil_sum' ? ceilSum(load, policy) : truncatedThenRounded(load, policy))
}

function isSmall({ heads, childrenThatDay }: CareLoad, policy: CarePolicy): boolean {
  return policy.smallMode && Math.max(headCount(heads), childrenThatDay) <= SMALL_ROOM_CHILDREN
}

function ceilSum({ heads, extraUnits }: CareLoad, { units }: CarePolicy): number {
  const sum = heads.a0 * units.a0 + heads.a12 * units.a12 + heads.a3 * units.a3 + heads.a4 * units.a4 + extraUnits
  return Math.ceil(sum / CARER_UNITS)
}

/** Tenths of a carer per band, cut; then the sum, rounded half up (公定価格 practice). */
function truncatedThenRounded({ heads, extraUnits }: CareLoad, { units }: CarePolicy): number {
  const tenths = (sum: number) => Math.floor((sum * 10) / CARER_UNITS)
  const all =
    tenths(heads.a0 * units.a0) +
    tenths(heads.a12 * units.a12) +
    tenths(heads.a3 * units.a3) +
    tenths(heads.a4 * units.a4) +
    tenths(extraUnits)
  return Math.floor((all + 5) / 10)
}

/** Qualified carers needed among `staff`: the share, rounded up; at least one wherever the policy asks for any. */
export function qualifiedNeeded(children: number, staff: number, policy: CarePolicy): number {
  if (children === 0 || policy.qualifiedNum === 0) return 0
  return Math.max(1, Math.ceil((staff * policy.qualifiedNum) / policy.qualifiedDen))
}

/** What a moment needs, for boards: beside it stands what there is. */
export interface CareNeed {
  readonly children: number
  readonly staff: number
  readonly qualified: number
  /** 1/100 m². */
  readonly areaDm2: number
}

export function careNeed(load: CareLoad, means: CareMeans, policy: CarePolicy): CareNeed {
  const children = headCount(load.heads)
  return {
    children,
    staff: staffNeeded(load, policy),
    qualified: qualifiedNeeded(children, means.staff, policy),
    areaDm2: children * policy.areaPerChildDm2,
  }
}

/** Is the room as it must be (P9)? The refusal says what is short; its facts carry needed and had. */
export function checkCare(load: CareLoad, means: CareMeans, policy: CarePolicy): Refusal | undefined {
  const need = careNeed(load, means, policy)
  const short = (code: Parameters<typeof refuse>[0], needed: number, had: number) =>
    refuse(code, undefined, { needed, had })
  if (need.children === 0) return undefined
  if (means.staff < need.staff) {
    const least = isSmall(load, policy) ? Math.max(1, policy.minStaff) : Math.max(CARERS_MIN, policy.minStaff)
    return short(means.staff < least ? 'staff_minimum' : 'ratio_exceeded', need.staff, means.staff)
  }
  if (means.qualified < need.qualified) return short('qualified_missing', need.qualified, means.qualified)
  if (means.areaDm2 < need.areaDm2) return short('area_exceeded', need.areaDm2, means.areaDm2)
  return undefined
}

/** How many more children of a band the room can take at this moment; counted up to `max`. */
export function placesLeft(load: CareLoad, means: CareMeans, policy: CarePolicy, band: AgeBand, max = 50): number {
  let places = 0
  let next = withChild(load, band, 0, true)
  while (places < max && checkCare(next, means, policy) === undefined) {
    places += 1
    next = withChild(next, band, 0, true)
  }
  return places
}
