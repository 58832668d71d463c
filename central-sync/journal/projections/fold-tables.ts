/** Tables of the folded days. Sessions carry no assignment: see `work-read.ts`. */
import type { TableShape } from '../port.ts'

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

export const FOLD_DDL = [
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
