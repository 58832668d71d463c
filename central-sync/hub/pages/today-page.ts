/** きょう: only what needs a hand, and how the month is coming. */
import { businessDayOf, monthOf } from '../../protocol/time.ts'
import type { Page } from '../../web/port.ts'
import { AUDIT, type HubRooms } from '../http/hub-rooms.ts'
import { previewMonth } from '../payroll/close.ts'
import { type CentreStatus, listCentres } from '../site/centre-list.ts'
import { type ClosedMonthRow, closedMonths } from '../statement/statement-list.ts'
import { monthProgress, type Progress } from '../work/progress.ts'
import { describeTasks, type TaskFacts } from './describe-tasks.ts'
import { holds, hubPage, lastMonth } from './hub-page.ts'

/** Width of the bars in the drawing. */
const BAR = 240

export function todayPage(rooms: HubRooms): Page {
  return hubPage({
    path: '/',
    access: 'staff',
    title: { ja: 'きょう', en: 'Today' },
    template: 'today',
    load: async (_input, context) => {
      const { now } = context
      const day = businessDayOf(now)
      const facts = await gatherTasks(rooms, now)
      const tasks = describeTasks(facts)
      const month = monthOf(day)
      return {
        day,
        tasks,
        taskCount: tasks.length,
        centres: facts.centres.map((centre) => ({
          ...centre,
          lamp: lampOf(centre),
          isHere: centre.lastAt !== undefined,
        })),
        month,
        paid: holds(context, AUDIT) ? paidBars(await closedMonths(rooms.journal.read)) : [],
        bars: barsOf(await monthProgress(rooms.journal.read, month)),
      }
    },
  })
}

export async function gatherTasks({ journal, clock }: HubRooms, now = clock.now()): Promise<TaskFacts> {
  const { read } = journal
  const month = lastMonth(now)
  const { refusal, behind, statements } = await previewMonth(read, month, now)
  const codes = { month_closed: 'closed', watermark_behind: 'behind', rate_unknown: 'unpriced' } as const
  const blocked = codes[refusal?.refused as keyof typeof codes] ?? 'ready'
  const empty = statements.length === 0 && blocked !== 'closed' && blocked !== 'unpriced'
  return {
    centres: await listCentres(read, now),
    month,
    progress: await monthProgress(read, month),
    closable: empty ? 'empty' : blocked,
    behind: behind.length,
  }
}

export function lampOf({ error, silent }: CentreStatus): 'ok' | 'warn' | 'bad' {
  if (error !== undefined) return 'bad'
  return silent ? 'warn' : 'ok'
}

/** The newest six closed months, oldest first. */
function paidBars(closed: readonly ClosedMonthRow[]) {
  const newest = closed.slice(0, 6).reverse()
  const most = Math.max(1, ...newest.map(({ yen }) => yen))
  return newest.map(({ month, yen }) => {
    const height = Math.round((Math.max(0, yen) / most) * 100)
    return { month, yen, height, top: 100 - height }
  })
}

interface Bar {
  readonly name: string
  readonly approved: number
  readonly rest: number
  readonly approvedWidth: number
  readonly restWidth: number
}

function barsOf(progress: readonly Progress[]): Bar[] {
  const sites = [...new Set(progress.map(({ site }) => site))]
  const sums = sites.map((site) => {
    const mine = progress.filter((row) => row.site === site)
    const approved = mine.reduce((sum, row) => sum + row.approved, 0)
    const rest = mine.reduce((sum, row) => sum + row.waiting + row.stale, 0)
    return { name: mine[0]?.siteName ?? '', approved, rest }
  })
  const most = Math.max(1, ...sums.map(({ approved, rest }) => approved + rest))
  const width = (seconds: number) => Math.round((seconds / most) * BAR)
  return sums.map((sum) => ({ ...sum, approvedWidth: width(sum.approved), restWidth: width(sum.rest) }))
}
