/** Turns what the readers give into the rows of the answers: people named, titles filled in. */
import type { z } from 'zod'
import type { Journal, Rows, Unsealer } from '../../central-sync/journal/port.ts'
import type { Approval } from '../../central-sync/journal/projections/approval-read.ts'
import { approvals } from '../../central-sync/journal/projections/approval-read.ts'
import { type DatedSession, sessionsBetween } from '../../central-sync/journal/projections/attendance-read.ts'
import type { Correction, TapView } from '../../central-sync/journal/projections/evidence-read.ts'
import { tapsById } from '../../central-sync/journal/projections/evidence-read.ts'
import { assignSessions, sessionKey } from '../../central-sync/journal/projections/work-read.ts'
import type { EventId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../central-sync/protocol/time.ts'
import type { Actor } from '../../central-sync/web/port.ts'
import { endSuggester } from '../attendance/suggest-ends.ts'
import type { AssignmentBook } from '../work/assignment-book.ts'
import type { Directory, Person } from '../worker/directory.ts'
import type * as shapes from './shape-rows.ts'

export type SessionAnswer = z.infer<typeof shapes.sessionRow>
export type CorrectionAnswer = z.infer<typeof shapes.correctionRow>
export type TapRowAnswer = z.infer<typeof shapes.tapRow>
export type PersonAnswer = z.infer<typeof shapes.personRow>

export interface ReadRoom {
  readonly journal: Journal
  readonly rows: Rows
  readonly unsealer: Unsealer
  readonly directory: Directory
  readonly assignments: AssignmentBook
}

export function personAnswer(person: Person): PersonAnswer {
  const { worker, shownCode, name, kana, callName, language, active, own } = person
  return { worker, code: shownCode, name, kana, callName, language, active, own }
}

/** Sessions of a period with names, assignments and approvals. */
export async function sessionAnswers(
  room: ReadRoom,
  period: { from: BusinessDay; to: BusinessDay; worker?: WorkerId | undefined },
  now: Instant,
): Promise<SessionAnswer[]> {
  const { from, to, worker } = period
  const sessions = await sessionsBetween(room.rows, from, to, now, worker)
  const people = await room.directory.byId()
  const suggest = await endSuggester(room.rows, sessions)
  const assigned = await assignSessions(room.rows, sessions)
  const approved = new Map<string, Approval>()
  for (const approval of await approvals(room.rows, from, to, worker)) {
    if (approval.state !== 'withdrawn')
      approved.set(sessionKey({ worker: approval.worker, key: approval.session }), approval)
  }
  return sessions.map((session) => {
    const key = sessionKey(session)
    const assignment = assigned.get(key)
    const title = room.assignments.all(session.worker).find((one) => one.assignment === assignment?.assignment)?.title
    return {
      ...sessionAnswer(session, people.get(session.worker)),
      suggestion: suggest(session, session.day) ?? null,
      assignment: assignment?.assignment ?? null,
      assignmentTitle: title ?? null,
      approval: stateOf(approved.get(key)),
    }
  })
}

function stateOf(approval: Approval | undefined): SessionAnswer['approval'] {
  if (approval === undefined) return 'none'
  return approval.state === 'good' ? 'good' : 'stale'
}

function sessionAnswer(session: DatedSession, person: Person | undefined) {
  const { worker, day, key, startedAt, endedAt, seconds, status, flags, notes, place, nightSeconds, open } = session
  return {
    worker,
    code: person?.shownCode ?? '',
    name: person?.name ?? '',
    day,
    session: key,
    startedAt: startedAt ?? null,
    endedAt: endedAt ?? null,
    seconds,
    status,
    flags: [...flags],
    notes: [...notes],
    place,
    nightSeconds,
    open,
  }
}

export async function correctionAnswers(
  room: ReadRoom,
  corrections: readonly Correction[],
  actor: Actor,
): Promise<CorrectionAnswer[]> {
  const people = await room.directory.byId()
  const answers: CorrectionAnswer[] = []
  for (const correction of corrections) {
    const person = people.get(correction.worker)
    answers.push({
      ...plainCorrection(correction),
      code: person?.shownCode ?? '',
      name: person?.name ?? '',
      note: await noteOf(room, correction.requestEntry),
      decisionNote: await noteOf(room, correction.decisionEntry),
      original: await originalOf(room, correction),
      mayDecide: person?.own === true && mayDecide(correction, actor),
    })
  }
  return answers
}

function mayDecide({ worker, requestedBy }: Correction, actor: Actor): boolean {
  if (actor.kind !== 'staff' || actor.worker === worker || actor.staff === requestedBy) return false
  return actor.roles.some((role) => role === 'front_desk' || role === 'director' || role === 'administrator')
}

function plainCorrection(correction: Correction) {
  const { worker, day, state, reason, wanted, granted, requestedAt, requestedBy, decidedAt, decidedBy } = correction
  return {
    correction: correction.correction,
    worker,
    day,
    state,
    reason: reason as CorrectionAnswer['reason'],
    wanted: [...wanted],
    granted: [...granted],
    requestedAt: requestedAt ?? 0,
    requestedBy: requestedBy ?? '',
    decidedAt: decidedAt ?? null,
    decidedBy: decidedBy ?? null,
  }
}

/** Notes are sealed in their entries. */
async function noteOf({ journal, unsealer }: ReadRoom, entry: EventId | undefined): Promise<string> {
  const stored = entry === undefined ? undefined : await journal.entryById(entry)
  const opened = stored?.x === undefined ? undefined : unsealer.open(stored)
  return typeof opened === 'object' && opened !== null && 'note' in opened && typeof opened.note === 'string'
    ? opened.note
    : ''
}

/** The edges it was asked about, as first recorded. */
async function originalOf(
  { rows }: ReadRoom,
  { taps, worker, day }: Correction,
): Promise<CorrectionAnswer['original']> {
  const views = [...(await tapsById(rows, taps)).values()].sort((a, b) => a.time - b.time)
  const found = await rows.all<{
    started_at: number | null
    ended_at: number | null
    place: string
    start_id: string | null
    end_id: string | null
  }>(
    'SELECT started_at, ended_at, place, start_id, end_id FROM session WHERE worker = ? AND day = ? ORDER BY started_at',
    [worker, day],
  )
  const named = new Set<string>(taps)
  const sessions = found.filter((row) => named.has(row.start_id ?? '') || named.has(row.end_id ?? ''))
  if (sessions.length > 0) {
    return sessions.map(({ started_at: startedAt, ended_at: endedAt, place }) => ({ startedAt, endedAt, place }))
  }
  return views.map(({ time, counts, place }) => ({
    startedAt: counts === 'in' ? time : null,
    endedAt: counts === 'out' ? time : null,
    place,
  }))
}

export function tapAnswerRow(tap: TapView, labels: ReadonlyMap<string, string>): TapRowAnswer {
  return {
    tap: tap.id,
    time: tap.time,
    receivedAt: tap.receivedAt,
    device: tap.device,
    deviceLabel: labels.get(tap.device) ?? '',
    place: tap.place,
    claim: tap.counts,
    claimBy: tap.redirected ? 'worker' : tap.claimBy,
    identified: tap.identified,
    clock: tap.clock,
    online: tap.online,
    outcome: tap.voided ? 'voided' : tap.worker === undefined ? 'none' : tap.outcome,
    reason: tap.reason ?? null,
    known: tap.known,
  }
}

export async function deviceLabels(rows: Rows): Promise<ReadonlyMap<string, string>> {
  const found = await rows.all<{ device: string; label: string }>('SELECT device, label FROM device')
  return new Map(found.map(({ device, label }) => [device, label]))
}
