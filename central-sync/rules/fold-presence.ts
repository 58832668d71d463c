/**
 * Who is in the childcare room, out of arrivals and hand-overs in any order, with copies, in any pieces (P17, P19). The
 * answer depends on the set of facts alone. Nothing that contradicts itself is dropped: it becomes a task for a person.
 */
import type { Instant } from '../protocol/time.ts'

export interface PresenceFact {
  /** Event id: the same id is the same fact. */
  readonly id: string
  readonly kind: 'arrived' | 'handed_over'
  readonly stay: string
  readonly child: string
  readonly at: Instant
}

export interface FoldedStay {
  readonly stay: string
  readonly child: string
  readonly arrivedAt: Instant
  /** Absent while the child is here. */
  readonly departedAt?: Instant | undefined
}

export interface PresenceTask {
  readonly kind: /** A child was handed over that nobody had taken in. */
    | 'hand_over_without_arrival'
    /** Two hand-overs of one stay: the first counts. */
    | 'handed_over_twice'
    /** The child was taken in again before it was handed over. */
    | 'arrived_twice'
    /** Handed over before it came: a clock was wrong. */
    | 'times_reversed'
    /** One stay names two children. */
    | 'two_children'
  readonly stay: string
  readonly child: string
  /** Event ids it is about, sorted. */
  readonly about: readonly string[]
}

export interface Presence {
  /** By arrival. */
  readonly stays: readonly FoldedStay[]
  readonly tasks: readonly PresenceTask[]
}

export function foldPresence(facts: Iterable<PresenceFact>): Presence {
  const unique = [...new Map([...facts].sort(byTime).map((fact) => [fact.id, fact])).values()]
  const byStay = Map.groupBy(unique, ({ stay }) => stay)
  const tasks: PresenceTask[] = []
  const stays = [...byStay.values()].flatMap((of) => foldStay(of, tasks) ?? [])
  tasks.push(...overlapping(stays, unique))
  return {
    stays: stays.sort((a, b) => a.arrivedAt - b.arrivedAt || compare(a.stay, b.stay)),
    tasks: tasks.sort((a, b) => compare(a.kind, b.kind) || compare(a.stay, b.stay)),
  }
}

/** Facts of one stay, by time. */
function foldStay(facts: readonly PresenceFact[], tasks: PresenceTask[]): FoldedStay | undefined {
  const arrivals = facts.filter(({ kind }) => kind === 'arrived')
  const departures = facts.filter(({ kind }) => kind === 'handed_over')
  const [arrival] = arrivals
  const [departure] = departures
  const named = arrival ?? departure
  if (named === undefined) return undefined
  const { stay, child } = named
  const task = (kind: PresenceTask['kind'], about: readonly PresenceFact[]) =>
    tasks.push({ kind, stay, child, about: about.map(({ id }) => id).sort() })
  if (facts.some((fact) => fact.child !== child)) task('two_children', facts)
  if (arrivals.length > 1) task('arrived_twice', arrivals)
  if (departures.length > 1) task('handed_over_twice', departures)
  if (arrival === undefined) {
    task('hand_over_without_arrival', departures)
    return undefined
  }
  if (departure === undefined) return { stay, child, arrivedAt: arrival.at }
  if (departure.at < arrival.at) task('times_reversed', [arrival, departure])
  return { stay, child, arrivedAt: arrival.at, departedAt: Math.max(arrival.at, departure.at) }
}

/** Stays of one child that share time. */
function overlapping(stays: readonly FoldedStay[], facts: readonly PresenceFact[]): PresenceTask[] {
  return [...Map.groupBy(stays, ({ child }) => child)].flatMap(([child, own]) => {
    const inOrder = own.toSorted((a, b) => a.arrivedAt - b.arrivedAt || compare(a.stay, b.stay))
    return inOrder.flatMap((later, index): PresenceTask[] => {
      const earlier = inOrder.slice(0, index).filter(({ departedAt }) => (departedAt ?? Infinity) > later.arrivedAt)
      if (earlier.length === 0) return []
      const involved = new Set([later, ...earlier].map(({ stay }) => stay))
      const about = facts.filter(({ kind, stay }) => kind === 'arrived' && involved.has(stay)).map(({ id }) => id)
      return [{ kind: 'arrived_twice', stay: later.stay, child, about: about.sort() }]
    })
  })
}

function byTime(a: PresenceFact, b: PresenceFact): number {
  return a.at - b.at || compare(a.id, b.id)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
