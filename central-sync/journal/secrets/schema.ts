/** Tables of secrets.db. Nothing here is rebuilt from a journal; what is deleted here is gone. */
import type { Migration } from '../port.ts'

const sqlite = [
  `CREATE TABLE identity (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    signing_public TEXT NOT NULL, signing_secret TEXT NOT NULL,
    box_public TEXT NOT NULL, box_secret TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE data_key (
    id TEXT PRIMARY KEY, subject TEXT NOT NULL, key BLOB NOT NULL CHECK (length(key) = 32),
    origin TEXT NOT NULL CHECK (origin IN ('minted', 'received')), n INTEGER NOT NULL UNIQUE
  ) STRICT`,
  'CREATE INDEX data_key_subject ON data_key (subject)',
  `CREATE TABLE card_key (version INTEGER PRIMARY KEY, key BLOB NOT NULL CHECK (length(key) = 32)) STRICT`,
  `CREATE TABLE verifier (
    subject TEXT NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('pin', 'password')),
    verifier TEXT NOT NULL, must_change INTEGER NOT NULL CHECK (must_change IN (0, 1)), at INTEGER NOT NULL,
    PRIMARY KEY (subject, kind)
  ) STRICT`,
  `CREATE TABLE sign_in (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32), kind TEXT NOT NULL, subject TEXT NOT NULL,
    began INTEGER NOT NULL, used INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX sign_in_subject ON sign_in (subject)',
  `CREATE TABLE answer (
    scope TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, answer TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
  ) STRICT`,
  'CREATE INDEX answer_at ON answer (at)',
  `CREATE TABLE enrolment_code (
    prefix TEXT PRIMARY KEY, key BLOB NOT NULL, role TEXT NOT NULL, label TEXT NOT NULL, place TEXT NOT NULL,
    expires INTEGER NOT NULL, tries INTEGER NOT NULL, burnt_at INTEGER, facts TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE nonce (key_id TEXT NOT NULL, nonce TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (key_id, nonce)) STRICT`,
  'CREATE INDEX nonce_at ON nonce (at)',
  `CREATE TABLE parcel (
    n INTEGER PRIMARY KEY AUTOINCREMENT, peer TEXT NOT NULL, direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    key TEXT NOT NULL, subject TEXT NOT NULL, box TEXT NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    UNIQUE (peer, direction, key)
  ) STRICT`,
  `CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`,
]

/** Rises with every verifier that is set: the cursor for sending them on. */
const order = [
  'ALTER TABLE verifier ADD COLUMN n INTEGER NOT NULL DEFAULT 0',
  'UPDATE verifier SET n = rowid',
  'CREATE INDEX verifier_n ON verifier (n)',
]

export const secretMigrations: readonly Migration[] = [
  { number: 10, name: 'secrets', sqlite, postgres: [] },
  { number: 20, name: 'order of verifiers', sqlite: order, postgres: [] },
]
