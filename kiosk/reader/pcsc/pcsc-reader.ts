/**
 * A PC/SC reader. The loop below is the only one: open the service, watch it until it breaks, wait one second, again. It
 * ends with `stop`. Reader names change with the USB port, so a reader is chosen by the product part of its name.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { ReaderSurroundings } from '../card-reader.ts'
import { ReaderBase } from '../reader-base.ts'
import type { SettingsOf } from '../reader-settings.ts'
import { type OpenPcsc, PcscDown, type PcscSession, type ReaderSlot } from './pcsc-port.ts'
import { openPcscd, PCSCD_SOCKET } from './pcscd-client.ts'
import { readCard } from './read-card.ts'

export const RECONNECT_MS = 1_000

export class PcscReader extends ReaderBase {
  readonly #match: RegExp
  readonly #open: OpenPcsc
  readonly #reconnectMs: number
  readonly #slots = new Map<string, ReaderSlot>()
  #session: PcscSession | undefined
  #stopping: AbortController | undefined
  #loop: Promise<void> = Promise.resolve()
  #reading: Promise<void> = Promise.resolve()

  static create(settings: SettingsOf<'pcsc'>, { clock, pcscSocket }: ReaderSurroundings): PcscReader {
    const backend = settings.backend ?? (process.platform === 'linux' ? 'pcscd' : 'system')
    const path = settings.socket ?? pcscSocket ?? PCSCD_SOCKET
    return new PcscReader(settings, clock, backend === 'pcscd' ? () => openPcscd(path) : openSystem)
  }

  constructor(
    settings: SettingsOf<'pcsc'>,
    clock: ReaderSurroundings['clock'],
    open: OpenPcsc,
    reconnectMs: number = RECONNECT_MS,
  ) {
    super({ ...settings, clock, noticesRemoval: true })
    this.#match = new RegExp(settings.match, 'iu')
    this.#open = open
    this.#reconnectMs = reconnectMs
  }

  async start(): Promise<void> {
    if (this.#stopping !== undefined) return
    this.#stopping = new AbortController()
    this.become('starting')
    this.#loop = this.#run(this.#stopping.signal)
  }

  async stop(): Promise<void> {
    this.#stopping?.abort()
    await this.#session?.close()
    await this.#loop
    await this.#reading
    this.#stopping = undefined
    this.become('stopped')
  }

  async #run(stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      try {
        await this.#serve(stopping)
      } catch (error) {
        if (this.#isOver(error, stopping)) return
      }
      await wait(this.#reconnectMs, undefined, { signal: stopping }).catch(() => undefined)
    }
  }

  /** Follows one session until it breaks; always ends by throwing or by `stop`. */
  async #serve(stopping: AbortSignal): Promise<void> {
    const session = await this.#open()
    this.#session = session
    try {
      if (stopping.aborted) return
      await new Promise<void>((resolve, reject) => {
        stopping.addEventListener('abort', () => resolve(), { once: true })
        session.watch((readers) => this.#follow(session, readers, reject), reject)
      })
    } finally {
      this.#session = undefined
      await session.close()
      // Whoever touches after the break touches anew.
      for (const { present } of this.#slots.values()) if (present) this.cardRemoved()
      this.#slots.clear()
    }
  }

  /** Names the break; true when trying again makes no sense. What is no break of the service is a mistake of ours: thrown. */
  #isOver(error: unknown, stopping: AbortSignal): boolean {
    if (!(error instanceof PcscDown)) throw error
    if (stopping.aborted) return true
    const { message, permanent } = error
    if (permanent) this.become('missing', `読み取り部品がありません (not installed): ${message}`)
    else this.become('service-down', `カードの仕組みが動いていません (smart card service): ${message}`)
    return permanent
  }

  #follow(session: PcscSession, readers: readonly ReaderSlot[], lost: (error: Error) => void): void {
    const ours = readers.filter(({ name }) => this.#match.test(productOf(name)))
    for (const name of [...this.#slots.keys()]) if (!ours.some((slot) => slot.name === name)) this.#forget(name)
    for (const slot of ours) this.#update(session, slot, lost)
    if (ours.length > 0) this.become('ready')
    else this.become('missing', 'カードリーダー未接続 (no reader is plugged in)')
  }

  #forget(name: string): void {
    if (this.#slots.get(name)?.present === true) this.cardRemoved()
    this.#slots.delete(name)
  }

  #update(session: PcscSession, slot: ReaderSlot, lost: (error: Error) => void): void {
    const before = this.#slots.get(slot.name)
    this.#slots.set(slot.name, slot)
    // The counter shows a card that was swapped for another between two looks.
    const same = before?.present === true && slot.present && before.eventCounter === slot.eventCounter
    if (same) return
    if (before?.present === true && slot.present) this.cardSwapped()
    else if (before?.present === true) this.cardRemoved()
    if (!slot.present) return
    this.#reading = this.#reading
      .then(() => this.#read(session, slot))
      .catch((error: Error) => {
        // A reader that hangs takes the connection with it; whoever stands there is told to touch again.
        if (error instanceof PcscDown && this.#session === session) this.fail('moved', error.message)
        lost(error)
      })
  }

  async #read(session: PcscSession, { name, atr, eventCounter }: ReaderSlot): Promise<void> {
    const stillThere = () => {
      const now = this.#slots.get(name)
      return now?.present === true && now.eventCounter === eventCounter
    }
    const outcome = await readCard(session, name, atr.toString('hex').toUpperCase(), stillThere)
    if ('failed' in outcome) this.fail(outcome.failed, outcome.detail)
    else this.deliver(outcome.card)
    // The card was gone before its number came: its removal was reported too early to end this touch.
    if (this.#slots.get(name)?.present !== true) this.cardRemoved()
  }
}

/** `SONY FeliCa RC-S300/S (1234567) 00 00` → `SONY FeliCa RC-S300/S (1234567)`: without interface and slot number. */
export function productOf(readerName: string): string {
  return readerName.replace(/(?: [0-9A-F]{2}){2}$/i, '')
}

async function openSystem(): Promise<PcscSession> {
  const { openSystemPcsc } = await import('./system-pcsc.ts')
  return openSystemPcsc()
}
