/** Registering and changing seats and rooms; opening hours, closures and the limits of bookings. */
import { z } from 'zod'
import { closureReason, type ResourceKind, resourceKind } from '../../../central-sync/protocol/event/booking.ts'
import { identifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal, refuse } from '../../../central-sync/protocol/refusal.ts'
import { calendarDayOf, minuteFace } from '../../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../../central-sync/web/port.ts'
import type { resourceRow } from '../../http/shape-booking-rows.ts'
import { bookingConflicts, closures, hours, resources, resourcesDescribe } from '../../http/shape-seats.ts'
import { type Ask, orElse } from '../ask.ts'
import { APPROVERS, centrePage, DESK, holds } from '../staff-page.ts'
import { seatWords } from '../words/seat-words.ts'
import { nextName, nextPlace } from './draw-map.ts'
import { address, bookingView, byName, optionsOf, spanText } from './view-booking.ts'

type Resource = z.infer<typeof resourceRow>

export function seatPages(ask: Ask): Page[] {
  return [newSeatPage(ask), seatPage(ask), hoursPage(ask)]
}

const made = z.object({ resource: identifier('resource') })

function newSeatPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/new',
    access: DESK,
    title: { ja: '席・部屋を増やす', en: 'Add a seat or room' },
    template: 'booking/seat',
    input: { floor: z.string().max(60).optional().catch(undefined), kind: resourceKind.optional().catch(undefined) },
    load: async ({ floor, kind: wanted }, context) => {
      const found = await ask(resources, {}, context)
      if (isRefusal(found)) return found
      const { answered } = context
      const output = answered?.command === resourcesDescribe.name ? made.safeParse(answered.output).data : undefined
      // What was registered a moment ago is the model of the next: forty seats are forty presses.
      const last = found.resources.find(({ resource }) => resource === output?.resource)
      const kind = wanted ?? last?.kind ?? 'seat'
      const level = last?.floor ?? floor ?? found.floors[0] ?? ''
      const taken = found.resources.filter((one) => one.floor === level && !isAround(one, last)).map(({ map }) => map)
      const model = last?.kind === kind ? last : { ...EMPTY, ...USUAL[kind] }
      const name = last?.kind === kind ? nextName(last.name) : ''
      const sheet = { ...model, resource: undefined, kind, floor: level, name }
      return {
        tab: 'map',
        isNew: true,
        last,
        kindLinks: resourceKind.options.map((one) => ({
          key: `seats.kind.${one}`,
          href: address(`${context.base}/seats/new`, { kind: one, floor: level }),
          current: one === kind,
        })),
        ...formOf({ ...sheet, map: nextPlace(taken, kind) }, found, context),
      }
    },
  })
}

/** Seats of a room stand in it, so the room itself is no obstacle. */
function isAround(one: Resource, seat: Resource | undefined): boolean {
  return seat?.parent === one.resource
}

const EMPTY: Omit<Resource, 'resource' | 'map'> = {
  kind: 'seat',
  name: '',
  parent: null,
  attrs: { monitor: false, standing: false, accessible: false, quiet: false },
  capacity: 1,
  bufferMin: 0,
  checkInRequired: true,
  graceMin: 30,
  open: true,
  floor: '',
}

/** What differs from a seat: nobody taps in at a room, and several fit in. */
const USUAL: Readonly<Record<ResourceKind, Partial<typeof EMPTY>>> = {
  seat: {},
  booth: {},
  room: { capacity: 6, checkInRequired: false },
  nursery: { capacity: 10, checkInRequired: false },
}

function seatPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/edit/:resource',
    access: DESK,
    title: { ja: '席・部屋を直す', en: 'Change a seat or room' },
    template: 'booking/seat',
    input: { resource: identifier('resource') },
    load: async ({ resource }, context) => {
      const found = await ask(resources, {}, context)
      if (isRefusal(found)) return found
      const row = found.resources.find((one) => one.resource === resource)
      if (row === undefined) return refuse('resource_unknown')
      return { tab: 'map', isNew: false, ...formOf(row, found, context) }
    },
  })
}

type Sheet = Omit<Resource, 'resource'> & { readonly resource?: string | undefined }

function formOf(
  row: Sheet,
  { floors, resources: all }: { floors: readonly string[]; resources: readonly Resource[] },
  context: RequestContext,
) {
  const rooms = all.filter(({ kind, resource }) => kind === 'room' && resource !== row.resource)
  const none = { value: '', label: seatWords['seat.parent.none'][context.language === 'en' ? 'en' : 'ja'] }
  return {
    row: { ...row, resource: row.resource ?? '', parent: row.parent ?? '' },
    floors,
    kindOptions: optionsOf(
      resourceKind.options,
      (one) => seatWords[`seats.kind.${one as ResourceKind}`],
      context,
      row.kind,
    ),
    parentOptions: [none, ...rooms.map(({ resource, name }) => ({ value: resource, label: name }))],
    attrOptions: (['monitor', 'standing', 'accessible', 'quiet'] as const).map((name) => ({
      name,
      key: `seats.attr.${name}`,
      checked: row.attrs[name],
    })),
  }
}

const WHOLE = { start: 0, end: 1_440 }

function hoursPage(ask: Ask): Page {
  return centrePage({
    path: '/seats/hours',
    access: 'staff',
    title: { ja: '休みと開館時間', en: 'Closures and hours' },
    template: 'booking/hours',
    input: { target: identifier('resource').optional().catch(undefined) },
    load: async ({ target }, context) => {
      const set = await ask(hours, {}, context)
      if (isRefusal(set)) return set
      const found = await ask(closures, {}, context)
      if (isRefusal(found)) return found
      const all = await orElse(ask(resources, {}, context), { floors: [], resources: [] })
      const conflicts = await orElse(ask(bookingConflicts, {}, context), { conflicts: [] })
      const [current, ...later] = set.sets
      const centre = {
        value: 'centre',
        label: seatWords['closures.target.centre'][context.language === 'en' ? 'en' : 'ja'],
      }
      return {
        tab: 'hours',
        today: calendarDayOf(context.now),
        target: target ?? 'centre',
        week: weekOf(current?.weekdays ?? []),
        holidaysOpen: current?.holidays ?? false,
        planned: later.map(({ from }) => from),
        holidays: set.holidays.slice(0, 6),
        terms: set.terms,
        waits: set.waits,
        closures: found.closures.map((one) => ({
          ...one,
          reasonKey: `closures.reason.${one.reason}`,
          allDay: one.start === WHOLE.start && one.end === WHOLE.end,
          oneDay: one.fromDay === one.toDay,
          span: spanText(one),
        })),
        targetOptions: [
          centre,
          ...all.resources.toSorted(byName).map(({ resource, name }) => ({ value: resource, label: name })),
        ],
        reasonOptions: optionsOf(
          closureReason.options,
          (one) => seatWords[`closures.reason.${one as (typeof closureReason.options)[number]}`],
          context,
        ),
        conflicts: conflicts.conflicts.map((row) => ({ ...bookingView(row), whyKey: conflictKey(row.why) })),
        mayEdit: holds(context, DESK),
        maySetTerms: holds(context, APPROVERS),
      }
    },
  })
}

function conflictKey(code: string): string {
  const key = `conflicts.why.${code}`
  return key in seatWords ? key : 'conflicts.why.other'
}

/** Seven lines, Monday first, for a form: nothing means closed. */
function weekOf(weekdays: readonly ({ start: number; end: number } | null)[]) {
  return Array.from({ length: 7 }, (_, index) => {
    const span = weekdays[index] ?? undefined
    return {
      dayKey: `hours.day.${index + 1}`,
      startName: `weekdays[${index}].start`,
      endName: `weekdays[${index}].end`,
      start: span === undefined ? '' : minuteFace(span.start).padStart(5, '0'),
      end: span === undefined ? '' : minuteFace(span.end).padStart(5, '0'),
    }
  })
}
