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
      if (holder !== undefined) {
        if (holder.staff !== card.staff) return refuse('card_taken')
        await this.#learn(tx, holder, card, by)
        return { card: holder.card }
      }
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

  /**
   * A card that was shown with its PIN and matched under an older key of the network gets its digest under the newer one
   * as well, as a worker's card does at a tap. A number that has become a worker's card meanwhile is left alone.
   */
  async renew(digests: readonly CardDigest[]): Promise<void> {
    await this.#options.journal.write('staff-card.renew', async (tx) => {
      const holder = await holderOf(tx, digests)
      if (holder === undefined || (await isWorkerCard(tx, digests))) return
      const row = await tx.one<{ tail: string }>('SELECT tail FROM staff_card WHERE card = ?', [holder.card])
      await this.#learn(tx, holder, { digests, tail: row?.tail ?? '' }, 'system')
    })
  }

  /** Is one of these a digest that a card in use does not have yet? Reads only. */
  async hasNew(digests: readonly CardDigest[]): Promise<boolean> {
    const { read } = this.#options.journal
    const holder = await holderOf(read, digests)
    return holder !== undefined && (await freshOf(read, holder.card, digests)).length > 0
  }

  /** The digests of a known card that were not known. */
  async #learn(
    tx: Tx,
    { card, staff }: { card: CardId; staff: StaffId },
    { digests, tail }: Pick<NewStaffCard, 'digests' | 'tail'>,
    by: string,
  ): Promise<void> {
    const fresh = await freshOf(tx, card, digests)
    if (fresh.length === 0) return
    tx.append({ event: staffCardEnrolled, data: { card, staff, digests: fresh, tail }, subject: staff, by })
  }

  /** Cards in use that the newest key of the network does not know: at a kiosk they count only while the older key does. */
  async behind(): Promise<ReadonlySet<CardId>> {
    const rows = await this.#options.journal.read.all<{ card: CardId }>(CARDS_BEHIND)
    return new Set(rows.map(({ card }) => card))
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

const CARDS_BEHIND = `SELECT c.card FROM staff_card c JOIN staff f ON f.staff = c.staff AND f.active = 1
  WHERE c.revoked_at IS NULL AND NOT EXISTS (
    SELECT 1 FROM staff_card_digest d WHERE d.card = c.card AND d.k >= (SELECT coalesce(max(key_version), 0) FROM card_key))`

/** How many staff cards wait to be laid on a kiosk once more. */
export async function countCardsBehind(rows: Rows): Promise<number> {
  const row = await rows.one<{ n: number }>(`SELECT count(*) AS n FROM (${CARDS_BEHIND})`)
  return row?.n ?? 0
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

/** Those under a key by which the card is not known. */
async function freshOf(rows: Rows, card: CardId, digests: readonly CardDigest[]): Promise<CardDigest[]> {
  const known = await rows.all<{ k: number }>('SELECT k FROM staff_card_digest WHERE card = ?', [card])
  return digests.filter(({ k }) => !known.some((one) => one.k === k))
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
