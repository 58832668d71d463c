/**
 * Every card the centre knows, in memory: digest → card, worker, revoked. Loaded from the projection, then kept by the
 * commits of the journal, so that a tap costs no query to know whose it is.
 */
import type { Journal, Rows, StoredEntry } from '../../central-sync/journal/port.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { CardId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { KnownCard } from './decide-tap.ts'

const CARD_TYPES = new Set(['card.enrolled', 'card.digest-added', 'card.revoked'])

interface DigestRow {
  k: number
  h: string
  card: CardId
  worker: WorkerId
  revoked: number
}

interface Holding {
  readonly card: CardId
  readonly worker: WorkerId
  readonly revoked: boolean
}

export class CardDirectory {
  readonly #read: Rows
  readonly #byDigest = new Map<string, Holding>()
  #stale = false
  #loading: Promise<void> | undefined

  constructor(read: Rows) {
    this.#read = read
  }

  /** Loads all cards and follows the journal from then on. Returns the unsubscriber. */
  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => this.#noteCommit(entries))
    await this.load()
    return stop
  }

  /** Card changes were committed since the last look: waits until they are known here. */
  async fresh(): Promise<void> {
    while (this.#stale || this.#loading !== undefined) await (this.#loading ?? this.load())
  }

  get isFresh(): boolean {
    return !this.#stale && this.#loading === undefined
  }

  /** The card of a tap. An unrevoked match wins over a revoked one, and the newest key over older ones. */
  find(digests: readonly CardDigest[]): KnownCard | undefined {
    let best: KnownCard | undefined
    for (const digest of digests) {
      const held = this.#byDigest.get(keyOf(digest))
      if (held === undefined) continue
      if (
        best === undefined ||
        (best.revoked && !held.revoked) ||
        (best.revoked === held.revoked && digest.k > best.matched.k)
      ) {
        best = { ...held, matched: digest }
      }
    }
    return best
  }

  #noteCommit(entries: readonly StoredEntry[]): void {
    if (!entries.some((entry) => CARD_TYPES.has(entry.t))) return
    this.#stale = true
    void this.load()
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
      const rows = await this.#read.all<DigestRow>(
        `SELECT d.k, d.h, d.card, c.worker, c.revoked_at IS NOT NULL AS revoked
           FROM card_digest d JOIN card c ON c.card = d.card`,
      )
      this.#byDigest.clear()
      // Revoked ones first, so that a number enrolled again after its loss belongs to its new holder.
      for (const row of rows.sort((a, b) => Number(b.revoked) - Number(a.revoked))) {
        this.#byDigest.set(keyOf(row), { card: row.card, worker: row.worker, revoked: row.revoked !== 0 })
      }
    } while (this.#stale)
  }
}

function keyOf({ k, h }: { k: number; h: string }): string {
  return `${k}:${h}`
}
