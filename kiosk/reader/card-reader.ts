/**
 * What a card reader is to the house. Transport (bytes or keys) → decoder (profile) → policy (`classifyCard`,
 * one touch = one tap) → the events below. Only transports know hardware; each loads its native part when it starts, and
 * a part that cannot be loaded is health `missing` with a reason, never a crash.
 */
import type { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import type { CardHex, CardTechnology, CardUse } from '../../central-sync/protocol/card.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { ReaderHealth } from '../../central-sync/protocol/wire/device.ts'

export type { ReaderHealth } from '../../central-sync/protocol/wire/device.ts'

export type ReaderKind = 'pcsc' | 'hid-raw' | 'hid-wedge' | 'page-wedge' | 'lines' | 'simulated'
export type ReaderState = ReaderHealth['state']

/** One touch of one card, already freed of repetitions. `JSON.stringify` and `inspect` show only the tail of `hex`. */
export interface CardTouch {
  readonly readerId: string
  readonly kind: ReaderKind
  /** Monotonic ms of the clock given to `openReaders`. */
  readonly at: number
  readonly hex: CardHex
  readonly technology: CardTechnology
  readonly atr?: string | undefined
  /** Whether this number may be enrolled; a touch of an unusable card is still a touch. */
  readonly usable: CardUse
  /** Another card lay on this reader at the same time (within half a second): this is the later one. */
  readonly together?: boolean | undefined
  /** Came from a simulated reader; stays with the tap for ever. */
  readonly simulated?: boolean | undefined
  /** A reader mounted at an entrance or an exit only. */
  readonly facing?: 'in' | 'out' | undefined
}

/**
 * Why a card could not be read while somebody stood there: moved = taken away too early, unsupported = the card gives no
 * number, garbled = the characters fit no format of this reader.
 */
export interface ReadFailure {
  readonly readerId: string
  readonly kind: ReaderKind
  readonly at: number
  readonly reason: 'moved' | 'unsupported' | 'garbled'
  /** For staff; never a raw number. */
  readonly detail?: string | undefined
}

/** Input that is rightly not a touch. Reported, because silence would hide a broken reader. */
export interface DiscardedInput {
  readonly readerId: string
  readonly kind: ReaderKind
  readonly at: number
  readonly reason:
    | 'same-touch'
    | 'two-cards'
    | 'empty'
    | 'too-long'
    | 'typed-by-hand'
    | 'key-repeat'
    | 'malformed'
    | 'too-many'
  readonly detail?: string | undefined
}

export interface CardRemoval {
  readonly readerId: string
  readonly at: number
}

export interface ReaderEvents {
  /** One touch = one tap. */
  touch: [CardTouch]
  /** Every reading, repetitions too. For enrolment only, where the same card comes back sooner than a new tap may. */
  reading: [CardTouch]
  /** Say "もう一度タッチ". */
  failed: [ReadFailure]
  discarded: [DiscardedInput]
  /** Only readers that notice removal (PC/SC, simulated). */
  removed: [CardRemoval]
  health: [ReaderHealth]
  /** The source has ended and no touch will follow (`lines` at the end of its stream). */
  ended: []
}

export interface CardReader extends EventEmitter<ReaderEvents> {
  readonly id: string
  readonly kind: ReaderKind
  /** It emits `removed`. */
  readonly noticesRemoval: boolean
  /** Resolves at once, also when the hardware is missing: then `health` says so and the reader keeps looking for it. */
  start(): Promise<void>
  /** Lets go of the hardware and of every timer. Safe to call twice. */
  stop(): Promise<void>
  health(): ReaderHealth
}

/** What the readers need from the program around them. */
export interface ReaderSurroundings {
  readonly clock: Clock
  /** Where `lines` reads; standard input of the process. */
  readonly lines?: Readable | undefined
  /** Socket of pcscd ($PCSCLITE_CSOCK_NAME) where a reader's settings name none. */
  readonly pcscSocket?: string | undefined
  /** NODE_ENV=production: a simulated reader then needs `allowInProduction` in its settings. */
  readonly production: boolean
}
