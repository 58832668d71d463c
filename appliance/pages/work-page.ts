/** 仕事と承認: one press approves a month; who works on what. */
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { businessDayOf, monthOf, nextMonth } from '../../central-sync/protocol/time.ts'
import type { Page, RequestContext } from '../../central-sync/web/port.ts'
import { approveReport, workApproveMonth } from '../http/shape-attendance.ts'
import { approvals, workQuery } from '../http/shape-queries.ts'
import { type Ask, orElse } from './ask.ts'
import { APPROVERS, centrePage, holds } from './staff-page.ts'
import { monthAsked, previousMonth } from './time-pages.ts'

export function workPage(ask: Ask): Page {
  return centrePage({
    path: '/work',
    access: approvals.access,
    title: { ja: '仕事と承認', en: 'Work and approval' },
    template: 'work',
    input: { month: monthAsked },
    load: async (input, context) => {
      const shown = input.month ?? monthOf(businessDayOf(context.now))
      const found = await ask(approvals, { month: shown }, context)
      if (isRefusal(found)) return found
      const work = await orElse(ask(workQuery, {}, context), { packages: [] })
      return {
        month: shown,
        rows: found.rows,
        ready: found.ready,
        readySeconds: found.readySeconds,
        packages: work.packages.map((row) => ({ ...row, people: row.assigned.length })),
        previousMonth: `${context.base}/work?month=${previousMonth(shown)}`,
        nextMonth: `${context.base}/work?month=${nextMonth(shown)}`,
        mayApprove: holds(context, APPROVERS),
        report: reportOf(context),
      }
    },
  })
}

/** What the press just did, and what it left out. */
function reportOf({ answered }: RequestContext) {
  if (answered?.command !== workApproveMonth.name) return undefined
  const report = approveReport.safeParse(answered.output)
  return report.success ? report.data : undefined
}
