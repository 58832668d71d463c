/** An introduction is for as long as she comes: 90 days after she was last heard of at a centre, that centre forgets her. */
import type { Journal } from '../../journal/port.ts'
import { introductionLapsed } from '../../protocol/event/person.ts'
import type { SiteId, WorkerId } from '../../protocol/identifier.ts'
import { DAY_MS, type Instant } from '../../protocol/time.ts'

export const INTRODUCED_MS = 90 * DAY_MS
const BATCH = 500

/** Writes down who is to be forgotten where; routing sends it there in its turn. Returns how many. */
export async function lapseDue(journal: Journal, now: Instant): Promise<number> {
  const before = now - INTRODUCED_MS
  const due = await journal.read.one('SELECT 1 AS due FROM route_acquaintance WHERE seen_at <= ? LIMIT 1', [before])
  if (due === undefined) return 0
  return journal.write('lapse', async (tx) => {
    // Acquaintances of before this was kept count from now on.
    await tx.run('UPDATE route_acquaintance SET seen_at = ? WHERE seen_at = 0', [now])
    const lapsed = await tx.all<{ worker: WorkerId; site: SiteId }>(
      `SELECT worker, site FROM route_acquaintance WHERE seen_at <= ? ORDER BY worker, site LIMIT ${BATCH}`,
      [before],
    )
    tx.append(lapsed.map((data) => ({ event: introductionLapsed, data, subject: data.worker, by: 'system' })))
    return lapsed.length
  })
}
