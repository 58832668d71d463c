/** Which of several places somebody gets who has not named one. Pure over the plan and what is taken. */
import type { ResourceKind } from '../../central-sync/protocol/event/booking.ts'
import { isIdentifier, type ResourceId } from '../../central-sync/protocol/identifier.ts'
import { first, isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import type { FloorPlan, Resource } from './floor-plan.ts'
import { decideSlot, type SlotWish } from './make-booking.ts'
import type { Taken } from './taken.ts'

/** A kind, or one resource. */
export type Want = Exclude<ResourceKind, 'nursery'> | ResourceId

export function wantOf(text: string): Want {
  return text as Want
}

/** In the order in which they are given away: plain ones first, so that who needs a monitor or a ramp finds one. */
export function candidates(plan: FloorPlan, want: Want): readonly Resource[] {
  if (isIdentifier('resource', want)) {
    const named = plan.resources.get(want)
    return named === undefined || named.kind === 'nursery' ? [] : [named]
  }
  return [...plan.resources.values()].filter(({ kind }) => kind === want).sort((a, b) => charms(a) - charms(b))
}

function charms({ attrs, capacity }: Resource): number {
  const { accessible, monitor, standing, quiet } = attrs
  return Number(accessible) * 8 + Number(monitor) + Number(standing) + Number(quiet) + capacity / 1_000
}

/** The first that can be had, or why none can: what is true of all of them, else that they are taken. */
export function chooseSeat(
  wish: Omit<SlotWish, 'resource'>,
  among: readonly Resource[],
  facts: { readonly plan: FloorPlan; readonly taken: Taken; readonly now: Instant },
): ResourceId | Refusal {
  const refusals: Refusal[] = []
  for (const { resource } of among) {
    const refused = decideSlot({ ...wish, resource }, facts.plan, facts.taken, facts.now)
    if (refused === undefined) return resource
    refusals.push(refused)
  }
  return whyNone(refusals)
}

function whyNone(refusals: readonly Refusal[]): Refusal {
  const one = refusals[0]
  if (one === undefined) return refuse('resource_unknown')
  if (refusals.every(({ refused }) => refused === one.refused)) return one
  const ofHer = refusals.find(({ refused }) => refused === 'worker_overlap' || refused === 'quota_reached')
  const taken = refusals.find(({ refused }) => refused === 'booking_overlap')
  return ofHer ?? taken ?? first(refusals) ?? one
}

export function isChosen(answer: ResourceId | Refusal): answer is ResourceId {
  return !isRefusal(answer)
}
