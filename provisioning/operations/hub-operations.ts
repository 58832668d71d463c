/** What the command line does at the hub: codes for centres, orders, payroll, statements. */
import { z } from 'zod'
import { statementsCsv } from '../../central-sync/hub/statement/export-statements.ts'
import { month } from '../../central-sync/protocol/time.ts'
import { DONE, orThrow } from '../outcome.ts'
import { explanationText } from './explanation-text.ts'
import { type Operation, operation } from './operation.ts'
import { printBadRows, printCode, printJson } from './print.ts'

const json = z.boolean().default(false)

export const hubOperations: readonly Operation[] = [
  operation({
    name: 'provision.center',
    home: 'hub',
    input: z.strictObject({ label: z.string().default(''), json }),
    run: async (parts, input, _body, voice) =>
      printCode(orThrow(await parts.theHub().newCentreCode(input.label)), input.json, voice),
  }),
  operation({
    name: 'work.import',
    home: 'hub',
    needsWholeHouse: true,
    input: z.strictObject({ json }),
    run: async (parts, input, body, voice) => {
      await parts.settle()
      const report = orThrow(await parts.theHub().workImport(body))
      await parts.settle()
      const { clients, orders, packages, rates, requests, bad } = report
      const text =
        `発注者 ${clients}、注文 ${orders}、仕事 ${packages}、単価 ${rates}、担当の依頼 ${requests}、読めない行 ${bad.length} / ` +
        `clients ${clients}, orders ${orders}, packages ${packages}, rates ${rates}, assignments asked ${requests}, bad ${bad.length}\n`
      if (input.json) await printJson(report, voice)
      else await voice.write(text)
      return printBadRows(bad, bad.length > 0 && clients + orders + packages + rates + requests === 0, voice)
    },
  }),
  operation({
    name: 'statements.export',
    home: 'hub',
    input: z.strictObject({ month, format: z.enum(['csv', 'json']) }),
    run: async (parts, input, _body, voice) => {
      const lines = orThrow(await parts.theHub().statementsExport(input.month))
      if (input.format === 'json') await printJson(lines, voice)
      else await voice.write(statementsCsv(lines))
      return DONE
    },
  }),
  operation({
    name: 'payroll.close',
    home: 'hub',
    needsWholeHouse: true,
    input: z.strictObject({ month, override: z.string().trim().min(1).max(500).optional(), json }),
    run: async (parts, input, _body, voice) => {
      await parts.settle()
      const closed = orThrow(await parts.theHub().payrollClose(input.month, input.override))
      const { statements, yen } = closed
      if (input.json) await printJson(closed, voice)
      else {
        const total = yen.toLocaleString('ja-JP')
        await voice.write(`${input.month} を締めました：明細 ${statements} 通、${total} 円 / `)
        await voice.write(`closed ${input.month}: ${statements} statements, ${total} yen\n`)
      }
      return DONE
    },
  }),
  operation({
    name: 'payroll.explain',
    home: 'hub',
    input: z.strictObject({ month, worker: z.string().max(32), json }),
    run: async (parts, input, _body, voice) => {
      const explained = orThrow(await parts.theHub().payrollExplain(input.worker, input.month))
      if (input.json) await printJson(explained, voice)
      else await voice.write(explanationText(explained))
      return DONE
    },
  }),
]
