/** Cuts a day of the childcare room into quarters of an hour and says for each who is booked and who is on duty. */
import type { WallSpan } from '../protocol/event/booking.ts'
import type { AgeBand } from '../protocol/event/childcare.ts'
import type { ByBand, CareLoad, CareMeans } from './care-need.ts'
import { overlaps } from './overlap.ts'

export const SLOT_MINUTES = 15

/** A child's time in the room: booked, or here. `child` may be any key that is equal for the same child. */
export interface CareSpan extends WallSpan {
  readonly child: string
  readonly band: AgeBand
  /** On top of the units of the band. */
  readonly extraUnits: number
}

export interface DutySpan extends WallSpan {
  readonly qualified: boolean
  /** The same carer twice at one time counts once; a shift without a name is a carer of its own. */
  readonly staff?: string | undefined
}

export interface CareSlot extends WallSpan {
  readonly load: CareLoad
  readonly means: CareMeans
}

/**
 * The slots that `span` touches, in order. A child counts once in every slot it touches, with the most it needs; a carer
 * only where she is there for the whole slot.
 */
export function fillSlots(
  span: WallSpan,
  children: readonly CareSpan[],
  duties: readonly DutySpan[],
  areaDm2: number,
): CareSlot[] {
  const childrenThatDay = new Set(children.map(({ child }) => child)).size
  const first = Math.floor(span.start / SLOT_MINUTES)
  const last = Math.ceil(span.end / SLOT_MINUTES)
  return Array.from({ length: Math.max(0, last - first) }, (_, index) => {
    const slot = { start: (first + index) * SLOT_MINUTES, end: (first + index + 1) * SLOT_MINUTES }
    return { ...slot, ...contentOf(slot, children, duties), areaDm2 }
  }).map(({ start, end, heads, extraUnits, staff, qualified }) => ({
    ...{ start, end },
    load: { heads, extraUnits, childrenThatDay },
    means: { staff, qualified, areaDm2 },
  }))
}

function contentOf(slot: WallSpan, children: readonly CareSpan[], duties: readonly DutySpan[]) {
  const inside = new Map<string, CareSpan>()
  for (const child of children) {
    const known = inside.get(child.child)
    const isHeavier = known === undefined || known.extraUnits < child.extraUnits
    if (overlaps(slot, child) && isHeavier) inside.set(child.child, child)
  }
  const heads: Record<AgeBand, number> = { a0: 0, a12: 0, a3: 0, a4: 0 }
  let extraUnits = 0
  for (const child of inside.values()) {
    heads[child.band] += 1
    extraUnits += child.extraUnits
  }
  const onDuty = new Map<string, boolean>()
  for (const [index, duty] of duties.entries()) {
    if (duty.start > slot.start || duty.end < slot.end) continue
    const who = duty.staff ?? `shift ${index}`
    onDuty.set(who, duty.qualified || (onDuty.get(who) ?? false))
  }
  const qualified = [...onDuty.values()].filter((yes) => yes).length
  return { heads: heads as ByBand, extraUnits, staff: onDuty.size, qualified }
}
