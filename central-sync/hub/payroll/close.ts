/** Closes a month for ever: statements and the closing in one transaction, or a refusal that says who is behind. */
import type { Journal, Rows, Tx } from '../../journal/port.ts'
import { writeOnce } from '../../journal/write-once.ts'
import { payrollClosed, statementIssued } from '../../protocol/event/work.ts'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import type { Instant, Month } from '../../protocol/time.ts'
import { inputsHash } from '../statement/fingerprint.ts'
import { type ComputedMonth, computeStatements } from './compute-statements.ts'
import { decideClose } from './decide-close.ts'
import { listBehind } from './duty-list.ts'
import type { Behind } from './find-behind.ts'
import { gatherPayroll, monthsOfPay } from './payroll-facts.ts'

export interface ClosedMonth {
  readonly month: Month
  readonly statements: number
  readonly yen: number
  readonly inputs: string
  /** Who was behind when the close was forced. */
  readonly behind: readonly string[]
}

export interface CloseOrder {
  readonly month: Month
  readonly by: string
  /** Reason to close although somebody is behind. */
  readonly override?: string | undefined
  /** What a repeat is known by. */
  readonly request?: string | undefined
}

/** What a close would do now. */
export interface MonthPreview extends ComputedMonth {
  readonly behind: readonly Behind[]
  readonly refusal: Refusal | undefined
}

export function closeMonth(journal: Journal, order: CloseOrder): Promise<ClosedMonth | Refusal> {
  return writeOnce(journal, order.request, 'payroll.close', async (tx) => {
    // Whatever arrived is read first: a fact that is here counts.
    await tx.project()
    return close(tx, order)
  })
}

export async function previewMonth(rows: Rows, month: Month, now: Instant): Promise<MonthPreview> {
  const { decision, behind } = await decide(rows, { month, now, override: undefined })
  const computed = computeStatements(await gatherPayroll(rows, month))
  return { ...computed, behind, refusal: isRefusal(decision) ? decision : unpricedRefusal(computed) }
}

async function close(tx: Tx, { month, by, override }: CloseOrder): Promise<ClosedMonth | Refusal> {
  const { decision } = await decide(tx, { month, now: tx.now, override })
  if (isRefusal(decision)) return decision
  const computed = computeStatements(await gatherPayroll(tx, month))
  const unpriced = unpricedRefusal(computed)
  if (unpriced !== undefined) return unpriced
  const { statements, yen } = computed
  const inputs = inputsHash(computed.inputs)
  tx.append(statements.map((data) => ({ event: statementIssued, data, subject: data.worker, by })))
  const forced = decision.override
  const data = { month, statements: statements.length, yen, inputs, ...(forced && { override: forced }) }
  tx.append({ event: payrollClosed, data, by })
  return { month, statements: statements.length, yen, inputs, behind: forced?.behind ?? [] }
}

async function decide(
  rows: Rows,
  { month, now, override }: { month: Month; now: Instant; override: string | undefined },
) {
  const { closed, open } = await monthsOfPay(rows)
  const behind = await listBehind(rows, month, now)
  return { behind, decision: decideClose({ now, month, closed, open, behind, override }) }
}

/** Approved time without a price: named by package and day, never by person. */
function unpricedRefusal({ unpriced }: ComputedMonth): Refusal | undefined {
  if (unpriced.length === 0) return undefined
  const names = [...new Set(unpriced.map(({ time }) => `${time.package} ${time.day}`))].sort()
  return refuse('rate_unknown', names.slice(0, 5).join(', '), { unpriced: names })
}
