/**
 * The door between card readers and the house. Transport (bytes or keys) → decoder (profile) → policy (`classifyCard`,
 * one touch = one tap) → the events below. Only transports know hardware; each loads its native part when it starts, and
 * a part that cannot be loaded is health `missing` with a reason, never a crash.
 */
import type { EventEmitter } from 'node:events'
import type { Readable } from 'node:stream'
import type { CardHex, CardTechnology, CardUse } from '../../central-sync/protocol/card.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { ReaderHealth } from '../../central-sync/protocol/wire/device.ts'
import type { ReaderSettings } from './reader-settings.ts'

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
  /** Two different cards lay on this reader within half a second: this is the later one. */
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
  touch: [CardTouch]
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
  /** NODE_ENV=production: a simulated reader then needs `allowInProduction` in its settings. */
  readonly production: boolean
}

/** Makes the readers of one kiosk, not yet started. Two readers with one id, or a forbidden one, are thrown by name. */
export async function openReaders(
  settings: readonly ReaderSettings[],
  surroundings: ReaderSurroundings,
): Promise<readonly CardReader[]> {
  const ids = settings.map(({ id }) => id)
  const twice = ids.find((id, index) => ids.indexOf(id) !== index)
  if (twice !== undefined) throw new Error(`two readers are called "${twice}"`)
  return Promise.all(settings.map((one) => openReader(one, surroundings)))
}

async function openReader(settings: ReaderSettings, surroundings: ReaderSurroundings): Promise<CardReader> {
  switch (settings.kind) {
    case 'pcsc':
      return (await import('./pcsc/pcsc-reader.ts')).PcscReader.create(settings, surroundings)
    case 'hid-wedge':
      return (await import('./hid-wedge.ts')).HidWedgeReader.create(settings, surroundings)
    case 'hid-raw':
      return (await import('./hid-raw.ts')).HidRawReader.create(settings, surroundings)
    case 'page-wedge':
      return (await import('./page-wedge.ts')).PageWedgeReader.create(settings, surroundings)
    case 'lines':
      return (await import('./lines.ts')).LinesReader.create(settings, surroundings)
    case 'simulated':
      return (await import('./simulated.ts')).SimulatedReader.create(settings, surroundings)
  }
}
