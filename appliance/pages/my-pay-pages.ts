/** お支払い on the worker's phone: what she was paid, line by line, with the times each line is made of. */

import { z } from 'zod'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { formatRate } from '../../central-sync/protocol/yen.ts'
import type { Page } from '../../central-sync/web/port.ts'
import { myStatement, myStatements } from '../http/shape-pay.ts'
import type { Ask } from './ask.ts'
import { centrePage } from './staff-page.ts'

export function myPayPages(ask: Ask): Page[] {
  return [myPayPage(ask), myStatementPage(ask)]
}

function myPayPage(ask: Ask): Page {
  return centrePage({
    path: '/my/pay',
    access: 'worker',
    title: { ja: 'お支払い', easy: 'お{金|かね}', en: 'Your pay' },
    template: 'my-pay',
    shell: 'worker',
    load: async (_input, context) => {
      const found = await ask(myStatements, {}, context)
      return isRefusal(found) ? found : { statements: found.statements.map(withSeconds) }
    },
  })
}

function myStatementPage(ask: Ask): Page {
  return centrePage({
    path: '/my/pay/:statement',
    access: 'worker',
    title: { ja: 'お支払いのわけ', easy: 'お{金|かね}の わけ', en: 'Why this pay' },
    template: 'my-statement',
    shell: 'worker',
    input: { statement: z.string().max(20) },
    load: async ({ statement }, context) => {
      const found = await ask(myStatement, { statement }, context)
      if (isRefusal(found)) return found
      return {
        ...withSeconds(found),
        fingerprintText: found.fingerprint.replace(/(.{4})(?=.)/g, '$1 '),
        lines: found.lines.map(({ adjusts, ...line }) => ({
          ...line,
          adjusts,
          isAdjustment: adjusts !== null,
          rateText: formatRate(line.milliYenPerHour),
          lineSeconds: Math.abs(line.minutes) * 60,
          less: line.minutes < 0,
        })),
      }
    },
  })
}

/** Times are written from seconds. */
export function withSeconds<T extends { readonly minutes: number }>(row: T): T & { readonly paidSeconds: number } {
  return { ...row, paidSeconds: row.minutes * 60 }
}
