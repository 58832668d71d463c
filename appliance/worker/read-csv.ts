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
  const records = splitRecords(decodeText(bytes))
  const [head, ...body] = records
  if (head === undefined) return refuse('malformed', 'no header line')
  const names = head.cells.map((cell) => cell.normalize('NFKC').trim().toLowerCase())
  const missing = required.filter((name) => !names.includes(name))
  if (missing.length > 0) return refuse('malformed', `missing columns: ${missing.join(', ')}`)
  const wanted = [...required, ...optional]
  const rows: CsvRow[] = []
  const bad: BadRow[] = []
  for (const { line, cells } of body) {
    if (cells.length === 1 && cells[0]?.trim() === '') continue
    if (cells.length !== names.length) {
      bad.push({ line, why: `${cells.length} fields instead of ${names.length}` })
      continue
    }
    const entries = names.map((name, index) => [name, (cells[index] ?? '').trim()] as const)
    rows.push({ line, fields: Object.fromEntries(entries.filter(([name]) => wanted.includes(name))) })
  }
  return { rows, bad }
}

interface RawRecord {
  readonly line: number
  readonly cells: string[]
}

/** A broken quote must not swallow the lines after it: when the file as a whole does not parse, each line stands alone. */
function splitRecords(text: string): RawRecord[] {
  try {
    const parsed = parse(text, {
      relax_column_count: true,
      info: true,
      skip_empty_lines: true,
      bom: true,
    }) as unknown as {
      record: string[]
      info: { lines: number }
    }[]
    return parsed.map(({ record, info }) => ({ line: info.lines - lineBreaks(record), cells: record }))
  } catch {
    return text.split(/\r?\n/).flatMap((line, index) => readLine(line.replace(/^\uFEFF/, ''), index + 1))
  }
}

function lineBreaks(record: readonly string[]): number {
  return record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0)
}

function readLine(text: string, line: number): RawRecord[] {
  if (text.trim() === '') return []
  try {
    const [cells] = parse(text, { relax_column_count: true }) as string[][]
    return [{ line, cells: cells ?? [] }]
  } catch {
    // Two cells never equal a header of ours, so the row is listed as bad.
    return [{ line, cells: [text, ''] }]
  }
}
