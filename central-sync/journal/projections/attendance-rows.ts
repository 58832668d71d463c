/** Turns rows of the attendance tables into the values the rules and the pages speak of. */
import type { ClockQuality, Direction, tapRecorded } from '../../protocol/event/attendance.ts'
import type { DataOf } from '../../protocol/event/definition.ts'
import {
  type DeviceId,
  type EventId,
  parseDeviceEventId,
  type SiteId,
  type WorkerId,
} from '../../protocol/identifier.ts'
import { type BusinessDay, businessDayOf } from '../../protocol/time.ts'
import type { BlockingFlag, DayFold, FoldSession, FoldTap, Note, SessionStatus } from '../../rules/day-fold.ts'
import type { StoredEntry } from '../port.ts'
import { dayBody, sessionBody, tapBody } from './fold-tables.ts'

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

/** A row of `tap_row`. */
export interface TapRow {
  readonly id: string
  readonly worker: string | null
  readonly day: string
  readonly time: number
  readonly entry_pos: number
  readonly became: string
  readonly session: string | null
  readonly body: string
}

/** A tap that was just recorded, as its row and as the fold sees it. */
export interface NewTap extends TapRow {
  readonly seen: Omit<FoldTap, 'late'>
}

/** What the fold would read back from the row of this tap. */
export function seenTap(tap: DataOf<typeof tapRecorded>): NewTap['seen'] {
  return {
    id: tap.id,
    site: tap.site,
    device: tap.device,
    seq: parseDeviceEventId(tap.id)?.seq ?? 0,
    time: tap.time,
    place: tap.place,
    claim: tap.claim,
    claimBy: tap.claimBy,
    identified: tap.identified,
    clock: tap.clock,
    offsetAge: tap.offsetAge,
    online: tap.online,
    rosterStale: tap.rosterStale,
    chosen: tap.chosen === true,
    known: tap.known,
    attributed: false,
  }
}

/** The row of a tap that was just recorded; what it became is only known for a tap that counts for nobody. */
export function newTapOf(tap: DataOf<typeof tapRecorded>, entry: StoredEntry): NewTap {
  const seen = seenTap(tap)
  return {
    id: tap.id,
    worker: tap.worker ?? null,
    day: businessDayOf(tap.time),
    time: tap.time,
    entry_pos: entry.pos,
    became: tap.known === 'known' ? 'unknown_worker' : tap.known,
    session: null,
    seen,
    body: tapBody.write({
      site: tap.site,
      device: tap.device,
      seq: seen.seq,
      card: tap.card ?? null,
      wall: tap.wall,
      mono: Math.round(tap.mono),
      claim: tap.claim,
      claim_by: tap.claimBy,
      identified: tap.identified,
      place: tap.place,
      clock: tap.clock,
      offset_age: tap.offsetAge,
      online: flag(tap.online),
      roster_stale: flag(tap.rosterStale),
      chosen: flag(tap.chosen),
      known: tap.known,
      attributed: 0,
      received_at: entry.at,
      simulated: flag(tap.simulated),
    }),
  }
}

function flag(value: boolean | undefined): 0 | 1 {
  return value === true ? 1 : 0
}

/** `closed` = position from which on evidence is late, by month. */
export function foldTapOf(row: TapRow, closed: ReadonlyMap<string, number>): FoldTap {
  return foldTap({ id: row.id, time: row.time, late: isLate(row, closed), ...tapBody.read(row.body) } as FoldTapRow)
}

/** The same for a tap whose row was not written yet. */
export function foldTapOfNew(tap: NewTap, closed: ReadonlyMap<string, number>): FoldTap {
  return { ...tap.seen, late: isLate(tap, closed) }
}

function isLate({ entry_pos: pos, day }: TapRow, closed: ReadonlyMap<string, number>): boolean {
  return closed.size > 0 && pos > (closed.get(day.slice(0, 7)) ?? Number.POSITIVE_INFINITY)
}

export function sessionRowOf(worker: WorkerId, day: BusinessDay, session: FoldSession) {
  return {
    worker,
    day,
    session: session.key,
    status: session.status,
    open: flag(session.open),
    body: sessionBody.write({
      started_at: session.startedAt ?? null,
      ended_at: session.endedAt ?? null,
      seconds: session.seconds,
      flags: session.flags.join(' '),
      notes: session.notes.join(' '),
      place: session.place,
      site: session.site ?? null,
      start_id: session.startId ?? null,
      end_id: session.endId ?? null,
      night_seconds: session.nightSeconds,
      suggestion: session.suggestion ?? null,
      bound: session.bound ?? null,
      cites: JSON.stringify(session.cites),
    }),
  }
}

type DayFigures = Pick<DayFold, 'version' | 'payableSeconds' | 'pendingSeconds' | 'pending' | 'open' | 'last'> & {
  readonly state: string | null
}

export function dayRowOf(worker: string, day: string, figures: DayFigures) {
  const { version, payableSeconds, pendingSeconds, pending, open, last, state } = figures
  return {
    worker,
    day,
    open: flag(open !== undefined),
    state,
    body: dayBody.write({
      version,
      payable_seconds: payableSeconds,
      pending_seconds: pendingSeconds,
      pending,
      open_since: open?.startedAt ?? null,
      last_claim: last?.claim ?? null,
      last_time: last?.time ?? null,
      last_place: last?.place ?? null,
    }),
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
