/** Month totals per centre and package, from statements as issued. */
import type { Rows } from '../../journal/port.ts'
import type { Month } from '../../protocol/time.ts'

export interface MonthTotal {
  readonly site: string
  readonly siteCode: string
  readonly siteName: string
  readonly package: string
  readonly packageTitle: string
  readonly statements: number
  readonly minutes: number
  /** Ordinary lines and adjustments together. */
  readonly yen: number
  readonly adjustments: number
}

export function monthTotals(rows: Rows, month: Month): Promise<MonthTotal[]> {
  return rows.all<MonthTotal>(
    `SELECT s.site AS site, coalesce(c.code, '') AS "siteCode", coalesce(c.name, '') AS "siteName",
       l.package AS package, max(l.package_title) AS "packageTitle", count(DISTINCT s.statement) AS statements,
       CAST(sum(l.minutes) AS BIGINT) AS minutes, CAST(sum(l.yen) AS BIGINT) AS yen,
       CAST(sum(CASE WHEN l.adjusts IS NULL THEN 0 ELSE l.yen END) AS BIGINT) AS adjustments
     FROM statement_line l JOIN statement s ON s.statement = l.statement LEFT JOIN centre c ON c.site = s.site
     WHERE s.month = ? GROUP BY s.site, c.code, c.name, l.package ORDER BY "siteCode", "packageTitle"`,
    [month],
  )
}
