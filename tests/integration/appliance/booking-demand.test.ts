import { expect, test } from 'vitest'
import { HOUR_MS } from '../../../central-sync/protocol/time.ts'
import type { Json } from '../../support/appliance-fixture.ts'
import { BookingFixture, TODAY, TUESDAY } from '../../support/booking-fixture.ts'

const slot = (resource: string, start: string, end: string, day = TUESDAY) => ({ resource, day, start, end })

test('every wish that finds no room is kept once per person, by what, why, weekday and hour', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const booth = await house.resource('電話', { kind: 'booth' })
  const [aoki, baba] = [await house.worker(), await house.worker()]
  await aoki.phone.send('/my/bookings', slot(seat, '9:00', '12:00'))
  await aoki.phone.send('/my/bookings', slot(booth, '13:00', '14:00'))
  for (let press = 0; press < 3; press += 1) await baba.phone.send('/my/bookings', slot(seat, '10:30', '12:00'))
  await baba.phone.send('/my/bookings', slot(booth, '13:30', '14:30'))
  await baba.phone.send('/my/bookings', slot(seat, '17:00', '19:00', '2026-11-25'))
  // Her own mistakes are no demand.
  await baba.phone.send('/my/bookings', slot(seat, '12:00', '9:00'))
  await baba.phone.send('/my/bookings', slot(seat, '9:00', '10:00', '2026-11-01'))
  const { body } = await house.desk.ask('/demand?from=2026-11-01&to=2026-11-30')
  expect(body.total).toBe(3)
  expect(body.byWhat).toEqual([
    { key: 'seat', count: 2, minutes: 210 },
    { key: 'booth', count: 1, minutes: 60 },
  ])
  expect(body.byWhy).toMatchObject([
    { key: 'booking_overlap', count: 2 },
    { key: 'outside_hours', count: 1 },
  ])
  expect(body.byWeekday).toMatchObject([
    { key: '2', count: 2 },
    { key: '3', count: 1 },
  ])
  expect(body.byHour).toEqual([
    { key: '10', count: 1, minutes: 30 },
    { key: '11', count: 1, minutes: 60 },
    { key: '13', count: 1, minutes: 30 },
    { key: '14', count: 1, minutes: 30 },
    { key: '17', count: 1, minutes: 60 },
    { key: '18', count: 1, minutes: 60 },
  ])
  const wishes = body.rows.map(({ what, day, start }: Json) => `${what} ${day} ${start}`)
  expect([...new Set(wishes)].sort()).toEqual([`booth ${TUESDAY} 810`, `seat ${TUESDAY} 630`, 'seat 2026-11-25 1020'])
  expect(JSON.stringify(body)).not.toMatch(/w_[0-9a-z]{20}/)
  expect((await house.desk.ask('/demand?from=2026-11-01&to=2026-11-30&what=booth')).body.total).toBe(1)
})

test('who looks for a place herself and finds none is counted, a page that only proposes is not', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  await aoki.phone.send('/my/bookings', slot(seat, '9:00', '12:00'))
  const look = (more: string) => baba.phone.ask(`/my/bookings/free?day=${TUESDAY}&start=9:00&end=10:00${more}`)
  expect((await look('')).body.resources).toEqual([])
  expect((await house.desk.ask('/demand')).body.total).toBe(0)
  await Promise.all([look('&asked=1'), look('&asked=1'), look('&asked=1')])
  await baba.phone.ask(`/my/bookings/free?day=${TUESDAY}&start=12:00&end=13:00&asked=1`)
  await baba.phone.ask('/my/bookings/free?day=2026-11-01&start=12:00&end=13:00&asked=1')
  expect((await house.desk.ask('/demand')).body).toMatchObject({ total: 1, rows: [{ why: 'booking_overlap' }] })
  // Pressing after all is the same wish.
  await baba.phone.send('/my/bookings', slot(seat, '9:00', '10:00'))
  expect((await house.desk.ask('/demand')).body).toMatchObject({ total: 1 })
})

test('who changes seats at noon keeps her morning, and needs the new seat from then on only', async () => {
  await using house = await BookingFixture.create()
  const [first, second] = [await house.resource('A-1'), await house.resource('A-2')]
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const { booking } = await house.must('/bookings', { worker: aoki.worker, ...slot(first, '9:00', '18:00', TODAY) })
  await house.must('/bookings', { worker: baba.worker, ...slot(second, '9:00', '11:00', TODAY) })
  house.centre.clock.turn(4 * HOUR_MS)
  await house.centre.signInAgain(house.desk)
  await house.must('/bookings/move', { booking, resource: second })
  const { body } = await house.desk.ask(`/bookings?from=${TODAY}&worker=${aoki.worker}`)
  expect(body.bookings).toMatchObject([
    { booking, resource: first, start: 540, end: 720, state: 'done' },
    { resource: second, start: 720, end: 1_080, state: 'confirmed', open: true },
  ])
  expect(await house.doubleBookings()).toBe(0)
  expect(await house.centre.appliance.journalRebuild()).toMatchObject({ equal: true, quarantined: 0 })
})

test('until Friday also ends her places on the waiting list, and cancelling what is held for her is a no', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const wait = (day: string) => baba.phone.send('/my/waiting', { want: seat, day, start: '9:00', end: '12:00' })
  const taken: string[] = []
  for (const day of [TUESDAY, '2026-11-25', '2026-11-30']) {
    taken.push((await aoki.phone.send('/my/bookings', slot(seat, '9:00', '12:00', day))).body.booking)
    expect((await wait(day)).status).toBeLessThan(300)
  }
  await aoki.phone.send('/my/bookings/cancel', { booking: taken[0] })
  const held = async () => (await baba.phone.ask('/my/bookings')).body.bookings
  await expect.poll(held).toMatchObject([{ state: 'held', day: TUESDAY }])
  await baba.phone.send('/my/bookings/cancel', { booking: (await held())[0].booking })
  await baba.phone.send('/my/bookings/cancel-range', { from: TODAY, to: '2026-11-27' })
  await aoki.phone.send('/my/bookings/cancel-range', { from: TODAY, to: '2026-11-30' })
  // Only the place after that Friday is still hers to wait for.
  await expect.poll(held).toMatchObject([{ state: 'held', day: '2026-11-30' }])
})
