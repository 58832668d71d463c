/** Contradictions and things done off line that a person has to look into. */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import { careDoubtSeen } from '../../central-sync/protocol/event/carer.ts'
import type { ChildId, EventId, StaffId } from '../../central-sync/protocol/identifier.ts'
import { isEventId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { DAY_MS, type Instant } from '../../central-sync/protocol/time.ts'
import { STILL_SHARED } from './shared-slips.ts'

export type DoubtKind =
  | 'double_arrival'
  | 'departure_without_arrival'
  | 'double_departure'
  | 'times_reversed'
  | 'unproven_staff'
  | 'not_allowed'
  | 'over_capacity'
  | 'not_registered'
  | 'code_shared'

/** As the fold of presences calls them → as staff read them. */
const FOLDED: Readonly<Record<string, DoubtKind>> = {
  arrived_twice: 'double_arrival',
  two_children: 'double_arrival',
  hand_over_without_arrival: 'departure_without_arrival',
  handed_over_twice: 'double_departure',
}

export interface KnownDoubt {
  readonly doubt: EventId
  readonly kind: DoubtKind
  readonly child: ChildId
  readonly at: Instant
  /** Of one code on two slips: the child of the other slip. */
  readonly other: ChildId | null
  readonly seen: boolean
}

/** Looked-into ones are shown this long, the others until somebody looks. */
const SEEN_DAYS = 2
const LISTED_MAX = 200

const ALL = `SELECT entry, kind, child, at, NULL AS other FROM care_doubt
  UNION ALL SELECT entry, kind, child, at, other FROM care_doubt_told t WHERE kind <> 'code_shared' OR ${STILL_SHARED}`

/** Open ones first, newest first. */
export async function readDoubts(rows: Rows, now: Instant): Promise<KnownDoubt[]> {
  const found = await rows.all<Omit<KnownDoubt, 'seen'> & { seen: number }>(
    `SELECT d.entry AS doubt, d.kind, d.child, d.at, s.entry IS NOT NULL AS seen,
            (SELECT child FROM care_stay y WHERE y.stay = d.other ORDER BY twin, child LIMIT 1) AS other
       FROM (${ALL}) d LEFT JOIN care_doubt_seen s ON s.entry = d.entry
      WHERE s.entry IS NULL OR s.seen_at > ? ORDER BY seen, d.at DESC, d.entry LIMIT ?`,
    [now - SEEN_DAYS * DAY_MS, LISTED_MAX],
  )
  return found.map((row) => ({ ...row, kind: FOLDED[row.kind] ?? row.kind, seen: row.seen === 1 }))
}

export function seeDoubt(journal: Journal, doubt: string, by: StaffId): Promise<undefined | Refusal> {
  return journal.write('care.doubt-seen', async (tx) => {
    const known = isEventId(doubt) ? await tx.one(`SELECT 1 AS one FROM (${ALL}) WHERE entry = ?`, [doubt]) : undefined
    if (known === undefined) return refuse('not_found')
    tx.append({ event: careDoubtSeen, data: { entry: doubt as EventId }, by })
    return undefined
  })
}
