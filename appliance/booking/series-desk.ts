/** Books the same slot again and again: one row per day, all or what can be had, in one commit. */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { type OnConflict, seriesMade } from '../../central-sync/protocol/event/booking.ts'
import {
  newIdentifier,
  type RequestId,
  type ResourceId,
  type SeriesId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import { expandSeries, planSeries, type SkippedDay } from '../../central-sync/rules/expand-series.ts'
import type { Asker } from './booking-desk.ts'
import type { FloorBook, FloorPlan } from './floor-plan.ts'
import { appendBooking, appendDemand, decideSlot, isDeclinedDemand, type SlotWish } from './make-booking.ts'
import { Taken } from './taken.ts'

export interface NewSeries {
  readonly worker: WorkerId
  readonly resource: ResourceId
  /** RRULE text, see `rules/expand-series.ts`. */
  readonly rule: string
  readonly from: CalendarDay
  readonly until: CalendarDay
  readonly start: number
  readonly end: number
  readonly onConflict: OnConflict
  readonly request: RequestId
}

export interface SeriesAnswer {
  readonly series: SeriesId
  readonly made: number
  readonly skipped: readonly SkippedDay[]
}

export class SeriesDesk {
  readonly #journal: Journal
  readonly #floor: FloorBook

  constructor(journal: Journal, floor: FloorBook) {
    this.#journal = journal
    this.#floor = floor
  }

  /**
   * `abort`: refused by the first day that cannot be had, `facts.days` lists them all, and nothing is made. The same
   * request again gets the same answer.
   */
  async make(wish: NewSeries, { by, source }: Asker): Promise<SeriesAnswer | Refusal> {
    const days = expandSeries(wish)
    if (isRefusal(days)) return days
    if (wish.end <= wish.start) return refuse('interval_invalid')
    return this.#journal.write('series.make', async (tx) => {
      const earlier = await earlierSeries(tx, wish)
      if (earlier !== undefined) return earlier
      const known = await tx.one('SELECT 1 AS one FROM worker WHERE worker = ? AND active = 1', [wish.worker])
      if (known === undefined) return refuse('worker_unknown')
      const plan = await this.#floor.of(tx)
      const slots = days.map((day): SlotWish => ({ ...slotOf(wish), day, source }))
      const taken = await Taken.load(tx, slots, plan, tx.now)
      return planned(tx, wish, { slots, plan, taken, by })
    })
  }
}

interface Gathered {
  readonly slots: readonly SlotWish[]
  readonly plan: FloorPlan
  readonly taken: Taken
  readonly by: string
}

function planned(tx: Tx, wish: NewSeries, { slots, plan, taken, by }: Gathered): SeriesAnswer | Refusal {
  const byDay = new Map(slots.map((slot) => [slot.day, slot]))
  const planning = planSeries([...byDay.keys()], wish.onConflict, (day) => {
    const slot = byDay.get(day)
    if (slot === undefined) return refuse('interval_invalid')
    const refused = decideSlot(slot, plan, taken, tx.now)
    // Each day counts towards what she may have, as if she had asked for one after the other.
    if (refused === undefined) taken.add({ ...slot, booking: newIdentifier('booking') })
    else if (isDeclinedDemand(refused)) appendDemand(tx, slot, plan, refused, by)
    return refused
  })
  if (isRefusal(planning)) return planning
  const series = newIdentifier('series')
  const { worker, resource, rule, from, until, start, end, onConflict, request } = wish
  const skipped = [...planning.skipped]
  const data = { series, worker, resource, rule, from, until, start, end, onConflict, skipped }
  tx.append({ event: seriesMade, data, subject: worker, by })
  for (const day of planning.book) {
    const slot = byDay.get(day)
    if (slot !== undefined) appendBooking(tx, { ...slot, request, series, by })
  }
  return { series, made: planning.book.length, skipped }
}

function slotOf({ worker, resource, start, end }: NewSeries) {
  return { worker, resource, start, end }
}

async function earlierSeries(tx: Tx, { request }: NewSeries): Promise<SeriesAnswer | undefined> {
  const row = await tx.one<{ series: SeriesId; skipped: string; made: number }>(
    `SELECT s.series, s.skipped, count(*) AS made FROM booking b JOIN series s ON s.series = b.series
      WHERE b.request = ? GROUP BY s.series`,
    [request],
  )
  return row && { series: row.series, made: row.made, skipped: JSON.parse(row.skipped) as SkippedDay[] }
}
