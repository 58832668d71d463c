/** The table of entries as the journal has it, with its indexes and without its guards, and one plausible row. */
export const RAW_TABLE: readonly string[] = [
  `CREATE TABLE entry (pos INTEGER PRIMARY KEY, stream INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
    type TEXT NOT NULL, subject TEXT, at INTEGER NOT NULL, line BLOB NOT NULL, hash BLOB NOT NULL) STRICT`,
  'CREATE UNIQUE INDEX entry_place ON entry (stream, seq)',
  'CREATE UNIQUE INDEX entry_id ON entry (id, stream)',
]

const LINE = Buffer.alloc(600, 0x61)
const HASH = Buffer.alloc(32, 1)

/** Row `n` in the order of the columns. */
export function rawRow(n: number, line: Buffer = LINE, hash: Buffer = HASH): unknown[] {
  return [n, 1, n, `d_0123456789abcdefghjk.1.${n}`, 'tap.recorded', 'w_0123456789abcdefghjk', n, line, hash]
}
