/** What is true of a seat at this minute, said in one word for map, list and foyer screen. Pure. */
import type { z } from 'zod'
import type { dayBoard } from './shape-booking-rows.ts'

type Resource = z.infer<typeof dayBoard>['resources'][number]
type Facts = Pick<Resource, 'kind' | 'open' | 'spans'>

export type SpotState = 'in' | 'confirmed' | 'held' | 'blocked' | 'free' | 'closed' | 'nursery'

const ORDER = ['in', 'confirmed', 'held', 'blocked', 'closed'] as const

/** In the order in which it matters to somebody who looks for a seat. `now`: wall minute, null on other days. */
export function stateNow({ kind, open, spans }: Facts, now: number | null): SpotState {
  if (!open) return 'closed'
  if (kind === 'nursery') return 'nursery'
  const current = spans.filter(({ start, end }) => now !== null && start <= now && now < end).map(({ what }) => what)
  const found = ORDER.find((state) => current.includes(state))
  return found ?? (current.includes('buffer') ? 'blocked' : 'free')
}

/** Seats and booths in use, booked or offered, and free at this minute. */
export function seatCounts(resources: readonly Facts[], now: number | null) {
  const states = resources.filter(({ kind }) => kind === 'seat' || kind === 'booth').map((one) => stateNow(one, now))
  const count = (...wanted: readonly SpotState[]) => states.filter((state) => wanted.includes(state)).length
  return { used: count('in'), booked: count('confirmed', 'held'), free: count('free') }
}
