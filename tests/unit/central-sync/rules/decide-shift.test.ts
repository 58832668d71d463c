import { expect, test } from 'vitest'
import { refuse } from '../../../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../../../central-sync/protocol/time.ts'
import { decideShift } from '../../../../central-sync/rules/decide-shift.ts'

const [MON, TUE, WED] = ['2026-11-23', '2026-11-24', '2026-11-25'] as CalendarDay[] as [
  CalendarDay,
  CalendarDay,
  CalendarDay,
]
const span = { start: 540, end: 720 }
const on = (day: CalendarDay, start: number, end: number) => ({ day, start, end })

test('a carer is put on every day on which she has nothing at that time, also right before and after', () => {
  expect(decideShift(span, [MON, TUE], [on(MON, 480, 540), on(MON, 720, 800), on(WED, 540, 720)])).toBeUndefined()
})

test('the first day on which she is taken is the answer, in whatever order the days are asked for', () => {
  const own = [on(TUE, 700, 800), on(WED, 0, 1_440)]
  expect(decideShift(span, [WED, TUE, MON], own)).toEqual(refuse('shift_overlap', TUE, { day: TUE }))
})

test('a time that ends before it begins is refused before anything else', () => {
  expect(decideShift({ start: 720, end: 540 }, [MON], [on(MON, 0, 1_440)])).toEqual(refuse('interval_invalid'))
})

test('what a shift had already is hers to keep on that day, and nowhere else', () => {
  const own = [on(MON, 600, 660), on(TUE, 600, 660)]
  const before = on(MON, 540, 780)
  expect(decideShift(span, [MON], own, before)).toBeUndefined()
  expect(decideShift(span, [MON, TUE], own, before)).toEqual(refuse('shift_overlap', TUE, { day: TUE }))
  for (const shorter of [on(MON, 541, 780), on(MON, 540, 719), on(TUE, 540, 780)]) {
    expect(decideShift(span, [MON], own, shorter)).toEqual(refuse('shift_overlap', MON, { day: MON }))
  }
})
