/** Assignments with the titles of their packages, in memory by worker: what a kiosk offers to choose from. */
import type { Journal, Rows, StoredEntry } from '../../central-sync/journal/port.ts'
import { workChosen } from '../../central-sync/protocol/event/work.ts'
import type { AssignmentId, EventId, PackageId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { BusinessDay, Instant } from '../../central-sync/protocol/time.ts'
import { assignSession, type Choice } from '../../central-sync/rules/assign-session.ts'
import { KeptFresh } from '../worker/kept-fresh.ts'

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

interface ChoiceRow {
  id: EventId
  worker: WorkerId
  tap: EventId
  assignment: AssignmentId
  time: Instant
  chosen_at: Instant
}

/** Choices kept per worker: the newest decide what is proposed. */
const REMEMBERED_MAX = 20
/** At most this many fit on the screen and in the frame. */
const CHOICES_MAX = 20

export class AssignmentBook {
  readonly #read: Rows
  #byWorker = new Map<WorkerId, AssignmentEntry[]>()
  #choices = new Map<WorkerId, Choice[]>()
  readonly #kept = new KeptFresh(() => this.#reload())

  constructor(read: Rows) {
    this.#read = read
  }

  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => {
      for (const entry of entries) if (entry.t === workChosen.type) this.#noteChoice(entry)
      if (entries.some(({ t }) => t.startsWith('assignment.') || t === 'package.made')) this.#kept.note()
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

  /** What the time beginning with `tap` counts for as long as nobody says otherwise. */
  defaultFor(worker: WorkerId, day: BusinessDay, startedAt: Instant, tap: EventId): AssignmentId | undefined {
    const valid = this.all(worker).map((entry) => ({ ...entry, last: entry.last ?? undefined }))
    if (valid.length === 0) return undefined
    return assignSession({ day, startedAt, cites: [tap] }, this.#choices.get(worker) ?? [], valid)?.assignment
  }

  #noteChoice({ id, d, at }: StoredEntry): void {
    const parsed = workChosen.data.safeParse(d)
    if (parsed.success)
      this.#remember(this.#choices, parsed.data.worker, { id, ...parsed.data, time: at, chosenAt: at })
  }

  #remember(choices: Map<WorkerId, Choice[]>, worker: WorkerId, choice: Choice): void {
    const list = choices.get(worker) ?? []
    list.push(choice)
    choices.set(worker, list.slice(-REMEMBERED_MAX))
  }

  load(): Promise<void> {
    return this.#kept.load()
  }

  async #reload(): Promise<void> {
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
    await this.#reloadChoices()
  }

  async #reloadChoices(): Promise<void> {
    const rows = await this.#read.all<ChoiceRow>(
      `SELECT w.id, w.worker, w.tap, w.assignment, w.chosen_at, coalesce(t.time, w.chosen_at) AS time
         FROM work_choice w LEFT JOIN tap t ON t.id = w.tap ORDER BY w.chosen_at, w.id`,
    )
    const next = new Map<WorkerId, Choice[]>()
    for (const { chosen_at, worker, ...choice } of rows)
      this.#remember(next, worker, { ...choice, chosenAt: chosen_at })
    this.#choices = next
  }
}

function entryOf(row: BookRow): AssignmentEntry {
  const { assignment, title, kind, from_day, last_day } = row
  return { assignment, package: row.package, title: title ?? '', kind: kind ?? '', from: from_day, last: last_day }
}
