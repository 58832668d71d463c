/**
 * Card enrolments that staff started at a chosen kiosk. The kiosk asks for the card twice and sends only its digests
 * with the one-time token; whose card it is never leaves the appliance before the staff decided it.
 */
import { randomBytes } from 'node:crypto'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { DeviceId, StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type Clock, type Instant, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { ServerFrame } from '../../central-sync/protocol/wire/device.ts'

export const TOKEN_TTL_MS = 3 * MINUTE_MS
const KEPT_MAX = 200

export interface TokenState {
  readonly state: 'waiting' | 'done' | 'failed' | 'expired'
  /** Why it failed. */
  readonly code: string | undefined
}

/** Whose card it becomes: a worker's, for her time, or a member of staff's, for handing children over. */
export type CardHolder = WorkerId | StaffId

interface Enrolment {
  readonly token: string
  readonly holder: CardHolder
  readonly device: DeviceId
  readonly by: StaffId
  readonly greeting: string
  readonly expires: Instant
  state: 'waiting' | 'done' | 'failed'
  code: string | undefined
}

export interface EnrolmentTokensOptions {
  readonly clock: Clock
  /** Enrols the card; a refusal is told to the kiosk by its code. */
  enrol(card: {
    holder: CardHolder
    digests: readonly CardDigest[]
    tail: string
    by: StaffId
  }): Promise<Refusal | object>
  /** Tells the kiosk; false when it is not connected. */
  tell(device: DeviceId, frame: ServerFrame): boolean
  changed(token: string): void
}

export class EnrolmentTokens {
  readonly #options: EnrolmentTokensOptions
  readonly #kept = new Map<string, Enrolment>()

  constructor(options: EnrolmentTokensOptions) {
    this.#options = options
  }

  /** Refused when the kiosk is not connected. A new start at the same kiosk replaces the one before. */
  start(
    holder: CardHolder,
    device: DeviceId,
    by: StaffId,
    greeting: string,
  ): { token: string; expires: Instant } | Refusal {
    const token = toBase64Url(randomBytes(16))
    const expires = this.#options.clock.now() + TOKEN_TTL_MS
    const enrolment: Enrolment = { token, holder, device, by, greeting, expires, state: 'waiting', code: undefined }
    if (!this.#options.tell(device, frameOf(enrolment))) return refuse('device_offline')
    for (const other of this.#kept.values()) {
      if (other.device === device && other.state === 'waiting') this.#settle(other, 'failed', 'replaced')
    }
    this.#kept.set(token, enrolment)
    for (const old of [...this.#kept.keys()].slice(0, Math.max(0, this.#kept.size - KEPT_MAX))) this.#kept.delete(old)
    return { token, expires }
  }

  state(token: string): TokenState | undefined {
    const enrolment = this.#kept.get(token)
    if (enrolment === undefined) return undefined
    if (enrolment.state === 'waiting' && this.#isExpired(enrolment)) return { state: 'expired', code: undefined }
    return { state: enrolment.state, code: enrolment.code }
  }

  /** The frame for a kiosk that reconnects while an enrolment waits for it. */
  waitingFor(device: DeviceId): ServerFrame | undefined {
    const found = [...this.#kept.values()].find((one) => one.device === device && this.#isWaiting(one))
    return found === undefined ? undefined : frameOf(found)
  }

  async complete(
    device: DeviceId,
    { token, digests, tail }: { token: string; digests: readonly CardDigest[]; tail: string },
  ): Promise<ServerFrame> {
    const enrolment = this.#kept.get(token)
    // Being a kiosk is no right to give cards to people: only what staff started here and now counts.
    if (enrolment === undefined || enrolment.device !== device) return { t: 'enrol-done', token, code: 'not_allowed' }
    if (enrolment.state === 'done') return { t: 'enrol-done', token }
    if (!this.#isWaiting(enrolment)) return { t: 'enrol-done', token, code: 'too_late' }
    const { holder, by } = enrolment
    const result = await this.#options.enrol({ holder, digests, tail: tail.toUpperCase(), by })
    if (isRefusal(result)) {
      this.#settle(enrolment, 'failed', result.refused)
      return { t: 'enrol-done', token, code: result.refused }
    }
    this.#settle(enrolment, 'done', undefined)
    return { t: 'enrol-done', token }
  }

  fail(device: DeviceId, token: string, code: string): void {
    const enrolment = this.#kept.get(token)
    if (enrolment?.device === device && enrolment.state === 'waiting') this.#settle(enrolment, 'failed', code)
  }

  #isExpired(enrolment: Enrolment): boolean {
    return this.#options.clock.now() > enrolment.expires
  }

  #isWaiting(enrolment: Enrolment): boolean {
    return enrolment.state === 'waiting' && !this.#isExpired(enrolment)
  }

  #settle(enrolment: Enrolment, state: 'done' | 'failed', code: string | undefined): void {
    enrolment.state = state
    enrolment.code = code
    this.#options.changed(enrolment.token)
  }
}

function frameOf({ token, greeting, expires }: Enrolment): ServerFrame {
  return { t: 'enrol', token, greeting, expires }
}
