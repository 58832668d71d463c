/** How each person is greeted on a shared screen: code, chosen call name, language. In memory, kept by the commits. */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { Language } from '../../central-sync/protocol/event/place.ts'
import type { WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { Person } from './directory.ts'
import { KeptFresh } from './kept-fresh.ts'

export interface Greeting {
  /** `W001` at home, `ITO-W001` elsewhere. */
  readonly code: string
  readonly callName: string
  readonly language: Language
}

/** Entries after which somebody may be greeted otherwise. */
export const PERSON_TYPES: ReadonlySet<string> = new Set([
  'worker.registered',
  'worker.changed',
  'worker.introduced',
  'centre.named',
  'site.admitted',
])

export interface PersonSource {
  all(): Promise<readonly Person[]>
}

export class Greetings {
  readonly #people: PersonSource
  #byWorker = new Map<WorkerId, Greeting>()
  readonly #kept = new KeptFresh(() => this.#reload())

  constructor(people: PersonSource) {
    this.#people = people
  }

  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => {
      if (entries.some(({ t }) => PERSON_TYPES.has(t))) this.#kept.note()
    })
    await this.load()
    return stop
  }

  get isFresh(): boolean {
    return this.#kept.isFresh
  }

  fresh(): Promise<void> {
    return this.#kept.fresh()
  }

  /** Undefined for somebody who is not registered. */
  of(worker: WorkerId): Greeting | undefined {
    return this.#byWorker.get(worker)
  }

  load(): Promise<void> {
    return this.#kept.load()
  }

  async #reload(): Promise<void> {
    const next = new Map<WorkerId, Greeting>()
    for (const { worker, shownCode, callName, language } of await this.#people.all()) {
      next.set(worker, Object.freeze({ code: shownCode, callName, language }))
    }
    this.#byWorker = next
  }
}
