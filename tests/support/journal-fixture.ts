/** A real journal on real files (or on a real PostgreSQL), and drafts to put into it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseSettings } from '../../central-sync/journal/dialect/port.ts'
import { type JournalOptions, type OpenedJournal, openJournal } from '../../central-sync/journal/journal.ts'
import type { Draft, Follower, Migration, TableShape } from '../../central-sync/journal/port.ts'
import { openSecretStore, type SecretStore } from '../../central-sync/journal/secret-store.ts'
import { attendanceWatermark, tapVoided } from '../../central-sync/protocol/event/attendance.ts'
import { workerRegistered } from '../../central-sync/protocol/event/person.ts'
import { cardKeyAnnounced } from '../../central-sync/protocol/event/place.ts'
import { deviceEventId, type EventId, newEventId, newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { type Clock, systemClock } from '../../central-sync/protocol/time.ts'

export async function newFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'kado-journal-'))
}

export interface OpenOptions extends Partial<Omit<JournalOptions, 'database' | 'secrets' | 'headFile'>> {
  readonly database?: DatabaseSettings
}

/** Opens the journal of a folder the way a centre does. Closing it leaves the folder. */
export async function openFolder(
  folder: string,
  options: OpenOptions = {},
): Promise<{ journal: OpenedJournal; secrets: SecretStore; close: () => Promise<void> }> {
  const clock: Clock = options.clock ?? systemClock
  const secrets = await openSecretStore({ file: join(folder, 'secrets.db'), clock })
  try {
    const journal = await openJournal({
      database: { kind: 'sqlite', file: join(folder, 'journal.db') },
      role: 'centre',
      migrations: countMigrations,
      followers: [countFollower],
      projectReceived: 'inline',
      ...options,
      clock,
      secrets,
      headFile: join(folder, 'identity', 'head.json'),
    })
    const close = async () => {
      await journal.close()
      await secrets.close()
    }
    return { journal, secrets, close }
  } catch (error) {
    await secrets.close()
    throw error
  }
}

export interface JournalFixture extends AsyncDisposable {
  readonly folder: string
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
}

/** A fresh journal in a folder of its own; both are gone at the end of the block. */
export async function freshJournal(options: OpenOptions = {}): Promise<JournalFixture> {
  const folder = await newFolder()
  const { journal, secrets, close } = await openFolder(folder, options)
  return {
    folder,
    journal,
    secrets,
    [Symbol.asyncDispose]: async () => {
      await close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const site = newIdentifier('site')
export const kiosk = newIdentifier('device')

/** A small entry with data of its own. */
export function watermark(seq: number, day = '2026-11-20'): Draft {
  return { event: attendanceWatermark, by: 'system', data: { site, day, devices: { [kiosk]: seq } } }
}

/** A small entry that centre and hub may both write. */
export function announced(keyVersion: number): Draft {
  return { event: cardKeyAnnounced, by: 'system', data: { keyVersion, from: 1_763_600_000_000 } }
}

/** An entry with a device's own id: the kind that may come twice. */
export function voided(seq: number, boot = 1): Draft {
  const id = deviceEventId(kiosk, boot, seq)
  return { event: tapVoided, id, by: kiosk, data: { target: deviceEventId(kiosk, boot, seq + 100_000) } }
}

/** An entry with a sealed name. */
export function registered(code: string, name: string): Draft {
  const worker = newIdentifier('worker')
  return {
    event: workerRegistered,
    by: 'system',
    subject: worker,
    data: { worker, code, home: site },
    personal: { name, kana: 'てすと', callName: '', language: 'ja' },
  }
}

export function freshId(): EventId {
  return newEventId(systemClock.now())
}

export const seenTable: TableShape<'id' | 'type' | 'pos'> = {
  name: 'seen',
  columns: { id: 'text', type: 'text', pos: 'integer' },
  key: ['id'],
}

/** Counts per type, and one row per entry: enough to see loss, doubles and order. */
export const countMigrations: readonly Migration[] = [
  {
    number: 900,
    name: 'what was seen',
    sqlite: [
      'CREATE TABLE seen (id TEXT PRIMARY KEY, type TEXT NOT NULL, pos INTEGER NOT NULL) STRICT',
      'CREATE TABLE tally (type TEXT PRIMARY KEY, n INTEGER NOT NULL, order_digest TEXT NOT NULL) STRICT',
      'CREATE TABLE scratch (k TEXT PRIMARY KEY, n INTEGER NOT NULL, bytes BLOB) STRICT',
    ],
    postgres: [
      'CREATE TABLE seen (id TEXT PRIMARY KEY, type TEXT NOT NULL, pos INT8 NOT NULL)',
      'CREATE TABLE tally (type TEXT PRIMARY KEY, n INT8 NOT NULL, order_digest TEXT NOT NULL)',
      'CREATE TABLE scratch (k TEXT PRIMARY KEY, n INT8 NOT NULL, bytes BYTEA)',
    ],
  },
]

export const countFollower: Follower = {
  name: 'count',
  version: 1,
  tables: ['seen', 'tally'],
  types: ['attendance.watermark', 'tap.voided', 'worker.registered', 'incarnation.opened', 'card-key.announced'],
  async apply(tx, entries) {
    await tx.insert(
      seenTable,
      entries.map(({ id, t, pos }) => ({ id, type: t, pos })),
    )
    for (const { t, id } of entries) {
      await tx.run(
        `INSERT INTO tally (type, n, order_digest) VALUES (?, 1, ?)
         ON CONFLICT (type) DO UPDATE SET n = tally.n + 1, order_digest = excluded.order_digest`,
        [t, id],
      )
    }
  },
}

export const scratchTable: TableShape<'k' | 'n' | 'bytes'> = {
  name: 'scratch',
  columns: { k: 'text', n: 'integer', bytes: 'blob' },
  key: ['k'],
}
