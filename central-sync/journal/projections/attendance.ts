/**
 * Follows the evidence and decisions of attendance and keeps the folded days. An ordinary tap is appended to its day;
 * whatever else touches a (worker, day) has that day folded again from all its rows. Both ways give the same rows. No
 * tap of one day changes another day (everybody is OUT at roll-over), so those pairs are all there is to fold.
 */
import { payrollClosed } from '../../protocol/event/work.ts'
import { type AttendancePolicy, defaultPolicy } from '../../rules/policy.ts'
import type { Follower, ProjectionTx, StoredEntry } from '../port.ts'
import { appendTaps } from './attendance-append.ts'
import { layDecisions } from './attendance-decisions.ts'
import { layEvidence } from './attendance-evidence.ts'
import { refoldDays } from './attendance-fold.ts'
import { attendanceTables, closedMonthTable } from './attendance-tables.ts'
import { DayBatch } from './day-batch.ts'
import { readEvent } from './read-event.ts'

export { attendanceMigrations } from './attendance-tables.ts'

const EVIDENCE = ['tap.recorded', 'tap.redirected', 'tap.voided', 'tap.attributed', 'attendance.watermark']
const DECISIONS = ['correction.requested', 'correction.decided', 'session.confirmed']
const CLOSING = ['payroll.closed']

/** The policy is part of the projection: another one would give other rows. */
export function attendanceFollower(policy: AttendancePolicy = defaultPolicy): Follower {
  return {
    name: 'attendance',
    version: 1,
    tables: attendanceTables.map(({ name }) => name),
    types: [...EVIDENCE, ...DECISIONS, ...CLOSING],
    apply: (tx, entries) => apply(tx, entries, policy),
  }
}

async function apply(tx: ProjectionTx, entries: readonly StoredEntry[], policy: AttendancePolicy): Promise<void> {
  const batch = new DayBatch()
  await layClosings(tx, only(entries, CLOSING))
  await layEvidence(tx, only(entries, EVIDENCE), batch)
  await layDecisions(tx, only(entries, DECISIONS), batch)
  await appendTaps(tx, batch, policy)
  await refoldDays(tx, batch, policy)
  await batch.write(tx)
}

function only(entries: readonly StoredEntry[], types: readonly string[]): StoredEntry[] {
  return entries.filter(({ t }) => types.includes(t))
}

/**
 * Evidence behind this position is late for its month. Days that are folded already hold earlier evidence only, so a
 * closing folds nothing again.
 */
async function layClosings(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({ month: readEvent(payrollClosed, entry).month, pos: entry.pos }))
  await tx.insert(closedMonthTable, rows, 'ignore')
}
