import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { BookingFixture, TODAY, TUESDAY } from '../../support/booking-fixture.ts'

const slot = (resource: string, start: string, end: string, day = TUESDAY) => ({ resource, day, start, end })

test('a worker books, others see the seat taken and not by whom, and cancelling frees it', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const made = await aoki.phone.send('/my/bookings', slot(seat, '9:00', '12:00'))
  expect(made).toMatchObject({ status: 201, body: { booking: expect.stringMatching(/^b_/) } })
  const { booking } = made.body
  const seen = await baba.phone.ask(`/my/bookings/day?day=${TUESDAY}`)
  expect(seen.body.hours).toEqual({ start: 540, end: 1_080 })
  expect(seen.body.resources[0]).toMatchObject({
    name: 'A-1',
    freeMinutes: 360,
    spans: [{ start: 540, end: 720, what: 'confirmed', booking: null, worker: null, name: null, mine: false }],
  })
  const atTheDesk = await house.desk.ask(`/bookings/day?day=${TUESDAY}`)
  expect(atTheDesk.body.resources[0].spans[0]).toMatchObject({ booking, code: 'W001', name: '席 W001' })
  expect((await baba.phone.send('/my/bookings/cancel', { booking })).body.code).toBe('booking_unknown')
  expect((await baba.phone.send('/my/bookings', slot(seat, '11:59', '13:00'))).body.code).toBe('booking_overlap')
  expect((await baba.phone.send('/my/bookings', slot(seat, '12:00', '13:00'))).status).toBe(201)
  expect((await aoki.phone.send('/my/bookings/cancel', { booking })).status).toBe(200)
  expect((await aoki.phone.send('/my/bookings/cancel', { booking })).body.code).toBe('booking_settled')
  expect((await baba.phone.send('/my/bookings', slot(seat, '9:00', '12:00'))).status).toBe(201)
  const mine = await aoki.phone.ask('/my/bookings?all=1')
  expect(mine.body.bookings).toMatchObject([{ booking, state: 'cancelled', open: false, resourceName: 'A-1' }])
})

test('what cannot be booked is refused by name, and nothing is half made', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const { phone } = await house.worker()
  const asked = async (start: string, end: string, day = TUESDAY, resource = seat) =>
    (await phone.send('/my/bookings', { resource, day, start, end })).body.code
  expect(await asked('9:00', '25:00')).toBe('malformed')
  expect(await asked('9:60', '10:00')).toBe('malformed')
  expect(await asked('9:00', '10:00', '2026-02-30')).toBe('malformed')
  expect(await asked('12:00', '9:00')).toBe('interval_invalid')
  expect(await asked('9:00', '9:00')).toBe('interval_invalid')
  expect(await asked('8:30', '10:00')).toBe('outside_hours')
  expect(await asked('17:00', '18:01')).toBe('outside_hours')
  expect(await asked('9:00', '12:00', '2026-11-19')).toBe('day_past')
  expect(await asked('9:00', '12:00', '2026-11-21')).toBe('closed_then')
  expect(await asked('9:00', '12:00', '2026-11-23')).toBe('closed_then')
  expect(await asked('9:00', '12:00', '2027-11-24')).toBe('too_far_ahead')
  expect(await asked('9:00', '12:00', TUESDAY, `e_${'0'.repeat(20)}`)).toBe('resource_unknown')
  const nursery = await house.resource('ほいく', { kind: 'nursery' })
  expect(await asked('9:00', '12:00', TUESDAY, nursery)).toBe('resource_unknown')
  await house.must('/booking-terms', {
    durationMaxMin: 240,
    horizonDays: 60,
    noticeMin: 0,
    upcomingMax: 1,
    sameDayMax: 0,
  })
  expect(await asked('9:00', '13:01')).toBe('too_long')
  expect(await asked('9:00', '13:00')).toBeUndefined()
  expect(await asked('9:00', '13:00', '2026-11-25')).toBe('quota_reached')
  expect((await phone.ask('/my/bookings')).body.total).toBe(1)
})

test('the front desk is not bound by notice and quota, but never books the past or a taken seat', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const { worker, phone } = await house.worker()
  const book = async (start: string, end: string, day: string, who = worker) =>
    (await house.desk.send('/bookings', { worker: who, ...slot(seat, start, end, day) })).body.code
  await house.must('/booking-terms', {
    durationMaxMin: 600,
    horizonDays: 7,
    noticeMin: 60,
    upcomingMax: 1,
    sameDayMax: 1,
  })
  expect((await phone.send('/my/bookings', slot(seat, '9:00', '10:00', '2026-12-01'))).body.code).toBe('too_far_ahead')
  expect(await book('9:00', '10:00', '2026-12-01')).toBeUndefined()
  expect(await book('10:00', '11:00', '2026-12-01')).toBeUndefined()
  expect(await book('10:30', '11:30', '2026-12-01')).toBe('booking_overlap')
  expect(await book('9:00', '10:00', '2026-11-19')).toBe('day_past')
  expect(await book('9:00', '10:00', '2026-12-02', `w_${'0'.repeat(20)}`)).toBe('worker_unknown')
  expect((await phone.send('/bookings', {})).body.code).toBe('sign_in_required')
})

test('a booking that is running can still be made for what is left of it', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  house.centre.clock.turn(2 * HOUR_MS)
  await house.centre.signInAgain(house.desk)
  const { phone } = await house.worker()
  expect((await phone.send('/my/bookings', slot(seat, '9:00', '10:00', TODAY))).body.code).toBe('day_past')
  expect((await phone.send('/my/bookings', slot(seat, '9:00', '12:00', TODAY))).status).toBe(201)
})

test('twenty press for one seat at once: one gets it, nineteen are told', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const people = []
  for (let one = 0; one < 20; one += 1) people.push(await house.worker())
  const answers = await Promise.all(
    people.map(({ phone }, index) => phone.send('/my/bookings', slot(seat, index % 2 ? '9:00' : '9:30', '12:00'))),
  )
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  const others = answers.filter(({ status }) => status !== 201)
  expect(others.map(({ status, body }) => `${status} ${body.code}`)).toEqual(Array(19).fill('409 booking_overlap'))
  expect(await house.doubleBookings()).toBe(0)
  const demand = await house.desk.ask('/demand')
  expect(demand.body).toMatchObject({ total: 19, byWhy: [{ key: 'booking_overlap', count: 19 }] })
})

test('two tabs of one person: one booking, and the other tab says so', async () => {
  await using house = await BookingFixture.create()
  const [first, second] = [await house.resource('A-1'), await house.resource('A-2')]
  const { phone } = await house.worker()
  const [a, b] = await Promise.all([
    phone.send('/my/bookings', slot(first, '9:00', '12:00')),
    phone.send('/my/bookings', slot(second, '9:00', '12:00')),
  ])
  expect([a.status, b.status].sort()).toEqual([201, 409])
  expect([a.body.code, b.body.code]).toContain('worker_overlap')
})

test('the same press twice is one booking; the same key for something else is refused; a refusal is repeated too', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const key = randomUUID()
  const both = await Promise.all([1, 2, 3].map(() => aoki.phone.send('/my/bookings', slot(seat, '9:00', '12:00'), key)))
  expect(new Set(both.map(({ status, body }) => `${status} ${body.booking}`)).size).toBe(1)
  await house.centre.stop()
  await house.centre.start()
  const later = aoki.phone.at(house.centre.url)
  expect((await later.send('/my/bookings', slot(seat, '9:00', '12:00'), key)).body).toEqual(both[0]?.body)
  expect((await later.send('/my/bookings/move', { booking: both[0]?.body.booking, end: '11:30' })).status).toBe(200)
  // Moved in between: it is still what this press has made.
  expect((await later.send('/my/bookings', slot(seat, '9:00', '12:00'), key)).body).toEqual(both[0]?.body)
  const fresh = randomUUID()
  await later.send('/my/bookings', slot(seat, '13:00', '14:00'), fresh)
  const other = await later.send('/my/bookings', slot(seat, '14:00', '15:00'), fresh)
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } })
  const hers = baba.phone.at(house.centre.url)
  const refused = randomUUID()
  const no = await hers.send('/my/bookings', slot(seat, '9:00', '10:00'), refused)
  expect(no.body.code).toBe('booking_overlap')
  expect((await later.send('/my/bookings/cancel', { booking: both[0]?.body.booking })).status).toBe(200)
  expect((await hers.send('/my/bookings', slot(seat, '9:00', '10:00'), refused)).body.code).toBe('booking_overlap')
  expect((await hers.send('/my/bookings', slot(seat, '9:00', '10:00'))).status).toBe(201)
})

test('a booking moves with its own place, shrinks always, and is refused where it would meet another', async () => {
  await using house = await BookingFixture.create()
  const [first, second] = [await house.resource('A-1'), await house.resource('A-2')]
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const { booking } = (await aoki.phone.send('/my/bookings', slot(first, '9:00', '12:00'))).body
  await baba.phone.send('/my/bookings', slot(second, '13:00', '15:00'))
  const move = async (next: object) => (await aoki.phone.send('/my/bookings/move', { booking, ...next })).body.code
  expect(await move({ start: '9:30', end: '12:30' })).toBeUndefined()
  expect(await move({ resource: second, end: '13:01' })).toBe('booking_overlap')
  expect(await move({ resource: second, end: '13:00' })).toBeUndefined()
  expect(await move({ start: '8:00' })).toBe('outside_hours')
  expect(await move({ start: '13:00' })).toBe('interval_invalid')
  await house.must('/closures', { target: 'centre', fromDay: TUESDAY, reason: 'weather' })
  expect(await move({ end: '11:00' })).toBeUndefined()
  expect(await move({ end: '12:00' })).toBe('closed_then')
  const mine = await aoki.phone.ask('/my/bookings')
  expect(mine.body.bookings).toMatchObject([{ resourceName: 'A-2', start: 570, end: 660 }])
  expect((await baba.phone.send('/my/bookings/move', { booking, end: '10:00' })).body.code).toBe('booking_unknown')
})

test('a room and its seats take each other; a buffer keeps the room free on both sides', async () => {
  await using house = await BookingFixture.create()
  const room = await house.resource('会議室', { kind: 'room', capacity: 6, bufferMin: 15 })
  const seat = await house.resource('会議室-1', { parent: room })
  const other = await house.resource('会議室-2', { parent: room })
  const [aoki, baba, chiba] = [await house.worker(), await house.worker(), await house.worker()]
  expect((await aoki.phone.send('/my/bookings', slot(room, '10:00', '11:00'))).status).toBe(201)
  expect((await baba.phone.send('/my/bookings', slot(seat, '10:30', '12:00'))).body.code).toBe('parent_blocked')
  expect((await baba.phone.send('/my/bookings', slot(seat, '11:00', '12:00'))).status).toBe(201)
  expect((await chiba.phone.send('/my/bookings', slot(other, '11:00', '12:00'))).status).toBe(201)
  expect((await house.desk.send('/bookings', { worker: aoki.worker, ...slot(room, '11:30', '12:30') })).body.code).toBe(
    'parent_blocked',
  )
  expect((await chiba.phone.send('/my/bookings', slot(room, '9:00', '9:46'))).body.code).toBe('booking_overlap')
  expect((await chiba.phone.send('/my/bookings', slot(room, '9:00', '9:45'))).status).toBe(201)
  const { body } = await house.desk.ask(`/bookings/day?day=${TUESDAY}`)
  const shown = body.resources.find(({ name }: { name: string }) => name === '会議室')
  expect(shown.spans.map(({ what }: { what: string }) => what)).toEqual(expect.arrayContaining(['buffer', 'blocked']))
  expect((await house.desk.send('/resources', { kind: 'seat', name: 'a', parent: seat })).body.code).toBe('malformed')
  expect((await house.desk.send('/resources', { resource: room, kind: 'seat', name: 'a' })).body.code).toBe('malformed')
  expect((await house.desk.send('/resources', { kind: 'seat', name: '会議室－１' })).body.code).toBe(
    'resource_taken_name',
  )
})

test('closing drops no booking: each becomes a conflict that waits for a person', async () => {
  await using house = await BookingFixture.create()
  const [first, second] = [await house.resource('A-1'), await house.resource('A-2')]
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const hers = (await aoki.phone.send('/my/bookings', slot(first, '9:00', '12:00'))).body.booking
  const his = (await baba.phone.send('/my/bookings', slot(second, '13:00', '15:00'))).body.booking
  const made = await house.must('/closures', {
    target: 'centre',
    fromDay: TUESDAY,
    start: '9:00',
    end: '12:00',
    reason: 'weather',
    note: '大雪',
  })
  expect(made.conflicts).toMatchObject([{ booking: hers, why: 'closed_then', code: 'W001', closure: made.closure }])
  expect((await house.must('/resources/set-open', { resource: second, open: false })).conflicts).toMatchObject([
    { booking: hers },
    { booking: his, why: 'resource_closed' },
  ])
  expect((await baba.phone.send('/my/bookings', slot(first, '11:00', '13:00'))).body.code).toBe('closed_then')
  expect((await house.desk.ask('/bookings/conflicts')).body.conflicts).toHaveLength(2)
  await house.must('/closures/lift', { closure: made.closure })
  await house.must('/resources/set-open', { resource: second, open: true })
  expect((await house.desk.ask('/bookings/conflicts')).body.conflicts).toEqual([])
  const short = [{ start: '9:00', end: '11:00' }, { start: '9:00', end: '11:00' }, {}, {}, {}, {}, {}]
  expect((await house.must('/hours', { weekdays: short, holidays: false })).conflicts).toMatchObject([
    { booking: hers, why: 'outside_hours' },
    { booking: his, why: 'outside_hours' },
  ])
})

test('until Friday: everything of these days goes in one press, what is running stays', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const { phone } = await house.worker()
  for (const day of ['2026-11-24', '2026-11-25', '2026-11-27', '2026-11-30'])
    await phone.send('/my/bookings', slot(seat, '9:00', '12:00', day))
  const key = randomUUID()
  const range = { from: TODAY, to: '2026-11-27' }
  expect((await phone.send('/my/bookings/cancel-range', range, key)).body).toEqual({ bookings: 3, places: 0 })
  expect((await phone.send('/my/bookings/cancel-range', range, key)).body).toEqual({ bookings: 3, places: 0 })
  expect((await phone.ask('/my/bookings')).body.bookings).toMatchObject([{ day: '2026-11-30' }])
  expect((await phone.send('/my/bookings/cancel-range', { from: '2026-11-27', to: TODAY })).body.code).toBe(
    'interval_invalid',
  )
})

test('a series has one row per day; with a conflict it makes nothing, or everything else', async () => {
  await using house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  await baba.phone.send('/my/bookings', slot(seat, '10:00', '11:00', '2026-12-01'))
  const wish = { resource: seat, from: TUESDAY, until: '2026-12-15', start: '9:00', end: '12:00', repeat: 'weekly' }
  const none = await aoki.phone.send('/my/series', { ...wish, onConflict: 'abort' })
  expect(none).toMatchObject({ status: 409, body: { code: 'booking_overlap' } })
  expect((await aoki.phone.ask('/my/bookings')).body.total).toBe(0)
  const key = randomUUID()
  const some = await aoki.phone.send('/my/series', { ...wish, onConflict: 'skip' }, key)
  expect(some.body).toMatchObject({ made: 3, skipped: [{ day: '2026-12-01', code: 'booking_overlap' }] })
  const mine = await aoki.phone.ask('/my/bookings')
  expect(mine.body.bookings.map(({ day }: { day: string }) => day)).toEqual(['2026-11-24', '2026-12-08', '2026-12-15'])
  const { series } = some.body
  expect((await baba.phone.send('/my/series/cancel', { series })).body.code).toBe('booking_unknown')
  const rest = await aoki.phone.send('/my/series/cancel', { series, from: '2026-12-01' })
  expect(rest.body).toEqual({ bookings: 2 })
  const refused = async (more: object) =>
    (await aoki.phone.send('/my/series', { ...wish, onConflict: 'skip', ...more })).body.code
  expect(await refused({ until: '2028-04-06', repeat: 'daily' })).toBe('series_too_long')
  expect(await refused({ rule: 'FREQ=YEARLY' })).toBe('series_rule_unsupported')
  expect(await refused({ rule: 'FREQ=HOURLY;COUNT=9' })).toBe('series_rule_unsupported')
  expect(await refused({ until: '2026-11-01' })).toBe('interval_invalid')
})

test('free places are found by time and by what they have, and counted for a month', async () => {
  await using house = await BookingFixture.create()
  const plain = await house.resource('A-1')
  const standing = await house.resource('A-2', { standing: true, monitor: true })
  const booth = await house.resource('電話', { kind: 'booth', quiet: true })
  const { phone } = await house.worker()
  const free = async (query: string) => {
    const { body } = await phone.ask(`/my/bookings/free?day=${TUESDAY}&start=9:00&end=12:00${query}`)
    return [body.closedBy, ...body.resources.map((one: { resource: string }) => one.resource)]
  }
  expect(await free('')).toEqual([null, plain, standing])
  expect(await free('&standing=1')).toEqual([null, standing])
  expect(await free('&kind=booth&quiet=on')).toEqual([null, booth])
  await phone.send('/my/bookings', slot(plain, '11:00', '13:00'))
  expect(await free('')).toEqual([null, standing])
  const closed = await phone.ask('/my/bookings/free?day=2026-11-23&start=9:00&end=12:00')
  expect(closed.body).toMatchObject({ closedBy: 'closed_then', resources: [] })
  const month = await phone.ask('/my/bookings/month?month=2026-11&start=9:00&end=12:00')
  const days = new Map(month.body.days.map((one: { day: string }) => [one.day, one]))
  expect(days.size).toBe(30)
  expect(days.get(TUESDAY)).toMatchObject({ open: true, total: 2, free: 1 })
  expect(days.get('2026-11-25')).toMatchObject({ open: true, free: 2 })
  expect(days.get('2026-11-23')).toMatchObject({ open: false, free: 0, holiday: '勤労感謝の日' })
  const free13 = async () => (await phone.ask('/my/bookings/month?month=2026-11&start=13:00&end=14:00')).body.days[23]
  expect(await free13()).toMatchObject({ day: TUESDAY, free: 2 })
  // Who has just booked sees it at once, and so does everybody after a cancellation.
  const { booking } = (await phone.send('/my/bookings', slot(standing, '13:30', '15:00'))).body
  expect(await free13()).toMatchObject({ free: 1 })
  await phone.send('/my/bookings/cancel', { booking })
  expect(await free13()).toMatchObject({ free: 2 })
  await house.must('/closures', {
    target: plain,
    fromDay: TUESDAY,
    start: '13:59',
    end: '14:30',
    reason: 'maintenance',
  })
  expect(await free13()).toMatchObject({ free: 1 })
  await house.must('/resources/set-open', { resource: standing, open: false })
  expect(await free13()).toMatchObject({ free: 0, total: 1 })
})

test('a move, a no and every booking are the same after a rebuild', async () => {
  await using house = await BookingFixture.create()
  const room = await house.resource('会議室', { kind: 'room', capacity: 4, bufferMin: 10 })
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const { booking } = (await aoki.phone.send('/my/bookings', slot(seat, '9:00', '12:00'))).body
  await aoki.phone.send('/my/bookings/move', { booking, start: '10:00' })
  await baba.phone.send('/my/bookings', slot(seat, '11:00', '12:00'))
  await baba.phone.send('/my/bookings', slot(room, '11:00', '12:00'))
  // What was booked under old settings stays as it is, and the guards do not ask again.
  await house.must('/resources', { resource: room, kind: 'room', name: '会議室', closed: true })
  await house.must('/closures', { target: 'centre', fromDay: TUESDAY, reason: 'event' })
  await aoki.phone.send('/my/bookings/cancel', { booking })
  const report = await house.centre.appliance.journalRebuild()
  expect(report).toMatchObject({ equal: true, quarantined: 0 })
  expect(report.tables.find(({ table }) => table === 'booking')?.after.rows).toBe(2)
  house.centre.clock.turn(MINUTE_MS)
  expect((await baba.phone.send('/my/bookings', slot(seat, '11:00', '12:00'))).body.code).toBe('closed_then')
})
