/** One card on one reader: number, technology, parameters; retried once, because a card is often read while it moves. */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReadCard } from '../reader-base.ts'
import { pcscCode } from './messages.ts'
import { type PcscCard, PcscError, type PcscSession } from './pcsc-port.ts'
import { type CardAnswer, GET_NUMBER, GET_PARAMETERS, readAnswer, technologyOf } from './read-answer.ts'

export const RETRY_AFTER_MS = 80
const PMM_HEX = 16

export type CardOutcome =
  | { readonly card: ReadCard }
  | { readonly failed: 'moved' | 'unsupported'; readonly detail: string }

/** Reads the card lying on `readerName`; `stillThere` is asked before the one retry. Throws only `PcscDown`. */
export async function readCard(
  session: PcscSession,
  readerName: string,
  atr: string,
  stillThere: () => boolean,
): Promise<CardOutcome> {
  const first = await attempt(session, readerName, atr)
  if ('card' in first || first.failed === 'unsupported') return first
  await wait(RETRY_AFTER_MS)
  return stillThere() ? attempt(session, readerName, atr) : first
}

async function attempt(session: PcscSession, readerName: string, knownAtr: string): Promise<CardOutcome> {
  try {
    const card = await session.connect(readerName)
    try {
      return await ask(card, card.atr === '' ? knownAtr : card.atr)
    } finally {
      await card.leave()
    }
  } catch (error) {
    if (!(error instanceof PcscError)) throw error
    const failed = error.code === pcscCode.unresponsiveCard ? 'unsupported' : 'moved'
    return { failed, detail: error.message }
  }
}

async function ask(card: PcscCard, atr: string): Promise<CardOutcome> {
  const answer: CardAnswer = readAnswer(await card.transmit(GET_NUMBER))
  if ('failed' in answer) return answer
  const technology = technologyOf(atr)
  const pmm = technology === 'F' ? await askParameters(card) : undefined
  return {
    card: { hex: answer.hex, technology, ...(atr === '' ? {} : { atr }), ...(pmm === undefined ? {} : { pmm }) },
  }
}

/** Tells telephones from plastic cards where the reader knows; the number counts without it. */
async function askParameters(card: PcscCard): Promise<string | undefined> {
  try {
    const answer = readAnswer(await card.transmit(GET_PARAMETERS))
    return 'hex' in answer && answer.hex.length === PMM_HEX ? answer.hex : undefined
  } catch (error) {
    if (error instanceof PcscError) return undefined
    throw error
  }
}
