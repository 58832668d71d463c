/** Follows clients, orders, packages, rates, shares, assignments, choices and approvals. */
import * as work from '../../protocol/event/work.ts'
import type { Follower, ProjectionTx, StoredEntry } from '../port.ts'
import { keyParam, keyRows } from './portable-sql.ts'
import { readEvent } from './read-event.ts'
import { RowMemory } from './row-memory.ts'
import {
  approvalTable,
  assignmentRequestTable,
  assignmentTable,
  clientTable,
  packageTable,
  rateTable,
  shareTable,
  workChoiceTable,
  workOrderTable,
  workTables,
} from './work-tables.ts'

export { workMigrations } from './work-tables.ts'

type Handler = (tx: ProjectionTx, entries: readonly StoredEntry[]) => Promise<void>

const HANDLERS: readonly (readonly [readonly string[], Handler])[] = [
  [['client.registered'], applyClients],
  [['order.received'], applyOrders],
  [['package.made'], applyPackages],
  [['rate.set'], applyRates],
  [['share.granted'], applyShares],
  [['assignment.requested'], applyRequests],
  [['assignment.made', 'assignment.ended'], applyAssignments],
  [['work.chosen'], applyChoices],
  [['work.approved', 'work.unapproved'], applyApprovals],
]

export const workFollower: Follower = {
  name: 'work',
  version: 1,
  tables: workTables.map(({ name }) => name),
  types: HANDLERS.flatMap(([types]) => types),
  async apply(tx, entries) {
    for (const [types, handle] of HANDLERS) {
      const mine = entries.filter(({ t }) => types.includes(t))
      if (mine.length > 0) await handle(tx, mine)
    }
  },
}

async function applyClients(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { client, name } = readEvent(work.clientRegistered, entry)
    return { client, name }
  })
  await tx.insert(clientTable, rows, 'replace')
}

async function applyOrders(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { order, client, title } = readEvent(work.orderReceived, entry)
    return { work_order: order, client, title }
  })
  await tx.insert(workOrderTable, rows, 'replace')
}

async function applyPackages(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { package: id, order, title, kind, confidential } = readEvent(work.packageMade, entry)
    return { package: id, work_order: order, title, kind, confidential: confidential ? 1 : 0 }
  })
  await tx.insert(packageTable, rows, 'replace')
}

async function applyRates(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { rate, package: id, milliYenPerHour, from } = readEvent(work.rateSet, entry)
    return { rate, package: id, milliyen_per_hour: milliYenPerHour, from_day: from, pos: entry.pos }
  })
  // A rate version never changes once it is written.
  await tx.insert(rateTable, rows, 'ignore')
}

async function applyShares(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { package: id, site, open } = readEvent(work.shareGranted, entry)
    return { package: id, site, open: open ? 1 : 0 }
  })
  await tx.insert(shareTable, rows, 'replace')
}

async function applyRequests(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { package: id, worker, site } = readEvent(work.assignmentRequested, entry)
    return { package: id, worker, site, requested_at: entry.at }
  })
  await tx.insert(assignmentRequestTable, rows, 'replace')
}

async function applyAssignments(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const ids = [...new Set(entries.map(({ d }) => String(d.assignment)))].map((id) => [id])
  const assignments = await RowMemory.load(tx, assignmentTable, ids)
  for (const entry of entries) {
    if (entry.t === 'assignment.ended') {
      const { assignment, last } = readEvent(work.assignmentEnded, entry)
      assignments.change([assignment], { last_day: last })
      continue
    }
    const { assignment, package: id, worker, from } = readEvent(work.assignmentMade, entry)
    assignments.put({ assignment, package: id, worker, from_day: from, last_day: null })
  }
  await assignments.flush(tx)
}

async function applyChoices(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { worker, tap, assignment } = readEvent(work.workChosen, entry)
    return { id: entry.id, worker, tap, assignment, chosen_at: entry.at, pos: entry.pos }
  })
  await tx.insert(workChoiceTable, rows, 'ignore')
}

/** The newest approval of a session stands; an older one, and one that was taken back, is withdrawn. */
async function applyApprovals(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const touched = new Map<string, readonly [string, string]>()
  const standing = new Map<string, ReturnType<typeof approvalRow>>()
  const rows: ReturnType<typeof approvalRow>[] = []
  for (const entry of entries) {
    const approved = entry.t === 'work.approved' ? approvalRow(entry) : undefined
    const { worker, session } = approved ?? readEvent(work.workUnapproved, entry)
    const key = `${worker}\n${session}`
    touched.set(key, [worker, session])
    const before = standing.get(key)
    if (before !== undefined) before.withdrawn = 1
    standing.delete(key)
    if (approved === undefined) continue
    standing.set(key, approved)
    rows.push(approved)
  }
  await tx.run(
    `UPDATE approval SET withdrawn = 1 WHERE withdrawn = 0 AND (worker, session) IN
      (SELECT k.value->>0, k.value->>1 FROM ${keyRows(tx)} AS k)`,
    [keyParam([...touched.values()])],
  )
  await tx.insert(approvalTable, rows, 'ignore')
}

function approvalRow(entry: StoredEntry) {
  const data = readEvent(work.workApproved, entry)
  return {
    id: entry.id,
    worker: data.worker,
    day: data.day,
    session: data.session,
    started_at: data.startedAt,
    ended_at: data.endedAt,
    seconds: data.seconds,
    assignment: data.assignment,
    package: data.package,
    approved_by: entry.by,
    approved_at: entry.at,
    withdrawn: 0,
    pos: entry.pos,
  }
}
