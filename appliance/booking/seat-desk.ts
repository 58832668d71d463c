/** Sets up what there is to book: resources and their places on the plan, hours, closures, limits. */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import {
  bookingTermsSet,
  type ClosureReason,
  closureLifted,
  closureMade,
  hoursSet,
  type MapBox,
  resourceDescribed,
  type WallSpan,
  waitsSet,
} from '../../central-sync/protocol/event/booking.ts'
import { type ClosureId, newIdentifier, type ResourceId, type StaffId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf } from '../../central-sync/protocol/time.ts'
import type { BookingRules } from '../../central-sync/rules/decide-booking.ts'
import type { Waits } from '../../central-sync/rules/waits.ts'
import { type BookingConflict, findConflicts } from './find-conflicts.ts'
import type { FloorBook, FloorPlan, Resource } from './floor-plan.ts'

export type ResourceSheet = Omit<Resource, 'resource'>

export interface NewClosure extends WallSpan {
  readonly target: 'centre' | ResourceId
  readonly fromDay: CalendarDay
  readonly toDay: CalendarDay
  readonly reason: ClosureReason
  readonly note: string
}

export class SeatDesk {
  readonly #journal: Journal
  readonly #floor: FloorBook

  constructor(journal: Journal, floor: FloorBook) {
    this.#journal = journal
    this.#floor = floor
  }

  /** The whole sheet of a new resource, or of one that is there. */
  describe(
    id: ResourceId | undefined,
    sheet: ResourceSheet,
    by: StaffId,
    request?: string,
  ): Promise<{ resource: ResourceId } | Refusal> {
    return this.#change('resource.describe', request, async (tx, plan) => {
      const refused = refuseSheet(id, sheet, plan)
      if (refused !== undefined) return refused
      const resource = id ?? newIdentifier('resource')
      appendSheet(tx, { resource, ...sheet }, by)
      return { resource }
    })
  }

  /** New places on the plan; the rest of each sheet stays. */
  place(places: readonly ({ readonly resource: ResourceId } & MapBox)[], by: StaffId): Promise<undefined | Refusal> {
    return this.#change('resource.place', undefined, async (tx, plan) => {
      const moved: Resource[] = []
      for (const { resource, ...map } of places) {
        const found = plan.resources.get(resource)
        if (found === undefined) return refuse('resource_unknown')
        if (!isSame(found.map, map)) moved.push({ ...found, map })
      }
      for (const sheet of moved) appendSheet(tx, sheet, by)
      return undefined
    })
  }

  /** Bookings of a closed seat stay; they come back as conflicts. */
  setOpen(resource: ResourceId, open: boolean, by: StaffId): Promise<readonly BookingConflict[] | Refusal> {
    return this.#changeWithConflicts('resource.set-open', async (tx, plan) => {
      const found = plan.resources.get(resource)
      if (found === undefined) return refuse('resource_unknown')
      if (found.open !== open) appendSheet(tx, { ...found, open }, by)
      return undefined
    })
  }

  /** From `from`, today when absent. Days before are as they were. */
  setHours(
    weekdays: readonly (WallSpan | null)[],
    holidays: boolean,
    from: CalendarDay | undefined,
    by: StaffId,
  ): Promise<readonly BookingConflict[] | Refusal> {
    return this.#changeWithConflicts('hours.set', async (tx) => {
      const today = calendarDayOf(tx.now)
      if (from !== undefined && from < today) return refuse('day_past')
      if (weekdays.some((span) => span !== null && span.end <= span.start)) return refuse('interval_invalid')
      tx.append({ event: hoursSet, data: { weekdays: [...weekdays], holidays, from: from ?? today }, by })
      return undefined
    })
  }

  /** What was booked into it is not dropped: it comes back as the list of those somebody has to speak with. */
  close(
    closure: NewClosure,
    by: StaffId,
    request?: string,
  ): Promise<{ closure: ClosureId; conflicts: readonly BookingConflict[] } | Refusal> {
    return this.#change('closure.make', request, async (tx, plan) => {
      const { target, fromDay, toDay, start, end } = closure
      if (target !== 'centre' && !plan.resources.has(target)) return refuse('resource_unknown')
      if (toDay < fromDay || end <= start) return refuse('interval_invalid')
      if (toDay < calendarDayOf(tx.now)) return refuse('day_past')
      const id = newIdentifier('closure')
      tx.append({ event: closureMade, data: { closure: id, ...closure }, by })
      const conflicts = await this.#conflicts(tx)
      return { closure: id, conflicts: conflicts.filter((one) => one.closure === id) }
    })
  }

  lift(closure: ClosureId, by: StaffId): Promise<undefined | Refusal> {
    return this.#change('closure.lift', undefined, async (tx, plan) => {
      // Lifting it twice is lifting it.
      if (!plan.closures.some((one) => one.closure === closure)) return undefined
      tx.append({ event: closureLifted, data: { closure }, by })
      return undefined
    })
  }

  setTerms(rules: BookingRules, by: StaffId): Promise<undefined> {
    return this.#change('booking.set-terms', undefined, async (tx) => {
      tx.append({ event: bookingTermsSet, data: { ...rules }, by })
      return undefined
    })
  }

  /** Offers that are out keep the time they were given. */
  setWaits(waits: Waits, by: StaffId): Promise<undefined> {
    return this.#change('waits.set', undefined, async (tx) => {
      tx.append({ event: waitsSet, data: { ...waits }, by })
      return undefined
    })
  }

  #change<T>(name: string, request: string | undefined, job: (tx: Tx, plan: FloorPlan) => Promise<T>): Promise<T> {
    return writeOnce(this.#journal, request, name, async (tx) => {
      const plan = await this.#floor.of(tx)
      this.#floor.changed()
      return job(tx, plan)
    })
  }

  #changeWithConflicts(
    name: string,
    job: (tx: Tx, plan: FloorPlan) => Promise<Refusal | undefined>,
  ): Promise<readonly BookingConflict[] | Refusal> {
    return this.#change(name, undefined, async (tx, plan) => (await job(tx, plan)) ?? this.#conflicts(tx))
  }

  async #conflicts(tx: Tx): Promise<readonly BookingConflict[]> {
    await tx.project()
    return findConflicts(tx, await this.#floor.of(tx), tx.now)
  }
}

function appendSheet(tx: Tx, { parent, ...sheet }: Resource, by: StaffId): void {
  tx.append({ event: resourceDescribed, data: { ...sheet, ...(parent === null ? {} : { parent }) }, by })
}

function isSame(a: MapBox, b: MapBox): boolean {
  return a.x === b.x && a.y === b.y && a.w === b.w && a.h === b.h
}

/** Two names that read the same are the same. Rooms stand in no room: two levels, and no circle. */
function refuseSheet(
  id: ResourceId | undefined,
  { name, kind, parent }: ResourceSheet,
  plan: FloorPlan,
): Refusal | undefined {
  if (id !== undefined && !plan.resources.has(id)) return refuse('resource_unknown')
  const read = (text: string) => text.normalize('NFKC').trim().toLowerCase()
  for (const other of plan.resources.values()) {
    if (other.resource !== id && read(other.name) === read(name)) return refuse('resource_taken_name')
  }
  const isPlace = kind === 'seat' || kind === 'booth'
  if (isPlace && id !== undefined && plan.partsOf(id).length > 0) return refuse('malformed', 'kind')
  if (parent === null) return undefined
  const room = plan.resources.get(parent)
  if (room === undefined) return refuse('resource_unknown', 'parent')
  const nested = room.parent !== null || parent === id || (id !== undefined && plan.partsOf(id).length > 0)
  return nested || room.kind === 'seat' || room.kind === 'booth' ? refuse('malformed', 'parent') : undefined
}
