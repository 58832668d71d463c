/** Enrolling a card that staff began at the centre: drives the steps over the readers and tells screen and appliance. */
import type { CardHex, CardKey } from '../../central-sync/protocol/card.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import { readNumber } from '../reader/card-reading.ts'
import type { CardTouch } from '../reader/reader.ts'
import { AWAY_MS, beginEnrolment, type CardEnrolment, liftForEnrolment, touchForEnrolment } from './card-enrolment.ts'
import type { Channel } from './channel.ts'
import type { KeptClock } from './kept-clock.ts'
import type { KioskEvent } from './kiosk-event.ts'

export interface EnrolmentDeskOptions {
  cardKeys(): readonly CardKey[]
  readonly channel: Channel
  readonly clock: Clock
  readonly time: KeptClock
  tell(event: KioskEvent): void
}

export class EnrolmentDesk {
  readonly #options: EnrolmentDeskOptions
  #current: CardEnrolment | undefined

  constructor(options: EnrolmentDeskOptions) {
    this.#options = options
  }

  /** A touch belongs to the enrolment while one is going. */
  get active(): boolean {
    this.#expire()
    return this.#current !== undefined
  }

  /** Staff named a person and this kiosk. A second start replaces the first. */
  begin(frame: { token: string; greeting: string; expires: Instant }): void {
    this.#become(beginEnrolment(frame))
    this.#expire()
  }

  touch(touch: CardTouch): void {
    if (this.#current === undefined) return
    const outcome = touchForEnrolment(this.#current, touch)
    if (outcome.kind === 'failed') {
      this.#fail(outcome.code)
      return
    }
    this.#become(outcome.next)
    if (outcome.kind !== 'read') return
    const keys = this.#options.cardKeys()
    const { token } = outcome.next
    const sent = keys.length > 0 && this.#options.channel.sendEnrolled({ token, ...enrolled(outcome.hex, keys) })
    if (!sent) this.#end(false, 'offline')
  }

  lifted(): void {
    if (this.#current !== undefined && this.#current.step === 'away') this.#become(liftForEnrolment(this.#current))
  }

  /** The appliance's last word. `code` = why not. */
  done(token: string, code: string | undefined): void {
    if (this.#current?.token === token) this.#end(code === undefined, code)
  }

  /** The person pressed "stop". */
  cancel(): void {
    if (this.#current !== undefined) this.#fail('cancelled')
  }

  /** Call now and then: an enrolment nobody finished ends by itself, and a reader that notices no removal waits a while. */
  tick(): void {
    this.#expire()
    const laidDownAt = this.#current?.first?.at
    if (laidDownAt !== undefined && this.#options.clock.monotonicMs() - laidDownAt >= AWAY_MS) this.lifted()
  }

  #expire(): void {
    if (this.#current !== undefined && this.#options.time.now() > this.#current.expires) this.#end(false, 'expired')
  }

  #fail(code: string): void {
    if (this.#current !== undefined) this.#options.channel.sendEnrolFailed(this.#current.token, code)
    this.#end(false, code)
  }

  #end(ok: boolean, code: string | undefined): void {
    this.#current = undefined
    this.#options.tell({ t: 'enrolment-ended', ok, code })
  }

  #become(next: CardEnrolment): void {
    this.#current = next
    const leftMs = Math.max(0, next.expires - this.#options.time.now())
    this.#options.tell({ t: 'enrolment', step: next.step, greeting: next.greeting, leftMs })
  }
}

function enrolled(hex: CardHex, keys: readonly CardKey[]) {
  const { digests, tail } = readNumber(hex, keys)
  return { digests: [...digests], tail }
}
