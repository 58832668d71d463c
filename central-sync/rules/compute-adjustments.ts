/**
 * What a closed month would say today, less what was paid for it: late facts become lines of the next open month.
 * Closed numbers never change. Over all months the gross equals the history that was right from the start.
 */
import type { EventId } from '../protocol/identifier.ts'
import type { Month } from '../protocol/time.ts'
import {
  type ApprovedTime,
  type ComputedLine,
  computeLines,
  type LineFigures,
  lineKey,
  type RateVersion,
} from './compute-lines.ts'
import { compareText } from './order-taps.ts'

/** What statements so far have paid on account of the month: its own lines and earlier adjustments of it. */
export type PaidLine = Omit<ComputedLine, 'cites'> & { readonly cites: readonly EventId[] }

export interface AdjustmentLine extends ComputedLine {
  /** The closed month. */
  readonly adjusts: Month
  /** Sum of what was paid for this line so far. */
  readonly before: LineFigures
  /** The line as it would be today; all 0 when nothing of it is left. */
  readonly after: LineFigures
}

const NOTHING: LineFigures = Object.freeze({ seconds: 0, minutes: 0, yen: 0 })

/**
 * Adjustments of one worker and one closed month. `approved` = the approvals of that month that are good today; `rates`
 * = the versions known when the month was closed (a price set afterwards does not reach back). `cites` of an adjustment
 * are the approvals that came or went; it has a line wherever seconds, minutes or yen differ.
 */
export function computeAdjustments(
  adjusts: Month,
  paid: readonly PaidLine[],
  approved: readonly ApprovedTime[],
  rates: readonly RateVersion[],
): { readonly lines: readonly AdjustmentLine[]; readonly unpriced: readonly ApprovedTime[] } {
  const { lines, unpriced } = computeLines(approved, rates)
  const today = new Map(lines.map((line) => [lineKey(line), line]))
  const before = sumByLine(paid)
  const keys = [...new Set([...before.keys(), ...today.keys()])].sort(compareText)
  const adjustments: AdjustmentLine[] = []
  for (const key of keys) {
    const adjustment = differenceOf(adjusts, before.get(key), today.get(key))
    if (adjustment !== undefined) adjustments.push(adjustment)
  }
  return { lines: adjustments, unpriced }
}

interface PaidSum {
  readonly line: PaidLine
  readonly figures: LineFigures
  /** Approvals that are paid: an adjustment cites what came (now counted) and what went (no longer). */
  readonly counted: ReadonlySet<EventId>
}

function sumByLine(paid: readonly PaidLine[]): Map<string, PaidSum> {
  const sums = new Map<string, PaidSum>()
  for (const line of paid) {
    const known = sums.get(lineKey(line))
    const counted = new Set(known?.counted)
    for (const id of line.cites) {
      if (counted.has(id)) counted.delete(id)
      else counted.add(id)
    }
    sums.set(lineKey(line), { line, figures: add(known?.figures ?? NOTHING, line, 1), counted })
  }
  return sums
}

function differenceOf(
  adjusts: Month,
  before: PaidSum | undefined,
  today: ComputedLine | undefined,
): AdjustmentLine | undefined {
  const line = today ?? before?.line
  if (line === undefined) return undefined
  const [was, is] = [before?.figures ?? NOTHING, today === undefined ? NOTHING : add(NOTHING, today, 1)]
  const figures = add(is, was, -1)
  if (figures.seconds === 0 && figures.minutes === 0 && figures.yen === 0) return undefined
  const counted = before?.counted ?? new Set<EventId>()
  const now = new Set(today?.cites)
  return {
    package: line.package,
    rate: line.rate,
    milliYenPerHour: line.milliYenPerHour,
    place: line.place,
    ...figures,
    cites: [...[...counted].filter((id) => !now.has(id)), ...[...now].filter((id) => !counted.has(id))].sort(
      compareText,
    ),
    adjusts,
    before: was,
    after: is,
  }
}

function add(a: LineFigures, b: LineFigures, sign: 1 | -1): LineFigures {
  return { seconds: a.seconds + sign * b.seconds, minutes: a.minutes + sign * b.minutes, yen: a.yen + sign * b.yen }
}
