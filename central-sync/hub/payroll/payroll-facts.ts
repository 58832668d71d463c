/** Gathers what a month is computed from. Reads projections only; the same inside a transaction and for a preview. */
import type { Rows } from '../../journal/port.ts'
import type { EventId, PackageId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import {
  type BusinessDay,
  firstDayOf,
  type Instant,
  lastDayOf,
  type Month,
  monthOf,
  nextMonth,
} from '../../protocol/time.ts'
import type { PaidLine } from '../../rules/compute-adjustments.ts'
import type { ApprovedTime, RateVersion } from '../../rules/compute-lines.ts'
import { allRates } from '../work/package-board.ts'
import type { PayrollFacts, PayrollWorker } from './compute-statements.ts'
import { versionsKnown } from './versions-known.ts'

/**
 * Approvals that are good today: given by the worker's home centre, not withdrawn, and the folded session still has the
 * same edges and seconds and may be paid. Evidence may reach the hub after a close although the centre had it before it
 * heard of the close: then only the hub sees it as late, and the home centre's approval of these very edges is the
 * person's decision that lateness asks for.
 */
export const GOOD_APPROVALS = `FROM approval a
  JOIN worker w ON w.worker = a.worker
  JOIN entry e ON e.pos = a.pos
  JOIN stream t ON t.stream = e.stream AND t.site = w.home
  JOIN session s ON s.worker = a.worker AND s.day = a.day AND s.session = a.session
   AND s.started_at = a.started_at AND s.ended_at = a.ended_at AND s.seconds = a.seconds AND (s.status = 'payable' OR s.flags = 'late_evidence')
  WHERE a.withdrawn = 0`

interface ApprovalRow {
  readonly id: EventId
  readonly worker: WorkerId
  readonly day: BusinessDay
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly seconds: number
  readonly package: PackageId
  readonly place: string
}

interface PaidRow extends Omit<PaidLine, 'cites'> {
  readonly worker: WorkerId
  readonly month: Month
  readonly adjusts: Month | null
  readonly cites: string
}

export async function gatherPayroll(rows: Rows, month: Month): Promise<PayrollFacts> {
  const approved = await rows.all<ApprovalRow>(
    `SELECT a.id AS id, a.worker AS worker, a.day AS day, a.started_at AS "startedAt", a.ended_at AS "endedAt",
       a.seconds AS seconds, a.package AS package, s.place AS place ${GOOD_APPROVALS} AND a.day <= ?`,
    [lastDayOf(month)],
  )
  const paid = await rows.all<PaidRow>(
    `SELECT s.worker AS worker, s.month AS month, l.adjusts AS adjusts, l.package AS package, l.rate AS rate,
       l.milliyen_per_hour AS "milliYenPerHour", l.place AS place, l.seconds AS seconds, l.minutes AS minutes,
       l.yen AS yen, l.cites AS cites
     FROM statement_line l JOIN statement s ON s.statement = l.statement ORDER BY l.statement, l.line`,
  )
  const titles = await rows.all<{ package: string; title: string }>('SELECT package, title FROM package')
  const title = new Map(titles.map((row) => [row.package, row.title]))
  return {
    month,
    workers: await workersOf(rows, approved, paid),
    ratesOf: await ratesByMonth(rows),
    titleOf: (work) => title.get(work) ?? '',
  }
}

async function workersOf(
  rows: Rows,
  approved: readonly ApprovalRow[],
  paid: readonly PaidRow[],
): Promise<PayrollWorker[]> {
  const people = await rows.all<{ worker: WorkerId; code: string; site: SiteId; siteCode: string | null }>(
    `SELECT w.worker AS worker, w.code AS code, w.home AS site, c.code AS "siteCode"
     FROM worker w LEFT JOIN centre c ON c.site = w.home`,
  )
  const approvals = groupBy(approved, ({ worker }) => worker)
  const lines = groupBy(paid, ({ worker }) => worker)
  return people
    .filter(({ worker }) => approvals.has(worker) || lines.has(worker))
    .map(({ worker, code, site, siteCode }) => ({
      worker,
      code,
      site,
      siteCode: siteCode ?? '',
      approved: groupBy<ApprovedTime & { day: BusinessDay }, Month>(approvals.get(worker) ?? [], ({ day }) =>
        monthOf(day),
      ),
      paid: groupBy(
        (lines.get(worker) ?? []).map((line) => ({ ...line, cites: JSON.parse(line.cites) as EventId[] })),
        ({ month, adjusts }) => adjusts ?? month,
      ),
    }))
}

/** A month that was never closed itself, because nothing was known of it, counts as closed with the next one. */
async function ratesByMonth(rows: Rows): Promise<(month: Month) => readonly RateVersion[]> {
  const rates = await allRates(rows)
  const closed = await rows.all<{ month: Month; pos: number }>('SELECT month, pos FROM closed_month ORDER BY month')
  const found = new Map<number, readonly RateVersion[]>()
  return (month) => {
    const limit = closed.find((one) => one.month >= month)?.pos ?? Number.MAX_SAFE_INTEGER
    const versions = found.get(limit) ?? versionsKnown(rates, limit)
    found.set(limit, versions)
    return versions
  }
}

export interface MonthsOfPay {
  readonly closed: readonly Month[]
  /** Months with good approvals that no closed month reaches. */
  readonly open: readonly Month[]
}

export async function monthsOfPay(rows: Rows): Promise<MonthsOfPay> {
  const closed = (await rows.all<{ month: Month }>('SELECT month FROM payroll_month ORDER BY month')).map(
    ({ month }) => month,
  )
  const last = closed.at(-1)
  const from = last === undefined ? '' : firstDayOf(nextMonth(last))
  const days = await rows.all<{ month: Month }>(
    `SELECT DISTINCT substr(a.day, 1, 7) AS month ${GOOD_APPROVALS} AND a.day >= ? ORDER BY month`,
    [from],
  )
  return { closed, open: days.map(({ month }) => month) }
}

function groupBy<T, K>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
