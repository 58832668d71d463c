/** A clock moved by hand, and a record of everything a reader said. */
import type { Clock } from '../../../../central-sync/protocol/time.ts'
import type {
  CardReader,
  CardTouch,
  DiscardedInput,
  ReaderHealth,
  ReadFailure,
} from '../../../../kiosk/reader/card-reader.ts'

export class HandClock implements Clock {
  #at = 0
  now(): number {
    return 1_795_000_000_000 + this.#at
  }
  monotonicMs(): number {
    return this.#at
  }
  pass(ms: number): void {
    this.#at += ms
  }
}

export interface Heard {
  readonly touches: CardTouch[]
  readonly readings: CardTouch[]
  readonly failures: ReadFailure[]
  readonly discarded: DiscardedInput[]
  readonly health: ReaderHealth[]
  removals: number
  ended: boolean
}

export function listenTo(reader: CardReader): Heard {
  const heard: Heard = { touches: [], readings: [], failures: [], discarded: [], health: [], removals: 0, ended: false }
  reader.on('touch', (touch) => heard.touches.push(touch))
  reader.on('reading', (touch) => heard.readings.push(touch))
  reader.on('failed', (failure) => heard.failures.push(failure))
  reader.on('discarded', (input) => heard.discarded.push(input))
  reader.on('health', (health) => heard.health.push(health))
  reader.on('removed', () => {
    heard.removals += 1
  })
  reader.on('ended', () => {
    heard.ended = true
  })
  return heard
}

export const hexes = (touches: readonly CardTouch[]): string[] => touches.map(({ hex }) => hex)
