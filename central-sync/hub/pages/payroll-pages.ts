/** Payroll: months, and one month with its readiness, its totals, the close, and its statements. */
import type { People } from '../../journal/people.ts'
import type { Rows } from '../../journal/port.ts'
import { type RefusalCode, refusalSentence } from '../../protocol/refusal.ts'
import { type Month, month as monthSchema, nextMonth } from '../../protocol/time.ts'
import type { Page, RequestContext } from '../../web/port.ts'
import { AUDIT, type HubRooms, PAYROLL } from '../http/hub-rooms.ts'
import { type MonthPreview, previewMonth } from '../payroll/close.ts'
import { monthsOfPay } from '../payroll/payroll-facts.ts'
import { monthTotals } from '../report/month-totals.ts'
import { workerCodes } from '../site/worker-codes.ts'
import type { StaffBook } from '../staff/staff-book.ts'
import { type ClosedMonthRow, closedMonths, linesOfMonth, statementsOf } from '../statement/statement-list.ts'
import { monthProgress, type Progress } from '../work/progress.ts'
import { holds, hubPage, lastMonth, previousMonth } from './hub-page.ts'

export function payrollPages(rooms: HubRooms): Page[] {
  const { journal } = rooms
  return [
    hubPage({
      path: '/payroll',
      access: AUDIT,
      title: { ja: '支払', en: 'Payroll' },
      template: 'payroll',
      load: async (_input, { now }) => {
        const { read } = journal
        const closed = await closedMonths(read)
        const { open } = await monthsOfPay(read)
        const months = [...new Set([...open, lastMonth(now)])].filter(
          (one) => !closed.some(({ month }) => month === one),
        )
        return {
          open: months
            .sort()
            .reverse()
            .map((month) => ({ month, over: month <= lastMonth(now) })),
          closed: closed.map((row) => ({ ...row, forced: row.overrideReason !== null })),
        }
      },
    }),
    hubPage({
      path: '/payroll/:month',
      access: AUDIT,
      title: { ja: '月の支払', en: 'Payroll of a month' },
      template: 'payroll-month',
      input: { month: monthSchema },
      load: ({ month }, context) => loadMonth(rooms, month, context),
    }),
  ]
}

async function loadMonth(rooms: HubRooms, month: Month, context: RequestContext) {
  const { journal, people, staff } = rooms
  const { read } = journal
  const closed = (await closedMonths(read)).find((row) => row.month === month)
  const before = await totalsOf(read, previousMonth(month))
  const progress = await monthProgress(read, month)
  const common = {
    month,
    monthBefore: previousMonth(month),
    monthAfter: nextMonth(month),
    mayAct: holds(context, PAYROLL),
    progress,
    showProgress: progress.length > 0 && (closed === undefined || progress.some(isUnfinished)),
    before,
  }
  if (closed !== undefined)
    return { ...common, ...(await closedView(rooms.journal.read, closed, { people, staff, before })) }
  const preview = await previewMonth(read, month, context.now)
  return { ...common, ...(await openView(read, preview, { people, before, language: context.language })) }
}

function isUnfinished({ waiting, undecided, stale }: Progress): boolean {
  return waiting > 0 || undecided > 0 || stale > 0
}

interface MonthSum {
  readonly yen: number
  readonly minutes: number
  readonly statements: number
}

async function totalsOf(rows: Rows, month: Month): Promise<MonthSum | undefined> {
  const statements = await statementsOf(rows, month)
  if (statements.length === 0) return undefined
  const lines = await linesOfMonth(rows, month)
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  return {
    yen: sum(lines.map(({ yen }) => yen)),
    minutes: sum(lines.map(({ minutes }) => minutes)),
    statements: statements.length,
  }
}

async function closedView(
  rows: Rows,
  closed: ClosedMonthRow,
  { people, staff, before }: { people: People; staff: StaffBook; before: MonthSum | undefined },
) {
  const statements = await statementsOf(rows, closed.month)
  const lines = await linesOfMonth(rows, closed.month)
  const by = (await staff.all()).find((member) => member.staff === closed.closedBy)
  const rowsShown = await statementRows(
    rows,
    people,
    statements.map((statement) => ({
      ...statement,
      lines: lines.filter((line) => line.statement === statement.statement),
    })),
  )
  return {
    state: 'closed',
    closed: { ...closed, by: by?.name ?? '', forced: closed.overrideReason !== null },
    steps: [],
    ...sumView(rowsShown, before),
    rows: rowsShown,
    totals: await monthTotals(rows, closed.month),
    held: 0,
    behind: [],
    refusal: '',
    forcible: false,
    closable: false,
  }
}

async function openView(
  rows: Rows,
  preview: MonthPreview,
  { people, before, language }: { people: People; before: MonthSum | undefined; language: RequestContext['language'] },
) {
  const { statements, held, behind, refusal } = preview
  const shown = await statementRows(rows, people, statements)
  const code = refusal?.refused
  return {
    state: 'open',
    closed: undefined,
    steps: stepsOf(code, behind.length),
    ...sumView(shown, before),
    rows: shown,
    totals: [],
    held: held.length,
    behind: behind.map((one) => ({ ...one, label: one.device?.label ?? '', upTo: one.upTo })),
    refusal: refusal === undefined || code === 'watermark_behind' ? '' : refusalSentence(refusal, language),
    forcible: code === 'watermark_behind',
    closable: refusal === undefined,
  }
}

/** What a close asks for, in its order. */
function stepsOf(code: RefusalCode | undefined, behind: number) {
  const order: readonly RefusalCode[] = ['month_not_over', 'previous_month_open', 'watermark_behind', 'rate_unknown']
  const at = code === undefined ? order.length : order.indexOf(code)
  return order.map((step, index) => ({
    label: `hub.step.${step}`,
    state: step === 'watermark_behind' && behind > 0 ? 'wait' : index < at ? 'done' : index === at ? 'wait' : 'later',
  }))
}

function sumView(rows: readonly { readonly yen: number; readonly minutes: number }[], before: MonthSum | undefined) {
  const yen = rows.reduce((sum, row) => sum + row.yen, 0)
  const minutes = rows.reduce((sum, row) => sum + row.minutes, 0)
  const difference = before === undefined ? undefined : yen - before.yen
  return {
    sum: { yen, seconds: Math.max(0, minutes) * 60, statements: rows.length },
    difference,
    more: difference !== undefined && difference > 0,
    percentText:
      before === undefined || before.yen === 0 ? '' : `${(((yen - before.yen) / before.yen) * 100).toFixed(1)}%`,
  }
}

interface ShownStatement {
  readonly statement: string
  readonly worker: string
  readonly yen: number
  readonly lines: readonly {
    readonly minutes: number
    readonly yen: number
    readonly adjusts?: Month | undefined
  }[]
}

async function statementRows(rows: Rows, people: People, statements: readonly ShownStatement[]) {
  const codes = await workerCodes(rows)
  const names = new Map((await people.list()).map((person) => [String(person.worker), person.name]))
  return statements.map(({ statement, worker, yen, lines }) => {
    const minutes = lines.reduce((sum, line) => sum + line.minutes, 0)
    const adjusted = lines.filter(({ adjusts }) => adjusts !== undefined).reduce((sum, line) => sum + line.yen, 0)
    const seconds = Math.max(0, minutes) * 60
    return { statement, yen, minutes, seconds, adjusted, code: codes.get(worker) ?? '', name: names.get(worker) ?? '' }
  })
}
