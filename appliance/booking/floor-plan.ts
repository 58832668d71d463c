/**
 * What there is to book and when: resources, opening hours, closures, limits. Read in a job of the write lane, or for a
 * page; kept in memory until something of it changes.
 */
import holidays from '@holiday-jp/holiday_jp'
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import type {
  ClosureReason,
  MapBox,
  ResourceAttributes,
  ResourceKind,
  WallSpan,
} from '../../central-sync/protocol/event/booking.ts'
import type { ClosureId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay } from '../../central-sync/protocol/time.ts'
import {
  type BookingRules,
  type DayOpening,
  defaultBookingRules,
  defaultOpeningHours,
  hoursOn,
  type OpeningHours,
} from '../../central-sync/rules/decide-booking.ts'
import { defaultWaits, type Waits } from '../../central-sync/rules/waits.ts'

export interface Resource {
  readonly resource: ResourceId
  readonly kind: ResourceKind
  readonly name: string
  readonly parent: ResourceId | null
  readonly attrs: ResourceAttributes
  readonly capacity: number
  readonly bufferMin: number
  readonly checkInRequired: boolean
  readonly graceMin: number
  readonly open: boolean
  readonly map: MapBox
  readonly floor: string
}

export interface Closure extends WallSpan {
  readonly closure: ClosureId
  readonly target: 'centre' | ResourceId
  readonly fromDay: CalendarDay
  readonly toDay: CalendarDay
  readonly reason: ClosureReason
  readonly note: string
}

export class FloorPlan {
  readonly resources: ReadonlyMap<ResourceId, Resource>
  readonly hours: readonly OpeningHours[]
  /** Those that were not lifted, past ones too. */
  readonly closures: readonly Closure[]
  readonly rules: BookingRules
  readonly waits: Waits
  readonly #parts = new Map<ResourceId, ResourceId[]>()

  constructor(parts: {
    resources: readonly Resource[]
    hours: readonly OpeningHours[]
    closures: readonly Closure[]
    rules: BookingRules
    waits?: Waits
  }) {
    this.resources = new Map(parts.resources.map((one) => [one.resource, one]))
    this.hours = parts.hours
    this.closures = parts.closures
    this.rules = parts.rules
    this.waits = parts.waits ?? defaultWaits
    for (const { resource, parent } of parts.resources) {
      if (parent === null) continue
      const siblings = this.#parts.get(parent) ?? []
      siblings.push(resource)
      this.#parts.set(parent, siblings)
    }
  }

  /** What stands in a room. */
  partsOf(resource: ResourceId): readonly ResourceId[] {
    return this.#parts.get(resource) ?? []
  }

  /** The room it stands in, or what stands in it: booking one takes the other. */
  familyOf(resource: ResourceId): readonly ResourceId[] {
    const parent = this.resources.get(resource)?.parent ?? null
    return parent === null ? this.partsOf(resource) : [parent, ...this.partsOf(resource)]
  }

  /** A closed room closes what stands in it. */
  isOpen({ open, parent }: Resource): boolean {
    return open && (parent === null || this.resources.get(parent)?.open !== false)
  }

  hoursOf(day: CalendarDay): WallSpan | null {
    return hoursOn(this.hours, day, holidayName(day) !== undefined)
  }

  /** Closures of the centre, of the resource and of its room on that day. */
  closuresOf(day: CalendarDay, resource?: Resource): readonly Closure[] {
    return this.closures.filter(
      ({ target, fromDay, toDay }) =>
        fromDay <= day &&
        day <= toDay &&
        (target === 'centre' ||
          (resource !== undefined && (target === resource.resource || target === resource.parent))),
    )
  }

  openingOf(day: CalendarDay, resource?: Resource): DayOpening {
    return { hours: this.hoursOf(day), closures: this.closuresOf(day, resource) }
  }
}

const named: Readonly<Record<string, { readonly name: string; readonly name_en: string }>> = holidays.holidays

/** Japanese name of the national holiday of that day. Source: the cabinet office's list, until 2050. */
export function holidayName(day: CalendarDay): string | undefined {
  return Object.hasOwn(named, day) ? named[day]?.name : undefined
}

interface ResourceRow {
  resource: ResourceId
  kind: ResourceKind
  name: string
  parent: ResourceId | null
  monitor: number
  standing: number
  accessible: number
  quiet: number
  capacity: number
  buffer_min: number
  check_in_required: number
  grace_min: number
  open: number
  x: number
  y: number
  w: number
  h: number
  floor: string
}

function resourceOf(row: ResourceRow): Resource {
  const { resource, kind, name, parent, capacity, floor, x, y, w, h } = row
  return {
    resource,
    kind,
    name,
    parent,
    attrs: {
      monitor: row.monitor === 1,
      standing: row.standing === 1,
      accessible: row.accessible === 1,
      quiet: row.quiet === 1,
    },
    capacity,
    bufferMin: row.buffer_min,
    checkInRequired: row.check_in_required === 1,
    graceMin: row.grace_min,
    open: row.open === 1,
    map: { x, y, w, h },
    floor,
  }
}

export async function readFloorPlan(rows: Rows): Promise<FloorPlan> {
  const resources = await rows.all<ResourceRow>('SELECT * FROM resource ORDER BY floor, kind, name, resource')
  const closures = await rows.all<Closure>(
    `SELECT closure, target, from_day AS fromDay, to_day AS toDay, start_min AS start, end_min AS "end", reason, note
       FROM closure WHERE lifted = 0 ORDER BY from_day, start_min, closure`,
  )
  const rules = await rows.one<BookingRules>(
    `SELECT duration_max_min AS durationMaxMin, horizon_days AS horizonDays, notice_min AS noticeMin,
            upcoming_max AS upcomingMax, same_day_max AS sameDayMax FROM booking_terms`,
  )
  return new FloorPlan({
    resources: resources.map(resourceOf),
    hours: await openingHours(rows),
    closures,
    rules: rules ?? defaultBookingRules,
    waits: await readWaits(rows),
  })
}

/** The usual ones while nobody has set any. */
export async function readWaits(rows: Rows): Promise<Waits> {
  const set = await rows.one<Waits>('SELECT offer_min AS offerMin, care_grace_min AS careGraceMin FROM booking_waits')
  return set ?? defaultWaits
}

/** Every sheet of opening hours, oldest first; the usual one while nobody has set any. */
export async function openingHours(rows: Rows): Promise<readonly OpeningHours[]> {
  const found = await rows.all<{
    from_day: CalendarDay
    start_min: number | null
    end_min: number | null
    holidays: number
  }>('SELECT from_day, start_min, end_min, holidays FROM opening_hours ORDER BY from_day, weekday')
  const sheets = new Map<CalendarDay, { weekdays: (WallSpan | null)[]; holidays: boolean }>()
  for (const { from_day, start_min, end_min, holidays: open } of found) {
    const sheet = sheets.get(from_day) ?? { weekdays: [], holidays: open === 1 }
    sheet.weekdays.push(start_min === null || end_min === null ? null : { start: start_min, end: end_min })
    sheets.set(from_day, sheet)
  }
  return sheets.size === 0 ? [defaultOpeningHours] : [...sheets].map(([from, sheet]) => ({ from, ...sheet }))
}

const ABOUT = /^(?:resource|hours|closure)\.|^(?:booking\.terms-set|waits\.set)$/

/**
 * The floor plan in memory. A job of the lane sees what jobs before it wrote, committed or not, so it has a memory of its
 * own, which only what was committed with it may fill.
 */
export class FloorBook {
  readonly #read: Rows
  #changes = 0
  #inLane: FloorPlan | undefined
  #outside: FloorPlan | undefined

  constructor(journal: Pick<Journal, 'read' | 'onCommitted'>) {
    this.#read = journal.read
    journal.onCommitted((entries) => {
      if (entries.some(({ t }) => ABOUT.test(t))) this.changed()
    })
  }

  /** Called by a job that is about to change the plan, and after every commit that did. */
  changed(): void {
    this.#changes += 1
    this.#inLane = undefined
    this.#outside = undefined
  }

  async of(tx: Tx): Promise<FloorPlan> {
    if (this.#inLane !== undefined) return this.#inLane
    const changes = this.#changes
    const plan = await readFloorPlan(tx)
    tx.onCommit(() => {
      if (this.#changes === changes) this.#inLane = plan
    })
    return plan
  }

  /** What is committed, for pages. */
  async now(): Promise<FloorPlan> {
    if (this.#outside !== undefined) return this.#outside
    const changes = this.#changes
    const plan = await readFloorPlan(this.#read)
    if (this.#changes === changes) this.#outside = plan
    return plan
  }
}
