/** What a worker was paid, why, and by which approvals of this centre. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { StatementLine } from '../../central-sync/protocol/event/work.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { BusinessDay, Instant, Month } from '../../central-sync/protocol/time.ts'

export interface OwnStatement {
  /** `2026-10-0147`. */
  readonly statement: string
  readonly month: Month
  readonly yen: number
  /** Minutes of work, without adjustments of earlier months. */
  readonly minutes: number
  readonly issuedAt: Instant
  readonly fingerprint: string
}

/** Time behind a line: the approval it cites. */
export interface CitedTime {
  /** Event id of the approval. */
  readonly approval: string
  readonly day: BusinessDay
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly seconds: number
  readonly approvedAt: Instant
}

export interface OwnLine extends Omit<StatementLine, 'cites'> {
  /** In order of time. */
  readonly times: readonly CitedTime[]
  /** Approvals that are cited and not (or no longer) here. */
  readonly missing: number
}

type StatementRow = Omit<OwnStatement, 'minutes'> & { readonly lines: string }

const SELECT = `SELECT statement, month, yen, fingerprint, issued_at AS "issuedAt", lines FROM own_statement`

/** Newest month first. */
export async function statementsOf(rows: Rows, worker: WorkerId): Promise<OwnStatement[]> {
  const found = await rows.all<StatementRow>(`${SELECT} WHERE worker = ? ORDER BY month DESC, statement DESC`, [worker])
  return found.map(({ lines, ...statement }) => ({ ...statement, minutes: minutesOf(linesIn(lines)) }))
}

/** Undefined also when it is somebody else's. */
export async function statementOf(
  rows: Rows,
  worker: WorkerId,
  statement: string,
): Promise<(OwnStatement & { readonly lines: readonly OwnLine[] }) | undefined> {
  const row = await rows.one<StatementRow>(`${SELECT} WHERE statement = ? AND worker = ?`, [statement, worker])
  if (row === undefined) return undefined
  const lines = linesIn(row.lines)
  const times = await citedTimes(
    rows,
    worker,
    lines.flatMap(({ cites }) => cites),
  )
  return {
    ...row,
    minutes: minutesOf(lines),
    lines: lines.map(({ cites, ...line }) => {
      const shown = cites.flatMap((id) => times.get(id) ?? []).sort((a, b) => a.startedAt - b.startedAt)
      return { ...line, times: shown, missing: cites.length - shown.length }
    }),
  }
}

function linesIn(text: string): StatementLine[] {
  return JSON.parse(text) as StatementLine[]
}

function minutesOf(lines: readonly StatementLine[]): number {
  return lines.filter(({ adjusts }) => adjusts === undefined).reduce((sum, { minutes }) => sum + minutes, 0)
}

async function citedTimes(rows: Rows, worker: WorkerId, ids: readonly string[]): Promise<Map<string, CitedTime>> {
  const found = await rows.all<CitedTime>(
    `SELECT a.id AS approval, a.day, a.started_at AS "startedAt", a.ended_at AS "endedAt", a.seconds,
       a.approved_at AS "approvedAt"
     FROM json_each(?) AS j JOIN approval AS a ON a.id = j.value WHERE a.worker = ?`,
    [JSON.stringify(ids), worker],
  )
  return new Map(found.map((time) => [time.approval, time]))
}
