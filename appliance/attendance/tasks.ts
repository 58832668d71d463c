/** What needs a hand: everything a person at the desk has to decide or look at, most urgent first. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import { approvable, approvals } from '../../central-sync/journal/projections/approval-read.ts'
import { pendingSessions, presentNow } from '../../central-sync/journal/projections/attendance-read.ts'
import {
  openCorrections,
  tapsOfRevokedCards,
  tapsOfUnknownCards,
} from '../../central-sync/journal/projections/evidence-read.ts'
import type { SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { addDays, businessDayOf, DAY_MS, HOUR_MS, type Instant } from '../../central-sync/protocol/time.ts'
import { findSeatTasks } from '../booking/seat-tasks.ts'
import { findCareTasks } from '../childcare/care-tasks.ts'
import type { task } from '../http/shape-rows.ts'
import type { Person } from '../worker/directory.ts'

export type Task = z.infer<typeof task>

/** Cards that were not recognised are shown for this long. */
const CARD_DAYS = 14
const LISTED_MAX = 200
const SILENT_MS = HOUR_MS
const WORK_DAYS = 62

export interface TaskFacts {
  readonly rows: Rows
  readonly site: SiteId
  readonly now: Instant
  readonly people: ReadonlyMap<WorkerId, Person>
  readonly devices: readonly {
    readonly device: string
    readonly label: string
    readonly retired: boolean
    readonly connected: boolean
    readonly lastSeen: Instant | undefined
    readonly clone: boolean
    readonly quarantined: number
    readonly gaps: number
  }[]
  readonly syncStopped: string | undefined
}

export async function findTasks(facts: TaskFacts): Promise<Task[]> {
  const lists = [
    deviceTasks(facts),
    facts.syncStopped === undefined
      ? []
      : [{ kind: 'sync_stopped', urgency: 'now', why: [facts.syncStopped] } satisfies Task],
    await correctionTasks(facts),
    await sessionTasks(facts),
    await insideTasks(facts),
    await cardTasks(facts),
    await workTasks(facts),
    await findCareTasks(facts.rows, facts.now),
    await findSeatTasks(facts.rows, facts.now, (worker) => named(worker, facts.people)),
  ]
  const tasks: Task[] = lists.flat()
  return tasks.sort((a, b) => rank(a) - rank(b) || (b.at ?? 0) - (a.at ?? 0))
}

function rank({ urgency }: Task): number {
  return urgency === 'now' ? 0 : 1
}

function named(worker: WorkerId, people: TaskFacts['people']) {
  const person = people.get(worker)
  return { worker, code: person?.shownCode ?? '', name: person?.name ?? '' }
}

async function correctionTasks({ rows, people }: TaskFacts): Promise<Task[]> {
  const waiting = await openCorrections(rows)
  return waiting
    .filter(({ worker }) => people.get(worker)?.own === true)
    .slice(0, LISTED_MAX)
    .map(({ correction, worker, day, reason, requestedAt }) => ({
      kind: 'correction_waiting',
      urgency: 'today',
      ...named(worker, people),
      day,
      correction,
      at: requestedAt,
      why: [reason],
    }))
}

/** Flagged time of this centre's own people, unless a request for that day is waiting already. */
async function sessionTasks({ rows, now, people }: TaskFacts): Promise<Task[]> {
  const asked = new Set((await openCorrections(rows)).map(({ worker, day }) => `${worker} ${day}`))
  const pending = await pendingSessions(rows, now)
  return pending
    .filter(({ worker, day }) => people.get(worker)?.own === true && !asked.has(`${worker} ${day}`))
    .slice(-LISTED_MAX)
    .map(({ worker, day, key, startedAt, endedAt, flags, place }) => ({
      kind: 'session_pending',
      urgency: flags.includes('two_places') || flags.includes('identity_unverified') ? 'now' : 'today',
      ...named(worker, people),
      day,
      session: key,
      label: place,
      at: startedAt ?? endedAt,
      why: [...flags],
    }))
}

/** Somebody whose registration was ended is still inside: her session stays, and a person speaks with her. */
async function insideTasks({ rows, site, now, people }: TaskFacts): Promise<Task[]> {
  const present = await presentNow(rows, site, now)
  return present
    .filter(({ worker }) => people.get(worker)?.active === false)
    .map(({ worker, since, place }) => ({
      kind: 'inactive_inside',
      urgency: 'now',
      ...named(worker, people),
      at: since,
      label: place,
      why: [],
    }))
}

async function cardTasks({ rows, site, now, people }: TaskFacts): Promise<Task[]> {
  const from = addDays(businessDayOf(now), -CARD_DAYS)
  const unknown = await tapsOfUnknownCards(rows, from, LISTED_MAX)
  const revoked = await tapsOfRevokedCards(rows, from, LISTED_MAX)
  const holders = await holdersOf(
    rows,
    revoked.map(({ id }) => id),
  )
  const tasks: Task[] = unknown
    .filter((tap) => tap.site === site && tap.known === 'unknown_card')
    .map(({ id, time, place }) => ({
      kind: 'unknown_card',
      urgency: 'today',
      tap: id,
      at: time,
      label: place,
      why: [],
    }))
  for (const { id, time, place } of revoked.filter((tap) => tap.site === site)) {
    const holder = holders.get(id)
    tasks.push({
      kind: 'revoked_card',
      urgency: 'now',
      tap: id,
      at: time,
      label: place,
      why: [],
      ...(holder === undefined ? {} : named(holder, people)),
    })
  }
  return tasks
}

async function holdersOf(rows: Rows, taps: readonly string[]): Promise<Map<string, WorkerId>> {
  if (taps.length === 0) return new Map()
  const found = await rows.all<{ id: string; worker: WorkerId }>(
    `SELECT t.id, c.worker FROM json_each(?) j JOIN tap t ON t.id = j.value JOIN card c ON c.card = t.card
      WHERE c.worker IS NOT NULL`,
    [JSON.stringify(taps)],
  )
  return new Map(found.map(({ id, worker }) => [id, worker]))
}

function deviceTasks({ devices, now }: TaskFacts): Task[] {
  return devices.flatMap((one): Task[] => {
    const { device, label, retired, connected, lastSeen, clone, quarantined, gaps } = one
    if (retired) return []
    const about = { device: device as NonNullable<Task['device']>, label }
    const silent = !connected && (lastSeen === undefined || now - lastSeen > SILENT_MS)
    const tasks: Task[] = []
    if (clone) tasks.push({ kind: 'device_clone', urgency: 'now', ...about, why: ['CLONE'] })
    if (silent) tasks.push({ kind: 'device_silent', urgency: 'today', ...about, at: lastSeen, why: [] })
    if (quarantined > 0)
      tasks.push({ kind: 'device_quarantine', urgency: 'today', ...about, count: quarantined, why: [] })
    if (gaps > 0) tasks.push({ kind: 'device_gap', urgency: 'today', ...about, count: gaps, why: [] })
    return tasks
  })
}

/** Approvals that no longer fit, and payable time that nobody said the purpose of. */
async function workTasks({ rows, now, people }: TaskFacts): Promise<Task[]> {
  const [from, to] = [businessDayOf(now - WORK_DAYS * DAY_MS), businessDayOf(now)]
  const stale = (await approvals(rows, from, to)).filter(({ state }) => state === 'stale')
  const tasks: Task[] = stale
    .filter(({ worker }) => people.get(worker)?.own === true)
    .slice(0, LISTED_MAX)
    .map(({ worker, day, session, startedAt }) => ({
      kind: 'approval_stale',
      urgency: 'today',
      ...named(worker, people),
      day,
      session,
      at: startedAt,
      why: [],
    }))
  const open = await approvable(rows, from, to, now)
  const lost = Map.groupBy(
    open.filter(({ assigned, session }) => assigned === undefined && people.get(session.worker)?.own === true),
    ({ session }) => session.worker,
  )
  for (const [worker, sessions] of [...lost].slice(0, LISTED_MAX)) {
    tasks.push({
      kind: 'assignment_missing',
      urgency: 'today',
      ...named(worker, people),
      count: sessions.length,
      why: [],
    })
  }
  return tasks
}
