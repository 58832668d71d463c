import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { first, refusals } from '../../../../central-sync/protocol/refusal.ts'
import { type CalendarDay, instantOf, parseIsoInstant } from '../../../../central-sync/protocol/time.ts'
import {
  type BookingFacts,
  type BookingWish,
  decideBooking,
  defaultBookingRules,
  hoursOn,
} from '../../../../central-sync/rules/decide-booking.ts'

const NOW = parseIsoInstant('2026-11-20T09:10:00+09:00') ?? 0
const TODAY = '2026-11-20' as CalendarDay
const FRIDAY = '2026-11-27' as CalendarDay
const span = (start: number, end: number) => ({ start: start * 60, end: end * 60 })

const wish: BookingWish = { day: FRIDAY, ...span(10, 12), source: 'web' }
const facts: BookingFacts = {
  now: NOW,
  resource: { open: true, bufferMin: 0 },
  hours: span(9, 18),
  closures: [],
  ...{ onResource: [], onFamily: [], ofWorker: [], upcoming: 0 },
}
const decide = (change: Partial<BookingWish>, known: Partial<BookingFacts> = {}, rules = defaultBookingRules) =>
  decideBooking({ ...wish, ...change }, { ...facts, ...known }, rules)?.refused

describe('a seat', () => {
  it('that is free can be had', () => {
    expect(decide({})).toBeUndefined()
  })

  it('cannot be had when it does not exist or is out of use', () => {
    expect(decide({}, { resource: undefined })).toBe('resource_unknown')
    expect(decide({}, { resource: { open: false, bufferMin: 0 } })).toBe('resource_closed')
  })

  it('can be had up to the minute at which the next booking begins', () => {
    expect(decide({}, { onResource: [span(9, 10), span(12, 13)] })).toBeUndefined()
    expect(decide({}, { onResource: [{ start: 719, end: 780 }] })).toBe('booking_overlap')
  })

  it('keeps its buffer free', () => {
    const resource = { open: true, bufferMin: 15 }
    expect(decide({}, { resource, onResource: [span(9, 10)] })).toBe('booking_overlap')
    expect(decide({}, { resource, onResource: [{ start: 540, end: 585 }] })).toBeUndefined()
  })

  it('cannot be had by somebody who sits elsewhere then', () => {
    expect(decide({}, { ofWorker: [span(11, 13)] })).toBe('worker_overlap')
  })

  it('cannot be had when the room around it is booked, by staff neither', () => {
    expect(decide({}, { onFamily: [span(11, 13)] })).toBe('parent_blocked')
    expect(decide({ source: 'staff' }, { onFamily: [span(11, 13)] })).toBe('parent_blocked')
    expect(decide({ source: 'staff' }, { onResource: [span(11, 13)] })).toBe('booking_overlap')
  })
})

describe('a time', () => {
  it('must lie within opening hours, for everybody', () => {
    expect(decide({ ...span(9, 18) })).toBeUndefined()
    expect(decide({ ...span(8, 10) })).toBe('outside_hours')
    expect(decide({ ...span(17, 19), source: 'staff' })).toBe('outside_hours')
    expect(decide({}, { hours: null })).toBe('closed_then')
  })

  it('must not touch a closure', () => {
    expect(decide({}, { closures: [span(11, 24)] })).toBe('closed_then')
    expect(decide({}, { closures: [span(12, 24)] })).toBeUndefined()
  })

  it('must not be over; one that is running can still be had', () => {
    expect(decide({ day: TODAY, ...span(9, 10) })).toBeUndefined()
    expect(decide({ day: TODAY, ...span(9, 10) }, { now: instantOf(TODAY, 600) })).toBe('day_past')
    expect(decide({ day: '2026-11-19' as CalendarDay })).toBe('day_past')
  })

  it('has a longest length, a horizon and a notice', () => {
    const rules = { ...defaultBookingRules, durationMaxMin: 120, horizonDays: 7, noticeMin: 60 }
    expect(decide({}, {}, rules)).toBeUndefined()
    expect(decide({ end: 721 }, {}, rules)).toBe('too_long')
    expect(decide({ day: '2026-11-28' as CalendarDay }, {}, rules)).toBe('too_far_ahead')
    expect(decide({ day: TODAY, start: 610 }, {}, rules)).toBeUndefined()
    expect(decide({ day: TODAY, start: 609 }, {}, rules)).toBe('too_soon')
  })

  it('of staff, an offer or a walk-in knows no horizon, notice or quota', () => {
    const rules = { ...defaultBookingRules, horizonDays: 1, noticeMin: 100_000, upcomingMax: 1, sameDayMax: 1 }
    for (const source of ['staff', 'offer', 'walk_in'] as const) {
      expect(decide({ source }, { upcoming: 9, ofWorker: [span(14, 15)] }, rules)).toBeUndefined()
    }
    expect(decide({ source: 'kiosk' }, {}, rules)).toBe('too_far_ahead')
  })

  it('that runs backwards is refused before anything else is looked at', () => {
    expect(decide({ start: 700, end: 700 }, { hours: null })).toBe('interval_invalid')
  })
})

describe('a worker', () => {
  it('has at most so many bookings ahead, and on one day; 0 means any number', () => {
    expect(decide({}, { upcoming: 19 })).toBeUndefined()
    expect(decide({}, { upcoming: 20 })).toBe('quota_reached')
    expect(decide({}, { ofWorker: [span(9, 10), span(13, 14), span(15, 16)] })).toBe('quota_reached')
    const free = { ...defaultBookingRules, upcomingMax: 0, sameDayMax: 0 }
    expect(decide({}, { upcoming: 500, ofWorker: [span(9, 10), span(13, 14), span(15, 16)] }, free)).toBeUndefined()
  })
})

describe('when several things are in the way', () => {
  it('the one that stands first in the list of the house is the answer, whatever the order of the facts', () => {
    const order = [...refusals.keys()]
    const anySpan = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 6 }))
      .map(([from, hours]) => span(from, Math.min(24, from + hours)))
    const spans = fc.array(anySpan, { maxLength: 3 })
    fc.assert(
      fc.property(spans, spans, spans, spans, fc.boolean(), (onResource, onFamily, ofWorker, closures, open) => {
        const known = { onResource, onFamily, ofWorker, closures, resource: { open, bufferMin: 0 } }
        const each = [
          decide({}, { onResource }),
          decide({}, { onFamily }),
          decide({}, { ofWorker }),
          decide({}, { closures }),
          decide({}, { resource: known.resource }),
        ].flatMap((refused) => (refused === undefined ? [] : [{ refused }]))
        const answer = decide({}, known)
        expect(answer).toBe(first(each)?.refused)
        const reversed = { ...known, onResource: onResource.toReversed(), ofWorker: ofWorker.toReversed() }
        expect(decide({}, reversed)).toBe(answer)
        expect(answer === undefined || order.includes(answer)).toBe(true)
      }),
    )
  })

  it('a slot that was given back can be had again at once', () => {
    expect(decide({}, { onResource: [span(10, 12)], ofWorker: [span(10, 12)] })).toBe('booking_overlap')
    expect(decide({}, { onResource: [], ofWorker: [] })).toBeUndefined()
  })

  it('requests that are taken one after the other never leave two that overlap, on a seat or on a worker', () => {
    const request = fc.record({
      seat: fc.nat({ max: 2 }),
      worker: fc.nat({ max: 3 }),
      start: fc.integer({ min: 36, max: 71 }),
      length: fc.integer({ min: 1, max: 12 }),
      cancels: fc.option(fc.nat({ max: 40 }), { nil: undefined, freq: 4 }),
    })
    fc.assert(
      fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
        const kept = new Map<number, { seat: number; worker: number; start: number; end: number }>()
        for (const [index, { seat, worker, start, length, cancels }] of requests.entries()) {
          if (cancels !== undefined) kept.delete(cancels)
          const time = { start: start * 15, end: Math.min(1_080, (start + length) * 15) }
          const all = [...kept.values()]
          const onResource = all.filter((one) => one.seat === seat)
          const ofWorker = all.filter((one) => one.worker === worker)
          const rules = { ...defaultBookingRules, sameDayMax: 0 }
          const refused = decide(time, { onResource, ofWorker }, rules)
          // The model: a scan of the minutes.
          const taken = [...onResource, ...ofWorker].some((one) => one.start < time.end && time.start < one.end)
          expect(refused !== undefined).toBe(taken)
          if (refused === undefined) kept.set(index, { seat, worker, ...time })
        }
        const all = [...kept.values()]
        for (const [index, a] of all.entries()) {
          for (const b of all.slice(index + 1)) {
            const meets = a.start < b.end && b.start < a.end
            expect(meets && (a.seat === b.seat || a.worker === b.worker)).toBe(false)
          }
        }
      }),
    )
  })
})

describe('opening hours', () => {
  const week = [span(9, 18), span(9, 18), span(9, 21), span(9, 18), span(9, 18), null, null]
  const sheets = [
    { from: '2026-01-01' as CalendarDay, weekdays: week, holidays: false },
    { from: '2026-12-01' as CalendarDay, weekdays: week.map(() => span(10, 16)), holidays: true },
  ]
  const on = (day: string, holiday = false) => hoursOn(sheets, day as CalendarDay, holiday)

  it('are those of the weekday on the newest sheet that has begun', () => {
    expect(on('2026-11-25')).toEqual(span(9, 21))
    expect(on('2026-11-28')).toBeNull()
    expect(on('2026-12-05')).toEqual(span(10, 16))
    expect(on('2025-12-31')).toBeNull()
  })

  it('are none on a holiday unless the sheet says so', () => {
    expect(on('2026-11-23', true)).toBeNull()
    expect(on('2026-12-31', true)).toEqual(span(10, 16))
  })
})
