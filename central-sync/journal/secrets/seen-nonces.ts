/** Nonces of signed requests, remembered over restarts for as long as a request with them could still be accepted. */
import type { Instant } from '../../protocol/time.ts'
import { NONCE_MEMORY_MS } from '../../protocol/wire/signed-request.ts'
import type { SecretFile } from './secret-file.ts'

export class SeenNonces {
  private readonly file: SecretFile

  constructor(file: SecretFile) {
    this.file = file
  }

  /** True the first time, false for a replay. */
  remember(keyId: string, nonce: string, now: Instant): Promise<boolean> {
    return this.file.write('nonce.remember', async (tx) => {
      await tx.run('DELETE FROM nonce WHERE at < ?', [now - NONCE_MEMORY_MS])
      const row = await tx.one(
        'INSERT INTO nonce (key_id, nonce, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING RETURNING nonce',
        [keyId, nonce, now],
      )
      return row !== undefined
    })
  }
}
