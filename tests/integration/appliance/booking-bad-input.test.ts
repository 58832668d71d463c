import { expect, test } from 'vitest'
import type { Visitor } from '../../support/appliance-fixture.ts'
import { BookingFixture, TUESDAY } from '../../support/booking-fixture.ts'

const DAYS = ['9999-12-31', '0000-01-01', '2026-02-29', '+010000-01-01', '', 'x'.repeat(500), '2026-11-24\u0000']
const MONTHS = ['9999-12', '0000-01', '2026-13', '2026-1', '']
const TIMES = [{}, null, [], 'x', 1e99, -1, '٩:٠٠', '25:00', '9:00\n', '24:00']
const RULES = [
  'FREQ=DAILY;COUNT=366',
  'RRULE:FREQ=MONTHLY;BYMONTHDAY=31',
  'FREQ=DAILY;UNTIL=20270101',
  'FREQ=MONTHLY;BYDAY=5MO',
  'FREQ=WEEKLY;BYDAY=MO,MO,MO',
  'FREQ=DAILY;INTERVAL=0',
  'FREQ=DAILY;;',
  'FREQ=constructor',
  '__proto__=1',
]

/** Remembers whatever was not an answer. */
class Judge {
  readonly failed: string[] = []

  async look(visitor: Visitor, path: string): Promise<void> {
    const { status } = await visitor.ask(path)
    if (status >= 500) this.failed.push(`${status} GET ${path.slice(0, 80)}`)
  }

  async press(visitor: Visitor, path: string, body: object): Promise<void> {
    const { status } = await visitor.send(path, body)
    if (status >= 500) this.failed.push(`${status} POST ${path} ${JSON.stringify(body).slice(0, 120)}`)
  }
}

test('whatever days, months, times and rules are sent, each has a clear answer and nothing is half made', async () => {
  await using house = await BookingFixture.create()
  const resource = await house.resource('A-1')
  const { phone, worker } = await house.worker()
  const judge = new Judge()
  const both = async (path: string, body: object) => {
    await judge.press(phone, `/my${path}`, body)
    await judge.press(house.desk, path, { worker, ...body })
  }
  for (const day of DAYS) {
    const text = encodeURIComponent(day)
    for (const visitor of [phone, house.desk]) {
      const own = visitor === phone ? '/my' : ''
      await judge.look(visitor, `${own}/bookings/day?day=${text}`)
      await judge.look(visitor, `${own}/bookings/free?day=${text}&start=9:00&end=10:00&asked=1`)
      await judge.look(visitor, `${own}/bookings?from=${text}`)
      await judge.look(visitor, `${own}/bookings?to=${text}`)
    }
    await judge.look(house.desk, `/demand?from=${text}&to=${text}`)
    await both('/bookings', { resource, day, start: '9:00', end: '10:00' })
    await both('/bookings/cancel-range', { from: '2026-01-01', to: day })
    await both('/series', { resource, from: day, until: day, start: 540, end: 600, onConflict: 'skip' })
    await both('/series', {
      resource,
      from: TUESDAY,
      until: day,
      start: 540,
      end: 600,
      onConflict: 'abort',
      repeat: 'monthly',
    })
    await judge.press(house.desk, '/closures', {
      target: resource,
      fromDay: day,
      toDay: day,
      reason: 'other',
      start: '9:00',
    })
    await judge.press(house.desk, '/hours', { weekdays: Array(7).fill({ start: '9:00', end: '18:00' }), from: day })
  }
  for (const month of MONTHS) await judge.look(phone, `/my/bookings/month?month=${month}`)
  for (const time of TIMES) await both('/bookings', { resource, day: TUESDAY, start: time, end: time })
  for (const time of TIMES) await both('/bookings/move', { booking: time, start: time })
  const wish = { resource, from: TUESDAY, until: '2027-03-01', start: 540, end: 600, onConflict: 'skip' }
  for (const rule of RULES) await both('/series', { ...wish, rule })
  expect(judge.failed).toEqual([])
  expect(await house.doubleBookings()).toBe(0)
  expect(await house.centre.appliance.journalRebuild()).toMatchObject({ equal: true, quarantined: 0 })
})
