/**
 * Rows that several entries of one batch may touch: loaded once, changed in memory in the order of the entries, written
 * once. Whether two entries come in one batch or in two makes no difference.
 */
import type { Param, ProjectionTx, TableShape } from '../port.ts'
import { keyParam, keyRows } from './portable-sql.ts'

type ShapeRow<C extends string> = Record<C, Param>

export class RowMemory<C extends string> {
  private readonly table: TableShape<C>
  private readonly rows = new Map<string, ShapeRow<C>>()
  private readonly changed = new Set<string>()

  private constructor(table: TableShape<C>) {
    this.table = table
  }

  /** Loads the rows with these keys (text, in the order of the table's key). */
  static async load<C extends string>(
    tx: ProjectionTx,
    table: TableShape<C>,
    keys: readonly (readonly string[])[],
  ): Promise<RowMemory<C>> {
    const memory = new RowMemory(table)
    if (keys.length === 0) return memory
    const match = table.key.map((column, index) => `t.${column} = k.value->>${index}`).join(' AND ')
    const found = await tx.all<ShapeRow<C>>(
      `SELECT t.* FROM ${keyRows(tx)} AS k CROSS JOIN ${table.name} AS t WHERE ${match}`,
      [keyParam(keys)],
    )
    for (const row of found) memory.rows.set(memory.keyOf(row), row)
    return memory
  }

  get(...key: readonly string[]): Readonly<ShapeRow<C>> | undefined {
    return this.rows.get(key.join('\n'))
  }

  put(row: ShapeRow<C>): void {
    const key = this.keyOf(row)
    this.rows.set(key, row)
    // Written in the order of their last changes: what leaves a place is written before what takes it.
    this.changed.delete(key)
    this.changed.add(key)
  }

  /** Changes a row that exists; an entry about something unknown here changes nothing. */
  change(key: readonly string[], values: Partial<ShapeRow<C>>): void {
    const row = this.get(...key)
    if (row !== undefined) this.put({ ...row, ...values })
  }

  async flush(tx: ProjectionTx): Promise<void> {
    const rows = [...this.changed].map((key) => this.rows.get(key)).filter((row) => row !== undefined)
    await tx.insert(this.table, rows, 'replace')
  }

  private keyOf(row: Readonly<ShapeRow<C>>): string {
    return this.table.key.map((column) => String(row[column])).join('\n')
  }
}
