/**
 * Computes the statements of one month. Pure: the same facts give the same statements, numbers and fingerprints, in
 * whatever order they come. Earlier months are compared with what was paid for them, and the differences become
 * adjustment lines. A statement is never negative: adjustments that would make it so are held back whole, and come up
 * again next month, because they are still unpaid then.
 */
import type { StatementLine } from '../../protocol/event/work.ts'
import type { EventId, PackageId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import type { Month } from '../../protocol/time.ts'
import { computeAdjustments, type PaidLine } from '../../rules/compute-adjustments.ts'
import { type ApprovedTime, type ComputedLine, computeLines, type RateVersion } from '../../rules/compute-lines.ts'
import { fingerprintOf } from '../statement/fingerprint.ts'

export interface PayrollWorker {
  readonly worker: WorkerId
  readonly code: string
  /** Her home centre. */
  readonly site: SiteId
  readonly siteCode: string
  /** Good approvals by month: the month itself and every earlier one. */
  readonly approved: ReadonlyMap<Month, readonly ApprovedTime[]>
  /** Statement lines so far, by the month they paid for. */
  readonly paid: ReadonlyMap<Month, readonly PaidLine[]>
}

export interface PayrollFacts {
  readonly month: Month
  readonly workers: readonly PayrollWorker[]
  /** Rate versions that count for a month: those known when it was closed, all of them for the month itself. */
  ratesOf(month: Month): readonly RateVersion[]
  titleOf(work: PackageId): string
}

export interface StatementData {
  readonly statement: string
  readonly month: Month
  readonly worker: WorkerId
  readonly site: SiteId
  readonly lines: StatementLine[]
  readonly yen: number
  readonly fingerprint: string
}

export interface Held {
  readonly worker: WorkerId
  readonly adjusts: Month
  readonly yen: number
}

export interface ComputedMonth {
  readonly statements: readonly StatementData[]
  /** Adjustments that wait for a month that can bear them. */
  readonly held: readonly Held[]
  /** Approved time without a rate: the close refuses. */
  readonly unpriced: readonly { readonly worker: WorkerId; readonly time: ApprovedTime }[]
  readonly yen: number
  /** Every approval that went into the month. */
  readonly inputs: readonly EventId[]
}

type DraftLine = ComputedLine & { readonly adjusts?: Month | undefined }

export function computeStatements(facts: PayrollFacts): ComputedMonth {
  const workers = [...facts.workers].sort(
    (a, b) => compareText(a.siteCode, b.siteCode) || compareText(a.code, b.code) || compareText(a.worker, b.worker),
  )
  const statements: StatementData[] = []
  const held: Held[] = []
  const unpriced: { worker: WorkerId; time: ApprovedTime }[] = []
  for (const worker of workers) {
    const drafted = linesOf(facts, worker)
    unpriced.push(...drafted.unpriced.map((time) => ({ worker: worker.worker, time })))
    const { kept, left } = holdNegative(drafted.lines)
    held.push(...left.map(({ adjusts, yen }) => ({ worker: worker.worker, adjusts: adjusts ?? facts.month, yen })))
    if (kept.some(({ yen, adjusts }) => adjusts === undefined || yen !== 0))
      statements.push(statementOf(facts, worker, kept, statements.length + 1))
  }
  const cited = statements.flatMap(({ lines }) => lines.flatMap(({ cites }) => cites))
  const frozen = workers.flatMap(({ approved }) => (approved.get(facts.month) ?? []).map(({ id }) => id))
  const yen = statements.reduce((sum, statement) => sum + statement.yen, 0)
  return { statements, held, unpriced, yen, inputs: [...new Set([...cited, ...frozen])].sort(compareText) }
}

function linesOf(facts: PayrollFacts, worker: PayrollWorker): { lines: DraftLine[]; unpriced: ApprovedTime[] } {
  const { month } = facts
  const own = computeLines(worker.approved.get(month) ?? [], facts.ratesOf(month))
  const lines: DraftLine[] = [...own.lines]
  const unpriced = [...own.unpriced]
  const earlier = [...new Set([...worker.approved.keys(), ...worker.paid.keys()])].filter((other) => other < month)
  for (const other of earlier.sort(compareText)) {
    const [paid, approved] = [worker.paid.get(other) ?? [], worker.approved.get(other) ?? []]
    const adjustments = computeAdjustments(other, paid, approved, facts.ratesOf(other))
    lines.push(...adjustments.lines)
    unpriced.push(...adjustments.unpriced)
  }
  return { lines, unpriced }
}

/** Takes back only what the month can bear, whole lines in their order. */
function holdNegative(lines: readonly DraftLine[]): { kept: DraftLine[]; left: DraftLine[] } {
  let sum = lines.reduce((total, { yen }) => total + Math.max(yen, 0), 0)
  const left = lines.filter(({ yen }) => {
    if (yen >= 0 || sum + yen >= 0) {
      sum += Math.min(yen, 0)
      return false
    }
    return true
  })
  return { kept: lines.filter((line) => !left.includes(line)), left }
}

function statementOf(
  facts: PayrollFacts,
  { worker, site }: PayrollWorker,
  drafts: readonly DraftLine[],
  number: number,
): StatementData {
  const lines = drafts.map((draft, index): StatementLine => {
    const { package: work, rate, milliYenPerHour, place, seconds, minutes, yen, adjusts, cites } = draft
    const packageTitle = facts.titleOf(work)
    const line = { line: index + 1, package: work, packageTitle, rate, milliYenPerHour, place, seconds, minutes, yen }
    return { ...line, ...(adjusts !== undefined && { adjusts }), cites: [...cites] }
  })
  const yen = lines.reduce((sum, line) => sum + line.yen, 0)
  const statement = `${facts.month}-${String(number).padStart(4, '0')}`
  const body = { statement, month: facts.month, worker, site, lines, yen }
  return { ...body, fingerprint: fingerprintOf(body) }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
