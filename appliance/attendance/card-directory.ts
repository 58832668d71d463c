/**
 * Every card the centre knows, in memory: digest → card, worker, revoked. Loaded from the projection, then kept by the
 * commits of the journal, so that a tap costs no query to know whose it is.
 */
import type { Journal, Rows } from '../../central-sync/journal/port.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { CardId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { KeptFresh } from '../worker/kept-fresh.ts'
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
  readonly #kept = new KeptFresh(() => this.#reload())

  constructor(read: Rows) {
    this.#read = read
  }

  /** Loads all cards and follows the journal from then on. Returns the unsubscriber. */
  async follow(journal: Pick<Journal, 'onCommitted'>): Promise<() => void> {
    const stop = journal.onCommitted((entries) => {
      if (entries.some((entry) => CARD_TYPES.has(entry.t))) this.#kept.note()
    })
    await this.load()
    return stop
  }

  /** Waits until every committed change is known here. */
  fresh(): Promise<void> {
    return this.#kept.fresh()
  }

  get isFresh(): boolean {
    return this.#kept.isFresh
  }

  load(): Promise<void> {
    return this.#kept.load()
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

  async #reload(): Promise<void> {
    const rows = await this.#read.all<DigestRow>(
      `SELECT d.k, d.h, d.card, c.worker, c.revoked_at IS NOT NULL AS revoked
         FROM card_digest d JOIN card c ON c.card = d.card WHERE c.worker IS NOT NULL`,
    )
    this.#byDigest.clear()
    // Revoked ones first, so that a number enrolled again after its loss belongs to its new holder.
    for (const row of rows.sort((a, b) => Number(b.revoked) - Number(a.revoked))) {
      this.#byDigest.set(keyOf(row), { card: row.card, worker: row.worker, revoked: row.revoked !== 0 })
    }
  }
}

function keyOf({ k, h }: { k: number; h: string }): string {
  return `${k}:${h}`
}
