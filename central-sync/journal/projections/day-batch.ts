/** What one batch of entries does to taps and days, gathered in memory and written in at most four statements. */
import type { ProjectionTx } from '../port.ts'
import type { NewTap, TapRow } from './attendance-rows.ts'
import { dayRowTable, sessionRowTable, tapRowTable } from './fold-tables.ts'

export type WorkerDay = readonly [worker: string, day: string]

export function dayKey(worker: string, day: string): string {
  return `${worker} ${day}`
}

export interface SessionRowOut {
  readonly worker: string
  readonly day: string
  readonly session: string
  readonly status: string
  readonly open: number
  readonly body: string
}

export interface DayRowOut {
  readonly worker: string
  readonly day: string
  readonly open: number
  readonly state: string | null
  readonly body: string
}

export class DayBatch {
  /** Days that have to be folded from all their rows. */
  readonly wholeDays = new Map<string, WorkerDay>()
  /** Taps of this batch that count for somebody, in the order of the journal. */
  readonly newTaps: NewTap[] = []
  /** Rows as they will be, over what is stored: new taps of whole days, and taps whose worker changed. */
  readonly laidOver = new Map<string, TapRow>()
  private readonly taps: TapRow[] = []
  private readonly sessions: SessionRowOut[] = []
  private readonly days: DayRowOut[] = []

  touch(worker: string, day: string): void {
    this.wholeDays.set(dayKey(worker, day), [worker, day])
  }

  isWhole(worker: string, day: string): boolean {
    return this.wholeDays.has(dayKey(worker, day))
  }

  putTaps(rows: readonly TapRow[]): void {
    this.taps.push(...rows)
  }

  putDay(day: DayRowOut, sessions: readonly SessionRowOut[]): void {
    this.days.push(day)
    this.sessions.push(...sessions)
  }

  async write(tx: ProjectionTx): Promise<void> {
    await tx.insert<keyof typeof tapRowTable.columns>(tapRowTable, this.taps, 'replace')
    await tx.deleteWhere(sessionRowTable, ['worker', 'day'], [...this.wholeDays.values()])
    await tx.insert(sessionRowTable, this.sessions, 'replace')
    await tx.insert(dayRowTable, this.days, 'replace')
  }
}
