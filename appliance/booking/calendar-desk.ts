/** The secret address under which a worker's calendar program reads her bookings. Only the digest of the secret is kept. */
import { randomBytes } from 'node:crypto'
import type { Journal } from '../../central-sync/journal/port.ts'
import { calendarIssued } from '../../central-sync/protocol/event/booking.ts'
import { sha256, toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'

/** 256 bits: nobody guesses one. */
const SECRET_BYTES = 32
export const CALENDAR_PATH = '/calendar/v1'

export class CalendarDesk {
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** A new address; the one before ends. Returns its path, which is shown once. */
  async issue(worker: WorkerId): Promise<string> {
    const secret = toBase64Url(randomBytes(SECRET_BYTES))
    await this.#set(worker, digestOf(secret))
    return `${CALENDAR_PATH}/${secret}.ics`
  }

  async revoke(worker: WorkerId): Promise<void> {
    if ((await this.issuedAt(worker)) !== null) await this.#set(worker, '')
  }

  /** UTC ms of the address in use, null when there is none. */
  async issuedAt(worker: WorkerId): Promise<Instant | null> {
    const row = await this.#journal.read.one<{ issued_at: Instant }>(
      "SELECT issued_at FROM calendar_address WHERE worker = ? AND digest <> ''",
      [worker],
    )
    return row?.issued_at ?? null
  }

  /** Whose address it is, while she is active. */
  async holder(secret: string): Promise<WorkerId | undefined> {
    const row = await this.#journal.read.one<{ worker: WorkerId }>(
      `SELECT c.worker FROM calendar_address c JOIN worker w ON w.worker = c.worker AND w.active = 1 WHERE c.digest = ?`,
      [digestOf(secret)],
    )
    return row?.worker
  }

  #set(worker: WorkerId, digest: string): Promise<void> {
    return this.#journal.write('calendar.issue', async (tx) => {
      tx.append({ event: calendarIssued, data: { worker, digest }, subject: worker, by: worker })
    })
  }
}

function digestOf(secret: string): string {
  return toBase64Url(sha256(secret))
}
