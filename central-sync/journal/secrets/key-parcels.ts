/** Data keys on their way, each sealed to its receiver: what waits to be sent to a peer, and what came from one. */
import type { TableShape } from '../port.ts'
import type { SecretFile } from './secret-file.ts'

export interface Parcel {
  readonly n: number
  readonly peer: string
  readonly key: string
  readonly subject: string
  readonly box: string
}

const table: TableShape<'peer' | 'direction' | 'key' | 'subject' | 'box'> = {
  name: 'parcel',
  columns: { peer: 'text', direction: 'text', key: 'text', subject: 'text', box: 'text' },
  key: ['peer', 'direction', 'key'],
}

export class KeyParcels {
  private readonly file: SecretFile

  constructor(file: SecretFile) {
    this.file = file
  }

  /** Stores parcels for or from a peer; one that is known stays as it is. */
  async put(
    peer: string,
    direction: 'in' | 'out',
    parcels: readonly Pick<Parcel, 'key' | 'subject' | 'box'>[],
  ): Promise<void> {
    const rows = parcels.map(({ key, subject, box }) => ({ peer, direction, key, subject, box }))
    await this.file.write('parcel.put', (tx) => tx.insert(table, rows, 'ignore'))
  }

  /** Parcels of a peer with n > `after`, oldest first. */
  list(peer: string, direction: 'in' | 'out', after: number, limit: number): Promise<Parcel[]> {
    return this.file.read.all<Parcel>(
      'SELECT n, peer, key, subject, box FROM parcel WHERE peer = ? AND direction = ? AND n > ? ORDER BY n LIMIT ?',
      [peer, direction, after, limit],
    )
  }

  /** Parcels not marked done. */
  waiting(peer: string, direction: 'in' | 'out', limit: number): Promise<Parcel[]> {
    return this.file.read.all<Parcel>(
      'SELECT n, peer, key, subject, box FROM parcel WHERE peer = ? AND direction = ? AND done = 0 ORDER BY n LIMIT ?',
      [peer, direction, limit],
    )
  }

  /** Those of these keys that stand here for or from a peer, done or not. */
  async known(peer: string, direction: 'in' | 'out', keys: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.file.read.all<{ key: string }>(
      'SELECT key FROM parcel WHERE peer = ? AND direction = ? AND key IN (SELECT value FROM json_each(?))',
      [peer, direction, JSON.stringify(keys)],
    )
    return new Set(rows.map(({ key }) => key))
  }

  /** Parcels about a subject are not for this peer any more; sent later, they are new. */
  async forget(peer: string, direction: 'in' | 'out', subject: string): Promise<void> {
    await this.file.write('parcel.forget', (tx) =>
      tx.run('DELETE FROM parcel WHERE peer = ? AND direction = ? AND subject = ?', [peer, direction, subject]),
    )
  }

  /** The receiver has these; they need not be sent or opened again. */
  async done(peer: string, direction: 'in' | 'out', keys: readonly string[]): Promise<void> {
    await this.file.write('parcel.done', (tx) =>
      tx.run(
        'UPDATE parcel SET done = 1 WHERE peer = ? AND direction = ? AND key IN (SELECT value FROM json_each(?))',
        [peer, direction, JSON.stringify(keys)],
      ),
    )
  }
}
