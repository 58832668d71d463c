/** Who has what on which day, as far as a decision needs to know it: read set-based, kept up to date in memory. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { WallSpan } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, ResourceId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { OCCUPYING } from './booking-tables.ts'
import type { FloorPlan } from './floor-plan.ts'

export interface TakenSpan extends WallSpan {
  readonly booking: BookingId
  readonly resource: ResourceId
  readonly worker: WorkerId
  readonly day: CalendarDay
}

export interface Place {
  readonly resource: ResourceId
  readonly worker: WorkerId
  readonly day: CalendarDay
}

const key = (one: string, day: CalendarDay) => `${one} ${day}`

export class Taken {
  readonly #byResource = new Map<string, TakenSpan[]>()
  readonly #byWorker = new Map<string, TakenSpan[]>()
  readonly #upcoming: Map<WorkerId, number>
  readonly #now: Instant

  private constructor(now: Instant, upcoming: Map<WorkerId, number>) {
    this.#now = now
    this.#upcoming = upcoming
  }

  /** Everything that can be in the way of these wishes: three statements, however many there are. */
  static async load(rows: Rows, wishes: readonly Place[], plan: FloorPlan, now: Instant): Promise<Taken> {
    const resources = new Set<string>()
    const workers = new Set<string>()
    for (const { resource, worker, day } of wishes) {
      workers.add(key(worker, day))
      for (const one of [resource, ...plan.familyOf(resource)]) resources.add(key(one, day))
    }
    const taken = new Taken(now, await countUpcoming(rows, new Set(wishes.map(({ worker }) => worker)), now))
    const columns = 'b.booking, b.resource, b.worker, b.day, b.start_min AS start, b.end_min AS "end"'
    const read = (column: string, keys: ReadonlySet<string>) =>
      rows.all<TakenSpan>(
        `SELECT ${columns} FROM json_each(?) AS k CROSS JOIN booking AS b
          WHERE b.${column} = k.value->>0 AND b.day = k.value->>1 AND b.state IN ${OCCUPYING}`,
        [JSON.stringify([...keys].map((one) => one.split(' ')))],
      )
    for (const span of await read('resource', resources)) push(taken.#byResource, key(span.resource, span.day), span)
    for (const span of await read('worker', workers)) push(taken.#byWorker, key(span.worker, span.day), span)
    return taken
  }

  onResource(resource: ResourceId, day: CalendarDay): readonly TakenSpan[] {
    return this.#byResource.get(key(resource, day)) ?? []
  }

  ofWorker(worker: WorkerId, day: CalendarDay): readonly TakenSpan[] {
    return this.#byWorker.get(key(worker, day)) ?? []
  }

  /** Bookings of the worker that are not over yet. */
  upcomingOf(worker: WorkerId): number {
    return this.#upcoming.get(worker) ?? 0
  }

  add(span: TakenSpan): void {
    push(this.#byResource, key(span.resource, span.day), span)
    push(this.#byWorker, key(span.worker, span.day), span)
    if (isAhead(span, this.#now)) this.#upcoming.set(span.worker, this.upcomingOf(span.worker) + 1)
  }

  remove(span: TakenSpan): void {
    drop(this.#byResource, key(span.resource, span.day), span.booking)
    drop(this.#byWorker, key(span.worker, span.day), span.booking)
    if (isAhead(span, this.#now)) this.#upcoming.set(span.worker, Math.max(0, this.upcomingOf(span.worker) - 1))
  }
}

function push(map: Map<string, TakenSpan[]>, at: string, span: TakenSpan): void {
  const spans = map.get(at)
  if (spans === undefined) map.set(at, [span])
  else spans.push(span)
}

function drop(map: Map<string, TakenSpan[]>, at: string, booking: BookingId): void {
  const spans = map.get(at)
  if (spans !== undefined)
    map.set(
      at,
      spans.filter((span) => span.booking !== booking),
    )
}

function isAhead({ day, end }: TakenSpan, now: Instant): boolean {
  const today = calendarDayOf(now)
  return day > today || (day === today && end > wallMinuteOf(now))
}

async function countUpcoming(rows: Rows, workers: ReadonlySet<WorkerId>, now: Instant): Promise<Map<WorkerId, number>> {
  const today = calendarDayOf(now)
  const found = await rows.all<{ worker: WorkerId; count: number }>(
    `SELECT b.worker, count(*) AS count FROM json_each(?) AS k CROSS JOIN booking AS b
      WHERE b.worker = k.value AND b.day >= ? AND (b.day > ? OR b.end_min > ?) AND b.state IN ${OCCUPYING}
      GROUP BY b.worker`,
    [JSON.stringify([...workers]), today, today, wallMinuteOf(now)],
  )
  return new Map(found.map(({ worker, count }) => [worker, count]))
}
