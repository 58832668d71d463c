/** Handlers for corrections, confirmations, choices, assignments and approvals. */
import type { z } from 'zod'
import type { Rows } from '../../central-sync/journal/port.ts'
import type { Interval } from '../../central-sync/protocol/event/attendance.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { BusinessDay } from '../../central-sync/protocol/time.ts'
import type { Command } from '../../central-sync/web/port.ts'
import { type CorrectionDesk, instantOfWallTime } from '../attendance/correction-desk.ts'
import type { ApprovalDesk } from '../work/approval-desk.ts'
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
  const request = async (worker: WorkerId, input: RequestInput, by: Parameters<CorrectionDesk['request']>[1]) => {
    const wanted = await wantedOf(rows, directory, worker, input)
    if (!Array.isArray(wanted)) return wanted
    const { day, base, sessions, reason, note } = input
    return corrections.request({ worker, day, base, sessions, wanted, reason, note }, by)
  }
  return [
    bindCommand(time.correctionsRequest, async (input, { actor }) => {
      const worker = workerOf(actor)
      return request(worker, input, worker)
    }),
    bindCommand(time.correctionsRequestFor, async ({ worker, ...input }, { actor }) =>
      request(worker, input, staffOf(actor).staff),
    ),
    bindCommand(time.correctionsApprove, async ({ correction, note }, { actor }) =>
      done(await corrections.approve(correction, staffOf(actor), note)),
    ),
    bindCommand(time.correctionsReject, async ({ correction, note }, { actor }) =>
      done(await corrections.reject(correction, staffOf(actor), note)),
    ),
    bindCommand(time.correctionsWithdraw, async ({ correction }, { actor }) =>
      done(await corrections.withdraw(correction, workerOf(actor))),
    ),
    bindCommand(time.correctionsRevert, async ({ correction, note }, { actor }) =>
      done(await corrections.revert(correction, staffOf(actor), note)),
    ),
    bindCommand(time.sessionsConfirm, async ({ day, ...shown }, { actor }) => {
      const on = day ?? (await dayOf(rows, shown.worker, shown.session))
      return on === undefined
        ? refuse('not_found')
        : done(await corrections.confirm({ ...shown, day: on }, staffOf(actor)))
    }),
  ] as readonly Command[]
}

function workCommands({ rows, assignments, approvals }: AttendanceDesks): readonly Command[] {
  return [
    bindCommand(time.workChoose, async ({ day, session, assignment }, { actor }) => {
      const worker = workerOf(actor)
      const on = day ?? (await dayOf(rows, worker, session))
      return on === undefined ? refuse('not_found') : done(await assignments.choose(worker, on, session, assignment))
    }),
    bindCommand(time.workAssign, async ({ worker, package: packageId, from }, { actor }) =>
      assignments.assign(worker, packageId, from, staffOf(actor).staff),
    ),
    bindCommand(time.workEndAssignment, async ({ assignment, last }, { actor }) =>
      done(await assignments.end(assignment, last, staffOf(actor).staff)),
    ),
    bindCommand(time.workApproveMonth, async ({ month }, { actor }) => {
      const { staff: by, worker } = staffOf(actor)
      return approvals.approveMonth(month, { by, worker })
    }),
    bindCommand(time.workApprove, async ({ worker, day, session }, { actor }) => {
      const approver = { by: staffOf(actor).staff, worker: staffOf(actor).worker }
      const on = day ?? (await dayOf(rows, worker, session))
      return on === undefined ? refuse('not_found') : done(await approvals.approve(worker, on, session, approver))
    }),
    bindCommand(time.workUnapprove, async ({ worker, day, session }, { actor }) => {
      const approver = { by: staffOf(actor).staff, worker: staffOf(actor).worker }
      const on = day ?? (await approvedDay(rows, worker, session))
      return on === undefined ? refuse('not_found') : done(await approvals.unapprove(worker, on, session, approver))
    }),
  ] as readonly Command[]
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
