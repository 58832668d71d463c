import { describe, expect, it, test } from 'vitest'
import { HOUR_MS, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import type { Json } from '../../support/appliance-fixture.ts'
import { BookingFixture, type Seated, TODAY, TUESDAY } from '../../support/booking-fixture.ts'

const NINE_TO_TWELVE = { day: TUESDAY, start: '9:00', end: '12:00' }

async function join(who: Seated, wish: object = {}): Promise<string> {
  const answer = await who.phone.send('/my/waiting', { ...NINE_TO_TWELVE, want: 'seat', ...wish })
  if (answer.status >= 300) throw new Error(JSON.stringify(answer.body))
  return answer.body.waiting
}

/** A phone signs itself out after half an hour. */
function signIn({ phone, code }: Seated) {
  return phone.send('/sign-in/worker', { code, pin: '270841' })
}

async function entryOf(who: Seated, waiting: string): Promise<Json> {
  if ((await who.phone.ask('/my/waiting')).status === 401) await signIn(who)
  const { body } = await who.phone.ask('/my/waiting')
  return body.rows.find((row: Json) => row.waiting === waiting)
}

/** A house with one seat that Aoki has on Tuesday morning. */
async function fullHouse() {
  const house = await BookingFixture.create()
  const seat = await house.resource('A-1')
  const aoki = await house.worker()
  const { body } = await aoki.phone.send('/my/bookings', { resource: seat, ...NINE_TO_TWELVE })
  return { house, seat, aoki, booking: body.booking as string, keep: () => house.centre.appliance.keepBookings() }
}

describe('a full morning', () => {
  it('is waited for; what becomes free is held for the first and becomes hers with a yes', async () => {
    const { house, aoki, booking, keep } = await fullHouse()
    await using _ = house
    const [baba, chiba] = [await house.worker(), await house.worker()]
    const [first, second] = [await join(baba), await join(chiba)]
    expect(await join(baba)).toBe(first)
    expect(await entryOf(chiba, second)).toMatchObject({ state: 'waiting', before: 1, offer: null })
    await aoki.phone.send('/my/bookings/cancel', { booking })
    await keep()
    expect(await entryOf(baba, first)).toMatchObject({ state: 'offered', offer: { resourceName: 'A-1' } })
    expect(await entryOf(chiba, second)).toMatchObject({ state: 'waiting', before: 0 })
    const taken = await aoki.phone.send('/my/bookings/free', {})
    expect(taken.status).toBe(405)
    expect((await chiba.phone.send('/my/waiting/accept', { waiting: first })).body.code).toBe('waiting_unknown')
    expect((await chiba.phone.send('/my/waiting/accept', { waiting: second })).body.code).toBe('offer_gone')
    const yes = await baba.phone.send('/my/waiting/accept', { waiting: first })
    expect(yes.body).toMatchObject({ booking: expect.stringMatching(/^b_/), care: null })
    expect((await baba.phone.send('/my/waiting/accept', { waiting: first })).body).toEqual(yes.body)
    const mine = await baba.phone.ask('/my/bookings')
    expect(mine.body.bookings).toMatchObject([{ booking: yes.body.booking, state: 'confirmed', source: 'offer' }])
    expect(await house.doubleBookings()).toBe(0)
  })

  it('an offer nobody answers expires at its minute and goes to the next', async () => {
    const { house, seat, aoki, booking, keep } = await fullHouse()
    await using _ = house
    const [baba, chiba] = [await house.worker(), await house.worker()]
    const [first, second] = [await join(baba), await join(chiba)]
    await aoki.phone.send('/my/bookings/cancel', { booking })
    await keep()
    const { expires } = (await entryOf(baba, first)).offer
    expect(expires - house.centre.clock.now()).toBe(60 * MINUTE_MS)
    // Held counts as taken for everybody else, staff too.
    const { worker } = await house.worker()
    const asked = await house.desk.send('/bookings', { worker, resource: seat, ...NINE_TO_TWELVE })
    expect(asked.body.code).toBe('booking_overlap')
    house.centre.clock.set(expires - 1)
    await keep()
    expect((await entryOf(baba, first)).state).toBe('offered')
    house.centre.clock.set(expires)
    await signIn(baba)
    expect((await baba.phone.send('/my/waiting/accept', { waiting: first })).body.code).toBe('offer_gone')
    await keep()
    expect((await entryOf(baba, first)).state).toBe('expired')
    expect((await entryOf(chiba, second)).state).toBe('offered')
    expect((await chiba.phone.send('/my/waiting/decline', { waiting: second })).status).toBe(200)
    await keep()
    expect((await entryOf(chiba, second)).state).toBe('withdrawn')
    await house.centre.signInAgain(house.desk)
    expect((await house.desk.send('/bookings', { worker, resource: seat, ...NINE_TO_TWELVE })).status).toBe(201)
  })

  it('priority of the desk comes before the order of coming', async () => {
    const { house, aoki, booking, keep } = await fullHouse()
    await using _ = house
    const [baba, chiba] = [await house.worker(), await house.worker()]
    const first = await join(baba)
    const { waiting } = await house.must('/waiting', {
      worker: chiba.worker,
      ...NINE_TO_TWELVE,
      want: 'seat',
      priority: 5,
    })
    await aoki.phone.send('/my/bookings/cancel', { booking })
    await keep()
    const { body } = await house.desk.ask('/waiting')
    expect(body.rows).toMatchObject([
      { waiting, state: 'offered', priority: 5, code: 'W003' },
      { waiting: first, state: 'waiting', priority: 0, code: 'W002' },
    ])
    expect((await house.desk.send('/waiting/accept', { waiting })).status).toBe(200)
  })

  it.each(['a lifted closure', 'a new seat', 'a moved booking', 'longer hours'])('%s is offered', async (what) => {
    const house = await BookingFixture.create()
    await using _ = house
    const seat = await house.resource('A-1')
    const [aoki, baba] = [await house.worker(), await house.worker()]
    let free: () => Promise<unknown>
    if (what === 'a lifted closure') {
      const { closure } = await house.must('/closures', { target: 'centre', fromDay: TUESDAY, reason: 'weather' })
      free = () => house.must('/closures/lift', { closure })
    } else if (what === 'longer hours') {
      const short = { start: '10:00', end: '18:00' }
      const long = { start: '9:00', end: '18:00' }
      await house.must('/hours', {
        weekdays: [short, short, short, short, short, {}, {}],
        holidays: false,
        from: TUESDAY,
      })
      expect((await baba.phone.send('/my/waiting', { ...NINE_TO_TWELVE, want: 'seat' })).body.code).toBe(
        'outside_hours',
      )
      await house.must('/hours', { weekdays: [long, long, long, long, long, {}, {}], holidays: false, from: TUESDAY })
      free = () => Promise.resolve()
    } else {
      const made = await aoki.phone.send('/my/bookings', { resource: seat, ...NINE_TO_TWELVE })
      free =
        what === 'a new seat'
          ? () => house.resource('A-2')
          : () => aoki.phone.send('/my/bookings/move', { booking: made.body.booking, start: '13:00', end: '15:00' })
    }
    const waiting = await join(baba)
    await free()
    await house.centre.appliance.keepBookings()
    expect((await entryOf(baba, waiting)).state).toBe('offered')
  })
})

test('nobody is offered a time that has begun: the wish is kept as declined demand', async () => {
  const house = await BookingFixture.create()
  await using _ = house
  const seat = await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  const slot = { day: TODAY, start: '10:00', end: '12:00' }
  const made = await aoki.phone.send('/my/bookings', { resource: seat, ...slot })
  const waiting = await join(baba, slot)
  house.centre.clock.turn(2 * HOUR_MS)
  await signIn(aoki)
  await aoki.phone.send('/my/bookings/cancel', { booking: made.body.booking })
  await house.centre.appliance.keepBookings()
  expect((await entryOf(baba, waiting)).state).toBe('passed')
  await house.centre.signInAgain(house.desk)
  const { body } = await house.desk.ask(`/demand?from=${TODAY}&to=${TODAY}`)
  expect(body).toMatchObject({ total: 1, rows: [{ what: 'seat', why: 'booking_overlap', source: 'offer' }] })
})

test('an offer never outlives the start of its time, and nobody is woken at night to answer', async () => {
  const house = await BookingFixture.create()
  await using _ = house
  await house.resource('A-1')
  const [aoki, baba] = [await house.worker(), await house.worker()]
  house.centre.clock.turn(30 * MINUTE_MS)
  await signIn(aoki)
  const soon = await join(aoki, { day: TODAY, start: '9:00', end: '10:00' })
  await house.centre.appliance.keepBookings()
  expect((await entryOf(aoki, soon)).offer.expires).toBe(parseIsoInstant('2026-11-20T09:00:00+09:00'))
  house.centre.clock.set(parseIsoInstant('2026-11-20T22:30:00+09:00') ?? 0)
  await signIn(baba)
  const waiting = await join(baba)
  await house.centre.appliance.keepBookings()
  const { expires } = (await entryOf(baba, waiting)).offer
  expect(expires).toBe(parseIsoInstant('2026-11-21T08:00:00+09:00'))
})

test('open offers survive a restart, and what fell due meanwhile is done at once', async () => {
  const { house, aoki, booking, keep } = await fullHouse()
  await using _ = house
  const [baba, chiba] = [await house.worker(), await house.worker()]
  const [first, second] = [await join(baba), await join(chiba)]
  await aoki.phone.send('/my/bookings/cancel', { booking })
  await keep()
  const offered = await entryOf(baba, first)
  const port = await house.centre.stop()
  await house.centre.start(port)
  expect(await entryOf(baba, first)).toEqual(offered)
  await house.centre.stop()
  house.centre.clock.set(offered.offer.expires)
  await house.centre.start(port)
  await house.centre.appliance.keepBookings()
  await signIn(baba)
  await signIn(chiba)
  await house.centre.signInAgain(house.desk)
  expect((await entryOf(baba, first)).state).toBe('expired')
  expect((await entryOf(chiba, second)).state).toBe('offered')
  const before = await house.desk.ask('/waiting')
  await house.centre.appliance.journalRebuild()
  expect((await house.desk.ask('/waiting')).body).toEqual(before.body)
})

test('a yes and the end of the offer meet: one of them is the answer, never both', async () => {
  const { house, aoki, booking, keep } = await fullHouse()
  await using _ = house
  const [baba, chiba] = [await house.worker(), await house.worker()]
  const [first, second] = [await join(baba), await join(chiba)]
  await aoki.phone.send('/my/bookings/cancel', { booking })
  await keep()
  const { expires } = (await entryOf(baba, first)).offer
  house.centre.clock.set(expires - 1)
  await signIn(baba)
  const yes = baba.phone.send('/my/waiting/accept', { waiting: first })
  house.centre.clock.set(expires)
  const [answer] = await Promise.all([yes, keep(), keep()])
  const state = (await entryOf(baba, first)).state
  expect(state).toBe(answer.status === 200 ? 'accepted' : 'expired')
  expect((await entryOf(chiba, second)).state).toBe(answer.status === 200 ? 'waiting' : 'offered')
  expect(await house.doubleBookings()).toBe(0)
})
