/**
 * Looks at the childcare rooms once a minute: is everybody fetched at closing time, do the carers still suffice? What it
 * finds is written as an alarm; it never changes a place or a stay.
 */

import type { Log } from '../../central-sync/journal/log.ts'
import type { Journal } from '../../central-sync/journal/port.ts'
import type { ResourceId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type CalendarDay, type Clock, calendarDayOf, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { FloorBook } from '../booking/floor-plan.ts'
import { reviewAlarms } from './find-shortages.ts'

/** Days on which an alarm may still be up, or a child still inside. */
const PAST_DAYS = 3

export interface CareKeeperOptions {
  readonly journal: Journal
  readonly floor: FloorBook
  readonly clock: Clock
  readonly log: Log
}

export class CareKeeper implements AsyncDisposable {
  readonly #options: CareKeeperOptions
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()

  constructor(options: CareKeeperOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), MINUTE_MS)
    this.#timer.unref()
  }

  /** One look, after the one that runs. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look())
    return this.#looking
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }

  async #look(): Promise<void> {
    const { journal, floor, clock, log } = this.#options
    try {
      const places = await this.#places(calendarDayOf(clock.now()))
      if (places.length === 0) return
      await journal.write('care.look-round', async (tx) => {
        const plan = await floor.of(tx)
        for (const { room, day } of places) await reviewAlarms(tx, plan, { room, day })
      })
    } catch (error) {
      log.warn({ reason: String(error) }, 'a look at the childcare rooms was put off')
    }
  }

  /** Where somebody is inside, or an alarm is up. */
  #places(today: CalendarDay): Promise<{ room: ResourceId; day: CalendarDay }[]> {
    return this.#options.journal.read.all(
      `SELECT room, day FROM care_stay WHERE departed_at IS NULL AND twin = 0 AND day BETWEEN ? AND ?
       UNION SELECT room, day FROM care_alarm WHERE day >= ?`,
      [addDays(today, -PAST_DAYS), today, addDays(today, -PAST_DAYS)],
    )
  }
}
