/** Who taps next in the bench: worker after worker, IN and OUT in turns, each twice just further apart than the debounce. */

import { type CardHex, cardDigest } from '../../central-sync/protocol/card.ts'
import { fromBase64Url } from '../../central-sync/protocol/hash.ts'
import type { BenchIdentity, BenchKiosk } from './bench-kiosk.ts'

/** With `APART_MS` enough for ninety rounds before a tap would lie in the future. */
const FIRST_BACK_MS = 3 * 3_600_000
const APART_MS = 121_000

/** The digests are made here, once: they are the reader's work and no part of what is measured. */
export function tapping(cards: readonly string[], { version, key }: BenchIdentity['cardKey']) {
  const digests = cards.map((card) => cardDigest(card as CardHex, { version, key: fromBase64Url(key) }))
  let count = 0
  return (kiosk: BenchKiosk): Promise<void> => {
    const round = Math.floor(count / digests.length)
    const digest = digests[count % digests.length]
    if (digest === undefined) throw new Error('nobody to tap')
    count += 1
    return kiosk.tap(digest, round % 2 === 0 ? 'in' : 'out', FIRST_BACK_MS - round * APART_MS)
  }
}
