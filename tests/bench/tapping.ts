/** Who taps next in the bench: worker after worker, IN and OUT in turns, each twice as far apart as the debounce. */
import type { BenchKiosk } from './bench-kiosk.ts'

const FIRST_BACK_MS = 7_200_000
const APART_MS = 240_000

export function tapping(cards: readonly string[]): (kiosk: BenchKiosk) => Promise<void> {
  let count = 0
  return (kiosk) => {
    const round = Math.floor(count / cards.length)
    const card = cards[count % cards.length] ?? ''
    count += 1
    return kiosk.tap(card, round % 2 === 0 ? 'in' : 'out', FIRST_BACK_MS - round * APART_MS)
  }
}
