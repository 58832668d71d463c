/** What is free: a day of all resources, a month of one wish, and the search for a place from–to. */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import type {
  BookingState,
  ResourceAttributes,
  ResourceKind,
  WallSpan,
} from '../../central-sync/protocol/event/booking.ts'
import type { BookingId, ResourceId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { first, type RefusalCode } from '../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay, type Instant, type Month } from '../../central-sync/protocol/time.ts'
import { checkTime } from '../../central-sync/rules/decide-booking.ts'
import { covers, freeSpans, overlaps } from '../../central-sync/rules/overlap.ts'
import { OCCUPYING } from './booking-tables.ts'
import { type FloorPlan, holidayName, type Resource } from './floor-plan.ts'

/** What somebody looks for. An attribute that is true must be there. */
export interface PlaceWish {
  readonly kind: ResourceKind
  readonly attrs: ResourceAttributes
  readonly people: number
}

export interface DaySpan extends WallSpan {
  readonly what: 'held' | 'confirmed' | 'in' | 'done' | 'blocked' | 'buffer' | 'closed'
  readonly booking: BookingId | null
  readonly worker: WorkerId | null
  readonly care: boolean
}

export interface DayOfResource {
  readonly resource: Resource
  readonly spans: readonly DaySpan[]
  readonly freeMinutes: number
}

interface DayRow extends WallSpan {
  readonly booking: BookingId
  readonly resource: ResourceId
  readonly worker: WorkerId
  readonly state: Extract<BookingState, 'held' | 'confirmed' | 'in' | 'done'>
  readonly care: string | null
}

/** Every resource that people book for themselves, with everything that is in the way on that day. */
export async function readDay(rows: Rows, plan: FloorPlan, day: CalendarDay): Promise<readonly DayOfResource[]> {
  const found = await rows.all<DayRow>(
    `SELECT booking, resource, worker, start_min AS start, end_min AS "end", state, care FROM booking
      WHERE day = ? AND state IN ('held', 'confirmed', 'in', 'done')`,
    [day],
  )
  const byResource = Map.groupBy(found, ({ resource }) => resource)
  const hours = plan.hoursOf(day)
  return [...plan.resources.values()].filter(isBookable).map((resource) => {
    const spans = spansOf(resource, plan, day, byResource)
    const taken = spans.filter(({ what }) => what !== 'done')
    const free = hours === null || !plan.isOpen(resource) ? [] : freeSpans(hours, taken)
    return { resource, spans, freeMinutes: free.reduce((sum, { start, end }) => sum + end - start, 0) }
  })
}

function isBookable({ kind }: Resource): boolean {
  return kind !== 'nursery'
}

function spansOf(
  resource: Resource,
  plan: FloorPlan,
  day: CalendarDay,
  byResource: ReadonlyMap<ResourceId, readonly DayRow[]>,
): DaySpan[] {
  const own = byResource.get(resource.resource) ?? []
  const nobody = { booking: null, worker: null, care: false } as const
  const family = plan.familyOf(resource.resource).flatMap((one) => byResource.get(one) ?? [])
  const occupied = own.filter(({ state }) => state !== 'done')
  const spans: DaySpan[] = [
    ...own.map(({ start, end, state, booking, worker, care }) => {
      return { start, end, what: state, booking, worker, care: care !== null }
    }),
    ...family
      .filter(({ state }) => state !== 'done')
      .map(({ start, end }) => ({ start, end, what: 'blocked' as const, ...nobody })),
    ...occupied.flatMap((span) => buffersOf(span, resource.bufferMin)).map((span) => ({ ...span, ...nobody })),
    ...plan.closuresOf(day, resource).map(({ start, end }) => ({ start, end, what: 'closed' as const, ...nobody })),
  ]
  return spans.sort((a, b) => a.start - b.start || a.end - b.end)
}

function buffersOf({ start, end }: WallSpan, minutes: number) {
  const around = [
    { start: Math.max(0, start - minutes), end: start, what: 'buffer' as const },
    { start: end, end: Math.min(1_440, end + minutes), what: 'buffer' as const },
  ]
  return around.filter((span) => span.start < span.end)
}

export interface MonthDay {
  readonly day: CalendarDay
  readonly holiday: string | null
  readonly open: boolean
  readonly total: number
  readonly free: number
}

/**
 * Per day the resources taken at that time, as one text: parameters are first day, last day, end, start. `near` counts
 * the buffers too. Exported as the yardstick for what a month view may cost.
 */
export const MONTH_SQL = `SELECT day, group_concat(resource) AS taken FROM (
  SELECT DISTINCT day, resource FROM booking
   WHERE day BETWEEN ? AND ? AND start_min < ? AND end_min > ? AND state IN ${OCCUPYING}) GROUP BY day`

const BUFFERED_SQL = `SELECT day, group_concat(resource) AS near, group_concat(CASE WHEN exact THEN resource END) AS taken
  FROM (SELECT b.day, b.resource, max(b.start_min < ?3 AND b.end_min > ?4) AS exact
    FROM booking b LEFT JOIN resource r ON r.resource = b.resource
   WHERE b.day BETWEEN ?1 AND ?2 AND b.state IN ${OCCUPYING}
     AND b.start_min < ?3 + coalesce(r.buffer_min, 0) AND b.end_min > ?4 - coalesce(r.buffer_min, 0)
   GROUP BY b.day, b.resource) GROUP BY day`

export interface TakenDay {
  readonly day: CalendarDay
  readonly taken: string | null
  readonly near?: string | null
}

/** More answers than the phones of a centre look at in one day. */
const KEPT_MAX = 500

/**
 * What is taken per day of a month, kept until anything about bookings or resources is committed: many people look at the
 * same few months, and between two bookings nothing of them changes.
 */
export class MonthBook {
  readonly #read: Rows
  readonly #kept = new Map<string, Promise<readonly TakenDay[]>>()

  constructor(journal: Pick<Journal, 'read' | 'onCommitted'>) {
    this.#read = journal.read
    journal.onCommitted((entries) => {
      if (entries.some(({ t }) => t.startsWith('booking.') || t.startsWith('resource.'))) this.#kept.clear()
    })
  }

  /** From day to day, both included. `buffered`: some of the resources in question have a buffer. */
  taken(from: CalendarDay, to: CalendarDay, { start, end }: WallSpan, buffered: boolean): Promise<readonly TakenDay[]> {
    const sql = buffered ? BUFFERED_SQL : MONTH_SQL
    const key = [from, to, start, end, buffered].join(' ')
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    if (this.#kept.size >= KEPT_MAX) this.#kept.clear()
    const found = this.#read.all<TakenDay>(sql, [from, to, end, start])
    this.#kept.set(key, found)
    found.catch(() => this.#kept.delete(key))
    return found
  }
}

/** How many places that fit the wish are free all through `span` on each day of a month: one statement. */
export async function readMonth(
  book: MonthBook,
  plan: FloorPlan,
  month: Month,
  span: WallSpan | undefined,
  wish: PlaceWish,
): Promise<readonly MonthDay[]> {
  const days = daysOfMonth(month)
  const { start, end } = span ?? { start: 0, end: 1_440 }
  const fitting = fittingPlaces(plan, wish).map((resource) => ({ resource, family: plan.familyOf(resource.resource) }))
  const buffered = fitting.some(({ resource }) => resource.bufferMin > 0)
  const [from, to] = [days[0], days.at(-1)]
  if (from === undefined || to === undefined) return []
  const found = await book.taken(from, to, { start, end }, buffered)
  const byDay = new Map(found.map((row) => [row.day, row]))
  const closures = plan.closures.filter((one) => one.fromDay <= to && one.toDay >= from)
  return days.map((day) => {
    const hours = plan.hoursOf(day)
    const asked = span ?? hours
    const shut = closures.filter((one) => one.fromDay <= day && day <= one.toDay && asked && overlaps(one, asked))
    const open =
      hours !== null && asked !== null && covers(hours, asked) && !shut.some((one) => one.target === 'centre')
    const row = byDay.get(day)
    const taken = new Set(row?.taken?.split(','))
    const near = row?.near === undefined ? taken : new Set(row.near?.split(','))
    const closed = new Set<string>(shut.map((one) => one.target))
    const free = fitting.filter(
      ({ resource, family }) =>
        !near.has(resource.resource) &&
        !closed.has(resource.resource) &&
        !(resource.parent !== null && closed.has(resource.parent)) &&
        !family.some((one) => taken.has(one)),
    )
    const count = open ? free.length : 0
    return { day, holiday: holidayName(day) ?? null, open, total: fitting.length, free: count }
  })
}

function daysOfMonth(month: Month): CalendarDay[] {
  const days: CalendarDay[] = []
  for (let day = `${month}-01` as CalendarDay; day.startsWith(month); day = addDays(day, 1)) days.push(day)
  return days
}

/** Open places of the kind with every wished attribute. */
function fittingPlaces(plan: FloorPlan, { kind, attrs, people }: PlaceWish): Resource[] {
  return [...plan.resources.values()].filter(
    (one) =>
      one.kind === kind &&
      one.capacity >= people &&
      plan.isOpen(one) &&
      (!attrs.monitor || one.attrs.monitor) &&
      (!attrs.standing || one.attrs.standing) &&
      (!attrs.accessible || one.attrs.accessible) &&
      (!attrs.quiet || one.attrs.quiet),
  )
}

export interface SlotAsked extends WallSpan {
  readonly day: CalendarDay
}

/**
 * Places that can be had from–to. Special seats come last, so that who needs one finds it. `closedBy`: the time itself
 * cannot be had, whatever is wanted.
 */
export async function findFree(
  rows: Rows,
  plan: FloorPlan,
  slot: SlotAsked,
  wish: PlaceWish,
  asked: { readonly now: Instant; readonly source: 'web' | 'staff' | 'walk_in' },
): Promise<{ closedBy: RefusalCode | null; resources: readonly Resource[] }> {
  const { day } = slot
  const { now, source } = asked
  const refused = first(checkTime({ ...slot, source }, { now, ...plan.openingOf(day) }, plan.rules))
  if (refused !== undefined) return { closedBy: refused.refused, resources: [] }
  const found = await rows.all<WallSpan & { resource: ResourceId }>(
    `SELECT resource, start_min AS start, end_min AS "end" FROM booking WHERE day = ? AND state IN ${OCCUPYING}`,
    [day],
  )
  const byResource = Map.groupBy(found, ({ resource }) => resource)
  const meets = (resource: ResourceId, bufferMin: number) =>
    byResource.get(resource)?.some((taken) => overlaps(taken, slot, bufferMin)) === true
  const free = fittingPlaces(plan, wish).filter(
    (one) =>
      !meets(one.resource, one.bufferMin) &&
      !plan.familyOf(one.resource).some((other) => meets(other, 0)) &&
      !plan.closuresOf(day, one).some((closure) => overlaps(closure, slot)),
  )
  return { closedBy: null, resources: free.sort((a, b) => extras(a, wish) - extras(b, wish)) }
}

/** How much it has that nobody asked for. */
function extras({ attrs, capacity }: Resource, wish: PlaceWish): number {
  const unasked = (['monitor', 'standing', 'accessible', 'quiet'] as const).filter(
    (one) => attrs[one] && !wish.attrs[one],
  )
  return unasked.length + (unasked.includes('accessible') ? 10 : 0) + Math.max(0, capacity - wish.people) * 100
}
