/** Handlers for corrections, confirmations, choices, assignments and approvals. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { Interval } from '../../central-sync/protocol/event/attendance.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { BusinessDay } from '../../central-sync/protocol/time.ts'
import type { Command, RequestContext } from '../../central-sync/web/port.ts'
import { type CorrectionDesk, instantOfWallTime, type StaffDecider } from '../attendance/correction-desk.ts'
import type { ApprovalDesk, Approver } from '../work/approval-desk.ts'
import type { AssignmentDesk } from '../work/assignment-desk.ts'
import type { Directory } from '../worker/directory.ts'
import { done, staffOf, workerOf } from './door-commands.ts'
import { bindCommand } from './shape.ts'
import * as time from './shape-attendance.ts'

export interface AttendanceDesks {
  readonly rows: Rows
  readonly directory: Directory
  readonly corrections: CorrectionDesk
  readonly assignments: AssignmentDesk
  readonly approvals: ApprovalDesk
}

export function attendanceCommands(desks: AttendanceDesks): readonly Command[] {
  return [...correctionCommands(desks), ...workCommands(desks)]
}

type RequestInput = z.output<typeof time.correctionsRequest.input>

function correctionCommands({ rows, directory, corrections }: AttendanceDesks): readonly Command[] {
  const request = async (
    worker: WorkerId,
    input: RequestInput,
    by: Parameters<CorrectionDesk['request']>[1],
    key: string | undefined,
  ) => {
    const wanted = await wantedOf(rows, directory, worker, input)
    if (!Array.isArray(wanted)) return wanted
    const { day, base, sessions, reason, note } = input
    return corrections.request({ worker, day, base, sessions, wanted, reason, note }, by, key)
  }
  return [
    bindCommand(time.correctionsRequest, async (input, { actor, requestKey }) => {
      const worker = workerOf(actor)
      return request(worker, input, worker, requestKey)
    }),
    bindCommand(time.correctionsRequestFor, async ({ worker, ...input }, { actor, requestKey }) =>
      request(worker, input, staffOf(actor).staff, requestKey),
    ),
    bindCommand(time.correctionsApprove, async ({ correction, note }, context) =>
      done(await corrections.approve(correction, deciderOf(context), note)),
    ),
    bindCommand(time.correctionsReject, async ({ correction, note }, context) =>
      done(await corrections.reject(correction, deciderOf(context), note)),
    ),
    bindCommand(time.correctionsWithdraw, async ({ correction }, { actor, requestKey }) =>
      done(await corrections.withdraw(correction, workerOf(actor), requestKey)),
    ),
    bindCommand(time.correctionsRevert, async ({ correction, note }, context) =>
      done(await corrections.revert(correction, deciderOf(context), note)),
    ),
    bindCommand(time.sessionsConfirm, async ({ day, ...shown }, context) => {
      const on = day ?? (await dayOf(rows, shown.worker, shown.session))
      return on === undefined
        ? refuse('not_found')
        : done(await corrections.confirm({ ...shown, day: on }, deciderOf(context)))
    }),
  ] as readonly Command[]
}

function workCommands({ rows, assignments, approvals }: AttendanceDesks): readonly Command[] {
  return [
    bindCommand(time.workChoose, async ({ day, session, assignment }, { actor, requestKey }) => {
      const worker = workerOf(actor)
      const on = day ?? (await dayOf(rows, worker, session))
      return on === undefined
        ? refuse('not_found')
        : done(await assignments.choose(worker, on, session, assignment, requestKey))
    }),
    bindCommand(time.workAssign, async ({ worker, package: packageId, from }, { actor, requestKey }) =>
      assignments.assign(worker, packageId, from, staffOf(actor).staff, requestKey),
    ),
    bindCommand(time.workEndAssignment, async ({ assignment, last }, { actor, requestKey }) =>
      done(await assignments.end(assignment, last, staffOf(actor).staff, requestKey)),
    ),
    bindCommand(time.workApproveMonth, async ({ month }, context) =>
      approvals.approveMonth(month, approverOf(context)),
    ),
    bindCommand(time.workApprove, async ({ worker, day, session }, context) => {
      const on = day ?? (await dayOf(rows, worker, session))
      return on === undefined
        ? refuse('not_found')
        : done(await approvals.approve(worker, on, session, approverOf(context)))
    }),
    bindCommand(time.workUnapprove, async ({ worker, day, session }, context) => {
      const on = day ?? (await approvedDay(rows, worker, session))
      return on === undefined
        ? refuse('not_found')
        : done(await approvals.unapprove(worker, on, session, approverOf(context)))
    }),
  ] as readonly Command[]
}

/** Whoever decides, and what a repeat of this request is known by. */
function deciderOf({ actor, requestKey }: RequestContext): StaffDecider {
  return { ...staffOf(actor), request: requestKey }
}

function approverOf(context: RequestContext): Approver {
  const { staff: by, ...rest } = deciderOf(context)
  return { by, ...rest }
}

/** Whole intervals as they came, or the one pair of times of a form. Both times or none. */
async function wantedOf(
  rows: Rows,
  directory: Directory,
  worker: WorkerId,
  { day, wanted, start, end, place, sessions }: RequestInput,
): Promise<Interval[] | Refusal> {
  if (wanted !== undefined) return wanted
  if (start === undefined && end === undefined) return []
  if (start === undefined || end === undefined) return refuse('interval_invalid')
  const where = place ?? (await placeOf(rows, worker, day, sessions)) ?? (await directory.centre())?.name ?? ''
  return [{ start: instantOfWallTime(day, start), end: instantOfWallTime(day, end), place: where.slice(0, 60) }]
}

async function placeOf(rows: Rows, worker: WorkerId, day: BusinessDay, sessions: readonly string[]) {
  const row = await rows.one<{ place: string }>(
    'SELECT place FROM session WHERE worker = ? AND day = ? AND session IN (SELECT value FROM json_each(?)) LIMIT 1',
    [worker, day, JSON.stringify(sessions)],
  )
  return row?.place
}

async function dayOf(rows: Rows, worker: WorkerId, session: string): Promise<BusinessDay | undefined> {
  const row = await rows.one<{ day: BusinessDay }>('SELECT day FROM session WHERE worker = ? AND session = ?', [
    worker,
    session,
  ])
  return row?.day
}

async function approvedDay(rows: Rows, worker: WorkerId, session: string): Promise<BusinessDay | undefined> {
  const row = await rows.one<{ day: BusinessDay }>(
    'SELECT day FROM approval WHERE worker = ? AND session = ? AND withdrawn = 0',
    [worker, session],
  )
  return row?.day
}
