/**
 * `booking.race`: 100 signed-in workers, 10,000 attempts on 50 seats through HTTP, answered (booked or refused) per second,
 * against the same attempts as single guarded inserts through the same driver. A double booking, or a promise that is
 * not in the database, is not a figure: it throws.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { bookingMigrations } from '../../appliance/booking/booking-tables.ts'
import { addDays, type CalendarDay, calendarDayOf, systemClock } from '../../central-sync/protocol/time.ts'
import { seededChance } from '../../provisioning/demo/seeded-random.ts'
import { prepareCentre } from './bench-centre.ts'
import { type Attempt, type FloorMade, floorMade, inventAttempt, minuteOf } from './booking-attempts.ts'
import { kado, runProgram, startProgram } from './child-program.ts'
import { openRaw, type RawDatabase } from './raw-sqlite.ts'
import { median, type Row, row } from './row.ts'

const SEATS = 50
const CLIENTS = 100
const ATTEMPTS = 10_000
const ROUNDS = 3
/** Days of one round: about every third attempt finds its seat free. */
const DAYS = 20

const answers = z.object({
  ms: z.number(),
  answers: z.array(z.array(z.object({ booking: z.string().optional(), refused: z.string().optional() }))),
})

interface Client {
  readonly worker: string
  readonly token: string
  readonly attempts: readonly Attempt[]
}

/** Both sides take turns, because a disk has good and bad moments; the figures are medians. */
export async function measureBookingRace(folder: string): Promise<readonly Row[]> {
  const data = join(folder, 'data')
  await prepareCentre(data, CLIENTS)
  const order = JSON.stringify({ seats: SEATS, clients: CLIENTS, bookedDays: 0 })
  const floor = floorMade.parse(
    JSON.parse(await runProgram(['tests/bench/prepare-floor.ts', join(data, 'centre')], order)),
  )
  const ours: number[] = []
  const raw: number[] = []
  const promised: Promised[] = []
  {
    await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
    for (let round = 0; round < ROUNDS; round += 1) {
      const clients = inventClients(floor, round)
      raw.push(await rawPerSecond(join(folder, `raw-${round}.db`), floor.seats, clients))
      const { rate, kept } = await racePerSecond(centre.url, clients)
      ours.push(rate)
      promised.push(...kept)
    }
  }
  await judge(join(data, 'centre', 'journal.db'), promised)
  return [row('booking.race', 'answers/s', median(ours), 'raw guarded insert', median(raw))]
}

/** Each round has days of its own, so that each begins with empty seats. */
function inventClients({ seats, clients }: FloorMade, round: number): readonly Client[] {
  const chance = seededChance(round + 1)
  const first = addDays(calendarDayOf(systemClock.now()), 1 + round * DAYS)
  const each = ATTEMPTS / clients.length
  return clients.map((client) => {
    return { ...client, attempts: Array.from({ length: each }, () => inventAttempt(seats, first, DAYS, chance)) }
  })
}

interface Promised {
  readonly booking: string
  readonly worker: string
  readonly wish: Attempt
}

async function racePerSecond(
  url: string,
  clients: readonly Client[],
): Promise<{ rate: number; kept: readonly Promised[] }> {
  const order = JSON.stringify({
    url,
    cookie: 'sid',
    clients: clients.map(({ token, attempts }) => ({ token, attempts })),
  })
  const printed = await runProgram(['tests/bench/booking-clients.ts'], order)
  const { ms, answers: all } = answers.parse(JSON.parse(printed))
  const kept = clients.flatMap(({ worker, attempts }, client) =>
    attempts.flatMap((wish, index): Promised[] => {
      const answer = all[client]?.[index]
      if (answer?.booking !== undefined) return [{ booking: answer.booking, worker, wish }]
      if (!EXPECTED.has(answer?.refused ?? '')) throw new Error(`an attempt was answered with ${answer?.refused}`)
      return []
    }),
  )
  return { rate: (ATTEMPTS / ms) * 1_000, kept }
}

const EXPECTED: ReadonlySet<string> = new Set(['booking_overlap', 'worker_overlap'])

/** The tables and triggers of the product in a file of their own; each attempt is one insert and its own commit. */
async function rawPerSecond(file: string, seats: readonly string[], clients: readonly Client[]): Promise<number> {
  await using database = await openRaw(file)
  await database.run('CREATE TABLE guard_switch (one INTEGER PRIMARY KEY, armed INTEGER NOT NULL) STRICT')
  await database.run('INSERT INTO guard_switch VALUES (1, 1)')
  for (const { sqlite } of bookingMigrations) for (const statement of sqlite) await database.run(statement)
  for (const seat of seats) {
    await database.run(
      `INSERT INTO resource VALUES (?, 'seat', ?, NULL, 0, 0, 0, 0, 1, 0, 0, 15, 1, 0, 0, 10, 10, '2階')`,
      [seat, seat],
    )
  }
  const each = clients[0]?.attempts.length ?? 0
  const began = systemClock.monotonicMs()
  for (let index = 0; index < each; index += 1) {
    for (const [number, { worker, attempts }] of clients.entries()) {
      const wish = attempts[index]
      if (wish !== undefined) await tryRaw(database, `b_${number}_${index}`, worker, wish)
    }
  }
  return (ATTEMPTS / (systemClock.monotonicMs() - began)) * 1_000
}

async function tryRaw(database: RawDatabase, id: string, worker: string, wish: Attempt): Promise<void> {
  const { resource, day, start, end } = wish
  try {
    await database.run(
      `INSERT INTO booking (booking, request, resource, worker, day, start_min, end_min, state, source, made_by, made_at,
         changed_at, changes) VALUES (?, ?, ?, ?, ?, ?, ?, 'confirmed', 'web', ?, 1, 1, 0)`,
      [id, id, resource, worker, day, minuteOf(start), minuteOf(end), worker],
    )
  } catch (error) {
    if (!(error instanceof Error && /GUARD (?:booking|worker)_overlap/.test(error.message))) throw error
  }
}

interface Kept {
  readonly booking: string
  readonly resource: string
  readonly worker: string
  readonly day: CalendarDay
  readonly start_min: number
  readonly end_min: number
}

const OVERLAPS = `SELECT a.booking FROM booking a JOIN booking b ON a.day = b.day AND a.booking < b.booking
  AND (a.resource = b.resource OR a.worker = b.worker)
  AND max(a.start_min, b.start_min) < min(a.end_min, b.end_min)
  WHERE a.state = 'confirmed' AND b.state = 'confirmed'`

/** Looks at the rows themselves, with none of our code: no two overlap, and every promise is kept as it was given. */
async function judge(file: string, promised: readonly Promised[]): Promise<void> {
  await using database = await openRaw(file)
  const overlapping = await database.all(OVERLAPS)
  if (overlapping.length > 0) throw new Error(`${overlapping.length} double bookings`)
  const kept = await database.all<Kept>("SELECT * FROM booking WHERE state = 'confirmed'")
  const rows = new Map(kept.map((one) => [one.booking, one]))
  const broken = promised.filter(({ booking, worker, wish }) => {
    const found = rows.get(booking)
    if (found === undefined || found.worker !== worker || found.resource !== wish.resource) return true
    return found.day !== wish.day || found.start_min !== minuteOf(wish.start) || found.end_min !== minuteOf(wish.end)
  })
  if (broken.length > 0 || kept.length !== promised.length) {
    throw new Error(`${broken.length} promises are not kept; ${kept.length} rows for ${promised.length} promises`)
  }
}
