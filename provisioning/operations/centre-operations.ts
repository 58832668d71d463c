/** What the command line does at a centre: imports, sessions, approval, codes for kiosks. */
import iconv from 'iconv-lite'
import { z } from 'zod'
import { sessionsCsv } from '../../appliance/attendance/export-sessions.ts'
import { businessDay, month } from '../../central-sync/protocol/time.ts'
import { DONE, orThrow } from '../outcome.ts'
import { type Operation, operation } from './operation.ts'
import { printCode, printJson, printReport } from './print.ts'

const json = z.boolean().default(false)
const imported = z.strictObject({ json })

export const centreOperations: readonly Operation[] = [
  operation({
    name: 'workers.import',
    home: 'new centre',
    input: imported,
    run: async (parts, input, body, voice) =>
      printReport(orThrow(await parts.theCentre().workersImport(body)), input.json, voice),
  }),
  operation({
    name: 'cards.import',
    home: 'new centre',
    input: imported,
    run: async (parts, input, body, voice) =>
      printReport(orThrow(await parts.theCentre().cardsImport(body)), input.json, voice),
  }),
  operation({
    name: 'punches.import',
    home: 'new centre',
    input: imported,
    run: async (parts, input, body, voice) =>
      printReport(orThrow(await parts.theCentre().punchesImport(body)), input.json, voice),
  }),
  operation({
    name: 'sessions.export',
    home: 'centre',
    input: z.strictObject({
      from: businessDay,
      to: businessDay,
      format: z.enum(['csv', 'json']),
      encoding: z.enum(['utf8', 'cp932']),
    }),
    run: async (parts, { from, to, format, encoding }, _body, voice) => {
      const sessions = await parts.theCentre().sessionsExport(from, to)
      if (format === 'json') await printJson(sessions, voice)
      else if (encoding === 'utf8') await voice.write(sessionsCsv(sessions))
      // Spreadsheet programs in Japan expect CRLF with CP932.
      else await voice.write(iconv.encode(sessionsCsv(sessions).replaceAll('\n', '\r\n'), 'cp932'))
      return DONE
    },
  }),
  operation({
    name: 'work.approve',
    home: 'centre',
    needsWholeHouse: true,
    input: z.strictObject({ month, json }),
    run: async (parts, input, _body, voice) => {
      await parts.settle()
      const report = orThrow(await parts.theCentre().workApprove(input.month))
      await parts.settle()
      if (input.json) await printJson(report, voice)
      else await voice.write(`承認 ${report.approved} 件 / approved ${report.approved} sessions\n`)
      return DONE
    },
  }),
  operation({
    name: 'provision.kiosk',
    home: 'new centre',
    input: z.strictObject({ label: z.string(), place: z.string(), json }),
    run: async (parts, input, _body, voice) => {
      const { label, place } = input
      return printCode(orThrow(await parts.theCentre().newKioskCode(label, place)), input.json, voice)
    },
  }),
]
