/** The folded days of some people with the state each was left in, for whoever takes further taps in memory. */
import type { WorkerId } from '../../protocol/identifier.ts'
import type { BusinessDay } from '../../protocol/time.ts'
import type { DayState } from '../../rules/day-fold.ts'
import { readDayState } from '../../rules/day-state.ts'
import type { Rows } from '../port.ts'
import { dayBody } from './fold-tables.ts'

export interface DayFigures {
  readonly worker: WorkerId
  readonly day: BusinessDay
  readonly payable_seconds: number
  readonly pending: number
  readonly open: number
  readonly last_claim: 'in' | 'out' | null
}

export interface KnownDay extends DayFigures {
  /** Null where a further tap needs the whole day folded: a person decided about it, or its order is uncertain. */
  readonly state: DayState | null
}

export interface KnownDays {
  readonly days: readonly KnownDay[]
  readonly closedMonths: ReadonlySet<string>
}

interface FoundRow {
  readonly kind: 'day' | 'decided' | 'closed'
  readonly worker: WorkerId
  readonly day: BusinessDay
  readonly open: number
  readonly state: string | null
  readonly body: string | null
}

/** Days from `from` on, in one statement. A day about which there is only a decision has no figures, and no state. */
export async function readKnownDays(rows: Rows, workers: readonly WorkerId[], from: BusinessDay): Promise<KnownDays> {
  const list = JSON.stringify(workers)
  const found = await rows.all<FoundRow>(
    `SELECT 'day' AS kind, d.worker, d.day, d.open, d.state, d.body
       FROM json_each(?) AS j CROSS JOIN day_row AS d WHERE d.worker = j.value AND d.day >= ?
     UNION ALL SELECT 'decided', n.worker, n.day, 0, NULL, NULL
       FROM json_each(?) AS j CROSS JOIN decision AS n WHERE n.worker = j.value AND n.day >= ?
     UNION ALL SELECT 'closed', NULL, m.month, 0, NULL, NULL FROM closed_month AS m`,
    [list, from, list, from],
  )
  const decided = new Set(found.filter(({ kind }) => kind === 'decided').map(keyOf))
  const folded = found.filter(({ kind }) => kind === 'day')
  const unfolded = found.filter((row) => row.kind === 'decided' && !folded.some((one) => keyOf(one) === keyOf(row)))
  return {
    days: [...folded, ...unfolded].map((row) => knownDay(row, decided.has(keyOf(row)))),
    closedMonths: new Set(found.filter(({ kind }) => kind === 'closed').map(({ day }) => day)),
  }
}

function keyOf({ worker, day }: Pick<FoundRow, 'worker' | 'day'>): string {
  return `${worker} ${day}`
}

function knownDay({ worker, day, open, state, body }: FoundRow, decided: boolean): KnownDay {
  const figures = body === null ? undefined : dayBody.read(body)
  return {
    worker,
    day,
    payable_seconds: Number(figures?.payable_seconds ?? 0),
    pending: Number(figures?.pending ?? 0),
    open,
    last_claim: (figures?.last_claim ?? null) as DayFigures['last_claim'],
    state: decided || state === null ? null : readDayState(state),
  }
}
