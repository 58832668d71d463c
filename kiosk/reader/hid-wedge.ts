/**
 * A keyboard-wedge reader read below the keyboard, at its hidraw node: layout, NumLock, CapsLock and IME never touch it.
 * Its keystrokes still reach the focused window unless the udev rules keep them away (`udev-rules.ts`).
 */

import type { ReaderSurroundings } from './card-reader.ts'
import type { HidBus, HidEntry, HidPort } from './hid-bus.ts'
import { HidConnection, type HidTiming } from './hid-connection.ts'
import { createHidBus } from './hid-device.ts'
import { type KeysDown, noKeysDown, readReport } from './hid-report.ts'
import { type BurstResult, type BurstState, noBurst, passTime, pressKey, SILENCE_MS } from './key-burst.ts'
import type { Stroke } from './key-codes.ts'
import { readStrokes } from './read-strokes.ts'
import { ReaderBase } from './reader-base.ts'
import { KNOWN_WEDGES, type SettingsOf } from './reader-settings.ts'

const GENERIC_DESKTOP = 0x01
const KEYBOARD = 0x06

export class HidWedgeReader extends ReaderBase {
  readonly #settings: SettingsOf<'hid-wedge'>
  readonly #connection: HidConnection
  #keys: KeysDown = noKeysDown
  #burst: BurstState = noBurst
  #silence: NodeJS.Timeout | undefined

  static create(settings: SettingsOf<'hid-wedge'>, { clock }: ReaderSurroundings): HidWedgeReader {
    return new HidWedgeReader(settings, clock, createHidBus())
  }

  constructor(settings: SettingsOf<'hid-wedge'>, clock: ReaderSurroundings['clock'], bus: HidBus, timing?: HidTiming) {
    super({ ...settings, clock, noticesRemoval: false })
    this.#settings = settings
    this.#connection = new HidConnection({
      bus,
      timing,
      matches: settings.device === 'known' ? KNOWN_WEDGES : [settings.device],
      rank: isKeyboard,
      opened: (port) => this.#listen(port),
      closed: () => this.#forget(),
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
    this.#forget()
    port.onReport((report) => this.#take(report))
    return true
  }

  /** Half a number of a reader that was pulled out must not join the next one. */
  #forget(): void {
    clearTimeout(this.#silence)
    this.#keys = noKeysDown
    this.#burst = noBurst
  }

  #take(report: Uint8Array): void {
    const at = this.clock.monotonicMs()
    const { state, pressed, discarded } = readReport(this.#keys, report, at, this.#settings.reportId)
    this.#keys = state
    if (discarded !== undefined) this.discard(discarded, `a report of ${report.length} bytes`)
    for (const stroke of pressed) this.#press(stroke)
  }

  #press({ code, shift, at }: Stroke): void {
    const { state, results } = pressKey(this.#burst, { code, shiftKey: shift, repeat: false }, at, false)
    this.#burst = state
    for (const result of results) this.#finish(result)
    clearTimeout(this.#silence)
    // One timer per key, because a reader without terminator ends its number by falling silent.
    if (state.strokes.length > 0) this.#silence = setTimeout(() => this.#endBySilence(), SILENCE_MS + 1)
  }

  #endBySilence(): void {
    const { state, results } = passTime(this.#burst, this.clock.monotonicMs(), false)
    this.#burst = state
    for (const result of results) this.#finish(result)
  }

  #finish(result: BurstResult): void {
    if ('discarded' in result) {
      // An Enter after a number that silence had ended already, or CR and LF in a row: not worth a word.
      if (result.discarded !== 'empty') this.discard(result.discarded, `${result.keys} keys`)
      return
    }
    const read = readStrokes(this.#settings.profile, result.burst.strokes)
    if ('garbled' in read) this.fail('garbled', read.garbled)
    else this.deliver({ hex: read.hex })
  }
}

function isKeyboard({ usagePage, usage }: HidEntry): number {
  return usagePage === GENERIC_DESKTOP && usage === KEYBOARD ? 1 : 0
}
