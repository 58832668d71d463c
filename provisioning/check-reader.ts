/**
 * `kado kiosk check-reader`: which settings a reader needs that types like a keyboard. The same card is touched on a
 * reader that is already right (its number is given) and on the new one, which types into this terminal.
 */
import { createInterface } from 'node:readline'
import { parseCardHex } from '../central-sync/protocol/card.ts'
import { checkSetUp } from '../kiosk/reader/set-up-check.ts'
import { DONE, type ExitCode, orThrow, REFUSED } from './outcome.ts'
import type { Voice } from './voice.ts'

const PROBLEMS = {
  'no-format': 'どの形式にも合いません / fits no format',
  ambiguous: '二つの形式に合います。別のカードでためしてください / fits two formats: try another card',
} as const

/** Prints the reader's entry for `readers` in settings.json. */
export async function checkReader(cards: readonly string[], voice: Voice): Promise<ExitCode> {
  const references = cards.map((card) => orThrow(parseCardHex(card)))
  voice.note('新しいリーダーに、同じカードを同じ順にかざしてください / touch the same cards, in the same order')
  const typed = await readLines(references.length)
  const pairs = references.map((reference, index) => ({ reference, typed: typed[index] ?? '' }))
  const answer = checkSetUp(pairs)
  if ('problem' in answer) {
    voice.note(`${PROBLEMS[answer.problem]} [${answer.problem}]`)
    return REFUSED
  }
  await voice.write(`${JSON.stringify({ kind: 'hid-wedge', profile: answer.profile })}\n`)
  return DONE
}

async function readLines(count: number): Promise<string[]> {
  const lines: string[] = []
  for await (const line of createInterface({ input: process.stdin })) {
    lines.push(line)
    if (lines.length >= count) break
  }
  return lines
}
