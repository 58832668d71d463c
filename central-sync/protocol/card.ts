/**
 * A card number is what a contactless card answers to GET DATA: bytes, written as upper-case hex of even length. It says
 * "who claims to be here" and nothing more: it can be read by any telephone and imitated, so it opens no door.
 *
 *   number = 4 to 10 bytes: ISO 14443-A UID 4, 7 or 10; FeliCa IDm 8; EM4100 5, or its lower 4; Wiegand-26 00 + 3
 *
 * The number lives in memory only. Journals hold its digest under a card key, people see its last two bytes.
 */
import { createHmac } from 'node:crypto'
import type { CardDigest } from './event/person.ts'
import { toBase64Url } from './hash.ts'
import { isRefusal, type Refusal, refuse } from './refusal.ts'

/** Canonical: upper-case hex, even length, `CARD_BYTES_MIN`..`CARD_BYTES_MAX` bytes. */
export type CardHex = string & { readonly kind: 'card' }

export const CARD_BYTES_MIN = 4
export const CARD_BYTES_MAX = 10
export const CARD_KEY_BYTES = 32

/** F FeliCa, A and B ISO 14443, EM a 125 kHz tag, ? the reader does not say. */
export type CardTechnology = 'F' | 'A' | 'B' | 'EM' | '?'

/** What is known besides the number. `pmm` = FeliCa's 8 manufacture parameter bytes as hex, when the reader gives them. */
export interface CardHints {
  readonly technology?: CardTechnology | undefined
  readonly pmm?: string | undefined
}

/** Usable as an identity, perhaps with a warning to say at enrolment, or the refusal. */
export type CardUse =
  | { readonly ok: true; readonly warning?: 'mobile' | undefined }
  | { readonly ok: false; readonly refusal: Refusal }

/** One card key of the network. Version 0 = the centre's own, ≥ 1 = the network's. */
export interface CardKey {
  readonly version: number
  readonly key: Uint8Array
}

export function isCardHex(value: unknown): value is CardHex {
  if (typeof value !== 'string' || !/^(?:[0-9A-F]{2})+$/.test(value)) return false
  return value.length >= CARD_BYTES_MIN * 2 && value.length <= CARD_BYTES_MAX * 2
}

/**
 * Reads a card number as people and files write it: full-width digits, lower case and the separators space, `:` and `-`
 * between bytes are accepted. An odd number of digits, another length or all zeros or all ones is `card_number_invalid`.
 */
export function parseCardHex(text: string): CardHex | Refusal {
  const hex = text.normalize('NFKC').trim().toUpperCase()
  const joined = /^[0-9A-F]{2}([ :-][0-9A-F]{2})+$/.test(hex) ? hex.replaceAll(/[ :-]/g, '') : hex
  if (!isCardHex(joined)) return refuse('card_number_invalid')
  // What readers send for "no card" or a failed read; a digest of it would make strangers one person.
  if (/^0+$/.test(joined) || /^F+$/.test(joined)) return refuse('card_number_invalid')
  return joined
}

/**
 * Whether a number stays with its card. Sources: NXP AN10927 (a 4-byte UID starting 08 is random), ISO 14443-3 B (a PUPI
 * may be random, no range is reserved), Android HostNfcF (02FE… is chosen by an app), JIS X 6319-4 (01FE… is random).
 * Random ids outside these ranges show only at enrolment, by two readings with removal between.
 */
export function classifyCard(hex: CardHex, hints: CardHints = {}): CardUse {
  const { technology = '?', pmm } = hints
  if (technology === 'B') return refused('card_random')
  if (hex.length === 8 && hex.startsWith('08') && technology !== 'EM') return refused('card_random')
  if (hex.length === 16 && hex.startsWith('01FE') && mayBeFeliCa(technology)) return refused('card_random')
  if (hex.length === 16 && hex.startsWith('02FE') && mayBeFeliCa(technology)) return refused('card_settable')
  return mayBeFeliCa(technology) && pmm !== undefined && isMobileFeliCa(pmm)
    ? { ok: true, warning: 'mobile' }
    : { ok: true }
}

/** `parseCardHex` and `classifyCard` in one: what `cards import` and the lines reader take, and what they refuse. */
export function readCardNumber(text: string, hints: CardHints = {}): CardHex | Refusal {
  const hex = parseCardHex(text)
  if (isRefusal(hex)) return hex
  const use = classifyCard(hex, hints)
  return use.ok ? hex : use.refusal
}

/** HMAC-SHA-256 over the ASCII of the canonical hex, base64url. */
export function cardDigest(hex: CardHex, { version, key }: CardKey): CardDigest {
  if (key.byteLength !== CARD_KEY_BYTES) throw new RangeError(`a card key has ${CARD_KEY_BYTES} bytes`)
  if (!isCardHex(hex)) throw new RangeError('not a canonical card number')
  return { k: version, h: toBase64Url(createHmac('sha256', key).update(hex, 'ascii').digest()) }
}

/** Last two bytes as hex: what support says aloud ("the card ending 9ABC"). */
export function cardTail(hex: CardHex): string {
  return hex.slice(-4)
}

/** How a card is written in a log or on a staff screen. */
export function maskCard(hex: string): string {
  return `…${hex.slice(-4)}`
}

function refused(code: 'card_random' | 'card_settable'): CardUse {
  return { ok: false, refusal: refuse(code) }
}

function mayBeFeliCa(technology: CardTechnology): boolean {
  return technology === 'F' || technology === '?'
}

/** IC type = second byte of PMm; 06, 07 and 10–1F are Mobile FeliCa chips (a changed phone has another number). */
function isMobileFeliCa(pmm: string): boolean {
  return /^..(?:0[67]|1[0-9A-F])/i.test(pmm)
}
