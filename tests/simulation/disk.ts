/**
 * What is on the disks, read by another process with another copy of SQLite: nothing the product remembers can answer
 * for it. Entries come as their exact lines, in the order in which they arrived there.
 */
import { FileReader } from '../support/simulation-reader.ts'

export interface DiskEntry {
  readonly pos: number
  readonly site: string
  readonly inc: string
  readonly kind: 'own' | 'received' | 'down'
  readonly line: string
  readonly id: string
  readonly type: string
  readonly by: string
  readonly sub: string | undefined
  readonly sealedUnder: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

interface Row {
  readonly pos: number
  readonly site: string
  readonly inc: string
  readonly kind: DiskEntry['kind']
  readonly line: string
}

interface Line {
  readonly id: string
  readonly t: string
  readonly by: string
  readonly sub?: string
  readonly x?: { readonly k: string }
  readonly d: Readonly<Record<string, unknown>>
}

const ENTRIES = `SELECT e.pos, s.site, s.inc, s.kind, CAST(e.line AS TEXT) AS line
  FROM entry e JOIN stream s ON s.stream = e.stream ORDER BY e.pos`

export interface DiskSession {
  readonly worker: string
  readonly day: string
  readonly session: string
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly seconds: number
  readonly status: string
  readonly flags: string
  readonly place: string
  readonly start_id: string | null
  readonly end_id: string | null
  readonly open: number
  readonly suggestion: number | null
}

export class Disk implements AsyncDisposable {
  readonly #reader = new FileReader()

  async read(file: string): Promise<DiskEntry[]> {
    const rows = await this.rows<Row>(file, ENTRIES)
    return rows.map((row) => {
      const { id, t: type, by, sub, x, d: data } = JSON.parse(row.line) as Line
      return { ...row, id, type, by, sub, sealedUnder: x?.k, data }
    })
  }

  sessions(file: string): Promise<DiskSession[]> {
    return this.rows<DiskSession>(file, 'SELECT * FROM session')
  }

  /** The card in use of a worker of this centre. */
  async cardOf(file: string, code: string): Promise<string | undefined> {
    const rows = await this.rows<{ card: string }>(
      file,
      `SELECT c.card FROM card c JOIN worker w ON w.worker = c.worker JOIN centre h ON h.site = w.home AND h.own = 1
        WHERE w.code = '${code}' AND c.revoked_at IS NULL`,
    )
    return rows[0]?.card
  }

  rows<T>(file: string, sql: string): Promise<T[]> {
    return this.#reader.rows<T>(file, sql)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#reader[Symbol.asyncDispose]()
  }
}
