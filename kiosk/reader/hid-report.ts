/**
 * Boot keyboard reports → key presses. USB HID 1.11 appendix B.1: eight bytes [modifiers, reserved, k1 … k6]; k are usages
 * of page 07 (HID Usage Tables §10). A key is pressed when it is new against the report before, so a rollover types each
 * key once, and the same digit twice needs a release between. Usages 01–03 are error states of the whole report: ignored.
 * A device with several collections puts its report id before the eight bytes.
 */
import type { Stroke } from './key-codes.ts'

export const BOOT_REPORT_BYTES = 8
const LEFT_SHIFT = 0x02
const RIGHT_SHIFT = 0x20
const USAGE_ERROR_MAX = 0x03

export interface KeysDown {
  readonly usages: readonly number[]
}

export const noKeysDown: KeysDown = Object.freeze({ usages: [] })

export interface ReportStep {
  readonly state: KeysDown
  /** In the order of the report's slots. */
  readonly pressed: readonly Stroke[]
  /** Set when the report was not a keyboard's; nothing changed. */
  readonly discarded?: 'malformed' | undefined
}

/** Reads one input report. `reportId` as in the reader's settings; nine bytes without one are taken as id + report. */
export function readReport(state: KeysDown, report: Uint8Array, at: number, reportId?: number): ReportStep {
  const body = withoutReportId(report, reportId)
  if (body === undefined) return { state, pressed: [], discarded: 'malformed' }
  const [modifiers = 0, , ...slots] = body
  const keys = slots.filter((usage) => usage !== 0)
  if (keys.some((usage) => usage <= USAGE_ERROR_MAX)) return { state, pressed: [] }
  const shift = (modifiers & (LEFT_SHIFT | RIGHT_SHIFT)) !== 0
  const pressed = keys
    .filter((usage, index) => !state.usages.includes(usage) && keys.indexOf(usage) === index)
    .map((usage) => ({ code: codeOfUsage(usage), shift, at }))
  return { state: { usages: keys }, pressed }
}

function withoutReportId(report: Uint8Array, reportId: number | undefined): Uint8Array | undefined {
  if (reportId !== undefined && report[0] !== reportId) return undefined
  if (report.length === BOOT_REPORT_BYTES && reportId === undefined) return report
  return report.length === BOOT_REPORT_BYTES + 1 ? report.subarray(1) : undefined
}

/** The `KeyboardEvent.code` of a usage of page 07; `Usage35` for one that no card reader should send. */
export function codeOfUsage(usage: number): string {
  if (usage >= 0x04 && usage <= 0x1d) return `Key${String.fromCharCode(0x41 + usage - 0x04)}`
  if (usage >= 0x1e && usage <= 0x26) return `Digit${usage - 0x1d}`
  if (usage >= 0x59 && usage <= 0x61) return `Numpad${usage - 0x58}`
  return OTHER_USAGES.get(usage) ?? `Usage${usage.toString(16).toUpperCase().padStart(2, '0')}`
}

const OTHER_USAGES: ReadonlyMap<number, string> = new Map([
  [0x27, 'Digit0'],
  [0x28, 'Enter'],
  [0x2b, 'Tab'],
  [0x2c, 'Space'],
  [0x2d, 'Minus'],
  [0x2e, 'Equal'],
  [0x33, 'Semicolon'],
  [0x36, 'Comma'],
  [0x37, 'Period'],
  [0x38, 'Slash'],
  [0x39, 'CapsLock'],
  [0x53, 'NumLock'],
  [0x54, 'NumpadDivide'],
  [0x55, 'NumpadMultiply'],
  [0x56, 'NumpadSubtract'],
  [0x57, 'NumpadAdd'],
  [0x58, 'NumpadEnter'],
  [0x62, 'Numpad0'],
  [0x63, 'NumpadDecimal'],
])
