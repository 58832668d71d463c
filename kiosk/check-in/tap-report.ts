/** The lines of `kado kiosk run --json`: one when a tap is on the disk, one when the appliance has acknowledged it. */
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { type Instant, toJstIso } from '../../central-sync/protocol/time.ts'
import type { ShownResult } from './kiosk-event.ts'

export interface TapReport {
  readonly tap: EventId
  /** ISO 8601 with the Japanese offset: the time the tap counts by. */
  readonly at: string
  readonly state: 'kept' | 'acknowledged'
  readonly result: ShownResult | null
  readonly worker_code: string | null
}

export function tapReport(
  state: TapReport['state'],
  tap: { id: EventId; time: Instant; result: ShownResult | null; code: string | undefined },
): string {
  const report: TapReport = {
    tap: tap.id,
    at: toJstIso(tap.time),
    state,
    result: tap.result,
    worker_code: tap.code ?? null,
  }
  return JSON.stringify(report)
}
