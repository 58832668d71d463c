/** JSON reads of the hub. */
import { z } from 'zod'
import { isRefusal, refuse } from '../../protocol/refusal.ts'
import { month } from '../../protocol/time.ts'
import type { Download, Query } from '../../web/port.ts'
import { listClients } from '../client/client-book.ts'
import { listOrders } from '../order/order-book.ts'
import { previewMonth } from '../payroll/close.ts'
import { explainStatement } from '../payroll/explain.ts'
import { monthTotals } from '../report/month-totals.ts'
import { listCentres } from '../site/centre-list.ts'
import { exportStatements, statementsCsv } from '../statement/export-statements.ts'
import { closedMonths, statementsOf } from '../statement/statement-list.ts'
import { listPackages } from '../work/package-board.ts'
import { monthProgress } from '../work/progress.ts'
import { AUDIT, type HubRooms } from './hub-rooms.ts'

const nothing = z.object({})
const ofMonth = z.object({ month })
/** Answers are lists of plain rows, documented by their reader's type. */
const rowsOf = <T extends z.ZodRawShape>(shape: T) => z.object({ items: z.array(z.looseObject(shape)) })

function query<I, O>(value: Query<I, O>): Query {
  return value as Query
}

export function hubQueries(rooms: HubRooms): Query[] {
  return [...bookQueries(rooms), ...payQueries(rooms)]
}

function bookQueries({ journal, clock }: HubRooms): Query[] {
  const { read } = journal
  return [
    query({
      name: 'centres.list',
      path: '/centres',
      summary: { ja: 'センターのようす', en: 'Centres with head, lag and last contact' },
      access: 'staff',
      input: nothing,
      output: rowsOf({ site: z.string(), code: z.string(), name: z.string(), head: z.number().int() }),
      handle: async () => ({ items: (await listCentres(read, clock.now())).map((centre) => ({ ...centre })) }),
    }),
    query({
      name: 'clients.list',
      path: '/clients',
      summary: { ja: '発注元', en: 'Clients' },
      access: 'staff',
      input: nothing,
      output: rowsOf({ client: z.string(), name: z.string(), orders: z.number().int() }),
      handle: async () => ({ items: (await listClients(read)).map((row) => ({ ...row })) }),
    }),
    query({
      name: 'orders.list',
      path: '/orders',
      summary: { ja: '受注', en: 'Orders' },
      access: 'staff',
      input: nothing,
      output: rowsOf({ order: z.string(), client: z.string(), title: z.string() }),
      handle: async () => ({ items: (await listOrders(read)).map((row) => ({ ...row })) }),
    }),
    query({
      name: 'packages.list',
      path: '/packages',
      summary: { ja: '仕事と単価', en: 'Packages with their rates and shares' },
      access: 'staff',
      input: nothing,
      output: rowsOf({ package: z.string(), title: z.string(), kind: z.string() }),
      handle: async () => ({ items: (await listPackages(read)).map((row) => ({ ...row })) }),
    }),
    query({
      name: 'work.progress',
      path: '/work/progress',
      summary: { ja: '月の承認のようす', en: 'Approved, stale and waiting time of a month' },
      access: 'staff',
      input: ofMonth,
      output: rowsOf({ site: z.string(), package: z.string(), approved: z.number().int() }),
      handle: async ({ month: wanted }) => ({ items: (await monthProgress(read, wanted)).map((row) => ({ ...row })) }),
    }),
  ]
}

function payQueries({ journal, people, clock }: HubRooms): Query[] {
  const { read } = journal
  return [
    query({
      name: 'payroll.months',
      path: '/payroll/months',
      summary: { ja: '締めた月', en: 'Closed months' },
      access: AUDIT,
      input: nothing,
      output: rowsOf({ month: z.string(), statements: z.number().int(), yen: z.number().int() }),
      handle: async () => ({ items: (await closedMonths(read)).map((row) => ({ ...row })) }),
    }),
    query({
      name: 'payroll.preview',
      path: '/payroll/preview',
      summary: { ja: 'いま締めるとどうなるか', en: 'What closing now would do' },
      access: AUDIT,
      input: ofMonth,
      output: z.object({ statements: z.number().int(), yen: z.number().int(), behind: z.array(z.looseObject({})) }),
      handle: async ({ month: wanted }) => {
        const { statements, yen, behind } = await previewMonth(read, wanted, clock.now())
        return { statements: statements.length, yen, behind: behind.map((one) => ({ ...one })) }
      },
    }),
    query({
      name: 'statements.list',
      path: '/statements',
      summary: { ja: '支払明細書の一覧', en: 'Payment statements of a month' },
      access: AUDIT,
      input: ofMonth,
      output: rowsOf({ statement: z.string(), worker: z.string(), yen: z.number().int() }),
      handle: async ({ month: wanted }) => ({ items: (await statementsOf(read, wanted)).map((row) => ({ ...row })) }),
    }),
    query({
      name: 'statements.explain',
      path: '/statements/explain',
      summary: { ja: 'この金額のわけ', en: 'Why this yen: down to the taps and their hashes' },
      access: AUDIT,
      input: z.object({ statement: z.string().max(20) }),
      output: z.looseObject({ statement: z.string(), yen: z.number().int() }),
      handle: async ({ statement }) => {
        const explained = await explainStatement({ rows: read, people }, statement)
        return isRefusal(explained) ? explained : { ...explained }
      },
    }),
    query({
      name: 'report.month',
      path: '/reports/month',
      summary: { ja: '月のまとめ', en: 'Month totals per centre and package' },
      access: AUDIT,
      input: ofMonth,
      output: rowsOf({ site: z.string(), package: z.string(), yen: z.number().int() }),
      handle: async ({ month: wanted }) => ({ items: (await monthTotals(read, wanted)).map((row) => ({ ...row })) }),
    }),
  ]
}

export function hubDownloads({ journal }: HubRooms): Download[] {
  const statements: Download<z.infer<typeof ofMonth>> = {
    path: '/downloads/statements.csv',
    access: AUDIT,
    title: { ja: '支払明細書（CSV）', en: 'Payment statements (CSV)' },
    input: ofMonth,
    load: async ({ month: wanted }) => {
      const lines = await exportStatements(journal.read, wanted)
      if (isRefusal(lines)) return lines
      const body = Buffer.from(statementsCsv(lines, 'office'))
      return { fileName: `statements-${wanted}.csv`, contentType: 'text/csv; charset=utf-8', body }
    },
  }
  const stream = z.object({ site: z.string().max(40).optional() })
  const journalFile: Download<z.infer<typeof stream>> = {
    path: '/downloads/journal.ndjson',
    access: ['auditor', 'administrator'],
    title: { ja: '記録の写し', en: 'Copy of the journal' },
    input: stream,
    load: async ({ site }) => {
      const streams = await journal.receive.heads()
      if (site !== undefined && !streams.some(({ genesis }) => genesis.site === site)) return refuse('not_found')
      const body = journal.exportLines(site === undefined ? {} : { site })
      return { fileName: `${site ?? 'journal'}.ndjson`, contentType: 'application/x-ndjson', body }
    },
  }
  return [statements as Download, journalFile as Download]
}
