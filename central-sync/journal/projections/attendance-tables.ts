/** Tables of attendance: what was said about taps, decisions, watermarks. Taps and sessions: `fold-tables.ts`. */
import type { Migration, TableShape } from '../port.ts'
import { foldMigrations, foldTables } from './fold-tables.ts'
import { postgresDdl } from './portable-sql.ts'

/** Redirects of one tap come from one device: the highest `seq` wins. */
export const tapRedirectTable = {
  name: 'tap_redirect',
  columns: { id: 'text', target: 'text', claim: 'text', seq: 'integer', pos: 'integer' },
  key: ['id'],
} as const satisfies TableShape

export const tapVoidTable = {
  name: 'tap_void',
  columns: { id: 'text', target: 'text' },
  key: ['id'],
} as const satisfies TableShape

export const tapAttributionTable = {
  name: 'tap_attribution',
  columns: { target: 'text', worker: 'text', card: 'text' },
  key: ['target'],
} as const satisfies TableShape

/** `body` = JSON of the `FoldDecision`. */
export const decisionTable = {
  name: 'decision',
  columns: { id: 'text', worker: 'text', day: 'text', kind: 'text', time: 'integer', body: 'text', pos: 'integer' },
  key: ['id'],
} as const satisfies TableShape

/** `taps`, `wanted`, `granted` are JSON; the entries hold the sealed notes. */
export const correctionTable = {
  name: 'correction',
  columns: {
    correction: 'text',
    worker: 'text',
    day: 'text',
    base: 'text',
    state: 'text',
    reason: 'text',
    taps: 'text',
    wanted: 'text',
    granted: 'text',
    requested_at: 'integer',
    requested_by: 'text',
    decided_at: 'integer',
    decided_by: 'text',
    request_entry: 'text',
    decision_entry: 'text',
  },
  key: ['correction'],
} as const satisfies TableShape

/** `seq` NULL: the device was on duty and not heard from. */
export const watermarkTable = {
  name: 'watermark',
  columns: { site: 'text', device: 'text', day: 'text', seq: 'integer' },
  key: ['site', 'device', 'day'],
} as const satisfies TableShape

/** Months that are closed, and from which position on evidence about them is late. */
export const closedMonthTable = {
  name: 'closed_month',
  columns: { month: 'text', pos: 'integer' },
  key: ['month'],
} as const satisfies TableShape

const EVIDENCE = [
  `CREATE TABLE tap_redirect (
    id TEXT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL,
    claim TEXT NOT NULL CHECK (claim IN ('in', 'out')),
    seq INTEGER NOT NULL,
    pos INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX tap_redirect_target ON tap_redirect (target)',
  `CREATE TABLE tap_void (
    id TEXT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL
  ) STRICT`,
  'CREATE INDEX tap_void_target ON tap_void (target)',
  `CREATE TABLE tap_attribution (
    target TEXT NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    card TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE watermark (
    site TEXT NOT NULL,
    device TEXT NOT NULL,
    day TEXT NOT NULL,
    seq INTEGER,
    PRIMARY KEY (site, device, day)
  ) STRICT`,
  `CREATE TABLE closed_month (
    month TEXT NOT NULL PRIMARY KEY,
    pos INTEGER NOT NULL
  ) STRICT`,
]

const DECISIONS = [
  `CREATE TABLE decision (
    id TEXT NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('correction', 'confirmation')),
    time INTEGER,
    body TEXT NOT NULL,
    pos INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX decision_worker_day ON decision (worker, day)',
  `CREATE TABLE correction (
    correction TEXT NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    base TEXT,
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'rejected', 'withdrawn', 'stale', 'reverted')),
    reason TEXT,
    taps TEXT NOT NULL,
    wanted TEXT NOT NULL,
    granted TEXT NOT NULL,
    requested_at INTEGER,
    requested_by TEXT,
    decided_at INTEGER,
    decided_by TEXT,
    request_entry TEXT,
    decision_entry TEXT,
    CHECK (request_entry IS NOT NULL OR decision_entry IS NOT NULL)
  ) STRICT`,
  'CREATE INDEX correction_worker ON correction (worker, day)',
  "CREATE INDEX correction_open ON correction (requested_at) WHERE state = 'requested'",
]

export const attendanceTables: readonly TableShape[] = [
  tapRedirectTable,
  tapVoidTable,
  tapAttributionTable,
  decisionTable,
  correctionTable,
  watermarkTable,
  closedMonthTable,
  ...foldTables,
]

export const attendanceMigrations: readonly Migration[] = [
  { number: 150, name: 'attendance evidence', sqlite: EVIDENCE, postgres: EVIDENCE.map(postgresDdl) },
  { number: 160, name: 'attendance decisions', sqlite: DECISIONS, postgres: DECISIONS.map(postgresDdl) },
  ...foldMigrations,
]
