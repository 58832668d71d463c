/**
 * Where the projector gets its entries from: the newest ones from memory, a backlog from the database. Of a long backlog
 * the next part is read on the reading connection while the followers are busy with this one.
 */
import type { JournalState } from './journal-state.ts'
import type { Rows, StoredEntry } from './port.ts'
import type { SqlTx } from './sql-tx.ts'
import { entriesAfter } from './stored-entry.ts'

/** Entries kept in memory until they were followed: the usual few batches, never a long backlog. */
const RECENT_MAX = 4_000

/** Positions with after < pos ≤ upTo. */
export interface EntryRange {
  readonly after: number
  readonly upTo: number
}

interface Ahead extends EntryRange {
  /** Undefined when reading failed: then it is read where the failure can be told. */
  readonly entries: Promise<readonly StoredEntry[] | undefined>
}

export class EntriesToFollow {
  private readonly reader: Rows
  private recent: readonly StoredEntry[] = []
  private ahead: Ahead | undefined

  constructor(reader: Rows) {
    this.reader = reader
  }

  /** Entries just committed, in order of arrival. Kept while they come right behind the followers, without a gap. */
  remember(entries: readonly StoredEntry[], projected: number): void {
    const first = entries[0]?.pos
    if (first === undefined) return
    const kept = this.recent.at(-1)?.pos === first - 1 ? this.recent : []
    const joined = kept.length === 0 ? entries : [...kept, ...entries]
    const whole = (joined[0]?.pos ?? 0) <= projected + 1
    this.recent = whole && joined.length <= RECENT_MAX ? joined : []
  }

  /** The entries of this range, as the transaction sees them. */
  async take(tx: SqlTx, state: JournalState, range: EntryRange): Promise<readonly StoredEntry[]> {
    const recent = this.fromMemory(range)
    if (recent !== undefined) return recent
    const entries = (await this.fromAhead(range)) ?? (await entriesAfter(tx, state.streams, limited(range)))
    this.readAhead(state, { after: range.upTo, upTo: range.upTo + (range.upTo - range.after) })
    return entries
  }

  /** Resolves when nothing is being read any more. */
  async settled(): Promise<void> {
    await this.ahead?.entries
  }

  /** When all of them are here; older ones are let go. */
  private fromMemory({ after, upTo }: EntryRange): readonly StoredEntry[] | undefined {
    const skip = after + 1 - (this.recent[0]?.pos ?? Number.POSITIVE_INFINITY)
    if (skip < 0 || (this.recent.at(-1)?.pos ?? 0) < upTo) return undefined
    this.recent = this.recent.slice(skip)
    return this.recent.slice(0, upTo - after)
  }

  private async fromAhead({ after, upTo }: EntryRange): Promise<readonly StoredEntry[] | undefined> {
    const { ahead } = this
    this.ahead = undefined
    return ahead?.after === after && ahead.upTo === upTo ? ahead.entries : undefined
  }

  /** Entries never change, so what is committed may be read at any time. */
  private readAhead(state: JournalState, range: EntryRange): void {
    if (state.head.pos < range.upTo) return
    const entries = entriesAfter(this.reader, state.streams, limited(range)).catch(() => undefined)
    this.ahead = { ...range, entries }
  }
}

function limited({ after, upTo }: EntryRange) {
  return { after, upTo, limit: upTo - after }
}
