/**
 * A reader without hardware, for demonstrations and tests: the same door, and every touch flagged for ever. In production
 * it is refused unless the settings say so, because whoever drives it can be anybody.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { CardTechnology } from '../../central-sync/protocol/card.ts'
import type { ReaderState, ReaderSurroundings, ReadFailure } from './card-reader.ts'
import { ReaderBase } from './reader-base.ts'
import type { SettingsOf } from './reader-settings.ts'

/** One card as a script writes it. */
export interface SimulatedCard {
  readonly hex: string
  readonly technology?: CardTechnology | undefined
  readonly atr?: string | undefined
  readonly pmm?: string | undefined
}

export type SimulatedStep =
  | ({ readonly do: 'present' } & SimulatedCard)
  | { readonly do: 'remove' }
  | { readonly do: 'fail'; readonly reason: ReadFailure['reason'] }
  | { readonly do: 'health'; readonly state: ReaderState; readonly detail?: string | undefined }
  | { readonly do: 'wait'; readonly ms: number }

export class SimulatedReader extends ReaderBase {
  #running = false
  #present = false

  static create(settings: SettingsOf<'simulated'>, { clock, production }: ReaderSurroundings): SimulatedReader {
    if (production && !settings.allowInProduction)
      throw new Error(`reader "${settings.id}" is simulated: refused in production unless allowInProduction is set`)
    return new SimulatedReader({ ...settings, clock, noticesRemoval: true, simulated: true })
  }

  async start(): Promise<void> {
    this.#running = true
    this.become('ready', '模擬リーダー (simulated reader)')
  }

  async stop(): Promise<void> {
    this.#running = false
    this.become('stopped')
  }

  /** Lays a card on the reader. A card laid on another one takes its place. */
  present(card: SimulatedCard): void {
    if (!this.#running) return
    if (this.#present) this.cardSwapped()
    this.#present = true
    this.deliver(card)
  }

  remove(): void {
    if (!this.#running || !this.#present) return
    this.#present = false
    this.cardRemoved()
  }

  /** A short touch: on and off. */
  touch(hex: string): void {
    this.present({ hex })
    this.remove()
  }

  /** Plays a script from its first step to its last. */
  async play(steps: readonly SimulatedStep[]): Promise<void> {
    for (const step of steps) {
      if (step.do === 'wait') await wait(step.ms)
      else this.#perform(step)
    }
  }

  #perform(step: Exclude<SimulatedStep, { do: 'wait' }>): void {
    switch (step.do) {
      case 'present':
        this.present(step)
        return
      case 'remove':
        this.remove()
        return
      case 'fail':
        this.fail(step.reason, 'simulated')
        return
      case 'health':
        this.become(step.state, step.detail)
    }
  }
}
