/**
 * Migrations of the journal's own tables (numbers 10–90). The guards are part of the schema: a stored entry can be
 * neither changed nor deleted, a stream's head only moves forward, whoever writes and with whatever tool.
 */
import type { Migration } from './port.ts'

const entries: Migration = {
  number: 10,
  name: 'streams and entries',
  sqlite: [
    `CREATE TABLE stream (
      stream INTEGER PRIMARY KEY,
      site TEXT NOT NULL,
      inc TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('own', 'received', 'down')),
      public_key TEXT NOT NULL,
      genesis_hash BLOB NOT NULL CHECK (length(genesis_hash) = 32),
      prev_inc TEXT NOT NULL,
      prev_seq INTEGER NOT NULL,
      prev_hash TEXT NOT NULL,
      head_seq INTEGER NOT NULL CHECK (head_seq >= 0),
      head_hash BLOB NOT NULL CHECK (length(head_hash) = 32),
      sealed_at INTEGER,
      UNIQUE (site, inc)
    ) STRICT`,
    `CREATE TABLE entry (
      pos INTEGER PRIMARY KEY CHECK (pos > 0),
      stream INTEGER NOT NULL REFERENCES stream (stream),
      seq INTEGER NOT NULL CHECK (seq > 0),
      id TEXT NOT NULL,
      type TEXT NOT NULL,
      subject TEXT,
      at INTEGER NOT NULL,
      line BLOB NOT NULL CHECK (length(line) BETWEEN 2 AND 65536),
      hash BLOB NOT NULL CHECK (length(hash) = 32)
    ) STRICT`,
    'CREATE UNIQUE INDEX entry_place ON entry (stream, seq)',
    'CREATE UNIQUE INDEX entry_id ON entry (id, stream)',
    `CREATE TABLE journal_state (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      own INTEGER NOT NULL,
      pos INTEGER NOT NULL,
      projected INTEGER NOT NULL
    ) STRICT`,
    `CREATE TABLE stream_signature (
      stream INTEGER NOT NULL REFERENCES stream (stream),
      seq INTEGER NOT NULL,
      hash BLOB NOT NULL,
      count INTEGER NOT NULL,
      signature TEXT NOT NULL,
      PRIMARY KEY (stream, seq)
    ) STRICT`,
    `CREATE TABLE follower (name TEXT PRIMARY KEY, version INTEGER NOT NULL) STRICT`,
    `CREATE TABLE quarantine (
      follower TEXT NOT NULL,
      pos INTEGER NOT NULL,
      error TEXT NOT NULL,
      PRIMARY KEY (follower, pos)
    ) STRICT`,
    `CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
     BEGIN SELECT RAISE(ABORT, 'a journal entry is never changed'); END`,
    `CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
     BEGIN SELECT RAISE(ABORT, 'a journal entry is never deleted'); END`,
    `CREATE TRIGGER stream_never_goes BEFORE DELETE ON stream
     BEGIN SELECT RAISE(ABORT, 'a stream is never deleted'); END`,
    `CREATE TRIGGER stream_only_grows BEFORE UPDATE ON stream
     WHEN new.head_seq < old.head_seq OR new.site IS NOT old.site OR new.inc IS NOT old.inc
       OR new.public_key IS NOT old.public_key OR new.genesis_hash IS NOT old.genesis_hash
     BEGIN SELECT RAISE(ABORT, 'a stream only grows'); END`,
  ],
  postgres: [
    `CREATE TABLE stream (
      stream INT8 PRIMARY KEY,
      site TEXT COLLATE "C" NOT NULL,
      inc TEXT COLLATE "C" NOT NULL,
      kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('own', 'received', 'down')),
      public_key TEXT COLLATE "C" NOT NULL,
      genesis_hash BYTEA NOT NULL CHECK (length(genesis_hash) = 32),
      prev_inc TEXT COLLATE "C" NOT NULL,
      prev_seq INT8 NOT NULL,
      prev_hash TEXT COLLATE "C" NOT NULL,
      head_seq INT8 NOT NULL CHECK (head_seq >= 0),
      head_hash BYTEA NOT NULL CHECK (length(head_hash) = 32),
      sealed_at INT8,
      UNIQUE (site, inc)
    )`,
    `CREATE TABLE entry (
      pos INT8 PRIMARY KEY CHECK (pos > 0),
      stream INT8 NOT NULL REFERENCES stream (stream),
      seq INT8 NOT NULL CHECK (seq > 0),
      id TEXT COLLATE "C" NOT NULL,
      type TEXT COLLATE "C" NOT NULL,
      subject TEXT COLLATE "C",
      at INT8 NOT NULL,
      line BYTEA NOT NULL CHECK (length(line) BETWEEN 2 AND 65536),
      hash BYTEA NOT NULL CHECK (length(hash) = 32)
    )`,
    'CREATE UNIQUE INDEX entry_place ON entry (stream, seq)',
    'CREATE UNIQUE INDEX entry_id ON entry (id, stream)',
    `CREATE TABLE journal_state (
      one INT8 PRIMARY KEY CHECK (one = 1),
      own INT8 NOT NULL,
      pos INT8 NOT NULL,
      projected INT8 NOT NULL
    )`,
    `CREATE TABLE stream_signature (
      stream INT8 NOT NULL REFERENCES stream (stream),
      seq INT8 NOT NULL,
      hash BYTEA NOT NULL,
      count INT8 NOT NULL,
      signature TEXT COLLATE "C" NOT NULL,
      PRIMARY KEY (stream, seq)
    )`,
    `CREATE TABLE follower (name TEXT COLLATE "C" PRIMARY KEY, version INT8 NOT NULL)`,
    `CREATE TABLE quarantine (
      follower TEXT COLLATE "C" NOT NULL,
      pos INT8 NOT NULL,
      error TEXT COLLATE "C" NOT NULL,
      PRIMARY KEY (follower, pos)
    )`,
    `CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN RAISE EXCEPTION 'a journal entry is never changed or deleted'; END $$`,
    `CREATE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN
       IF new.head_seq < old.head_seq OR new.site IS DISTINCT FROM old.site OR new.inc IS DISTINCT FROM old.inc
         OR new.public_key IS DISTINCT FROM old.public_key OR new.genesis_hash IS DISTINCT FROM old.genesis_hash
       THEN RAISE EXCEPTION 'a stream only grows'; END IF;
       RETURN new;
     END $$`,
    `CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `CREATE TRIGGER entry_never_emptied BEFORE TRUNCATE ON entry FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `CREATE TRIGGER stream_never_goes BEFORE DELETE ON stream FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
    `CREATE TRIGGER stream_only_grows BEFORE UPDATE ON stream FOR EACH ROW EXECUTE FUNCTION refuse_shrinking()`,
  ],
}

/** Guards of the rooms' tables (`guard.ts`) refuse only while `armed` is 1: a rebuild repeats what was admitted once. */
const guards: Migration = {
  number: 20,
  name: 'switch of the admission guards',
  sqlite: [
    `CREATE TABLE guard_switch (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      armed INTEGER NOT NULL CHECK (armed IN (0, 1))
    ) STRICT`,
    'INSERT INTO guard_switch (one, armed) VALUES (1, 1)',
  ],
  postgres: [
    `CREATE TABLE guard_switch (
      one INT8 PRIMARY KEY CHECK (one = 1),
      armed INT8 NOT NULL CHECK (armed IN (0, 1))
    )`,
    'INSERT INTO guard_switch (one, armed) VALUES (1, 1)',
  ],
}

export const journalMigrations: readonly Migration[] = [entries, guards]
