/** Turns rows of the attendance tables into the values the rules and the pages speak of. */
import type { ClockQuality, Direction } from '../../protocol/event/attendance.ts'
import type { DeviceId, EventId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay } from '../../protocol/time.ts'
import type { BlockingFlag, FoldSession, FoldTap, Note, SessionStatus } from '../../rules/day-fold.ts'

/** The columns of `tap AS t` that `foldTap` reads. */
export const TAP_COLUMNS = `t.id, t.site, t.device, t.seq, t.time, t.place, t.claim, t.claim_by, t.identified, t.clock,
  t.offset_age, t.online, t.roster_stale, t.chosen, t.known, t.attributed,
  COALESCE(t.entry_pos > (SELECT m.pos FROM closed_month AS m WHERE m.month = substr(t.day, 1, 7)), false) AS late`

export interface FoldTapRow {
  readonly id: string
  readonly site: string
  readonly device: string
  readonly seq: number
  readonly time: number
  readonly place: string
  readonly claim: Direction
  readonly claim_by: FoldTap['claimBy']
  readonly identified: FoldTap['identified']
  readonly clock: ClockQuality
  readonly offset_age: number | null
  readonly online: number
  readonly roster_stale: number
  readonly chosen: number
  readonly known: FoldTap['known']
  readonly attributed: number
  /** 0/1 on SQLite, a boolean on PostgreSQL. */
  readonly late: number | boolean
}

export function foldTap(row: FoldTapRow): FoldTap {
  return {
    id: row.id as EventId,
    site: row.site as SiteId,
    device: row.device as DeviceId,
    seq: row.seq,
    time: row.time,
    place: row.place,
    claim: row.claim,
    claimBy: row.claim_by,
    identified: row.identified,
    clock: row.clock,
    offsetAge: row.offset_age,
    online: row.online === 1,
    rosterStale: row.roster_stale === 1,
    chosen: row.chosen === 1,
    known: row.known,
    attributed: row.attributed === 1,
    late: row.late === 1 || row.late === true,
  }
}

export interface SessionRow {
  readonly worker: string
  readonly day: string
  readonly session: string
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly seconds: number
  readonly status: SessionStatus
  readonly flags: string
  readonly notes: string
  readonly place: string
  readonly site: string | null
  readonly start_id: string | null
  readonly end_id: string | null
  readonly night_seconds: number
  readonly suggestion: number | null
  readonly bound: number | null
  readonly open: number
  readonly cites: string
}

/** A folded session with whose it is. */
export interface DatedSession extends FoldSession {
  readonly worker: WorkerId
  readonly day: BusinessDay
}

export function datedSession(row: SessionRow): DatedSession {
  return {
    worker: row.worker as WorkerId,
    day: row.day as BusinessDay,
    key: row.session,
    startedAt: row.started_at ?? undefined,
    endedAt: row.ended_at ?? undefined,
    seconds: row.seconds,
    status: row.status,
    flags: words(row.flags) as BlockingFlag[],
    notes: words(row.notes) as Note[],
    place: row.place,
    site: (row.site ?? undefined) as SiteId | undefined,
    startId: (row.start_id ?? undefined) as EventId | undefined,
    endId: (row.end_id ?? undefined) as EventId | undefined,
    nightSeconds: row.night_seconds,
    suggestion: row.suggestion ?? undefined,
    bound: row.bound ?? undefined,
    open: row.open === 1,
    cites: JSON.parse(row.cites) as EventId[],
  }
}

function words(text: string): string[] {
  return text === '' ? [] : text.split(' ')
}
