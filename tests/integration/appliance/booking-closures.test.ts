import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NewBooking } from '../../../appliance/booking/make-booking.ts'
import { decodeEntry } from '../../../central-sync/protocol/entry.ts'
import { type ClosureId, newIdentifier } from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import type { CalendarDay } from '../../../central-sync/protocol/time.ts'
import { BookingDesks, clerk } from '../../support/booking-desks.ts'
import { TUESDAY } from '../../support/booking-fixture.ts'

const day = TUESDAY as CalendarDay

type Act = { do: 'book'; hour: number; who: number } | { do: 'close'; hour: number } | { do: 'lift' } | { do: 'seat' }

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('book' as const), hour: fc.nat(8), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('close' as const), hour: fc.nat(8) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('lift' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('seat' as const) }) },
)

/** Reads the journal line by line: was anything booked while the centre was closed at that time, or the seat shut? */
async function bookedWhileClosed(desks: BookingDesks): Promise<string[]> {
  const rows = await desks.centre.journal.read.all<{ line: Buffer }>('SELECT line FROM entry ORDER BY pos')
  const closed = new Map<unknown, { start: number; end: number }>()
  const shut = new Set<unknown>()
  const wrong: string[] = []
  for (const { line } of rows) {
    const entry = decodeEntry(line)
    const d = (entry?.d ?? {}) as { [name: string]: unknown; start: number; end: number }
    if (entry?.t === 'closure.made') closed.set(d.closure, d)
    if (entry?.t === 'closure.lifted') closed.delete(d.closure)
    if (entry?.t === 'resource.described') d.open === false ? shut.add(d.resource) : shut.delete(d.resource)
    if (entry?.t !== 'booking.made') continue
    const meets = [...closed.values()].some(({ start, end }) => d.start < end && start < d.end)
    if (meets || shut.has(d.resource)) wrong.push(String(d.booking))
  }
  return wrong
}

test('closing and opening among many bookings: none is made while it is closed, in whatever order they meet', async () => {
  await using desks = await BookingDesks.create()
  const rules = { durationMaxMin: 600, horizonDays: 60, noticeMin: 0, upcomingMax: 0, sameDayMax: 0 }
  await desks.seats.setTerms(rules, clerk)
  const workers = await desks.workers(6)
  const seats = [await desks.resource('A'), await desks.resource('B')]
  const made: ClosureId[] = []
  let open = true
  let refusedAsClosed = 0

  async function perform(one: Act): Promise<void> {
    if (one.do === 'book') {
      const [worker, resource] = [workers[one.who % 6], seats[one.who % 2]]
      if (worker === undefined || resource === undefined) throw new Error('nobody there')
      const span = { day, start: 540 + one.hour * 60, end: 600 + one.hour * 60 }
      const press = { request: newIdentifier('request'), source: 'staff', by: clerk } as const
      const wish: NewBooking = { worker, resource, ...span, ...press }
      const answer = await desks.bookings.make(wish)
      if (isRefusal(answer) && /closed/.test(answer.refused)) refusedAsClosed += 1
      if (!isRefusal(answer)) await desks.bookings.cancel(answer.booking, { by: clerk, source: 'staff' })
    } else if (one.do === 'close') {
      const span = { fromDay: day, toDay: day, start: 540 + one.hour * 60, end: 660 + one.hour * 60 }
      const closure = await desks.seats.close({ target: 'centre', reason: 'other', note: '', ...span }, clerk)
      if (!isRefusal(closure)) made.push(closure.closure)
    } else if (one.do === 'lift') {
      const closure = made.pop()
      if (closure !== undefined) await desks.seats.lift(closure, clerk)
    } else {
      open = !open
      await desks.seats.setOpen(seats[0] ?? newIdentifier('resource'), open, clerk)
    }
  }

  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(act, { minLength: 5, maxLength: 30 }), async (scheduler, story) => {
      // A scheduled function would begin at once; what is scheduled here is the press.
      const all = story.map(async (one) => {
        await scheduler.schedule(Promise.resolve(), one.do)
        await perform(one)
      })
      await scheduler.waitAll()
      await Promise.all(all)
    }),
    { numRuns: 40 },
  )
  expect(refusedAsClosed).toBeGreaterThan(10)
  expect(await bookedWhileClosed(desks)).toEqual([])
  expect(await desks.centre.journal.rebuild()).toMatchObject({ equal: true, quarantined: 0 })
})
