/** Devices of this centre: one-time codes, enrolment, retirement; and this centre's own enrolment at a hub. */
import type { OpenedJournal } from '../../central-sync/journal/journal.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { CardKey } from '../../central-sync/protocol/card.ts'
import { deviceEnrolled, deviceRetired } from '../../central-sync/protocol/event/place.ts'
import {
  type DeviceId,
  newIdentifier,
  type ResourceId,
  type SiteId,
  type StaffId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { sealTo } from '../../central-sync/protocol/signing-key.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import {
  CARD_KEY_INFO,
  CODE_TTL_MS,
  type EnrolHello,
  type EnrolWelcome,
  formatEnrolmentCode,
  newEnrolmentCode,
  stretchSecret,
} from '../../central-sync/protocol/wire/enrolment.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import type { CodeGrant, CodeStore } from '../../central-sync/web/enrolment-door.ts'
import { keepHubPin } from '../sync/hub-pin.ts'
import type { Sync } from '../sync/sync.ts'
import type { Directory } from '../worker/directory.ts'
import type { DeviceStates } from './device-states.ts'
import { stationKiosk } from './kiosk-rooms.ts'

export interface DeviceDeskOptions {
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly clock: Clock
  readonly site: SiteId
  readonly directory: Directory
  readonly states: DeviceStates
  readonly sync: Sync
  cardKeys(): readonly CardKey[]
  /** Ends the live connection of a retired device. */
  dismiss(device: DeviceId): void
  /** The network's card key arrived. */
  cardKeysChanged(): void
}

export class DeviceDesk {
  readonly #options: DeviceDeskOptions

  constructor(options: DeviceDeskOptions) {
    this.#options = options
  }

  /** A code for one kiosk, shown once, good for two hours. An empty place means the centre itself, whatever its name. */
  async newCode(label: string, place: string): Promise<{ code: string; expires: Instant }> {
    const { secrets, clock } = this.#options
    for (;;) {
      const fresh = newEnrolmentCode()
      const now = clock.now()
      const key = await stretchSecret(fresh.secret, fresh.prefix)
      const expires = now + CODE_TTL_MS
      const grant = { prefix: fresh.prefix, key, role: 'kiosk' as const, label, place, expires, facts: '{}' }
      if (await secrets.codes.keep(grant, now)) return { code: formatEnrolmentCode(fresh), expires }
    }
  }

  /** What the enrolment door asks for. */
  get codes(): CodeStore {
    const { secrets, clock } = this.#options
    return {
      find: async (prefix) => {
        const grant = await secrets.codes.find(prefix, clock.now())
        return grant === undefined ? undefined : { ...grant, stretched: grant.key }
      },
      countTry: (prefix) => secrets.codes.miss(prefix),
      burn: async (prefix) => (await secrets.codes.burn(prefix, clock.now())) !== undefined,
    }
  }

  /** Creates the device. Called once per code, after it was burnt. */
  async admit(hello: EnrolHello, grant: CodeGrant): Promise<EnrolWelcome> {
    const { journal, site, clock } = this.#options
    const device = newIdentifier('device')
    const { place } = grant
    const { signingKey: publicKey, boxKey } = hello
    const kind = grant.role === 'agent' ? ('agent' as const) : ('kiosk' as const)
    await journal.write('device.enrol', async (tx) => {
      tx.append({
        event: deviceEnrolled,
        data: { device, kind, label: grant.label, place, publicKey, boxKey },
        by: 'system',
      })
    })
    const keys = this.#options.cardKeys().slice(0, 2)
    const cardKeys = keys.map(({ version, key }) => ({ version, box: sealTo(key, boxKey, CARD_KEY_INFO) }))
    return { id: device, label: grant.label, place, site, serverTime: clock.now(), cardKeys }
  }

  async retire(device: DeviceId, reason: string, by: StaffId): Promise<undefined | Refusal> {
    const refused = await this.#options.journal.write('device.retire', async (tx) => {
      const row = await tx.one<{ retired_at: number | null }>(
        'SELECT retired_at FROM device WHERE device = ? AND site = ?',
        [device, this.#options.site],
      )
      if (row === undefined) return refuse('not_found')
      if (row.retired_at === null) tx.append({ event: deviceRetired, data: { device, reason }, by })
      return undefined
    })
    if (refused === undefined) this.#options.dismiss(device)
    return refused
  }

  /** Where a kiosk stands; without a room, at the entrance. */
  station(device: DeviceId, room: ResourceId | undefined, by: StaffId): Promise<undefined | Refusal> {
    return stationKiosk(this.#options.journal, this.#options.site, { device, room }, by)
  }

  clearClone(device: DeviceId): Promise<void> {
    return this.#options.states.clearClone(device)
  }

  /** Joins a hub with its one-time code. What was written before is sent from the first entry on. */
  async joinHub(url: string, code: string): Promise<{ hub: string } | Refusal> {
    const { secrets, site, directory, journal, sync } = this.#options
    const centre = await directory.centre()
    if (centre === undefined) return refuse('no_centre')
    const extra = { site, code: centre.code, name: centre.name, inc: journal.head().inc }
    const base = url.replace(/\/+$/, '')
    const enrolled = await enrol(base, code, 'centre', extra, secrets.identity)
    if (isRefusal(enrolled)) return enrolled
    const { server, welcome } = enrolled
    const pin = { url: base, signingKey: server.signingKey, boxKey: server.boxKey }
    await keepHubPin(secrets, pin)
    await sync.join(pin, welcome.cardKeys)
    this.#options.cardKeysChanged()
    return { hub: base }
  }

  resumeHub(): Promise<void> {
    return this.#options.sync.resume()
  }
}
