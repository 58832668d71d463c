/** The centre itself: claimed once with the code printed at start, named, renamed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Journal } from '../../central-sync/journal/port.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import { centreNamed } from '../../central-sync/protocol/event/place.ts'
import { newIdentifier, type SiteId, type StaffId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { Allowance } from '../../central-sync/web/rate-limit.ts'
import { isWeakPassword, type StaffDesk } from './staff-desk.ts'

const NOTE = 'claim'
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CLAIMS_PER_HOUR = 20

export interface Claim {
  readonly claim: string
  readonly code: string
  readonly name: string
  readonly login: string
  readonly adminName: string
  readonly password: string
}

/** Who was made administrator by the first-run page. */
export interface FirstAdministrator {
  readonly login: string
  readonly name: string
  readonly password: string
}

export class CentreDesk {
  readonly #journal: Journal
  readonly #secrets: SecretStore
  readonly #staff: StaffDesk
  readonly #site: SiteId
  readonly #claimed: ((first: FirstAdministrator) => Promise<void>) | undefined
  readonly #allowance = new Allowance(CLAIMS_PER_HOUR, 3_600)

  constructor(parts: {
    journal: Journal
    secrets: SecretStore
    staff: StaffDesk
    site: SiteId
    claimed?: ((first: FirstAdministrator) => Promise<void>) | undefined
  }) {
    this.#journal = parts.journal
    this.#secrets = parts.secrets
    this.#staff = parts.staff
    this.#site = parts.site
    this.#claimed = parts.claimed
  }

  /** True once there is an administrator. */
  async isClaimed(): Promise<boolean> {
    return (await this.#journal.read.one('SELECT 1 AS one FROM staff LIMIT 1')) !== undefined
  }

  /** The code to claim this centre with, the same until it is used; undefined once it is claimed. */
  async claimCode(): Promise<string | undefined> {
    if (await this.isClaimed()) return undefined
    const kept = await this.#secrets.notes.get(NOTE)
    if (kept !== undefined) return kept
    const text = [...randomBytes(12)].map((byte) => ALPHABET[byte & 31]).join('')
    const code = `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`
    await this.#secrets.notes.set(NOTE, code)
    return code
  }

  /** First run: names the centre and makes its administrator. The code works once. */
  async claim(input: Claim, remote: string): Promise<{ site: SiteId; staff: StaffId } | Refusal> {
    const wait = await this.#allowance.take(remote)
    if (wait !== undefined) return wait
    const expected = await this.claimCode()
    if (expected === undefined) return refuse('already_claimed')
    if (!sameCode(expected, input.claim)) return refuse('code_unknown')
    if (isWeakPassword(input.password, input.login)) return refuse('weak_secret')
    const staff = newIdentifier('staff')
    // The verifier first: an administrator without a password could never sign in.
    await this.#staff.setPassword(staff, input.password)
    const refused = await this.#journal.write('centre.claim', async (tx) => {
      if ((await tx.one('SELECT 1 AS one FROM staff LIMIT 1')) !== undefined) return refuse('already_claimed')
      const { code, name, login, adminName } = input
      tx.append({ event: centreNamed, data: { site: this.#site, code, name }, by: staff })
      return this.#staff.append(tx, staff, { login, name: adminName, roles: ['administrator', 'director'] }, staff)
    })
    if (refused !== undefined) return refused
    await this.#secrets.notes.remove(NOTE)
    await this.#claimed?.({ login: input.login, name: input.adminName, password: input.password })
    return { site: this.#site, staff }
  }

  /** An empty folder has a name from its first start, so that the command line can work before the first run page. */
  async nameFirst(code: string, name: string): Promise<void> {
    await this.#journal.write('centre.name', async (tx) => {
      if ((await tx.one('SELECT 1 AS one FROM centre WHERE site = ?', [this.#site])) !== undefined) return
      tx.append({ event: centreNamed, data: { site: this.#site, code, name }, by: 'system' })
    })
  }

  async rename(code: string, name: string, by: StaffId): Promise<undefined | Refusal> {
    await this.#journal.write('centre.rename', async (tx) => {
      const row = await tx.one<{ code: string; name: string }>('SELECT code, name FROM centre WHERE site = ?', [
        this.#site,
      ])
      if (row?.code === code && row.name === name) return
      tx.append({ event: centreNamed, data: { site: this.#site, code, name }, by })
    })
    return undefined
  }
}

function sameCode(expected: string, typed: string): boolean {
  return timingSafeEqual(digestOf(expected), digestOf(typed))
}

/** Any case, any separators, O→0, I/L→1. */
function digestOf(code: string): Buffer {
  const plain = code.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1')
  return createHash('sha256').update(plain).digest()
}
