/** Business days of Japan, months, and instants as text. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  addDays,
  businessDayOf,
  calendarDayOf,
  clockFace,
  DAY_MS,
  daysBetween,
  firstDayOf,
  instantOf,
  isBusinessDay,
  isCalendarDay,
  isMonth,
  jstParts,
  lastDayOf,
  MINUTE_MS,
  minuteFace,
  mondayOf,
  monthOf,
  nextMonth,
  parseIsoInstant,
  rollOverAfter,
  startOfBusinessDay,
  toJstIso,
  wallMinuteOf,
  weekdayOf,
} from '../../../../central-sync/protocol/time.ts'

const instants = fc.integer({ min: Date.UTC(1952, 0, 1), max: Date.UTC(2200, 0, 1) })
const day = (text: string) => {
  if (!isBusinessDay(text)) throw new Error(text)
  return text
}
const month = (text: string) => {
  if (!isMonth(text)) throw new Error(text)
  return text
}

test('a business day turns at 05:00 in Japan, not at midnight', () => {
  expect(businessDayOf(Date.parse('2026-11-20T04:59:59.999+09:00'))).toBe('2026-11-19')
  expect(businessDayOf(Date.parse('2026-11-20T05:00:00.000+09:00'))).toBe('2026-11-20')
  expect(startOfBusinessDay(day('2026-11-20'))).toBe(Date.parse('2026-11-20T05:00:00+09:00'))
  expect(rollOverAfter(Date.parse('2026-11-20T05:00:00+09:00'))).toBe(Date.parse('2026-11-21T05:00:00+09:00'))
})

test('every instant lies in its business day, and the next roll-over is less than a day and a moment away', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const start = startOfBusinessDay(businessDayOf(instant))
      expect(instant - start).toBeGreaterThanOrEqual(0)
      expect(instant - start).toBeLessThan(DAY_MS)
      expect(rollOverAfter(instant)).toBe(start + DAY_MS)
      expect(businessDayOf(rollOverAfter(instant))).toBe(addDays(businessDayOf(instant), 1))
    }),
  )
})

test('days that do not exist are no days', () => {
  for (const text of ['2026-02-30', '2026-13-01', '2026-1-1', '20261120', '2026-11-20T00', '', 'today']) {
    expect(isBusinessDay(text)).toBe(false)
  }
  expect(isBusinessDay('2028-02-29')).toBe(true)
  // What is counted from a day must have four digits in its year.
  for (const text of ['0999-12-31', '9000-01-01', '9999-12-31']) expect(isBusinessDay(text)).toBe(false)
  expect([isBusinessDay('1000-01-01'), isBusinessDay('8999-12-31')]).toEqual([true, true])
  expect([isMonth('9999-12'), isMonth('0001-01')]).toEqual([false, false])
  expect(isMonth('2026-00')).toBe(false)
  expect(isMonth('2026-12')).toBe(true)
})

test('weeks begin on Monday, months end where they end', () => {
  expect(weekdayOf(day('2026-11-20'))).toBe(5)
  expect(mondayOf(day('2026-11-20'))).toBe('2026-11-16')
  expect(mondayOf(day('2026-11-22'))).toBe('2026-11-16')
  expect(mondayOf(day('2026-11-23'))).toBe('2026-11-23')
  expect(lastDayOf(month('2028-02'))).toBe('2028-02-29')
  expect(lastDayOf(month('2026-12'))).toBe('2026-12-31')
  expect(nextMonth(month('2026-12'))).toBe('2027-01')
})

test('a month holds exactly the days from its first to its last', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const today = businessDayOf(instant)
      const its = monthOf(today)
      expect(firstDayOf(its) <= today && today <= lastDayOf(its)).toBe(true)
      expect(monthOf(addDays(lastDayOf(its), 1))).toBe(nextMonth(its))
    }),
  )
})

test('an instant written in Japanese time reads back as itself', () => {
  fc.assert(fc.property(instants, (instant) => parseIsoInstant(toJstIso(instant)) === instant))
  expect(toJstIso(Date.parse('2026-11-20T00:02:11Z'))).toBe('2026-11-20T09:02:11+09:00')
  expect(clockFace(Date.parse('2026-11-20T00:02:11Z'))).toBe('9:02')
  expect(jstParts(Date.parse('2026-12-31T15:00:00Z'))).toMatchObject({ year: 2027, month: 1, day: 1, hour: 0 })
})

test('instants without an offset, on days or at hours that do not exist, are not read', () => {
  expect(parseIsoInstant('2026-11-20T09:02Z')).toBe(Date.UTC(2026, 10, 20, 9, 2))
  expect(parseIsoInstant('2026-11-20T09:02:03.5+0900')).toBe(Date.UTC(2026, 10, 20, 0, 2, 3, 500))
  for (const text of [
    '2026-11-20T09:02:00',
    '2026-02-30T09:00:00+09:00',
    '2026-11-20T24:00:00+09:00',
    '2026-11-20T09:60:00+09:00',
    '2026-11-20T09:00:60+09:00',
    '2026-11-20T09:00:00+15:00',
    '2026-11-20',
    '',
  ]) {
    expect(parseIsoInstant(text)).toBeUndefined()
  }
})

test('a calendar day turns at midnight in Japan, and a minute of it is one instant', () => {
  expect(calendarDayOf(Date.parse('2026-11-20T23:59:59.999+09:00'))).toBe('2026-11-20')
  expect(calendarDayOf(Date.parse('2026-11-21T00:00:00.000+09:00'))).toBe('2026-11-21')
  expect(wallMinuteOf(Date.parse('2026-11-20T23:59:59.999+09:00'))).toBe(1_439)
  expect(isCalendarDay('2027-02-29')).toBe(false)
  fc.assert(
    fc.property(instants, (at) => {
      const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS
      expect(instantOf(calendarDayOf(at), wallMinuteOf(at))).toBe(minute)
      expect(instantOf(calendarDayOf(at), 1_440)).toBe(instantOf(addDays(calendarDayOf(at), 1), 0))
    }),
  )
})

test('days between two days are what adding them needs', () => {
  fc.assert(
    fc.property(instants, fc.integer({ min: -5_000, max: 5_000 }), (at, days) => {
      const from = calendarDayOf(at)
      expect(daysBetween(from, addDays(from, days))).toBe(days)
    }),
  )
})

test('a minute is read as on a clock; the end of the day is 24:00', () => {
  expect([0, 545, 1_439, 1_440].map(minuteFace)).toEqual(['0:00', '9:05', '23:59', '24:00'])
})
