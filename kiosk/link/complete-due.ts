/** When a kiosk may say "everything I saw is with you". The payroll close waits for this word of every device. Pure. */
import { businessDayOf, type Instant, MINUTE_MS, SECOND_MS } from '../../central-sync/protocol/time.ts'

export interface CompletionFacts {
  readonly head: number
  readonly acked: number
  /** A touch is being written right now. */
  readonly busy: boolean
  readonly now: Instant
  /** Monotonic ms, now and at the last append. */
  readonly mono: number
  readonly appendedAt: number
  /** The last declaration of this connection. */
  readonly last: { readonly seq: number; readonly at: Instant } | undefined
}

/** A declaration is repeated this often, so that a lost one costs little. */
export const REPEAT_MS = 10 * MINUTE_MS
/** A queue of people is not interrupted: the spool must have been quiet this long. */
export const QUIET_MS = 2 * SECOND_MS

export function isCompleteDue({ head, acked, busy, now, mono, appendedAt, last }: CompletionFacts): boolean {
  if (busy || acked < head || mono - appendedAt < QUIET_MS) return false
  if (last === undefined || last.seq !== head) return true
  return businessDayOf(last.at) !== businessDayOf(now) || now - last.at >= REPEAT_MS
}
