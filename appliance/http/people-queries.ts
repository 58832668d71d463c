/** Queries about people and their time: for staff, and for the worker herself. */

import { approvable, approvals } from '../../central-sync/journal/projections/approval-read.ts'
import {
  pendingSessions,
  presentNow,
  sessionsBetween,
  totalsOf,
  weekOf,
} from '../../central-sync/journal/projections/attendance-read.ts'
import { cardsOf } from '../../central-sync/journal/projections/directory-read.ts'
import {
  type Correction,
  correctionsOf,
  foldOf,
  openCorrections,
  tapsOfDay,
} from '../../central-sync/journal/projections/evidence-read.ts'
import { packages, shares } from '../../central-sync/journal/projections/work-read.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { AssignmentId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  firstDayOf,
  type Instant,
  lastDayOf,
  type Month,
  monthOf,
} from '../../central-sync/protocol/time.ts'
import { decideAccess } from '../../central-sync/web/decide-access.ts'
import type { Actor, Query } from '../../central-sync/web/port.ts'
import {
  correctionAnswers,
  deviceLabels,
  personAnswer,
  type ReadRoom,
  sessionAnswers,
  tapAnswerRow,
} from './describe-rows.ts'
import { workerOf } from './door-commands.ts'
import { bindQuery } from './shape.ts'
import * as shapes from './shape-queries.ts'

const RECENT_DAYS = 31
const LISTED_MAX = 500
/** A centre registers some hundred people; the page of the list cuts further. */
const WORKERS_MAX = 5_000

export interface PeopleSources extends ReadRoom {
  readonly secrets: SecretStore
  readonly site: SiteId
}

export function peopleQueries(room: PeopleSources): readonly Query[] {
  return [
    bindQuery(shapes.workers, async ({ q, all }, { now }) => listWorkers(room, q, all !== '', now)),
    bindQuery(shapes.workerQuery, async ({ worker }, { actor, now }) => readWorker(room, worker, actor, now)),
    bindQuery(shapes.sessions, async ({ from, to, worker, status }, { now }) => {
      if (to < from) return refuse('interval_invalid')
      const sessions = await sessionAnswers(room, { from, to, worker }, now)
      return { sessions: sessions.filter((session) => status === undefined || session.status === status) }
    }),
    bindQuery(shapes.dayQuery, async ({ worker, day }, { actor, now }) => readDay(room, worker, day, actor, now)),
    bindQuery(shapes.corrections, async ({ state }, { actor }) => ({
      corrections: await correctionAnswers(room, await listCorrections(room, state), actor),
    })),
    bindQuery(shapes.workQuery, async () => readWork(room)),
    bindQuery(shapes.approvals, async ({ month }, { now }) => readApprovals(room, month, now)),
    bindQuery(shapes.myDay, async ({ month }, { actor, now }) =>
      readMine(room, actor, month ?? monthOf(businessDayOf(now)), now),
    ),
    bindQuery(shapes.myEvidence, async ({ day }, { actor, now }) => readDay(room, workerOf(actor), day, actor, now)),
  ] as readonly Query[]
}

/** Found by code, name or reading; folded so that full-width, case and katakana do not matter. */
async function listWorkers({ rows, directory, site }: PeopleSources, q: string, all: boolean, now: Instant) {
  const present = new Set((await presentNow(rows, site, now)).map(({ worker }) => worker))
  const counts = await rows.all<{ worker: WorkerId; count: number }>(
    'SELECT worker, count(*) AS count FROM card WHERE revoked_at IS NULL AND worker IS NOT NULL GROUP BY worker',
  )
  const cards = new Map(counts.map(({ worker, count }) => [worker, count]))
  const wanted = searchKey(q)
  const people = (await directory.all()).filter(
    (person) =>
      (all || (person.own && person.active)) &&
      (wanted === '' ||
        [person.shownCode, person.name, person.kana, person.callName].some((text) => searchKey(text).includes(wanted))),
  )
  const workers = people.slice(0, WORKERS_MAX).map((person) => ({
    ...personAnswer(person),
    cards: cards.get(person.worker) ?? 0,
    present: present.has(person.worker),
  }))
  return { workers, total: people.length }
}

export function searchKey(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60))
}

async function readWorker(room: PeopleSources, worker: WorkerId, actor: Actor, now: Instant) {
  const person = await room.directory.get(worker)
  if (person === undefined) return refuse('worker_unknown')
  const kept = await room.secrets.verifiers.get(worker, 'pin')
  const cards = await cardsOf(room.rows, worker)
  const pin = kept === undefined ? ('none' as const) : kept.mustChange ? ('slip' as const) : ('set' as const)
  return {
    person: personAnswer(person),
    pin,
    cards: cards.map(({ card, tail, revokedAt, reason }) => ({
      card,
      tail,
      revokedAt: revokedAt ?? null,
      reason: reason ?? null,
    })),
    ...(decideAccess(shapes.TIME_READERS, actor) === undefined ? await readTime(room, worker, actor, now) : {}),
  }
}

async function readTime(room: PeopleSources, worker: WorkerId, actor: Actor, now: Instant) {
  const today = businessDayOf(now)
  return {
    assignments: [...room.assignments.all(worker)],
    sessions: await sessionAnswers(room, { from: addDays(today, -RECENT_DAYS), to: today, worker }, now),
    corrections: await correctionAnswers(room, await correctionsOf(room.rows, worker), actor),
  }
}

/** One day with everything kept about it. */
async function readDay(room: PeopleSources, worker: WorkerId, day: BusinessDay, actor: Actor, now: Instant) {
  const person = await room.directory.get(worker)
  if (person === undefined) return refuse('worker_unknown')
  const labels = await deviceLabels(room.rows)
  const totals = await totalsOf(room.rows, worker, day)
  const version = totals?.version ?? (await foldOf(room.rows, worker, day)).version
  return {
    person: personAnswer(person),
    day,
    version,
    sessions: await sessionAnswers(room, { from: day, to: day, worker }, now),
    taps: (await tapsOfDay(room.rows, worker, day)).map((tap) => tapAnswerRow(tap, labels)),
    corrections: await correctionAnswers(room, await correctionsOf(room.rows, worker, day), actor),
  }
}

/** Waiting ones oldest first; decided ones of the last weeks newest first. */
async function listCorrections({ rows }: PeopleSources, state: string | undefined): Promise<Correction[]> {
  if (state === 'requested') return openCorrections(rows)
  const ids = await rows.all<{ worker: WorkerId }>(
    'SELECT DISTINCT worker FROM correction WHERE ? IS NULL OR state = ? ORDER BY worker',
    [state ?? null, state ?? null],
  )
  const lists = await Promise.all(ids.map(({ worker }) => correctionsOf(rows, worker)))
  return lists
    .flat()
    .filter((correction) => state === undefined || correction.state === state)
    .sort((a, b) => (b.decidedAt ?? b.requestedAt ?? 0) - (a.decidedAt ?? a.requestedAt ?? 0))
    .slice(0, LISTED_MAX)
}

async function readWork({ rows, site, directory }: PeopleSources) {
  const people = await directory.byId()
  const open = new Map(
    (await shares(rows)).filter((share) => share.site === site).map((share) => [share.package, share.open]),
  )
  const running = await rows.all<{ assignment: string; package: string; worker: WorkerId }>(
    'SELECT assignment, package, worker FROM assignment WHERE last_day IS NULL',
  )
  const assigned = Map.groupBy(running, (row) => row.package)
  const listed = (await packages(rows)).filter((one) => open.has(one.package) || assigned.has(one.package))
  return {
    packages: listed.map((one) => ({
      package: one.package,
      title: one.title,
      kind: one.kind,
      order: one.orderTitle,
      client: one.clientName,
      open: open.get(one.package) ?? false,
      confidential: one.confidential,
      assigned: (assigned.get(one.package) ?? []).map(({ assignment, worker }) => ({
        assignment: assignment as AssignmentId,
        worker,
        code: people.get(worker)?.shownCode ?? '',
        name: people.get(worker)?.name ?? '',
      })),
    })),
  }
}

async function readApprovals({ rows, site, directory }: PeopleSources, month: Month, now: Instant) {
  const [from, to] = [firstDayOf(month), lastDayOf(month)]
  const people = await directory.byId()
  const sessions = Map.groupBy(await sessionsBetween(rows, from, to, now), ({ worker }) => worker)
  const open = Map.groupBy(await approvable(rows, from, to, now), ({ session }) => session.worker)
  const given = Map.groupBy(await approvals(rows, from, to), ({ worker }) => worker)
  const own = [...people.values()].filter(
    (person) => person.own && person.home === site && (sessions.has(person.worker) || given.has(person.worker)),
  )
  const rowsOf = own.map(({ worker, shownCode, name }) => {
    const all = sessions.get(worker) ?? []
    const waiting = open.get(worker) ?? []
    const approved = given.get(worker) ?? []
    return {
      worker,
      code: shownCode,
      name,
      payableSeconds: sum(all.filter(({ status }) => status === 'payable')),
      approvedSeconds: sum(approved.filter(({ state }) => state === 'good')),
      waiting: waiting.filter(({ assigned }) => assigned !== undefined).length,
      pending: all.filter(({ status, open: inside }) => status === 'pending' && !inside).length,
      unassigned: waiting.filter(({ assigned }) => assigned === undefined).length,
      stale: approved.filter(({ state }) => state === 'stale').length,
    }
  })
  const ready = own.flatMap(({ worker }) => (open.get(worker) ?? []).filter(({ assigned }) => assigned !== undefined))
  return { month, rows: rowsOf, ready: ready.length, readySeconds: sum(ready.map(({ session }) => session)) }
}

function sum(list: readonly { readonly seconds: number }[]): number {
  return list.reduce((total, { seconds }) => total + seconds, 0)
}

async function readMine(room: PeopleSources, actor: Actor, month: Month, now: Instant) {
  const worker = workerOf(actor)
  const person = await room.directory.get(worker)
  if (person === undefined) return refuse('worker_unknown') satisfies Refusal
  const { rows } = room
  const sessions = await sessionAnswers(room, { from: firstDayOf(month), to: lastDayOf(month), worker }, now)
  const week = await weekOf(rows, worker, now)
  const pending = (await pendingSessions(rows, now)).filter((session) => session.worker === worker)
  return {
    person: personAnswer(person),
    pinChangeRequired: actor.kind === 'worker' && actor.pinChangeRequired,
    day: businessDayOf(now),
    present: (await presentNow(rows, undefined, now)).some((one) => one.worker === worker),
    week: { days: [...week.days], seconds: week.seconds, pending: week.pending },
    month: {
      month,
      seconds: sum(sessions.filter(({ status }) => status === 'payable')),
      approvedSeconds: sum(sessions.filter(({ approval }) => approval === 'good')),
      pending: pending.filter(({ day }) => monthOf(day) === month).length,
    },
    sessions,
    assignments: [...room.assignments.all(worker)],
    corrections: await correctionAnswers(room, await correctionsOf(rows, worker), actor),
  }
}
