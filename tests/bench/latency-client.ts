/** The other process of `tap.latency`: one kiosk, one tap after the other. Prints the milliseconds of each as JSON. */
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { BenchKiosk } from './bench-kiosk.ts'
import { tapping } from './tapping.ts'

const order = z.object({
  url: z.url(),
  code: z.string(),
  cards: z.array(z.string()),
  warmUp: z.number().int(),
  samples: z.number().int(),
})

async function main(): Promise<void> {
  const { url, code, cards, warmUp, samples } = order.parse(JSON.parse(process.argv[2] ?? ''))
  const kiosk = await BenchKiosk.connect(url, code)
  const tap = tapping(cards)
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
