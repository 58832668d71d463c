/** Staff accounts of this centre. Names and sign-in names are sealed; accounts never leave this server. */
import { randomBytes } from 'node:crypto'
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import { type StaffRole, staffAdded, staffChanged } from '../../central-sync/protocol/event/place.ts'
import { newIdentifier, type StaffId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'

export interface StaffMember {
  readonly staff: StaffId
  readonly login: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly active: boolean
  /** The worker this person also is. */
  readonly worker: WorkerId | undefined
}

export interface NewStaff {
  readonly login: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly worker?: WorkerId | undefined
}

export interface StaffSlip {
  readonly staff: StaffId
  readonly login: string
  /** Shown once; must be changed at the first sign-in. */
  readonly password: string
}

interface StaffRow {
  staff: StaffId
  roles: string
  active: number
  sheet: string | null
}

/** Roles a centre gives. */
export const CENTRE_ROLES: ReadonlySet<StaffRole> = new Set([
  'front_desk',
  'director',
  'childcare',
  'it',
  'administrator',
])
const PASSWORD_CHARACTERS_MIN = 10

export class StaffDesk {
  readonly #journal: Journal
  readonly #secrets: SecretStore

  constructor(journal: Journal, secrets: SecretStore) {
    this.#journal = journal
    this.#secrets = secrets
  }

  async all(rows: Rows = this.#journal.read): Promise<StaffMember[]> {
    const found = await rows.all<StaffRow>('SELECT staff, roles, active, sheet FROM staff ORDER BY staff')
    return found.map((row) => this.#open(row)).sort((a, b) => (a.login < b.login ? -1 : 1))
  }

  async get(staff: StaffId): Promise<StaffMember | undefined> {
    const row = await this.#journal.read.one<StaffRow>(
      'SELECT staff, roles, active, sheet FROM staff WHERE staff = ?',
      [staff],
    )
    return row === undefined ? undefined : this.#open(row)
  }

  async byLogin(login: string, rows?: Rows): Promise<StaffMember | undefined> {
    const wanted = normalLogin(login)
    return (await this.all(rows)).find((one) => normalLogin(one.login) === wanted)
  }

  /** A new account with a password for the slip. */
  async add(member: NewStaff, by: StaffId): Promise<StaffSlip | Refusal> {
    const staff = newIdentifier('staff')
    const refused = await this.#journal.write('staff.add', async (tx) => this.append(tx, staff, member, by))
    return refused ?? { staff, login: member.login, password: await this.#issuePassword(staff) }
  }

  async append(tx: Tx, staff: StaffId, member: NewStaff, by: string): Promise<undefined | Refusal> {
    if (member.roles.some((role) => !CENTRE_ROLES.has(role))) return refuse('not_allowed', 'role')
    if ((await this.byLogin(member.login, tx)) !== undefined) return refuse('login_taken')
    const { login, name, worker } = member
    const personal = { login, name, ...(worker === undefined ? {} : { worker }) }
    tx.append({ event: staffAdded, data: { staff, roles: [...member.roles] }, personal, subject: staff, by })
    return undefined
  }

  /** Nobody changes her own roles, and an administrator always remains. Whoever is deactivated is signed out. */
  async change(
    staff: StaffId,
    roles: readonly StaffRole[],
    active: boolean,
    by: StaffId,
  ): Promise<undefined | Refusal> {
    if (staff === by) return refuse('deciding_about_oneself')
    const refused = await this.#journal.write('staff.change', async (tx) => {
      const members = await this.all(tx)
      if (!members.some((one) => one.staff === staff)) return refuse('not_found')
      if (roles.some((role) => !CENTRE_ROLES.has(role))) return refuse('not_allowed', 'role')
      const left = members.filter((one) => one.staff !== staff && one.active && one.roles.includes('administrator'))
      if (left.length === 0 && !(active && roles.includes('administrator'))) return refuse('last_administrator')
      tx.append({ event: staffChanged, data: { staff, roles: [...roles], active }, by })
      return undefined
    })
    if (refused === undefined && !active) await this.#secrets.sessions.endAll(staff)
    return refused
  }

  async resetPassword(staff: StaffId): Promise<StaffSlip | Refusal> {
    const member = await this.get(staff)
    if (member === undefined) return refuse('not_found')
    await this.#secrets.sessions.endAll(staff)
    return { staff, login: member.login, password: await this.#issuePassword(staff) }
  }

  async changePassword(staff: StaffId, current: string, next: string): Promise<undefined | Refusal> {
    const member = await this.get(staff)
    if ((await this.#secrets.verifiers.check(staff, 'password', current)) === 'wrong') return refuse('sign_in_failed')
    if (isWeakPassword(next, member?.login ?? '') || next === current) return refuse('weak_secret')
    await this.#secrets.verifiers.set(staff, 'password', next, false)
    return undefined
  }

  async setPassword(staff: StaffId, password: string): Promise<void> {
    await this.#secrets.verifiers.set(staff, 'password', password, false)
  }

  async #issuePassword(staff: StaffId): Promise<string> {
    const password = randomBytes(9).toString('base64url')
    await this.#secrets.verifiers.set(staff, 'password', password, true)
    return password
  }

  #open({ staff, roles, active, sheet }: StaffRow): StaffMember {
    const opened =
      sheet === null ? undefined : staffAdded.personal?.safeParse(this.#secrets.unsealer.open(JSON.parse(sheet)))
    const named = opened?.success === true ? opened.data : undefined
    return {
      staff,
      roles: JSON.parse(roles) as StaffRole[],
      active: active !== 0,
      login: named?.login ?? '',
      name: named?.name ?? '',
      worker: named?.worker,
    }
  }
}

export function normalLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}

/** Long enough, not the sign-in name, not one character over and over. Any characters, spaces too. */
export function isWeakPassword(password: string, login: string): boolean {
  const plain = password.normalize('NFKC')
  if ([...plain].length < PASSWORD_CHARACTERS_MIN) return true
  return new Set(plain).size < 4 || (login !== '' && plain.toLowerCase().includes(login.toLowerCase()))
}
