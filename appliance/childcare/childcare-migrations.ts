/** The tables of the childcare room as SQL, with the admission guards that have the last word. */
import type { Migration } from '../../central-sync/journal/port.ts'
import { careGuards } from './care-guards.ts'
import { shiftGuards } from './shift-guards.ts'

const PEOPLE = [
  `CREATE TABLE child (
    child TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL CHECK (state IN ('pending', 'approved', 'expired')),
    worker TEXT NOT NULL,
    registered_at INTEGER NOT NULL,
    sheet TEXT
  ) STRICT`,
  'CREATE INDEX child_worker ON child (worker)',
  `CREATE TABLE guardian (
    guardian TEXT NOT NULL PRIMARY KEY,
    child TEXT NOT NULL,
    worker TEXT,
    from_day TEXT NOT NULL,
    to_day TEXT,
    pos INTEGER NOT NULL,
    sheet TEXT
  ) STRICT`,
  'CREATE INDEX guardian_child ON guardian (child)',
  'CREATE INDEX guardian_worker ON guardian (worker)',
  `CREATE TABLE pickup (
    pickup TEXT NOT NULL PRIMARY KEY,
    child TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('standing', 'one_day')),
    day TEXT,
    worker TEXT,
    from_day TEXT NOT NULL,
    to_day TEXT,
    granted_by TEXT NOT NULL,
    revoked INTEGER NOT NULL CHECK (revoked IN (0, 1)),
    pos INTEGER NOT NULL,
    sheet TEXT,
    CHECK ((scope = 'one_day') = (day IS NOT NULL))
  ) STRICT`,
  'CREATE INDEX pickup_child ON pickup (child)',
  `CREATE TABLE pickup_block (
    block TEXT NOT NULL PRIMARY KEY,
    child TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT,
    lifted INTEGER NOT NULL CHECK (lifted IN (0, 1)),
    pos INTEGER NOT NULL,
    sheet TEXT
  ) STRICT`,
  'CREATE INDEX pickup_block_child ON pickup_block (child)',
]

const RULES = [
  `CREATE TABLE care_policy (
    policy TEXT NOT NULL PRIMARY KEY,
    from_day TEXT NOT NULL,
    to_day TEXT,
    pos INTEGER NOT NULL,
    u0 INTEGER NOT NULL CHECK (u0 >= 0),
    u12 INTEGER NOT NULL CHECK (u12 >= 0),
    u3 INTEGER NOT NULL CHECK (u3 >= 0),
    u4 INTEGER NOT NULL CHECK (u4 >= 0),
    min_staff INTEGER NOT NULL CHECK (min_staff >= 1),
    qual_num INTEGER NOT NULL CHECK (qual_num >= 0),
    qual_den INTEGER NOT NULL CHECK (qual_den >= 1),
    area_dm2 INTEGER NOT NULL CHECK (area_dm2 >= 0),
    age_basis TEXT NOT NULL CHECK (age_basis IN ('fiscal', 'actual')),
    rounding TEXT NOT NULL CHECK (rounding IN ('ceil_sum', 'trunc1_round')),
    fever_x10 INTEGER NOT NULL,
    small INTEGER NOT NULL CHECK (small IN (0, 1))
  ) STRICT`,
  'CREATE INDEX care_policy_from ON care_policy (from_day DESC, pos DESC)',
  `CREATE TABLE care_room (
    room TEXT NOT NULL PRIMARY KEY,
    area_dm2 INTEGER NOT NULL CHECK (area_dm2 >= 0)
  ) STRICT`,
  `CREATE TABLE shift (
    shift TEXT NOT NULL PRIMARY KEY,
    room TEXT NOT NULL,
    day TEXT NOT NULL,
    start_min INTEGER NOT NULL,
    end_min INTEGER NOT NULL,
    staff TEXT,
    qualified INTEGER NOT NULL CHECK (qualified IN (0, 1)),
    attendance TEXT NOT NULL CHECK (attendance IN ('planned', 'here', 'absent')),
    removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
    CHECK (0 <= start_min AND start_min < end_min AND end_min <= 1440)
  ) STRICT`,
  'CREATE INDEX shift_day ON shift (room, day) WHERE removed = 0',
]

const PLACES = [
  `CREATE TABLE care_booking (
    care TEXT NOT NULL PRIMARY KEY,
    request TEXT NOT NULL,
    child TEXT NOT NULL,
    worker TEXT NOT NULL,
    room TEXT NOT NULL,
    day TEXT NOT NULL,
    start_min INTEGER NOT NULL,
    end_min INTEGER NOT NULL,
    band TEXT NOT NULL CHECK (band IN ('a0', 'a12', 'a3', 'a4')),
    units INTEGER NOT NULL CHECK (units >= 0),
    state TEXT NOT NULL
      CHECK (state IN ('held', 'confirmed', 'in', 'done', 'cancelled', 'no_show', 'released', 'expired')),
    why TEXT,
    source TEXT NOT NULL,
    linked TEXT,
    expires_at INTEGER,
    made_at INTEGER NOT NULL,
    pos INTEGER NOT NULL,
    CHECK (0 <= start_min AND start_min < end_min AND end_min <= 1440)
  ) STRICT`,
  "CREATE INDEX care_booking_room ON care_booking (room, day) WHERE state IN ('held', 'confirmed', 'in')",
  'CREATE INDEX care_booking_child ON care_booking (child, day)',
  'CREATE INDEX care_booking_day ON care_booking (day)',
  'CREATE INDEX care_booking_worker ON care_booking (worker, day)',
  'CREATE INDEX care_booking_request ON care_booking (request)',
  `CREATE TABLE care_evidence (
    entry TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('in', 'out')),
    child TEXT NOT NULL,
    stay TEXT NOT NULL,
    at INTEGER NOT NULL,
    pos INTEGER NOT NULL,
    device TEXT,
    body TEXT NOT NULL,
    sheet TEXT
  ) STRICT`,
  'CREATE INDEX care_evidence_child ON care_evidence (child, at)',
  `CREATE TABLE care_stay (
    stay TEXT NOT NULL,
    child TEXT NOT NULL,
    care TEXT,
    room TEXT NOT NULL,
    day TEXT NOT NULL,
    arrived_at INTEGER NOT NULL,
    arrived_min INTEGER NOT NULL,
    band TEXT NOT NULL CHECK (band IN ('a0', 'a12', 'a3', 'a4')),
    units INTEGER NOT NULL,
    late INTEGER NOT NULL CHECK (late IN (0, 1)),
    in_sheet TEXT,
    departed_at INTEGER,
    departed_min INTEGER,
    to_kind TEXT,
    to_id TEXT,
    staff TEXT,
    out_sheet TEXT,
    twin INTEGER NOT NULL CHECK (twin IN (0, 1)),
    PRIMARY KEY (stay, child),
    CHECK (departed_at IS NULL OR departed_at >= arrived_at)
  ) STRICT`,
  'CREATE UNIQUE INDEX one_open_stay ON care_stay (child) WHERE departed_at IS NULL AND twin = 0',
  'CREATE INDEX care_stay_day ON care_stay (day, room)',
  'CREATE INDEX care_stay_child ON care_stay (child, arrived_at)',
]

const NOTES = [
  `CREATE TABLE care_doubt (
    entry TEXT NOT NULL,
    kind TEXT NOT NULL,
    child TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (entry, kind)
  ) STRICT`,
  'CREATE INDEX care_doubt_child ON care_doubt (child)',
  `CREATE TABLE care_doubt_told (
    entry TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    child TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE care_doubt_seen (
    entry TEXT NOT NULL PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    by TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE care_refusal (
    entry TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('turned_away', 'pickup')),
    child TEXT NOT NULL,
    stay TEXT,
    at INTEGER NOT NULL,
    sheet TEXT
  ) STRICT`,
  'CREATE INDEX care_refusal_at ON care_refusal (at)',
  `CREATE TABLE care_alarm (
    room TEXT NOT NULL,
    day TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('ratio', 'closing', 'staff_lost')),
    slot INTEGER NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (room, day, kind, slot)
  ) STRICT`,
  `CREATE TABLE child_read (
    entry TEXT NOT NULL PRIMARY KEY,
    child TEXT NOT NULL,
    staff TEXT NOT NULL,
    what TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX child_read_child ON child_read (child, at)',
  `CREATE TABLE staff_card (
    card TEXT NOT NULL PRIMARY KEY,
    staff TEXT NOT NULL,
    tail TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT`,
  `CREATE TABLE staff_card_digest (
    k INTEGER NOT NULL CHECK (k >= 0),
    h TEXT NOT NULL,
    card TEXT NOT NULL,
    PRIMARY KEY (k, h, card)
  ) STRICT`,
  'CREATE INDEX staff_card_digest_h ON staff_card_digest (h)',
]

const ENDS = [
  'ALTER TABLE child ADD COLUMN until_day TEXT',
  // The other slip of a code that two kiosks drew.
  'ALTER TABLE care_doubt_told ADD COLUMN other TEXT',
]

/** A centre is SQLite only; the second body exists because every migration has two. */
export const childcareMigrations: readonly Migration[] = [
  { number: 500, name: 'childcare: people', sqlite: PEOPLE, postgres: [] },
  { number: 510, name: 'childcare: rules and carers', sqlite: RULES, postgres: [] },
  { number: 520, name: 'childcare: places and stays', sqlite: PLACES, postgres: [] },
  { number: 530, name: 'childcare: doubts, refusals, alarms, audit, staff cards', sqlite: NOTES, postgres: [] },
  { number: 540, name: 'childcare: admission guards', sqlite: careGuards, postgres: [] },
  { number: 550, name: 'childcare: the end of a registration, two slips with one code', sqlite: ENDS, postgres: [] },
  { number: 560, name: 'childcare: one shift of a carer at a time', sqlite: shiftGuards, postgres: [] },
]
