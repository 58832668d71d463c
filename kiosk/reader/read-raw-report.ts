/**
 * Card numbers in reports that are no keyboard's. Pure.
 *
 * Two families: a vendor's input report with the number at a fixed place, described by a table row; and the rf IDEAS
 * pcProx, asked by 8-byte feature reports (report id 0): command 8F answers the card's bits, least significant byte first
 * and parity already stripped, command 8E then answers their count in its first byte; 8F must come before 8E.
 * Source: the public description of the pcProx protocol by M. Farrell (micolous/pcprox, protocol.md).
 */
import type { ReportLayout } from './reader-settings.ts'
import { type Decoded, reverseBytes } from './wedge-decoder.ts'

export const PCPROX_REPORT_BYTES = 8
export const PCPROX_CARD_COMMAND = 0x8f
export const PCPROX_LENGTH_COMMAND = 0x8e

/** The number in one input report; undefined when the report says that no card lies there (length 0 or all zero). */
export function readRawReport(layout: ReportLayout, report: Uint8Array): Decoded | undefined {
  const length = layout.lengthByte === undefined ? layout.length : report[layout.lengthByte]
  if (length === undefined) return { garbled: 'the report has no length byte' }
  if (length === 0) return undefined
  const bytes = report.subarray(layout.offset, layout.offset + length)
  if (bytes.length < length) return { garbled: `the report ends before ${length} bytes` }
  if (bytes.every((byte) => byte === 0)) return undefined
  const hex = toHex(bytes)
  return { hex: layout.reverse ? reverseBytes(hex) : hex }
}

/** The eight bytes of a pcProx command behind report id 0. */
export function pcproxCommand(command: number): readonly number[] {
  return [0, command, ...Array<number>(PCPROX_REPORT_BYTES - 1).fill(0)]
}

/**
 * The card that a pcProx saw since it was asked last; undefined = none. 26-bit cards arrive as 24 bits (8-bit facility,
 * 16-bit number): canonical 00 + 3 bytes, as the wedge formats write them.
 */
export function readPcprox(card: Uint8Array, length: Uint8Array): Decoded | undefined {
  const bits = withoutZeroId(length)[0] ?? 0
  const answer = withoutZeroId(card)
  if (bits === 0 || answer.every((byte) => byte === 0)) return undefined
  const bytes = Math.ceil(bits / 8)
  if (bytes > answer.length) return { garbled: `${bits} bits do not fit the answer` }
  const hex = reverseBytes(toHex(answer.subarray(0, bytes)))
  return { hex: hex.padStart(8, '0') }
}

/** Some systems return the report id 0 before the eight bytes. */
function withoutZeroId(report: Uint8Array): Uint8Array {
  return report.length > PCPROX_REPORT_BYTES ? report.subarray(report.length - PCPROX_REPORT_BYTES) : report
}

function toHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join('')
}
