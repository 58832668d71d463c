/**
 * Reads the work list of an office: CSV `client,order,package,kind,rate_yen_per_hour,rate_from,worker_code`, in UTF-8
 * (with or without BOM) or CP932, with any line ending. Pure; bad rows are named by line and stop nothing else.
 */
import { parse } from 'csv-parse/sync'
import { hasHidden } from '../../protocol/plain-text.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { type BusinessDay, isBusinessDay } from '../../protocol/time.ts'
import { type MilliYenPerHour, parseRate } from '../../protocol/yen.ts'

const COLUMNS = ['client', 'order', 'package', 'kind', 'rate_yen_per_hour', 'rate_from', 'worker_code'] as const
const ROWS_MAX = 100_000
const NAME_MAX = 100
/** No row of ours comes near it. */
const LINE_LENGTH_MAX = 10_000

export interface WorkRow {
  /** Line in the file, the header being 1. */
  readonly line: number
  readonly client: string
  readonly order: string
  readonly package: string
  readonly kind: string
  /** Absent when the row sets no rate. */
  readonly rate?: { readonly milliYenPerHour: MilliYenPerHour; readonly from: BusinessDay } | undefined
  /** Empty when the row assigns nobody. */
  readonly worker: string
}

export interface BadRow {
  readonly line: number
  readonly why: string
}

export interface WorkRows {
  readonly rows: readonly WorkRow[]
  readonly bad: readonly BadRow[]
}

export function readWorkRows(bytes: Uint8Array): WorkRows | Refusal {
  const [header, ...body] = readLines(decodeText(bytes))
  if (typeof header?.cells === 'string') return refuse('malformed', `line ${header.line}: ${header.cells}`)
  const columns = header?.cells ?? []
  const missing = COLUMNS.filter((column) => !columns.includes(column))
  if (missing.length > 0) return refuse('malformed', `columns missing: ${missing.join(', ')}`)
  if (body.length > ROWS_MAX) return refuse('too_large', `${ROWS_MAX} rows at most`)
  const rows: WorkRow[] = []
  const bad: BadRow[] = []
  for (const { cells, line } of body) {
    const cell = (name: (typeof COLUMNS)[number]) => (cells[columns.indexOf(name)] ?? '').trim()
    const row = typeof cells === 'string' ? { line, why: cells } : readRow(line, cell)
    if ('why' in row) bad.push(row)
    else rows.push(row)
  }
  return { rows, bad }
}

function readRow(line: number, cell: (name: (typeof COLUMNS)[number]) => string): WorkRow | BadRow {
  const [client, order, work, kind] = [cell('client'), cell('order'), cell('package'), cell('kind')]
  const empty = (['client', 'order', 'package', 'kind'] as const).find((name) => cell(name) === '')
  if (empty !== undefined) return { line, why: `${empty} is empty` }
  if ([client, order, work, kind].some((name) => name.length > NAME_MAX)) return { line, why: 'a name is too long' }
  if ([client, order, work, kind].some(hasHidden)) return { line, why: 'a name has an invisible character' }
  const rate = readRate(cell('rate_yen_per_hour'), cell('rate_from'))
  if (typeof rate === 'string') return { line, why: rate }
  return { line, client, order, package: work, kind, rate, worker: cell('worker_code').normalize('NFKC') }
}

function readRate(rateText: string, fromText: string): WorkRow['rate'] | string {
  if (rateText === '' && fromText === '') return undefined
  const milliYenPerHour = parseRate(rateText)
  if (milliYenPerHour === undefined) return `rate_yen_per_hour is not a rate: ${rateText}`
  if (!isBusinessDay(fromText)) return `rate_from is not a day: ${fromText}`
  return { milliYenPerHour, from: fromText }
}

function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // `shift_jis` of the WHATWG encoding standard is CP932, as spreadsheet programs write it.
    return new TextDecoder('shift_jis').decode(bytes)
  }
}

interface WorkLine {
  /** The header being 1. */
  readonly line: number
  /** A text says why the line has none. */
  readonly cells: readonly string[] | string
}

/** Every line stands alone: a quote that is not closed spoils its own line and swallows nobody on the lines after it. */
function readLines(text: string): WorkLine[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== '')
    .map(({ content, line }) => ({ line, cells: readCells(content) }))
}

function readCells(content: string): readonly string[] | string {
  if (content.length > LINE_LENGTH_MAX) return 'the line is too long'
  if (!content.includes('"')) return content.split(',').map((cell) => cell.trim())
  try {
    const [cells] = parse(content, { relax_column_count: true, trim: true }) as string[][]
    return cells ?? []
  } catch {
    return 'a quote is not closed'
  }
}
