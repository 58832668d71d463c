/**
 * Who hands a child over proves it twice: signed in or by a staff card, and by a PIN of her own. The PIN is no worker's PIN:
 * it is kept under a subject of its own and is never sent to the hub or to a kiosk.
 */
import type { Log } from '../../central-sync/journal/log.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { StaffRole } from '../../central-sync/protocol/event/place.ts'
import type { StaffId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { SignInLimiter } from '../../central-sync/web/rate-limit.ts'
import { isWeakPin } from '../worker/worker-desk.ts'
import type { StaffCardDesk } from './staff-card-desk.ts'
import type { StaffDesk, StaffMember } from './staff-desk.ts'

/** Roles that hand children over. */
const CARERS: readonly StaffRole[] = ['childcare', 'director', 'administrator']
/** May somebody with these roles hand children over? */
export function isCarer(roles: readonly StaffRole[]): boolean {
  return roles.some((role) => CARERS.includes(role))
}

/** A subject nobody has: its check costs as much time as a real one. */
const NOBODY = 'nobody'

/** Kind `pin` is what travels to the hub, so this one is kept as a password of another subject. */
const subjectOf = (staff: StaffId | typeof NOBODY) => `pin ${staff}`

export interface StaffProofOptions {
  readonly secrets: SecretStore
  readonly staff: StaffDesk
  readonly cards: StaffCardDesk
  readonly log: Log
}

export class StaffProof {
  readonly #options: StaffProofOptions
  readonly #limiter = new SignInLimiter()

  constructor(options: StaffProofOptions) {
    this.#options = options
  }

  async hasPin(staff: StaffId): Promise<boolean> {
    return (await this.#options.secrets.verifiers.get(subjectOf(staff), 'password')) !== undefined
  }

  /** A new PIN of her own, proven by her password. */
  async setPin(staff: StaffId, password: string, next: string, remote: string): Promise<undefined | Refusal> {
    const account = `staff-pin-set ${staff}`
    const wait = await this.#limiter.begin(account, remote)
    if (wait !== undefined) return wait
    const { verifiers } = this.#options.secrets
    if ((await verifiers.check(staff, 'password', password)) === 'wrong') return refuse('sign_in_failed')
    if (isWeakPin(next)) return refuse('weak_secret')
    await this.#limiter.succeeded(account, remote)
    await verifiers.set(subjectOf(staff), 'password', next, false)
    return undefined
  }

  /** Undefined when the PIN is hers and she may hand children over; `witness`: any member of staff may stand beside. */
  async check(staff: StaffId, pin: string, remote: string, as: 'carer' | 'witness'): Promise<Refusal | undefined> {
    return this.#check(await this.#options.staff.get(staff), staff, { pin, remote, as })
  }

  /** The second member of staff, by sign-in name. */
  async checkLogin(login: string, pin: string, remote: string): Promise<StaffId | Refusal> {
    const member = await this.#options.staff.byLogin(login)
    const refused = await this.#check(member, `login ${login}`, { pin, remote, as: 'witness' })
    return refused ?? (member?.staff as StaffId)
  }

  /** By card and PIN, as a kiosk asks. What the card learns by it is written after the answer. */
  async checkCard(digests: readonly CardDigest[], pin: string, remote: string): Promise<StaffId | Refusal> {
    const staff = await this.#options.cards.holder(digests)
    if (staff === undefined) return refuse('staff_card_needed')
    const refused = await this.check(staff, pin, remote, 'witness')
    if (refused !== undefined) return refused
    if (await this.#options.cards.hasNew(digests)) this.#renewSoon(digests)
    return staff
  }

  /** Nobody waits for it at the counter: a full disk or a long queue must not make a right PIN a wrong one. */
  #renewSoon(digests: readonly CardDigest[]): void {
    const { cards, log } = this.#options
    cards.renew(digests).catch((error: unknown) => {
      log.warn({ reason: String(error) }, 'a staff card was not renewed; it is when it is shown again')
    })
  }

  /** May she hand children over, by her roles of now? */
  async isCarer(staff: StaffId): Promise<boolean> {
    const member = await this.#options.staff.get(staff)
    return member?.active === true && isCarer(member.roles)
  }

  async #check(
    member: StaffMember | undefined,
    account: string,
    { pin, remote, as }: { pin: string; remote: string; as: 'carer' | 'witness' },
  ): Promise<Refusal | undefined> {
    const name = `staff-pin ${account}`
    const wait = await this.#limiter.begin(name, remote)
    if (wait !== undefined) return wait
    const subject = subjectOf(member?.staff ?? NOBODY)
    const outcome = await this.#options.secrets.verifiers.check(subject, 'password', pin)
    if (member?.active !== true || outcome === 'wrong') return refuse('staff_card_needed', 'PIN')
    await this.#limiter.succeeded(name, remote)
    if (as === 'carer' && !isCarer(member.roles)) return refuse('not_allowed')
    return undefined
  }
}
