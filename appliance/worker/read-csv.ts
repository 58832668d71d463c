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

/** UTF-8 when the bytes are valid UTF-8, else CP932. A BOM is dropped. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return iconv.decode(Buffer.from(bytes), 'cp932')
  }
}

/** Rows by column name. Refuses only a file that lacks a required column; unknown columns are ignored. */
export function readCsv(
  bytes: Uint8Array,
  required: readonly string[],
  optional: readonly string[] = [],
): CsvTable | Refusal {
  const [head, ...body] = splitRecords(decodeText(bytes))
  if (head?.cells === undefined) return refuse('malformed', 'no header line')
  const names = head.cells.map((cell) => cell.normalize('NFKC').trim().toLowerCase())
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) return refuse('malformed', `missing columns: ${missing.join(', ')}`)
  const wanted = [...required, ...optional]
  const rows: CsvRow[] = []
  const bad: BadRow[] = []
  for (const { line, cells } of body) {
    if (cells?.length === names.length) {
      const entries = names.map((name, index) => [name, (cells[index] ?? '').trim()] as const)
      rows.push({ line, fields: Object.fromEntries(entries.filter(([name]) => wanted.includes(name))) })
    } else {
      bad.push({
        line,
        why: cells === undefined ? 'a quote is not closed' : `${cells.length} fields instead of ${names.length}`,
      })
    }
  }
  return { rows, bad }
}

interface RawRecord {
  readonly line: number
  /** Undefined for a line whose quotes do not close. */
  readonly cells: readonly string[] | undefined
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

function readLine(content: string): readonly string[] | undefined {
  if (!content.includes('"')) return content.split(',')
  try {
    const [cells] = parse(content, { relax_column_count: true }) as string[][]
    return cells
  } catch {
    return undefined
  }
}
