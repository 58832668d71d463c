/**
 * Data keys: what personal parts are sealed under, one at a time per subject. All keys are held in memory (32 bytes
 * each), so that unsealing is synchronous; minting is durable before the first entry that uses the key.
 */
import { randomBytes } from 'node:crypto'
import { type KeyId, newIdentifier } from '../../protocol/identifier.ts'
import { type DataKey, open } from '../../protocol/sealed.ts'
import type { TableShape, Unsealer } from '../port.ts'
import type { SecretFile } from './secret-file.ts'

export interface SubjectKey extends DataKey {
  readonly subject: string
  /** Rises with every key this store learns: the cursor for sending keys on. */
  readonly n: number
  readonly origin: 'minted' | 'received'
}

interface KeyRow {
  readonly id: KeyId
  readonly subject: string
  readonly key: Buffer
  readonly origin: 'minted' | 'received'
  readonly n: number
}

const table: TableShape<'id' | 'subject' | 'key' | 'origin' | 'n'> = {
  name: 'data_key',
  columns: { id: 'text', subject: 'text', key: 'blob', origin: 'text', n: 'integer' },
  key: ['id'],
}

export class DataKeys implements Unsealer {
  private readonly file: SecretFile
  private readonly byId = new Map<string, SubjectKey>()
  private readonly newest = new Map<string, SubjectKey>()
  private top = 0
  private turn: Promise<unknown> = Promise.resolve()
  /** Changes whenever a key comes or goes: what was unsealed before may not be kept. */
  revision = 0

  private constructor(file: SecretFile) {
    this.file = file
  }

  static async load(file: SecretFile): Promise<DataKeys> {
    const keys = new DataKeys(file)
    for (const row of await file.read.all<KeyRow>('SELECT * FROM data_key ORDER BY n')) keys.remember(row)
    return keys
  }

  open(entry: Parameters<Unsealer['open']>[0]): unknown {
    if (entry.x === undefined) return undefined
    const key = this.byId.get(entry.x.k)
    if (key === undefined) return undefined
    return open(entry.x, key.key, { id: entry.id, type: entry.t, version: entry.v, subject: entry.sub ?? '' })
  }

  /** The newest key of each subject; missing ones are minted, durable before this resolves. */
  async ensure(subjects: readonly string[]): Promise<ReadonlyMap<string, DataKey>> {
    if (subjects.some((subject) => !this.newest.has(subject))) {
      await this.add((known) =>
        subjects
          .filter((subject) => !known.newest.has(subject))
          .map((subject) => ({ id: newIdentifier('key'), subject, key: randomBytes(32), origin: 'minted' as const })),
      )
    }
    const found = new Map<string, DataKey>()
    for (const subject of subjects) {
      const key = this.newest.get(subject)
      if (key !== undefined) found.set(subject, key)
    }
    return found
  }

  /** Keys of other sites' people, as unsealed from their parcels. A key that is known already is left as it is. */
  receive(keys: readonly { id: KeyId; subject: string; key: Uint8Array }[]): Promise<void> {
    return this.add((known) =>
      keys
        .filter(({ id }) => !known.byId.has(id))
        .map(({ id, subject, key }) => ({ id, subject, key: Buffer.from(key), origin: 'received' as const })),
    )
  }

  /** Keys learnt after cursor `n`, oldest first. */
  after(n: number, limit: number): SubjectKey[] {
    const found: SubjectKey[] = []
    for (const key of this.byId.values()) {
      if (key.n > n) found.push(key)
      if (found.length >= limit) break
    }
    return found
  }

  ofSubject(subject: string): SubjectKey[] {
    return [...this.byId.values()].filter((key) => key.subject === subject)
  }

  /** Destroys every key of a subject: what was sealed under them can never be read again. Returns how many. */
  async shred(subject: string): Promise<number> {
    const gone = this.ofSubject(subject)
    await this.file.write('keys.shred', async (tx) => {
      await tx.run('DELETE FROM data_key WHERE subject = ?', [subject])
      await tx.run('DELETE FROM parcel WHERE subject = ?', [subject])
    })
    for (const { id } of gone) this.byId.delete(id)
    this.newest.delete(subject)
    this.revision += 1
    return gone.length
  }

  /** One at a time, so that two callers never mint for one subject twice. */
  private add(choose: (known: DataKeys) => Omit<KeyRow, 'n'>[]): Promise<void> {
    const added = this.turn.then(() => this.addNow(choose))
    this.turn = added.catch(() => undefined)
    return added
  }

  private async addNow(choose: (known: DataKeys) => Omit<KeyRow, 'n'>[]): Promise<void> {
    const rows = choose(this).map((row, index) => ({ ...row, n: this.top + 1 + index }))
    if (rows.length === 0) return
    await this.file.write('keys.add', (tx) => tx.insert(table, rows))
    for (const row of rows) this.remember(row)
    this.revision += 1
  }

  private remember(row: KeyRow): void {
    const key: SubjectKey = { ...row }
    this.byId.set(row.id, key)
    this.newest.set(row.subject, key)
    this.top = Math.max(this.top, row.n)
  }
}
