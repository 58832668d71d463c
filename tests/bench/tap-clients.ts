/**
 * The other process of `tap.durable`: many kiosks, each with one tap in flight. Reads one JSON order from its command
 * line and prints one JSON answer.
 */
import { z } from 'zod'
import { systemClock } from '../../central-sync/protocol/time.ts'
import { BenchKiosk } from './bench-kiosk.ts'
import { tapping } from './tapping.ts'

const order = z.object({
  url: z.url(),
  codes: z.array(z.string()),
  cards: z.array(z.string()),
  warmUpMs: z.number(),
  measureMs: z.number(),
})

async function main(): Promise<void> {
  const { url, codes, cards, warmUpMs, measureMs } = order.parse(JSON.parse(process.argv[2] ?? ''))
  const kiosks: BenchKiosk[] = []
  for (const code of codes) kiosks.push(await BenchKiosk.connect(url, code))
  const tap = tapping(cards)
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
