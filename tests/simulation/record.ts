/** What was seen in a world by the people in it. The auditor judges from this and from the disks, and from nothing else. */
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { Instant, Month } from '../../central-sync/protocol/time.ts'
import type { TapReport } from '../../kiosk/check-in/tap-report.ts'
import type { DiskEntry } from './disk.ts'
import type { PlannedRate } from './plan.ts'

/** One touch as the screen confirmed it. */
export interface SeenTap {
  readonly id: string
  readonly kiosk: number
  readonly person: number | undefined
  readonly card: string
  /** As shown. */
  readonly time: Instant
  /** When it truly was. */
  readonly truth: Instant
  readonly claim: Direction
  /** Accepted presses of "switch", in order. */
  readonly switches: Direction[]
  /** An accepted press of "undo". */
  voided: boolean
  acknowledged: boolean
  /** The kiosk or its centre had a wrong clock at the time, or had been started with one. */
  readonly doubtful: boolean
}

export interface ShownLine {
  readonly statement: string
  readonly worker_code: string
  readonly package: string
  readonly place: string
  readonly minutes: number
  readonly rate: string
  readonly yen: number
  readonly adjusts_month: string
}

export interface SeenClose {
  readonly month: Month
  readonly forced: boolean
  readonly at: Instant
  readonly lines: readonly ShownLine[]
  /** Prices the office had set by then, in that order. */
  readonly rates: readonly PlannedRate[]
  /** What the hub's disk held right after. */
  readonly entries: readonly DiskEntry[]
}

export class Record {
  readonly taps = new Map<string, SeenTap>()
  readonly sites: string[] = []
  readonly rates: PlannedRate[] = []
  readonly closes: SeenClose[] = []
  /** Commands that were answered with success: the entry each must have left. */
  readonly done: { readonly type: string; readonly mark: string }[] = []
  /** What should not have happened, in words. */
  readonly oddities: string[] = []
  /** Acknowledged before the screen was heard. */
  readonly #early = new Set<string>()

  see(tap: SeenTap): void {
    this.taps.set(tap.id, tap)
    if (this.#early.has(tap.id)) tap.acknowledged = true
  }

  reported({ tap, state }: TapReport): void {
    if (state !== 'acknowledged') return
    const seen = this.taps.get(tap)
    if (seen === undefined) this.#early.add(tap)
    else seen.acknowledged = true
  }
}
