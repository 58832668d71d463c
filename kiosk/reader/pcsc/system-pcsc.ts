/**
 * The operating system's own PC/SC (Windows, macOS) through pcsc-mini, an optional dependency loaded only here. Its ATR in
 * change events is unreliable, so the true one is asked of the open card.
 */
import type { Client, Reader } from 'pcsc-mini'
import { pcscCode, type ReaderSlot } from './messages.ts'
import { type PcscCard, PcscDown, PcscError, type PcscSession } from './pcsc-port.ts'

type PcscMini = typeof import('pcsc-mini')

const SERVICE_GONE = ['NoService', 'ServiceStopped', 'CommError', 'CommDataLost', 'InvalidHandle', 'UnknownResMng']

/** Starts watching; throws `PcscDown`, `permanent` when the native part is not installed for this machine. */
export async function openSystemPcsc(): Promise<PcscSession> {
  const module = await load()
  try {
    return new SystemSession(module, new module.Client())
  } catch (error) {
    throw new PcscDown(messageOf(error))
  }
}

class SystemSession implements PcscSession {
  readonly #module: PcscMini
  readonly #client: Client
  readonly #slots = new Map<string, ReaderSlot>()
  #closed = false

  constructor(module: PcscMini, client: Client) {
    this.#module = module
    this.#client = client
  }

  watch(changed: (readers: readonly ReaderSlot[]) => void, lost: (error: Error) => void): void {
    const tell = () => this.#closed || changed([...this.#slots.values()])
    this.#client.on('error', (error) => lost(new PcscDown(messageOf(error))))
    this.#client.on('reader', (reader) => this.#follow(reader, tell))
    try {
      this.#client.start()
      // Without a reader no event comes; the snapshot says so.
      tell()
    } catch (error) {
      lost(new PcscDown(messageOf(error)))
    }
  }

  async connect(readerName: string): Promise<PcscCard> {
    const { CardDisposition, CardMode } = this.#module
    const reader = this.#client.reader(readerName)
    if (reader === undefined) throw new PcscError(pcscCode.readerUnavailable, 'connect')
    const card = await named('connect', () => reader.connect(CardMode.SHARED))
    // The ATR only tells the kind of card; a card that leaves here fails at its first command.
    const state = await card.state().catch(() => undefined)
    return {
      atr: Buffer.from(state?.atr ?? [])
        .toString('hex')
        .toUpperCase(),
      transmit: (apdu) => named('transmit', () => card.transmit(apdu)),
      leave: () => card.disconnect(CardDisposition.LEAVE).catch(() => undefined),
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#client.removeAllListeners()
    this.#client.on('error', () => undefined)
    try {
      this.#client.stop()
    } catch {
      // Stopping a client whose service is gone throws; it is stopped all the same.
    }
  }

  #follow(reader: Reader, tell: () => unknown): void {
    const { ReaderStatus } = this.#module
    const name = reader.name()
    reader.on('change', (status) => {
      // The upper half of PC/SC's event state counts insertions and removals.
      const slot = {
        name,
        eventCounter: status.raw >>> 16,
        present: status.has(ReaderStatus.PRESENT),
        atr: Buffer.alloc(0),
      }
      this.#slots.set(name, slot)
      tell()
    })
    reader.on('disconnect', () => {
      this.#slots.delete(name)
      tell()
    })
  }
}

async function load(): Promise<PcscMini> {
  try {
    const module = await import('pcsc-mini')
    return module.default ?? module
  } catch (error) {
    throw new PcscDown(`pcsc-mini: ${messageOf(error)}`, true)
  }
}

/** Turns the library's errors into ours. */
async function named<Answer>(doing: string, act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act()
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
    if (SERVICE_GONE.includes(code)) throw new PcscDown(`${doing}: ${code}`)
    throw new PcscError(CODES.get(code) ?? pcscCode.removedCard, doing)
  }
}

const CODES: ReadonlyMap<string, number> = new Map([
  ['SharingViolation', pcscCode.sharingViolation],
  ['NoSmartCard', pcscCode.noSmartcard],
  ['UnresponsiveCard', pcscCode.unresponsiveCard],
  ['UnknownReader', pcscCode.unknownReader],
  ['ReaderUnavailable', pcscCode.readerUnavailable],
])

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
