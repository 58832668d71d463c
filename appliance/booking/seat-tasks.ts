/** What of seats needs a person today: a seat that asks after its child's place, a child who is here without its parent. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import {
  type CalendarDay,
  calendarDayOf,
  type Instant,
  instantOf,
  MINUTE_MS,
} from '../../central-sync/protocol/time.ts'
import type { task } from '../http/shape-rows.ts'
import { seatQuestions } from './request-desk.ts'

type Task = z.infer<typeof task>
type Named = Pick<Task, 'worker' | 'code' | 'name'>

/** A task's day is the day people speak of. */
const shownDay = (day: CalendarDay) => day as string as NonNullable<Task['day']>

export async function findSeatTasks(rows: Rows, now: Instant, named: (worker: WorkerId) => Named): Promise<Task[]> {
  const today = calendarDayOf(now)
  const questions = await seatQuestions(rows, now)
  const asking = questions.map(({ worker, day, askedAt }): Task => {
    const urgency = day === today ? 'now' : 'today'
    return { kind: 'seat_asks', urgency, ...named(worker), day: shownDay(day), at: askedAt, why: [] }
  })
  return [...asking, ...(await missingParents(rows, now, named))]
}

/** The seat is kept for her and somebody must look: she brought her child and has not come in. */
async function missingParents(rows: Rows, now: Instant, named: (worker: WorkerId) => Named): Promise<Task[]> {
  const today = calendarDayOf(now)
  const found = await rows.all<{ worker: WorkerId; day: CalendarDay; start: number; grace: number }>(
    `SELECT b.worker, b.day, b.start_min AS start, r.grace_min AS grace
       FROM booking b JOIN resource r ON r.resource = b.resource
      WHERE b.day = ? AND b.state = 'confirmed' AND b.care IS NOT NULL AND r.check_in_required = 1
        AND EXISTS (SELECT 1 FROM care_booking c JOIN care_stay s ON s.child = c.child
                     WHERE c.care = b.care AND s.departed_at IS NULL)`,
    [today],
  )
  return found
    .map((one) => ({ ...one, at: instantOf(one.day, one.start) + one.grace * MINUTE_MS }))
    .filter(({ at }) => at <= now)
    .map(({ worker, day, at }): Task => {
      return { kind: 'parent_missing', urgency: 'now', ...named(worker), day: shownDay(day), at, why: [] }
    })
}
