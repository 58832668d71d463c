/** Tables of the directory: centres, devices, staff, workers, cards. No name stands here in clear. */
import type { Migration, TableShape } from '../port.ts'
import { postgresDdl } from './portable-sql.ts'

/** `own` = this database belongs to that centre. */
export const centreTable = {
  name: 'centre',
  columns: { site: 'text', code: 'text', name: 'text', public_key: 'text', box_key: 'text', own: 'integer' },
  key: ['site'],
} as const satisfies TableShape

/** `sheet` = JSON {id,t,v,sub,x} of the newest entry with the sealed sheet; NULL in a nameless directory. */
export const workerTable = {
  name: 'worker',
  columns: { worker: 'text', code: 'text', home: 'text', active: 'integer', sheet: 'text' },
  key: ['worker'],
} as const satisfies TableShape

/** What a worker of another centre may be greeted with; `sheet` as in `worker`. */
export const introductionTable = {
  name: 'introduction',
  columns: { worker: 'text', sheet: 'text', introduced_at: 'integer' },
  key: ['worker'],
} as const satisfies TableShape

/** `worker` is NULL while only the revocation of a card is known here. */
export const cardTable = {
  name: 'card',
  columns: {
    card: 'text',
    worker: 'text',
    tail: 'text',
    enrolled_at: 'integer',
    revoked_at: 'integer',
    reason: 'text',
  },
  key: ['card'],
} as const satisfies TableShape

/** One card may be given on after it was revoked, so a digest may stand for several cards. */
export const cardDigestTable = {
  name: 'card_digest',
  columns: { k: 'integer', h: 'text', card: 'text', added_at: 'integer' },
  key: ['k', 'h', 'card'],
} as const satisfies TableShape

export const deviceTable = {
  name: 'device',
  columns: {
    device: 'text',
    site: 'text',
    kind: 'text',
    label: 'text',
    place: 'text',
    public_key: 'text',
    box_key: 'text',
    enrolled_at: 'integer',
    retired_at: 'integer',
  },
  key: ['device'],
} as const satisfies TableShape

/** Staff of this server only. `roles` is a JSON array. */
export const staffTable = {
  name: 'staff',
  columns: { staff: 'text', roles: 'text', active: 'integer', sheet: 'text' },
  key: ['staff'],
} as const satisfies TableShape

/** Announced card keys of the network; the newest one digests new cards. */
export const cardKeyTable = {
  name: 'card_key',
  columns: { key_version: 'integer', from_at: 'integer', site: 'text' },
  key: ['key_version', 'site'],
} as const satisfies TableShape

const DDL = [
  `CREATE TABLE centre (
    site TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    public_key TEXT,
    box_key TEXT,
    own INTEGER NOT NULL CHECK (own IN (0, 1))
  ) STRICT`,
  `CREATE TABLE worker (
    worker TEXT NOT NULL PRIMARY KEY,
    code TEXT NOT NULL,
    home TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    sheet TEXT
  ) STRICT`,
  'CREATE INDEX worker_code ON worker (code)',
  `CREATE TABLE introduction (
    worker TEXT NOT NULL PRIMARY KEY,
    sheet TEXT NOT NULL,
    introduced_at INTEGER NOT NULL
  ) STRICT`,
  `CREATE TABLE card (
    card TEXT NOT NULL PRIMARY KEY,
    worker TEXT,
    tail TEXT NOT NULL,
    enrolled_at INTEGER,
    revoked_at INTEGER,
    reason TEXT,
    CHECK (worker IS NOT NULL OR revoked_at IS NOT NULL)
  ) STRICT`,
  'CREATE INDEX card_worker ON card (worker)',
  `CREATE TABLE card_digest (
    k INTEGER NOT NULL CHECK (k >= 0),
    h TEXT NOT NULL,
    card TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    PRIMARY KEY (k, h, card)
  ) STRICT`,
  'CREATE INDEX card_digest_h ON card_digest (h)',
  'CREATE INDEX card_digest_card ON card_digest (card)',
  `CREATE TABLE device (
    device TEXT NOT NULL PRIMARY KEY,
    site TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'agent', 'import')),
    label TEXT NOT NULL,
    place TEXT NOT NULL,
    public_key TEXT NOT NULL,
    box_key TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    retired_at INTEGER
  ) STRICT`,
  `CREATE TABLE staff (
    staff TEXT NOT NULL PRIMARY KEY,
    roles TEXT NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    sheet TEXT
  ) STRICT`,
  `CREATE TABLE card_key (
    key_version INTEGER NOT NULL CHECK (key_version >= 0),
    from_at INTEGER NOT NULL,
    site TEXT NOT NULL,
    PRIMARY KEY (key_version, site)
  ) STRICT`,
]

export const directoryTables: readonly TableShape[] = [
  centreTable,
  workerTable,
  introductionTable,
  cardTable,
  cardDigestTable,
  deviceTable,
  staffTable,
  cardKeyTable,
]

export const directoryMigrations: readonly Migration[] = [
  { number: 100, name: 'directory', sqlite: DDL, postgres: DDL.map(postgresDdl) },
]
