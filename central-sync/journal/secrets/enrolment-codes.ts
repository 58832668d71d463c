/**
 * One-time codes. Kept is K = scrypt(secret, prefix), never the secret. A use burns the code first and is checked
 * afterwards, so that two machines racing with one code cannot both get in.
 */

import type { Instant } from '../../protocol/time.ts'
import { CODE_TRIES_MAX } from '../../protocol/wire/enrolment.ts'
import type { SecretFile } from './secret-file.ts'

export interface EnrolmentCode {
  readonly prefix: string
  /** 32 bytes, `stretchSecret(secret, prefix)`. */
  readonly key: Buffer
  readonly role: 'centre' | 'kiosk' | 'agent'
  readonly label: string
  readonly place: string
  readonly expires: Instant
  /** Wrong proofs so far. */
  readonly tries: number
  /** Anything else the issuer binds to the code (an asset, a centre code), as JSON text. */
  readonly facts: string
}

const COLUMNS = 'prefix, key, role, label, place, expires, tries, facts'
const OPEN = 'burnt_at IS NULL AND expires > ? AND tries < ?'

export class EnrolmentCodes {
  private readonly file: SecretFile

  constructor(file: SecretFile) {
    this.file = file
  }

  /** Keeps a new code. Returns false when its prefix is in use: the caller draws another one. */
  keep(code: Omit<EnrolmentCode, 'tries'>, now: Instant): Promise<boolean> {
    const { prefix, key, role, label, place, expires, facts } = code
    return this.file.write('code.keep', async (tx) => {
      await tx.run('DELETE FROM enrolment_code WHERE prefix = ? AND (burnt_at IS NOT NULL OR expires <= ?)', [
        prefix,
        now,
      ])
      const row = await tx.one(
        `INSERT INTO enrolment_code (prefix, key, role, label, place, expires, tries, facts)
         VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT DO NOTHING RETURNING prefix`,
        [prefix, key, role, label, place, expires, facts],
      )
      return row !== undefined
    })
  }

  /** A code that can still be used; looking does not spend it. */
  find(prefix: string, now: Instant): Promise<EnrolmentCode | undefined> {
    const sql = `SELECT ${COLUMNS} FROM enrolment_code WHERE prefix = ? AND ${OPEN}`
    return this.file.read.one<EnrolmentCode>(sql, [prefix, now, CODE_TRIES_MAX])
  }

  /** Spends the code, durably, and only then hands it over to be checked. Undefined for everybody but the first. */
  burn(prefix: string, now: Instant): Promise<EnrolmentCode | undefined> {
    return this.file.write('code.burn', (tx) =>
      tx.one<EnrolmentCode>(
        `UPDATE enrolment_code SET burnt_at = ? WHERE prefix = ? AND ${OPEN} RETURNING ${COLUMNS}`,
        [now, prefix, now, CODE_TRIES_MAX],
      ),
    )
  }

  /** Counts one wrong proof. After `CODE_TRIES_MAX` the code is dead. */
  miss(prefix: string): Promise<void> {
    return this.file.write('code.miss', (tx) =>
      tx.run('UPDATE enrolment_code SET tries = tries + 1 WHERE prefix = ?', [prefix]),
    )
  }

  /** Codes that can still be used, soonest to expire first. */
  open(now: Instant): Promise<EnrolmentCode[]> {
    const sql = `SELECT ${COLUMNS} FROM enrolment_code WHERE ${OPEN} ORDER BY expires`
    return this.file.read.all<EnrolmentCode>(sql, [now, CODE_TRIES_MAX])
  }
}
