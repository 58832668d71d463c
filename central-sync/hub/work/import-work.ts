/** Takes over a work list: makes clients, orders, packages and rates that are missing, and asks for the assignments. */
import type { Tx } from '../../journal/port.ts'
import type { ClientId, OrderId, PackageId, SiteId } from '../../protocol/identifier.ts'
import { isRefusal, refusalSentence } from '../../protocol/refusal.ts'
import { appendClient, sameText } from '../client/client-book.ts'
import { appendOrder, appendPackage } from '../order/order-book.ts'
import { type CodedWorker, codedWorkers, findWorker } from '../site/worker-codes.ts'
import { allRates } from './package-board.ts'
import { appendRate, appendRequest, appendShare } from './rate-book.ts'
import type { BadRow, WorkRow, WorkRows } from './read-work-rows.ts'

export interface WorkImport {
  readonly clients: number
  readonly orders: number
  readonly packages: number
  readonly rates: number
  /** Requests to home centres to assign somebody. */
  readonly requests: number
  /** In order of the lines; they stopped nothing else. */
  readonly bad: readonly BadRow[]
}

/** Twice the same list changes nothing the second time. */
export async function importWork(tx: Tx, { rows, bad }: WorkRows, by: string): Promise<WorkImport> {
  const importing = await WorkImporting.load(tx, by)
  const refused: BadRow[] = [...bad]
  for (const row of rows) {
    const why = importing.take(row)
    if (why !== undefined) refused.push({ line: row.line, why })
  }
  return { ...importing.made, bad: refused.sort((a, b) => a.line - b.line) }
}

class WorkImporting {
  readonly made = { clients: 0, orders: 0, packages: 0, rates: 0, requests: 0 }
  private readonly tx: Tx
  private readonly by: string
  private readonly clients = new Map<string, ClientId>()
  private readonly orders = new Map<string, OrderId>()
  private readonly packages = new Map<string, PackageId>()
  /** `package day` → milliyen of the newest version from that day. */
  private readonly rates = new Map<string, number>()
  private readonly shares = new Set<string>()
  private readonly assigned = new Set<string>()
  private workers: readonly CodedWorker[] = []

  private constructor(tx: Tx, by: string) {
    this.tx = tx
    this.by = by
  }

  static async load(tx: Tx, by: string): Promise<WorkImporting> {
    const known = new WorkImporting(tx, by)
    const { clients, orders, packages, rates, shares, assigned } = known
    for (const row of await tx.all<{ client: ClientId; name: string }>('SELECT client, name FROM client')) {
      clients.set(sameText(row.name), row.client)
    }
    for (const row of await tx.all<{ id: OrderId; client: string; title: string }>(
      'SELECT work_order AS id, client, title FROM work_order',
    )) {
      orders.set(keyOf(row.client, row.title), row.id)
    }
    for (const row of await tx.all<{ id: PackageId; parent: string; title: string }>(
      'SELECT package AS id, work_order AS parent, title FROM package',
    )) {
      packages.set(keyOf(row.parent, row.title), row.id)
    }
    for (const rate of await allRates(tx)) rates.set(`${rate.package} ${rate.from}`, rate.milliYenPerHour)
    for (const row of await tx.all<{ package: string; site: string }>(
      'SELECT package, site FROM share WHERE open = 1',
    )) {
      shares.add(`${row.package} ${row.site}`)
    }
    for (const row of await tx.all<{ package: string; worker: string }>(
      `SELECT package, worker FROM assignment WHERE last_day IS NULL UNION SELECT package, worker FROM assignment_request`,
    )) {
      assigned.add(`${row.package} ${row.worker}`)
    }
    known.workers = await codedWorkers(tx)
    return known
  }

  /** A sentence when the row is bad; nothing of such a row is kept. */
  take(row: WorkRow): string | undefined {
    const worker = row.worker === '' ? undefined : findWorker(this.workers, row.worker)
    if (isRefusal(worker)) return refusalSentence(worker, 'ja')
    const client = this.client(row.client)
    const order = this.order(client, row.order)
    const work = this.package(order, row)
    if (row.rate !== undefined) this.rate(work, row.rate)
    if (worker !== undefined) this.assign(work, worker)
    return undefined
  }

  private client(name: string): ClientId {
    return found(this.clients, sameText(name), () => {
      this.made.clients += 1
      return appendClient(this.tx, name, this.by)
    })
  }

  private order(client: ClientId, title: string): OrderId {
    return found(this.orders, keyOf(client, title), () => {
      this.made.orders += 1
      return appendOrder(this.tx, { client, title }, this.by)
    })
  }

  private package(order: OrderId, row: WorkRow): PackageId {
    return found(this.packages, keyOf(order, row.package), () => {
      this.made.packages += 1
      return appendPackage(this.tx, { order, title: row.package, kind: row.kind, confidential: false }, this.by)
    })
  }

  private rate(work: PackageId, rate: NonNullable<WorkRow['rate']>): void {
    const key = `${work} ${rate.from}`
    if (this.rates.get(key) === rate.milliYenPerHour) return
    this.rates.set(key, rate.milliYenPerHour)
    this.made.rates += 1
    appendRate(this.tx, { package: work, ...rate }, this.by)
  }

  private assign(work: PackageId, { worker, site }: CodedWorker): void {
    if (this.assigned.has(`${work} ${worker}`)) return
    this.assigned.add(`${work} ${worker}`)
    this.share(work, site)
    this.made.requests += 1
    appendRequest(this.tx, { package: work, worker, site }, this.by)
  }

  private share(work: PackageId, site: SiteId): void {
    if (this.shares.has(`${work} ${site}`)) return
    this.shares.add(`${work} ${site}`)
    appendShare(this.tx, { package: work, site, open: true }, this.by)
  }
}

function keyOf(parent: string, title: string): string {
  return `${parent} ${sameText(title)}`
}

function found<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
