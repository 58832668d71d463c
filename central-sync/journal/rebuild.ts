/**
 * Rebuilds every projection from the entries, in one transaction: readers see the old rows until the new ones are
 * whole. A rebuild of a sound projection gives the same rows, which is checked and reported.
 */
import { sha256 } from '../protocol/hash.ts'
import { withoutGuards } from './guard.ts'
import type { JournalState } from './journal-state.ts'
import type { Follower, Rows } from './port.ts'
import type { Projector } from './projector.ts'
import type { SqlTx } from './sql-tx.ts'

export interface TableDump {
  readonly table: string
  readonly rows: number
  /** Order-independent digest of all rows, hex. */
  readonly digest: string
}

export interface RebuildReport {
  /** The projections were what the entries say. */
  readonly equal: boolean
  readonly entries: number
  readonly quarantined: number
  readonly tables: readonly { readonly table: string; readonly before: TableDump; readonly after: TableDump }[]
}

/** True when every follower's rows were made by the version this program has. */
export async function followersAreCurrent(rows: Rows, followers: readonly Follower[]): Promise<boolean> {
  const known = await rows.all<{ name: string; version: number }>('SELECT name, version FROM follower')
  const versions = new Map(known.map(({ name, version }) => [name, version]))
  return known.length === followers.length && followers.every(({ name, version }) => versions.get(name) === version)
}

export async function rebuildFollowers(
  tx: SqlTx,
  state: JournalState,
  projector: Projector,
  followers: readonly Follower[],
): Promise<RebuildReport> {
  await projector.catchUp(tx, state, [])
  const tables = followers.flatMap((follower) => follower.tables)
  const before = await dumpTables(tx, tables)
  await withoutGuards(tx, async () => {
    for (const table of [...tables, 'quarantine'].reverse()) await tx.run(`DELETE FROM ${table}`)
    state.projected = 0
    await projector.catchUp(tx, state, [])
  })
  const after = await dumpTables(tx, tables)
  await tx.run('DELETE FROM follower')
  for (const { name, version } of followers) {
    await tx.run('INSERT INTO follower (name, version) VALUES (?, ?)', [name, version])
  }
  const quarantined = await tx.one<{ n: number }>('SELECT count(*) AS n FROM quarantine')
  return {
    equal: before.every(({ digest }, index) => digest === after[index]?.digest),
    entries: state.pos,
    quarantined: quarantined?.n ?? 0,
    tables: before.flatMap((dump, index) => {
      const other = after[index]
      return other === undefined ? [] : [{ table: dump.table, before: dump, after: other }]
    }),
  }
}

export async function dumpTables(rows: Rows, tables: readonly string[]): Promise<TableDump[]> {
  const dumps: TableDump[] = []
  for (const table of tables) dumps.push(await dumpTable(rows, table))
  return dumps
}

const MODULUS = 1n << 256n

/** Rows have no order: the digest is the sum of the rows' hashes, so equal sets of rows give equal digests. */
async function dumpTable(rows: Rows, table: string): Promise<TableDump> {
  let sum = 0n
  const found = await rows.all(`SELECT * FROM ${table}`)
  for (const row of found) {
    const fields = Object.entries(row)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, Buffer.isBuffer(value) ? { hex: value.toString('hex') } : value])
    sum = (sum + BigInt(`0x${sha256(JSON.stringify(fields)).toString('hex')}`)) % MODULUS
  }
  return { table, rows: found.length, digest: sum.toString(16).padStart(64, '0') }
}
