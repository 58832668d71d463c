import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type BookedTime,
  decideCheckIn,
  EARLY_MS,
  isReopening,
  type Presence,
} from '../../../appliance/booking/decide-check-in.ts'
import type { EventId } from '../../../central-sync/protocol/identifier.ts'
import { type CalendarDay, HOUR_MS, type Instant, instantOf, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { defaultWaits, offerMinutes } from '../../../central-sync/rules/waits.ts'

const DAY = '2026-11-20' as CalendarDay
const at = (hour: number, minute = 0): Instant => instantOf(DAY, hour * 60 + minute)
const IN = 'd_0123456789abcdefghjk.1.1' as EventId
const OUT = 'd_0123456789abcdefghjk.1.2' as EventId

/** Nine to twelve, made the day before. */
function booked(state: BookedTime['state'], more: Partial<BookedTime> = {}): BookedTime {
  return {
    state,
    day: DAY,
    start: 540,
    end: 720,
    madeAt: at(9) - 24 * HOUR_MS,
    changedAt: at(9) - 24 * HOUR_MS,
    ...more,
  }
}

function inside(since: Instant): Presence {
  return { startedAt: since, endedAt: undefined, open: true, startId: IN, endId: undefined }
}

function was(from: Instant, to: Instant): Presence {
  return { startedAt: from, endedAt: to, open: false, startId: IN, endId: OUT }
}

describe('a booking follows its worker', () => {
  it.each([
    ['nobody came yet', booked('confirmed'), [], at(9, 5), undefined],
    [
      'she came an hour early',
      booked('confirmed'),
      [inside(at(8, 1))],
      at(8, 1),
      { state: 'in', why: 'check_in', tap: IN },
    ],
    ['she came two hours early', booked('confirmed'), [inside(at(7))], at(7, 59), undefined],
    [
      'and is still there when her hour has come',
      booked('confirmed'),
      [inside(at(7))],
      at(8),
      { state: 'in', why: 'check_in', tap: IN },
    ],
    [
      'she came and left before anybody looked',
      booked('confirmed'),
      [was(at(9), at(10))],
      at(11),
      { state: 'done', why: 'checked_out', tap: OUT },
    ],
    ['she had left before her time', booked('confirmed'), [was(at(8), at(9))], at(9, 5), undefined],
    [
      'she left before she booked for the same day',
      booked('confirmed', { madeAt: at(10, 30) }),
      [was(at(9), at(10, 10))],
      at(10, 31),
      undefined,
    ],
    ['she sits there', booked('in'), [inside(at(9))], at(11), undefined],
    ['she leaves', booked('in'), [was(at(9), at(10))], at(10), { state: 'done', why: 'checked_out', tap: OUT }],
    ['her tap was undone', booked('in'), [], at(9, 1), { state: 'confirmed', why: 'check_in' }],
    [
      'she came early and left before her time',
      booked('in'),
      [was(at(8, 30), at(8, 50))],
      at(8, 51),
      { state: 'confirmed', why: 'check_in' },
    ],
    [
      'her time is over and she stays in the house',
      booked('in'),
      [inside(at(9))],
      at(12),
      { state: 'done', why: 'checked_out' },
    ],
    ['she comes too late', booked('no_show'), [inside(at(10))], at(10), { state: 'in', why: 'late_tap', tap: IN }],
    [
      'a tap from before the release arrives after it',
      booked('no_show'),
      [inside(at(8, 55))],
      at(9, 40),
      { state: 'in', why: 'late_tap', tap: IN },
    ],
    ['she comes after her time', booked('no_show'), [inside(at(12))], at(12), undefined],
    [
      'it turns out that she was there',
      booked('no_show'),
      [was(at(9, 5), at(11))],
      at(13),
      { state: 'done', why: 'late_tap', tap: OUT },
    ],
    [
      'she comes back from lunch',
      booked('done', { changedAt: at(10) }),
      [was(at(9), at(10)), inside(at(10, 30))],
      at(10, 30),
      { state: 'in', why: 'late_tap', tap: IN },
    ],
    [
      'she gave the rest back and stays in the house',
      booked('done', { changedAt: at(10) }),
      [inside(at(9))],
      at(10, 30),
      undefined,
    ],
    ['a cancelled one', booked('cancelled'), [inside(at(9))], at(9, 30), undefined],
    ['a held one', booked('held'), [inside(at(9))], at(9, 30), undefined],
  ] as const)('%s', (_what, booking, presences, now, next) => {
    expect(decideCheckIn(booking, presences, now)).toEqual(next)
  })

  it('says of what others may have taken that a guard must look', () => {
    expect(isReopening({ state: 'no_show' }, { state: 'in', why: 'late_tap' })).toBe(true)
    expect(isReopening({ state: 'done' }, { state: 'in', why: 'late_tap' })).toBe(true)
    expect(isReopening({ state: 'confirmed' }, { state: 'in', why: 'check_in' })).toBe(false)
    expect(isReopening({ state: 'no_show' }, { state: 'done', why: 'late_tap' })).toBe(false)
  })

  it('a late coming within its time asks for a missed place back, which only a guard may refuse; nothing else does (P14)', () => {
    const minute = fc.integer({ min: 6 * 60, max: 16 * 60 })
    fc.assert(
      fc.property(minute, minute, (came, waited) => {
        const [startedAt, now] = [instantOf(DAY, Math.min(came, waited)), instantOf(DAY, Math.max(came, waited))]
        const lost = booked('no_show')
        const [from, until] = [instantOf(lost.day, lost.start), instantOf(lost.day, lost.end)]
        const next = decideCheckIn(lost, [inside(startedAt)], now)
        const isLate = startedAt < until && now >= from - EARLY_MS && now < until
        expect(next?.state === 'in').toBe(isLate)
        if (next !== undefined && isLate) expect(isReopening(lost, next)).toBe(true)
        // A row that was missed stays missed, or becomes what happened; it is never gone.
        if (!isLate) expect(['done', undefined]).toContain(next?.state)
      }),
    )
  })

  it('comes to rest: what was decided once is not decided again on the same facts', () => {
    const minute = fc.integer({ min: 6 * 60, max: 16 * 60 })
    const presence = fc
      .tuple(minute, minute, fc.boolean())
      .map(([a, b, open]) =>
        open ? inside(instantOf(DAY, a)) : was(instantOf(DAY, Math.min(a, b)), instantOf(DAY, Math.max(a, b) + 1)),
      )
    const state = fc.constantFrom('confirmed', 'in', 'no_show', 'done', 'cancelled', 'held' as const)
    fc.assert(
      fc.property(fc.array(presence, { maxLength: 4 }), state, minute, (presences, from, nowMinute) => {
        const now = instantOf(DAY, nowMinute)
        const happened = presences.filter(({ startedAt, endedAt }) => startedAt <= now && (endedAt ?? now) <= now)
        let booking = booked(from as BookedTime['state'])
        for (let turn = 0; turn < 3; turn += 1) {
          const next = decideCheckIn(booking, happened, now)
          if (next === undefined) return
          booking = { ...booking, state: next.state, changedAt: now }
        }
        expect(decideCheckIn(booking, happened, now)).toBeUndefined()
      }),
    )
  })
})

describe('an offer waits for its answer', () => {
  it.each([
    ['an hour by day', at(10), 60],
    ['an hour until nine in the evening', at(20, 59), 60],
    ['until eight from nine in the evening on', at(21), 11 * 60],
    ['until eight after midnight', at(2, 30), 5 * 60 + 30],
    ['never less than an hour, also shortly before eight', at(7, 50), 60],
    ['an hour again from eight on', at(8), 60],
  ])('%s', (_what, now, minutes) => {
    expect(offerMinutes(now, defaultWaits)).toBe(minutes)
    expect(offerMinutes(now, defaultWaits) * MINUTE_MS).toBeGreaterThanOrEqual(HOUR_MS)
  })

  it.each([
    ['as long as the centre says by day', at(10), 15, 15],
    ['until eight at night, however short it is by day', at(21), 15, 11 * 60],
    ['longer than the night when the centre says so', at(6), 300, 300],
  ])('%s', (_what, now, offerMin, minutes) => {
    expect(offerMinutes(now, { offerMin })).toBe(minutes)
  })
})
