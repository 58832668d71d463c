/** Places of the childcare room, one job of the write lane each. What had to be declined for want of room is kept. */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import type { SettledWhy } from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, ChildId, ResourceId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, Refused, refuse } from '../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import { isParent } from '../booking/waiting-desk.ts'
import {
  appendCareDemand,
  type BookedCare,
  bookCare,
  type CareFact,
  type CareParts,
  type CareWish,
  cancelCare,
  decideCare,
  findCare,
  isDeclinedCare,
  type NewCare,
  settleCare,
} from './book-care.ts'
import { reviewAlarms } from './find-shortages.ts'
import { applyCareMove, type CareSpot, decideCareMove } from './move-care.ts'

type Wish = Omit<NewCare, 'worker'> & { readonly worker?: WorkerId }

export class CareBookingDesk {
  readonly #journal: Journal
  readonly #parts: CareParts

  constructor(journal: Journal, parts: CareParts) {
    this.#journal = journal
    this.#parts = parts
  }

  /** Without a worker it is booked for the parent who registered the child. */
  async book(wish: Wish): Promise<BookedCare | Refusal> {
    const answer = await this.#try(wish)
    if (isDeclinedCare(answer)) await this.#keepDemand(wish, answer)
    return answer
  }

  /** In the first room that has a place; else what the last one said. Demand is kept once, not per room. */
  async inAnyRoom(
    place: { readonly child: ChildId; readonly day: CalendarDay; readonly start: number; readonly end: number },
    book: (place: CareWishPlace) => Promise<BookedCare | Refusal>,
  ): Promise<BookedCare | Refusal> {
    const plan = await this.#parts.floor.now()
    const rooms = [...plan.resources.values()].filter((one) => one.kind === 'nursery' && plan.isOpen(one))
    const [first, ...others] = rooms.map(({ resource }) => resource)
    if (first === undefined) return refuse('resource_unknown')
    for (const room of others.length === 0 ? [] : [first, ...others]) {
      const fits = await this.#journal.write('care.look', (tx) => this.#fits(tx, { ...place, room }))
      if (fits) return book({ ...place, room })
    }
    return book({ ...place, room: first })
  }

  /**
   * Another time, or another room, for a place; what does not fit leaves it as it was, and the wish is kept. `parent`:
   * only a place of her own booking, and only while the child is hers.
   */
  async move(
    care: BookingId,
    wanted: { [K in keyof CareSpot]?: CareSpot[K] | undefined } & Pick<CareSpot, 'source'>,
    { by, parent, request }: { readonly by: string; readonly parent?: WorkerId; readonly request?: string | undefined },
  ): Promise<undefined | Refusal> {
    const answer = await this.#move(care, wanted, { by, parent, request })
    const old = isDeclinedCare(answer) ? await findCare(this.#journal.read, care) : undefined
    if (old === undefined || answer === undefined) return answer
    const { day = old.day, start = old.start, end = old.end, source } = wanted
    await this.#journal.write('care.demand', async (tx) =>
      appendCareDemand(tx, { day, start, end, source, worker: old.worker }, answer, by),
    )
    return answer
  }

  async #move(
    care: BookingId,
    { room, day, start, end, source }: Parameters<CareBookingDesk['move']>[1],
    { by, parent, request }: Parameters<CareBookingDesk['move']>[2],
  ): Promise<undefined | Refusal> {
    try {
      return await writeOnce(this.#journal, request, 'care.move', async (tx) => {
        const old = await findCare(tx, care)
        if (old === undefined || (parent !== undefined && old.worker !== parent)) return refuse('booking_unknown')
        // Who is kept away from a child may not say where it is; giving the place back harms nobody.
        if (parent !== undefined && !(await isParent(tx, this.#parts, parent, old.child)))
          return refuse('child_unknown')
        const spot = { room, day: day ?? old.day, start: start ?? old.start, end: end ?? old.end, source }
        const next = await decideCareMove(tx, this.#parts, old, spot)
        if (isRefusal(next)) return next
        await applyCareMove(tx, this.#parts, old, next, by)
        return undefined
      })
    } catch (error) {
      // A guard had the last word: the place is where it was.
      if (error instanceof Refused) return error.refusal
      throw error
    }
  }

  /** `parent`: only a place of her own booking. */
  async cancel(
    care: BookingId,
    why: Extract<SettledWhy, 'staff' | 'worker' | 'range'>,
    by: string,
    parent?: WorkerId,
  ): Promise<undefined | Refusal> {
    return this.#journal.write('care.cancel', async (tx) => {
      const found = await findCare(tx, care)
      if (found === undefined || (parent !== undefined && found.worker !== parent)) return refuse('booking_unknown')
      const cancelled = await cancelCare(tx, care, why, by)
      if (isRefusal(cancelled)) return cancelled
      const { room, day } = cancelled
      await reviewAlarms(tx, await this.#parts.floor.of(tx), { room, day, by })
      return undefined
    })
  }

  /** Held and confirmed places of a child on days from `from` to `to`; how many. `parent`: of her own booking only. */
  async cancelRange(
    { child, from, to }: { readonly child: ChildId; readonly from: CalendarDay; readonly to: CalendarDay },
    by: string,
    parent?: WorkerId,
  ): Promise<{ cancelled: number } | Refusal> {
    if (to < from) return refuse('interval_invalid')
    return this.#journal.write('care.cancel-range', async (tx) => {
      const places = await tx.all<Pick<CareFact, 'care' | 'child' | 'room' | 'day'>>(
        `SELECT care, child, room, day FROM care_booking WHERE child = ? AND day BETWEEN ? AND ?
           AND state IN ('held', 'confirmed') AND (? IS NULL OR worker = ?) ORDER BY day, start_min`,
        [child, from, to, parent ?? null, parent ?? null],
      )
      for (const place of places) settleCare(tx, place, { state: 'cancelled', why: 'range' }, by)
      const plan = await this.#parts.floor.of(tx)
      for (const { room, day } of places) await reviewAlarms(tx, plan, { room, day, by })
      return { cancelled: places.length }
    })
  }

  async #try(wish: Wish): Promise<BookedCare | Refusal> {
    try {
      return await this.#journal.write('care.book', async (tx) => {
        const worker = wish.worker ?? (await this.#parts.children.get(wish.child, tx))?.worker
        return worker === undefined ? refuse('child_unknown') : bookCare(tx, this.#parts, { ...wish, worker })
      })
    } catch (error) {
      // A guard had the last word: nothing of the job was kept.
      if (error instanceof Refused) return error.refusal
      throw error
    }
  }

  async #fits(tx: Tx, place: CareWishPlace): Promise<boolean> {
    const child = await this.#parts.children.get(place.child, tx)
    if (child === undefined) return false
    const wish: CareWish = { ...place, worker: child.worker, source: 'web' }
    return !isRefusal(await decideCare(tx, this.#parts, wish))
  }

  async #keepDemand(wish: Wish, refusal: Refusal): Promise<void> {
    await this.#journal.write('care.demand', async (tx) => {
      const worker = wish.worker ?? (await this.#parts.children.get(wish.child, tx))?.worker
      if (worker !== undefined) appendCareDemand(tx, { ...wish, worker }, refusal, wish.by)
    })
  }
}

export interface CareWishPlace {
  readonly child: ChildId
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly start: number
  readonly end: number
}
