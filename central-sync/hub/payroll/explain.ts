/**
 * Answers "why this yen?": from a statement line to minutes and rate version, to sessions, approvals and taps, down to
 * the journal entries with their hashes. Each entry is checked against its chain while it is read.
 */
import type { People } from '../../journal/people.ts'
import type { Rows } from '../../journal/port.ts'
import type { WorkerId } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import type { BusinessDay, Month } from '../../protocol/time.ts'
import type { LineFigures } from '../../rules/compute-lines.ts'
import { fingerprintOf } from '../statement/fingerprint.ts'
import { readStatement, type StatementLineRow, type StatementRow } from '../statement/statement-list.ts'
import { type Citation, citeEntries } from './citations.ts'
import { type ExplainedSession, explainSessions } from './explain-sessions.ts'

export interface ExplainedLine extends Omit<StatementLineRow, 'cites'> {
  /** First day of the rate version, and the entry that set it. */
  readonly rateFrom: BusinessDay | undefined
  readonly rateEntry: Citation | undefined
  /** Adjustments: what earlier statements paid for this line, and what it comes to with this one. All 0 otherwise. */
  readonly before: LineFigures
  readonly after: LineFigures
  /** In order of day and time. An adjustment shows only what came or went. */
  readonly sessions: readonly ExplainedSession[]
  /** The sessions shown add up to the seconds of the line (ordinary lines). */
  readonly complete: boolean
}

export interface ExplainedStatement extends StatementRow {
  readonly code: string
  readonly siteCode: string
  readonly siteName: string
  readonly name: string
  readonly entry: Citation | undefined
  /** The stored entry still has the printed fingerprint. */
  readonly authentic: boolean
  readonly lines: readonly ExplainedLine[]
  /** Every entry that was cited is linked into its chain. */
  readonly linked: boolean
}

export interface ExplainParts {
  readonly rows: Rows
  readonly people: Pick<People, 'get'>
}

/** By statement number. */
export async function explainStatement(parts: ExplainParts, number: string): Promise<ExplainedStatement | Refusal> {
  const { rows } = parts
  const found = await readStatement(rows, number)
  if (found === undefined) return refuse('statement_unknown', number)
  const { statement, lines } = found
  const centre = await rows.one<{ code: string; name: string }>('SELECT code, name FROM centre WHERE site = ?', [
    statement.site,
  ])
  const person = await parts.people.get(statement.worker as WorkerId)
  const explained = await explainLines(rows, statement, lines)
  const [entry] = await citeEntries(rows, [statement.entryId])
  return {
    ...statement,
    code: person?.code ?? '',
    siteCode: centre?.code ?? '',
    siteName: centre?.name ?? '',
    name: person?.name ?? '',
    entry,
    authentic: entry !== undefined && fingerprintOf(entry.data) === statement.fingerprint,
    lines: explained,
    linked: entry?.linked === true && explained.every(isLinked),
  }
}

/** By worker code (`W001`, or `ITO-W001`) and month. */
export async function findStatement(rows: Rows, worker: string, month: Month): Promise<string | undefined> {
  const row = await rows.one<{ statement: string }>('SELECT statement FROM statement WHERE worker = ? AND month = ?', [
    worker,
    month,
  ])
  return row?.statement
}

async function explainLines(
  rows: Rows,
  statement: StatementRow,
  lines: readonly StatementLineRow[],
): Promise<ExplainedLine[]> {
  const sessions = await explainSessions(
    rows,
    lines.flatMap(({ cites }) => cites),
  )
  const rates = await rateEntries(rows, [...new Set(lines.map(({ rate }) => rate))])
  const paid = await paidBefore(rows, statement)
  return lines.map(({ cites, ...line }) => {
    const shown = cites.flatMap((id) => sessions.get(id) ?? []).sort((a, b) => a.startedAt - b.startedAt)
    const rate = rates.get(line.rate)
    const seconds = shown.reduce((sum, session) => sum + session.seconds, 0)
    const complete = line.adjusts === undefined ? seconds === line.seconds : shown.length === cites.length
    const figures = line.adjusts === undefined ? { before: NOTHING, after: NOTHING } : changeOf(line, paid)
    return { ...line, ...figures, rateFrom: rate?.from, rateEntry: rate?.entry, sessions: shown, complete }
  })
}

const NOTHING: LineFigures = Object.freeze({ seconds: 0, minutes: 0, yen: 0 })

type PaidRow = Pick<StatementLineRow, 'package' | 'rate' | 'place' | 'seconds' | 'minutes' | 'yen'> & {
  readonly month: Month
}

/** Every line an earlier statement paid this worker, with the month it was for. */
function paidBefore(rows: Rows, { worker, month }: StatementRow): Promise<PaidRow[]> {
  return rows.all<PaidRow>(
    `SELECT l.package AS package, l.rate AS rate, l.place AS place, l.seconds AS seconds, l.minutes AS minutes,
       l.yen AS yen, coalesce(l.adjusts, s.month) AS month
     FROM statement_line l JOIN statement s ON s.statement = l.statement WHERE s.worker = ? AND s.month < ?`,
    [worker, month],
  )
}

function changeOf(line: Omit<StatementLineRow, 'cites'>, paid: readonly PaidRow[]) {
  const same = paid.filter(
    (one) =>
      one.month === line.adjusts && one.package === line.package && one.rate === line.rate && one.place === line.place,
  )
  const before = same.reduce<LineFigures>(add, NOTHING)
  return { before, after: add(before, line) }
}

function add(a: LineFigures, b: LineFigures): LineFigures {
  return { seconds: a.seconds + b.seconds, minutes: a.minutes + b.minutes, yen: a.yen + b.yen }
}

async function rateEntries(
  rows: Rows,
  rates: readonly string[],
): Promise<ReadonlyMap<string, { from: BusinessDay; entry: Citation | undefined }>> {
  const found = new Map<string, { from: BusinessDay; entry: Citation | undefined }>()
  for (const rate of rates) {
    const row = await rows.one<{ from: BusinessDay; id: string }>(
      'SELECT r.from_day AS "from", e.id AS id FROM rate r JOIN entry e ON e.pos = r.pos WHERE r.rate = ?',
      [rate],
    )
    if (row === undefined) continue
    const [entry] = await citeEntries(rows, [row.id])
    found.set(rate, { from: row.from, entry })
  }
  return found
}

function isLinked({ rateEntry, sessions }: ExplainedLine): boolean {
  return rateEntry?.linked !== false && sessions.every(({ linked }) => linked)
}
