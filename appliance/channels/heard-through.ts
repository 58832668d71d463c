/** Up to when this centre has heard everything its kiosks saw: silence of a worker means something only until then. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { DeviceId, SiteId } from '../../central-sync/protocol/identifier.ts'
import { type Instant, SECOND_MS } from '../../central-sync/protocol/time.ts'
import type { DeviceStates } from './device-states.ts'

/** A line that died without a word is noticed by the second ping at the latest. */
const LINE_PROOF_MS = 25 * SECOND_MS

/**
 * The oldest of all kiosks on duty: one that is connected and has emptied its spool since is heard up to now; one that is
 * away up to its last declaration. Without a kiosk nobody could tap: never.
 */
export async function heardThrough(rows: Rows, states: DeviceStates, site: SiteId, now: Instant): Promise<Instant> {
  const kiosks = await rows.all<{ device: DeviceId; complete_at: number | null }>(
    `SELECT d.device, c.complete_at FROM device d LEFT JOIN device_cursor c ON c.device = d.device
      WHERE d.site = ? AND d.kind = 'kiosk' AND d.retired_at IS NULL`,
    [site],
  )
  if (kiosks.length === 0) return Number.NEGATIVE_INFINITY
  return Math.min(
    ...kiosks.map(({ device, complete_at }) => {
      const { connected, caughtUp } = states.of(device)
      if (connected && caughtUp) return now - LINE_PROOF_MS
      return complete_at === null ? Number.NEGATIVE_INFINITY : Math.min(complete_at, now)
    }),
  )
}
