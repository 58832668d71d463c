/**
 * The clock of the demo. While it is being furnished it walks through the invented weeks, so that every booking, arrival
 * and hand-over is written when it happens. Afterwards it runs with the machine's, in the middle of a working day.
 */
import {
  addDays,
  type CalendarDay,
  type Clock,
  calendarDayOf,
  type Instant,
  instantOf,
  systemClock,
  wallMinuteOf,
  weekdayOf,
} from '../../central-sync/protocol/time.ts'

const DAY_BEGINS = 9 * 60 + 15
const DAY_ENDS = 16 * 60 + 30
/** Where the demo stands when the machine's clock says that everybody has gone home. */
const STANDS_AT = 10 * 60 + 40

export class DemoClock implements Clock {
  #ahead = 0
  #jumped = 0

  now(): Instant {
    return systemClock.now() + this.#ahead
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#jumped
  }

  /** Only while nothing is open that looks at it. */
  standAt(instant: Instant): void {
    this.#ahead = instant - systemClock.now()
  }

  /** Never backwards: an instant that is past already is now. */
  jumpTo(instant: Instant): void {
    const ms = instant - this.now()
    if (ms <= 0) return
    this.#ahead += ms
    this.#jumped += ms
  }
}

/** Now, when there is somebody at work; else twenty to eleven of the same day in Japan, at weekends of the Friday before. */
export function demoNow(now: Instant): Instant {
  const [minute, today] = [wallMinuteOf(now), calendarDayOf(now)]
  const day = lastWeekday(today)
  return day === today && minute >= DAY_BEGINS && minute <= DAY_ENDS ? now : instantOf(day, STANDS_AT)
}

function lastWeekday(day: CalendarDay): CalendarDay {
  if (weekdayOf(day) === 6) return addDays(day, -1)
  return weekdayOf(day) === 0 ? addDays(day, -2) : day
}
