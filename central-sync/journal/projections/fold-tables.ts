/**
 * Taps with what became of them, sessions, days. Each is a narrow table (`tap_row`, `session_row`, `day_row`) and views
 * that others read: `tap`, `tap_outcome`, `session`, `day_fold`. Sessions carry no assignment: see `work-read.ts`.
 */
import type { Migration, TableShape } from '../port.ts'
import { bodyFields, viewOver } from './narrow-table.ts'
import { postgresDdl } from './portable-sql.ts'

/**
 * The id of a tap is that of its entry, which has an index on it already; a second one would be most of what a tap costs.
 * `worker` is who the tap counts for: NULL for an unknown card, until that card is attached to a person. `became` is
 * `in`, `out` or the reason why it was ignored; `session` the session it is an edge of.
 */
export const tapRowTable = {
  name: 'tap_row',
  columns: {
    entry_pos: 'integer',
    worker: 'text',
    day: 'text',
    time: 'integer',
    became: 'text',
    session: 'text',
    body: 'text',
  },
  key: ['entry_pos'],
} as const satisfies TableShape

/** Flags are 0/1. `seq` is 0 for an imported row; `attributed` = the card was attached to this person later. */
export const tapBody = bodyFields({
  site: 'text',
  device: 'text',
  seq: 'integer',
  card: 'text',
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
  simulated: 'integer',
})

/** `open` = 1: inside as far as the evidence goes; whether she was forgotten is `settleOpen` with the time of now. */
export const sessionRowTable = {
  name: 'session_row',
  columns: { worker: 'text', day: 'text', session: 'text', status: 'text', open: 'integer', body: 'text' },
  key: ['worker', 'day', 'session'],
} as const satisfies TableShape

/** A missing edge is NULL. `flags` and `notes` are separated by spaces, `cites` is a JSON array of event ids. */
export const sessionBody = bodyFields({
  started_at: 'integer',
  ended_at: 'integer',
  seconds: 'integer',
  flags: 'text',
  notes: 'text',
  place: 'text',
  site: 'text',
  start_id: 'text',
  end_id: 'text',
  night_seconds: 'integer',
  suggestion: 'integer',
  bound: 'integer',
  cites: 'text',
})

/** `state` = what one more tap needs (`writeDayState`); NULL where the whole day has to be folded. */
export const dayRowTable = {
  name: 'day_row',
  columns: { worker: 'text', day: 'text', open: 'integer', state: 'text', body: 'text' },
  key: ['worker', 'day'],
} as const satisfies TableShape

/** `pending` counts sessions that wait for a decision, without the open one. */
export const dayBody = bodyFields({
  version: 'text',
  payable_seconds: 'integer',
  pending_seconds: 'integer',
  pending: 'integer',
  open_since: 'integer',
  last_claim: 'text',
  last_time: 'integer',
  last_place: 'text',
})

const TABLES = [
  `CREATE TABLE tap_row (
    entry_pos INTEGER NOT NULL PRIMARY KEY,
    worker TEXT,
    day TEXT NOT NULL,
    time INTEGER NOT NULL,
    became TEXT NOT NULL CHECK (became IN
      ('in', 'out', 'bounce', 'voided', 'revoked_card', 'unknown_card', 'unknown_worker')),
    session TEXT,
    body TEXT NOT NULL,
    CHECK ((became IN ('in', 'out')) = (session IS NOT NULL)),
    CHECK (worker IS NOT NULL OR became IN ('unknown_card', 'unknown_worker', 'revoked_card')),
    CHECK (worker IS NULL OR became NOT IN ('unknown_card', 'unknown_worker'))
  ) STRICT`,
  'CREATE INDEX tap_row_worker_day ON tap_row (worker, day)',
  "CREATE INDEX tap_row_revoked ON tap_row (day) WHERE became = 'revoked_card'",
  `CREATE TABLE session_row (
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    session TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('payable', 'pending', 'void')),
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    body TEXT NOT NULL,
    PRIMARY KEY (worker, day, session),
    CHECK (open = 0 OR status = 'pending')
  ) STRICT`,
  "CREATE INDEX session_row_pending ON session_row (day) WHERE status = 'pending' AND open = 0",
  `CREATE TABLE day_row (
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    state TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (worker, day)
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX day_row_day ON day_row (day)',
  'CREATE INDEX day_row_open ON day_row (day) WHERE open = 1',
]

const TAPS = 'tap_row AS t JOIN entry AS e ON e.pos = t.entry_pos'

const OUTCOME = `CREATE VIEW tap_outcome AS SELECT e.id AS tap, t.worker, t.day,
  CASE WHEN t.became IN ('in', 'out') THEN t.became ELSE 'ignored' END AS outcome,
  CASE WHEN t.became IN ('in', 'out') THEN NULL ELSE t.became END AS reason, t.session FROM ${TAPS}`

const VIEWS = [
  viewOver('tap', TAPS, ['e.id', 't.worker', 't.day', 't.time', 't.entry_pos', 't.became', 't.session'], tapBody.list),
  { sqlite: OUTCOME, postgres: OUTCOME },
  viewOver('session', 'session_row', ['worker', 'day', 'session', 'status', 'open'], sessionBody.list),
  viewOver('day_fold', 'day_row', ['worker', 'day', 'open'], dayBody.list),
]

export const foldMigrations: readonly Migration[] = [
  {
    number: 170,
    name: 'taps and folded days',
    sqlite: [...TABLES, ...VIEWS.map(({ sqlite }) => sqlite)],
    postgres: [...TABLES.map(postgresDdl), ...VIEWS.map(({ postgres }) => postgres)],
  },
]

export const foldTables: readonly TableShape[] = [tapRowTable, sessionRowTable, dayRowTable]
