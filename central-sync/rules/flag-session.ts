/** Says how far the evidence behind a session can be trusted: flags that hold its pay back, and notes that do not. */
import { BLOCKING_FLAGS, type BlockingFlag, NOTES, type Note } from './day-fold.ts'
import type { ReadyTap } from './order-taps.ts'
import { type AttendancePolicy, uncertaintyOf } from './policy.ts'

/**
 * Accepted taps whose order is anybody's guess: two devices, and nearer than their clocks can tell apart. `accepted` is
 * in order of time.
 */
export function uncertainTaps(accepted: readonly ReadyTap[], policy: AttendancePolicy): ReadonlySet<ReadyTap> {
  const found = new Set<ReadyTap>()
  const widest = Math.max(0, ...accepted.map((tap) => uncertaintyOf(tap, policy)))
  for (const [index, tap] of accepted.entries()) {
    const own = uncertaintyOf(tap, policy)
    for (let other = index + 1; other < accepted.length; other++) {
      const later = accepted[other]
      if (later === undefined || later.time - tap.time >= own + widest) break
      if (later.device === tap.device || later.time - tap.time >= own + uncertaintyOf(later, policy)) continue
      found.add(tap)
      found.add(later)
    }
  }
  return found
}

/** Flags that the edges bring along. */
export function flagsOfEdges(edges: readonly ReadyTap[], uncertain: ReadonlySet<ReadyTap>): BlockingFlag[] {
  const flags: BlockingFlag[] = []
  for (const tap of edges) {
    if (uncertain.has(tap)) flags.push('order_uncertain')
    if (tap.clock === 'unsynced') flags.push('clock_unsynced')
    if (tap.clock === 'absurd') flags.push('clock_absurd')
    if (tap.identified === 'unverified') flags.push('identity_unverified')
    if (tap.attributed) flags.push('card_attached_later')
    if (tap.late) flags.push('late_evidence')
  }
  return flags
}

export function notesOfEdges(edges: readonly ReadyTap[], nightSeconds: number): Note[] {
  const notes: Note[] = nightSeconds > 0 ? ['night'] : []
  for (const tap of edges) {
    if (!tap.online) notes.push('offline')
    if (tap.rosterStale) notes.push('roster_stale')
    if (tap.clock === 'extrapolated') notes.push('clock_extrapolated')
  }
  return NOTES.filter((note) => notes.includes(note))
}

/** Each flag once, in the order of the list. */
export function sortFlags(flags: readonly BlockingFlag[]): BlockingFlag[] {
  return flags.length === 0 ? [] : BLOCKING_FLAGS.filter((flag) => flags.includes(flag))
}
