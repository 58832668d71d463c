/** The hub's own tables. Operational tables are truth of this hub; those of `statement/` are projections. */
import type { Migration } from '../journal/port.ts'
import { occupancyAbsentDdl, occupancyDdl } from './occupancy/occupancy-tables.ts'

/** SQLite DDL and the same for PostgreSQL: the same types by their names there, bytewise order, no STRICT. */
function both(number: number, name: string, sqlite: readonly string[]): Migration {
  const postgres = sqlite.map((statement) =>
    statement
      .replaceAll(' INTEGER', ' INT8')
      .replaceAll(' BLOB', ' BYTEA')
      .replaceAll(' TEXT', ' TEXT COLLATE "C"')
      .replace(/ STRICT(, WITHOUT ROWID)?$/, ''),
  )
  return { number, name, sqlite, postgres }
}

export const hubMigrations: readonly Migration[] = [
  both(300, 'hub: contact with centres', [
    `CREATE TABLE site_contact (
      site TEXT NOT NULL PRIMARY KEY, instance TEXT NOT NULL, lease_at INTEGER NOT NULL, superseded TEXT NOT NULL,
      last_at INTEGER NOT NULL, error_code TEXT, error_detail TEXT, error_at INTEGER, types_ahead TEXT NOT NULL,
      down_seen INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
  ]),
  both(310, 'hub: down streams and their routing', [
    `CREATE TABLE down_stream (
      site TEXT NOT NULL PRIMARY KEY, inc TEXT NOT NULL, genesis_hash BLOB NOT NULL,
      head_seq INTEGER NOT NULL, head_hash BLOB NOT NULL, opened_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE down_entry (
      site TEXT NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL, line BLOB NOT NULL, hash BLOB NOT NULL,
      PRIMARY KEY (site, seq), UNIQUE (site, id)
    ) STRICT`,
    `CREATE TABLE route_cursor (name TEXT NOT NULL PRIMARY KEY, pos INTEGER NOT NULL) STRICT, WITHOUT ROWID`,
    `INSERT INTO route_cursor (name, pos) VALUES ('down', 0)`,
    `CREATE TABLE route_home (worker TEXT NOT NULL PRIMARY KEY, site TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE route_acquaintance (
      worker TEXT NOT NULL, site TEXT NOT NULL, PRIMARY KEY (worker, site)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE route_concern (
      package TEXT NOT NULL, site TEXT NOT NULL, PRIMARY KEY (package, site)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE route_note (note TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID`,
    `CREATE TABLE route_parked (
      worker TEXT NOT NULL, pos INTEGER NOT NULL, PRIMARY KEY (worker, pos)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE introduction_due (worker TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID`,
  ]),
  both(315, 'hub: introductions lapse', [
    'ALTER TABLE route_acquaintance ADD COLUMN seen_at INTEGER NOT NULL DEFAULT 0',
  ]),
  both(320, 'hub: statements', [
    `CREATE TABLE statement (
      statement TEXT NOT NULL PRIMARY KEY, month TEXT NOT NULL, worker TEXT NOT NULL, site TEXT NOT NULL,
      yen INTEGER NOT NULL, fingerprint TEXT NOT NULL, entry TEXT NOT NULL, issued_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE UNIQUE INDEX statement_of_month ON statement (month, worker)`,
    `CREATE INDEX statement_of_worker ON statement (worker, month)`,
    `CREATE TABLE statement_line (
      statement TEXT NOT NULL, line INTEGER NOT NULL, package TEXT NOT NULL, package_title TEXT NOT NULL,
      rate TEXT NOT NULL, milliyen_per_hour INTEGER NOT NULL, place TEXT NOT NULL, seconds INTEGER NOT NULL,
      minutes INTEGER NOT NULL, yen INTEGER NOT NULL, adjusts TEXT, cites TEXT NOT NULL,
      PRIMARY KEY (statement, line)
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE payroll_month (
      month TEXT NOT NULL PRIMARY KEY, statements INTEGER NOT NULL, yen INTEGER NOT NULL, inputs TEXT NOT NULL,
      override_reason TEXT, override_behind TEXT NOT NULL, closed_at INTEGER NOT NULL, closed_by TEXT NOT NULL,
      entry TEXT NOT NULL
    ) STRICT, WITHOUT ROWID`,
    `CREATE TABLE centre_day (site TEXT NOT NULL PRIMARY KEY, day TEXT NOT NULL) STRICT, WITHOUT ROWID`,
  ]),
  both(600, 'hub: use of seats and childcare rooms', occupancyDdl),
  both(610, 'hub: carers who did not come', [occupancyAbsentDdl]),
]
