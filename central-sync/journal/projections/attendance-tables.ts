/** Tables of attendance: the evidence as rows, and the folded days. Sessions carry no assignment: see `work-read.ts`. */
import type { Migration, TableShape } from '../port.ts'
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

/**
 * Folded sessions; a missing edge is NULL. `flags` and `notes` are separated by spaces, `cites` is a JSON array of event
 * ids. `open` = 1: inside as far as the evidence goes; whether she was forgotten is `settleOpen` with the time of now.
 */
export const sessionTable = {
  name: 'session',
  columns: {
    worker: 'text',
    day: 'text',
    session: 'text',
    started_at: 'integer',
    ended_at: 'integer',
    seconds: 'integer',
    status: 'text',
    flags: 'text',
    notes: 'text',
    place: 'text',
    site: 'text',
    start_id: 'text',
    end_id: 'text',
    night_seconds: 'integer',
    suggestion: 'integer',
    bound: 'integer',
    open: 'integer',
    cites: 'text',
  },
  key: ['worker', 'day', 'session'],
} as const satisfies TableShape

/** `worker` and `day` NULL-safe: an unknown card has no worker. Exactly one row per tap. */
export const tapOutcomeTable = {
  name: 'tap_outcome',
  columns: { tap: 'text', worker: 'text', day: 'text', outcome: 'text', reason: 'text', session: 'text' },
  key: ['tap'],
} as const satisfies TableShape

/** `pending` counts sessions that wait for a decision, without the open one; `open` = 1 when there is an open one. */
export const dayFoldTable = {
  name: 'day_fold',
  columns: {
    worker: 'text',
    day: 'text',
    version: 'text',
    payable_seconds: 'integer',
    pending_seconds: 'integer',
    pending: 'integer',
    open: 'integer',
    open_since: 'integer',
    last_claim: 'text',
    last_time: 'integer',
    last_place: 'text',
  },
  key: ['worker', 'day'],
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

const FOLDS = [
  `CREATE TABLE session (
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    session TEXT NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    seconds INTEGER NOT NULL CHECK (seconds >= 0),
    status TEXT NOT NULL CHECK (status IN ('payable', 'pending', 'void')),
    flags TEXT NOT NULL,
    notes TEXT NOT NULL,
    place TEXT NOT NULL,
    site TEXT,
    start_id TEXT,
    end_id TEXT,
    night_seconds INTEGER NOT NULL CHECK (night_seconds BETWEEN 0 AND seconds),
    suggestion INTEGER,
    bound INTEGER,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    cites TEXT NOT NULL,
    PRIMARY KEY (worker, day, session),
    CHECK (started_at IS NOT NULL OR ended_at IS NOT NULL),
    CHECK (started_at IS NULL OR ended_at IS NULL OR started_at < ended_at),
    CHECK (status <> 'payable' OR (started_at IS NOT NULL AND ended_at IS NOT NULL)),
    CHECK (open = 0 OR (ended_at IS NULL AND status = 'pending'))
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX session_day ON session (day)',
  "CREATE INDEX session_pending ON session (day) WHERE status = 'pending'",
  `CREATE TABLE tap_outcome (
    tap TEXT NOT NULL PRIMARY KEY,
    worker TEXT,
    day TEXT NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('in', 'out', 'ignored')),
    reason TEXT,
    session TEXT,
    CHECK ((outcome = 'ignored') = (reason IS NOT NULL)),
    CHECK ((outcome = 'ignored') = (session IS NULL))
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE day_fold (
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    version TEXT NOT NULL,
    payable_seconds INTEGER NOT NULL CHECK (payable_seconds >= 0),
    pending_seconds INTEGER NOT NULL CHECK (pending_seconds >= 0),
    pending INTEGER NOT NULL CHECK (pending >= 0),
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    open_since INTEGER,
    last_claim TEXT,
    last_time INTEGER,
    last_place TEXT,
    PRIMARY KEY (worker, day)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX day_fold_day ON day_fold (day)',
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
  { number: 170, name: 'folded days', sqlite: FOLDS, postgres: FOLDS.map(postgresDdl) },
]
