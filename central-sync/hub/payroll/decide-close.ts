/** Whether a month may be closed. Pure; nothing is ever reopened. */
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { firstDayOf, type Instant, type Month, nextMonth, startOfBusinessDay } from '../../protocol/time.ts'
import { type Behind, behindSentence } from './find-behind.ts'

export interface CloseFacts {
  readonly now: Instant
  readonly month: Month
  readonly closed: readonly Month[]
  /** Months that hold approved time and are not closed. */
  readonly open: readonly Month[]
  readonly behind: readonly Behind[]
  /** A person's reason to close although somebody is behind. */
  readonly override: string | undefined
}

export interface CloseDecision {
  readonly override?: { readonly reason: string; readonly behind: string[] } | undefined
}

/** In the order of protocol/refusal.ts: the first that applies is the answer. */
export function decideClose(facts: CloseFacts): CloseDecision | Refusal {
  const { now, month, closed, open, behind, override } = facts
  if (closed.includes(month)) return refuse('month_closed', month)
  if (now < startOfBusinessDay(firstDayOf(nextMonth(month)))) return refuse('month_not_over', month)
  const later = closed.find((other) => other > month)
  if (later !== undefined) return refuse('month_closed', later)
  const earlier = open.filter((other) => other < month).sort()[0]
  if (earlier !== undefined) return refuse('previous_month_open', earlier)
  if (behind.length === 0) return {}
  const names = behind.map(behindSentence)
  if (override === undefined) return refuse('watermark_behind', names.join(', '), { behind })
  return { override: { reason: override, behind: names } }
}
