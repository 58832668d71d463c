/** Decides which assignment the time of a session is for. */
import type { AssignmentId, EventId, PackageId } from '../protocol/identifier.ts'
import type { BusinessDay, Instant } from '../protocol/time.ts'

/** An assignment of the worker; `last` is its last day, absent while it runs. */
export interface ValidAssignment {
  readonly assignment: AssignmentId
  readonly package: PackageId
  readonly from: BusinessDay
  readonly last: BusinessDay | undefined
}

/** The worker named an assignment for the time that begins with `tap`. */
export interface Choice {
  readonly id: EventId
  readonly tap: EventId
  readonly assignment: AssignmentId
  /** When the chosen tap happened. */
  readonly time: Instant
  /** When the choice was made: of several for one tap the newest counts. */
  readonly chosenAt: Instant
}

export interface SessionToAssign {
  readonly day: BusinessDay
  readonly startedAt: Instant
  /** Events the session rests on. A choice for any of them is a choice for the session. */
  readonly cites: readonly EventId[]
}

export interface AssignedSession {
  readonly assignment: AssignmentId
  readonly package: PackageId
  readonly why: 'chosen' | 'last_chosen' | 'only_one'
}

export function isValidOn(assignment: ValidAssignment, day: BusinessDay): boolean {
  return assignment.from <= day && (assignment.last === undefined || day <= assignment.last)
}

/**
 * The newest choice for this session, else what the worker chose last before it and may still do that day, else the
 * only assignment of that day. Undefined when nobody can know: the time waits until somebody says.
 */
export function assignSession(
  session: SessionToAssign,
  choices: readonly Choice[],
  assignments: readonly ValidAssignment[],
): AssignedSession | undefined {
  const valid = new Map(assignments.filter((one) => isValidOn(one, session.day)).map((one) => [one.assignment, one]))
  const take = (id: AssignmentId | undefined, why: AssignedSession['why']): AssignedSession | undefined => {
    const found = id === undefined ? undefined : valid.get(id)
    return found === undefined ? undefined : { assignment: found.assignment, package: found.package, why }
  }
  const usable = choices.filter((choice) => valid.has(choice.assignment))
  const own = usable.filter((choice) => session.cites.includes(choice.tap))
  const earlier = newestPerTap(choices).filter(
    (choice) => valid.has(choice.assignment) && choice.time < session.startedAt,
  )
  return (
    take(newest(own, byChoosing)?.assignment, 'chosen') ??
    take(newest(earlier, byTap)?.assignment, 'last_chosen') ??
    (valid.size === 1 ? take([...valid.keys()][0], 'only_one') : undefined)
  )
}

/** A choice that was taken back by a newer one for the same tap is not what was chosen last. */
function newestPerTap(choices: readonly Choice[]): Choice[] {
  const byTapId = new Map<EventId, Choice>()
  for (const choice of choices) {
    const known = byTapId.get(choice.tap)
    if (known === undefined || byChoosing(known, choice) < 0) byTapId.set(choice.tap, choice)
  }
  return [...byTapId.values()]
}

function newest(choices: readonly Choice[], order: (a: Choice, b: Choice) => number): Choice | undefined {
  return [...choices].sort(order).at(-1)
}

function byChoosing(a: Choice, b: Choice): number {
  return a.chosenAt - b.chosenAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

function byTap(a: Choice, b: Choice): number {
  return a.time - b.time || byChoosing(a, b)
}
