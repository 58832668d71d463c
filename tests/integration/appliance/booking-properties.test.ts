import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isDeclinedDemand, type NewBooking } from '../../../appliance/booking/make-booking.ts'
import {
  type BookingId,
  newIdentifier,
  type RequestId,
  type ResourceId,
  type WorkerId,
} from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { addDays, type CalendarDay } from '../../../central-sync/protocol/time.ts'
import { BookingDesks, clerk } from '../../support/booking-desks.ts'
import { TUESDAY } from '../../support/booking-fixture.ts'

const FIRST = TUESDAY as CalendarDay
const OPEN = { start: 540, end: 1_080 }

/** What the independent model knows: a plain list, looked through from end to end. */
interface Held {
  readonly booking: BookingId
  seat: number
  worker: number
  day: CalendarDay
  start: number
  end: number
}

/** Seats 0 and 1 stand alone; 2 is a room with a buffer of a quarter of an hour, 3 and 4 stand in it. */
const PARENT: Readonly<Record<number, number>> = { 3: 2, 4: 2 }
const BUFFER: Readonly<Record<number, number>> = { 2: 15 }

function meets(a: Omit<Held, 'booking'>, b: Omit<Held, 'booking'>): boolean {
  if (a.day !== b.day) return false
  const shared = a.start < b.end && b.start < a.end
  if (shared && a.worker === b.worker) return true
  if (shared && (PARENT[a.seat] === b.seat || PARENT[b.seat] === a.seat)) return true
  const buffer = BUFFER[a.seat] ?? 0
  return a.seat === b.seat && a.start < b.end + buffer && b.start < a.end + buffer
}

function fits(wish: Omit<Held, 'booking'>, held: readonly Held[], except?: BookingId): boolean {
  const inside = OPEN.start <= wish.start && wish.end <= OPEN.end && wish.start < wish.end
  return inside && !held.some((one) => one.booking !== except && meets(wish, one))
}

async function furnished() {
  const desks = await BookingDesks.create()
  const rules = { durationMaxMin: 600, horizonDays: 60, noticeMin: 0, upcomingMax: 0, sameDayMax: 0 }
  await desks.seats.setTerms(rules, clerk)
  const workers = await desks.workers(4)
  const [a, b] = [await desks.resource('A'), await desks.resource('B')]
  const room = await desks.resource('R', { kind: 'room', capacity: 4, bufferMin: 15 })
  const parts = [await desks.resource('R1', { parent: room }), await desks.resource('R2', { parent: room })]
  const seats = [a, b, room, ...parts]
  return { desks, workers, seats }
}

const at = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('an empty list')
  return found
}

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never

const wish = fc.record({
  seat: fc.nat(4),
  worker: fc.nat(3),
  day: fc.nat(1).map((ahead) => addDays(FIRST, ahead)),
  start: fc.integer({ min: 34, max: 70 }).map((quarter) => quarter * 15),
  end: fc.integer({ min: 36, max: 73 }).map((quarter) => quarter * 15),
})
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('make' as const), wish }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('move' as const), which: fc.nat(), wish }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('range' as const), worker: fc.nat(3) }) },
)

test('any story of makes, moves and cancels goes as in a plain list, and is the same after a rebuild (P1 P2 P4 P7)', async () => {
  const { desks, workers, seats } = await furnished()
  await using _ = desks
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25, size: 'max' }), async (story) => {
      const held: Held[] = []
      for (const one of story) await act(one, held)
      const rows = await desks.centre.journal.read.all<{ booking: BookingId }>(
        "SELECT booking FROM booking WHERE state IN ('held', 'confirmed', 'in') ORDER BY booking",
      )
      expect(rows.map(({ booking }) => booking)).toEqual(held.map(({ booking }) => booking).sort())
      for (const { booking } of rows) await desks.bookings.cancel(booking, { by: clerk, source: 'staff' })
    }),
    { numRuns: 120 },
  )
  expect(await desks.centre.journal.rebuild()).toMatchObject({ equal: true, quarantined: 0 })

  async function act(one: Drawn<typeof step>, held: Held[]): Promise<void> {
    const asker = { by: clerk, source: 'staff' } as const
    if (one.do === 'make') {
      const answer = await desks.bookings.make(slotOf(one.wish, seats, workers))
      expect(isRefusal(answer)).toBe(!fits(one.wish, held))
      if (!isRefusal(answer)) held.push({ ...one.wish, booking: answer.booking })
      return
    }
    if (one.do === 'range') {
      const gone = held.filter((other) => other.worker === one.worker)
      const answer = await desks.bookings.cancelRange(at(workers, one.worker), FIRST, addDays(FIRST, 9), asker)
      expect(answer).toEqual({ bookings: gone.length, places: 0 })
      held.splice(0, held.length, ...held.filter((other) => other.worker !== one.worker))
      return
    }
    if (held.length === 0) return
    const chosen = at(held, one.which)
    if (one.do === 'cancel') {
      expect(await desks.bookings.cancel(chosen.booking, asker)).toBeUndefined()
      held.splice(held.indexOf(chosen), 1)
      return
    }
    const { seat, day, start, end } = one.wish
    const next = { seat, day, start, end, worker: chosen.worker }
    const answer = await desks.bookings.move(chosen.booking, { resource: at(seats, seat), day, start, end }, asker)
    expect(isRefusal(answer)).toBe(!fits(next, held, chosen.booking))
    if (!isRefusal(answer)) Object.assign(chosen, next)
  }
})

function slotOf(
  one: Drawn<typeof wish>,
  seats: readonly ResourceId[],
  workers: readonly WorkerId[],
  request: RequestId = newIdentifier('request'),
): NewBooking {
  const { day, start, end } = one
  const [resource, worker] = [at(seats, one.seat), at(workers, one.worker)]
  return { resource, worker, day, start, end, request, source: 'staff', by: clerk }
}

/**
 * The booking, or that there is none. Why not may be said in another way later: a refusal is decided anew, and by then more
 * may stand in the way.
 */
const outcomeOf = (answer: NewBookingAnswer) => (isRefusal(answer) ? 'refused' : answer.booking)
type NewBookingAnswer = Awaited<ReturnType<BookingDesks['bookings']['make']>>

test('however N creates interleave, the end is one that some order of them gives; a replay changes nothing (P6)', async () => {
  const { desks, workers, seats } = await furnished()
  await using _ = desks
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(fc.record({ wish, twice: fc.boolean(), people: fc.integer({ min: 1, max: 3 }) }), {
        minLength: 2,
        maxLength: 10,
        size: 'max',
      }),
      async (scheduler, wishes) => {
        // Pressed when chance says so, while others are on their way: a scheduled function would begin at once.
        const make = async (slot: NewBooking) => {
          await scheduler.schedule(Promise.resolve(), 'press')
          return desks.bookings.make(slot)
        }
        const asked = wishes.flatMap(({ wish: one, twice, people }) =>
          Array.from({ length: people }, () => ({ one, twice, slot: slotOf(one, seats, workers) })),
        )
        const all = asked.flatMap(({ slot, twice }) => (twice ? [make(slot), make(slot)] : [make(slot)]))
        await scheduler.waitAll()
        const answers = await Promise.all(all)
        const byRequest = asked.map(({ twice }) => {
          const own = answers.splice(0, twice ? 2 : 1)
          const [answer] = own
          if (answer === undefined) throw new Error('nobody answered')
          expect(new Set(own.map(outcomeOf)).size).toBe(1)
          return answer
        })
        const won: Held[] = asked.flatMap(({ one }, index) => {
          const answer = byRequest[index]
          return answer === undefined || isRefusal(answer) ? [] : [{ ...one, booking: answer.booking }]
        })
        await using stack = new AsyncDisposableStack()
        for (const { booking } of won)
          stack.defer(async () => void (await desks.bookings.cancel(booking, { by: clerk, source: 'staff' })))
        // No two winners meet, and nobody lost without a winner, or the opening hours, in the way: a serial order.
        for (const one of won) expect(fits(one, won, one.booking)).toBe(true)
        asked.forEach(({ one }, index) => {
          if (isRefusal(byRequest[index])) expect(fits(one, won)).toBe(false)
        })
        // Of those who wanted the very same at most one has it.
        for (const { wish: one } of wishes) {
          const same = won.filter(
            (other) => JSON.stringify({ ...other, booking: 0 }) === JSON.stringify({ ...one, booking: 0 }),
          )
          expect(same.length).toBeLessThanOrEqual(1)
        }
        // Every press once more: the same outcome, and of what the journal knows not a line more.
        for (const [index, { slot }] of asked.entries()) {
          const before = byRequest[index]
          if (before === undefined) throw new Error('nobody answered')
          const { seq } = desks.centre.journal.head()
          expect(outcomeOf(await desks.bookings.make(slot))).toBe(outcomeOf(before))
          if (!isRefusal(before) || isDeclinedDemand(before)) expect(desks.centre.journal.head().seq).toBe(seq)
        }
      },
    ),
    { numRuns: 80 },
  )
})

test('a series in abort mode changes nothing when one day cannot be had; in skip mode it takes the others (P7 P8)', async () => {
  const { desks, workers, seats } = await furnished()
  await using _ = desks
  const days = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(days, fc.integer({ min: 1, max: 3 }), async (blocked, every) => {
      const [seat, other] = [at(seats, 0), at(workers, 1)]
      const slot = { start: 600, end: 660 }
      const blocking: BookingId[] = []
      for (const ahead of blocked) {
        const day = addDays(FIRST, ahead)
        const made = await desks.bookings.make({
          ...slot,
          resource: seat,
          worker: other,
          day,
          request: newIdentifier('request'),
          source: 'staff',
          by: clerk,
        })
        if (!isRefusal(made)) blocking.push(made.booking)
      }
      const before = await snapshot()
      const rule = every === 1 ? 'FREQ=DAILY' : `FREQ=DAILY;INTERVAL=${every}`
      const wanted = { ...slot, worker: at(workers, 0), resource: seat, from: FIRST, until: addDays(FIRST, 20), rule }
      const asker = { by: clerk, source: 'staff' } as const
      const request = newIdentifier('request')
      const aborted = await desks.series.make(
        { ...wanted, onConflict: 'abort', request: newIdentifier('request') },
        asker,
      )
      // Three weeks from a Tuesday always hold a Saturday or a Sunday unless only weekdays are hit.
      if (isRefusal(aborted)) expect(await snapshot()).toEqual(before)
      else await desks.bookings.cancelSeries(aborted.series, FIRST, asker)
      const made = await desks.series.make({ ...wanted, onConflict: 'skip', request }, asker)
      if (isRefusal(made)) throw new Error(made.refused)
      const taken = new Set(blocked.filter((ahead) => isOpen(ahead)))
      const hit = Array.from({ length: 21 }, (_, ahead) => ahead).filter((ahead) => ahead % every === 0)
      const had = hit.filter((ahead) => isOpen(ahead) && !taken.has(ahead))
      expect(made.made).toBe(had.length)
      expect(made.skipped).toHaveLength(hit.length - had.length)
      expect(await desks.series.make({ ...wanted, onConflict: 'skip', request }, asker)).toEqual(made)
      expect(await desks.bookings.cancelSeries(made.series, FIRST, asker)).toEqual({ bookings: had.length })
      for (const booking of blocking) await desks.bookings.cancel(booking, asker)
    }),
    { numRuns: 15 },
  )

  async function snapshot() {
    return desks.centre.journal.read.all("SELECT * FROM booking WHERE state = 'confirmed' ORDER BY booking")
  }
})

/** From Tuesday the 24th of November: weekdays, no national holiday in the three weeks after. */
function isOpen(ahead: number): boolean {
  const weekday = (2 + ahead) % 7
  return weekday !== 0 && weekday !== 6
}
