/** How far a month has come: approved, pending and stale minutes per package and centre. */
import type { Rows } from '../../journal/port.ts'
import { firstDayOf, lastDayOf, type Month } from '../../protocol/time.ts'
import { GOOD_APPROVALS } from '../payroll/payroll-facts.ts'

export interface Progress {
  readonly site: string
  readonly siteCode: string
  readonly siteName: string
  /** Empty for time that nobody has approved for a package yet. */
  readonly package: string
  readonly packageTitle: string
  /** Seconds approved and good. */
  readonly approved: number
  /** Seconds whose approval no longer fits the record. */
  readonly stale: number
  /** Seconds payable but not approved. */
  readonly waiting: number
  /** Sessions that need a decision at the centre before they can be paid. */
  readonly undecided: number
}

interface Counted {
  readonly site: string
  readonly package: string
  readonly n: number
}

/** One row per centre and package, and one per centre for what has no package yet. */
export async function monthProgress(rows: Rows, month: Month): Promise<Progress[]> {
  const days = [firstDayOf(month), lastDayOf(month)]
  const approved = await rows.all<Counted>(
    `SELECT w.home AS site, a.package AS package, CAST(sum(a.seconds) AS BIGINT) AS n ${GOOD_APPROVALS}
     AND a.day BETWEEN ? AND ? GROUP BY w.home, a.package`,
    days,
  )
  const given = await rows.all<Counted>(
    `SELECT w.home AS site, a.package AS package, CAST(sum(a.seconds) AS BIGINT) AS n FROM approval a
     JOIN worker w ON w.worker = a.worker WHERE a.withdrawn = 0 AND a.day BETWEEN ? AND ? GROUP BY w.home, a.package`,
    days,
  )
  const waiting = await rows.all<{ site: string; n: number }>(
    `SELECT w.home AS site, CAST(sum(s.seconds) AS BIGINT) AS n FROM session s JOIN worker w ON w.worker = s.worker
     WHERE s.status = 'payable' AND s.day BETWEEN ? AND ? AND NOT EXISTS (
       SELECT 1 FROM approval a WHERE a.worker = s.worker AND a.session = s.session AND a.withdrawn = 0
         AND a.started_at = s.started_at AND a.ended_at = s.ended_at)
     GROUP BY w.home`,
    days,
  )
  const undecided = await rows.all<{ site: string; n: number }>(
    `SELECT w.home AS site, count(*) AS n FROM session s JOIN worker w ON w.worker = s.worker
     WHERE s.status = 'pending' AND s.open = 0 AND s.day BETWEEN ? AND ? GROUP BY w.home`,
    days,
  )
  return assemble(await namesOf(rows), { approved, given, waiting, undecided })
}

interface Names {
  readonly centres: ReadonlyMap<string, { readonly code: string; readonly name: string }>
  readonly packages: ReadonlyMap<string, string>
}

async function namesOf(rows: Rows): Promise<Names> {
  const centres = await rows.all<{ site: string; code: string; name: string }>('SELECT site, code, name FROM centre')
  const packages = await rows.all<{ package: string; title: string }>('SELECT package, title FROM package')
  return {
    centres: new Map(centres.map(({ site, code, name }) => [site, { code, name }])),
    packages: new Map(packages.map((row) => [row.package, row.title])),
  }
}

interface Sums {
  readonly approved: readonly Counted[]
  readonly given: readonly Counted[]
  readonly waiting: readonly { readonly site: string; readonly n: number }[]
  readonly undecided: readonly { readonly site: string; readonly n: number }[]
}

function assemble({ centres, packages }: Names, { approved, given, waiting, undecided }: Sums): Progress[] {
  const start = (site: string, work: string): Progress => ({
    site,
    siteCode: centres.get(site)?.code ?? '',
    siteName: centres.get(site)?.name ?? '',
    package: work,
    packageTitle: packages.get(work) ?? '',
    approved: 0,
    stale: 0,
    waiting: 0,
    undecided: 0,
  })
  const good = (site: string, work: string) => approved.find((row) => row.site === site && row.package === work)?.n ?? 0
  const perPackage = given.map(({ site, package: work, n }) => {
    const fits = good(site, work)
    return { ...start(site, work), approved: fits, stale: n - fits }
  })
  const sites = [...new Set([...waiting, ...undecided].map(({ site }) => site))]
  const rest = sites.map((site) => ({
    ...start(site, ''),
    waiting: waiting.find((row) => row.site === site)?.n ?? 0,
    undecided: undecided.find((row) => row.site === site)?.n ?? 0,
  }))
  return [...perPackage, ...rest].sort(
    (a, b) => compareText(a.siteCode, b.siteCode) || compareText(a.packageTitle, b.packageTitle),
  )
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
