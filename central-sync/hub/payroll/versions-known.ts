/** Which rate versions count for a closed month. Pure. */
import type { PackageId, RateId } from '../../protocol/identifier.ts'
import type { RateVersion } from '../../rules/compute-lines.ts'
import type { RateVersion as StoredRate } from '../work/package-board.ts'

/**
 * A price that was set at or after position `limit` does not reach back: it only serves days for which there was no
 * price at all then, so that late time can be paid. Of two versions from one day the later written one counts.
 * `rates` by package, day and position.
 */
export function versionsKnown(rates: readonly StoredRate[], limit: number): RateVersion[] {
  const firstDay = new Map<string, string>()
  for (const { package: work, from, pos } of rates) {
    if (pos < limit && !firstDay.has(work)) firstDay.set(work, from)
  }
  const byDay = new Map<string, RateVersion>()
  for (const { rate, package: work, from, milliYenPerHour, pos } of rates) {
    const first = firstDay.get(work)
    if (pos >= limit && first !== undefined && from >= first) continue
    byDay.set(`${work} ${from}`, { rate: rate as RateId, package: work as PackageId, milliYenPerHour, from })
  }
  return [...byDay.values()]
}
