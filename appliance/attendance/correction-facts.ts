/** What the rules about corrections look at: the day as it is now, and whether its month is closed. */
import type { Rows } from '../../central-sync/journal/port.ts'
import { foldOf } from '../../central-sync/journal/projections/evidence-read.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type BusinessDay, type Instant, monthOf } from '../../central-sync/protocol/time.ts'
import type { CorrectionFacts } from '../../central-sync/rules/decide-correction.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'

export async function correctionFacts(
  rows: Rows,
  worker: WorkerId,
  day: BusinessDay,
  now: Instant,
  policy: AttendancePolicy,
): Promise<CorrectionFacts> {
  const closed = await rows.one('SELECT 1 AS one FROM closed_month WHERE month = ?', [monthOf(day)])
  return { fold: await foldOf(rows, worker, day, policy), now, monthClosed: closed !== undefined, policy }
}
