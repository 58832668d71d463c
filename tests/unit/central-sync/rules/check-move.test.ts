import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type BookingState, bookingState } from '../../../../central-sync/protocol/event/booking.ts'
import { refuse } from '../../../../central-sync/protocol/refusal.ts'
import { type CalendarDay, instantOf } from '../../../../central-sync/protocol/time.ts'
import { checkMove } from '../../../../central-sync/rules/check-move.ts'

const DAY = '2026-11-20' as CalendarDay
const TOMORROW = '2026-11-21' as CalendarDay
const old = (state: BookingState = 'confirmed') => ({ resource: 'A', day: DAY, start: 600, end: 720, state })
const next = (change: object = {}) => ({ resource: 'A', day: DAY, start: 600, end: 720, ...change })
const before = instantOf(DAY, 500)

describe('what of a booking may be said anew', () => {
  test.each([
    ['nothing', {}, 'same'],
    ['a later start', { start: 630 }, 'shorter'],
    ['an earlier end', { end: 660 }, 'shorter'],
    ['a later end', { end: 780 }, 'elsewhere'],
    ['another seat', { resource: 'B' }, 'elsewhere'],
    ['less time on another seat', { resource: 'B', end: 660 }, 'elsewhere'],
    ['another day', { day: TOMORROW }, 'elsewhere'],
  ])('%s, while it lies ahead', (_what, change, move) => {
    expect(checkMove(old(), next(change), before)).toBe(move)
  })

  test.each([
    ['its end', { end: 780 }, 'elsewhere'],
    ['its seat', { resource: 'B' }, 'elsewhere'],
    ['not its start', { start: 630 }, refuse('booking_settled')],
    ['not its day', { day: TOMORROW }, refuse('booking_settled')],
  ])('%s, while somebody is there', (_what, change, move) => {
    expect(checkMove(old('in'), next(change), instantOf(DAY, 650))).toEqual(move)
  })

  test('nothing of one that is over, held or given back, whatever is wanted', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...bookingState.options),
        fc.integer({ min: 0, max: 1_440 }),
        fc.integer({ min: 0, max: 1_440 }),
        (state, start, end) => {
          const over = state !== 'confirmed' && state !== 'in'
          const answer = checkMove(old(state), next({ start, end }), over ? before : instantOf(DAY, 720))
          expect(answer).toEqual(refuse('booking_settled'))
        },
      ),
    )
  })

  test('no time that ends before it begins', () => {
    expect(checkMove(old(), next({ start: 720, end: 600 }), before)).toEqual(refuse('interval_invalid'))
  })
})
