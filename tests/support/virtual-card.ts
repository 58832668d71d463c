/**
 * A real pcscd with a virtual reader (vsmartcard's vpcd) and a card made here, so that PC/SC is tested through the service
 * that runs at a centre. Nothing of the machine's own pcscd is touched: mount namespace, socket and configuration are
 * private. Needs the packages pcscd and vsmartcard-vpcd; without them `startVirtualReader` returns undefined and
 * `virtualReaderMissing` says which part is not there.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { type CardBehaviour, VirtualCard } from './virtual-icc.ts'

const PCSCD = '/usr/sbin/pcscd'
const DRIVER_FOLDERS = ['/usr/lib/pcsc/drivers/serial', '/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu']
/** pcscd looks at a serial reader every 400 ms: a card must lie longer, and be away longer, to be noticed. */
export const VIRTUAL_HOLD_MS = 900
const READY_MS_MAX = 10_000

export interface VirtualReader {
  /** For `readerSettings.socket` or PCSCLITE_CSOCK_NAME. */
  readonly socketPath: string
  /** Lays a card on the reader; resolves when the reader driver has it. */
  present(hex: string, behaviour?: CardBehaviour): Promise<void>
  remove(): Promise<void>
  /** Lays a card, holds it long enough for pcscd to notice, and takes it away. */
  touch(hex: string, behaviour?: CardBehaviour): Promise<void>
  /** Ends pcscd as a crash does (SIGKILL). */
  killService(): Promise<void>
  startService(): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The name of what is missing on this machine, or undefined when virtual readers work here. */
export function virtualReaderMissing(): string | undefined {
  if (process.platform !== 'linux') return 'pcscd (this is not Linux)'
  if (!existsSync(PCSCD)) return 'pcscd (Debian package pcscd)'
  if (driverPath() === undefined) return 'libifdvpcd.so (Debian package vsmartcard-vpcd)'
  try {
    execFileSync('unshare', [...unshareFlags(), 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], { stdio: 'ignore' })
  } catch {
    return 'a private mount namespace (unshare: root or unprivileged user namespaces)'
  }
  return undefined
}

/** Starts pcscd and its virtual reader; undefined when the machine lacks a part. With `service: false` pcscd waits for `startService`. */
export async function startVirtualReader(
  options: { readonly service?: boolean } = {},
): Promise<VirtualReader | undefined> {
  if (virtualReaderMissing() !== undefined) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'kado-pcsc-'))
  const port = await freePortPair()
  await Promise.all([mkdir(join(folder, 'reader.conf')), mkdir(join(folder, 'run'))])
  await writeFile(join(folder, 'reader.conf', 'vpcd'), readerConfiguration(port))
  const reader = new PcscdWithVirtualReader(folder, port)
  if (options.service !== false) await reader.startService()
  return reader
}

class PcscdWithVirtualReader implements VirtualReader {
  readonly socketPath: string
  readonly #folder: string
  readonly #port: number
  #service: ChildProcess | undefined
  #card: VirtualCard | undefined

  constructor(folder: string, port: number) {
    this.#folder = folder
    this.#port = port
    this.socketPath = join(folder, 'run', 'pcscd.comm')
  }

  async present(hex: string, behaviour: CardBehaviour = {}): Promise<void> {
    this.#card?.leave()
    this.#card = await VirtualCard.insert(this.#port, hex, behaviour)
  }

  async remove(): Promise<void> {
    this.#card?.leave()
    this.#card = undefined
  }

  async touch(hex: string, behaviour?: CardBehaviour): Promise<void> {
    await this.present(hex, behaviour)
    await wait(VIRTUAL_HOLD_MS)
    await this.remove()
    await wait(VIRTUAL_HOLD_MS)
  }

  async killService(): Promise<void> {
    const service = this.#service
    if (service === undefined) return
    this.#service = undefined
    const ended = new Promise((resolve) => service.once('exit', resolve))
    service.kill('SIGKILL')
    await ended
    await rm(join(this.#folder, 'run'), { recursive: true, force: true })
    await mkdir(join(this.#folder, 'run'))
  }

  async startService(): Promise<void> {
    if (this.#service !== undefined) return
    // The socket's place is compiled into pcscd; inside its own mount namespace that place is our folder.
    const script =
      'mount -t tmpfs tmpfs /run && mkdir /run/pcscd && mount --bind "$1/run" /run/pcscd && exec "$2" -f -c "$1/reader.conf"'
    const service = spawn('unshare', [...unshareFlags(), 'sh', '-c', script, 'sh', this.#folder, PCSCD], {
      stdio: 'ignore',
    })
    this.#service = service
    const deadline = performance.now() + READY_MS_MAX
    while (!existsSync(this.socketPath)) {
      if (service.exitCode !== null) throw new Error(`pcscd ended with ${service.exitCode}`)
      if (performance.now() > deadline) throw new Error('pcscd did not open its socket')
      await wait(20)
    }
  }

  async close(): Promise<void> {
    await this.remove()
    await this.killService()
    await rm(this.#folder, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function unshareFlags(): readonly string[] {
  return process.getuid?.() === 0 ? ['-m'] : ['-U', '-r', '-m']
}

function driverPath(): string | undefined {
  return DRIVER_FOLDERS.map((folder) => join(folder, 'libifdvpcd.so')).find((path) => existsSync(path))
}

function readerConfiguration(port: number): string {
  const hex = `0x${port.toString(16).toUpperCase()}`
  return [
    'FRIENDLYNAME "Virtual PCD"',
    `DEVICENAME /dev/null:${hex}`,
    `LIBPATH ${driverPath()}`,
    `CHANNELID ${hex}`,
    '',
  ].join('\n')
}

/** vpcd opens two readers on a port and the one after it, on all addresses: both must be free. */
async function freePortPair(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const first = createServer()
    const port = await listenOn(first, 0)
    const second = createServer()
    const next = port === undefined || port >= 0xfffe ? undefined : await listenOn(second, port + 1)
    await Promise.all([first, second].map((server) => new Promise<void>((done) => server.close(() => done()))))
    if (port !== undefined && next !== undefined) return port
  }
  throw new Error('no two free ports in a row')
}

function listenOn(server: ReturnType<typeof createServer>, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen(port, '0.0.0.0', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : undefined)
    })
  })
}
