/**
 * One code on the slips of two children, as facts that were recorded tell it, in whatever order they came (P19). The live
 * door asks who is here now (`sharedCodes`); here it counts who was here together. A slip proved something wrong only where
 * a child left by it; as long as a child is here, it still may.
 */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { ChildId, StayId } from '../../central-sync/protocol/identifier.ts'
import type { CalendarDay, Instant } from '../../central-sync/protocol/time.ts'
import { foldCode } from '../../central-sync/rules/decide-pickup.ts'
import type { ChildBook } from './child-book.ts'
import { sheetOfStay } from './stays.ts'

/** A doubt about `stay`: `at` is when it began or, of a child that left by its code, when it ended. */
export interface SharedSlip {
  readonly child: ChildId
  readonly stay: StayId
  readonly at: Instant
  readonly other: StayId
}

interface Slip {
  readonly child: ChildId
  readonly stay: StayId
  readonly arrivedAt: Instant
  readonly departedAt: Instant | null
  readonly byCode: number
  readonly inSheet: string | null
}

/** A hand-over that was followed before its proof was kept counts as one by code: a person looks once too often. */
const LEFT_BY_CODE = `EXISTS (SELECT 1 FROM care_evidence e WHERE e.child = s.child AND e.kind = 'out'
  AND e.at = s.departed_at AND coalesce(json_extract(e.body, '$.factor'), 'code') = 'code')`

const SLIPS = `SELECT s.child, s.stay, s.arrived_at AS arrivedAt, s.departed_at AS departedAt,
  ${LEFT_BY_CODE} AS byCode, s.in_sheet AS inSheet FROM care_stay s`

/**
 * Of a doubt `t` that was told: does it still stand after all that is known by now? A hand-over that came later may show
 * that the two were never here together, or that the child left by another proof.
 */
export const STILL_SHARED = `EXISTS (SELECT 1 FROM care_stay s JOIN care_stay o ON o.stay = t.other AND o.child <> s.child
    AND (s.departed_at IS NULL OR o.arrived_at < s.departed_at) AND (o.departed_at IS NULL OR s.arrived_at < o.departed_at)
  WHERE s.child = t.child AND t.at IN (s.arrived_at, s.departed_at) AND (s.departed_at IS NULL OR ${LEFT_BY_CODE}))`

/** What there is to doubt about the presences of a child on a day, and of those who were here with it. */
export async function findSharedSlips(
  rows: Rows,
  children: ChildBook,
  { child, day }: { readonly child: ChildId; readonly day: CalendarDay },
): Promise<SharedSlip[]> {
  const found: SharedSlip[] = []
  const codeOf = (slip: Slip) => foldCode(sheetOfStay(children, slip).code)
  for (const own of await rows.all<Slip>(`${SLIPS} WHERE s.child = ? AND s.day = ?`, [child, day])) {
    const code = codeOf(own)
    if (code === '') continue
    const others = await rows.all<Slip>(
      `${SLIPS} WHERE s.child <> ? AND s.arrived_at < ? AND (s.departed_at IS NULL OR s.departed_at > ?)`,
      [child, own.departedAt ?? Number.MAX_SAFE_INTEGER, own.arrivedAt],
    )
    for (const other of others) if (codeOf(other) === code) found.push(...doubtsOf(own, other))
  }
  return found
}

/** The same two slips give the same doubts, whichever of them was told last. */
function doubtsOf(one: Slip, two: Slip): SharedSlip[] {
  const isLater = one.arrivedAt > two.arrivedAt || (one.arrivedAt === two.arrivedAt && one.stay > two.stay)
  const [first, last] = isLater ? [two, one] : [one, two]
  const about = ({ child, stay }: Slip, at: Instant, other: Slip) => ({ child, stay, at, other: other.stay })
  const found: SharedSlip[] = []
  if (last.departedAt === null || last.byCode === 1) found.push(about(last, last.arrivedAt, first))
  for (const [slip, other] of [
    [first, last],
    [last, first],
  ] as const)
    if (slip.departedAt !== null && slip.byCode === 1) found.push(about(slip, slip.departedAt, other))
  return found
}
