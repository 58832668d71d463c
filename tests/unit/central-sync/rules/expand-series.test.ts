import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal, refuse } from '../../../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type CalendarDay,
  calendarDayOf,
  daysBetween,
  instantOf,
  wallMinuteOf,
} from '../../../../central-sync/protocol/time.ts'
import { expandSeries, planSeries, SERIES_DAYS_MAX } from '../../../../central-sync/rules/expand-series.ts'

const day = (text: string) => text as CalendarDay

function daysFor(rule: string, from: string, until: string, exdates: string[] = []): readonly CalendarDay[] {
  const days = expandSeries({ rule, from: day(from), until: day(until), exdates: exdates.map(day) })
  if (isRefusal(days)) throw new Error(`${days.refused} ${days.detail}`)
  return days
}

/** `9: 2 4 9, 10: 2` of a year and the next: months that fall back belong to the next year. */
function listed(year: number, text: string): string[] {
  let [current, before] = [year, 0]
  return text.split(',').flatMap((part) => {
    const [month = '', days = ''] = part.split(':')
    if (Number(month) < before) current += 1
    before = Number(month)
    const stem = `${current}-${month.trim().padStart(2, '0')}`
    return days
      .trim()
      .split(' ')
      .map((number) => `${stem}-${number.padStart(2, '0')}`)
  })
}

describe('the examples of RFC 5545 §3.8.5.3 that a person could mean', () => {
  it.each([
    ['daily, ten times', 'FREQ=DAILY;COUNT=10', '1997-09-02', '1997-12-24', '9: 2 3 4 5 6 7 8 9 10 11'],
    ['every 10 days, five times', 'FREQ=DAILY;INTERVAL=10;COUNT=5', '1997-09-02', '1997-12-24', '9: 2 12 22,10: 2 12'],
    ['weekly, ten times', 'FREQ=WEEKLY;COUNT=10', '1997-09-02', '1997-12-24', '9: 2 9 16 23 30,10: 7 14 21 28,11: 4'],
    [
      'every other week',
      'FREQ=WEEKLY;INTERVAL=2;WKST=SU',
      '1997-09-02',
      '1998-02-17',
      '9: 2 16 30,10: 14 28,11: 11 25,12: 9 23,1: 6 20,2: 3 17',
    ],
    [
      'Tuesdays and Thursdays for five weeks',
      'FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH',
      '1997-09-02',
      '1997-12-24',
      '9: 2 4 9 11 16 18 23 25 30,10: 2',
    ],
    [
      'every other week on Monday, Wednesday and Friday',
      'FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR',
      '1997-09-01',
      '1997-12-23',
      '9: 1 3 5 15 17 19 29,10: 1 3 13 15 17 27 29 31,11: 10 12 14 24 26 28,12: 8 10 12 22',
    ],
    [
      'every other week on Tuesday and Thursday, eight times',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH',
      '1997-09-02',
      '1997-12-24',
      '9: 2 4 16 18 30,10: 2 14 16',
    ],
    [
      'the first Friday of the month, ten times',
      'FREQ=MONTHLY;COUNT=10;BYDAY=1FR',
      '1997-09-05',
      '1998-08-31',
      '9: 5,10: 3,11: 7,12: 5,1: 2,2: 6,3: 6,4: 3,5: 1,6: 5',
    ],
    [
      'the first Friday until December 24',
      'FREQ=MONTHLY;BYDAY=1FR',
      '1997-09-05',
      '1997-12-24',
      '9: 5,10: 3,11: 7,12: 5',
    ],
    [
      'first and last Sunday of every other month',
      'FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU',
      '1997-09-07',
      '1998-08-31',
      '9: 7 28,11: 2 30,1: 4 25,3: 1 29,5: 3 31',
    ],
    [
      'the second-to-last Monday for six months',
      'FREQ=MONTHLY;COUNT=6;BYDAY=-2MO',
      '1997-09-22',
      '1998-08-31',
      '9: 22,10: 20,11: 17,12: 22,1: 19,2: 16',
    ],
    [
      'the third-to-last day',
      'FREQ=MONTHLY;BYMONTHDAY=-3',
      '1997-09-28',
      '1998-02-28',
      '9: 28,10: 29,11: 28,12: 29,1: 29,2: 26',
    ],
    [
      'the 2nd and the 15th, ten times',
      'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15',
      '1997-09-02',
      '1998-08-31',
      '9: 2 15,10: 2 15,11: 2 15,12: 2 15,1: 2 15',
    ],
    [
      'first and last day of the month, ten times',
      'FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1',
      '1997-09-30',
      '1998-08-31',
      '9: 30,10: 1 31,11: 1 30,12: 1 31,1: 1 31,2: 1',
    ],
    [
      'weeks that begin on Monday',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO',
      '1997-08-05',
      '1997-12-24',
      '8: 5 10 19 24',
    ],
    [
      'weeks that begin on Sunday',
      'FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU',
      '1997-08-05',
      '1997-12-24',
      '8: 5 17 19 31',
    ],
    [
      'a 30th that February has not',
      'FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5',
      '2007-01-15',
      '2007-12-31',
      '1: 15 30,2: 15,3: 15 30',
    ],
  ])('%s', (_title, rule, from, until, expected) => {
    expect(daysFor(rule, from, until)).toEqual(listed(Number(from.slice(0, 4)), expected))
  })

  it('daily until December 24 is 113 days', () => {
    const days = daysFor('FREQ=DAILY', '1997-09-02', '1997-12-23')
    expect(days).toHaveLength(113)
    expect(days.at(-1)).toBe('1997-12-23')
  })

  it.each([
    ['FREQ=YEARLY;BYMONTH=1;BYDAY=SU', 'FREQ=YEARLY'],
    ['FREQ=DAILY;BYMONTH=1', 'BYMONTH=1'],
    ['FREQ=MONTHLY;INTERVAL=18;BYMONTHDAY=10', 'INTERVAL=18'],
    ['FREQ=MONTHLY;INTERVAL=2;BYDAY=TU', 'BYDAY=TU'],
    ['FREQ=MONTHLY;BYDAY=1FR;BYMONTHDAY=13', 'FREQ=MONTHLY'],
    ['FREQ=MONTHLY', 'FREQ=MONTHLY'],
    ['FREQ=MONTHLY;COUNT=3;BYDAY=1TU;BYSETPOS=3', 'BYSETPOS=3'],
    ['FREQ=WEEKLY;BYDAY=1MO', 'BYDAY=1MO'],
    ['FREQ=HOURLY;INTERVAL=3', 'FREQ=HOURLY'],
    ['FREQ=MINUTELY;INTERVAL=15', 'FREQ=MINUTELY'],
    ['FREQ=DAILY;UNTIL=19971224T000000Z', 'UNTIL=19971224T000000Z'],
    ['FREQ=DAILY;FREQ=DAILY', 'FREQ=DAILY'],
    ['FREQ=DAILY;INTERVAL=0', 'INTERVAL=0'],
    ['FREQ=DAILY;COUNT=1000', 'COUNT=1000'],
    ['FREQ=DAILY;', ''],
    ['FREQ=constructor', 'FREQ=CONSTRUCTOR'],
    ['', ''],
  ])('%s is outside the subset and is refused by name', (rule, part) => {
    const from = day('2026-11-20')
    expect(expandSeries({ rule, from, until: addDays(from, 30) })).toEqual(refuse('series_rule_unsupported', part))
  })
})

describe('a series', () => {
  it('leaves out the days that are named', () => {
    expect(daysFor('RRULE:FREQ=WEEKLY;BYDAY=FR', '2026-11-20', '2026-12-11', ['2026-11-27', '2026-11-28'])).toEqual([
      '2026-11-20',
      '2026-12-04',
      '2026-12-11',
    ])
  })

  it('may last a leap year, and one of 500 days is refused', () => {
    expect(daysFor('FREQ=DAILY', '2028-01-01', '2028-12-31')).toHaveLength(SERIES_DAYS_MAX)
    const from = day('2026-11-20')
    const tooLong = { rule: 'FREQ=DAILY', from, until: addDays(from, 499) }
    expect(expandSeries(tooLong)).toMatchObject({ refused: 'series_too_long' })
    expect(expandSeries({ ...tooLong, until: addDays(from, SERIES_DAYS_MAX) })).toMatchObject({
      refused: 'series_too_long',
    })
    expect(expandSeries({ ...tooLong, until: addDays(from, -1) })).toMatchObject({ refused: 'interval_invalid' })
  })

  it('that never comes, or comes too seldom for its count, ends at its last day', () => {
    expect(daysFor('FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31;COUNT=5', '2026-02-01', '2027-01-31')).toEqual([])
    expect(daysFor('FREQ=MONTHLY;INTERVAL=12;BYDAY=5MO;COUNT=366', '2026-02-01', '2027-01-31')).toEqual([])
    expect(daysFor('FREQ=MONTHLY;BYMONTHDAY=31;COUNT=366', '2026-11-01', '2027-03-31')).toEqual([
      '2026-12-31',
      '2027-01-31',
      '2027-03-31',
    ])
  })

  it('counts its times before the days are left out', () => {
    expect(daysFor('FREQ=DAILY;COUNT=3', '2026-11-20', '2026-12-31', ['2026-11-21'])).toEqual([
      '2026-11-20',
      '2026-11-22',
    ])
  })

  const weekday = fc.constantFrom('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU')
  const anyRule = fc.oneof(
    fc.record({ freq: fc.constant('DAILY'), interval: fc.integer({ min: 1, max: 31 }) }),
    fc.record({
      freq: fc.constant('WEEKLY'),
      interval: fc.integer({ min: 1, max: 26 }),
      byday: fc.uniqueArray(weekday, { minLength: 1 }),
      wkst: fc.constantFrom('MO', 'SU'),
    }),
    fc.record({
      freq: fc.constant('MONTHLY'),
      interval: fc.integer({ min: 1, max: 12 }),
      nth: fc.uniqueArray(
        fc.tuple(fc.constantFrom(-5, -4, -3, -2, -1, 1, 2, 3, 4, 5), weekday).map(([n, name]) => `${n}${name}`),
        { minLength: 1, maxLength: 4 },
      ),
    }),
    fc.record({
      freq: fc.constant('MONTHLY'),
      interval: fc.integer({ min: 1, max: 12 }),
      monthday: fc.uniqueArray(fc.oneof(fc.integer({ min: 1, max: 31 }), fc.integer({ min: -5, max: -1 })), {
        minLength: 1,
        maxLength: 4,
      }),
    }),
  )
  const firstDay = fc.integer({ min: 0, max: 3_000 }).map((days) => addDays(day('2024-01-01'), days))

  it('is exactly the days that a look at each day of the calendar finds, minus the exceptions (P8)', () => {
    fc.assert(
      fc.property(
        anyRule,
        firstDay,
        fc.integer({ min: 0, max: SERIES_DAYS_MAX - 1 }),
        fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 5 }),
        fc.option(fc.integer({ min: 1, max: SERIES_DAYS_MAX }), { nil: undefined }),
        (wish, from, length, left, count) => {
          const until = addDays(from, length)
          const exdates = left.map((days) => addDays(from, days))
          const expected: CalendarDay[] = []
          for (let at = from; at <= until; at = addDays(at, 1)) {
            if (hits(wish, from, at)) expected.push(at)
          }
          const counted = expected.slice(0, count).filter((at) => !exdates.includes(at))
          const text = count === undefined ? textOf(wish) : `${textOf(wish)};COUNT=${count}`
          expect(daysFor(text, from, until, exdates)).toEqual(counted)
        },
      ),
      { numRuns: 400 },
    )
  }, 60_000)

  it('has the same days and wall times in whatever zone the machine stands, each day once and in order (P8)', () => {
    const before = process.env.TZ
    const offsets = new Set<number>()
    const zones = fc.constantFrom('Asia/Tokyo', 'America/New_York', 'Australia/Lord_Howe', 'Europe/London', 'UTC')
    const wish = fc.tuple(anyRule, firstDay, fc.integer({ min: 1, max: 200 }), fc.integer({ min: 0, max: 1_439 }))
    try {
      fc.assert(
        fc.property(zones, wish, (zone, [rule, from, length, start]) => {
          const ask = () => daysFor(textOf(rule), from, addDays(from, length))
          process.env.TZ = 'Asia/Tokyo'
          const wanted = ask()
          process.env.TZ = zone
          offsets.add(new Date(2026, 6, 1).getTimezoneOffset())
          expect(ask()).toEqual(wanted)
          expect(wanted).toEqual([...new Set(wanted)].sort())
          for (const at of wanted) {
            const begins = instantOf(at, start)
            expect([calendarDayOf(begins), wallMinuteOf(begins)]).toEqual([at, start])
          }
        }),
        { numRuns: 200 },
      )
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
    // The machine did change its zone.
    expect(offsets.size).toBeGreaterThan(2)
  })
})

interface Wish {
  readonly freq: string
  readonly interval: number
  readonly byday?: readonly string[]
  readonly wkst?: string
  readonly nth?: readonly string[]
  readonly monthday?: readonly number[]
}

function textOf({ freq, interval, byday, wkst, nth, monthday }: Wish): string {
  const parts = [`FREQ=${freq}`, `INTERVAL=${interval}`]
  const days = byday ?? nth
  if (days !== undefined) parts.push(`BYDAY=${days.join(',')}`)
  if (wkst !== undefined) parts.push(`WKST=${wkst}`)
  if (monthday !== undefined) parts.push(`BYMONTHDAY=${monthday.join(',')}`)
  return parts.join(';')
}

const NAMES = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']

/** The independent model: does the calendar show this day as one of the rule? */
function hits({ freq, interval, byday, wkst, nth, monthday }: Wish, from: CalendarDay, at: CalendarDay): boolean {
  const date = (text: string) => new Date(`${text}T00:00:00Z`)
  const name = NAMES[date(at).getUTCDay()] ?? ''
  if (freq === 'DAILY') return daysBetween(from, at) % interval === 0
  if (freq === 'WEEKLY') {
    const begin = NAMES.indexOf(wkst ?? 'MO')
    const weekOf = (text: CalendarDay) => addDays(text, -((date(text).getUTCDay() - begin + 7) % 7))
    return (byday ?? []).includes(name) && (daysBetween(weekOf(from), weekOf(at)) / 7) % interval === 0
  }
  const months =
    (Number(at.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(at.slice(5, 7)) - Number(from.slice(5, 7))
  if (months % interval !== 0) return false
  const number = Number(at.slice(8))
  const length = new Date(Date.UTC(Number(at.slice(0, 4)), Number(at.slice(5, 7)), 0)).getUTCDate()
  const fromEnd = number - length - 1
  if (monthday !== undefined) return monthday.includes(number) || monthday.includes(fromEnd)
  const nths = [`${Math.ceil(number / 7)}${name}`, `${-Math.ceil(-fromEnd / 7)}${name}`]
  return (nth ?? []).some((wanted) => nths.includes(wanted))
}

describe('when some days of a series cannot be had', () => {
  const days = ['2026-11-20', '2026-11-27', '2026-12-04'].map(day)
  const taken =
    (...bad: string[]) =>
    (at: CalendarDay) =>
      bad.includes(at) ? refuse('booking_overlap') : undefined

  it('all or nothing refuses the whole and says which days are in the way', () => {
    expect(planSeries(days, 'abort', taken('2026-11-27', '2026-12-04'))).toEqual(
      refuse('booking_overlap', '2026-11-27', {
        days: [
          { day: '2026-11-27', code: 'booking_overlap' },
          { day: '2026-12-04', code: 'booking_overlap' },
        ],
      }),
    )
  })

  it('skipping books the rest and lists what was skipped', () => {
    expect(planSeries(days, 'skip', taken('2026-11-27'))).toEqual({
      book: ['2026-11-20', '2026-12-04'],
      skipped: [{ day: '2026-11-27', code: 'booking_overlap' }],
    })
  })

  it('skipping every day is a refusal, not an empty success', () => {
    expect(planSeries(days, 'skip', taken(...days))).toMatchObject({ refused: 'booking_overlap' })
    expect(planSeries([], 'skip', taken())).toMatchObject({ refused: 'interval_invalid' })
  })

  it('looks at every day, not only at the first two', () => {
    const seen: string[] = []
    planSeries(days, 'abort', (at) => {
      seen.push(at)
      return undefined
    })
    expect(seen).toEqual(days)
  })
})
