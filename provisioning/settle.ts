/** Waits until a centre and its hub know the same. For commands whose answer is true only then. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Appliance } from '../appliance/appliance.ts'
import type { Hub } from '../central-sync/hub/hub.ts'
import { Refused, refuse } from '../central-sync/protocol/refusal.ts'
import { systemClock } from '../central-sync/protocol/time.ts'

const SETTLE_MS_MAX = 60_000
const STEP_MS = 25

/** Throws `Refused('unreachable')` with the reason the synchronisation gives when they do not agree in time. */
export async function settle(centre: Appliance, hub: Hub): Promise<void> {
  const deadline = systemClock.monotonicMs() + SETTLE_MS_MAX
  // Twice in a row: what came down may have made the centre answer.
  for (let quiet = 0; quiet < 2; ) {
    quiet = (await isSettled(centre, hub)) ? quiet + 1 : 0
    if (quiet > 0) continue
    if (systemClock.monotonicMs() > deadline) {
      const { code, lastError } = await centre.syncStatus()
      throw new Refused(refuse('unreachable', code ?? lastError ?? undefined))
    }
    centre.syncNow()
    await wait(STEP_MS)
  }
}

/** Everything the centre wrote is at the hub and projected; everything for the centre is at the centre. */
async function isSettled(centre: Appliance, hub: Hub): Promise<boolean> {
  const { waiting } = await centre.syncStatus()
  if (waiting > 0) return false
  await hub.caughtUp()
  const { waiting: since, downSeq } = await centre.syncStatus()
  return since === 0 && downSeq >= (await hub.downHead(centre.site))
}
