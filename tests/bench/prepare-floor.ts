/**
 * Furnishes a centre that is not running: `node prepare-floor.ts FOLDER` reads `{seats, clients, bookedDays}` as JSON and
 * prints what was made. Seats are open around the clock and nobody has a quota; each client is a worker who is signed
 * in. `bookedDays`: so many days up to and including a month from now are booked, three bookings a seat and day.
 */
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { type OpenedCentre, openCentre } from '../../appliance/open-centre.ts'
import type { Draft } from '../../central-sync/journal/port.ts'
import { makeVerifier } from '../../central-sync/journal/secrets/verifiers.ts'
import { bookingMade, bookingTermsSet, hoursSet, resourceDescribed } from '../../central-sync/protocol/event/booking.ts'
import { newIdentifier, type ResourceId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, type CalendarDay, calendarDayOf, systemClock } from '../../central-sync/protocol/time.ts'
import { silentLog } from '../../central-sync/web/log.ts'
import type { FloorMade } from './booking-attempts.ts'

const order = z.object({ seats: z.number().int(), clients: z.number().int(), bookedDays: z.number().int() })

const CHUNK = 5_000
/** Three bookings a seat and day, as people come: morning, noon, evening. */
const SPANS = [
  { start: 9 * 60, end: 12 * 60 },
  { start: 12 * 60, end: 14 * 60 + 30 },
  { start: 15 * 60, end: 18 * 60 },
]
const DAYS_AHEAD = 31

async function main(): Promise<void> {
  const [folder = ''] = process.argv.slice(2)
  const { seats: count, clients, bookedDays } = order.parse(JSON.parse(await text(process.stdin)))
  await using centre = await openCentre(folder, systemClock, silentLog)
  const seats = await furnish(centre, count)
  const rows = await centre.journal.read.all<{ worker: WorkerId }>('SELECT worker FROM worker ORDER BY worker')
  const workers = rows.map(({ worker }) => worker)
  await book(centre, seats, workers, bookedDays)
  const signedIn: FloorMade['clients'] = []
  const verifier = await makeVerifier('840173')
  for (const worker of workers.slice(0, clients)) {
    await centre.secrets.verifiers.keep(worker, 'pin', verifier, false)
    const token = await centre.secrets.sessions.begin({ kind: 'worker', worker }, systemClock.now())
    signedIn.push({ worker, token })
  }
  console.log(JSON.stringify({ seats, clients: signedIn } satisfies FloorMade))
}

async function furnish({ journal }: OpenedCentre, count: number): Promise<ResourceId[]> {
  const seats = Array.from({ length: count }, () => newIdentifier('resource'))
  const attrs = { monitor: false, standing: false, accessible: false, quiet: false }
  const sheet = { kind: 'seat' as const, attrs, capacity: 1, bufferMin: 0, checkInRequired: false, graceMin: 15 }
  const place = { open: true, map: { x: 0, y: 0, w: 10, h: 10 }, floor: '2階' }
  const allDay = Array.from({ length: 7 }, () => ({ start: 0, end: 1_440 }))
  const limits = { durationMaxMin: 1_440, horizonDays: 400, noticeMin: 0, upcomingMax: 0, sameDayMax: 0 }
  await journal.write('furnish', async (tx) => {
    const hours = { weekdays: allDay, holidays: true, from: '2020-01-01' as CalendarDay }
    tx.append({ event: hoursSet, data: hours, by: 'system' })
    tx.append({ event: bookingTermsSet, data: limits, by: 'system' })
    for (const [index, resource] of seats.entries()) {
      const data = { resource, name: `席 ${index + 1}`, ...sheet, ...place }
      tx.append({ event: resourceDescribed, data, by: 'system' })
    }
  })
  return seats
}

/** Every seat of every day has its three bookings; who sits where moves on by one each day. */
async function book(
  { journal }: OpenedCentre,
  seats: readonly ResourceId[],
  workers: readonly WorkerId[],
  days: number,
): Promise<void> {
  const first = addDays(calendarDayOf(systemClock.now()), DAYS_AHEAD - days)
  const perDay = seats.length * SPANS.length
  for (let next = 0; next < days * perDay; next += CHUNK) {
    const count = Math.min(CHUNK, days * perDay - next)
    const drafts = Array.from({ length: count }, (_, index) => {
      const [day, place] = [Math.floor((next + index) / perDay), (next + index) % perDay]
      const resource = seats[place % seats.length]
      const worker = workers[(place + day) % workers.length]
      const span = SPANS[Math.floor(place / seats.length)]
      if (resource === undefined || worker === undefined || span === undefined) throw new RangeError('nothing to book')
      const ids = { booking: newIdentifier('booking'), request: newIdentifier('request'), resource, worker }
      const data = { ...ids, day: addDays(first, day), ...span, state: 'confirmed' as const, source: 'staff' as const }
      return { event: bookingMade, data, subject: worker, by: 'system' } as Draft
    })
    await journal.write('book', async (tx) => {
      tx.append(drafts)
    })
  }
}

void main()
