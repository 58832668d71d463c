/**
 * Where a raw card number ends: it becomes digests under at most two card keys (the network's new one and the one before)
 * and its last two bytes, and goes no further.
 */
import { type CardHex, type CardKey, cardDigest, cardTail } from '../../central-sync/protocol/card.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { CardTouch } from './card-reader.ts'

export const CARD_KEYS_MAX = 2

/** What the rest of the house may know of a card. */
export interface CardReading {
  readonly digests: readonly CardDigest[]
  /** Last two bytes as hex, for support. */
  readonly tail: string
}

/** A touch without its number. */
export type NamelessTouch = Omit<CardTouch, 'hex'> & CardReading

/** Digests of one number, newest key first. More than two keys, or none, is a mistake of the caller. */
export function readNumber(hex: CardHex, keys: readonly CardKey[]): CardReading {
  if (keys.length === 0 || keys.length > CARD_KEYS_MAX) throw new RangeError(`one or two card keys, not ${keys.length}`)
  const newestFirst = [...keys].sort((a, b) => b.version - a.version)
  return { digests: newestFirst.map((key) => cardDigest(hex, key)), tail: cardTail(hex) }
}

/** The touch as it leaves the reader's room. */
export function readTouch(touch: CardTouch, keys: readonly CardKey[]): NamelessTouch {
  const { hex, ...rest } = touch
  return { ...rest, ...readNumber(hex, keys) }
}
