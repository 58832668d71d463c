/**
 * One kiosk: readers, check-in, the spool on its disk, the line to its appliance and the page on its screen. Runs as its
 * own process (`kado kiosk run`) or inside `kado start`; `routes` go to the listener, `start` makes everything act.
 */
import { mkdir } from 'node:fs/promises'
import type { Router } from 'express'
import { isRefusal, Refused } from '../central-sync/protocol/refusal.ts'
import type { Clock } from '../central-sync/protocol/time.ts'
import { openAssetStore } from '../central-sync/web/asset-store.ts'
import { enrol } from '../central-sync/web/enrolment-client.ts'
import type { KioskEvent, ShownBoard, ShownPlaces, SoundSettings } from './check-in/kiosk-event.ts'
import { type KioskIdentity, openCardKeys, readKioskIdentity, writeKioskIdentity } from './check-in/kiosk-identity.ts'
import type { KioskLog } from './check-in/kiosk-log.ts'
import { readSound, writeSound } from './check-in/sound-settings.ts'
import { KioskWorks } from './kiosk-works.ts'
import type { LinkSettings } from './link/channel-link.ts'
import type { PageAction } from './page/page-action.ts'
import { PageDoor } from './page/page-door.ts'
import { PageWedgeReader } from './reader/page-wedge.ts'
import type { CardReader } from './reader/reader.ts'

export interface KioskOptions {
  /** `data/kiosk`: identity, spool and caches. */
  readonly dir: string
  /** Base address of the appliance, its mount prefix included. A function is asked at `start`. */
  readonly applianceUrl: string | (() => string)
  /** One-time code, needed for the first start only. */
  readonly code?: string | undefined
  /** Opened (`openReaders`), not yet started; the kiosk starts and stops them. */
  readonly readers: readonly CardReader[]
  readonly clock: Clock
  readonly log: KioskLog
  /** One line of JSON when a tap is on the disk and one when the appliance has acknowledged it. */
  readonly json?: ((line: string) => void) | undefined
  readonly random?: (() => number) | undefined
  readonly link?: Partial<LinkSettings> | undefined
}

/** The page's clock is set this often. */
const CLOCK_EVERY_MS = 20_000
const TICK_MS = 500

export class Kiosk implements AsyncDisposable {
  readonly #options: KioskOptions
  readonly #door: PageDoor
  #sound: SoundSettings
  #works: KioskWorks | undefined
  #board: ShownBoard | undefined
  #places: ShownPlaces | undefined
  #timers: NodeJS.Timeout[] = []

  private constructor(options: KioskOptions, sound: SoundSettings) {
    this.#options = options
    this.#sound = sound
    this.#door = new PageDoor({
      assets: openAssetStore(),
      hello: () => this.#hello(),
      act: (action) => this.#act(action),
    })
  }

  static async create(options: KioskOptions): Promise<Kiosk> {
    await mkdir(options.dir, { recursive: true, mode: 0o700 })
    return new Kiosk(options, await readSound(options.dir))
  }

  /** The page, to be mounted anywhere; it answers requests from this machine only. */
  get routes(): Router {
    return this.#door.routes
  }

  /** Taps on this disk that the appliance has not acknowledged. */
  get waiting(): number {
    return this.#works?.waiting ?? 0
  }

  get online(): boolean {
    return this.#works?.line.online ?? false
  }

  /** Enrols when this is the first start, then reads, sends and serves. Throws `Refused` when it may not or cannot. */
  async start(): Promise<void> {
    const { dir, readers, applianceUrl } = this.#options
    const url = typeof applianceUrl === 'string' ? applianceUrl : applianceUrl()
    const identity = (await readKioskIdentity(dir)) ?? (await this.#enrol(url))
    this.#works = await KioskWorks.open({
      ...this.#options,
      applianceUrl: url,
      identity,
      random: this.#options.random ?? Math.random,
      tell: (event) => this.#tell(event),
      report: (line) => this.#options.json?.(line),
      keepIdentity: (changed) => writeKioskIdentity(dir, changed),
    })
    for (const reader of readers) this.#listenTo(reader, this.#works)
    for (const reader of readers) await reader.start()
    this.#works.line.start()
    this.#timers = [
      setInterval(() => this.#works?.tick(), TICK_MS),
      setInterval(() => this.#door.tell({ t: 'clock', now: this.#now() }), CLOCK_EVERY_MS),
    ]
    this.#door.tell(this.#hello())
  }

  /** Lets every tap under way reach the disk, then closes everything. Safe to call twice. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer)
    this.#timers = []
    for (const reader of this.#options.readers) await reader.stop()
    const works = this.#works
    this.#works = undefined
    await works?.close()
    this.#door.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  async #enrol(url: string): Promise<KioskIdentity> {
    const { code, dir, clock } = this.#options
    const enrolled = await enrol(url, code ?? '', 'kiosk')
    if (isRefusal(enrolled)) throw new Refused(enrolled)
    const { welcome, server, identity: own } = enrolled
    const identity: KioskIdentity = {
      version: 1,
      device: welcome.id as KioskIdentity['device'],
      site: welcome.site,
      label: welcome.label,
      place: welcome.place,
      own,
      server,
      cardKeys: openCardKeys(welcome.cardKeys, own.box),
      enrolledAt: clock.now(),
    }
    await writeKioskIdentity(dir, identity)
    return identity
  }

  #listenTo(reader: CardReader, works: KioskWorks): void {
    reader.on('touch', (touch) => works.touch(touch))
    reader.on('removed', () => works.enrolment.lifted())
    reader.on('failed', ({ kind, reason, detail }) => {
      this.#options.log.info({ kind, reason, detail }, 'a card could not be read')
      this.#tell({ t: 'problem', problem: 'read_failed' })
    })
    reader.on('discarded', ({ kind, reason }) => this.#options.log.info({ kind, reason }, 'input that is no touch'))
    reader.on('health', () => {
      this.#tell({ t: 'readers', readers: this.#readers() })
      works.line.tellHealth()
    })
  }

  #tell(event: KioskEvent): void {
    if (event.t === 'board') this.#board = event.board
    if (event.t === 'places') this.#places = event.places
    this.#door.tell(event)
  }

  #readers() {
    return this.#options.readers.map((reader) => reader.health())
  }

  #now(): number {
    return this.#works?.time.now() ?? this.#options.clock.now()
  }

  #hello(): KioskEvent {
    return {
      t: 'hello',
      now: this.#now(),
      ready: this.#works !== undefined,
      readers: this.#readers(),
      link: { online: this.online, waiting: this.waiting, code: this.#works?.line.code },
      board: this.#board,
      places: this.#places,
      sound: this.#sound,
      wedge: this.#options.readers.some(({ kind }) => kind === 'page-wedge'),
      care: this.#works?.care.shown,
    }
  }

  async #act(action: PageAction): Promise<string | undefined> {
    const works = this.#works
    switch (action.do) {
      case 'sound': {
        this.#sound = { volume: action.volume, quiet: action.quiet }
        await writeSound(this.#options.dir, this.#sound)
        this.#tell({ t: 'sound', sound: this.#sound })
        return undefined
      }
      case 'care':
        return works === undefined ? 'busy' : works.care.press(action.care)
      case 'burst':
      case 'discard':
      case 'page-state':
        this.#pageReader(action)
        return undefined
      default:
        return works === undefined ? 'busy' : (await works.act(action))?.refused
    }
  }

  #pageReader(action: PageAction & { do: 'burst' | 'discard' | 'page-state' }): void {
    const reader = this.#options.readers.find((one) => one instanceof PageWedgeReader)
    if (action.do === 'burst') reader?.acceptBurst(action.burst)
    else if (action.do === 'discard') reader?.acceptDiscard(action.discard)
    else reader?.acceptState(action.state)
  }
}
