/** Clients, orders and packages: one board, and a page per package with its rate history and shares. */
import { z } from 'zod'
import { identifier } from '../../protocol/identifier.ts'
import { refuse } from '../../protocol/refusal.ts'
import { type BusinessDay, businessDayOf } from '../../protocol/time.ts'
import type { Page } from '../../web/port.ts'
import { listClients } from '../client/client-book.ts'
import { type HubRooms, ORDERS } from '../http/hub-rooms.ts'
import { listOrders } from '../order/order-book.ts'
import { listCentres } from '../site/centre-list.ts'
import { codedWorkers, workerCodes } from '../site/worker-codes.ts'
import { type BoardPackage, listPackages, type RateVersion } from '../work/package-board.ts'
import { holds, hubPage } from './hub-page.ts'

const importReport = z.object({
  ...{ clients: z.number(), orders: z.number(), packages: z.number(), rates: z.number(), requests: z.number() },
  bad: z.array(z.object({ line: z.number(), why: z.string() })),
})

export function workPages(rooms: HubRooms): Page[] {
  return [boardPage(rooms), packagePage(rooms)]
}

function boardPage({ journal }: HubRooms): Page {
  return hubPage({
    path: '/work',
    access: 'staff',
    title: { ja: '受注と仕事', en: 'Orders and work' },
    template: 'work',
    load: async (_input, context) => {
      const { read } = journal
      const today = businessDayOf(context.now)
      const [clients, orders, packages] = [await listClients(read), await listOrders(read), await listPackages(read)]
      const { answered } = context
      const report = answered?.command === 'work.import' ? importReport.safeParse(answered.output) : undefined
      return {
        clients: clients.map((client) => ({
          ...client,
          orderList: orders
            .filter((order) => order.client === client.client)
            .map((order) => ({
              ...order,
              packages: packages.filter(({ order: id }) => id === order.order).map((work) => rowOf(work, today)),
            })),
        })),
        clientOptions: clients.map(({ client, name }) => ({ value: client, label: name })),
        orderOptions: orders.map(({ order, title, clientName }) => ({
          value: order,
          label: `${clientName}　${title}`,
        })),
        mayAct: holds(context, ORDERS),
        report: report?.success === true ? report.data : undefined,
      }
    },
  })
}

function packagePage({ journal, people }: HubRooms): Page {
  return hubPage({
    path: '/work/:package',
    access: 'staff',
    title: { ja: '仕事と単価', en: 'Package and rates' },
    template: 'package',
    input: { package: identifier('package') },
    load: async ({ package: id }, context) => {
      const { read } = journal
      const today = businessDayOf(context.now)
      const work = (await listPackages(read)).find((one) => one.package === id)
      if (work === undefined) return refuse('package_unknown')
      const centres = await listCentres(read, context.now)
      const codes = await workerCodes(read)
      const assigned = await read.all<{ worker: string; from: BusinessDay; made: number }>(
        `SELECT worker, from_day AS "from", 1 AS made FROM assignment WHERE package = ? AND last_day IS NULL
         UNION ALL SELECT r.worker, '' AS "from", 0 AS made FROM assignment_request r WHERE r.package = ?
           AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.package = r.package AND a.worker = r.worker)`,
        [id, id],
      )
      const names = new Map((await people.list()).map((person) => [String(person.worker), person.name]))
      const coded = await codedWorkers(read)
      return {
        work: { ...work, ...rowOf(work, today) },
        rates: work.rates.map((rate) => ({ ...rate, current: rate === currentRate(work.rates, today) })),
        shares: centres.map(({ site, code, name }) => ({
          ...{ site, code, name },
          open: work.shares.some((share) => share.site === site && share.open),
        })),
        assigned: assigned
          .map(({ worker, from, made }) => ({
            ...{ worker, from, made: made === 1 },
            code: codes.get(worker) ?? '',
            name: names.get(worker) ?? '',
          }))
          .sort((a, b) => (a.code < b.code ? -1 : 1)),
        workerOptions: coded
          .filter(({ worker }) => !assigned.some((one) => one.worker === worker))
          .map(({ worker }) => ({ value: worker, label: `${codes.get(worker) ?? ''}　${names.get(worker) ?? ''}` })),
        mayAct: holds(context, ORDERS),
        today,
      }
    },
  })
}

function rowOf(work: BoardPackage, today: BusinessDay) {
  const rate = currentRate(work.rates, today)
  const next = work.rates.filter(({ from }) => from > today).at(-1)
  const open = work.shares.filter((share) => share.open).length
  return {
    package: work.package,
    title: work.title,
    kind: work.kind,
    confidential: work.confidential,
    rate,
    next,
    open,
    assigned: work.assigned,
  }
}

/** `rates` newest first; of two from one day the later written one stands before. */
function currentRate(rates: readonly RateVersion[], today: BusinessDay): RateVersion | undefined {
  return rates.find(({ from }) => from <= today)
}
