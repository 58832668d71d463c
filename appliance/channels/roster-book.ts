/**
 * Whom a kiosk can greet, by revision: rows changed since the revision it names, oldest first. Revisions grow with every
 * change and from start to start; a kiosk that names one from before this start gets everything.
 */
import type { Journal, Rows, StoredEntry } from '../../central-sync/journal/port.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type BusinessDay, businessDayOf, type Clock } from '../../central-sync/protocol/time.ts'
import type { RosterRow } from '../../central-sync/protocol/wire/device.ts'
import type { Person } from '../worker/directory.ts'
import { PERSON_TYPES, type PersonSource } from '../worker/greetings.ts'

export const ROSTER_PAGE_ROWS = 100
const DIGESTS_MAX = 8
const REVOKED_MAX = 16
const CARD_TYPES = new Set(['card.enrolled', 'card.digest-added', 'card.revoked'])
const TAP_TYPES = new Set(['tap.recorded', 'tap.redirected', 'tap.voided'])

interface Numbered {
  readonly worker: WorkerId
  rev: number
}

export class RosterBook {
  readonly #people: PersonSource
  readonly #read: Rows
  readonly #clock: Clock
  readonly #revisions = new Map<WorkerId, Numbered>()
  #top: number
  #stale = false
  #changed: () => void = () => undefined

  constructor(people: PersonSource, read: Rows, clock: Clock) {
    this.#people = people
    this.#read = read
    this.#clock = clock
    this.#top = clock.now()
  }

  /** `listener` is called when somebody's row other than her last direction changed. */
  onChange(listener: () => void): void {
    this.#changed = listener
  }

  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => this.#note(entries))
    for (const { worker } of await this.#people.all()) this.#touch(worker)
    return stop
  }

  /** Names became readable: everybody is sent again. */
  touchAll(): void {
    this.#stale = true
  }

  get rev(): number {
    return this.#top
  }

  async page(from: number): Promise<{ rev: number; more: boolean; rows: RosterRow[] }> {
    if (this.#stale) await this.#refreshAll()
    const known = from <= this.#top ? from : 0
    // Touched rows were re-inserted, so the map is in the order of revisions.
    const due = [...this.#revisions.values()].filter(({ rev }) => rev > known)
    const taken = due.slice(0, ROSTER_PAGE_ROWS)
    const more = due.length > taken.length
    const rev = more ? (taken.at(-1)?.rev ?? this.#top) : this.#top
    return { rev, more, rows: await this.#rows(taken.map(({ worker }) => worker)) }
  }

  #note(entries: readonly StoredEntry[]): void {
    let people = false
    for (const { t, sub, d } of entries) {
      if (TAP_TYPES.has(t) && typeof d.worker === 'string') this.#touch(d.worker as WorkerId)
      if (CARD_TYPES.has(t)) people = true
      if (!PERSON_TYPES.has(t)) continue
      people = true
      const worker = typeof d.worker === 'string' ? d.worker : sub
      if (worker !== undefined && t.startsWith('worker.')) this.#touch(worker as WorkerId)
      else this.#stale = true
    }
    if (entries.some(({ t }) => CARD_TYPES.has(t))) this.#stale = true
    if (people) this.#changed()
  }

  #touch(worker: WorkerId): void {
    this.#revisions.delete(worker)
    this.#top += 1
    this.#revisions.set(worker, { worker, rev: this.#top })
  }

  /** A card entry names the card, not the person; a renamed centre changes every code: everybody is sent again. */
  async #refreshAll(): Promise<void> {
    this.#stale = false
    for (const { worker } of await this.#people.all()) this.#touch(worker)
  }

  async #rows(workers: readonly WorkerId[]): Promise<RosterRow[]> {
    if (workers.length === 0) return []
    const wanted = new Set(workers)
    const people = (await this.#people.all()).filter(({ worker }) => wanted.has(worker))
    const cards = await this.#cards(workers)
    const last = await this.#last(workers, businessDayOf(this.#clock.now()))
    return people.map((person) => rowOf(person, cards.get(person.worker) ?? [], last.get(person.worker)))
  }

  async #cards(workers: readonly WorkerId[]) {
    const rows = await this.#read.all<{ worker: WorkerId; k: number; h: string; revoked: number }>(
      `SELECT c.worker, d.k, d.h, c.revoked_at IS NOT NULL AS revoked FROM json_each(?) j
         JOIN card c ON c.worker = j.value JOIN card_digest d ON d.card = c.card ORDER BY c.card DESC`,
      [JSON.stringify(workers)],
    )
    return Map.groupBy(rows, ({ worker }) => worker)
  }

  /** Last accepted claim of the day at any kiosk, for the proposal. */
  async #last(workers: readonly WorkerId[], day: BusinessDay) {
    const rows = await this.#read.all<{ worker: WorkerId; claim: 'in' | 'out'; time: number; place: string }>(
      `SELECT f.worker, f.last_claim AS claim, f.last_time AS time, f.last_place AS place FROM json_each(?) j
         JOIN day_fold f ON f.worker = j.value AND f.day = ? AND f.last_claim IS NOT NULL`,
      [JSON.stringify(workers), day],
    )
    return new Map(rows.map(({ worker, claim, time, place }) => [worker, { claim, time, place }]))
  }
}

function rowOf(
  { worker, shownCode, callName, language, active }: Person,
  cards: readonly (CardDigest & { revoked: number })[],
  last: RosterRow['last'],
): RosterRow {
  const digests = (revoked: boolean, max: number) =>
    cards
      .filter((card) => (card.revoked !== 0) === revoked)
      .slice(0, max)
      .map(({ k, h }) => ({ k, h }))
  return {
    worker,
    code: shownCode,
    digests: digests(false, DIGESTS_MAX),
    revoked: digests(true, REVOKED_MAX),
    callName,
    language,
    active,
    ...(last === undefined ? {} : { last }),
  }
}
