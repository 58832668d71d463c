/** Follows statements, closed months and the days centres declared complete. */
import type { Follower, ProjectionTx, StoredEntry } from '../../journal/port.ts'
import { readEvent } from '../../journal/projections/read-event.ts'
import { attendanceWatermark } from '../../protocol/event/attendance.ts'
import { payrollClosed, statementIssued } from '../../protocol/event/work.ts'
import { centreDayTable, payrollMonthTable, statementLineTable, statementTable } from './statement-tables.ts'

export const statementFollower: Follower = {
  name: 'statement',
  version: 1,
  tables: ['statement', 'statement_line', 'payroll_month', 'centre_day'],
  types: ['statement.issued', 'payroll.closed', 'attendance.watermark'],
  async apply(tx, entries) {
    await applyStatements(tx, only(entries, 'statement.issued'))
    await applyClosings(tx, only(entries, 'payroll.closed'))
    await applyDays(tx, only(entries, 'attendance.watermark'))
  },
}

function only(entries: readonly StoredEntry[], type: string): StoredEntry[] {
  return entries.filter(({ t }) => t === type)
}

async function applyStatements(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const issued = entries.map((entry) => ({ entry, data: readEvent(statementIssued, entry) }))
  const heads = issued.map(({ entry, data: { statement, month, worker, site, yen, fingerprint } }) => ({
    ...{ statement, month, worker, site, yen, fingerprint },
    entry: entry.id,
    issued_at: entry.at,
  }))
  await tx.insert(statementTable, heads)
  const lines = issued.flatMap(({ data: { statement, lines } }) =>
    lines.map(({ line, rate, place, seconds, minutes, yen, ...rest }) => ({
      ...{ statement, line, rate, place, seconds, minutes, yen },
      package: rest.package,
      package_title: rest.packageTitle,
      milliyen_per_hour: rest.milliYenPerHour,
      adjusts: rest.adjusts ?? null,
      cites: JSON.stringify(rest.cites),
    })),
  )
  await tx.insert(statementLineTable, lines)
}

async function applyClosings(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { month, statements, yen, inputs, override } = readEvent(payrollClosed, entry)
    return {
      ...{ month, statements, yen, inputs },
      override_reason: override?.reason ?? null,
      override_behind: JSON.stringify(override?.behind ?? []),
      closed_at: entry.at,
      closed_by: entry.by,
      entry: entry.id,
    }
  })
  await tx.insert(payrollMonthTable, rows)
}

/** A centre declares days for its own devices only. */
async function applyDays(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const newest = new Map<string, string>()
  for (const entry of entries) {
    const { site, day } = readEvent(attendanceWatermark, entry)
    if (site === entry.site && day > (newest.get(site) ?? '')) newest.set(site, day)
  }
  for (const [site, day] of newest) {
    const known = await tx.one<{ day: string }>('SELECT day FROM centre_day WHERE site = ?', [site])
    if (known === undefined || known.day < day) await tx.insert(centreDayTable, [{ site, day }], 'replace')
  }
}
