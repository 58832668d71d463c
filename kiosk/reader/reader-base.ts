/** What every reader does the same way: health that is reported once per change, policy, one touch = one tap. */
import { EventEmitter } from 'node:events'
import { inspect } from 'node:util'
import {
  type CardHex,
  type CardTechnology,
  classifyCard,
  maskCard,
  parseCardHex,
} from '../../central-sync/protocol/card.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type {
  CardReader,
  CardTouch,
  DiscardedInput,
  ReaderEvents,
  ReaderHealth,
  ReaderKind,
  ReaderState,
  ReadFailure,
} from './card-reader.ts'
import { TouchDebouncer } from './touch-debouncer.ts'

const DETAIL_LENGTH_MAX = 200

export interface ReaderBaseOptions {
  readonly id: string
  readonly kind: ReaderKind
  readonly clock: Clock
  readonly noticesRemoval: boolean
  /** False for a stream of numbers, where two in a row are not two cards in one hand. */
  readonly hasField?: boolean | undefined
  readonly facing?: 'in' | 'out' | undefined
  readonly simulated?: boolean | undefined
}

/** What a decoder hands over: a number, and what the transport knows about the card. */
export interface ReadCard {
  readonly hex: string
  readonly technology?: CardTechnology | undefined
  readonly atr?: string | undefined
  readonly pmm?: string | undefined
}

export abstract class ReaderBase extends EventEmitter<ReaderEvents> implements CardReader {
  readonly id: string
  readonly kind: ReaderKind
  readonly noticesRemoval: boolean
  protected readonly clock: Clock
  readonly #debouncer: TouchDebouncer
  readonly #marks: { readonly facing?: 'in' | 'out'; readonly simulated?: true }
  #health: ReaderHealth

  constructor({ id, kind, clock, noticesRemoval, hasField = true, facing, simulated }: ReaderBaseOptions) {
    super()
    this.id = id
    this.kind = kind
    this.noticesRemoval = noticesRemoval
    this.clock = clock
    this.#debouncer = new TouchDebouncer({ noticesRemoval, hasField })
    this.#marks = { ...(facing === undefined ? {} : { facing }), ...(simulated === true ? { simulated } : {}) }
    this.#health = { id, kind, state: 'stopped', since: clock.now() }
  }

  abstract start(): Promise<void>
  abstract stop(): Promise<void>

  health(): ReaderHealth {
    return this.#health
  }

  protected become(state: ReaderState, detail?: string): void {
    const short = detail?.slice(0, DETAIL_LENGTH_MAX)
    if (state === this.#health.state && short === this.#health.detail) return
    const since = state === this.#health.state ? this.#health.since : this.clock.now()
    this.#health = { id: this.id, kind: this.kind, state, since, ...(short === undefined ? {} : { detail: short }) }
    this.emit('health', this.#health)
  }

  /** Takes a decoded number through the policy: a touch, a repetition, or something that is no card number. */
  protected deliver({ hex: text, technology = '?', atr, pmm }: ReadCard): void {
    const at = this.clock.monotonicMs()
    const hex = parseCardHex(text)
    if (isRefusal(hex)) {
      this.fail('garbled', `${hex.refused}: ${text.length} characters`)
      return
    }
    const { verdict, beside } = this.#debouncer.touch(this.id, hex, at)
    if (beside !== undefined) this.discard('two-cards', `${maskCard(beside)} and ${maskCard(hex)}`)
    const touch = this.#touch(hex, at, { technology, atr, pmm, together: beside !== undefined })
    this.emit('reading', touch)
    if (verdict === 'report') this.emit('touch', touch)
    else this.discard('same-touch', maskCard(hex))
  }

  protected fail(reason: ReadFailure['reason'], detail?: string): void {
    this.emit('failed', { readerId: this.id, kind: this.kind, at: this.clock.monotonicMs(), reason, detail })
  }

  protected discard(reason: DiscardedInput['reason'], detail?: string): void {
    this.emit('discarded', { readerId: this.id, kind: this.kind, at: this.clock.monotonicMs(), reason, detail })
  }

  protected cardRemoved(): void {
    const at = this.clock.monotonicMs()
    this.#debouncer.removed(this.id, at)
    this.emit('removed', { readerId: this.id, at })
  }

  /** A card stands where another one stood without a gap in sight; its reading decides whether it is the same touch. */
  protected cardSwapped(): void {
    this.emit('removed', { readerId: this.id, at: this.clock.monotonicMs() })
  }

  #touch(
    hex: CardHex,
    at: number,
    read: { technology: CardTechnology; atr: string | undefined; pmm: string | undefined; together: boolean },
  ): CardTouch {
    return maskedTouch({
      readerId: this.id,
      kind: this.kind,
      at,
      hex,
      technology: read.technology,
      ...(read.atr === undefined ? {} : { atr: read.atr }),
      usable: classifyCard(hex, read),
      ...(read.together ? { together: true } : {}),
      ...this.#marks,
    })
  }
}

/** Gives a touch a `toJSON` and an `inspect` that hide the number, so that no log line can carry it by accident. */
export function maskedTouch(touch: CardTouch): CardTouch {
  const masked = () => ({ ...touch, hex: maskCard(touch.hex) })
  Object.defineProperties(touch, { toJSON: { value: masked }, [inspect.custom]: { value: masked } })
  return Object.freeze(touch)
}
