/** Reads taps with what became of them, whole days for deciding, corrections and watermarks. */
import type { Direction, Interval } from '../../protocol/event/attendance.ts'
import type { CorrectionId, DeviceId, EventId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../protocol/time.ts'
import type { CorrectionState } from '../../rules/decide-correction.ts'
import { type DayFold, type FoldDecision, type FoldTap, foldDay } from '../../rules/fold-day.ts'
import { compareText } from '../../rules/order-taps.ts'
import { type AttendancePolicy, defaultPolicy } from '../../rules/policy.ts'
import type { Rows } from '../port.ts'
import { type FoldTapRow, foldTap, TAP_COLUMNS } from './attendance-rows.ts'
import { marks } from './portable-sql.ts'

/** A tap as a page shows it. */
export interface TapView extends FoldTap {
  readonly worker: WorkerId | undefined
  readonly day: BusinessDay
  readonly receivedAt: Instant
  readonly simulated: boolean
  /** The direction that counts: the last redirect, else the claim. */
  readonly counts: Direction
  readonly redirected: boolean
  readonly voided: boolean
  readonly outcome: Direction | 'ignored'
  readonly reason: string | undefined
  readonly session: string | undefined
}

interface TapViewRow extends FoldTapRow {
  readonly worker: string | null
  readonly day: string
  readonly received_at: number
  readonly simulated: number
  readonly redirected: Direction | null
  readonly voided: number
  readonly became: string
  readonly session: string | null
}

const TAP_VIEW = `SELECT ${TAP_COLUMNS}, t.worker, t.day, t.received_at, t.simulated,
  (SELECT r.claim FROM tap_redirect AS r WHERE r.target = t.id ORDER BY r.seq DESC, r.pos DESC LIMIT 1) AS redirected,
  (SELECT count(*) FROM tap_void AS v WHERE v.target = t.id) AS voided,
  t.became, t.session FROM tap AS t`

/** What became of these taps, in one statement; unknown ids are left out. */
export async function tapsById(rows: Rows, ids: readonly EventId[]): Promise<Map<EventId, TapView>> {
  if (ids.length === 0) return new Map()
  const found = await rows.all<TapViewRow>(`${TAP_VIEW} WHERE t.id IN (${marks(ids)})`, ids)
  return new Map(found.map((row) => [row.id as EventId, tapView(row)]))
}

/** Taps of a worker on a day, in order of time. */
export async function tapsOfDay(rows: Rows, worker: WorkerId, day: BusinessDay): Promise<TapView[]> {
  return inOrder(await rows.all<TapViewRow>(`${TAP_VIEW} WHERE t.worker = ? AND t.day = ?`, [worker, day]))
}

/** The taps of a device that came last, newest first. */
export async function tapsOfDevice(rows: Rows, device: DeviceId, limit: number): Promise<TapView[]> {
  // Ids of a device begin with its id and a dot; `/` is the character after the dot.
  const found = await rows.all<TapViewRow>(
    `${TAP_VIEW} WHERE t.id > ? AND t.id < ? ORDER BY t.entry_pos DESC LIMIT ?`,
    [`${device}.`, `${device}/`, limit],
  )
  return found.map(tapView)
}

/** Taps that count for nobody, newest first: a staff task. */
export async function tapsOfUnknownCards(rows: Rows, from: BusinessDay, limit: number): Promise<TapView[]> {
  const found = await rows.all<TapViewRow>(
    `${TAP_VIEW} WHERE t.worker IS NULL AND t.day >= ? ORDER BY t.time DESC, t.entry_pos DESC LIMIT ?`,
    [from, limit],
  )
  return found.map(tapView)
}

/** Taps of revoked cards, newest first: a staff task. */
export async function tapsOfRevokedCards(rows: Rows, from: BusinessDay, limit: number): Promise<TapView[]> {
  const found = await rows.all<TapViewRow>(
    `${TAP_VIEW} WHERE t.became = 'revoked_card' AND t.day >= ? ORDER BY t.time DESC, t.entry_pos DESC LIMIT ?`,
    [from, limit],
  )
  return found.map(tapView)
}

/** What an import resolves `auto` against: taps as they count, undone ones left out. */
export async function countedTaps(rows: Rows, worker: WorkerId, day: BusinessDay): Promise<FoldTap[]> {
  const taps = await tapsOfDay(rows, worker, day)
  return taps.filter(({ voided }) => !voided).map((tap) => ({ ...tap, claim: tap.counts }))
}

/** The whole fold of a day, for deciding about it. Equal to the projected rows, with everything in it. */
export async function foldOf(
  rows: Rows,
  worker: WorkerId,
  day: BusinessDay,
  policy: AttendancePolicy = defaultPolicy,
): Promise<DayFold> {
  const taps = await tapsOfDay(rows, worker, day)
  const decisions = await rows.all<{ body: string }>('SELECT body FROM decision WHERE worker = ? AND day = ?', [
    worker,
    day,
  ])
  const voids = taps.filter(({ voided }) => voided).map(({ id }) => ({ target: id }))
  const redirects = taps.flatMap((tap) => (tap.redirected ? [{ id: tap.id, target: tap.id, claim: tap.counts }] : []))
  return foldDay({
    worker,
    day,
    taps,
    redirects,
    voids,
    decisions: decisions.map(({ body }) => JSON.parse(body) as FoldDecision),
    policy,
  })
}

function tapView(row: TapViewRow): TapView {
  return {
    ...foldTap(row),
    worker: (row.worker ?? undefined) as WorkerId | undefined,
    day: row.day as BusinessDay,
    receivedAt: row.received_at,
    simulated: row.simulated === 1,
    counts: row.redirected ?? row.claim,
    redirected: row.redirected !== null,
    voided: row.voided > 0,
    outcome: row.became === 'in' || row.became === 'out' ? row.became : 'ignored',
    reason: row.became === 'in' || row.became === 'out' ? undefined : row.became,
    session: row.session ?? undefined,
  }
}

function inOrder(found: readonly TapViewRow[]): TapView[] {
  return found
    .map(tapView)
    .sort((a, b) => a.time - b.time || compareText(a.device, b.device) || a.seq - b.seq || compareText(a.id, b.id))
}

export interface Correction {
  readonly correction: CorrectionId
  readonly worker: WorkerId
  readonly day: BusinessDay
  readonly base: string
  readonly state: CorrectionState
  readonly reason: string
  readonly taps: readonly EventId[]
  readonly wanted: readonly Interval[]
  readonly granted: readonly Interval[]
  readonly requestedAt: Instant | undefined
  readonly requestedBy: string | undefined
  readonly decidedAt: Instant | undefined
  readonly decidedBy: string | undefined
  /** Entries that hold the sealed notes. */
  readonly requestEntry: EventId | undefined
  readonly decisionEntry: EventId | undefined
}

interface CorrectionRow {
  readonly correction: string
  readonly worker: string
  readonly day: string
  readonly base: string | null
  readonly state: CorrectionState
  readonly reason: string | null
  readonly taps: string
  readonly wanted: string
  readonly granted: string
  readonly requested_at: number | null
  readonly requested_by: string | null
  readonly decided_at: number | null
  readonly decided_by: string | null
  readonly request_entry: string | null
  readonly decision_entry: string | null
}

/** Requests that wait for a decision, oldest first. */
export async function openCorrections(rows: Rows): Promise<Correction[]> {
  const found = await rows.all<CorrectionRow>("SELECT * FROM correction WHERE state = 'requested'")
  return byRequest(found)
}

export async function correctionById(rows: Rows, id: CorrectionId): Promise<Correction | undefined> {
  const row = await rows.one<CorrectionRow>('SELECT * FROM correction WHERE correction = ?', [id])
  return row === undefined ? undefined : correctionOf(row)
}

/** Oldest first; of one day when named. */
export async function correctionsOf(rows: Rows, worker: WorkerId, day?: BusinessDay): Promise<Correction[]> {
  const found =
    day === undefined
      ? await rows.all<CorrectionRow>('SELECT * FROM correction WHERE worker = ?', [worker])
      : await rows.all<CorrectionRow>('SELECT * FROM correction WHERE worker = ? AND day = ?', [worker, day])
  return byRequest(found)
}

function byRequest(found: readonly CorrectionRow[]): Correction[] {
  return found
    .map(correctionOf)
    .sort((a, b) => (a.requestedAt ?? 0) - (b.requestedAt ?? 0) || compareText(a.correction, b.correction))
}

function correctionOf(row: CorrectionRow): Correction {
  return {
    correction: row.correction as CorrectionId,
    worker: row.worker as WorkerId,
    day: row.day as BusinessDay,
    base: row.base ?? '',
    state: row.state,
    reason: row.reason ?? 'other',
    taps: JSON.parse(row.taps) as EventId[],
    wanted: JSON.parse(row.wanted) as Interval[],
    granted: JSON.parse(row.granted) as Interval[],
    requestedAt: row.requested_at ?? undefined,
    requestedBy: row.requested_by ?? undefined,
    decidedAt: row.decided_at ?? undefined,
    decidedBy: row.decided_by ?? undefined,
    requestEntry: (row.request_entry ?? undefined) as EventId | undefined,
    decisionEntry: (row.decision_entry ?? undefined) as EventId | undefined,
  }
}

export interface Watermark {
  readonly site: SiteId
  readonly device: DeviceId
  readonly day: BusinessDay
  /** undefined: on duty and not heard from. */
  readonly seq: number | undefined
}

/** What the centres declared complete for the days `from` to `to`. A close needs every device on duty for every day. */
export async function watermarks(rows: Rows, from: BusinessDay, to: BusinessDay): Promise<Watermark[]> {
  const found = await rows.all<{ site: string; device: string; day: string; seq: number | null }>(
    'SELECT site, device, day, seq FROM watermark WHERE day BETWEEN ? AND ?',
    [from, to],
  )
  return found
    .map(({ site, device, day, seq }) => ({
      site: site as SiteId,
      device: device as DeviceId,
      day: day as BusinessDay,
      seq: seq ?? undefined,
    }))
    .sort((a, b) => compareText(a.day, b.day) || compareText(a.site, b.site) || compareText(a.device, b.device))
}
