/** Commands of the office: clients, orders, packages, rates, shares, assignments, work lists. */
import { z } from 'zod'
import { writeOnce } from '../../journal/write-once.ts'
import { label } from '../../protocol/event/place.ts'
import { identifier } from '../../protocol/identifier.ts'
import { isRefusal, refuse } from '../../protocol/refusal.ts'
import { businessDay } from '../../protocol/time.ts'
import { parseRate } from '../../protocol/yen.ts'
import type { Command } from '../../web/port.ts'
import { registerClient } from '../client/client-book.ts'
import { makePackage, receiveOrder } from '../order/order-book.ts'
import { codedWorkers, findWorker } from '../site/worker-codes.ts'
import { importWork } from '../work/import-work.ts'
import { grantShare, requestAssignment, setRate } from '../work/rate-book.ts'
import { readWorkRows } from '../work/read-work-rows.ts'
import { type HubRooms, ORDERS, staffOf } from './hub-rooms.ts'

const nothing = z.object({})
const rateText = z
  .string()
  .max(12)
  .transform((text, context) => {
    const rate = parseRate(text)
    if (rate === undefined) context.addIssue({ code: 'custom', message: 'not a rate' })
    return rate ?? 0
  })
const importReport = z.object({
  clients: z.number().int(),
  orders: z.number().int(),
  packages: z.number().int(),
  rates: z.number().int(),
  requests: z.number().int(),
  bad: z.array(z.object({ line: z.number().int(), why: z.string() })),
})

/** Keeps input and output of one command together and forgets them for the list. */
function command<I, O>(value: Command<I, O>): Command {
  return value as Command
}

export function officeCommands(rooms: HubRooms): Command[] {
  return [...bookCommands(rooms), ...workCommands(rooms)]
}

function bookCommands({ journal }: HubRooms): Command[] {
  return [
    command({
      name: 'clients.register',
      path: '/clients',
      summary: { ja: '発注元を登録する', en: 'Register a client' },
      access: ORDERS,
      input: z.strictObject({ name: label }),
      output: z.object({ client: identifier('client') }),
      done: { ja: '発注元を登録しました。', en: 'The client is registered.' },
      handle: ({ name }, context) =>
        writeOnce(journal, context.requestKey, 'clients.register', (tx) => registerClient(tx, name, staffOf(context))),
    }),
    command({
      name: 'orders.receive',
      path: '/orders',
      summary: { ja: '受注を登録する', en: 'Take an order' },
      access: ORDERS,
      input: z.strictObject({ client: identifier('client'), title: label }),
      output: z.object({ order: identifier('order') }),
      done: { ja: '受注を登録しました。', en: 'The order is kept.' },
      handle: (draft, context) =>
        writeOnce(journal, context.requestKey, 'orders.receive', (tx) => receiveOrder(tx, draft, staffOf(context))),
    }),
    command({
      name: 'packages.make',
      path: '/packages',
      summary: { ja: '受注を仕事に分ける', en: 'Cut an order into work packages' },
      access: ORDERS,
      input: z.strictObject({
        order: identifier('order'),
        title: label,
        kind: label,
        confidential: z.boolean().default(false),
      }),
      output: z.object({ package: identifier('package') }),
      done: { ja: '仕事をつくりました。', en: 'The package is made.' },
      handle: (draft, context) =>
        writeOnce(journal, context.requestKey, 'packages.make', (tx) => makePackage(tx, draft, staffOf(context))),
    }),
    command({
      name: 'rates.set',
      path: '/rates',
      summary: { ja: '単価を決める（その日から）', en: 'Set an hourly rate from a day on' },
      access: ORDERS,
      input: z.strictObject({ package: identifier('package'), yenPerHour: rateText, from: businessDay }),
      output: z.object({ rate: identifier('rate') }),
      done: { ja: '単価を決めました。前の日の単価は変わりません。', en: 'The rate is set. Earlier days keep theirs.' },
      handle: ({ package: id, yenPerHour, from }, context) => {
        const draft = { package: id, milliYenPerHour: yenPerHour, from }
        return writeOnce(journal, context.requestKey, 'rates.set', (tx) => setRate(tx, draft, staffOf(context)))
      },
    }),
  ]
}

function workCommands({ journal }: HubRooms): Command[] {
  return [
    command({
      name: 'shares.grant',
      path: '/shares',
      summary: { ja: 'センターに仕事を回す、または止める', en: 'Give a centre a share of a package, or take it back' },
      access: ORDERS,
      input: z.strictObject({ package: identifier('package'), site: identifier('site'), open: z.boolean() }),
      output: nothing,
      done: { ja: 'センターへの割り当てを変えました。', en: 'The share is changed.' },
      handle: (share, context) =>
        writeOnce(journal, context.requestKey, 'shares.grant', (tx) => grantShare(tx, share, staffOf(context))),
    }),
    command({
      name: 'assignments.request',
      path: '/assignments',
      summary: { ja: 'ワーカーの担当をセンターに頼む', en: 'Ask the home centre to assign a worker' },
      access: ORDERS,
      input: z.strictObject({ package: identifier('package'), worker: z.string().trim().min(1).max(40) }),
      output: z.object({ site: identifier('site') }),
      done: { ja: 'センターに頼みました。', en: 'The home centre has been asked.' },
      handle: ({ package: id, worker: code }, context) =>
        writeOnce(journal, context.requestKey, 'assignments.request', async (tx) => {
          const workers = await codedWorkers(tx)
          const worker = workers.find((one) => one.worker === code) ?? findWorker(workers, code)
          if (isRefusal(worker)) return worker
          return requestAssignment(tx, { package: id, worker: worker.worker }, staffOf(context))
        }),
    }),
    command({
      name: 'work.import',
      path: '/work/import',
      summary: { ja: '仕事の一覧（CSV）を取りこむ', en: 'Take over a work list (CSV)' },
      access: ORDERS,
      input: z.strictObject({ csv: z.string().min(1).max(500_000) }),
      output: importReport,
      done: { ja: '取りこみました。', en: 'The list is taken over.' },
      handle: async ({ csv }, context) => {
        const rows = readWorkRows(Buffer.from(csv))
        if (isRefusal(rows)) return rows
        if (rows.rows.length === 0 && rows.bad.length > 0) {
          return refuse(
            'rows_refused',
            rows.bad
              .map(({ line, why }) => `${line}: ${why}`)
              .slice(0, 5)
              .join(' / '),
          )
        }
        return writeOnce(journal, context.requestKey, 'work.import', (tx) => importWork(tx, rows, staffOf(context)))
      },
    }),
  ]
}
