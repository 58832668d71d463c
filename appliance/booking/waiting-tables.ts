/** Tables of the waiting list: who waits for what, what is held for her, and seats that go together with a child's place. */
import type { Migration, TableShape } from '../../central-sync/journal/port.ts'

/** `want` = a kind or a resource; `child` = with a childcare place. `pos` orders entries of one priority. */
export const waitingTable = {
  name: 'waiting',
  columns: {
    waiting: 'text',
    request: 'text',
    worker: 'text',
    day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    want: 'text',
    child: 'text',
    priority: 'integer',
    state: 'text',
    booking: 'text',
    care: 'text',
    expires_at: 'integer',
    joined_at: 'integer',
    pos: 'integer',
  },
  key: ['waiting'],
} as const satisfies TableShape

/**
 * A seat and a child's place that were asked for together. `seat` and `care` say whether each still stands; `kept`: the
 * parent has said that she wants the seat all the same. The seat asks while seat = 1, care = 0 and kept = 0.
 */
export const pairTable = {
  name: 'pair',
  columns: {
    booking: 'text',
    care: 'text',
    worker: 'text',
    day: 'text',
    seat: 'integer',
    place: 'integer',
    kept: 'integer',
    lost_at: 'integer',
  },
  key: ['booking'],
} as const satisfies TableShape

const WAITING = [
  `CREATE TABLE waiting (
    waiting TEXT NOT NULL PRIMARY KEY,
    request TEXT NOT NULL,
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    start_min INTEGER NOT NULL,
    end_min INTEGER NOT NULL,
    want TEXT,
    child TEXT,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'accepted', 'expired', 'withdrawn', 'passed')),
    booking TEXT,
    care TEXT,
    expires_at INTEGER,
    joined_at INTEGER NOT NULL,
    pos INTEGER NOT NULL,
    CHECK (start_min < end_min),
    CHECK (want IS NOT NULL OR child IS NOT NULL),
    CHECK ((state = 'offered') = (expires_at IS NOT NULL)),
    CHECK (state <> 'offered' OR booking IS NOT NULL OR care IS NOT NULL)
  ) STRICT`,
  "CREATE INDEX waiting_open ON waiting (day, priority DESC, pos) WHERE state IN ('waiting', 'offered')",
  'CREATE INDEX waiting_worker ON waiting (worker, day)',
  `CREATE TABLE pair (
    booking TEXT NOT NULL PRIMARY KEY,
    care TEXT NOT NULL,
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    seat INTEGER NOT NULL CHECK (seat IN (0, 1)),
    place INTEGER NOT NULL CHECK (place IN (0, 1)),
    kept INTEGER NOT NULL CHECK (kept IN (0, 1)),
    lost_at INTEGER
  ) STRICT`,
  'CREATE INDEX pair_care ON pair (care)',
  'CREATE INDEX pair_asking ON pair (day) WHERE seat = 1 AND place = 0 AND kept = 0',
]

/** A centre is SQLite only; the second body exists because every migration has two. */
export const waitingMigrations: readonly Migration[] = [
  { number: 450, name: 'booking: waiting list and pairs', sqlite: WAITING, postgres: [] },
]
