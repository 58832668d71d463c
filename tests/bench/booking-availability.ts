/**
 * `booking.availability`: the month view over HTTP (60 seats, two years of bookings), 99th percentile, against the bare SQL
 * query for the same month through the same driver on the same file. The two take turns, one request each.
 */
import { Agent, request as httpRequest } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { MONTH_SQL } from '../../appliance/booking/availability.ts'
import {
  addDays,
  calendarDayOf,
  firstDayOf,
  lastDayOf,
  type Month,
  monthOf,
  systemClock,
} from '../../central-sync/protocol/time.ts'
import { prepareCentre } from './bench-centre.ts'
import { floorMade } from './booking-attempts.ts'
import { kado, runProgram, startProgram } from './child-program.ts'
import { openRaw } from './raw-sqlite.ts'
import { median, percentile, type Row, row } from './row.ts'

const SEATS = 60
const WORKERS = 250
const BOOKED_DAYS = 730
const WARM_UP = 50
/** The figure is the median over rounds, so that one bad moment of the machine does not decide it. */
const ROUNDS = 5
const SAMPLES = 400
/** One afternoon hour in every third request, the whole day in the others. */
const AFTERNOON = { start: '13:00', end: '14:00', startMin: 780, endMin: 840 }

const board = z.object({ days: z.array(z.object({ free: z.number(), total: z.number() })).min(28) })

export async function measureBookingAvailability(folder: string): Promise<readonly Row[]> {
  const data = join(folder, 'data')
  await prepareCentre(data, WORKERS)
  const order = JSON.stringify({ seats: SEATS, clients: 1, bookedDays: BOOKED_DAYS })
  const floor = floorMade.parse(
    JSON.parse(await runProgram(['tests/bench/prepare-floor.ts', join(data, 'centre')], order)),
  )
  await using centre = await startProgram(kado('appliance', 'run', '--port', '0', '--data', data))
  await using database = await openRaw(join(data, 'centre', 'journal.db'))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const cookie = `sid=${floor.clients[0]?.token ?? ''}`
  const months = bookedMonths()
  const ours: number[] = []
  const bare: number[] = []
  for (let n = 0; n < WARM_UP + ROUNDS * SAMPLES; n += 1) {
    const month = months[n % months.length] ?? monthOf(calendarDayOf(systemClock.now()))
    const whole = n % 3 !== 0
    const [from, to] = whole ? [0, 1_440] : [AFTERNOON.startMin, AFTERNOON.endMin]
    const asked = await timed(() => {
      return database.all(MONTH_SQL, [firstDayOf(month), lastDayOf(month), to, from])
    })
    const path = `/api/v1/my/bookings/month?month=${month}&kind=seat${whole ? '' : `&start=${AFTERNOON.start}&end=${AFTERNOON.end}`}`
    const answered = await timed(() => get(new URL(path, centre.url), agent, cookie))
    if (n >= WARM_UP) {
      bare.push(asked.ms)
      ours.push(answered.ms)
    }
    const { days } = board.parse(JSON.parse(answered.result))
    if (days.some(({ total, free }) => total !== SEATS || free > total)) throw new Error(`a wrong board for ${month}`)
  }
  agent.destroy()
  return [row('booking.availability', 'ms p99', roundsOf(ours), 'the bare SQL query', roundsOf(bare))]
}

function roundsOf(times: readonly number[]): number {
  const rounds = Array.from({ length: ROUNDS }, (_, round) => times.slice(round * SAMPLES, (round + 1) * SAMPLES))
  return median(rounds.map((round) => percentile(round, 99)))
}

/** The months that are booked from their first to their last day. */
function bookedMonths(): readonly Month[] {
  const today = calendarDayOf(systemClock.now())
  return Array.from({ length: 22 }, (_, back) => monthOf(addDays(today, -30 * back)))
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const began = systemClock.monotonicMs()
  const result = await work()
  return { ms: systemClock.monotonicMs() - began, result }
}

function get(url: URL, agent: Agent, cookie: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent, headers: { cookie } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${url.pathname} answered ${response.statusCode}`))
      text(response).then(resolve, reject)
    })
    request.on('error', reject)
    request.end()
  })
}
