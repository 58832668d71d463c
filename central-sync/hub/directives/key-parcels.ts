/**
 * Data keys on their way between centres and the hub, outside the journal, each sealed to its receiver. A centre may
 * bring keys of its own workers only, and gets keys of workers who were introduced to it, of nobody else.
 */
import type { Journal } from '../../journal/port.ts'
import type { SecretStore } from '../../journal/secret-store.ts'
import { isIdentifier, type KeyId } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { openSealed, sealTo } from '../../protocol/signing-key.ts'
import { CARD_KEY_INFO } from '../../protocol/wire/enrolment.ts'
import { KEY_PARCEL_INFO, type KeyParcel } from '../../protocol/wire/sync.ts'

const WAITING_MAX = 5_000
const PAGE = 1_000

export interface KeyParcelParts {
  readonly journal: Journal & { caughtUp(): Promise<void> }
  readonly secrets: SecretStore
  readonly log: { warn(fields: object, message: string): void }
}

export interface KeyPage {
  readonly parcels: readonly (KeyParcel & { readonly n: number })[]
  readonly cardKey?: { readonly version: number; readonly box: string } | undefined
}

export class KeyParcels {
  private readonly journal: KeyParcelParts['journal']
  private readonly secrets: SecretStore
  private readonly log: KeyParcelParts['log']

  constructor({ journal, secrets, log }: KeyParcelParts) {
    this.journal = journal
    this.secrets = secrets
    this.log = log
  }

  /**
   * Keeps what came and opens what can be opened; a key whose worker is not known yet waits for her registration. Keys
   * of anybody else, a child above all, have no business here: they are not even kept.
   */
  async receive(site: string, parcels: readonly KeyParcel[]): Promise<{ kept: number }> {
    const ofWorkers = parcels.filter(({ subject }) => isIdentifier('worker', subject))
    if (ofWorkers.length < parcels.length)
      this.log.warn({ site }, 'keys came that are not of workers; they were dropped')
    await this.secrets.parcels.put(site, 'in', ofWorkers)
    await this.journal.caughtUp()
    await this.adopt(site)
    return { kept: parcels.length }
  }

  /** Opens the waiting parcels of a site. Returns the workers whose keys are new here. */
  async adopt(site: string): Promise<string[]> {
    const waiting = await this.secrets.parcels.waiting(site, 'in', WAITING_MAX)
    if (waiting.length === 0) return []
    const homes = await this.homesOf(waiting.map(({ subject }) => subject))
    const settled = waiting.filter(({ subject }) => homes.has(subject))
    const opened: { id: KeyId; subject: string; key: Buffer }[] = []
    for (const { subject, key, box } of settled) {
      const plain =
        homes.get(subject) === site ? openSealed(box, this.secrets.identity.box, KEY_PARCEL_INFO) : undefined
      if (plain?.length === 32 && isIdentifier('key', key)) opened.push({ id: key, subject, key: plain })
      else
        this.log.warn({ site, key }, 'a key parcel was put aside: not for this hub, or not of a worker of that centre')
    }
    await this.secrets.keys.receive(opened)
    const workers = [...new Set(opened.map(({ subject }) => subject))]
    // Passed on before they are done with: what a crash cuts off here is done once more.
    await this.pass(workers)
    const done = settled.map(({ key }) => key)
    await this.secrets.parcels.done(site, 'in', done)
    return workers
  }

  /** A worker became known at a centre: her keys go there, those that are not on their way already. */
  async offer(worker: string, site: string): Promise<void> {
    const boxKey = await this.boxKeyOf(site)
    if (boxKey === undefined) return
    const keys = this.secrets.keys.ofSubject(worker)
    const ids = keys.map(({ id }) => id)
    const known = await this.secrets.parcels.known(site, 'out', ids)
    const parcels = keys
      .filter(({ id }) => !known.has(id))
      .map(({ id, subject, key }) => ({ key: id, subject, box: sealTo(key, boxKey, KEY_PARCEL_INFO) }))
    if (parcels.length > 0) await this.secrets.parcels.put(site, 'out', parcels)
  }

  /** What waits for a site after its cursor `n`, and the newest card key of the network. */
  async after(site: string, n: number): Promise<KeyPage | Refusal> {
    const boxKey = await this.boxKeyOf(site)
    if (boxKey === undefined) return refuse('UNKNOWN_DEVICE')
    const parcels = await this.secrets.parcels.list(site, 'out', n, PAGE)
    const newest = this.secrets.cardKeys.inUse()[0]
    const cardKey = newest && { version: newest.version, box: sealTo(newest.key, boxKey, CARD_KEY_INFO) }
    return {
      parcels: parcels.map(({ n: cursor, key, subject, box }) => ({ n: cursor, key, subject, box })),
      ...(cardKey && { cardKey }),
    }
  }

  /** New keys go on to every centre that knows the worker. */
  private async pass(workers: readonly string[]): Promise<void> {
    for (const worker of workers) {
      const sites = await this.journal.read.all<{ site: string }>(
        'SELECT site FROM route_acquaintance WHERE worker = ?',
        [worker],
      )
      for (const { site } of sites) await this.offer(worker, site)
    }
  }

  private async homesOf(subjects: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const homes = new Map<string, string>()
    for (const subject of new Set(subjects)) {
      const row = await this.journal.read.one<{ home: string }>('SELECT home FROM worker WHERE worker = ?', [subject])
      if (row !== undefined) homes.set(subject, row.home)
    }
    return homes
  }

  private async boxKeyOf(site: string): Promise<string | undefined> {
    const row = await this.journal.read.one<{ box_key: string | null }>('SELECT box_key FROM centre WHERE site = ?', [
      site,
    ])
    return row?.box_key ?? undefined
  }
}
