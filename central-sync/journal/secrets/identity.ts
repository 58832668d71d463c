/** The server's own identity, made at the first start and never changed, and small notes that belong beside it. */
import { type Identity, newIdentity } from '../../protocol/signing-key.ts'
import type { SecretFile } from './secret-file.ts'

interface IdentityRow {
  readonly signing_public: string
  readonly signing_secret: string
  readonly box_public: string
  readonly box_secret: string
}

export async function loadIdentity(file: SecretFile): Promise<Identity> {
  const row = await file.read.one<IdentityRow>('SELECT * FROM identity WHERE one = 1')
  if (row !== undefined) {
    return Object.freeze({
      signing: { publicKey: row.signing_public, secret: row.signing_secret },
      box: { publicKey: row.box_public, secret: row.box_secret },
    })
  }
  const made = newIdentity()
  const values = [made.signing.publicKey, made.signing.secret, made.box.publicKey, made.box.secret]
  await file.write('identity.make', (tx) =>
    tx.run(
      'INSERT INTO identity (one, signing_public, signing_secret, box_public, box_secret) VALUES (1, ?, ?, ?, ?)',
      values,
    ),
  )
  return Object.freeze(made)
}

/** Small durable values that belong neither to the journal nor to settings: the pinned hub, cursors of key exchange. */
export interface Notes {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
  remove(name: string): Promise<void>
}

export function notesOf(file: SecretFile): Notes {
  return {
    get: async (name) =>
      (await file.read.one<{ value: string }>('SELECT value FROM note WHERE name = ?', [name]))?.value,
    set: (name, value) =>
      file.write('note.set', (tx) =>
        tx.run('INSERT INTO note (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
          name,
          value,
        ]),
      ),
    remove: (name) => file.write('note.remove', (tx) => tx.run('DELETE FROM note WHERE name = ?', [name])),
  }
}
