/** Signed-in sessions. The token goes into a cookie; only its SHA-256 is kept, so a copy of this file signs nobody in. */
import { randomBytes } from 'node:crypto'
import { sha256, toBase64Url } from '../../protocol/hash.ts'
import type { StaffId, WorkerId } from '../../protocol/identifier.ts'
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../protocol/time.ts'
import type { SecretFile } from './secret-file.ts'

export type SignedIn = { kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId }

/** Idle and absolute life. A worker's phone page is opened on her own phone, the staff pages on a shared desk. */
export const SIGN_IN_LIFE = {
  staff: { idleMs: 30 * MINUTE_MS, wholeMs: 12 * HOUR_MS },
  worker: { idleMs: 15 * MINUTE_MS, wholeMs: 8 * HOUR_MS },
} as const

/** The last use is written at most this often; reading is then enough for most requests. */
const TOUCH_MS = MINUTE_MS

interface SessionRow {
  readonly kind: 'staff' | 'worker'
  readonly subject: string
  readonly began: number
  readonly used: number
}

export class SignInSessions {
  private readonly file: SecretFile

  constructor(file: SecretFile) {
    this.file = file
  }

  async begin(actor: SignedIn, now: Instant): Promise<string> {
    const token = toBase64Url(randomBytes(32))
    const subject = actor.kind === 'staff' ? actor.staff : actor.worker
    await this.file.write('session.begin', async (tx) => {
      await tx.run('DELETE FROM sign_in WHERE began < ?', [now - DAY_MS])
      await tx.run('INSERT INTO sign_in (token_hash, kind, subject, began, used) VALUES (?, ?, ?, ?, ?)', [
        sha256(token),
        actor.kind,
        subject,
        now,
        now,
      ])
    })
    return token
  }

  async find(token: string, now: Instant): Promise<SignedIn | undefined> {
    const hash = sha256(token)
    const sql = 'SELECT kind, subject, began, used FROM sign_in WHERE token_hash = ?'
    const row = await this.file.read.one<SessionRow>(sql, [hash])
    if (row === undefined) return undefined
    const life = SIGN_IN_LIFE[row.kind]
    // A clock that went back must not keep a session alive for ever: a negative age counts as too old.
    const [idle, whole] = [now - row.used, now - row.began]
    if (idle > life.idleMs || whole > life.wholeMs || whole < -TOUCH_MS) {
      await this.end(token)
      return undefined
    }
    if (idle >= TOUCH_MS) {
      await this.file.write('session.touch', (tx) =>
        tx.run('UPDATE sign_in SET used = ? WHERE token_hash = ?', [now, hash]),
      )
    }
    return row.kind === 'staff'
      ? { kind: 'staff', staff: row.subject as StaffId }
      : { kind: 'worker', worker: row.subject as WorkerId }
  }

  async end(token: string): Promise<void> {
    await this.file.write('session.end', (tx) => tx.run('DELETE FROM sign_in WHERE token_hash = ?', [sha256(token)]))
  }

  async endAll(subject: string): Promise<void> {
    await this.file.write('session.end-all', (tx) => tx.run('DELETE FROM sign_in WHERE subject = ?', [subject]))
  }
}
