/** A month of seats and childcare at a centre, as its journal would tell it: invented, repeatable, with everything that can happen. */
import type { Draft } from '../../central-sync/journal/port.ts'
import * as booking from '../../central-sync/protocol/event/booking.ts'
import * as childcare from '../../central-sync/protocol/event/childcare.ts'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import {
  addDays,
  type CalendarDay,
  firstDayOf,
  instantOf,
  lastDayOf,
  type Month,
  weekdayOf,
} from '../../central-sync/protocol/time.ts'
import { type Chance, seededChance } from '../../provisioning/demo/seeded-random.ts'

const staff = newIdentifier('staff')
const device = newIdentifier('device')
const NINE = 9 * 60

function draft<D, P>(value: Draft<D, P>): Draft {
  return value as Draft
}

/** Six seats, a booth and a childcare room; hours on weekdays; carers on duty. The drafts in the order they were written. */
export function occupancyMonth(month: Month, upTo: CalendarDay, seed: number): Draft[] {
  const chance = seededChance(seed)
  const places = [...Array.from({ length: 6 }, () => 'seat' as const), 'booth' as const, 'room' as const]
  const resources = places.map((kind) => ({ kind, resource: newIdentifier('resource') }))
  const room = newIdentifier('resource')
  const drafts: Draft[] = [
    hours(),
    ...[...resources, { kind: 'nursery' as const, resource: room }].map(described),
    policy(),
  ]
  const children = Array.from({ length: 7 }, (_, index) => ({
    child: newIdentifier('child'),
    worker: newIdentifier('worker'),
    band: (['a0', 'a12', 'a12', 'a12', 'a3', 'a4', 'a4'] as const)[index] ?? 'a4',
  }))
  for (
    let day = firstDayOf(month) as string as CalendarDay;
    day <= (lastDayOf(month) as string);
    day = addDays(day, 1)
  ) {
    if ([0, 6].includes(weekdayOf(day))) continue
    for (const one of resources) drafts.push(...bookingsOf(day, one.resource, day <= upTo, chance))
    drafts.push(...shifts(day, room), ...careOf(day, room, children, day <= upTo, chance), ...demandOf(day, chance))
  }
  return drafts
}

function hours(): Draft {
  const weekdays = [0, 1, 2, 3, 4, 5, 6].map((index) => (index < 5 ? { start: NINE, end: 18 * 60 } : null))
  const from = '2026-01-01' as CalendarDay
  return draft({ event: booking.hoursSet, data: { weekdays, holidays: false, from }, by: staff })
}

function described({
  kind,
  resource,
}: {
  kind: booking.ResourceKind
  resource: ReturnType<typeof newIdentifier<'resource'>>
}) {
  const attrs = { monitor: true, standing: false, accessible: false, quiet: false }
  const rest = { capacity: 1, bufferMin: 0, checkInRequired: true, graceMin: 15, open: true, floor: '1階' }
  const map = { x: 0, y: 0, w: 50, h: 50 }
  return draft({
    event: booking.resourceDescribed,
    data: { resource, kind, name: 'そら', attrs, map, ...rest },
    by: staff,
  })
}

function policy(): Draft {
  return draft({
    event: childcare.carePolicySet,
    data: {
      ...{ policy: newIdentifier('policy'), from: '2024-04-01' as CalendarDay },
      units: { a0: 100, a12: 50, a3: 20, a4: 12 },
      ...{
        minStaff: 2,
        qualifiedNum: 1,
        qualifiedDen: 3,
        areaPerChildDm2: 165,
        ageBasis: 'fiscal',
        rounding: 'ceil_sum',
      },
      ...{ feverX10: 375, smallMode: false },
    },
    by: staff,
  })
}

type Resource = ReturnType<typeof newIdentifier<'resource'>>

function bookingsOf(day: CalendarDay, resource: Resource, past: boolean, chance: Chance): Draft[] {
  if (!chance.happens(0.7)) return []
  const id = newIdentifier('booking')
  const start = NINE + chance.between(0, 4) * 30
  const data = {
    ...{ booking: id, request: newIdentifier('request'), resource, worker: newIdentifier('worker'), day },
    ...{ start, end: start + chance.between(4, 10) * 30, state: 'confirmed' as const, source: 'web' as const },
  }
  const settle = (state: 'in' | 'done' | 'no_show' | 'released' | 'cancelled', why: booking.SettledWhy) =>
    draft({ event: booking.bookingSettled, data: { booking: id, state, why }, by: 'system' })
  const made = draft({ event: booking.bookingMade, data, by: data.worker })
  if (!past) return [made]
  if (chance.happens(0.1)) {
    const moved = { booking: id, resource, day, start: data.start + 30, end: data.end + 60 }
    return [made, draft({ event: booking.bookingMoved, data: moved, by: data.worker }), settle('in', 'check_in')]
  }
  const luck = chance.next()
  if (luck < 0.08) return [made, settle('no_show', 'no_check_in')]
  if (luck < 0.12) return [made, settle('released', 'worker')]
  if (luck < 0.22) return [made, settle('cancelled', 'worker')]
  return [made, settle('in', 'check_in'), settle('done', 'checked_out')]
}

function shifts(day: CalendarDay, room: Resource): Draft[] {
  return [true, false].map((qualified) =>
    draft({
      event: childcare.shiftSet,
      data: { shift: newIdentifier('shift'), room, day, start: 8 * 60 + 45, end: 18 * 60, qualified },
      by: staff,
    }),
  )
}

interface InventedChild {
  readonly child: ReturnType<typeof newIdentifier<'child'>>
  readonly worker: ReturnType<typeof newIdentifier<'worker'>>
  readonly band: childcare.AgeBand
}

function careOf(day: CalendarDay, room: Resource, children: readonly InventedChild[], past: boolean, chance: Chance) {
  return children.flatMap(({ child, worker, band }): Draft[] => {
    if (!chance.happens(0.45)) return []
    const [care, stay] = [newIdentifier('booking'), newIdentifier('stay')]
    const start = NINE + chance.between(0, 3) * 15
    const end = start + chance.between(8, 20) * 15
    const units = { a0: 100, a12: 50, a3: 20, a4: 12 }[band]
    const booked = { care, request: newIdentifier('request'), child, worker, room, day, start, end, band, units }
    const made = draft({
      event: childcare.careBooked,
      data: { ...booked, state: 'confirmed' as const, source: 'web' as const },
      by: worker,
    })
    const settle = (state: 'in' | 'done' | 'no_show', why: booking.SettledWhy) =>
      draft({ event: childcare.careSettled, data: { care, state, why }, by: 'system' })
    if (!past) return [made]
    if (chance.happens(0.06)) return [made, settle('no_show', 'no_check_in')]
    const [at, gone] = [instantOf(day, start + chance.between(-5, 10)), instantOf(day, end - chance.between(0, 12))]
    const arrived = { stay, care, child, room, at, by: device, band, units, device }
    const left = { stay, child, at: gone, to: { kind: 'guardian' as const }, staff, secondFactor: 'code' as const }
    const health = { broughtBy: '', temperatureX10: 366, symptoms: [], contactPhone: '', meds: '', code: 'ABCD' }
    return [
      made,
      draft({ event: childcare.careArrived, data: arrived, personal: health, subject: child, by: device }),
      settle('in', 'check_in'),
      draft({
        event: childcare.careHandedOver,
        data: left,
        personal: { name: '', reason: '' },
        subject: child,
        by: staff,
      }),
      settle('done', 'checked_out'),
    ]
  })
}

function demandOf(day: CalendarDay, chance: Chance): Draft[] {
  const drafts: Draft[] = []
  const span = { day, start: NINE, end: 12 * 60 }
  if (chance.happens(0.3)) {
    const [what, why] = chance.pick([
      ['childcare', 'ratio_exceeded'],
      ['childcare', 'staff_minimum'],
      ['pair', 'ratio_exceeded'],
      ['seat', 'booking_overlap'],
      ['booth', 'booking_overlap'],
    ] as const)
    const data = { demand: newIdentifier('demand'), what, why, source: 'web' as const, ...span }
    drafts.push(draft({ event: booking.demandDeclined, data, by: 'system' }))
  }
  if (chance.happens(0.15)) {
    const waiting = newIdentifier('waiting')
    const joined = { waiting, request: newIdentifier('request'), worker: newIdentifier('worker'), ...span, priority: 0 }
    const data = chance.happens(0.5)
      ? { ...joined, want: 'seat' as const }
      : { ...joined, child: newIdentifier('child') }
    drafts.push(draft({ event: booking.waitingJoined, data, by: joined.worker }))
    const outcome = chance.pick(['accepted', 'expired', 'withdrawn', 'passed', 'waits'] as const)
    if (outcome !== 'waits')
      drafts.push(draft({ event: booking.waitingClosed, data: { waiting, outcome }, by: 'system' }))
  }
  return drafts
}
