/** The other process of `tap.latency`: one kiosk, one tap after the other. Prints the milliseconds of each as JSON. */
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { BenchKiosk, benchIdentity } from './bench-kiosk.ts'
import { tapping } from './tapping.ts'

const order = z.object({
  url: z.url(),
  kiosk: benchIdentity,
  cards: z.array(z.string()),
  warmUp: z.number().int(),
  samples: z.number().int(),
})

async function main(): Promise<void> {
  const { url, kiosk: identity, cards, warmUp, samples } = order.parse(JSON.parse(await text(process.stdin)))
  const kiosk = await BenchKiosk.connect(url, identity)
  const tap = tapping(cards, identity.cardKey)
  const times: number[] = []
  for (let n = 0; n < warmUp + samples; n += 1) {
    const began = systemClock.monotonicMs()
    await tap(kiosk)
    times.push(systemClock.monotonicMs() - began)
  }
  kiosk.close()
  console.log(JSON.stringify(times.slice(warmUp)))
}

void main()
