/**
 * Sends down to each centre what it needs. Follows the journal: after every commit the router extends the down streams,
 * introductions are written, keys are offered, and centres that listen get a hint. Everything can be repeated: a crash
 * between two steps costs one more look at the journal.
 */
import type { OpenedJournal } from '../../journal/journal.ts'
import type { SecretStore } from '../../journal/secret-store.ts'
import { isRefusal, type Refusal } from '../../protocol/refusal.ts'
import { type Clock, HOUR_MS } from '../../protocol/time.ts'
import { noteDownSeen, readContact } from '../site/contacts.ts'
import { routedTypes } from './decide-extract.ts'
import { type DownPage, type DownQuery, downPage } from './down-page.ts'
import type { HubGenesis } from './down-streams.ts'
import { introduceDue } from './introductions.ts'
import type { KeyParcels } from './key-parcels.ts'
import { lapseDue } from './lapse.ts'
import { renewDownStreams } from './renew-down-streams.ts'
import { type RoutingStep, routeNext } from './routing.ts'

export interface DirectiveParts {
  readonly journal: OpenedJournal
  readonly secrets: SecretStore
  readonly parcels: KeyParcels
  readonly clock: Clock
  /** Tells a listening centre that its down stream has grown to `head`. */
  hint(site: string, head: number): void
  readonly log: { warn(fields: object, message: string): void; error(fields: object, message: string): void }
}

/** An upload in progress comes first; a person at a kiosk elsewhere does not notice so short a wait. */
const PAUSE_MS = 50
const RETRY_MS = 1_000
const LAPSE_EVERY_MS = HOUR_MS
const routed = new Set([...routedTypes, 'client.registered', 'order.received', 'package.made'])

interface Known {
  readonly worker: string
  readonly site: string
}

interface Owed {
  readonly acquainted: Known[]
  readonly lapsed: Known[]
  readonly touched: string[]
}

export class Directives {
  private readonly parts: DirectiveParts
  private rounds: Promise<void> = Promise.resolve()
  private waiting: NodeJS.Timeout | undefined
  private stopped = false
  private nextLapse = 0
  /** What routing decided and what is still to be done outside its transaction. */
  private owed: Owed = { acquainted: [], lapsed: [], touched: [] }
  private unsubscribe: (() => void) | undefined

  constructor(parts: DirectiveParts) {
    this.parts = parts
  }

  /** Begins. Down streams of an incarnation that is over are renewed before a centre can ask for them. */
  async start(): Promise<void> {
    await this.renew()
    this.owe(await this.owedByTables())
    this.unsubscribe = this.parts.journal.onCommitted((entries) => {
      if (entries.some(({ t }) => routed.has(t))) this.wake()
    })
    this.wake()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.unsubscribe?.()
    clearTimeout(this.waiting)
    await this.rounds
  }

  /** One page of what goes down to `site`. */
  async page(site: string, query: DownQuery): Promise<DownPage | Refusal> {
    const { journal, secrets, clock } = this.parts
    const page = await downPage(journal.read, site, query, { pair: secrets.identity.signing, now: clock.now() })
    const seen = isRefusal(page) ? query.after : page.header.first - 1
    const known = await readContact(journal.read, site)
    if (known?.downSeen !== seen) await journal.write('down.seen', (tx) => noteDownSeen(tx, site, seen))
    return page
  }

  /** Resolves when everything committed before the call is on its way. */
  async caughtUp(): Promise<void> {
    let left = true
    while (left && !this.stopped) {
      await this.parts.journal.caughtUp()
      left = await this.enqueue()
    }
  }

  /** Something may have to go down: looked at after a pause, once for however many commits. */
  wake(pauseMs = PAUSE_MS): void {
    if (this.stopped || this.waiting !== undefined) return
    this.waiting = setTimeout(() => {
      this.waiting = undefined
      void this.roundSafely()
    }, pauseMs)
    this.waiting.unref()
  }

  private async roundSafely(): Promise<void> {
    try {
      if (await this.enqueue()) this.wake()
    } catch (error) {
      this.parts.log.error({ error: String(error) }, 'routing entries down failed; it will be tried again')
      this.wake(RETRY_MS)
    }
  }

  /** One round at a time. */
  private enqueue(): Promise<boolean> {
    const round = this.rounds.then(() => (this.stopped ? false : this.round()))
    this.rounds = round.then(
      () => undefined,
      () => undefined,
    )
    return round
  }

  /** Routes what the followers have seen. True when more is to come. */
  private async round(): Promise<boolean> {
    const { journal, secrets } = this.parts
    const step = await this.step()
    await this.settle(step)
    await this.adoptKeys()
    const introduced = await introduceDue(journal, secrets)
    const lapsed = await this.lapse()
    return !step.done || introduced > 0 || lapsed > 0
  }

  private async lapse(): Promise<number> {
    const { journal, clock } = this.parts
    const now = clock.now()
    if (now < this.nextLapse) return 0
    const lapsed = await lapseDue(journal, now)
    this.nextLapse = now + LAPSE_EVERY_MS
    return lapsed
  }

  private async step(): Promise<RoutingStep> {
    const { journal } = this.parts
    // Looking costs nothing; a transaction for nothing would stand in the way of uploads.
    const seen = await journal.read.one<{ pos: number; projected: number; routed: number }>(
      `SELECT j.pos AS pos, j.projected AS projected, c.pos AS routed
       FROM journal_state j CROSS JOIN route_cursor c WHERE j.one = 1 AND c.name = 'down'`,
    )
    if (seen === undefined) throw new Error('the routing cursor is missing')
    const behind = seen.projected < seen.pos
    if (seen.routed >= seen.projected) return { touched: [], acquainted: [], lapsed: [], dropped: 0, done: !behind }
    const step = await journal.write('route', (tx) => routeNext(tx, seen.projected, this.genesis(), tx.now))
    return { ...step, done: step.done && !behind }
  }

  private genesis(): HubGenesis {
    const { journal, secrets } = this.parts
    return { inc: journal.head().inc, publicKey: secrets.identity.signing.publicKey }
  }

  private async renew(): Promise<void> {
    const { journal, log } = this.parts
    const { inc } = this.genesis()
    if ((await journal.read.one('SELECT 1 AS old FROM down_stream WHERE inc <> ? LIMIT 1', [inc])) === undefined) return
    const sites = await journal.write('down.renew', (tx) => renewDownStreams(tx, this.genesis(), tx.now))
    log.warn({ sites: sites.length }, 'this hub was put back from an older copy: its down streams begin anew')
  }

  /** Whoever lapses is not offered what was owed to her before. */
  private owe({ acquainted, lapsed, touched }: Pick<RoutingStep, 'acquainted' | 'lapsed' | 'touched'>): void {
    const stays = (one: Known) => !lapsed.some(({ worker, site }) => worker === one.worker && site === one.site)
    this.owed = {
      acquainted: [...this.owed.acquainted.filter(stays), ...acquainted],
      lapsed: [...this.owed.lapsed, ...lapsed],
      touched: [...new Set([...this.owed.touched, ...touched])],
    }
  }

  /** A crash right after a routing step took with it what the step asked for: the tables say it once more. */
  private async owedByTables(): Promise<Owed> {
    const { read } = this.parts.journal
    const acquainted = await read.all<Known>('SELECT worker, site FROM route_acquaintance')
    const known = new Set(acquainted.map(({ worker, site }) => `${worker}:${site}`))
    const notes = await read.all<{ note: string }>(
      "SELECT note FROM route_note WHERE note >= 'lapsed:' AND note < 'lapsed;'",
    )
    const lapsed = notes
      .map(({ note }) => note.slice('lapsed:'.length))
      .filter((pair) => !known.has(pair))
      .map((pair) => ({ worker: pair.split(':')[0] ?? '', site: pair.split(':')[1] ?? '' }))
    return { acquainted, lapsed, touched: [] }
  }

  /** Keys before hints. What fails stays owed for the next round. */
  private async settle({ dropped, ...owed }: RoutingStep): Promise<void> {
    const { journal, parcels, hint, log, secrets } = this.parts
    if (dropped > 0) log.warn({ dropped }, 'entries were too long to be sent down')
    this.owe(owed)
    for (let next = this.owed.lapsed[0]; next !== undefined; next = this.owed.lapsed[0]) {
      await secrets.parcels.forget(next.site, 'out', next.worker)
      this.owed.lapsed.shift()
    }
    for (let next = this.owed.acquainted[0]; next !== undefined; next = this.owed.acquainted[0]) {
      await parcels.offer(next.worker, next.site)
      this.owed.acquainted.shift()
    }
    for (const site of this.owed.touched.splice(0)) {
      const row = await journal.read.one<{ head_seq: number }>('SELECT head_seq FROM down_stream WHERE site = ?', [
        site,
      ])
      hint(site, row?.head_seq ?? 0)
    }
  }

  /** Parcels that came before their worker's registration. */
  private async adoptKeys(): Promise<void> {
    const { journal, parcels } = this.parts
    const sites = await journal.read.all<{ site: string }>('SELECT site FROM down_stream')
    for (const { site } of sites) await parcels.adopt(site)
  }
}
