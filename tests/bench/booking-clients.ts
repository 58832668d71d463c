/**
 * The other process of `booking.race`: many signed-in workers, each with one request in flight, all after the same
 * seats. Reads one JSON order from standard input and prints every answer.
 */
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { BareHttp } from './bare-http.ts'
import { attempt } from './booking-attempts.ts'

const order = z.object({
  url: z.url(),
  /** Name of the cookie of a signed-in session. */
  cookie: z.string(),
  clients: z.array(z.object({ token: z.string(), attempts: z.array(attempt) })),
})

const made = z.object({ booking: z.string() })
const problem = z.object({ code: z.string() })

/** Of each attempt, in order: the id of the booking, or the code of the refusal. */
type Answers = readonly { readonly booking?: string; readonly refused?: string }[]

async function main(): Promise<void> {
  const { url, cookie, clients } = order.parse(JSON.parse(await text(process.stdin)))
  const lines = await Promise.all(clients.map(() => BareHttp.connect(url)))
  const began = systemClock.monotonicMs()
  const answers = await Promise.all(
    clients.map(async ({ token, attempts }, client): Promise<Answers> => {
      const line = lines[client]
      if (line === undefined) throw new RangeError('no line')
      const all: Answers[number][] = []
      for (const [index, wish] of attempts.entries()) {
        const headers = { cookie: `${cookie}=${token}`, 'idempotency-key': `race-${client}-${index}-${began}` }
        const { status, body } = await line.post('/api/v1/my/bookings', headers, JSON.stringify(wish))
        if (status < 300) all.push({ booking: made.parse(JSON.parse(body)).booking })
        else all.push({ refused: problem.parse(JSON.parse(body)).code })
      }
      return all
    }),
  )
  const ms = systemClock.monotonicMs() - began
  for (const line of lines) line.close()
  console.log(JSON.stringify({ ms, answers }))
}

void main()
