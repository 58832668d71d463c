/** Payment statements of this centre's own workers, as the hub issued them: they come down like everything else of hers. */
import type { Follower, Migration, TableShape } from '../../central-sync/journal/port.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { statementIssued } from '../../central-sync/protocol/event/work.ts'

const ownStatementTable = {
  name: 'own_statement',
  columns: {
    statement: 'text',
    worker: 'text',
    month: 'text',
    yen: 'integer',
    fingerprint: 'text',
    issued_at: 'integer',
    lines: 'text',
  },
  key: ['statement'],
} as const satisfies TableShape

/** A centre is SQLite only. */
export const statementMigrations: readonly Migration[] = [
  {
    number: 320,
    name: 'appliance: payment statements of own workers',
    sqlite: [
      `CREATE TABLE own_statement (
        statement TEXT NOT NULL PRIMARY KEY,
        worker TEXT NOT NULL,
        month TEXT NOT NULL,
        yen INTEGER NOT NULL,
        fingerprint TEXT NOT NULL,
        issued_at INTEGER NOT NULL,
        lines TEXT NOT NULL
      ) STRICT, WITHOUT ROWID`,
      'CREATE INDEX own_statement_of ON own_statement (worker, month)',
    ],
    postgres: [],
  },
]

/** A statement is never changed and never reissued: the first of a number counts. */
export const statementFollower: Follower = {
  name: 'own-statement',
  version: 1,
  tables: ['own_statement'],
  types: ['statement.issued'],
  async apply(tx, entries) {
    const rows = entries.map((entry) => {
      const { statement, worker, month, yen, fingerprint, lines } = readEvent(statementIssued, entry)
      return { statement, worker, month, yen, fingerprint, issued_at: entry.at, lines: JSON.stringify(lines) }
    })
    await tx.insert(ownStatementTable, rows, 'ignore')
  },
}
