/** Seats, workers who are signed in, and who wants which seat when: the same for the program and for its yardstick. */
import { z } from 'zod'
import { addDays, type CalendarDay } from '../../central-sync/protocol/time.ts'
import type { Chance } from '../../provisioning/demo/seeded-random.ts'

/** What `prepare-floor.ts` prints. */
export const floorMade = z.object({
  seats: z.array(z.string()),
  clients: z.array(z.object({ worker: z.string(), token: z.string() })),
})
export type FloorMade = z.infer<typeof floorMade>

/** Input of `POST /my/bookings`. */
export const attempt = z.object({ resource: z.string(), day: z.string(), start: z.string(), end: z.string() })
export type Attempt = z.infer<typeof attempt>

const HOURS = { first: 9, last: 18, longest: 4 }

/** One to four hours between nine and six on one of `days` days from `first`. */
export function inventAttempt(seats: readonly string[], first: CalendarDay, days: number, chance: Chance): Attempt {
  const length = chance.between(1, HOURS.longest)
  const start = chance.between(HOURS.first, HOURS.last - length)
  const clock = (hour: number) => `${String(hour).padStart(2, '0')}:00`
  const day = addDays(first, chance.between(0, days - 1))
  return { resource: chance.pick(seats), day, start: clock(start), end: clock(start + length) }
}

export function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}
