/**
 * Tables of seats, rooms and bookings: projections of the centre's own entries. Their triggers are the last word about
 * what may be booked, whoever asks and by whichever way: a double booking cannot be stored.
 */
import type { Migration, TableShape } from '../../central-sync/journal/port.ts'

export const resourceTable = {
  name: 'resource',
  columns: {
    resource: 'text',
    kind: 'text',
    name: 'text',
    parent: 'text',
    monitor: 'integer',
    standing: 'integer',
    accessible: 'integer',
    quiet: 'integer',
    capacity: 'integer',
    buffer_min: 'integer',
    check_in_required: 'integer',
    grace_min: 'integer',
    open: 'integer',
    x: 'integer',
    y: 'integer',
    w: 'integer',
    h: 'integer',
    floor: 'text',
  },
  key: ['resource'],
} as const satisfies TableShape

/** One row per weekday (0 = Monday) of each set of hours; null = closed. */
export const openingHoursTable = {
  name: 'opening_hours',
  columns: { from_day: 'text', weekday: 'integer', start_min: 'integer', end_min: 'integer', holidays: 'integer' },
  key: ['from_day', 'weekday'],
} as const satisfies TableShape

export const closureTable = {
  name: 'closure',
  columns: {
    closure: 'text',
    target: 'text',
    from_day: 'text',
    to_day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    reason: 'text',
    note: 'text',
    lifted: 'integer',
  },
  key: ['closure'],
} as const satisfies TableShape

/** `changes` counts moves and settlements: the SEQUENCE of its calendar entry. */
export const bookingTable = {
  name: 'booking',
  columns: {
    booking: 'text',
    request: 'text',
    resource: 'text',
    worker: 'text',
    day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    state: 'text',
    source: 'text',
    series: 'text',
    care: 'text',
    expires: 'integer',
    why: 'text',
    tap: 'text',
    made_by: 'text',
    made_at: 'integer',
    changed_at: 'integer',
    changes: 'integer',
  },
  key: ['booking'],
} as const satisfies TableShape

export const seriesTable = {
  name: 'series',
  columns: {
    series: 'text',
    worker: 'text',
    resource: 'text',
    rule: 'text',
    from_day: 'text',
    until_day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    on_conflict: 'text',
    skipped: 'text',
    made_at: 'integer',
  },
  key: ['series'],
} as const satisfies TableShape

export const demandTable = {
  name: 'demand',
  columns: {
    demand: 'text',
    what: 'text',
    day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    why: 'text',
    source: 'text',
    worker: 'text',
    at: 'integer',
  },
  key: ['demand'],
} as const satisfies TableShape

export const calendarTable = {
  name: 'calendar_address',
  columns: { worker: 'text', digest: 'text', issued_at: 'integer' },
  key: ['worker'],
} as const satisfies TableShape

export const termsTable = {
  name: 'booking_terms',
  columns: {
    one: 'integer',
    duration_max_min: 'integer',
    horizon_days: 'integer',
    notice_min: 'integer',
    upcoming_max: 'integer',
    same_day_max: 'integer',
  },
  key: ['one'],
} as const satisfies TableShape

export const waitsTable = {
  name: 'booking_waits',
  columns: { one: 'integer', offer_min: 'integer', care_grace_min: 'integer' },
  key: ['one'],
} as const satisfies TableShape

export const bookingTables: readonly TableShape[] = [
  resourceTable,
  openingHoursTable,
  closureTable,
  bookingTable,
  seriesTable,
  demandTable,
  calendarTable,
  termsTable,
  waitsTable,
]

/** States that occupy a resource and a worker. */
export const OCCUPYING = "('held', 'confirmed', 'in')"

const SPAN = `start_min INTEGER NOT NULL CHECK (start_min >= 0),
    end_min INTEGER NOT NULL CHECK (end_min <= 1440),
    CHECK (start_min < end_min)`

const flagColumn = (name: string) => `${name} INTEGER NOT NULL CHECK (${name} IN (0, 1))`

const TABLES = [
  `CREATE TABLE resource (
    resource TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('seat', 'booth', 'room', 'nursery')),
    name TEXT NOT NULL,
    parent TEXT CHECK (parent <> resource),
    ${['monitor', 'standing', 'accessible', 'quiet'].map(flagColumn).join(',\n    ')},
    capacity INTEGER NOT NULL CHECK (capacity > 0),
    buffer_min INTEGER NOT NULL CHECK (buffer_min >= 0),
    ${flagColumn('check_in_required')},
    grace_min INTEGER NOT NULL CHECK (grace_min >= 0),
    ${flagColumn('open')},
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    w INTEGER NOT NULL,
    h INTEGER NOT NULL,
    floor TEXT NOT NULL
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX resource_parent ON resource (parent) WHERE parent IS NOT NULL',
  `CREATE TABLE opening_hours (
    from_day TEXT NOT NULL,
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    start_min INTEGER CHECK (start_min >= 0),
    end_min INTEGER CHECK (end_min <= 1440),
    ${flagColumn('holidays')},
    PRIMARY KEY (from_day, weekday),
    CHECK (start_min IS NULL OR start_min < end_min)
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE closure (
    closure TEXT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL CHECK (from_day <= to_day),
    reason TEXT NOT NULL,
    note TEXT NOT NULL,
    ${flagColumn('lifted')},
    ${SPAN}
  ) STRICT, WITHOUT ROWID`,
  'CREATE INDEX closure_day ON closure (to_day) WHERE lifted = 0',
  `CREATE TABLE booking (
    booking TEXT NOT NULL PRIMARY KEY,
    request TEXT NOT NULL,
    resource TEXT NOT NULL,
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    state TEXT NOT NULL CHECK
      (state IN ('held', 'confirmed', 'in', 'done', 'cancelled', 'no_show', 'released', 'expired')),
    source TEXT NOT NULL,
    series TEXT,
    care TEXT,
    expires INTEGER,
    why TEXT,
    tap TEXT,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    changes INTEGER NOT NULL,
    ${SPAN}
  ) STRICT`,
  `CREATE INDEX booking_resource ON booking (resource, day, start_min, end_min) WHERE state IN ${OCCUPYING}`,
  // Holds everything the month view asks for.
  'CREATE INDEX booking_day ON booking (day, resource, start_min, end_min, state)',
  'CREATE INDEX booking_worker ON booking (worker, day)',
  'CREATE INDEX booking_request ON booking (request)',
  'CREATE INDEX booking_series ON booking (series) WHERE series IS NOT NULL',
  "CREATE INDEX booking_held ON booking (expires) WHERE state = 'held'",
]

const OTHERS = [
  `CREATE TABLE series (
    series TEXT NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    resource TEXT NOT NULL,
    rule TEXT NOT NULL,
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    on_conflict TEXT NOT NULL,
    skipped TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    ${SPAN}
  ) STRICT, WITHOUT ROWID`,
  `CREATE TABLE demand (
    demand TEXT NOT NULL PRIMARY KEY,
    what TEXT NOT NULL,
    day TEXT NOT NULL,
    why TEXT NOT NULL,
    source TEXT NOT NULL,
    worker TEXT,
    at INTEGER NOT NULL,
    ${SPAN}
  ) STRICT`,
  'CREATE INDEX demand_day ON demand (day)',
  `CREATE TABLE calendar_address (
    worker TEXT NOT NULL PRIMARY KEY,
    digest TEXT NOT NULL,
    issued_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  "CREATE UNIQUE INDEX calendar_digest ON calendar_address (digest) WHERE digest <> ''",
  `CREATE TABLE booking_terms (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    duration_max_min INTEGER NOT NULL,
    horizon_days INTEGER NOT NULL,
    notice_min INTEGER NOT NULL,
    upcoming_max INTEGER NOT NULL,
    same_day_max INTEGER NOT NULL
  ) STRICT`,
]

const WAITS = [
  `CREATE TABLE booking_waits (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    offer_min INTEGER NOT NULL CHECK (offer_min > 0),
    care_grace_min INTEGER NOT NULL CHECK (care_grace_min > 0)
  ) STRICT`,
]

const guard = (code: string, query: string) => `SELECT RAISE(ABORT, 'GUARD ${code}') WHERE EXISTS (${query});`

/** Everything the new place and time of a booking may not meet. A buffer keeps the resource free on both sides. */
const REFUSALS = [
  guard(
    'booking_overlap',
    `SELECT 1 FROM resource r JOIN booking b ON b.resource = r.resource
       WHERE r.resource = NEW.resource AND b.day = NEW.day AND b.state IN ${OCCUPYING} AND b.booking <> NEW.booking
         AND b.start_min < NEW.end_min + r.buffer_min AND NEW.start_min < b.end_min + r.buffer_min`,
  ),
  guard(
    'worker_overlap',
    `SELECT 1 FROM booking b
       WHERE b.worker = NEW.worker AND b.day = NEW.day AND b.state IN ${OCCUPYING} AND b.booking <> NEW.booking
         AND b.start_min < NEW.end_min AND NEW.start_min < b.end_min`,
  ),
  // A room and what stands in it: booking one takes the other.
  guard(
    'parent_blocked',
    `SELECT 1 FROM resource own JOIN booking b ON b.resource = own.parent
       WHERE own.resource = NEW.resource AND b.day = NEW.day AND b.state IN ${OCCUPYING}
         AND b.start_min < NEW.end_min AND NEW.start_min < b.end_min
     UNION ALL
     SELECT 1 FROM resource part JOIN booking b ON b.resource = part.resource
       WHERE part.parent = NEW.resource AND b.day = NEW.day AND b.state IN ${OCCUPYING}
         AND b.start_min < NEW.end_min AND NEW.start_min < b.end_min`,
  ),
  guard(
    'closed_then',
    `SELECT 1 FROM closure c
       WHERE c.lifted = 0 AND c.to_day >= NEW.day AND c.from_day <= NEW.day
         AND c.start_min < NEW.end_min AND NEW.start_min < c.end_min
         AND (c.target IN ('centre', NEW.resource)
           OR c.target = (SELECT parent FROM resource WHERE resource = NEW.resource))`,
  ),
  `SELECT RAISE(ABORT, 'GUARD resource_closed') WHERE NOT EXISTS (
     SELECT 1 FROM resource r LEFT JOIN resource p ON p.resource = r.parent
       WHERE r.resource = NEW.resource AND r.open = 1 AND r.kind <> 'nursery' AND coalesce(p.open, 1) = 1);`,
].join('\n  ')

const ARMED = '(SELECT armed FROM guard_switch) = 1'

/**
 * AFTER, so that a row that is replaced counts as a change, not as a new one. Only what takes more than before is
 * looked at: checking in, shortening and cancelling always work, also where by now nothing could be booked.
 */
const GUARDS = [
  `CREATE TRIGGER booking_guard_made AFTER INSERT ON booking
   WHEN NEW.state IN ${OCCUPYING} AND ${ARMED}
   BEGIN
  ${REFUSALS}
   END`,
  `CREATE TRIGGER booking_guard_changed AFTER UPDATE OF worker, resource, day, start_min, end_min, state ON booking
   WHEN NEW.state IN ${OCCUPYING} AND ${ARMED}
     AND NOT (OLD.state IN ${OCCUPYING} AND NEW.worker = OLD.worker AND NEW.resource = OLD.resource
       AND NEW.day = OLD.day AND NEW.start_min >= OLD.start_min AND NEW.end_min <= OLD.end_min)
   BEGIN
  ${REFUSALS}
   END`,
]

/** A centre is SQLite only; the second body exists because every migration has two. */
export const bookingMigrations: readonly Migration[] = [
  { number: 400, name: 'seats, rooms and bookings', sqlite: TABLES, postgres: [] },
  { number: 410, name: 'series, demand, calendar addresses, terms', sqlite: OTHERS, postgres: [] },
  { number: 420, name: 'no double booking', sqlite: GUARDS, postgres: [] },
  { number: 430, name: 'how long offers and childcare places wait', sqlite: WAITS, postgres: [] },
]
