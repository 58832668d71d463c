/**
 * Gives an unknown card to a person: the card is enrolled from the digests its taps carried, and its earlier taps are
 * attributed to her. Their time is proposed, never paid, until a person decides.
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { tapAttributed, tapRecorded } from '../../central-sync/protocol/event/attendance.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { CardId, EventId, SiteId, StaffId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { DAY_MS } from '../../central-sync/protocol/time.ts'
import { checkNewCard, enrolDraft } from '../worker/card-desk.ts'

/** How far back taps of the same card are looked for. */
const LOOK_BACK_MS = 92 * DAY_MS

export interface UnknownCardSources {
  readonly journal: Journal
  readonly site: SiteId
}

export async function attachCard(
  { tap, worker, by }: { tap: EventId; worker: WorkerId; by: StaffId },
  { journal, site }: UnknownCardSources,
): Promise<{ card: CardId; attributed: number } | Refusal> {
  const entry = await journal.entryById(tap)
  const parsed = entry?.t === tapRecorded.type ? tapRecorded.data.safeParse(entry.d) : undefined
  if (parsed?.success !== true) return refuse('tap_unknown')
  const { digests } = parsed.data
  if (digests.length === 0) return refuse('card_unknown')
  return journal.write('card.attach', async (tx) => {
    const card = { worker, digests, tail: '' }
    const checked = await checkNewCard(tx, card, site)
    if (isRefusal(checked)) return checked
    const id = checked?.card ?? enrolAnew(tx, card, by)
    const taps = await tapsOfCard(tx, digests)
    for (const target of taps) {
      tx.append({ event: tapAttributed, data: { target, worker, card: id }, subject: worker, by })
    }
    return { card: id, attributed: taps.length }
  })
}

function enrolAnew(tx: Tx, card: Parameters<typeof enrolDraft>[0], by: StaffId): CardId {
  const draft = enrolDraft(card, by)
  tx.append([draft])
  return (draft.data as { card: CardId }).card
}

/** Taps that count for nobody and carry one of these digests. The digests stand in the entries only. */
async function tapsOfCard(tx: Tx, digests: readonly CardDigest[]): Promise<EventId[]> {
  const wanted = new Set(digests.map(({ k, h }) => `${k}:${h}`))
  const rows = await tx.all<{ id: EventId; line: Buffer }>(
    `SELECT t.id, e.line FROM tap t JOIN entry e ON e.pos = t.entry_pos
      WHERE t.worker IS NULL AND t.known = 'unknown_card' AND t.time >= ? ORDER BY t.time`,
    [tx.now - LOOK_BACK_MS],
  )
  return rows
    .filter(({ line }) => {
      const entry = JSON.parse(line.toString('utf8')) as { d: { digests?: CardDigest[] } }
      return entry.d.digests?.some(({ k, h }) => wanted.has(`${k}:${h}`)) === true
    })
    .map(({ id }) => id)
}
