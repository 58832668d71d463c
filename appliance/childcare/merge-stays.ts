/**
 * One child's presences out of everything that was said of it (P17, P19). Pure: the answer depends on the set of facts
 * alone. Two kiosks that were cut off may both have taken the child in: that is one presence, recorded twice, and it
 * ends with the hand-over at either of them.
 */
import type { Instant } from '../../central-sync/protocol/time.ts'
import {
  type FoldedStay,
  foldPresence,
  type PresenceFact,
  type PresenceTask,
} from '../../central-sync/rules/fold-presence.ts'

export interface MergedStay {
  readonly stay: string
  readonly arrivedAt: Instant
  /** Absent while the child is here. */
  readonly departedAt: Instant | undefined
  /** The same presence as the stay before it. */
  readonly twin: boolean
}

export interface Doubt {
  /** The event that raised it: the last one it is about. */
  readonly entry: string
  readonly kind: PresenceTask['kind']
  readonly at: Instant
}

/** Two clocks, or one that was just set right, differ by this much and mean nothing by it. */
const CLOCK_NOISE_MS = 2_000

/** `facts` of one child, in any order, with copies. */
export function mergeStays(facts: readonly PresenceFact[]): { stays: MergedStay[]; doubts: Doubt[] } {
  const { stays, tasks } = foldPresence(facts)
  const groups: { members: { stay: string; arrivedAt: Instant }[]; departedAt: Instant | undefined }[] = []
  for (const { stay, arrivedAt, departedAt } of [...stays].sort(byTime)) {
    const last = groups.at(-1)
    if (last === undefined || (last.departedAt !== undefined && last.departedAt <= arrivedAt)) {
      groups.push({ members: [{ stay, arrivedAt }], departedAt })
      continue
    }
    last.members.push({ stay, arrivedAt })
    last.departedAt = later(last.departedAt, departedAt)
  }
  const merged = groups.flatMap(({ members, departedAt }) =>
    members.map((member, index) => ({ ...member, departedAt, twin: index > 0 })),
  )
  const stayOf = new Map(facts.map(({ id, stay }) => [id, stay]))
  // A presence that ended at the other kiosk is over: who comes again later does not come twice.
  const stands = ({ kind, stay, about }: PresenceTask) => {
    if (kind === 'times_reversed') return apart(about, facts) > CLOCK_NOISE_MS
    const ofOne = new Set(about.map((id) => stayOf.get(id))).size === 1
    return kind !== 'arrived_twice' || ofOne || merged.some((one) => one.stay === stay && one.twin)
  }
  return { stays: merged, doubts: doubtsOf(tasks.filter(stands), facts) }
}

/** Of two that began at one instant the one that ended is the one before. */
function byTime(a: FoldedStay, b: FoldedStay): number {
  return a.arrivedAt - b.arrivedAt || end(a) - end(b) || (a.stay < b.stay ? -1 : 1)
}

function end({ departedAt }: FoldedStay): number {
  return departedAt ?? Number.MAX_SAFE_INTEGER
}

/** Of two hand-overs the later one: a child counts as here until the last word about it. */
function later(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.max(a, b)
}

function apart(about: readonly string[], facts: readonly PresenceFact[]): number {
  const times = facts.filter(({ id }) => about.includes(id)).map(({ at }) => at)
  return Math.max(...times) - Math.min(...times)
}

function doubtsOf(tasks: readonly PresenceTask[], facts: readonly PresenceFact[]): Doubt[] {
  const times = new Map(facts.map(({ id, at }) => [id, at]))
  const doubts = new Map<string, Doubt>()
  for (const { kind, about } of tasks) {
    const [entry] = [...about].sort((a, b) => (times.get(b) ?? 0) - (times.get(a) ?? 0) || (a < b ? 1 : -1))
    if (entry !== undefined) doubts.set(`${entry} ${kind}`, { entry, kind, at: times.get(entry) ?? 0 })
  }
  return [...doubts.values()]
}
