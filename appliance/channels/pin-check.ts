/** Worker code and PIN typed at a kiosk by somebody without a card. Nothing of it is spooled or logged. */
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import type { SignInDesk } from '../staff/sign-in-desk.ts'
import type { Greetings } from '../worker/greetings.ts'

export class PinCheck {
  readonly #signIn: SignInDesk
  readonly #greetings: Greetings

  constructor(signIn: SignInDesk, greetings: Greetings) {
    this.#signIn = signIn
    this.#greetings = greetings
  }

  /** The slip PIN serves here too: the kiosk has no page to change it on, and the phone page asks for that. */
  async check(device: DeviceId, { ask, code, pin }: { ask: string; code: string; pin: string }): Promise<ServerFrame> {
    const result = await this.#signIn.workerAtKiosk(code, pin, `device ${device}`)
    if (isRefusal(result)) return { t: 'pin', ask, ok: false, code: result.refused }
    const { worker } = result
    return { t: 'pin', ask, ok: true, worker, callName: this.#greetings.of(worker)?.callName ?? '' }
  }
}
