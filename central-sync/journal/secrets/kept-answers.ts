/** Answers of commands by idempotency key: the same request sent twice gets the answer of the first. */
import { DAY_MS, type Instant } from '../../protocol/time.ts'
import type { SecretFile } from './secret-file.ts'

/** How long a repeated request still gets its first answer. */
export const ANSWER_KEPT_MS = 3 * DAY_MS

export interface KeptAnswer {
  readonly fingerprint: string
  readonly answer: string
}

export class KeptAnswers {
  private readonly file: SecretFile

  constructor(file: SecretFile) {
    this.file = file
  }

  find(scope: string, key: string): Promise<KeptAnswer | undefined> {
    const sql = 'SELECT fingerprint, answer FROM answer WHERE scope = ? AND key = ?'
    return this.file.read.one<KeptAnswer>(sql, [scope, key])
  }

  /** The first answer stands. */
  keep(scope: string, key: string, fingerprint: string, answer: string, now: Instant): Promise<void> {
    return this.file.write('answer.keep', async (tx) => {
      await tx.run('DELETE FROM answer WHERE at < ?', [now - ANSWER_KEPT_MS])
      await tx.run(
        'INSERT INTO answer (scope, key, fingerprint, answer, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
        [scope, key, fingerprint, answer, now],
      )
    })
  }
}
