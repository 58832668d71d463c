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

  #listen(port: HidPort): void {
    const { protocol } = this.#settings
    if (protocol.by === 'pcprox') this.#pollAfter(port, protocol.everyMs)
    else port.onReport((report) => this.#take(readRawReport(protocol.layout, report)))
  }

  /** Asks again only after the answer: a slow reader is never asked twice at once. */
  #pollAfter(port: HidPort, everyMs: number): void {
    clearTimeout(this.#poll)
    this.#failedPolls = 0
    const again = (): void => {
      const timer = setTimeout(() => void this.#ask(port).then(() => timer === this.#poll && again()), everyMs)
      this.#poll = timer
    }
    again()
  }

  #stopPolling(): void {
    clearTimeout(this.#poll)
    this.#poll = undefined
  }

  async #ask(port: HidPort): Promise<void> {
    try {
      const card = await askPcprox(port, PCPROX_CARD_COMMAND)
      const length = await askPcprox(port, PCPROX_LENGTH_COMMAND)
      if (this.#poll === undefined) return
      if (this.#failedPolls >= FAILED_POLLS_MAX) this.become('ready')
      this.#failedPolls = 0
      this.#take(readPcprox(card, length))
    } catch (error) {
      this.#failedPolls += 1
      if (this.#poll === undefined || this.#failedPolls < FAILED_POLLS_MAX) return
      this.become('degraded', `応答がありません (no answer): ${error instanceof Error ? error.message : String(error)}`)
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
