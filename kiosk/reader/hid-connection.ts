/**
 * Finds one HID reader, opens it, and finds it again after it was pulled out. Where the system tells about plugging
 * (`watch`) it looks 200 ms after such news and every 30 s to be safe; elsewhere it looks every 4 s, and only while the
 * reader is missing, because listing devices disturbs those in use.
 *
 * Every loop and its bound: opening 5 × 100 ms (udev sets permissions after the node appears), then the next look.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReaderState } from './card-reader.ts'
import { type HidBus, type HidEntry, HidForbidden, type HidPort, HidUnavailable } from './hid-bus.ts'
import type { HidMatch } from './reader-settings.ts'
import { UDEV_RULES_FILE, vidPid } from './udev-rules.ts'

export interface HidTiming {
  readonly settleMs: number
  readonly safetyMs: number
  readonly pollMs: number
  readonly openTries: number
  readonly openEveryMs: number
}

export const hidTiming: HidTiming = { settleMs: 200, safetyMs: 30_000, pollMs: 4_000, openTries: 5, openEveryMs: 100 }

export interface HidConnectionOptions {
  readonly bus: HidBus
  readonly matches: readonly HidMatch[]
  /** Of several interfaces of one device the one to open: higher is better. */
  readonly rank: (entry: HidEntry) => number
  /** Returns whether an open device is a ready reader; otherwise the reader says so itself once it has answered. */
  readonly opened: (port: HidPort) => boolean
  readonly closed: () => void
  readonly health: (state: ReaderState, detail?: string) => void
  readonly timing?: HidTiming | undefined
}

export class HidConnection {
  readonly #options: HidConnectionOptions
  readonly #timing: HidTiming
  #running = false
  #port: HidPort | undefined
  #looking: Promise<void> | undefined
  #lookAgain = false
  #unwatch: (() => void) | undefined
  #settle: NodeJS.Timeout | undefined
  #regular: NodeJS.Timeout | undefined

  constructor(options: HidConnectionOptions) {
    this.#options = options
    this.#timing = options.timing ?? hidTiming
  }

  /** Looks once and returns; a missing reader is looked for until `stop`. */
  async start(): Promise<void> {
    if (this.#running) return
    this.#running = true
    this.#options.health('starting')
    this.#unwatch = this.#options.bus.watch(() => this.#lookSoon())
    const every = this.#unwatch === undefined ? this.#timing.pollMs : this.#timing.safetyMs
    this.#regular = setInterval(() => void this.#look(), every).unref()
    await this.#look()
  }

  async stop(): Promise<void> {
    this.#running = false
    this.#unwatch?.()
    clearTimeout(this.#settle)
    clearInterval(this.#regular)
    await this.#looking
    await this.#drop()
    this.#options.health('stopped')
  }

  #lookSoon(): void {
    clearTimeout(this.#settle)
    this.#settle = setTimeout(() => void this.#look(), this.#timing.settleMs)
    this.#settle.unref()
  }

  /** One look at a time; news that arrive during a look cause one more. */
  #look(): Promise<void> {
    this.#lookAgain = this.#looking !== undefined
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined
      if (this.#lookAgain && this.#running) void this.#look()
    })
    return this.#looking
  }

  async #lookOnce(): Promise<void> {
    if (!this.#running || this.#port !== undefined) return
    try {
      const entry = this.#choose(await this.#options.bus.list())
      if (entry === undefined) this.#options.health('missing', this.#missingText())
      else await this.#open(entry)
    } catch (error) {
      this.#report(error)
    }
  }

  #choose(entries: readonly HidEntry[]): HidEntry | undefined {
    const { matches, rank } = this.#options
    const fitting = matches.flatMap((match) => entries.filter((entry) => fits(entry, match)))
    return fitting.sort((a, b) => rank(b) - rank(a))[0]
  }

  async #open({ path }: HidEntry): Promise<void> {
    for (let attempt = 1; this.#running; attempt += 1) {
      try {
        this.#use(await this.#options.bus.open(path))
        return
      } catch (error) {
        if (attempt >= this.#timing.openTries) throw error
        await wait(this.#timing.openEveryMs)
      }
    }
  }

  #use(port: HidPort): void {
    this.#port = port
    port.onGone((reason) => void this.#lose(reason))
    if (this.#options.opened(port)) this.#options.health('ready')
  }

  /** Lets go of a device that no longer answers, and looks for it anew: polling does not notice that it was pulled out. */
  async reopen(reason: string): Promise<void> {
    await this.#drop()
    if (!this.#running) return
    this.#options.health('degraded', `応答がありません (no answer): ${reason}`)
    this.#lookSoon()
  }

  async #lose(reason: string): Promise<void> {
    await this.#drop()
    if (!this.#running) return
    this.#options.health('missing', `${this.#missingText()}: ${reason}`)
    this.#lookSoon()
  }

  async #drop(): Promise<void> {
    const port = this.#port
    if (port === undefined) return
    this.#port = undefined
    this.#options.closed()
    await port.close()
  }

  #report(error: unknown): void {
    const { health } = this.#options
    if (error instanceof HidForbidden) health('no-permission', this.#forbiddenText(error.message))
    else if (error instanceof HidUnavailable)
      health(
        'missing',
        `読み取り部品を読み込めません (node-hid did not load; are libusb-1.0-0 and libudev1 installed?): ${error.message}`,
      )
    else health('degraded', `開けません (cannot open): ${error instanceof Error ? error.message : String(error)}`)
  }

  #missingText(): string {
    return `カードリーダー未接続 (not plugged in: ${this.#options.matches.map(vidPid).join(', ')})`
  }

  #forbiddenText(path: string): string {
    const which = this.#options.matches.map(vidPid).join(' ')
    return `${path} を開く許可がありません (no permission: put the udev rules for ${which} into ${UDEV_RULES_FILE})`
  }
}

function fits(entry: HidEntry, match: HidMatch): boolean {
  const { vendorId, productId, serial, usagePage } = match
  if (entry.vendorId !== vendorId || entry.productId !== productId) return false
  if (serial !== undefined && entry.serial !== serial) return false
  // libusb lists devices without their usage page: unknown is not another page.
  if (usagePage !== undefined && entry.usagePage !== undefined && entry.usagePage !== usagePage) return false
  return match.interface === undefined || entry.interface === match.interface
}
