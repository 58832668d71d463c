/** Of several rows with the same key the last one stands: what row-by-row replacing would leave. Pure. */
import type { Param, TableShape } from '../port.ts'

export function lastOfEachKey<R extends Readonly<Record<string, Param>>>(table: TableShape, rows: readonly R[]): R[] {
  const byKey = new Map<string | number | null, R>()
  const [only = '', ...more] = table.key
  for (const row of rows) {
    const key = more.length === 0 ? keyText(row[only]) : JSON.stringify(table.key.map((name) => keyText(row[name])))
    byKey.delete(key)
    byKey.set(key, row)
  }
  return [...byKey.values()]
}

function keyText(value: Param | undefined): string | number | null {
  if (value === undefined || value === null) return null
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return typeof value === 'bigint' ? value.toString() : value
}
