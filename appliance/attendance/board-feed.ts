/** Says when the board would look different, at most a few times a second, and counts heads for the idle screen. */

import type { z } from 'zod'
import type { Journal, StoredEntry } from '../../central-sync/journal/port.ts'
import { countPresent } from '../../central-sync/journal/projections/attendance-read.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'
import { type Clock, rollOverAfter } from '../../central-sync/protocol/time.ts'
import type { boardNumbers } from '../../central-sync/protocol/wire/device.ts'
import { ownName } from './own-place.ts'

export type BoardNumbers = z.infer<typeof boardNumbers>

/** What on the staff pages may look different now. */
export type Topic = 'today' | 'people' | 'corrections' | 'work' | 'devices' | 'sync' | 'staff' | 'seats' | 'childcare'

const QUIET_MS = 250
const FRESH_MS = 1_000

const TOPICS: readonly (readonly [RegExp, readonly Topic[]])[] = [
  [/^tap\./, ['today']],
  [/^(correction|session)\./, ['corrections', 'today']],
  [/^(worker|card|centre|site)\./, ['people', 'today']],
  [/^(device|card-key)\./, ['devices', 'today']],
  [/^(assignment|package|share|rate|work|client|order|payroll)\./, ['work', 'today']],
  [/^staff\./, ['staff']],
  [/^(resource|hours|closure|series)\./, ['seats']],
  // A seat that asks, a parent who has not come: tasks of today.
  [/^(booking|waiting)\./, ['seats', 'today']],
  // Reading notes changes nothing that is shown: a page that opens them would refresh itself for ever.
  [/^(care|guardian|pickup|shift)\.|^child\.(?!notes-read)/, ['childcare', 'today']],
]

export interface BoardFeedOptions {
  readonly journal: Journal
  readonly site: SiteId
  readonly clock: Clock
  changed(topics: readonly Topic[], numbers: BoardNumbers | undefined): void
}

export class BoardFeed implements Disposable {
  readonly #options: BoardFeedOptions
  readonly #due = new Set<Topic>()
  #timer: NodeJS.Timeout | undefined
  #rollOver: NodeJS.Timeout | undefined
  #recount: NodeJS.Timeout | undefined
  #unsubscribe: (() => void) | undefined
  /** What the kiosks were told last. */
  #shown: Omit<BoardNumbers, 'at'> | undefined
  #counted: { readonly at: number; readonly numbers: Promise<BoardNumbers> } | undefined

  constructor(options: BoardFeedOptions) {
    this.#options = options
  }

  start(): void {
    this.#unsubscribe = this.#options.journal.onCommitted((entries) => this.note(topicsOf(entries)))
    this.#armRollOver()
  }

  /** Counted at most once a second, however many kiosks ask. */
  numbers(): Promise<BoardNumbers> {
    const now = this.#options.clock.monotonicMs()
    if (this.#counted === undefined || now - this.#counted.at > FRESH_MS) {
      this.#counted = { at: now, numbers: this.#count() }
    }
    return this.#counted.numbers
  }

  /** As far as followers have come: in a rush nobody's tap waits for a number on an idle screen. */
  async #count(): Promise<BoardNumbers> {
    const { journal, site, clock } = this.#options
    const at = clock.now()
    const present = await countPresent(journal.followed, site, at)
    return { at, present, centreName: await ownName(journal.followed, site) }
  }

  note(topics: Iterable<Topic>): void {
    for (const topic of topics) this.#due.add(topic)
    if (this.#due.size === 0 || this.#timer !== undefined) return
    this.#timer = setTimeout(() => this.#guard(this.#tell()), QUIET_MS)
    this.#timer.unref()
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#rollOver)
    clearTimeout(this.#recount)
    this.#unsubscribe?.()
  }

  async #tell(): Promise<void> {
    this.#timer = undefined
    const topics = [...this.#due]
    this.#due.clear()
    if (!topics.includes('today')) {
      this.#options.changed(topics, undefined)
      return
    }
    const numbers = await this.numbers()
    // Counted before the last change, perhaps: look once more when the second is over.
    if (this.#options.clock.monotonicMs() - (this.#counted?.at ?? 0) < FRESH_MS) this.#armRecount()
    this.#options.changed(topics, this.#isNews(numbers) ? numbers : undefined)
  }

  /** A board that could not be counted is counted with the next change. */
  #guard(work: Promise<void>): void {
    work.catch(() => {
      this.#counted = undefined
    })
  }

  #armRecount(): void {
    if (this.#recount !== undefined) return
    this.#recount = setTimeout(() => {
      this.#recount = undefined
      this.#guard(this.#tellNumbers())
    }, FRESH_MS)
    this.#recount.unref()
  }

  async #tellNumbers(): Promise<void> {
    const numbers = await this.numbers()
    if (this.#isNews(numbers)) this.#options.changed(['today'], numbers)
  }

  /** Only another number or another name of the centre is worth a push. */
  #isNews({ present, centreName }: BoardNumbers): boolean {
    const before = this.#shown
    this.#shown = { present, centreName }
    return before?.present !== present || before.centreName !== centreName
  }

  /** Everybody is out at 05:00 without any entry saying so. */
  #armRollOver(): void {
    const { clock } = this.#options
    const wait = Math.min(rollOverAfter(clock.now()) - clock.now() + 1_000, 3_600_000)
    this.#rollOver = setTimeout(() => {
      this.note(['today'])
      this.#armRollOver()
    }, wait)
    this.#rollOver.unref()
  }
}

export function topicsOf(entries: readonly StoredEntry[]): Set<Topic> {
  const topics = new Set<Topic>()
  for (const { t } of entries) {
    for (const [pattern, about] of TOPICS) {
      if (!pattern.test(t)) continue
      for (const topic of about) topics.add(topic)
    }
  }
  return topics
}
