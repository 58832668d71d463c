/** How long a centre waits: for the answer to an offer, and for a child who is booked. Pure. */
import { type Instant, jstParts } from '../protocol/time.ts'

export interface Waits {
  /** How long a place is held for who was offered it, by day, minutes. */
  readonly offerMin: number
  /** How long a childcare place waits for its child, minutes: parents of small children are late for good reasons. */
  readonly careGraceMin: number
}

export const defaultWaits: Waits = Object.freeze({ offerMin: 60, careGraceMin: 30 })

/** Nobody is woken: what becomes free at night waits for its answer until the morning. */
const NIGHT = { from: 21, to: 8 } as const

/** Minutes from `now` in which an offer waits for its answer. */
export function offerMinutes(now: Instant, { offerMin }: Pick<Waits, 'offerMin'>): number {
  const { hour, minute } = jstParts(now)
  const asleep = hour >= NIGHT.from || hour < NIGHT.to
  if (!asleep) return offerMin
  const untilMorning = ((NIGHT.to - hour + 24) % 24) * 60 - minute
  return Math.max(offerMin, untilMorning)
}
