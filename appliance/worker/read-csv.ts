/**
 * Reads a CSV as municipal offices make them: UTF-8 with or without BOM, or CP932 (what Excel in Japan writes); LF or
 * CRLF. A bad row is listed by its line and stops nothing else.
 */
import { parse } from 'csv-parse/sync'
import iconv from 'iconv-lite'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'

export interface CsvRow {
  /** 1 = the header line. */
  readonly line: number
  readonly fields: Readonly<Record<string, string>>
}

export interface BadRow {
  readonly line: number
  readonly why: string
}

export interface CsvTable {
  readonly rows: readonly CsvRow[]
  readonly bad: readonly BadRow[]
}

/** What an import did. `bad` is in the order of the lines. */
export interface ImportReport {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly bad: readonly BadRow[]
}

/** Years of a centre's punches fit; what is longer is cut in two by whoever made it. The server must not stand still. */
export const CSV_LINES_MAX = 250_000
/** No row of ours comes near it; a longer line is a file that is no CSV. */
const LINE_LENGTH_MAX = 10_000
const NEWLINE = 0x0a
const RETURN = 0x0d

/** UTF-8 when the bytes are valid UTF-8, else CP932. A BOM is dropped. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return iconv.decode(Buffer.from(bytes), 'cp932')
  }
}

/** Rows by column name. Refuses only a file that is too long or lacks a required column; unknown columns are ignored. */
export function readCsv(
  bytes: Uint8Array,
  required: readonly string[],
  optional: readonly string[] = [],
): CsvTable | Refusal {
  if (hasTooManyLines(bytes)) return refuse('too_large', `${CSV_LINES_MAX} lines at most`)
  const [head, ...body] = splitRecords(decodeText(bytes))
  if (head === undefined || typeof head.cells === 'string') return refuse('malformed', 'no header line')
  const names = head.cells.map((cell) => cell.normalize('NFKC').trim().toLowerCase())
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) return refuse('malformed', `missing columns: ${missing.join(', ')}`)
  const columns = [...required, ...optional].flatMap((name) => {
    const index = names.lastIndexOf(name)
    return index < 0 ? [] : [{ name, index }]
  })
  const rows: CsvRow[] = []
  const bad: BadRow[] = []
  for (const { line, cells } of body) {
    if (typeof cells !== 'string' && cells.length === names.length) {
      const fields: Record<string, string> = {}
      for (const { name, index } of columns) fields[name] = (cells[index] ?? '').trim()
      rows.push({ line, fields })
    } else {
      bad.push({ line, why: typeof cells === 'string' ? cells : `${cells.length} fields instead of ${names.length}` })
    }
  }
  return { rows, bad }
}

interface RawRecord {
  readonly line: number
  /** A text says why the line has none. */
  readonly cells: readonly string[] | string
}

/**
 * Every line stands alone: no value of ours contains a line break, and a quote that is not closed must not swallow the
 * people of the lines after it.
 */
function splitRecords(text: string): RawRecord[] {
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== '')
    .map(({ content, line }) => ({ line, cells: readLine(content) }))
}

function readLine(content: string): readonly string[] | string {
  if (content.length > LINE_LENGTH_MAX) return 'the line is too long'
  if (!content.includes('"')) return content.split(',')
  try {
    const [cells] = parse(content, { relax_column_count: true }) as string[][]
    return cells ?? []
  } catch {
    return 'a quote is not closed'
  }
}

/** Counted on the bytes, before anything is made of them: fifty million empty lines would need gigabytes. */
function hasTooManyLines(bytes: Uint8Array): boolean {
  let lines = 1
  let before = 0
  for (const byte of bytes) {
    if (byte === RETURN || (byte === NEWLINE && before !== RETURN)) lines += 1
    if (lines > CSV_LINES_MAX + 1) return true
    before = byte
  }
  return false
}
