/**
 * One step of sending entries down: reads what arrived since the cursor, asks `decide-extract` for each entry, and
 * appends extracts to the down streams, all in one transaction with the cursor.
 */
import type { ProjectionTx, StoredEntry } from '../../journal/port.ts'
import { catalogue } from '../../protocol/event/catalogue.ts'
import type { Instant } from '../../protocol/time.ts'
import { type Consequence, decideExtract, HUB_SITE, publicTypes, routedTypes } from './decide-extract.ts'
import { DownStreams, type HubGenesis } from './down-streams.ts'
import { INTRODUCED_MS } from './lapse.ts'
import { RoutingMemory } from './routing-memory.ts'
import { introductionDueTable } from './routing-tables.ts'
import { entriesAway, entriesBetween, entryAt, entryWithId } from './stored-entries.ts'

const BATCH = 500
/** Positions looked at in one step, so that nobody waits long for the lane. */
const REACH = 10_000
/** Types that are remembered so that they can follow later. */
const notedTypes = ['client.registered', 'order.received', 'package.made']
const readTypes = [...new Set([...routedTypes, ...notedTypes])]

export interface RoutingStep {
  /** Sites with something new in their down stream. */
  readonly touched: readonly string[]
  /** Workers and the centres they became known at, for key parcels. */
  readonly acquainted: readonly { readonly worker: string; readonly site: string }[]
  /** Workers and the centres that forget them: key parcels for them are void. */
  readonly lapsed: readonly { readonly worker: string; readonly site: string }[]
  /** Extracts that were too long to travel. */
  readonly dropped: number
  /** False when more entries wait. */
  readonly done: boolean
}

/** `upTo`: only entries the followers have seen. */
export async function routeNext(
  tx: ProjectionTx,
  upTo: number,
  genesis: HubGenesis,
  now: Instant,
): Promise<RoutingStep> {
  const lock = tx.dialect === 'postgres' ? ' FOR UPDATE' : ''
  const cursor = await tx.one<{ pos: number }>(`SELECT pos FROM route_cursor WHERE name = ?${lock}`, ['down'])
  const from = cursor?.pos ?? 0
  if (from >= upTo) return { touched: [], acquainted: [], lapsed: [], dropped: 0, done: true }
  const to = Math.min(upTo, from + REACH)
  const entries = await entriesAway(tx, readTypes, { from, to, limit: BATCH })
  const whole = entries.length < BATCH
  const routing = new Routing(tx, await DownStreams.load(tx), genesis, now)
  await routing.route(entries)
  const touched = await routing.streams.flush()
  const reached = whole ? to : (entries.at(-1)?.pos ?? to)
  await tx.run('UPDATE route_cursor SET pos = ? WHERE name = ?', [reached, 'down'])
  return {
    touched,
    acquainted: routing.acquainted,
    lapsed: routing.lapsed,
    dropped: routing.dropped,
    done: reached >= upTo,
  }
}

class Routing {
  readonly streams: DownStreams
  readonly acquainted: { worker: string; site: string }[] = []
  readonly lapsed: { worker: string; site: string }[] = []
  dropped = 0
  private readonly tx: ProjectionTx
  private readonly memory: RoutingMemory
  private readonly genesis: HubGenesis
  private readonly now: Instant

  constructor(tx: ProjectionTx, streams: DownStreams, genesis: HubGenesis, now: Instant) {
    this.tx = tx
    this.streams = streams
    this.memory = new RoutingMemory(tx)
    this.genesis = genesis
    this.now = now
  }

  async route(entries: readonly StoredEntry[]): Promise<void> {
    await this.memory.load(entries)
    for (const entry of entries) {
      // Taps at home of workers who were registered in this very batch.
      const atHome = entry.t === 'tap.recorded' && this.memory.home(String(entry.d.worker)) === entry.site
      if (!atHome && isReadable(entry)) await this.routeOne(entry)
    }
    await this.memory.flush()
  }

  private async routeOne(entry: StoredEntry): Promise<void> {
    if (entry.t === 'introduction.lapsed' && !(await this.part(entry))) return
    await this.take(entry)
    const decided = decideExtract({ type: entry.t, author: entry.site, data: entry.d }, this.memory)
    const [before, after] = split(decided.consequences)
    for (const consequence of before) await this.follow(consequence, entry)
    const audience = decided.audience === 'everyone' ? this.streams.sites : decided.audience
    for (const site of audience) if (site !== entry.site) await this.send(site, entry, decided.sealed)
    for (const consequence of after) await this.follow(consequence, entry)
  }

  private async send(site: string, entry: StoredEntry, sealed: boolean): Promise<void> {
    if (!(await this.streams.append(site, entry, sealed))) this.dropped += 1
  }

  /** Notes what later entries refer to. */
  private async take({ t, d, id, site }: StoredEntry): Promise<void> {
    const foreign = typeof d.worker === 'string' && this.memory.home(d.worker) !== site
    if (t === 'tap.recorded' && foreign) await this.memory.note(`tap:${id}`, String(d.worker))
    if (t === 'tap.attributed' && foreign) await this.memory.note(`tap:${d.target}`, String(d.worker))
    if (t === 'assignment.made' && foreign) await this.memory.note(`assignment:${d.assignment}`, String(d.worker))
    if (site !== HUB_SITE) return
    if (t === 'client.registered') await this.memory.note(`client:${d.client}`, id)
    if (t === 'order.received') await this.memory.note(`order:${d.order}`, id)
    if (t === 'package.made') await this.memory.note(`package:${d.package}`, id)
    if (t === 'worker.introduced') await this.memory.note(`introduction:${d.worker}`, id)
    if (t === 'rate.set') await this.memory.note(`rate:${d.package}:${id}`, id)
  }

  private async follow(consequence: Consequence, entry: StoredEntry): Promise<void> {
    switch (consequence.kind) {
      case 'admit':
        return this.admit(consequence.site, entry.pos)
      case 'home':
        return this.settle(consequence.worker, consequence.site)
      case 'acquaint':
        return this.acquaint(consequence.worker, consequence.site)
      case 'reintroduce':
        if (this.memory.acquainted(consequence.worker).length > 0) await this.introduceLater(consequence.worker)
        return
      case 'concern':
        return this.concern(consequence.work, consequence.site)
      case 'forward':
        return this.forward(consequence.id, consequence.site)
      case 'park':
        return this.memory.park(consequence.worker, entry.pos)
    }
  }

  private async admit(site: string, before: number): Promise<void> {
    if (!(await this.streams.open(site, this.genesis, this.now))) return
    let from = 0
    for (;;) {
      const page = await entriesBetween(this.tx, publicTypes, { from, to: before - 1, limit: BATCH })
      for (const entry of page.filter(isReadable)) {
        const { audience } = decideExtract({ type: entry.t, author: entry.site, data: entry.d }, this.memory)
        if (audience === 'everyone' && entry.site !== site) await this.send(site, entry, false)
      }
      if (page.length < BATCH) return
      from = page.at(-1)?.pos ?? before
    }
  }

  /** Her home is known: what had to wait is decided again, in order of arrival. */
  private async settle(worker: string, site: string): Promise<void> {
    if (!this.memory.setHome(worker, site)) return
    for (const pos of await this.memory.unpark(worker)) {
      const entry = await entryAt(this.tx, pos)
      if (entry !== undefined) await this.routeOne(entry)
    }
  }

  private async acquaint(worker: string, site: string): Promise<void> {
    if (!(await this.memory.acquaint(worker, site, this.now))) return
    this.acquainted.push({ worker, site })
    const introduction = await this.memory.noted(`introduction:${worker}`)
    const lapsed = await this.memory.noted(`lapsed:${worker}:${site}`)
    // What was sent there once is not sent again: after a lapse she is introduced anew.
    if (introduction === undefined || lapsed !== undefined) await this.introduceLater(worker)
    else await this.forward(introduction, site, true)
  }

  /** False when she has been there again since it was decided. */
  private async part({ id, at, d }: StoredEntry): Promise<boolean> {
    const [worker, site] = [String(d.worker), String(d.site)]
    if (!(await this.memory.part(worker, site, at - INTRODUCED_MS))) return false
    await this.memory.note(`lapsed:${worker}:${site}`, id)
    this.lapsed.push({ worker, site })
    return true
  }

  private async introduceLater(worker: string): Promise<void> {
    await this.tx.insert(introductionDueTable, [{ worker }], 'ignore')
  }

  /** Client, order, package, rates: in the order in which they refer to each other. */
  private async concern(work: string, site: string): Promise<void> {
    if (!(await this.memory.concern(work, site))) return
    const made = await this.entryNoted(`package:${work}`)
    const order = await this.entryNoted(`order:${made?.d.order}`)
    const client = await this.entryNoted(`client:${order?.d.client}`)
    for (const entry of [client, order, made]) if (entry !== undefined) await this.send(site, entry, false)
    for (const id of await this.memory.notedUnder(`rate:${work}:`)) await this.forward(id, site)
  }

  private async entryNoted(note: string): Promise<StoredEntry | undefined> {
    const id = await this.memory.noted(note)
    return id === undefined ? undefined : entryWithId(this.tx, id)
  }

  private async forward(id: string, site: string, sealed = false): Promise<void> {
    const entry = await entryWithId(this.tx, id)
    if (entry !== undefined && entry.site !== site) await this.send(site, entry, sealed)
  }
}

function split(consequences: readonly Consequence[]): [Consequence[], Consequence[]] {
  const first = (kind: Consequence['kind']) => kind === 'admit' || kind === 'concern' || kind === 'forward'
  return [consequences.filter(({ kind }) => first(kind)), consequences.filter(({ kind }) => !first(kind))]
}

/** Data this program understands. What it does not, it cannot route: the entry stays stored for a later version. */
function isReadable({ t, v, d }: StoredEntry): boolean {
  const definition = catalogue.get(t)
  return definition !== undefined && v <= definition.version && definition.data.safeParse(d).success
}
