/** Assigns this centre's workers to packages it has a share of; what the hub asks for is answered by itself. */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { assignmentsOf } from '../../central-sync/journal/projections/work-read.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import { assignmentEnded, assignmentMade, workChosen } from '../../central-sync/protocol/event/work.ts'
import {
  type AssignmentId,
  newIdentifier,
  type PackageId,
  type SiteId,
  type StaffId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type BusinessDay, businessDayOf } from '../../central-sync/protocol/time.ts'

export class AssignmentDesk {
  readonly #journal: Journal
  readonly #site: SiteId

  constructor(journal: Journal, site: SiteId) {
    this.#journal = journal
    this.#site = site
  }

  /** A running assignment to the same package is the answer, not a second one. */
  assign(
    worker: WorkerId,
    packageId: PackageId,
    from: BusinessDay | undefined,
    by: StaffId,
    request?: string,
  ): Promise<{ assignment: AssignmentId } | Refusal> {
    return writeOnce(this.#journal, request, 'work.assign', async (tx) => {
      const person = await tx.one<{ home: SiteId; active: number }>(
        'SELECT home, active FROM worker WHERE worker = ?',
        [worker],
      )
      if (person === undefined || person.active === 0) return refuse('worker_unknown')
      if (person.home !== this.#site) return refuse('not_allowed')
      const known = await tx.one('SELECT 1 AS one FROM package WHERE package = ?', [packageId])
      if (known === undefined) return refuse('package_unknown')
      const share = await tx.one<{ open: number }>('SELECT open FROM share WHERE package = ? AND site = ?', [
        packageId,
        this.#site,
      ])
      if (share === undefined || share.open === 0) return refuse('share_missing')
      return { assignment: await this.#make(tx, worker, packageId, from ?? businessDayOf(tx.now), by) }
    })
  }

  end(
    assignment: AssignmentId,
    last: BusinessDay | undefined,
    by: StaffId,
    request?: string,
  ): Promise<undefined | Refusal> {
    return writeOnce(this.#journal, request, 'work.end-assignment', async (tx) => {
      const row = await tx.one<{ last_day: BusinessDay | null; home: SiteId | null }>(
        'SELECT a.last_day, w.home FROM assignment a LEFT JOIN worker w ON w.worker = a.worker WHERE a.assignment = ?',
        [assignment],
      )
      if (row === undefined) return refuse('assignment_unknown')
      if (row.home !== this.#site) return refuse('not_allowed')
      const day = last ?? businessDayOf(tx.now)
      if (row.last_day === day) return undefined
      tx.append({ event: assignmentEnded, data: { assignment, last: day }, by })
      return undefined
    })
  }

  /** The worker says what a session's time was for. */
  choose(
    worker: WorkerId,
    day: BusinessDay,
    session: string,
    assignment: AssignmentId,
    request?: string,
  ): Promise<undefined | Refusal> {
    return writeOnce(this.#journal, request, 'work.choose', async (tx) => {
      const row = await tx.one<{ start_id: string | null }>(
        'SELECT start_id FROM session WHERE worker = ? AND day = ? AND session = ?',
        [worker, day, session],
      )
      if (row === undefined || row.start_id === null) return refuse('not_found')
      const valid = await assignmentsOf(tx, worker, day)
      if (!valid.some((one) => one.assignment === assignment)) return refuse('assignment_unknown')
      const tap = row.start_id as Parameters<Journal['entryById']>[0]
      tx.append({ event: workChosen, data: { worker, tap, assignment }, subject: worker, by: worker })
      return undefined
    })
  }

  /** Answers the hub's requests that are open: the share makes them right, no person is needed. Returns how many. */
  async answerRequests(): Promise<number> {
    const waiting = await this.#journal.read.one<{ count: number }>(`SELECT count(*) AS count ${OPEN_REQUESTS}`, [
      this.#site,
    ])
    if (waiting === undefined || waiting.count === 0) return 0
    return this.#journal.write('work.answer-requests', async (tx) => {
      const requests = await tx.all<{ package: PackageId; worker: WorkerId }>(
        `SELECT r.package, r.worker ${OPEN_REQUESTS} LIMIT 1000`,
        [this.#site],
      )
      for (const { package: packageId, worker } of requests) {
        await this.#make(tx, worker, packageId, await this.#firstDay(tx, packageId), 'system')
      }
      return requests.length
    })
  }

  async #make(tx: Tx, worker: WorkerId, packageId: PackageId, from: BusinessDay, by: string): Promise<AssignmentId> {
    const running = await tx.one<{ assignment: AssignmentId; from_day: BusinessDay }>(
      `SELECT assignment, from_day FROM assignment WHERE worker = ? AND package = ? AND last_day IS NULL AND from_day <= ?`,
      [worker, packageId, from],
    )
    if (running !== undefined) return running.assignment
    const assignment = newIdentifier('assignment')
    tx.append({ event: assignmentMade, data: { assignment, package: packageId, worker, from }, subject: worker, by })
    return assignment
  }

  /** From the first day the package has a price: work of that day may already be waiting for its assignment. */
  async #firstDay(tx: Tx, packageId: PackageId): Promise<BusinessDay> {
    const row = await tx.one<{ day: BusinessDay | null }>('SELECT min(from_day) AS day FROM rate WHERE package = ?', [
      packageId,
    ])
    return row?.day ?? businessDayOf(tx.now)
  }
}

/** Requests to this centre, for its own workers, with a share, not answered by any assignment yet. */
const OPEN_REQUESTS = `FROM assignment_request r
  JOIN worker w ON w.worker = r.worker AND w.home = r.site
  JOIN share s ON s.package = r.package AND s.site = r.site AND s.open = 1
 WHERE r.site = ? AND NOT EXISTS (SELECT 1 FROM assignment a WHERE a.package = r.package AND a.worker = r.worker)`
