/** The cable, not the code: devices that are plugged, pulled and spoken to by bytes; everything above is the real thing. */
import { type HidBus, type HidEntry, HidForbidden, type HidPort } from '../../../../kiosk/reader/hid-bus.ts'

export class FakeDevice {
  readonly entry: HidEntry
  /** Answers a feature request: report id and bytes sent before → bytes. */
  feature: (sent: readonly number[]) => Uint8Array = () => new Uint8Array(9)
  /** How often opening still fails, and how. */
  failures: Error[] = []
  opened = 0
  closed = 0
  readonly sent: (readonly number[])[] = []
  #take: ((report: Uint8Array) => void) | undefined
  #gone: ((reason: string) => void) | undefined

  constructor(entry: Partial<HidEntry> & { path: string }) {
    this.entry = { vendorId: 0xffff, productId: 0x0035, interface: 0, usagePage: 1, usage: 6, ...entry }
  }

  send(...reports: readonly string[]): void {
    for (const report of reports) this.#take?.(Uint8Array.from(Buffer.from(report.replaceAll(' ', ''), 'hex')))
  }

  pull(reason: string): void {
    this.#gone?.(reason)
  }

  port(): HidPort {
    this.opened += 1
    return {
      onReport: (take) => {
        this.#take = take
      },
      onGone: (take) => {
        this.#gone = take
      },
      sendFeature: async (bytes) => {
        this.sent.push(bytes)
      },
      getFeature: async () => this.feature(this.sent.at(-1) ?? []),
      close: async () => {
        this.closed += 1
        this.#take = undefined
      },
    }
  }
}

export class FakeHidBus implements HidBus {
  devices: FakeDevice[] = []
  lists = 0
  listError: Error | undefined
  #changed: (() => void) | undefined
  readonly #tells: boolean

  constructor({ tells = true }: { readonly tells?: boolean } = {}) {
    this.#tells = tells
  }

  async list(): Promise<readonly HidEntry[]> {
    this.lists += 1
    if (this.listError !== undefined) throw this.listError
    return this.devices.map(({ entry }) => entry)
  }

  async open(path: string): Promise<HidPort> {
    const device = this.devices.find(({ entry }) => entry.path === path)
    if (device === undefined) throw new Error('no such device')
    const failure = device.failures.shift()
    if (failure !== undefined) throw failure
    return device.port()
  }

  watch(changed: () => void): (() => void) | undefined {
    if (!this.#tells) return undefined
    this.#changed = changed
    return () => {
      this.#changed = undefined
    }
  }

  get watched(): boolean {
    return this.#changed !== undefined
  }

  plug(device: FakeDevice): void {
    this.devices.push(device)
    // devtmpfs tells twice: the node was made, and its attributes changed.
    this.#changed?.()
    this.#changed?.()
  }

  unplug(device: FakeDevice): void {
    this.devices = this.devices.filter((one) => one !== device)
    device.pull('could not read from HID device')
    this.#changed?.()
  }
}

export const forbidden = (path: string) => new HidForbidden(path)
