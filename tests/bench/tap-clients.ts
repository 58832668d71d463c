/**
 * The other process of `tap.durable`: many kiosks, each with one tap in flight. Reads one JSON order from standard
 * input and prints one JSON answer.
 */
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { BenchKiosk, benchIdentity } from './bench-kiosk.ts'
import { tapping } from './tapping.ts'

const order = z.object({
  url: z.url(),
  kiosks: z.array(benchIdentity),
  cards: z.array(z.string()),
  warmUpMs: z.number(),
  measureMs: z.number(),
})

async function main(): Promise<void> {
  const { url, kiosks: identities, cards, warmUpMs, measureMs } = order.parse(JSON.parse(await text(process.stdin)))
  const kiosks: BenchKiosk[] = []
  for (const identity of identities) kiosks.push(await BenchKiosk.connect(url, identity))
  const [first] = identities
  if (first === undefined) throw new Error('no kiosk')
  const tap = tapping(cards, first.cardKey)
  await everyKiosk(kiosks, tap, warmUpMs)
  const { taps, ms } = await everyKiosk(kiosks, tap, measureMs)
  for (const kiosk of kiosks) kiosk.close()
  console.log(JSON.stringify({ taps, ms }))
}

async function everyKiosk(
  kiosks: readonly BenchKiosk[],
  tap: (kiosk: BenchKiosk) => Promise<void>,
  ms: number,
): Promise<{ taps: number; ms: number }> {
  const began = systemClock.monotonicMs()
  const until = began + ms
  let taps = 0
  const work = async (kiosk: BenchKiosk) => {
    while (systemClock.monotonicMs() < until) {
      await tap(kiosk)
      taps += 1
    }
  }
  await Promise.all(kiosks.map(work))
  return { taps, ms: systemClock.monotonicMs() - began }
}

void main()
