/** Reads folded sessions and settles them by now: whoever forgot to check out shows as such once the day is over. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { EventId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../central-sync/protocol/time.ts'
import { rollOverAfter } from '../../central-sync/protocol/time.ts'
import { BLOCKING_FLAGS } from '../../central-sync/rules/day-fold.ts'
import { foldDay } from '../../central-sync/rules/fold-day.ts'
import { type AttendancePolicy, goneFrom } from '../../central-sync/rules/policy.ts'

export interface SessionFacts {
  readonly worker: WorkerId
  readonly day: BusinessDay
  readonly session: string
  readonly startedAt: Instant | null
  readonly endedAt: Instant | null
  readonly seconds: number
  readonly status: 'payable' | 'pending' | 'void'
  readonly flags: readonly string[]
  readonly notes: readonly string[]
  readonly place: string
  readonly site: SiteId | null
  readonly startId: EventId | null
  readonly endId: EventId | null
  readonly nightSeconds: number
  readonly suggestion: Instant | null
  /** Still inside as of now. */
  readonly open: boolean
  /** Events the session rests on. */
  readonly cites: readonly EventId[]
}

interface SessionRow {
  worker: WorkerId
  day: BusinessDay
  session: string
  started_at: number | null
  ended_at: number | null
  seconds: number
  status: 'payable' | 'pending' | 'void'
  flags: string
  notes: string
  place: string
  site: SiteId | null
  start_id: EventId | null
  end_id: EventId | null
  night_seconds: number
  suggestion: number | null
  open: number
  cites: string
}

export interface SessionFilter {
  readonly from: BusinessDay
  readonly to: BusinessDay
  readonly worker?: WorkerId | undefined
}

/** By day, start and key. */
export async function readSessions(
  rows: Rows,
  { from, to, worker }: SessionFilter,
  now: Instant,
  policy: AttendancePolicy,
): Promise<SessionFacts[]> {
  const found = await rows.all<SessionRow>(
    `SELECT worker, day, session, started_at, ended_at, seconds, status, flags, notes, place, site, start_id, end_id,
            night_seconds, suggestion, open, cites
       FROM session WHERE day BETWEEN ? AND ? ${worker === undefined ? '' : 'AND worker = ?'}
      ORDER BY day, coalesce(started_at, ended_at), session`,
    worker === undefined ? [from, to] : [from, to, worker],
  )
  return found.map((row) => settle(row, now, policy))
}

function settle(row: SessionRow, now: Instant, policy: AttendancePolicy): SessionFacts {
  const { started_at: startedAt, day, worker, session, seconds, status, place, site, suggestion } = row
  const gone = startedAt !== null && now >= goneFrom(startedAt, rollOverAfter(startedAt), policy)
  const forgotten = row.open !== 0 && gone
  const flags = words(row.flags)
  return {
    worker,
    day,
    session,
    startedAt,
    endedAt: row.ended_at,
    seconds,
    status,
    flags: forgotten ? sorted([...flags, 'missing_out']) : flags,
    notes: words(row.notes),
    place,
    site,
    startId: row.start_id,
    endId: row.end_id,
    nightSeconds: row.night_seconds,
    suggestion,
    open: row.open !== 0 && !gone,
    cites: JSON.parse(row.cites) as EventId[],
  }
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}

function sorted(flags: readonly string[]): string[] {
  return BLOCKING_FLAGS.filter((flag) => flags.includes(flag))
}

/** What a correction of this day is based on. A day nobody has touched has a version too. */
export async function dayVersion(
  rows: Rows,
  worker: WorkerId,
  day: BusinessDay,
  policy: AttendancePolicy,
): Promise<string> {
  const row = await rows.one<{ version: string }>('SELECT version FROM day_fold WHERE worker = ? AND day = ?', [
    worker,
    day,
  ])
  return row?.version ?? foldDay({ worker, day, taps: [], redirects: [], voids: [], decisions: [], policy }).version
}
