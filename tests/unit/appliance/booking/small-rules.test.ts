import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FloorPlan, holidayName } from '../../../../appliance/booking/floor-plan.ts'
import { writeCalendar } from '../../../../appliance/booking/write-calendar.ts'
import { writeRule } from '../../../../appliance/booking/write-rule.ts'
import { wallClock } from '../../../../appliance/http/shape-booking-rows.ts'
import { newIdentifier } from '../../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay } from '../../../../central-sync/protocol/time.ts'
import { defaultBookingRules, defaultOpeningHours } from '../../../../central-sync/rules/decide-booking.ts'
import { expandSeries } from '../../../../central-sync/rules/expand-series.ts'

const day = (text: string) => text as CalendarDay

describe('a clock time at the door', () => {
  test.each([
    ['9:00', 540],
    ['09:05', 545],
    [' １３：３０ ', 810],
    ['0:00', 0],
    ['24:00', 1_440],
    [600, 600],
  ])('%j is minute %i', (text, minute) => {
    expect(wallClock.parse(text)).toBe(minute)
  })

  test.each(['25:00', '24:01', '9:60', '9', '9:5', '-1:00', '', '九時', '9:00:00', 1_441, -1, 9.5, null, {}])(
    '%j is none',
    (text) => {
      expect(wallClock.safeParse(text).success).toBe(false)
    },
  )
})

describe('what a form says about a repetition', () => {
  test.each([
    ['daily', 1, [], '2026-11-24', 'FREQ=DAILY'],
    ['daily', 3, [], '2026-11-24', 'FREQ=DAILY;INTERVAL=3'],
    ['weekly', 1, [], '2026-11-24', 'FREQ=WEEKLY;BYDAY=TU'],
    ['weekly', 2, ['MO', 'TH', 'MO'], '2026-11-24', 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH'],
    ['monthly', 1, [], '2026-11-24', 'FREQ=MONTHLY;BYDAY=4TU'],
    ['monthly', 1, [], '2026-11-01', 'FREQ=MONTHLY;BYDAY=1SU'],
    ['monthly', 1, [], '2026-11-30', 'FREQ=MONTHLY;BYDAY=-1MO'],
  ] as const)('%s every %i on %j from %s is %s', (repeat, every, days, from, rule) => {
    expect(writeRule(repeat, every, days, day(from))).toBe(rule)
  })

  test('is always within the supported subset and hits its first day', () => {
    const repeat = fc.constantFrom('daily', 'weekly', 'monthly')
    fc.assert(
      fc.property(repeat, fc.integer({ min: 1, max: 12 }), fc.nat(3_000), (kind, every, ahead) => {
        const from = addDays(day('2026-01-01'), ahead)
        const rule = writeRule(kind as 'daily', every, [], from)
        const days = expandSeries({ rule, from, until: addDays(from, 365) })
        expect(isRefusal(days) ? days : days[0]).toBe(from)
      }),
    )
  })
})

describe('days on which a new centre is open', () => {
  const plan = new FloorPlan({ resources: [], hours: [defaultOpeningHours], closures: [], rules: defaultBookingRules })

  test.each([
    ['2026-11-20', 'a Friday', { start: 540, end: 1_080 }],
    ['2026-11-21', 'a Saturday', null],
    ['2026-11-23', 'Labour Thanksgiving Day', null],
    ['2026-09-22', 'a citizens’ holiday between two others', null],
    ['2027-03-22', 'a day off for a holiday that fell on a Sunday', null],
  ])('%s, %s', (text, _what, hours) => {
    expect(plan.hoursOf(day(text))).toEqual(hours)
  })

  test('holidays have the name of the law', () => {
    expect(holidayName(day('2026-11-23'))).toBe('勤労感謝の日')
    expect(holidayName(day('2026-11-24'))).toBeUndefined()
  })
})

test('whatever a seat is called, no line of a feed is longer than 75 octets, and the text comes back whole', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !/\p{Cc}|\s/u.test(text))
  const times = { day: day('2026-11-24'), start: 540, end: 600, madeAt: 0, changedAt: 0, changes: 0 }
  fc.assert(
    fc.property(name, (text) => {
      const entry = {
        booking: newIdentifier('booking'),
        name: text,
        floor: '1階',
        state: 'confirmed' as const,
        ...times,
      }
      const feed = writeCalendar([entry], { site: 's', name: 'KADO' })
      for (const line of feed.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      const summary = /^SUMMARY:(.*)$/m.exec(feed.replaceAll('\r\n ', ''))?.[1]?.trimEnd()
      expect(summary?.replace(/\\([;,\\])/g, '$1')).toBe(`${text}（KADO）`)
    }),
  )
})
