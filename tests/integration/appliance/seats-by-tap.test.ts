import { describe, expect, it, test } from 'vitest'
import type { EventId, ResourceId } from '../../../central-sync/protocol/identifier.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../central-sync/protocol/time.ts'
import type { SeatWord } from '../../../central-sync/protocol/wire/seat.ts'
import type { Json } from '../../support/appliance-fixture.ts'
import { BookingFixture, type Seated, TODAY } from '../../support/booking-fixture.ts'
import type { DeviceLine } from '../../support/device-line.ts'
import { until } from '../../support/until.ts'

/** 08:00 of a Friday that is open from nine to six. */
const AT = (hour: number, minute = 0) => Date.parse('2026-11-19T15:00:00Z') + hour * HOUR_MS + minute * MINUTE_MS

interface Scene extends AsyncDisposable {
  readonly house: BookingFixture
  readonly line: DeviceLine
  readonly seats: readonly string[]
  /** Turns the clock, does what is due, keeps everybody signed in. */
  at(time: number): Promise<void>
  book(who: Seated, seat: string, start: string, end: string): Promise<string>
  stateOf(booking: string): Promise<Json>
  tap(who: Seated, claim?: 'in' | 'out'): Promise<{ tap: EventId; word: SeatWord | undefined }>
  /** Says what a quiet kiosk says by itself. */
  complete(): Promise<void>
}

async function scene(names: readonly string[] = ['A-1', 'A-2'], more: object = {}): Promise<Scene> {
  const house = await BookingFixture.create(AT(8))
  const sheet = { checkInRequired: true, graceMin: 15, ...more }
  const seats = await Promise.all(names.map((name) => house.resource(name, sheet)))
  const identity = await house.centre.newKiosk()
  const line = await house.centre.line(identity)
  const settle = () => house.centre.appliance.keepBookings()
  const made: Scene = {
    house,
    line,
    seats,
    at: async (time) => {
      house.centre.clock.set(time)
      await settle()
      await house.centre.signInAgain(house.desk)
    },
    book: async (who, resource, start, end) => {
      const slot = { worker: who.worker, resource, day: TODAY, start, end }
      return (await house.must('/bookings', slot)).booking
    },
    stateOf: async (booking) => {
      const { body } = await house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}`)
      return body.bookings.find((row: Json) => row.booking === booking)?.state
    },
    tap: async (who, claim = 'in') => {
      let tap = '' as EventId
      const word = await wordAfter(line, async () => {
        tap = (await line.touch({ worker: who.worker, claim })).id
      })
      await settle()
      return { tap, word }
    },
    complete: async () => {
      line.send({ t: 'complete', seq: identity.seq, at: house.centre.clock.now() })
      await passTime(line)
      await settle()
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  }
  return made
}

/** Does `work`, and returns the word about a seat that came with it. */
async function wordAfter(line: DeviceLine, work: () => Promise<unknown>): Promise<SeatWord | undefined> {
  const before = line.frames.length
  await work()
  await passTime(line)
  const heard = line.frames.slice(before).findLast((frame) => frame.t === 'seats')
  return heard?.seats[0]
}

function pressSeat(line: DeviceLine, tap: EventId, resource: ResourceId | undefined): Promise<SeatWord | undefined> {
  if (resource === undefined) throw new Error('no seat was offered')
  return wordAfter(line, () => line.deliver({ t: 'seat', id: line.nextId(), tap, resource }))
}

/** Everything the appliance had to say before has arrived. */
async function passTime(line: DeviceLine): Promise<void> {
  const answered = line.next((frame) => frame.t === 'time')
  line.send({ t: 'time', ask: 1 })
  await answered
}

describe('who has booked', () => {
  it('takes her seat with the tap, without a question, and gives it back with the next', async () => {
    await using here = await scene()
    const aoki = await here.house.worker()
    const booking = await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
    await here.at(AT(8, 40))
    const { tap, word } = await here.tap(aoki)
    expect(word).toEqual({
      tap,
      state: 'booked',
      resource: here.seats[0],
      name: 'A-1',
      from: AT(9),
      until: AT(12),
    })
    expect(await here.stateOf(booking)).toBe('in')
    await here.at(AT(10))
    await here.tap(aoki, 'out')
    expect(await here.stateOf(booking)).toBe('done')
    // She comes back within her time, and nobody has taken it.
    await here.at(AT(10, 30))
    expect((await here.tap(aoki)).word).toMatchObject({ state: 'booked', name: 'A-1' })
    expect(await here.stateOf(booking)).toBe('in')
    await here.at(AT(12))
    expect(await here.stateOf(booking)).toBe('done')
  })

  it('an undone tap gives the seat its booking back, a switched one too', async () => {
    await using here = await scene()
    const aoki = await here.house.worker()
    const booking = await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
    await here.at(AT(9, 5))
    const { tap } = await here.tap(aoki)
    expect(await here.stateOf(booking)).toBe('in')
    await here.line.deliver(here.line.undo(tap))
    await here.house.centre.appliance.keepBookings()
    expect(await here.stateOf(booking)).toBe('confirmed')
    await here.at(AT(9, 10))
    const second = await here.tap(aoki)
    expect(await here.stateOf(booking)).toBe('in')
    await here.line.deliver(here.line.redirect(second.tap, 'out'))
    await here.house.centre.appliance.keepBookings()
    expect(await here.stateOf(booking)).toBe('confirmed')
  })
})

describe('who does not come', () => {
  it('loses the seat after the grace, the row stays, and who waits is offered it', async () => {
    await using here = await scene(['A-1'])
    const [aoki, baba] = [await here.house.worker(), await here.house.worker()]
    const booking = await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
    const wish = { worker: baba.worker, day: TODAY, start: '9:30', end: '12:00', want: 'seat' }
    const { waiting } = await here.house.must('/waiting', wish)
    await here.complete()
    await here.at(AT(9, 15) - 1)
    expect(await here.stateOf(booking)).toBe('confirmed')
    await here.at(AT(9, 15) + 30 * SECOND_MS)
    expect(await here.stateOf(booking)).toBe('no_show')
    const { body } = await here.house.desk.ask('/waiting')
    expect(body.rows).toMatchObject([{ waiting, state: 'offered' }])
  })

  it('takes it back with a late tap while it is free, and hears of another seat when it is not', async () => {
    await using here = await scene()
    const [aoki, baba, chiba] = [await here.house.worker(), await here.house.worker(), await here.house.worker()]
    const first = await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
    const second = await here.book(baba, here.seats[1] ?? '', '9:00', '12:00')
    await here.complete()
    await here.at(AT(9, 20))
    expect([await here.stateOf(first), await here.stateOf(second)]).toEqual(['no_show', 'no_show'])
    expect((await here.tap(aoki)).word).toMatchObject({ state: 'booked', name: 'A-1', until: AT(12) })
    expect(await here.stateOf(first)).toBe('in')
    await here.book(chiba, here.seats[1] ?? '', '9:30', '11:00')
    await here.at(AT(9, 30))
    const { word } = await here.tap(baba)
    expect(word).toBeUndefined()
    expect(await here.stateOf(second)).toBe('no_show')
    expect(await here.house.doubleBookings()).toBe(0)
  })

  it('keeps the seat while a kiosk is away; what the kiosk brings later is looked at before anything is released', async () => {
    await using here = await scene()
    const [aoki, baba] = [await here.house.worker(), await here.house.worker()]
    const first = await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
    const second = await here.book(baba, here.seats[1] ?? '', '9:00', '12:00')
    await here.complete()
    here.line.close()
    await new Promise((resolve) => setTimeout(resolve, 100))
    await here.at(AT(9, 40))
    expect([await here.stateOf(first), await here.stateOf(second)]).toEqual(['confirmed', 'confirmed'])
    const back = await here.house.centre.line(here.line.identity, 2)
    await here.house.centre.appliance.keepBookings()
    // Connected again, and its spool not emptied yet.
    expect([await here.stateOf(first), await here.stateOf(second)]).toEqual(['confirmed', 'confirmed'])
    await back.deliver(back.tap({ worker: aoki.worker, at: AT(9, 3), online: false }))
    await here.house.centre.appliance.keepBookings()
    expect([await here.stateOf(first), await here.stateOf(second)]).toEqual(['in', 'confirmed'])
    back.send({ t: 'complete', seq: here.line.identity.seq, at: AT(9, 40) })
    await passTime(back)
    await here.at(AT(9, 41))
    expect([await here.stateOf(first), await here.stateOf(second)]).toEqual(['in', 'no_show'])
  })

  it('keeps a seat that asks for no check-in', async () => {
    await using here = await scene(['A-1'], { checkInRequired: false })
    const aoki = await here.house.worker()
    const booking = await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
    await here.complete()
    await here.at(AT(11))
    expect(await here.stateOf(booking)).toBe('confirmed')
  })
})

describe('who has not booked', () => {
  it('is offered a free seat until somebody else’s booking, and one press takes it', async () => {
    await using here = await scene()
    const [aoki, baba] = [await here.house.worker(), await here.house.worker()]
    await here.book(baba, here.seats[0] ?? '', '11:00', '18:00')
    await here.at(AT(9, 10))
    const { tap, word } = await here.tap(aoki)
    expect(word).toEqual({ tap, state: 'offered', resource: here.seats[1], name: 'A-2', until: AT(18) })
    const resource = word?.resource as ResourceId
    const record = { t: 'seat', id: here.line.nextId(), tap, resource } as const
    const taken = await wordAfter(here.line, async () => {
      const ack = await here.line.deliver(record)
      expect(ack).toMatchObject({ seq: here.line.identity.seq, answers: [], quarantined: [] })
    })
    expect(taken).toEqual({ tap, state: 'booked', resource: here.seats[1], name: 'A-2', until: AT(18) })
    const mine = await here.house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}&worker=${aoki.worker}`)
    expect(mine.body.bookings).toMatchObject([{ state: 'in', source: 'walk_in', start: 550, end: 1_080 }])
    // The same record again, as after a lost answer, is the same seat.
    expect(await wordAfter(here.line, () => here.line.deliver(record))).toMatchObject({ state: 'booked', name: 'A-2' })
    const still = await here.house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}&worker=${aoki.worker}`)
    expect(still.body.total).toBe(1)
  })

  it('two people see different seats; who presses too late hears of the next, or that there is none', async () => {
    await using here = await scene()
    const people = [await here.house.worker(), await here.house.worker(), await here.house.worker()] as const
    const [aoki, baba, chiba] = people
    await here.at(AT(9, 10))
    const [first, second] = [await here.tap(aoki), await here.tap(baba)]
    expect(new Set([first.word?.name, second.word?.name])).toEqual(new Set(['A-1', 'A-2']))
    const third = await here.tap(chiba)
    const press = (tap: EventId, resource: ResourceId | undefined) => pressSeat(here.line, tap, resource)
    expect(await press(first.tap, first.word?.resource)).toMatchObject({ state: 'booked' })
    expect(await press(third.tap, first.word?.resource)).toMatchObject({
      state: 'offered',
      name: second.word?.name,
      refused: 'seat_taken',
    })
    expect(await press(second.tap, second.word?.resource)).toMatchObject({ state: 'booked' })
    expect(await press(third.tap, second.word?.resource)).toEqual({
      tap: third.tap,
      state: 'none',
      refused: 'seat_taken',
    })
    expect(await here.house.doubleBookings()).toBe(0)
    const { body } = await here.house.desk.ask(`/demand?from=${TODAY}&to=${TODAY}`)
    expect(body.rows).toMatchObject([{ what: 'seat', source: 'walk_in' }])
  })

  it('a press that arrives after she has left takes no seat from anybody', async () => {
    await using here = await scene()
    const aoki = await here.house.worker()
    await here.at(AT(9, 10))
    const { tap, word } = await here.tap(aoki)
    await here.at(AT(10))
    await here.tap(aoki, 'out')
    expect(await pressSeat(here.line, tap, word?.resource)).toBeUndefined()
    const { body } = await here.house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}`)
    expect(body.total).toBe(0)
  })

  it('hears nothing of seats outside the opening hours, or where no seat was described', async () => {
    await using here = await scene([])
    const aoki = await here.house.worker()
    await here.at(AT(9, 10))
    expect((await here.tap(aoki)).word).toBeUndefined()
    await here.house.resource('A-1')
    await here.at(AT(19))
    await here.tap(aoki, 'out')
    await here.at(AT(19, 10))
    expect((await here.tap(aoki)).word).toBeUndefined()
  })
})

test('a kiosk is told how many places are free when it connects, and when that changes', async () => {
  await using here = await scene()
  const aoki = await here.house.worker()
  await here.house.resource('会議室', { kind: 'room', capacity: 8 })
  await here.at(AT(9))
  // Counted at most once a second of real time, whatever the clock of the test does.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  const line = await here.house.centre.line(await here.house.centre.newKiosk('受付2'))
  const told = () => line.frames.findLast((frame) => frame.t === 'places')?.places
  await until('the kiosk is told', told)
  expect(told()).toMatchObject({ open: true, seats: { free: 2, total: 2 }, rooms: { free: 1, total: 1 }, care: [] })
  await here.book(aoki, here.seats[0] ?? '', '9:00', '10:00')
  // News of the room may still be on its way before it.
  await until('one place less is free', () => told()?.seats.free === 1)
  expect(told()).toMatchObject({ seats: { free: 1, total: 2 } })
})

test('what the taps made of bookings is the same after the tables are built anew', async () => {
  await using here = await scene()
  const aoki = await here.house.worker()
  await here.book(aoki, here.seats[0] ?? '', '9:00', '12:00')
  await here.at(AT(9))
  await here.tap(aoki)
  const before = await here.house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}`)
  await here.house.centre.appliance.journalRebuild()
  expect((await here.house.desk.ask(`/bookings?from=${TODAY}&to=${TODAY}`)).body).toEqual(before.body)
})
