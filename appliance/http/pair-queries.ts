/** What the desk sees of a worker's children to book a seat and a place together: never more than it must know. */
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, isCalendarDay } from '../../central-sync/protocol/time.ts'
import { policyOn } from '../../central-sync/rules/care-need.ts'
import { bandOn } from '../../central-sync/rules/fiscal-age.ts'
import { decideAccess } from '../../central-sync/web/decide-access.ts'
import type { Actor, Query } from '../../central-sync/web/port.ts'
import type { Child } from '../childcare/child-book.ts'
import { type CareNames, type CareRoomReads, callNameOf, readNames } from './describe-care.ts'
import { readPlaces } from './my-care-queries.ts'
import { bindQuery } from './shape.ts'
import { CARE } from './shape-care-rows.ts'
import { pairPlaces } from './shape-waiting.ts'

export function pairQueries(reads: CareRoomReads): readonly Query[] {
  return [
    bindQuery(pairPlaces, async ({ worker, day, child }, { actor, now }) => {
      const names = await readNames(reads, now)
      const children = await registered(reads, names, { worker, day }, actor)
      if (child === undefined) return { children, care: null }
      const found = await readPlaces(reads, worker, child, day, now)
      if (isRefusal(found)) return found
      return { children, care: { code: found.code, free: found.rooms.flatMap(({ free }) => free) } }
    }),
  ] as readonly Query[]
}

/** The desk tells two children of one mother apart by age; who looks after them knows what they are called. */
async function registered(
  reads: CareRoomReads,
  names: CareNames,
  { worker, day }: { readonly worker: WorkerId; readonly day: CalendarDay },
  actor: Actor,
) {
  const seesNames = decideAccess(CARE, actor) === undefined
  const own = await reads.children.ofParent(worker, names.today)
  return own
    .filter(({ state }) => state === 'approved')
    .map((child) => ({
      child: child.child,
      callName: seesNames ? callNameOf(child) : '',
      band: bandOf(child, day, names),
    }))
}

function bandOf({ birthDate }: Child, day: CalendarDay, { policies }: CareNames) {
  const policy = policyOn(policies, day)
  if (policy === undefined || !isCalendarDay(birthDate)) return null
  const band = bandOn(birthDate, day, policy.ageBasis)
  return isRefusal(band) ? null : band
}
