/** Assignments with the titles of their packages, in memory by worker: what a kiosk offers to choose from. */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import type { AssignmentId, PackageId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { BusinessDay } from '../../central-sync/protocol/time.ts'

export interface AssignmentEntry {
  readonly assignment: AssignmentId
  readonly package: PackageId
  readonly title: string
  readonly kind: string
  readonly from: BusinessDay
  readonly last: BusinessDay | null
}

interface BookRow {
  assignment: AssignmentId
  package: PackageId
  worker: WorkerId
  title: string | null
  kind: string | null
  from_day: BusinessDay
  last_day: BusinessDay | null
}

/** At most this many fit on the screen and in the frame. */
const CHOICES_MAX = 20

export class AssignmentBook {
  readonly #read: Rows
  #byWorker = new Map<WorkerId, AssignmentEntry[]>()
  #stale = false
  #loading: Promise<void> | undefined

  constructor(read: Rows) {
    this.#read = read
  }

  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => {
      if (!entries.some(({ t }) => t.startsWith('assignment.') || t === 'package.made')) return
      this.#stale = true
      void this.load()
    })
    await this.load()
    return stop
  }

  /** Newest first. */
  all(worker: WorkerId): readonly AssignmentEntry[] {
    return this.#byWorker.get(worker) ?? []
  }

  /** Those valid on `day`, as a kiosk shows them. */
  of(worker: WorkerId, day: BusinessDay): { assignment: AssignmentId; title: string }[] {
    return this.all(worker)
      .filter((entry) => entry.from <= day && (entry.last === null || entry.last >= day))
      .slice(0, CHOICES_MAX)
      .map(({ assignment, title }) => ({ assignment, title }))
  }

  load(): Promise<void> {
    this.#loading ??= this.#reload().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  async #reload(): Promise<void> {
    do {
      this.#stale = false
      const rows = await this.#read.all<BookRow>(
        `SELECT a.assignment, a.package, a.worker, p.title, p.kind, a.from_day, a.last_day
           FROM assignment a LEFT JOIN package p ON p.package = a.package
          ORDER BY a.from_day DESC, a.assignment DESC`,
      )
      const next = new Map<WorkerId, AssignmentEntry[]>()
      for (const row of rows) {
        const list = next.get(row.worker) ?? []
        list.push(entryOf(row))
        next.set(row.worker, list)
      }
      this.#byWorker = next
    } while (this.#stale)
  }
}

function entryOf(row: BookRow): AssignmentEntry {
  const { assignment, title, kind, from_day, last_day } = row
  return { assignment, package: row.package, title: title ?? '', kind: kind ?? '', from: from_day, last: last_day }
}
