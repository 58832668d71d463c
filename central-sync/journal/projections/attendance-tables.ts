/** Tables of attendance: the evidence and the decisions as rows. */
import type { Migration, TableShape } from '../port.ts'
import { dayFoldTable, FOLD_DDL, sessionTable, tapOutcomeTable } from './fold-tables.ts'
import { postgresDdl } from './portable-sql.ts'

/**
 * One row per tap. `worker` is who it counts for: NULL for an unknown card, filled (with `attributed` 1) when that card
 * is attached to a person later. `seq` is 0 for an imported row.
 */
export const tapTable = {
  name: 'tap',
  columns: {
    id: 'text',
    site: 'text',
    device: 'text',
    seq: 'integer',
    worker: 'text',
    card: 'text',
    time: 'integer',
    wall: 'integer',
    mono: 'integer',
    claim: 'text',
    claim_by: 'text',
    identified: 'text',
    place: 'text',
    clock: 'text',
    offset_age: 'integer',
    online: 'integer',
    roster_stale: 'integer',
    chosen: 'integer',
    known: 'text',
    attributed: 'integer',
    received_at: 'integer',
    day: 'text',
    simulated: 'integer',
    entry_pos: 'integer',
  },
  key: ['id'],
} as const satisfies TableShape

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
  `CREATE TABLE tap (
    id TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL,
    device TEXT NOT NULL,
    seq INTEGER NOT NULL,
    worker TEXT,
    card TEXT,
    time INTEGER NOT NULL,
    wall INTEGER NOT NULL,
    mono INTEGER NOT NULL,
    claim TEXT NOT NULL CHECK (claim IN ('in', 'out')),
    claim_by TEXT NOT NULL CHECK (claim_by IN ('auto', 'worker', 'staff', 'import')),
    identified TEXT NOT NULL CHECK (identified IN ('card', 'pin', 'unverified', 'staff', 'import')),
    place TEXT NOT NULL,
    clock TEXT NOT NULL CHECK (clock IN ('synced', 'imported', 'extrapolated', 'unsynced', 'absurd')),
    offset_age INTEGER,
    online INTEGER NOT NULL CHECK (online IN (0, 1)),
    roster_stale INTEGER NOT NULL CHECK (roster_stale IN (0, 1)),
    chosen INTEGER NOT NULL CHECK (chosen IN (0, 1)),
    known TEXT NOT NULL CHECK (known IN ('known', 'unknown_card', 'revoked_card')),
    attributed INTEGER NOT NULL CHECK (attributed IN (0, 1)),
    received_at INTEGER NOT NULL,
    day TEXT NOT NULL,
    simulated INTEGER NOT NULL CHECK (simulated IN (0, 1)),
    entry_pos INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX tap_worker_day ON tap (worker, day)',
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
  tapTable,
  tapRedirectTable,
  tapVoidTable,
  tapAttributionTable,
  decisionTable,
  correctionTable,
  sessionTable,
  tapOutcomeTable,
  dayFoldTable,
  watermarkTable,
  closedMonthTable,
]

export const attendanceMigrations: readonly Migration[] = [
  { number: 150, name: 'attendance evidence', sqlite: EVIDENCE, postgres: EVIDENCE.map(postgresDdl) },
  { number: 160, name: 'attendance decisions', sqlite: DECISIONS, postgres: DECISIONS.map(postgresDdl) },
  { number: 170, name: 'folded days', sqlite: FOLD_DDL, postgres: FOLD_DDL.map(postgresDdl) },
]
