/** Reads statements and closed months. */
import type { Rows } from '../../journal/port.ts'
import type { Instant, Month } from '../../protocol/time.ts'

export interface StatementRow {
  readonly statement: string
  readonly month: Month
  readonly worker: string
  readonly site: string
  readonly yen: number
  readonly fingerprint: string
  /** Event id of `statement.issued`. */
  readonly entryId: string
  readonly issuedAt: Instant
}

export interface StatementLineRow {
  readonly statement: string
  readonly line: number
  readonly package: string
  readonly packageTitle: string
  readonly rate: string
  readonly milliYenPerHour: number
  readonly place: string
  readonly seconds: number
  readonly minutes: number
  readonly yen: number
  readonly adjusts: Month | undefined
  readonly cites: readonly string[]
}

export interface ClosedMonthRow {
  readonly month: Month
  readonly statements: number
  readonly yen: number
  readonly inputs: string
  readonly overrideReason: string | null
  readonly behind: readonly string[]
  readonly closedAt: Instant
  readonly closedBy: string
}

const STATEMENT = `SELECT statement, month, worker, site, yen, fingerprint, entry AS "entryId", issued_at AS "issuedAt"
  FROM statement`
const LINE = `SELECT l.statement AS statement, l.line AS line, l.package AS package, l.package_title AS "packageTitle",
  l.rate AS rate, l.milliyen_per_hour AS "milliYenPerHour", l.place AS place, l.seconds AS seconds,
  l.minutes AS minutes, l.yen AS yen, l.adjusts AS adjusts, l.cites AS cites FROM statement_line l`

type StoredLine = Omit<StatementLineRow, 'adjusts' | 'cites'> & {
  readonly adjusts: Month | null
  readonly cites: string
}

export async function readStatement(
  rows: Rows,
  number: string,
): Promise<{ statement: StatementRow; lines: StatementLineRow[] } | undefined> {
  const statement = await rows.one<StatementRow>(`${STATEMENT} WHERE statement = ?`, [number])
  if (statement === undefined) return undefined
  const lines = await rows.all<StoredLine>(`${LINE} WHERE l.statement = ? ORDER BY l.line`, [number])
  return { statement, lines: lines.map(lineOf) }
}

/** In the order of their numbers. */
export function statementsOf(rows: Rows, month: Month): Promise<StatementRow[]> {
  return rows.all<StatementRow>(`${STATEMENT} WHERE month = ? ORDER BY statement`, [month])
}

export async function linesOfMonth(rows: Rows, month: Month): Promise<StatementLineRow[]> {
  const lines = await rows.all<StoredLine>(
    `${LINE} JOIN statement s ON s.statement = l.statement WHERE s.month = ? ORDER BY l.statement, l.line`,
    [month],
  )
  return lines.map(lineOf)
}

export async function closedMonths(rows: Rows): Promise<ClosedMonthRow[]> {
  const months = await rows.all<Omit<ClosedMonthRow, 'behind'> & { behind: string }>(
    `SELECT month, statements, yen, inputs, override_reason AS "overrideReason", override_behind AS behind,
       closed_at AS "closedAt", closed_by AS "closedBy" FROM payroll_month ORDER BY month DESC`,
  )
  return months.map((row) => ({ ...row, behind: JSON.parse(row.behind) as string[] }))
}

function lineOf(row: StoredLine): StatementLineRow {
  return { ...row, adjusts: row.adjusts ?? undefined, cites: JSON.parse(row.cites) as string[] }
}

export function statementOfMonth(rows: Rows, worker: string, month: Month): Promise<StatementRow | undefined> {
  return rows.one<StatementRow>(`${STATEMENT} WHERE worker = ? AND month = ?`, [worker, month])
}
