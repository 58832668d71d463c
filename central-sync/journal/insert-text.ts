/** One row as an INSERT without parameters, for what runs together with COMMIT. The same text in both dialects. */
import type { TableShape } from './port.ts'

export function insertText<C extends string>(
  { name, columns, key }: TableShape<C>,
  row: Readonly<Record<C, string | number | null>>,
): string {
  const names = Object.keys(columns) as C[]
  const values = names.map((column) => literal(row[column]))
  return `INSERT INTO ${name} (${names.join(', ')}) VALUES (${values.join(', ')}) ON CONFLICT (${key.join(', ')}) DO NOTHING`
}

/** A quote inside a text is doubled (SQL standard); a NUL would end the whole script. */
function literal(value: string | number | null): string {
  if (value === null) return 'NULL'
  if (typeof value === 'string') {
    if (value.includes('\0')) throw new TypeError('a text with NUL cannot be a literal')
    return `'${value.replaceAll("'", "''")}'`
  }
  if (!Number.isSafeInteger(value)) throw new TypeError('a number in a literal is a whole one')
  return String(value)
}
