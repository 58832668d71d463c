/** `kado sessions export`: what was recorded in a period, for people and programs outside. */
import { stringify } from 'csv-stringify/sync'
import type { Rows } from '../../central-sync/journal/port.ts'
import { type DatedSession, sessionsBetween } from '../../central-sync/journal/projections/attendance-read.ts'
import { type BusinessDay, type Instant, toJstIso } from '../../central-sync/protocol/time.ts'
import { compareText } from '../../central-sync/rules/order-taps.ts'
import type { Directory } from '../worker/directory.ts'

export interface ExportedSession {
  readonly worker_code: string
  readonly business_day: BusinessDay
  /** ISO 8601 with the Japanese offset; a missing edge is empty. */
  readonly started_at: string
  readonly ended_at: string
  /** Whole minutes of this session. */
  readonly minutes: number
  readonly status: 'payable' | 'pending' | 'void'
  /** Blocking flags, then notes, separated by spaces. */
  readonly flags: string
  readonly place: string
  readonly seconds: number
}

const COLUMNS = [
  'worker_code',
  'business_day',
  'started_at',
  'ended_at',
  'minutes',
  'status',
  'flags',
  'place',
  'seconds',
] as const satisfies readonly (keyof ExportedSession)[]

export interface ExportSources {
  readonly rows: Rows
  readonly directory: Directory
  readonly now: Instant
}

/** Sessions of business days `from`…`to`, by day, start and worker code. */
export async function exportSessions(
  from: BusinessDay,
  to: BusinessDay,
  sources: ExportSources,
): Promise<ExportedSession[]> {
  const { rows, directory, now } = sources
  const people = await directory.byId()
  const sessions = await sessionsBetween(rows, from, to, now)
  return sessions
    .map((session) => describe(session, people.get(session.worker)?.shownCode ?? ''))
    .sort(
      (a, b) =>
        compareText(a.business_day, b.business_day) ||
        compareText(edgeOf(a), edgeOf(b)) ||
        byCode.compare(a.worker_code, b.worker_code),
    )
}

/** UTF-8 without BOM, LF. The place is a text somebody typed: one that would be a formula in a spreadsheet gets a quote. */
export function sessionsCsv(sessions: readonly ExportedSession[]): string {
  const format = { header: true, columns: [...COLUMNS], record_delimiter: '\n', escape_formulas: true } as const
  return stringify([...sessions], format)
}

/** `W2` before `W10`. */
const byCode = new Intl.Collator('en', { numeric: true })

/** All edges are written with the same offset, so their texts are in the order of time. */
function edgeOf({ started_at, ended_at }: ExportedSession): string {
  return started_at === '' ? ended_at : started_at
}

function describe(session: DatedSession, code: string): ExportedSession {
  const { day, startedAt, endedAt, seconds, status, flags, notes, place } = session
  return {
    worker_code: code,
    business_day: day,
    started_at: startedAt === undefined ? '' : toJstIso(startedAt),
    ended_at: endedAt === undefined ? '' : toJstIso(endedAt),
    minutes: Math.floor(seconds / 60),
    status,
    flags: [...flags, ...notes].join(' '),
    place,
    seconds,
  }
}
