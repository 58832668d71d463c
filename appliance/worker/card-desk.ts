/** Cards: enrol, revoke, replace. A digest belongs to at most one card that is in use; history is kept. */
import type { Draft, Journal, Tx } from '../../central-sync/journal/port.ts'
import { type CardKey, cardDigest, cardTail, readCardNumber } from '../../central-sync/protocol/card.ts'
import { type CardDigest, cardEnrolled, cardRevoked } from '../../central-sync/protocol/event/person.ts'
import { type CardId, newIdentifier, type SiteId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { isStaffCard } from '../staff/staff-card-desk.ts'

export type RevokeReason = 'lost' | 'broken' | 'returned' | 'replaced' | 'misused'

export interface NewCard {
  readonly worker: WorkerId
  readonly digests: readonly CardDigest[]
  /** Last two bytes in hex. */
  readonly tail: string
}

export interface CardDeskOptions {
  readonly journal: Journal
  readonly site: SiteId
  /** Newest first, at most two. */
  cardKeys(): readonly CardKey[]
}

export class CardDesk {
  readonly #options: CardDeskOptions

  constructor(options: CardDeskOptions) {
    this.#options = options
  }

  enrol(card: NewCard, by: string): Promise<{ card: CardId } | Refusal> {
    return this.#options.journal.write('card.enrol', async (tx) => {
      const checked = await checkNewCard(tx, card, this.#options.site)
      if (checked !== undefined) return isRefusal(checked) ? checked : { card: checked.card }
      const draft = enrolDraft(card, by)
      tx.append([draft])
      return { card: (draft.data as { card: CardId }).card }
    })
  }

  /** By the number printed on the card or read elsewhere. Refuses what enrolment at a kiosk refuses. */
  async enrolNumber(worker: WorkerId, number: string, by: string): Promise<{ card: CardId } | Refusal> {
    const hex = readCardNumber(number)
    if (isRefusal(hex)) return hex
    return this.enrol({ worker, digests: this.digestsOf(hex), tail: cardTail(hex) }, by)
  }

  digestsOf(hex: Parameters<typeof cardDigest>[0]): CardDigest[] {
    return this.#options.cardKeys().map((key) => cardDigest(hex, key))
  }

  /** Revoked by anyone is revoked; a second time changes nothing. */
  revoke(card: CardId, reason: RevokeReason, by: string): Promise<undefined | Refusal> {
    return this.#options.journal.write('card.revoke', async (tx) => {
      const row = await tx.one<{ revoked_at: number | null }>('SELECT revoked_at FROM card WHERE card = ?', [card])
      if (row === undefined) return refuse('card_unknown')
      if (row.revoked_at === null) tx.append({ event: cardRevoked, data: { card, reason }, by })
      return undefined
    })
  }

  async holder(card: CardId): Promise<WorkerId | undefined> {
    const row = await this.#options.journal.read.one<{ worker: WorkerId | null }>(
      'SELECT worker FROM card WHERE card = ?',
      [card],
    )
    return row?.worker ?? undefined
  }
}

/** Undefined when the card may be enrolled; the card itself when this worker has it already. */
export async function checkNewCard(
  tx: Tx,
  card: NewCard,
  site: SiteId,
): Promise<Refusal | { card: CardId } | undefined> {
  const worker = await tx.one<{ home: SiteId; active: number }>('SELECT home, active FROM worker WHERE worker = ?', [
    card.worker,
  ])
  if (worker === undefined || worker.active === 0) return refuse('worker_unknown')
  // A worker's cards are her home centre's to give.
  if (worker.home !== site) return refuse('not_allowed')
  const holders = await tx.all<{ card: CardId; worker: WorkerId }>(
    `SELECT DISTINCT c.card, c.worker FROM json_each(?) j
       JOIN card_digest d ON d.k = json_extract(j.value, '$.k') AND d.h = json_extract(j.value, '$.h')
       JOIN card c ON c.card = d.card WHERE c.revoked_at IS NULL`,
    [JSON.stringify(card.digests)],
  )
  const [holder] = holders
  if (holder === undefined) return (await isStaffCard(tx, card.digests)) ? refuse('card_taken') : undefined
  return holder.worker === card.worker ? { card: holder.card } : refuse('card_taken')
}

export function enrolDraft({ worker, digests, tail }: NewCard, by: string): Draft {
  const data = { card: newIdentifier('card'), worker, digests: [...digests], tail }
  return { event: cardEnrolled, data, subject: worker, by } as Draft
}
