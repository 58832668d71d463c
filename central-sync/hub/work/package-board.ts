/** Packages with their dated rates, shares and the minutes each centre has approved, pending and stale. */
import type { Rows } from '../../journal/port.ts'
import type { BusinessDay } from '../../protocol/time.ts'

export interface RateVersion {
  readonly rate: string
  readonly package: string
  readonly milliYenPerHour: number
  readonly from: BusinessDay
  readonly pos: number
}

export interface BoardPackage {
  readonly package: string
  readonly title: string
  readonly kind: string
  readonly confidential: boolean
  readonly order: string
  readonly orderTitle: string
  readonly client: string
  readonly clientName: string
  /** Newest first. */
  readonly rates: readonly RateVersion[]
  readonly shares: readonly { readonly site: string; readonly open: boolean }[]
  readonly assigned: number
}

interface PackageRow {
  readonly package: string
  readonly title: string
  readonly kind: string
  readonly confidential: number
  readonly order: string
  readonly orderTitle: string
  readonly client: string
  readonly clientName: string
}

export async function listPackages(rows: Rows): Promise<BoardPackage[]> {
  const packages = await rows.all<PackageRow>(
    `SELECT p.package AS package, p.title AS title, p.kind AS kind, p.confidential AS confidential,
       o.work_order AS "order", o.title AS "orderTitle", c.client AS client, c.name AS "clientName"
     FROM package p JOIN work_order o ON o.work_order = p.work_order JOIN client c ON c.client = o.client
     ORDER BY c.name, o.title, p.title`,
  )
  const rates = await allRates(rows)
  const shares = await rows.all<{ package: string; site: string; open: number }>(
    'SELECT package, site, open FROM share',
  )
  const assigned = await rows.all<{ package: string; n: number }>(
    'SELECT package, count(DISTINCT worker) AS n FROM assignment WHERE last_day IS NULL GROUP BY package',
  )
  const counts = new Map(assigned.map(({ package: id, n }) => [id, n]))
  return packages.map((row) => ({
    ...row,
    confidential: row.confidential === 1,
    rates: rates.filter((rate) => rate.package === row.package).reverse(),
    shares: shares
      .filter((share) => share.package === row.package)
      .map(({ site, open }) => ({ site, open: open === 1 })),
    assigned: counts.get(row.package) ?? 0,
  }))
}

/** Oldest first; of two with the same day the later written one counts. */
export async function allRates(rows: Rows): Promise<RateVersion[]> {
  return rows.all<RateVersion>(
    `SELECT rate, package, milliyen_per_hour AS "milliYenPerHour", from_day AS "from", pos
     FROM rate ORDER BY package, from_day, pos`,
  )
}
