/** Statements of a month as CSV or JSON: one row per line, `statement,worker_code,line,package,place,minutes,rate,yen,adjusts_month`. */
import { stringify } from 'csv-stringify/sync'
import type { Rows } from '../../journal/port.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import type { Month } from '../../protocol/time.ts'
import { formatRate } from '../../protocol/yen.ts'
import { workerCodes } from '../site/worker-codes.ts'
import { closedMonths, linesOfMonth, statementsOf } from './statement-list.ts'

export const exportColumns = [
  'statement',
  'worker_code',
  'line',
  'package',
  'place',
  'minutes',
  'rate',
  'yen',
  'adjusts_month',
] as const

export interface ExportedLine {
  readonly statement: string
  /** `ITO-W001`, or the plain code when only one centre is joined. */
  readonly worker_code: string
  readonly line: number
  readonly package: string
  readonly place: string
  readonly minutes: number
  /** Yen per hour, an exact decimal. */
  readonly rate: string
  readonly yen: number
  /** Empty for ordinary lines. */
  readonly adjusts_month: string
}

export async function exportStatements(rows: Rows, month: Month): Promise<ExportedLine[] | Refusal> {
  const closed = await closedMonths(rows)
  if (!closed.some((one) => one.month === month)) return refuse('month_open', month)
  const codes = await workerCodes(rows)
  const workers = new Map((await statementsOf(rows, month)).map(({ statement, worker }) => [statement, worker]))
  const lines = await linesOfMonth(rows, month)
  return lines.map(({ statement, line, packageTitle, place, minutes, milliYenPerHour, yen, adjusts }) => ({
    statement,
    worker_code: codes.get(workers.get(statement) ?? '') ?? '',
    line,
    package: packageTitle,
    place,
    minutes,
    rate: formatRate(milliYenPerHour),
    yen,
    adjusts_month: adjusts ?? '',
  }))
}

/**
 * For programs UTF-8 with LF; for `office`, as spreadsheet programs in Japan open it without asking: BOM, CRLF. Either may
 * end in a spreadsheet: a text that would be a formula there gets a quote before it, amounts stay numbers.
 */
export function statementsCsv(lines: readonly ExportedLine[], reader: 'program' | 'office' = 'program'): string {
  const office = reader === 'office'
  return stringify([...lines], {
    header: true,
    columns: [...exportColumns],
    record_delimiter: office ? '\r\n' : '\n',
    bom: office,
    escape_formulas: true,
  })
}
