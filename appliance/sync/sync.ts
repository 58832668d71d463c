/**
 * The centre's side of synchronisation: one loop that sends what is new, fetches what is new, exchanges keys, and then
 * waits for a commit, a hint, the next try or the next greeting. It stops by name, never by silence.
 */
import type { OpenedJournal } from '../../central-sync/journal/journal.ts'
import type { Log } from '../../central-sync/journal/log.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, type RefusalCode } from '../../central-sync/protocol/refusal.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import type { UploadReply } from '../../central-sync/protocol/wire/sync.ts'
import type { OwnClock } from '../attendance/own-clock.ts'
import { Download } from './download.ts'
import { HintSocket } from './hint-socket.ts'
import { HubDoor } from './hub-door.ts'
import { type HubPin, readHubPin } from './hub-pin.ts'
import { KeyExchange, type KeysReceived } from './key-exchange.ts'
import { type Advice, adviceFor } from './sync-advice.ts'
import { Upload } from './upload.ts'

const GREETING_MS = 60_000
const COALESCE_MS = 100
/** Down-stream refusals that a person must clear. */
const STOPPING: ReadonlySet<RefusalCode> = new Set(['FORK', 'SIG', 'RESTART', 'PROTO', 'malformed', 'GAP'])

export interface SyncStatus {
  readonly state: 'alone' | 'offline' | 'idle' | 'sending' | 'waiting' | 'stopped'
  readonly hub: string | null
  readonly code: string | null
  readonly advice: Advice | null
  readonly head: number
  readonly acked: number
  readonly waiting: number
  readonly downSeq: number
  readonly downHead: number
  readonly lastContact: Instant | null
  readonly lastError: string | null
  readonly failures: number
  readonly clockOffsetMs: number | null
}

export interface SyncOptions {
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly site: SiteId
  readonly clock: Clock
  readonly ownClock: OwnClock
  readonly log: Log
  random(): number
  /** New entries came down, and no key of theirs yet: people may have to be forgotten. */
  forget(): Promise<void>
  /** New entries came down. */
  received(): Promise<void>
  keysReceived(keys: KeysReceived): Promise<void>
  changed(): void
}

interface Link {
  readonly pin: HubPin
  readonly upload: Upload
  readonly download: Download
  readonly keys: KeyExchange
  readonly hints: HintSocket
  readonly abort: AbortController
  readonly done: Promise<void>
}

export class Sync implements AsyncDisposable {
  readonly #options: SyncOptions
  #link: Link | undefined
  #wake: () => void = () => undefined
  #woken = false
  #asked = false
  /** Something came down, perhaps before the power went, and not everything was done yet that follows from it. */
  #owed = true
  /** Joining and leaving, one after the other. */
  #joining: Promise<void> = Promise.resolve()
  #downStopped: Refusal | undefined
  #lastContact: Instant | undefined
  #lastError: Refusal | undefined
  #unsubscribe: (() => void) | undefined
  #soon: NodeJS.Timeout | undefined

  constructor(options: SyncOptions) {
    this.#options = options
  }

  /** Begins with the hub that was joined, if any. */
  async start(): Promise<void> {
    // A lapse that was received just before the power went.
    await this.#options.forget()
    const pin = await readHubPin(this.#options.secrets)
    if (pin !== undefined) await this.join(pin)
  }

  /** Begins, or begins anew, with this hub. `cardKeys` came with its welcome. */
  join(pin: HubPin, cardKeys: readonly { version: number; box: string }[] = []): Promise<void> {
    const joined = this.#joining.then(() => this.#joinNext(pin, cardKeys))
    this.#joining = joined.catch(() => undefined)
    return joined
  }

  async #joinNext(pin: HubPin, cardKeys: readonly { version: number; box: string }[]): Promise<void> {
    await this.#leave()
    const { journal, secrets, site, clock, random } = this.#options
    const door = new HubDoor({ url: pin.url, site, signing: secrets.identity.signing, clock })
    const keys = new KeyExchange({ secrets, door, site, hubBoxKey: pin.boxKey })
    const forgotten = () => keys.beginAgain()
    const upload = new Upload({ journal, secrets, door, clock, random, forgotten })
    const restarting = () => keys.beginAgain()
    const download = new Download({ journal, door, site, hubKey: pin.signingKey, restarting })
    const hints = new HintSocket({ url: pin.url, site, door, random, hinted: (head) => this.#hinted(head) })
    this.#downStopped = undefined
    for (const key of cardKeys) await keys.takeCardKey(key)
    await upload.connect()
    const abort = new AbortController()
    const parts = { pin, upload, download, keys, hints, abort }
    this.#link = { ...parts, done: this.#run(parts) }
    this.#unsubscribe = journal.onCommitted(() => this.#pokeSoon())
    hints.start()
    this.#options.changed()
  }

  /** Somebody wants to know now: the hub is asked even if nothing hints at news. */
  ask(): void {
    this.#asked = true
    this.poke()
  }

  /** Something may be new: look now. */
  poke(): void {
    this.#woken = true
    this.#wake()
  }

  /** Taps come in bursts: one batch for many of them. */
  #pokeSoon(): void {
    if (this.#soon !== undefined) return
    this.#soon = setTimeout(() => {
      this.#soon = undefined
      this.poke()
    }, COALESCE_MS)
    this.#soon.unref()
  }

  /** A person has looked at a named stop. */
  async resume(): Promise<void> {
    this.#downStopped = undefined
    await this.#link?.upload.resume()
    this.poke()
  }

  async status(): Promise<SyncStatus> {
    const { journal, ownClock } = this.#options
    const head = journal.head().seq
    const link = this.#link
    const upload = link?.upload
    const stopped = upload?.state.kind === 'stopped' ? upload.state.code : this.#downStopped?.refused
    const acked = upload?.acked ?? 0
    const error = upload?.lastRefusal ?? this.#lastError
    return {
      state: link === undefined ? 'alone' : stopped === undefined ? (upload?.state.kind ?? 'offline') : 'stopped',
      hub: link?.pin.url ?? null,
      code: stopped ?? null,
      advice: stopped === undefined ? null : adviceFor(stopped),
      head,
      acked,
      waiting: link === undefined ? 0 : Math.max(0, head - acked),
      downSeq: (await link?.download.seq()) ?? 0,
      downHead: link?.download.total ?? 0,
      lastContact: this.#lastContact ?? null,
      lastError:
        error === undefined ? null : `${error.refused}${error.detail === undefined ? '' : `: ${error.detail}`}`,
      failures: upload?.state.failures ?? 0,
      clockOffsetMs: ownClock.hubOffsetMs ?? null,
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#joining
    await this.#leave()
  }

  async #leave(): Promise<void> {
    const link = this.#link
    this.#link = undefined
    this.#unsubscribe?.()
    link?.hints[Symbol.dispose]()
    link?.abort.abort()
    this.#wake()
    await link?.done
  }

  #hinted(head: number): void {
    this.#link?.download.noteTotal(head)
    this.poke()
  }

  async #run(link: Omit<Link, 'done'>): Promise<void> {
    const { log, clock } = this.#options
    const { signal } = link.abort
    let greetAt = 0
    while (!signal.aborted) {
      this.#woken = false
      try {
        const greet = this.#asked || clock.monotonicMs() >= greetAt
        this.#asked = false
        const heard = await this.#turn(link, greet)
        // Who is stopped greets nobody, and must not ask for keys in a circle.
        const over = greet && link.upload.state.kind === 'stopped'
        if (heard || over) greetAt = clock.monotonicMs() + GREETING_MS
      } catch (error) {
        log.error({ reason: String(error) }, 'a turn of synchronisation failed')
        await this.#sleep(1_000, signal)
      }
      this.#options.changed()
      const due = link.upload.dueIn() ?? Math.max(100, greetAt - clock.monotonicMs())
      await this.#sleep(due, signal)
    }
  }

  /** One round: up, down, keys. True when the hub was heard. */
  async #turn(link: Omit<Link, 'done'>, greet: boolean): Promise<boolean> {
    const { signal } = link.abort
    const before = link.upload.state
    const newestPin = await link.keys.newestPin()
    const mayGreet = before.kind === 'idle' || before.kind === 'stopped'
    let reply = await link.upload.drain(signal)
    if (reply === undefined && greet && mayGreet) {
      reply = await link.upload.greet(signal)
      // A hub that had lost something said so: it gets it now.
      reply = (await link.upload.drain(signal)) ?? reply
    }
    if (reply !== undefined) await this.#heard(link, reply)
    if (reply === undefined && link.upload.state.kind === 'waiting') return false
    await this.#fetch(link, greet, signal)
    const allSent = link.upload.state.kind === 'idle'
    const refused =
      (await link.keys.sendUp(signal)) ?? (allSent ? await link.keys.sendPinsUp(newestPin, signal) : undefined)
    if (refused !== undefined) this.#lastError = refused
    return reply !== undefined
  }

  async #heard({ download }: Omit<Link, 'done'>, reply: UploadReply): Promise<void> {
    const { clock, ownClock } = this.#options
    this.#lastContact = clock.now()
    this.#lastError = undefined
    ownClock.noteHubTime(reply.hubTime, clock.now())
    await download.noteStream(reply.down)
  }

  /** Pages until there is nothing more; then the keys that belong to them. */
  async #fetch({ download, keys }: Omit<Link, 'done'>, greet: boolean, signal: AbortSignal): Promise<void> {
    if (this.#downStopped !== undefined) return
    while (!signal.aborted && (await download.isBehind())) {
      const page = await download.page(signal)
      if (isRefusal(page)) {
        this.#noteDown(page)
        break
      }
      if (page.fresh === 0) break
      this.#owed = true
    }
    if (!this.#owed && !greet) return
    if (this.#owed) await this.#options.forget()
    const received = await keys.takeDown(signal)
    if (isRefusal(received)) this.#lastError = received
    else if (received.dataKeys > 0 || received.cardKey) await this.#options.keysReceived(received)
    if (!this.#owed) return
    await this.#options.received()
    this.#owed = false
  }

  #noteDown(refusal: Refusal): void {
    this.#lastError = refusal
    if (!STOPPING.has(refusal.refused)) return
    this.#downStopped = refusal
    this.#options.log.error({ code: refusal.refused }, 'the down stream is stopped')
  }

  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#woken || signal.aborted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.#wake = () => undefined
  }
}
