/** The journal's own tables: TypeORM schemas for reading them and shapes for writing sets into them. */
import { EntitySchema } from 'typeorm'
import type { TableShape } from './port.ts'

/** `own` is written here, `received` came from a centre, `down` from the hub. */
export type StreamKind = 'own' | 'received' | 'down'

export interface StreamRow {
  readonly stream: number
  readonly site: string
  readonly inc: string
  readonly kind: StreamKind
  readonly public_key: string
  readonly genesis_hash: Buffer
  readonly prev_inc: string
  readonly prev_seq: number
  readonly prev_hash: string
  readonly head_seq: number
  readonly head_hash: Buffer
  readonly sealed_at: number | null
}

export interface EntryRow {
  readonly pos: number
  readonly stream: number
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly subject: string | null
  readonly at: number
  readonly line: Buffer
  readonly hash: Buffer
}

export interface QuarantineRow {
  readonly follower: string
  readonly pos: number
  readonly error: string
}

export interface JournalSchemas {
  readonly stream: EntitySchema<StreamRow>
  readonly entry: EntitySchema<EntryRow>
  readonly quarantine: EntitySchema<QuarantineRow>
}

/** TypeORM checks column types against the database, and the two name bytes and long integers differently. */
export function journalSchemas(dialect: 'sqlite' | 'postgres'): JournalSchemas {
  const bytes = dialect === 'sqlite' ? 'blob' : 'bytea'
  const long = dialect === 'sqlite' ? 'integer' : 'int8'
  return {
    stream: new EntitySchema<StreamRow>({
      name: 'stream',
      columns: {
        stream: { type: long, primary: true },
        site: { type: 'text' },
        inc: { type: 'text' },
        kind: { type: 'text' },
        public_key: { type: 'text' },
        genesis_hash: { type: bytes },
        prev_inc: { type: 'text' },
        prev_seq: { type: long },
        prev_hash: { type: 'text' },
        head_seq: { type: long },
        head_hash: { type: bytes },
        sealed_at: { type: long, nullable: true },
      },
    }),
    entry: new EntitySchema<EntryRow>({
      name: 'entry',
      columns: {
        pos: { type: long, primary: true },
        stream: { type: long },
        seq: { type: long },
        id: { type: 'text' },
        type: { type: 'text' },
        subject: { type: 'text', nullable: true },
        at: { type: long },
        line: { type: bytes },
        hash: { type: bytes },
      },
    }),
    quarantine: new EntitySchema<QuarantineRow>({
      name: 'quarantine',
      columns: {
        follower: { type: 'text', primary: true },
        pos: { type: long, primary: true },
        error: { type: 'text' },
      },
    }),
  }
}

export const quarantineTable: TableShape<'follower' | 'pos' | 'error'> = {
  name: 'quarantine',
  columns: { follower: 'text', pos: 'integer', error: 'text' },
  key: ['follower', 'pos'],
}

export const streamTable: TableShape<keyof StreamRow> = {
  name: 'stream',
  columns: {
    stream: 'integer',
    site: 'text',
    inc: 'text',
    kind: 'text',
    public_key: 'text',
    genesis_hash: 'blob',
    prev_inc: 'text',
    prev_seq: 'integer',
    prev_hash: 'text',
    head_seq: 'integer',
    head_hash: 'blob',
    sealed_at: 'integer',
  },
  key: ['stream'],
}
