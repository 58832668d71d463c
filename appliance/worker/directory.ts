/** The people this centre knows, as its rooms show them: sheets unsealed, codes written for this centre. */

import type { People } from '../../central-sync/journal/people.ts'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'

export interface Person {
  readonly worker: WorkerId
  /** As registered: `W001`. */
  readonly code: string
  /** `W001` for a worker of this centre, `ITO-W001` for others. */
  readonly shownCode: string
  readonly home: SiteId
  readonly own: boolean
  readonly active: boolean
  /** Empty for a worker of another centre who was not introduced here. */
  readonly name: string
  readonly kana: string
  readonly callName: string
  readonly language: Language
}

export interface CentreName {
  readonly site: SiteId
  readonly code: string
  readonly name: string
}

export class Directory {
  readonly #people: People
  readonly #rows: Rows
  readonly #site: SiteId

  constructor(people: People, rows: Rows, site: SiteId) {
    this.#people = people
    this.#rows = rows
    this.#site = site
  }

  /** Everybody, sorted by reading. */
  async all(): Promise<readonly Person[]> {
    const codes = await this.centreCodes()
    const people = await this.#people.list()
    return people.map((person) => this.#describe(person, codes))
  }

  async get(worker: WorkerId): Promise<Person | undefined> {
    const person = await this.#people.get(worker)
    if (person === undefined) return undefined
    // Only a code from elsewhere is shown with its centre.
    return this.#describe(person, person.home === this.#site ? new Map() : await this.centreCodes())
  }

  /** Verifier of the PIN of somebody who was introduced from another centre. */
  introducedPin(worker: WorkerId): Promise<string | undefined> {
    return this.#people.introducedPin(worker)
  }

  /** By id, for lists of rows that name people. */
  async byId(): Promise<ReadonlyMap<WorkerId, Person>> {
    return new Map((await this.all()).map((person) => [person.worker, person]))
  }

  /** `W001` is a worker of this centre; `ITO-W001`, or this centre's own prefix, names the home. Any case. */
  async byCode(text: string, via: Rows = this.#rows): Promise<WorkerId | undefined> {
    const plain = text.normalize('NFKC').trim()
    const dash = plain.lastIndexOf('-')
    const [centre, code] = dash < 0 ? ['', plain] : [plain.slice(0, dash), plain.slice(dash + 1)]
    const row = await via.one<{ worker: WorkerId }>(
      centre === ''
        ? 'SELECT worker FROM worker WHERE code = ? COLLATE NOCASE AND home = ?'
        : `SELECT w.worker FROM worker w JOIN centre c ON c.site = w.home
            WHERE w.code = ? COLLATE NOCASE AND c.code = ? COLLATE NOCASE`,
      [code, centre === '' ? this.#site : centre],
    )
    return row?.worker
  }

  async centre(): Promise<CentreName | undefined> {
    return await this.#rows.one<{ site: SiteId; code: string; name: string }>(
      'SELECT site, code, name FROM centre WHERE site = ?',
      [this.#site],
    )
  }

  async centreCodes(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#rows.all<{ site: string; code: string }>('SELECT site, code FROM centre')
    return new Map(rows.map(({ site, code }) => [site, code]))
  }

  #describe(person: Omit<Person, 'shownCode' | 'own'>, codes: ReadonlyMap<string, string>): Person {
    const own = person.home === this.#site
    const prefix = codes.get(person.home)
    const shownCode = own || prefix === undefined ? person.code : `${prefix}-${person.code}`
    return { ...person, own, shownCode }
  }
}
