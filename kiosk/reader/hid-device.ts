/**
 * node-hid behind our byte boundary; the only file that imports it, and only when a HID reader starts. It needs the
 * system's libusb-1.0 and libudev even for hidraw. HIDAsync only: the synchronous class holds a thread of the pool per
 * device and may crash on close. Its `error` event may carry a string.
 */
import { watch } from 'node:fs'
import { access, constants } from 'node:fs/promises'
import type { HIDAsync } from 'node-hid'
import { type HidBus, type HidEntry, HidForbidden, type HidPort, HidUnavailable } from './hid-bus.ts'

type NodeHid = typeof import('node-hid')

export function createHidBus(): HidBus {
  return process.platform === 'linux' ? new NodeHidBus(watchDevFolder) : new NodeHidBus(() => undefined)
}

class NodeHidBus implements HidBus {
  readonly watch: HidBus['watch']
  #module: Promise<NodeHid> | undefined

  constructor(watchBus: HidBus['watch']) {
    this.watch = watchBus
  }

  async list(): Promise<readonly HidEntry[]> {
    const hid = await this.#load()
    const devices = await hid.devicesAsync()
    return devices.flatMap(({ path, serialNumber, ...device }) =>
      path === undefined ? [] : [{ ...device, path, ...(serialNumber ? { serial: serialNumber } : {}) }],
    )
  }

  async open(path: string): Promise<HidPort> {
    const hid = await this.#load()
    // hidapi tells "permission denied" only in words; the file system tells it by code.
    if (path.startsWith('/dev/')) await refuseWhenForbidden(path)
    return new NodeHidPort(await hid.HIDAsync.open(path))
  }

  #load(): Promise<NodeHid> {
    this.#module ??= import('node-hid').then(
      (module) => module.default ?? module,
      (error: unknown) => {
        this.#module = undefined
        throw new HidUnavailable(messageOf(error))
      },
    )
    return this.#module
  }
}

class NodeHidPort implements HidPort {
  readonly #device: HIDAsync
  #closed = false

  constructor(device: HIDAsync) {
    this.#device = device
  }

  onReport(take: (report: Uint8Array) => void): void {
    this.#device.on('data', take)
  }

  onGone(take: (reason: string) => void): void {
    let told = false
    this.#device.on('error', (error: unknown) => {
      if (told || this.#closed) return
      told = true
      take(messageOf(error))
    })
  }

  async sendFeature(bytes: readonly number[]): Promise<void> {
    await this.#device.sendFeatureReport([...bytes])
  }

  async getFeature(reportId: number, length: number): Promise<Uint8Array> {
    return this.#device.getFeatureReport(reportId, length)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    // Closing a device that was pulled out rejects; it is closed all the same.
    await this.#device.close().catch(() => undefined)
  }
}

async function refuseWhenForbidden(path: string): Promise<void> {
  try {
    await access(path, constants.R_OK | constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EACCES' || code === 'EPERM') throw new HidForbidden(path)
    throw error
  }
}

/** devtmpfs tells inotify about /dev/hidraw* (twice per plug: the caller debounces). */
function watchDevFolder(changed: () => void): (() => void) | undefined {
  try {
    const watcher = watch('/dev', { persistent: false }, (_kind, name) => {
      if (name === null || name.startsWith('hidraw')) changed()
    })
    watcher.on('error', () => watcher.close())
    return () => watcher.close()
  } catch {
    return undefined
  }
}

/** node-hid rejects with an Error here and a string there. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
