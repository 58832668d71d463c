/**
 * The text a wedge reader types ⇄ the canonical card number. Pure, and BigInt throughout: eight bytes as a decimal do not
 * fit a double. Every format is written and read here, so that the set-up check can try them all.
 */
import { CARD_BYTES_MAX, CARD_BYTES_MIN } from '../../central-sync/protocol/card.ts'
import type { WedgeFormat, WedgeProfile } from './wedge-profile.ts'

export type Decoded = { readonly hex: string } | { readonly garbled: string }

/** Digits of the greatest number of so many bytes: 4 → 10, 5 → 13, 7 → 17, 8 → 20, 10 → 25. */
export function decimalDigits(bytes: number): number {
  return (2n ** BigInt(bytes * 8) - 1n).toString().length
}

interface Format {
  /** Undefined when the text is not of this format; `garbled` names why it almost is. */
  read(body: string, bytes: number | undefined, zerosDropped: boolean): Decoded
  /** Undefined when this number cannot be written so. */
  write(hex: string): string | undefined
}

const hex: Format = {
  read(body, bytes, zerosDropped) {
    if (!/^[0-9A-F]+$/.test(body)) return { garbled: 'not hex digits' }
    const digits = bytes === undefined ? body.length : bytes * 2
    if (body.length > digits) return { garbled: `more than ${digits} hex digits` }
    if (body.length < digits && !zerosDropped) return { garbled: `fewer than ${digits} hex digits` }
    return checkLength(body.padStart(digits, '0'))
  },
  write: (number) => number,
}

const decimal: Format = {
  read(body, bytes, zerosDropped) {
    if (!/^\d+$/.test(body)) return { garbled: 'not decimal digits' }
    const width = bytes ?? bytesOfDigits(body.length)
    if (width === undefined) return { garbled: `${body.length} decimal digits fit no card; set the number of bytes` }
    const digits = decimalDigits(width)
    if (body.length > digits) return { garbled: `more than ${digits} decimal digits` }
    if (body.length < digits && !zerosDropped) return { garbled: `fewer than ${digits} decimal digits` }
    const number = BigInt(body).toString(16).toUpperCase()
    return number.length > width * 2
      ? { garbled: `more than ${width} bytes` }
      : checkLength(number.padStart(width * 2, '0'))
  },
  write: (number) =>
    BigInt(`0x${number}`)
      .toString()
      .padStart(decimalDigits(number.length / 2), '0'),
}

/** `FFF,CCCCC`: the lower 24 bits of an EM4100 tag as printed on it, `080,38104`; canonical 00 + 3 bytes. */
const em4100Comma: Format = {
  read(body) {
    const match = /^(\d{1,3}),(\d{1,5})$/.exec(body)
    return match === null ? { garbled: 'not FFF,CCCCC' } : facilityAndNumber(match[1] ?? '', match[2] ?? '')
  },
  write(number) {
    const parts = splitFacility(number)
    return parts && `${parts.facility},${parts.number}`
  },
}

/** Wiegand-26 as eight digits: facility (8 bit) and number (16 bit), the two parity bits already dropped. */
const wiegand26: Format = {
  read(body, _bytes, zerosDropped) {
    if (!/^\d{1,8}$/.test(body)) return { garbled: 'not eight decimal digits' }
    if (body.length < 8 && !zerosDropped) return { garbled: 'fewer than 8 decimal digits' }
    const digits = body.padStart(8, '0')
    return facilityAndNumber(digits.slice(0, 3), digits.slice(3))
  },
  write(number) {
    const parts = splitFacility(number)
    return parts && `${parts.facility}${parts.number}`
  },
}

const FORMATS: Readonly<Record<WedgeFormat, Format>> = {
  hex,
  'hex-reversed': reversed(hex),
  decimal,
  'decimal-reversed': reversed(decimal),
  'em4100-comma': em4100Comma,
  wiegand26,
}

/** Reads what the reader typed, without its terminator. Full-width characters (an IME was on) count as the plain ones. */
export function decodeWedge(profile: WedgeProfile, typed: string): Decoded {
  const text = typed.normalize('NFKC').trim().toUpperCase()
  const prefix = profile.prefix.toUpperCase()
  const suffix = profile.suffix.toUpperCase()
  if (!text.startsWith(prefix)) return { garbled: `does not begin with "${prefix}"` }
  if (!text.endsWith(suffix)) return { garbled: `does not end with "${suffix}"` }
  if (text.length <= prefix.length + suffix.length) return { garbled: 'nothing between prefix and suffix' }
  const body = text.slice(prefix.length, text.length - suffix.length)
  return FORMATS[profile.format].read(body, profile.bytes, profile.zerosDropped)
}

/** What a reader of this profile types for a card; undefined when the format cannot carry that number. */
export function encodeWedge(profile: WedgeProfile, number: string): string | undefined {
  const body = FORMATS[profile.format].write(number)
  if (body === undefined) return undefined
  const written = profile.zerosDropped ? body.replace(/^0+(?=[0-9A-F])/, '') : body
  return `${profile.prefix}${written}${profile.suffix}`
}

export function reverseBytes(number: string): string {
  return (number.match(/../g) ?? []).reverse().join('')
}

function reversed(format: Format): Format {
  return {
    read(body, bytes, zerosDropped) {
      const decoded = format.read(body, bytes, zerosDropped)
      return 'hex' in decoded ? { hex: reverseBytes(decoded.hex) } : decoded
    },
    write: (number) => format.write(reverseBytes(number)),
  }
}

function checkLength(number: string): Decoded {
  if (number.length % 2 !== 0) return { garbled: 'an odd number of hex digits' }
  const bytes = number.length / 2
  return bytes < CARD_BYTES_MIN || bytes > CARD_BYTES_MAX ? { garbled: `${bytes} bytes fit no card` } : { hex: number }
}

function bytesOfDigits(digits: number): number | undefined {
  return [4, 5, 7, 8, 10].find((bytes) => decimalDigits(bytes) === digits)
}

function facilityAndNumber(facility: string, number: string): Decoded {
  if (Number(facility) > 0xff || Number(number) > 0xffff) return { garbled: 'facility or number out of range' }
  const value = Number(facility) * 0x1_0000 + Number(number)
  return { hex: value.toString(16).toUpperCase().padStart(8, '0') }
}

function splitFacility(number: string): { facility: string; number: string } | undefined {
  if (!/^00[0-9A-F]{6}$/.test(number)) return undefined
  const value = Number.parseInt(number, 16)
  return { facility: String(value >> 16).padStart(3, '0'), number: String(value & 0xffff).padStart(5, '0') }
}
