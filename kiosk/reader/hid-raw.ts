/** A reader that sends reports of its own (not a keyboard's), or answers when asked (pcProx). */

import type { ReaderSurroundings } from './card-reader.ts'
import type { HidBus, HidEntry, HidPort } from './hid-bus.ts'
import { HidConnection, type HidTiming } from './hid-connection.ts'
import { createHidBus } from './hid-device.ts'
import {
  PCPROX_CARD_COMMAND,
  PCPROX_LENGTH_COMMAND,
  PCPROX_REPORT_BYTES,
  pcproxCommand,
  readPcprox,
  readRawReport,
} from './read-raw-report.ts'
import { ReaderBase } from './reader-base.ts'
import type { SettingsOf } from './reader-settings.ts'
import type { Decoded } from './wedge-decoder.ts'

const VENDOR_PAGE_MIN = 0xff00
/** A reader that stops answering is named after so many polls in a row. */
const FAILED_POLLS_MAX = 5

export class HidRawReader extends ReaderBase {
  readonly #settings: SettingsOf<'hid-raw'>
  readonly #connection: HidConnection
  #poll: NodeJS.Timeout | undefined
  #failedPolls = 0

  static create(settings: SettingsOf<'hid-raw'>, { clock }: ReaderSurroundings): HidRawReader {
    return new HidRawReader(settings, clock, createHidBus())
  }

  constructor(settings: SettingsOf<'hid-raw'>, clock: ReaderSurroundings['clock'], bus: HidBus, timing?: HidTiming) {
    super({ ...settings, clock, noticesRemoval: false })
    this.#settings = settings
    this.#connection = new HidConnection({
      bus,
      timing,
      matches: [settings.device],
      rank: isVendorPage,
      opened: (port) => this.#listen(port),
      closed: () => this.#stopPolling(),
      health: (state, detail) => this.become(state, detail),
    })
  }

  start(): Promise<void> {
    return this.#connection.start()
  }

  stop(): Promise<void> {
    return this.#connection.stop()
  }

  #listen(port: HidPort): boolean {
    const { protocol } = this.#settings
    if (protocol.by === 'pcprox') {
      this.#failedPolls = 0
      this.#pollAfter(port, protocol.everyMs)
      return false
    }
    port.onReport((report) => this.#take(readRawReport(protocol.layout, report)))
    return true
  }

  /** Asks again only after the answer: a slow reader is never asked twice at once. Ends when `#poll` is taken away. */
  #pollAfter(port: HidPort, everyMs: number): void {
    const timer = setTimeout(async () => {
      await this.#ask(port, () => this.#poll === timer)
      if (this.#poll === timer) this.#pollAfter(port, everyMs)
    }, everyMs)
    this.#poll = timer
  }

  #stopPolling(): void {
    clearTimeout(this.#poll)
    this.#poll = undefined
  }

  /** One question; `current` tells afterwards whether anybody still wants the answer. */
  async #ask(port: HidPort, current: () => boolean): Promise<void> {
    try {
      const card = await askPcprox(port, PCPROX_CARD_COMMAND)
      const length = await askPcprox(port, PCPROX_LENGTH_COMMAND)
      if (!current()) return
      this.#failedPolls = 0
      this.become('ready')
      this.#take(readPcprox(card, length))
    } catch (error) {
      this.#failedPolls += 1
      if (!current() || this.#failedPolls < FAILED_POLLS_MAX) return
      await this.#connection.reopen(error instanceof Error ? error.message : String(error))
    }
  }

  #take(read: Decoded | undefined): void {
    if (read === undefined) return
    if ('garbled' in read) this.fail('garbled', read.garbled)
    else this.deliver({ hex: read.hex, technology: this.#settings.protocol.by === 'pcprox' ? 'EM' : '?' })
  }
}

async function askPcprox(port: HidPort, command: number): Promise<Uint8Array> {
  await port.sendFeature(pcproxCommand(command))
  return port.getFeature(0, PCPROX_REPORT_BYTES + 1)
}

function isVendorPage({ usagePage }: HidEntry): number {
  return usagePage !== undefined && usagePage >= VENDOR_PAGE_MIN ? 1 : 0
}
