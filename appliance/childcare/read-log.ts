/** Opening what is sealed about a child is itself a fact: written before the content is shown, every time (P20). */
import type { Journal } from '../../central-sync/journal/port.ts'
import { childNotesRead } from '../../central-sync/protocol/event/childcare.ts'
import type { ChildId, StaffId } from '../../central-sync/protocol/identifier.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'

export type Opened = 'health' | 'guardians' | 'pickups' | 'blocks'

export interface OpenedOnce {
  readonly at: Instant
  readonly staff: StaffId
  readonly what: Opened
}

const LISTED_MAX = 500

export class ReadLog {
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** Resolves when it is on disk: what could not be noted is not shown. */
  async note(child: ChildId, what: Opened, staff: StaffId): Promise<void> {
    await this.#journal.write('child.read', async (tx) => {
      tx.append({ event: childNotesRead, data: { child, staff, what }, subject: child, by: staff })
    })
  }

  /** Newest first. */
  of(child: ChildId): Promise<OpenedOnce[]> {
    return this.#journal.read.all<OpenedOnce>(
      'SELECT at, staff, what FROM child_read WHERE child = ? ORDER BY at DESC, entry DESC LIMIT ?',
      [child, LISTED_MAX],
    )
  }
}
