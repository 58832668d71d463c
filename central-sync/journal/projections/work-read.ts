/**
 * Reads packages, rates and assignments. Sessions carry no assignment of their own: a later choice of the worker
 * would change days that are folded already, so it is resolved here, at reading, from all choices there are.
 */
import type { AssignmentId, EventId, OrderId, PackageId, RateId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../protocol/time.ts'
import {
  type AssignedSession,
  assignSession,
  type Choice,
  isValidOn,
  type ValidAssignment,
} from '../../rules/assign-session.ts'
import type { RateVersion } from '../../rules/compute-lines.ts'
import { compareText } from '../../rules/order-taps.ts'
import type { Rows } from '../port.ts'
import type { DatedSession } from './attendance-rows.ts'
import { marks } from './portable-sql.ts'

export interface WorkPackage {
  readonly package: PackageId
  readonly order: OrderId
  readonly client: string
  readonly clientName: string
  readonly orderTitle: string
  readonly title: string
  readonly kind: string
  readonly confidential: boolean
}

/** By client, order, title. What is not known of client or order is empty. */
export async function packages(rows: Rows): Promise<WorkPackage[]> {
  const found = await rows.all<{
    package: string
    work_order: string
    title: string
    kind: string
    confidential: number
    order_title: string | null
    client: string | null
    client_name: string | null
  }>(
    `SELECT p.package, p.work_order, p.title, p.kind, p.confidential, o.title AS order_title, o.client,
      c.name AS client_name FROM package AS p LEFT JOIN work_order AS o ON o.work_order = p.work_order
      LEFT JOIN client AS c ON c.client = o.client`,
  )
  return found
    .map((row) => ({
      package: row.package as PackageId,
      order: row.work_order as OrderId,
      client: row.client ?? '',
      clientName: row.client_name ?? '',
      orderTitle: row.order_title ?? '',
      title: row.title,
      kind: row.kind,
      confidential: row.confidential === 1,
    }))
    .sort(
      (a, b) =>
        compareText(a.clientName, b.clientName) ||
        compareText(a.orderTitle, b.orderTitle) ||
        compareText(a.title, b.title) ||
        compareText(a.package, b.package),
    )
}

/** All rate versions; with `knownAt` only those that stood in this journal at that position. */
export async function rates(rows: Rows, knownAt?: number): Promise<RateVersion[]> {
  const found = await rows.all<{ rate: string; package: string; milliyen_per_hour: number; from_day: string }>(
    'SELECT rate, package, milliyen_per_hour, from_day FROM rate WHERE pos <= ?',
    [knownAt ?? Number.MAX_SAFE_INTEGER],
  )
  return found
    .map((row) => ({
      rate: row.rate as RateId,
      package: row.package as PackageId,
      milliYenPerHour: row.milliyen_per_hour,
      from: row.from_day as BusinessDay,
    }))
    .sort((a, b) => compareText(a.package, b.package) || compareText(a.from, b.from) || compareText(a.rate, b.rate))
}

/** Centres that may assign their workers to a package, and whether the share is open. */
export async function shares(
  rows: Rows,
  packageId?: PackageId,
): Promise<{ package: PackageId; site: SiteId; open: boolean }[]> {
  const found =
    packageId === undefined
      ? await rows.all<{ package: string; site: string; open: number }>('SELECT package, site, open FROM share')
      : await rows.all<{ package: string; site: string; open: number }>(
          'SELECT package, site, open FROM share WHERE package = ?',
          [packageId],
        )
  return found
    .map(({ package: id, site, open }) => ({ package: id as PackageId, site: site as SiteId, open: open === 1 }))
    .sort((a, b) => compareText(a.package, b.package) || compareText(a.site, b.site))
}

export interface Assignment extends ValidAssignment {
  readonly worker: WorkerId
  readonly title: string
}

interface AssignmentRow {
  readonly assignment: string
  readonly package: string
  readonly worker: string
  readonly from_day: string
  readonly last_day: string | null
  readonly title: string | null
}

/** All assignments of these workers, whatever the day; by title. */
export async function allAssignments(rows: Rows, workers: readonly WorkerId[]): Promise<Map<WorkerId, Assignment[]>> {
  const result = new Map<WorkerId, Assignment[]>(workers.map((worker) => [worker, []]))
  if (workers.length === 0) return result
  const found = await rows.all<AssignmentRow>(
    `SELECT a.assignment, a.package, a.worker, a.from_day, a.last_day, p.title FROM assignment AS a
      LEFT JOIN package AS p ON p.package = a.package WHERE a.worker IN (${marks(workers)})`,
    workers,
  )
  for (const row of found) {
    result.get(row.worker as WorkerId)?.push({
      assignment: row.assignment as AssignmentId,
      package: row.package as PackageId,
      worker: row.worker as WorkerId,
      from: row.from_day as BusinessDay,
      last: (row.last_day ?? undefined) as BusinessDay | undefined,
      title: row.title ?? '',
    })
  }
  for (const list of result.values()) {
    list.sort((a, b) => compareText(a.title, b.title) || compareText(a.assignment, b.assignment))
  }
  return result
}

/** What the worker may choose on a day; by title. */
export async function assignmentsOf(rows: Rows, worker: WorkerId, day: BusinessDay): Promise<Assignment[]> {
  const all = (await allAssignments(rows, [worker])).get(worker) ?? []
  return all.filter((one) => isValidOn(one, day))
}

async function choicesOf(rows: Rows, workers: readonly WorkerId[]): Promise<Map<WorkerId, Choice[]>> {
  const result = new Map<WorkerId, Choice[]>()
  const found = await rows.all<{
    id: string
    worker: string
    tap: string
    assignment: string
    chosen_at: number
    time: number
  }>(
    `SELECT c.id, c.worker, c.tap, c.assignment, c.chosen_at, COALESCE(t.time, d.time) AS time FROM work_choice AS c
      LEFT JOIN tap AS t ON t.id = c.tap LEFT JOIN decision AS d ON d.id = c.tap
      WHERE c.worker IN (${marks(workers)}) AND COALESCE(t.time, d.time) IS NOT NULL`,
    workers,
  )
  for (const row of found) {
    const list = result.get(row.worker as WorkerId) ?? []
    list.push({
      id: row.id as EventId,
      tap: row.tap as EventId,
      assignment: row.assignment as AssignmentId,
      time: row.time,
      chosenAt: row.chosen_at,
    })
    result.set(row.worker as WorkerId, list)
  }
  return result
}

/** What each session's time is for, by `worker key`. Sessions nobody can tell are left out. */
export async function assignSessions(
  rows: Rows,
  sessions: readonly DatedSession[],
): Promise<Map<string, AssignedSession>> {
  const workers = [...new Set(sessions.map(({ worker }) => worker))]
  if (workers.length === 0) return new Map()
  const [assignments, choices] = [await allAssignments(rows, workers), await choicesOf(rows, workers)]
  const result = new Map<string, AssignedSession>()
  for (const session of sessions) {
    if (session.startedAt === undefined) continue
    const { worker, day, startedAt, cites } = session
    const found = assignSession({ day, startedAt, cites }, choices.get(worker) ?? [], assignments.get(worker) ?? [])
    if (found !== undefined) result.set(sessionKey(session), found)
  }
  return result
}

export function sessionKey({ worker, key }: { readonly worker: WorkerId; readonly key: string }): string {
  return `${worker} ${key}`
}

/** What the next IN of these workers would be for: the last chosen, else the only one. */
export async function defaultAssignments(
  rows: Rows,
  workers: readonly WorkerId[],
  day: BusinessDay,
  at: Instant,
): Promise<Map<WorkerId, AssignedSession>> {
  if (workers.length === 0) return new Map()
  const [assignments, choices] = [await allAssignments(rows, workers), await choicesOf(rows, workers)]
  const result = new Map<WorkerId, AssignedSession>()
  for (const worker of workers) {
    const next = { day, startedAt: at, cites: [] }
    const found = assignSession(next, choices.get(worker) ?? [], assignments.get(worker) ?? [])
    if (found !== undefined) result.set(worker, found)
  }
  return result
}
