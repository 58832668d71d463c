/**
 * Staff cards and PINs shown at a kiosk. A card and PIN that fit earn a pass, good for one hand-over told by that kiosk;
 * what the kiosk claims without a pass counts as not proven. Passes live in memory: a centre that was started anew in
 * between asks a person to look, which is safe.
 */
import { randomBytes } from 'node:crypto'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import type { DeviceId, StaffId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type Clock, DAY_MS, type Instant } from '../../central-sync/protocol/time.ts'
import { type CareSealed, openCare, proofContext, staffProof } from '../../central-sync/protocol/wire/care.ts'
import type { ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import type { StaffProof } from '../staff/staff-proof.ts'

/** The kiosk may lose its line right after the check. */
const KEPT_MS = 2 * DAY_MS
const KEPT_MAX = 1_000

interface Pass {
  readonly device: DeviceId
  readonly staff: StaffId
  readonly at: Instant
}

export class StaffPasses {
  readonly #proof: StaffProof
  readonly #clock: Clock
  readonly #passes = new Map<string, Pass>()

  constructor(proof: StaffProof, clock: Clock) {
    this.#proof = proof
    this.#clock = clock
  }

  /** `key` = the one between this kiosk and the centre. */
  async check(device: DeviceId, key: Uint8Array, { ask, x }: { ask: string; x: CareSealed }): Promise<ServerFrame> {
    const shown = staffProof.safeParse(openCare(x, key, proofContext(device, ask)))
    if (!shown.success) return { t: 'staff-check', ask, ok: false, code: 'malformed' }
    const staff = await this.#proof.checkCard(shown.data.digests, shown.data.pin, `device ${device}`)
    if (isRefusal(staff)) {
      const code = staff.refused === 'staff_card_needed' ? 'sign_in_failed' : staff.refused
      return { t: 'staff-check', ask, ok: false, code }
    }
    const pass = toBase64Url(randomBytes(16))
    this.#passes.set(pass, { device, staff, at: this.#clock.now() })
    for (const old of [...this.#passes.keys()].slice(0, Math.max(0, this.#passes.size - KEPT_MAX)))
      this.#passes.delete(old)
    return { t: 'staff-check', ask, ok: true, staff, pass }
  }

  /** Did each of these show card and PIN at this kiosk? */
  haveShown(device: DeviceId, staff: readonly StaffId[], passes: readonly string[]): boolean {
    const known = passes
      .map((pass) => this.#passes.get(pass))
      .filter((pass) => pass?.device === device && this.#clock.now() - pass.at <= KEPT_MS)
    return staff.every((one) => known.some((pass) => pass?.staff === one))
  }

  /** After the hand-over is committed: a pass serves once. */
  use(passes: readonly string[]): void {
    for (const pass of passes) this.#passes.delete(pass)
  }
}
