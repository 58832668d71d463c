/** What a contactless card's ATR and its answer to GET DATA mean. Pure. Source: PC/SC Workgroup part 3, §3.1.3.2.3. */
import type { CardTechnology } from '../../../central-sync/protocol/card.ts'

/** GET DATA: UID, PUPI, IDm. */
export const GET_NUMBER: Uint8Array = Uint8Array.of(0xff, 0xca, 0x00, 0x00, 0x00)
/** GET DATA, second form: FeliCa readers answer the manufacture parameters (PMm), 8 bytes. */
export const GET_PARAMETERS: Uint8Array = Uint8Array.of(0xff, 0xca, 0x01, 0x00, 0x00)

export type CardAnswer =
  | { readonly hex: string }
  /** moved: try again; unsupported: this card gives no number. */
  | { readonly failed: 'moved' | 'unsupported'; readonly detail: string }

/** Reads response data with its status word. A card that leaves in the middle gives 6300, or nothing at all. */
export function readAnswer(response: Uint8Array): CardAnswer {
  const bytes = Buffer.from(response)
  if (bytes.length < 2) return { failed: 'moved', detail: 'empty answer' }
  const status = bytes.readUInt16BE(bytes.length - 2)
  const data = bytes.subarray(0, -2)
  if (status === 0x9000 && data.length > 0) return { hex: data.toString('hex').toUpperCase() }
  const detail = `status ${status.toString(16).toUpperCase().padStart(4, '0')}`
  return isUnsupported(status) ? { failed: 'unsupported', detail } : { failed: 'moved', detail }
}

/** 6A81 function not supported; 6D00, 6E00 instruction or class unknown; 9000 without data says nothing either. */
function isUnsupported(status: number): boolean {
  return [0x6a81, 0x6a82, 0x6d00, 0x6e00, 0x9000].includes(status)
}

const STORAGE_CARD = /^3B8F8001804F0CA000000306(..)(....)/
const FELICA_NAME = '003B'

/**
 * Technology by ATR. Storage cards carry it (SS 03 = 14443 A, 05–07 = 14443 B, 11 = FeliCa). A processor card of type B is
 * told from one of type A by the seven protocol bytes of its ATQB among exactly eight historical bytes.
 */
export function technologyOf(atr: string): CardTechnology {
  const storage = STORAGE_CARD.exec(atr)
  if (storage !== null) return technologyOfStorage(storage[1] ?? '', storage[2] ?? '')
  if (/^3B8.8001/.test(atr)) return isTypeBProcessor(atr) ? 'B' : 'A'
  return '?'
}

function technologyOfStorage(standard: string, name: string): CardTechnology {
  if (standard === '11' || name === FELICA_NAME) return 'F'
  if (standard === '03') return 'A'
  return ['05', '06', '07'].includes(standard) ? 'B' : '?'
}

/** ATQB: 4 bytes application data, then rates, [frame size | protocol 1], [times]; then the MBLI in the upper nibble. */
function isTypeBProcessor(atr: string): boolean {
  const historical = /^3B888001(.{16})..$/.exec(atr)?.[1]
  return historical !== undefined && historical[11] === '1' && historical[15] === '0'
}
