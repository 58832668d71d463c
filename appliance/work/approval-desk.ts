/**
 * Approvals: a director accepts time for an assignment, in bulk or one by one. Only time that is payable, never her own,
 * always exactly as it is folded now: when the day changes later, the approval is stale and pays nothing.
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { type ApprovableSession, approvable } from '../../central-sync/journal/projections/approval-read.ts'
import { writeOnce } from '../../central-sync/journal/write-once.ts'
import { workApproved, workUnapproved } from '../../central-sync/protocol/event/work.ts'
import type { SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type BusinessDay, firstDayOf, lastDayOf, type Month } from '../../central-sync/protocol/time.ts'

/** Who approves: a staff id, or `system` for the command line, and the worker this person also is. */
export interface Approver {
  readonly by: string
  readonly worker: WorkerId | undefined
  /** What a repeat is known by. */
  readonly request?: string | undefined
}

export interface ApproveReport {
  readonly approved: number
  readonly seconds: number
  readonly skipped: { readonly why: 'no_assignment' | 'own'; readonly sessions: number }[]
}

export class ApprovalDesk {
  readonly #journal: Journal
  readonly #site: SiteId

  constructor(journal: Journal, site: SiteId) {
    this.#journal = journal
    this.#site = site
  }

  /** Everything of the month that is payable, not yet approved and assigned. A second press approves nothing more. */
  approveMonth(month: Month, approver: Approver): Promise<ApproveReport> {
    return writeOnce(this.#journal, approver.request, 'work.approve-month', async (tx) => {
      const ready = await this.#ownSessions(tx, firstDayOf(month), lastDayOf(month))
      const skipped = { no_assignment: 0, own: 0 }
      let [approved, seconds] = [0, 0]
      for (const one of ready) {
        const why = whyNot(one, approver)
        if (why !== undefined) {
          skipped[why] += 1
          continue
        }
        append(tx, one, approver)
        approved += 1
        seconds += one.session.seconds
      }
      const list = (['no_assignment', 'own'] as const).map((why) => ({ why, sessions: skipped[why] }))
      return { approved, seconds, skipped: list.filter(({ sessions }) => sessions > 0) }
    })
  }

  approve(worker: WorkerId, day: BusinessDay, session: string, approver: Approver): Promise<undefined | Refusal> {
    return writeOnce(this.#journal, approver.request, 'work.approve', async (tx) => {
      const ready = await this.#ownSessions(tx, day, day, worker)
      const found = ready.find((one) => one.session.key === session)
      if (found === undefined) return refuse('not_payable')
      const why = whyNot(found, approver)
      if (why !== undefined) return refuse(why === 'own' ? 'deciding_about_oneself' : 'assignment_unknown')
      append(tx, found, approver)
      return undefined
    })
  }

  unapprove(worker: WorkerId, day: BusinessDay, session: string, approver: Approver): Promise<undefined | Refusal> {
    return writeOnce(this.#journal, approver.request, 'work.unapprove', async (tx) => {
      if (approver.worker === worker) return refuse('deciding_about_oneself')
      const home = await tx.one<{ home: SiteId }>('SELECT home FROM worker WHERE worker = ?', [worker])
      if (home?.home !== this.#site) return refuse('not_allowed')
      const row = await tx.one(
        'SELECT 1 AS one FROM approval WHERE worker = ? AND day = ? AND session = ? AND withdrawn = 0',
        [worker, day, session],
      )
      if (row === undefined) return refuse('not_found')
      tx.append({ event: workUnapproved, data: { worker, day, session }, subject: worker, by: approver.by })
      return undefined
    })
  }

  /** Time of this centre's own workers only: other centres decide about theirs. */
  async #ownSessions(tx: Tx, from: BusinessDay, to: BusinessDay, worker?: WorkerId): Promise<ApprovableSession[]> {
    const found = await approvable(tx, from, to, tx.now, worker)
    const own = await tx.all<{ worker: WorkerId }>('SELECT worker FROM worker WHERE home = ?', [this.#site])
    const ids = new Set(own.map((row) => row.worker))
    return found.filter(({ session }) => ids.has(session.worker))
  }
}

function whyNot({ session, assigned }: ApprovableSession, { worker }: Approver): 'own' | 'no_assignment' | undefined {
  if (session.worker === worker) return 'own'
  return assigned === undefined ? 'no_assignment' : undefined
}

function append(tx: Tx, { session, assigned }: ApprovableSession, { by }: Approver): void {
  const { worker, day, key, startedAt, endedAt, seconds } = session
  if (assigned === undefined || startedAt === undefined || endedAt === undefined)
    throw new Error('payable time has both edges')
  const { assignment, package: packageId } = assigned
  const data = { worker, day, session: key, startedAt, endedAt, seconds, assignment, package: packageId }
  tx.append({ event: workApproved, data, subject: worker, by })
}
