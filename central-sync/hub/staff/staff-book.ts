/** Staff accounts of the hub: orders, payroll, auditor, administrator. Names are sealed and never leave this server. */
import { randomBytes } from 'node:crypto'
import type { Journal, Rows } from '../../journal/port.ts'
import type { SecretStore } from '../../journal/secret-store.ts'
import { hubRole, type StaffRole, staffAdded, staffChanged } from '../../protocol/event/place.ts'
import { newIdentifier, type StaffId } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import type { Actor } from '../../web/port.ts'

export interface StaffMember {
  readonly staff: StaffId
  readonly login: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly active: boolean
}

export interface NewStaff {
  readonly login: string
  readonly name: string
  readonly roles: readonly StaffRole[]
}

/** Shown once, on the slip; must be changed at the first sign-in. */
export interface StaffSlip {
  readonly staff: StaffId
  readonly login: string
  readonly password: string
}

interface StaffRow {
  readonly staff: StaffId
  readonly roles: string
  readonly active: number
  readonly sheet: string | null
}

/** A subject nobody has: its check costs as much time as a real one. */
const NOBODY = 'nobody'
const PASSWORD_CHARACTERS_MIN = 10
const SELECT = 'SELECT staff, roles, active, sheet FROM staff'

export class StaffBook {
  private readonly journal: Journal
  private readonly secrets: SecretStore

  constructor(journal: Journal, secrets: SecretStore) {
    this.journal = journal
    this.secrets = secrets
  }

  async all(rows: Rows = this.journal.read): Promise<StaffMember[]> {
    const found = await rows.all<StaffRow>(`${SELECT} ORDER BY staff`)
    return found.map((row) => this.open(row)).sort((a, b) => (a.login < b.login ? -1 : 1))
  }

  async get(staff: StaffId): Promise<StaffMember | undefined> {
    const row = await this.journal.read.one<StaffRow>(`${SELECT} WHERE staff = ?`, [staff])
    return row === undefined ? undefined : this.open(row)
  }

  /** The first administrator, who holds every role of a hub until others are added. */
  async claim(first: { login: string; name: string; password: string }): Promise<{ staff: StaffId } | Refusal> {
    if (isWeakPassword(first.password, first.login)) return refuse('weak_secret')
    const staff = newIdentifier('staff')
    const refusal = await this.journal.write('hub.claim', async (tx) => {
      if ((await tx.one('SELECT 1 AS claimed FROM staff')) !== undefined) return refuse('already_claimed')
      const personal = { login: normalLogin(first.login), name: first.name }
      tx.append({
        event: staffAdded,
        data: { staff, roles: [...hubRole.options] },
        personal,
        subject: staff,
        by: staff,
      })
      return undefined
    })
    if (refusal !== undefined) return refusal
    await this.secrets.verifiers.set(staff, 'password', first.password, false)
    return { staff }
  }

  async isClaimed(): Promise<boolean> {
    return (await this.journal.read.one('SELECT 1 AS claimed FROM staff')) !== undefined
  }

  async add(member: NewStaff, by: StaffId): Promise<StaffSlip | Refusal> {
    const staff = newIdentifier('staff')
    const login = normalLogin(member.login)
    const refusal = await this.journal.write('staff.add', async (tx) => {
      if ((await this.all(tx)).some((one) => normalLogin(one.login) === login)) return refuse('login_taken')
      const personal = { login, name: member.name }
      tx.append({ event: staffAdded, data: { staff, roles: [...member.roles] }, personal, subject: staff, by })
      return undefined
    })
    if (refusal !== undefined) return refusal
    const password = randomBytes(9).toString('base64url')
    await this.secrets.verifiers.set(staff, 'password', password, true)
    return { staff, login, password }
  }

  /** Nobody changes her own roles, and an administrator always remains. Whoever is deactivated is signed out. */
  async change(
    { staff, roles, active }: { staff: StaffId; roles: readonly StaffRole[]; active: boolean },
    by: StaffId,
  ): Promise<object | Refusal> {
    if (staff === by) return refuse('deciding_about_oneself')
    const refusal = await this.journal.write('staff.change', async (tx) => {
      const members = await this.all(tx)
      if (!members.some((one) => one.staff === staff)) return refuse('not_found')
      const others = members.filter((one) => one.staff !== staff && one.active && one.roles.includes('administrator'))
      if (others.length === 0 && !(active && roles.includes('administrator'))) return refuse('last_administrator')
      tx.append({ event: staffChanged, data: { staff, roles: [...roles], active }, by })
      return undefined
    })
    if (refusal === undefined && !active) await this.secrets.sessions.endAll(staff)
    return refusal ?? {}
  }

  async changePassword(staff: StaffId, current: string, next: string): Promise<object | Refusal> {
    const member = await this.get(staff)
    if ((await this.secrets.verifiers.check(staff, 'password', current)) === 'wrong') return refuse('sign_in_failed')
    if (isWeakPassword(next, member?.login ?? '') || next === current) return refuse('weak_secret')
    await this.secrets.verifiers.set(staff, 'password', next, false)
    return {}
  }

  /** For the sign-in of the floor: takes equal time for a wrong name and a wrong password. */
  async verifyPassword(login: string, password: string): Promise<StaffId | undefined> {
    const wanted = normalLogin(login)
    const member = (await this.all()).find((one) => normalLogin(one.login) === wanted)
    const outcome = await this.secrets.verifiers.check(member?.staff ?? NOBODY, 'password', password)
    return member?.active === true && outcome !== 'wrong' ? member.staff : undefined
  }

  /** Who a session is now. */
  async actorOf(staff: StaffId): Promise<Actor> {
    const member = await this.get(staff)
    if (member?.active !== true) return { kind: 'nobody' }
    return { kind: 'staff', staff, roles: member.roles, name: member.name }
  }

  private open({ staff, roles, active, sheet }: StaffRow): StaffMember {
    const opened = sheet === null ? undefined : this.secrets.unsealer.open(JSON.parse(sheet))
    const named = staffAdded.personal?.safeParse(opened)
    return {
      staff,
      roles: JSON.parse(roles) as StaffRole[],
      active: active === 1,
      login: named?.success === true ? named.data.login : '',
      name: named?.success === true ? named.data.name : '',
    }
  }
}

function normalLogin(login: string): string {
  return login.normalize('NFKC').trim().toLowerCase()
}

/** Long enough, not the sign-in name, not one character over and over. */
function isWeakPassword(password: string, login: string): boolean {
  const plain = password.normalize('NFKC')
  if ([...plain].length < PASSWORD_CHARACTERS_MIN || new Set(plain).size < 4) return true
  return login !== '' && plain.toLowerCase().includes(login.toLowerCase())
}
