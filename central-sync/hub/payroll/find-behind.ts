/** Who has not said yet that everything of a month is here. Pure. */
import type { BusinessDay, Instant } from '../../protocol/time.ts'
import { businessDayOf } from '../../protocol/time.ts'

export interface CentreOnDuty {
  readonly site: string
  readonly code: string
  readonly name: string
  readonly admittedAt: Instant
  /** Newest business day the centre declared, for whatever devices; undefined when it never did. */
  readonly declared: BusinessDay | undefined
}

export interface DeviceOnDuty {
  readonly device: string
  readonly site: string
  readonly label: string
  readonly kind: string
  readonly enrolledAt: Instant
  readonly retiredAt: Instant | undefined
  /** Newest business day this device itself was heard complete for. */
  readonly complete: BusinessDay | undefined
}

export interface Behind {
  readonly site: string
  readonly code: string
  readonly name: string
  /** Absent when the centre as a whole has not reported. */
  readonly device?: { readonly device: string; readonly label: string } | undefined
  /** Newest day that is complete. */
  readonly upTo: BusinessDay | undefined
}

/**
 * A centre owes the watermark of `lastDay`; so does each of its kiosks and agents that was enrolled by then and is not
 * retired. A device heard complete on a later day has delivered everything before it, because its counter is one line.
 */
export function findBehind(
  centres: readonly CentreOnDuty[],
  devices: readonly DeviceOnDuty[],
  lastDay: BusinessDay,
): Behind[] {
  const due = centres.filter((centre) => businessDayOf(centre.admittedAt) <= lastDay || centre.declared !== undefined)
  return due.sort((a, b) => compareText(a.code, b.code)).flatMap((centre) => behindAt(centre, devices, lastDay))
}

function behindAt(centre: CentreOnDuty, devices: readonly DeviceOnDuty[], lastDay: BusinessDay): Behind[] {
  const { site, code, name, declared } = centre
  if (declared === undefined || declared < lastDay) return [{ site, code, name, upTo: declared }]
  return devices
    .filter((device) => device.site === site && owes(device, lastDay))
    .filter(({ complete }) => complete === undefined || complete < lastDay)
    .sort((a, b) => compareText(a.label, b.label) || compareText(a.device, b.device))
    .map(({ device, label, complete }) => ({ site, code, name, device: { device, label }, upTo: complete }))
}

function owes(device: DeviceOnDuty, lastDay: BusinessDay): boolean {
  if (device.kind === 'import' || device.retiredAt !== undefined) return false
  return businessDayOf(device.enrolledAt) <= lastDay
}

/** `SHI 塩尻` or `SHI 受付リーダー1 (2026-10-29)`: what a person reads in the refusal. */
export function behindSentence({ code, name, device, upTo }: Behind): string {
  return `${code} ${device?.label ?? name} (${upTo ?? '–'})`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
