/** Card keys by version: 0 is the centre's own, made at the first start; from 1 on they come from the network. */
import { randomBytes } from 'node:crypto'
import type { SecretFile } from './secret-file.ts'

export interface CardKey {
  readonly version: number
  /** 32 bytes. */
  readonly key: Buffer
}

export class CardKeys {
  private readonly file: SecretFile
  private keys: readonly CardKey[] = []

  private constructor(file: SecretFile) {
    this.file = file
  }

  static async load(file: SecretFile): Promise<CardKeys> {
    const keys = new CardKeys(file)
    await keys.reload()
    return keys
  }

  /** All versions, oldest first. */
  all(): readonly CardKey[] {
    return this.keys
  }

  /** The at most two versions a tap carries digests under, newest first. */
  inUse(): readonly CardKey[] {
    return this.keys.slice(-2).reverse()
  }

  /** A key never changes under its version. */
  async add(version: number, key: Uint8Array): Promise<void> {
    const known = this.keys.find((one) => one.version === version)
    if (known !== undefined && !known.key.equals(key)) throw new Error(`card key ${version} is another one already`)
    if (known !== undefined) return
    await this.file.write('card-key.add', (tx) =>
      tx.run('INSERT INTO card_key (version, key) VALUES (?, ?) ON CONFLICT DO NOTHING', [version, key]),
    )
    await this.reload()
  }

  /** Mints `version` unless it exists. */
  async ensure(version: number): Promise<void> {
    if (!this.keys.some((one) => one.version === version)) await this.add(version, randomBytes(32))
  }

  private async reload(): Promise<void> {
    this.keys = await this.file.read.all<CardKey>('SELECT version, key FROM card_key ORDER BY version')
  }
}
