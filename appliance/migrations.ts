/**
 * Tables of the centre that are neither journal nor projection: receipts and cursors of devices. They may be lost
 * without losing a fact (a resent record is recognised by its event id), so they are never rebuilt.
 */
import type { Migration, TableShape } from '../central-sync/journal/port.ts'

const operational: readonly string[] = [
  // The answers of one transaction, under the last journal position it wrote: one row however many taps it held.
  `CREATE TABLE tap_receipt (
     last_pos INTEGER PRIMARY KEY,
     at INTEGER NOT NULL,
     answers TEXT NOT NULL
   ) STRICT`,
  `CREATE TABLE device_cursor (
     device TEXT NOT NULL PRIMARY KEY,
     complete_seq INTEGER,
     complete_at INTEGER,
     last_seen INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE device_gap (
     device TEXT NOT NULL,
     first INTEGER NOT NULL,
     last INTEGER NOT NULL,
     noticed_at INTEGER NOT NULL,
     PRIMARY KEY (device, first)
   ) STRICT`,
  `CREATE TABLE device_quarantine (
     id TEXT NOT NULL PRIMARY KEY,
     device TEXT NOT NULL,
     seq INTEGER NOT NULL,
     code TEXT NOT NULL,
     record TEXT NOT NULL,
     at INTEGER NOT NULL
   ) STRICT`,
  `CREATE TABLE device_clone (
     device TEXT NOT NULL PRIMARY KEY,
     noticed_at INTEGER NOT NULL
   ) STRICT`,
  'CREATE TABLE watermark_day (day TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID',
]

/** A centre is SQLite only; the second body exists because every migration has two. */
export const applianceMigrations: readonly Migration[] = [
  { number: 300, name: 'appliance: receipts and cursors', sqlite: operational, postgres: [] },
]

export const tapReceipt: TableShape<'last_pos' | 'at' | 'answers'> = {
  name: 'tap_receipt',
  columns: { last_pos: 'integer', at: 'integer', answers: 'text' },
  key: ['last_pos'],
}

export const deviceQuarantine: TableShape<'id' | 'device' | 'seq' | 'code' | 'record' | 'at'> = {
  name: 'device_quarantine',
  columns: { id: 'text', device: 'text', seq: 'integer', code: 'text', record: 'text', at: 'integer' },
  key: ['id'],
}

export const deviceGap: TableShape<'device' | 'first' | 'last' | 'noticed_at'> = {
  name: 'device_gap',
  columns: { device: 'text', first: 'integer', last: 'integer', noticed_at: 'integer' },
  key: ['device', 'first'],
}
