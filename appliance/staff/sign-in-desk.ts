/** Signs people in: staff by name and password, workers by code and PIN. Slow on purpose, and never says which was wrong. */
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { VerifyOutcome } from '../../central-sync/journal/secrets/verifiers.ts'
import type { StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Actor } from '../../central-sync/web/port.ts'
import { SignInLimiter } from '../../central-sync/web/rate-limit.ts'
import type { Directory } from '../worker/directory.ts'
import type { StaffDesk, StaffMember } from './staff-desk.ts'

/** A subject nobody has: its check costs as much time as a real one. */
const NOBODY = 'nobody'

export interface SignedIn {
  readonly worker: WorkerId
  readonly mustChange: boolean
}

export interface SignInDeskOptions {
  readonly secrets: SecretStore
  readonly staff: StaffDesk
  readonly directory: Directory
}

export class SignInDesk {
  readonly #options: SignInDeskOptions
  readonly #limiter = new SignInLimiter()

  constructor(options: SignInDeskOptions) {
    this.#options = options
  }

  async staff(
    login: string,
    password: string,
    remote: string,
  ): Promise<{ member: StaffMember; mustChange: boolean } | Refusal> {
    const { staff, secrets } = this.#options
    const account = `staff ${login}`
    const wait = await this.#limiter.begin(account, remote)
    if (wait !== undefined) return wait
    const member = await staff.byLogin(login)
    const outcome = await secrets.verifiers.check(member?.staff ?? NOBODY, 'password', password)
    if (member === undefined || !member.active || outcome === 'wrong') return refuse('sign_in_failed')
    await this.#limiter.succeeded(account, remote)
    return { member, mustChange: outcome === 'must_change' }
  }

  /** On a page of her own: at her home centre only. */
  worker(code: string, pin: string, remote: string): Promise<SignedIn | Refusal> {
    return this.#worker({ code, pin, remote }, (worker) => this.#options.secrets.verifiers.check(worker, 'pin', pin))
  }

  /** At a kiosk, also somebody who was introduced from another centre. */
  workerAtKiosk(code: string, pin: string, remote: string): Promise<SignedIn | Refusal> {
    const { directory, secrets } = this.#options
    return this.#worker({ code, pin, remote }, async (worker, own) => {
      if (own) return secrets.verifiers.check(worker, 'pin', pin)
      const verifier = await directory.introducedPin(worker)
      return (await secrets.verifiers.matches(verifier, pin)) ? 'ok' : 'wrong'
    })
  }

  async #worker(
    { code, pin, remote }: { code: string; pin: string; remote: string },
    check: (worker: WorkerId, own: boolean) => Promise<VerifyOutcome>,
  ): Promise<SignedIn | Refusal> {
    const { directory, secrets } = this.#options
    const account = `worker ${code.normalize('NFKC').toUpperCase()}`
    const wait = await this.#limiter.begin(account, remote)
    if (wait !== undefined) return wait
    const worker = await directory.byCode(code)
    const person = worker === undefined ? undefined : await directory.get(worker)
    const outcome =
      worker === undefined || person === undefined
        ? await secrets.verifiers.check(NOBODY, 'pin', pin)
        : await check(worker, person.own)
    if (worker === undefined || person?.active !== true || outcome === 'wrong') return refuse('sign_in_failed')
    await this.#limiter.succeeded(account, remote)
    return { worker, mustChange: outcome === 'must_change' }
  }

  /** Counts one try of a signed-in person to prove a secret again; points come back with the hour. */
  slowDown(account: string, remote: string): Promise<Refusal | undefined> {
    return this.#limiter.begin(`again ${account}`, remote)
  }

  /** Who a session is now: roles and activity are read fresh for each request. */
  async actorOf(subject: { kind: 'staff'; staff: StaffId } | { kind: 'worker'; worker: WorkerId }): Promise<Actor> {
    return subject.kind === 'staff' ? this.#staffActor(subject.staff) : this.#workerActor(subject.worker)
  }

  async #staffActor(staff: StaffId): Promise<Actor> {
    const member = await this.#options.staff.get(staff)
    if (member?.active !== true) return { kind: 'nobody' }
    const { roles, worker, name } = member
    return { kind: 'staff', staff, roles, worker, name }
  }

  async #workerActor(worker: WorkerId): Promise<Actor> {
    const { directory, secrets } = this.#options
    const [person, kept] = await Promise.all([directory.get(worker), secrets.verifiers.get(worker, 'pin')])
    if (person?.active !== true) return { kind: 'nobody' }
    return {
      kind: 'worker',
      worker,
      pinChangeRequired: kept?.mustChange ?? true,
      name: person.name || person.callName || person.shownCode,
    }
  }
}
