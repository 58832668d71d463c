/**
 * Cards of staff. They prove who hands a child over and open no session of working time: a number that is a worker's card
 * is no staff card, and the other way round. Whoever is both has two cards.
 */
import type { Journal, Rows, Tx } from '../../central-sync/journal/port.ts'
import { type CardKey, cardDigest, cardTail, readCardNumber } from '../../central-sync/protocol/card.ts'
import { staffCardEnrolled, staffCardRevoked } from '../../central-sync/protocol/event/carer.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import { type CardId, newIdentifier, type StaffId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'

export interface NewStaffCard {
  readonly staff: StaffId
  readonly digests: readonly CardDigest[]
  /** Last two bytes in hex. */
  readonly tail: string
}

export interface StaffCard {
  readonly card: CardId
  readonly staff: StaffId
  readonly tail: string
  readonly enrolledAt: Instant
  readonly revokedAt: Instant | null
}

export interface StaffCardDeskOptions {
  readonly journal: Journal
  /** Newest first, at most two. */
  cardKeys(): readonly CardKey[]
}

export class StaffCardDesk {
  readonly #options: StaffCardDeskOptions

  constructor(options: StaffCardDeskOptions) {
    this.#options = options
  }

  enrol(card: NewStaffCard, by: string): Promise<{ card: CardId } | Refusal> {
    return this.#options.journal.write('staff-card.enrol', async (tx) => {
      const staff = await tx.one<{ active: number }>('SELECT active FROM staff WHERE staff = ?', [card.staff])
      if (staff === undefined || staff.active === 0) return refuse('not_found')
      if (await isWorkerCard(tx, card.digests)) return refuse('card_taken')
      const holder = await holderOf(tx, card.digests)
      if (holder !== undefined) return holder.staff === card.staff ? { card: holder.card } : refuse('card_taken')
      const id = newIdentifier('card')
      const { staff: owner, digests, tail } = card
      tx.append({
        event: staffCardEnrolled,
        data: { card: id, staff: owner, digests: [...digests], tail },
        subject: owner,
        by,
      })
      return { card: id }
    })
  }

  /** By the number printed on the card. Refuses what enrolment at a kiosk refuses. */
  async enrolNumber(staff: StaffId, number: string, by: string): Promise<{ card: CardId } | Refusal> {
    const hex = readCardNumber(number)
    if (isRefusal(hex)) return hex
    const digests = this.#options.cardKeys().map((key) => cardDigest(hex, key))
    return this.enrol({ staff, digests, tail: cardTail(hex) }, by)
  }

  /** A second time changes nothing. */
  revoke(card: CardId, by: string): Promise<undefined | Refusal> {
    return this.#options.journal.write('staff-card.revoke', async (tx) => {
      const row = await tx.one<{ staff: StaffId; revoked_at: number | null }>(
        'SELECT staff, revoked_at FROM staff_card WHERE card = ?',
        [card],
      )
      if (row === undefined) return refuse('card_unknown')
      if (row.revoked_at === null) tx.append({ event: staffCardRevoked, data: { card }, subject: row.staff, by })
      return undefined
    })
  }

  /** Whose card this is, while both card and account are in use. */
  async holder(digests: readonly CardDigest[]): Promise<StaffId | undefined> {
    return (await holderOf(this.#options.journal.read, digests))?.staff
  }

  /** Every card, newest first, revoked ones too. */
  all(): Promise<StaffCard[]> {
    return this.#options.journal.read.all<StaffCard>(
      `SELECT card, staff, tail, enrolled_at AS enrolledAt, revoked_at AS revokedAt FROM staff_card
        ORDER BY enrolled_at DESC, card`,
    )
  }

  /** Digests of the cards in use, for the sealed list of a kiosk. */
  async digestsInUse(): Promise<ReadonlyMap<StaffId, readonly CardDigest[]>> {
    const rows = await this.#options.journal.read.all<CardDigest & { staff: StaffId }>(
      `SELECT c.staff, d.k, d.h FROM staff_card c JOIN staff_card_digest d ON d.card = c.card
         JOIN staff f ON f.staff = c.staff AND f.active = 1 WHERE c.revoked_at IS NULL ORDER BY c.staff, d.k, d.h`,
    )
    const found = new Map<StaffId, CardDigest[]>()
    for (const { staff, k, h } of rows) found.set(staff, [...(found.get(staff) ?? []), { k, h }])
    return found
  }
}

function holderOf(rows: Rows, digests: readonly CardDigest[]): Promise<{ card: CardId; staff: StaffId } | undefined> {
  return rows.one<{ card: CardId; staff: StaffId }>(
    `SELECT c.card, c.staff FROM json_each(?) j
       JOIN staff_card_digest d ON d.k = json_extract(j.value, '$.k') AND d.h = json_extract(j.value, '$.h')
       JOIN staff_card c ON c.card = d.card JOIN staff f ON f.staff = c.staff AND f.active = 1
      WHERE c.revoked_at IS NULL LIMIT 1`,
    [JSON.stringify(digests)],
  )
}

async function isWorkerCard(tx: Tx, digests: readonly CardDigest[]): Promise<boolean> {
  const row = await tx.one(
    `SELECT 1 AS one FROM json_each(?) j
       JOIN card_digest d ON d.k = json_extract(j.value, '$.k') AND d.h = json_extract(j.value, '$.h')
       JOIN card c ON c.card = d.card WHERE c.revoked_at IS NULL LIMIT 1`,
    [JSON.stringify(digests)],
  )
  return row !== undefined
}

/** Is one of these the card of a member of staff? Then it is not given to a worker. */
export async function isStaffCard(rows: Rows, digests: readonly CardDigest[]): Promise<boolean> {
  return (await holderOf(rows, digests)) !== undefined
}
