import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openCentre } from '../../../appliance/open-centre.ts'
import { silentLog } from '../../../central-sync/journal/log.ts'
import type { Draft } from '../../../central-sync/journal/port.ts'
import { bookingMade, bookingMoved, bookingSettled } from '../../../central-sync/protocol/event/booking.ts'
import {
  type BookingId,
  newIdentifier,
  type ResourceId,
  type WorkerId,
} from '../../../central-sync/protocol/identifier.ts'
import { Refused } from '../../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../../central-sync/protocol/time.ts'
import { BookingDesks, clerk } from '../../support/booking-desks.ts'
import { TUESDAY } from '../../support/booking-fixture.ts'
import { changeIndependently } from '../../support/independent-reader.ts'

const day = TUESDAY as CalendarDay

/** Writes past every rule, as a programmer's mistake would: only the table itself is left to say no. */
class Careless {
  readonly desks: BookingDesks

  constructor(desks: BookingDesks) {
    this.desks = desks
  }

  async made(resource: ResourceId, worker: WorkerId, start: number, end: number): Promise<BookingId | string> {
    const booking = newIdentifier('booking')
    const [request, state, source] = [newIdentifier('request'), 'confirmed', 'staff'] as const
    const data = { booking, request, resource, worker, day, start, end, state, source }
    return (await this.#write({ event: bookingMade, data, by: clerk })) ?? booking
  }

  moved(booking: BookingId, resource: ResourceId, start: number, end: number): Promise<string | undefined> {
    return this.#write({ event: bookingMoved, data: { booking, resource, day, start, end }, by: clerk })
  }

  settled(booking: BookingId, state: 'cancelled' | 'no_show' | 'confirmed' | 'in' | 'done') {
    return this.#write({ event: bookingSettled, data: { booking, state, why: 'staff' }, by: clerk })
  }

  async #write(draft: { event: unknown; data: unknown; by: string }): Promise<string | undefined> {
    try {
      await this.desks.centre.journal.write('careless', async (tx) => {
        tx.append([draft as Draft])
      })
      return undefined
    } catch (error) {
      if (error instanceof Refused) return error.refusal.refused
      throw error
    }
  }
}

async function furnished() {
  const desks = await BookingDesks.create()
  const [aoki, baba] = (await desks.workers(2)) as [WorkerId, WorkerId]
  const seat = await desks.resource('A-1')
  const other = await desks.resource('A-2')
  const room = await desks.resource('会議室', { kind: 'room', bufferMin: 10 })
  const inside = await desks.resource('会議室-1', { parent: room })
  return { desks, careless: new Careless(desks), aoki, baba, seat, other, room, inside }
}

describe('whatever a desk has overlooked, the table refuses', () => {
  test('a second booking of a seat, a worker in two places, a room and its seats, and too little time between', async () => {
    const { desks, careless, aoki, baba, seat, other, room, inside } = await furnished()
    await using _ = desks
    expect(await careless.made(seat, aoki, 540, 720)).toMatch(/^b_/)
    expect(await careless.made(seat, baba, 719, 780)).toBe('booking_overlap')
    expect(await careless.made(seat, baba, 720, 780)).toMatch(/^b_/)
    expect(await careless.made(other, aoki, 600, 660)).toBe('worker_overlap')
    expect(await careless.made(room, aoki, 800, 860)).toMatch(/^b_/)
    expect(await careless.made(inside, baba, 859, 900)).toBe('parent_blocked')
    expect(await careless.made(inside, baba, 860, 900)).toMatch(/^b_/)
    expect(await careless.made(room, aoki, 870, 900)).toBe('parent_blocked')
    expect(await careless.made(room, aoki, 900, 960)).toMatch(/^b_/)
    expect(await careless.made(room, baba, 969, 990)).toBe('booking_overlap')
    expect(await careless.made(room, baba, 970, 990)).toMatch(/^b_/)
  })

  test('a move into another booking, and a cancelled or missed booking that comes back to a taken seat', async () => {
    const { desks, careless, aoki, baba, seat, other } = await furnished()
    await using _ = desks
    const first = (await careless.made(seat, aoki, 540, 720)) as BookingId
    const second = (await careless.made(other, baba, 540, 720)) as BookingId
    expect(await careless.moved(second, seat, 700, 800)).toBe('booking_overlap')
    expect(await careless.settled(first, 'no_show')).toBeUndefined()
    expect(await careless.moved(second, seat, 700, 800)).toBeUndefined()
    expect(await careless.settled(first, 'in')).toBe('booking_overlap')
    expect(await careless.settled(second, 'cancelled')).toBeUndefined()
    expect(await careless.settled(first, 'in')).toBeUndefined()
    expect(await careless.settled(second, 'confirmed')).toBe('booking_overlap')
  })

  test('a closed seat, a seat in a closed room, a day off, a seat nobody has described', async () => {
    const { desks, careless, aoki, seat, room, inside } = await furnished()
    await using _ = desks
    const made = (await careless.made(inside, aoki, 600, 660)) as BookingId
    await desks.seats.setOpen(room, false, clerk)
    expect(await careless.made(inside, aoki, 700, 720)).toBe('resource_closed')
    expect(await careless.made(newIdentifier('resource'), aoki, 700, 720)).toBe('resource_closed')
    const off = { target: 'centre', fromDay: day, toDay: day, start: 0, end: 800, reason: 'weather', note: '' } as const
    await desks.seats.close(off, clerk)
    expect(await careless.made(seat, aoki, 700, 900)).toBe('closed_then')
    expect(await careless.made(seat, aoki, 800, 900)).toMatch(/^b_/)
    // Checking in, ending earlier and cancelling take nothing new: they work although the room is closed by now.
    expect(await careless.moved(made, inside, 600, 630)).toBeUndefined()
    expect(await careless.settled(made, 'in')).toBeUndefined()
    expect(await careless.moved(made, inside, 600, 640)).toBe('closed_then')
    expect(await careless.settled(made, 'done')).toBeUndefined()
  })

  test('a refused job leaves nothing behind, and a rebuild repeats what was admitted without asking again', async () => {
    const { desks, careless, aoki, baba, seat } = await furnished()
    await using _ = desks
    await careless.made(seat, aoki, 540, 720)
    const before = desks.centre.journal.head().seq
    expect(await careless.made(seat, baba, 540, 720)).toBe('booking_overlap')
    expect(desks.centre.journal.head().seq).toBe(before)
    await desks.seats.setOpen(seat, false, clerk)
    expect(await desks.centre.journal.rebuild()).toMatchObject({ equal: true, quarantined: 0 })
    await desks.seats.setOpen(seat, true, clerk)
    expect(await careless.made(seat, baba, 540, 720)).toBe('booking_overlap')
  })
})

test.each(['booking_guard_made', 'booking_guard_changed'])(
  'a centre without its guard %s does not open',
  async (name) => {
    const desks = await BookingDesks.create()
    const { folder, clock } = desks
    await desks.centre[Symbol.asyncDispose]()
    try {
      await changeIndependently(join(folder, 'journal.db'), `DROP TRIGGER ${name}`)
      await expect(openCentre(folder, clock, silentLog)).rejects.toThrow(`trigger ${name} is missing`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)
