/**
 * Parts of one data folder in one process and on one port: the centre at `/`, the kiosk's page at `/kiosk`, the hub at
 * `/hub`, or the hub alone at `/`. The parts talk to each other over loopback exactly as they would over a network.
 */
import { readFileSync } from 'node:fs'
import { Appliance } from '../appliance/appliance.ts'
import { Hub } from '../central-sync/hub/hub.ts'
import { Refused, refuse } from '../central-sync/protocol/refusal.ts'
import type { Clock } from '../central-sync/protocol/time.ts'
import { type Listening, listen } from '../central-sync/web/listener.ts'
import type { Log } from '../central-sync/web/log.ts'
import type { WebProgram } from '../central-sync/web/port.ts'
import { readKioskIdentity } from '../kiosk/check-in/kiosk-identity.ts'
import { Kiosk } from '../kiosk/kiosk.ts'
import type { CardReader } from '../kiosk/reader/reader.ts'
import { openControlSocket } from './control-socket.ts'
import { type PartName, partFolder } from './data-folder.ts'
import { holdPart } from './hold-part.ts'
import { operationNamed } from './operations/operation-list.ts'
import { orThrow } from './outcome.ts'
import { type OpenParts, partsOf } from './parts.ts'
import type { Settings } from './settings.ts'
import { settle } from './settle.ts'

export interface HouseOptions {
  readonly settings: Settings
  readonly parts: readonly PartName[]
  readonly clock: Clock
  readonly log: (name: string) => Log
  /** Readers of the kiosk, opened and not yet started. */
  readonly readers?: readonly CardReader[]
  /** Hub to join elsewhere, with the one-time code it gave, for the first start. */
  readonly joins?: { readonly hub: string; readonly code: string | undefined } | undefined
  /** Name of a new centre. */
  readonly name?: string | undefined
}

export class House implements AsyncDisposable {
  readonly hub: Hub | undefined
  readonly centre: Appliance | undefined
  readonly kiosk: Kiosk | undefined
  readonly #options: HouseOptions
  readonly #held: AsyncDisposableStack
  #listening: Listening | undefined

  private constructor(
    options: HouseOptions,
    parts: Pick<House, 'hub' | 'centre' | 'kiosk'>,
    held: AsyncDisposableStack,
  ) {
    this.#options = options
    this.hub = parts.hub
    this.centre = parts.centre
    this.kiosk = parts.kiosk
    this.#held = held
  }

  /** Locks and opens the parts; nothing listens yet. Throws `Refused` by name. */
  static async create(options: HouseOptions): Promise<House> {
    await using held = new AsyncDisposableStack()
    for (const part of options.parts) {
      held.use(await holdPart(options.settings.data, part, `kado ${options.parts.join('+')}`))
    }
    const house: { current?: House } = {}
    const hub = held.use(await openHub(options))
    const centre = held.use(await openCentre(options, () => house.current?.hubUrl ?? '', hub))
    const kiosk = held.use(await openKiosk(options, () => house.current?.loopbackUrl ?? '', centre))
    house.current = new House(options, { hub, centre, kiosk }, held.move())
    return house.current
  }

  /** Address of the program at `/`. Throws before `start`. */
  get url(): string {
    if (this.#listening === undefined) throw new Error('the house is not listening')
    return this.#listening.url
  }

  /** The same seen from this machine: what listens everywhere also listens here. */
  get loopbackUrl(): string {
    return this.url.replace('//0.0.0.0:', '//127.0.0.1:').replace('//[::]:', '//[::1]:')
  }

  get hubUrl(): string | undefined {
    const { joins } = this.#options
    if (this.hub === undefined) return joins?.hub
    return this.centre === undefined ? this.loopbackUrl : `${this.loopbackUrl}/hub`
  }

  /** Listens first, because the parts find each other over the port. */
  async start(): Promise<void> {
    const { settings } = this.#options
    const tls = readTls(settings)
    const log = this.#options.log('web')
    this.#listening = await listen(this.#programs(), { host: settings.host, port: settings.port, tls, log })
    await this.hub?.start()
    await this.centre?.start()
    await this.#joinHub()
    await this.kiosk?.start()
    for (const part of ['centre', 'hub'] as const) {
      if (this[part] !== undefined) this.#held.use(await this.#openControl(part))
    }
  }

  async stop(): Promise<void> {
    const listening = this.#listening
    this.#listening = undefined
    await this.kiosk?.stop()
    await listening?.close(STOP_GRACE_MS)
    await this.#held.disposeAsync()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Of the part a first visitor meets; undefined once it is claimed. */
  claimCode(): Promise<string | undefined> {
    return (this.centre ?? this.hub)?.claimCode() ?? Promise.resolve(undefined)
  }

  get openParts(): OpenParts {
    return partsOf(this.centre, this.hub, () => this.settle())
  }

  /** Resolves when the centre and the hub of this house know the same; at once when only one of them is here. */
  async settle(): Promise<void> {
    if (this.centre !== undefined && this.hub !== undefined) await settle(this.centre, this.hub)
  }

  #programs(): Record<string, WebProgram> {
    const programs: Record<string, WebProgram> = {}
    if (this.hub !== undefined) programs[this.centre === undefined ? '' : '/hub'] = this.hub.web
    if (this.kiosk !== undefined) programs['/kiosk'] = { routes: this.kiosk.routes, upgrades: [] }
    if (this.centre !== undefined) programs[''] = this.centre.web
    return programs
  }

  async #joinHub(): Promise<void> {
    const { centre, hub, hubUrl } = this
    if (centre === undefined || hubUrl === undefined || (await centre.isJoined())) return
    const code = hub === undefined ? this.#options.joins?.code : (await hub.newCentreCode('この装置')).code
    if (code === undefined) throw new Refused(refuse('code_unknown', hubUrl))
    orThrow(await centre.joinHub(hubUrl, code))
  }

  #openControl(part: 'centre' | 'hub'): Promise<AsyncDisposable> {
    return openControlSocket(partFolder(this.#options.settings.data, part), (request, voice) =>
      operationNamed(request.operation).perform(this.openParts, request, voice),
    )
  }
}

/** Requests under way get this long when the house stops. */
const STOP_GRACE_MS = 1_500

function openHub({ settings, parts, clock, log }: HouseOptions): Promise<Hub | undefined> {
  if (!parts.includes('hub')) return Promise.resolve(undefined)
  const dir = partFolder(settings.data, 'hub')
  const secure = settings.tls !== undefined
  const common = { dir, databaseUrl: settings.database, clock, log: log('hub') }
  const program = parts.includes('centre') ? 'hub' : undefined
  return Hub.create({ ...common, secure, plainLan: settings.plainLan, program })
}

function openCentre(
  { settings, parts, clock, log, name, joins }: HouseOptions,
  hubUrl: () => string,
  hub: Hub | undefined,
): Promise<Appliance | undefined> {
  if (!parts.includes('centre')) return Promise.resolve(undefined)
  const dir = partFolder(settings.data, 'centre')
  const secure = settings.tls !== undefined
  return Appliance.create({
    ...{ dir, clock, log: log('centre'), code: settings.center, name, secure, plainLan: settings.plainLan },
    hubUrl: hub === undefined && joins === undefined ? undefined : hubUrl,
    // One first page sets up the whole house: the hub beside gets the same administrator.
    claimed: hub === undefined ? undefined : async (first) => void (await hub.claim(first)),
  })
}

async function openKiosk(
  { settings, parts, clock, log, readers }: HouseOptions,
  applianceUrl: () => string,
  centre: Appliance | undefined,
): Promise<Kiosk | undefined> {
  if (!parts.includes('kiosk') || centre === undefined) return undefined
  const dir = partFolder(settings.data, 'kiosk')
  const known = await readKioskIdentity(dir)
  const code = known === undefined ? (await centre.newKioskCode('受付', '')).code : undefined
  return Kiosk.create({ dir, applianceUrl, code, readers: readers ?? [], clock, log: log('kiosk') })
}

function readTls({ tls }: Settings): { cert: string; key: string } | undefined {
  if (tls === undefined) return undefined
  try {
    return { cert: readFileSync(tls.certFile, 'utf8'), key: readFileSync(tls.keyFile, 'utf8') }
  } catch (error) {
    throw new Refused(refuse('tls_invalid', (error as NodeJS.ErrnoException).path))
  }
}
