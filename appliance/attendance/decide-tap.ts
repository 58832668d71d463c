/**
 * Decides how one tap is kept. Pure: the desk gathers what the centre knows of the card, this reads it. A tap is never
 * refused for what it says: an unknown or revoked card, a clock from 2063 are facts about the tap, kept with it.
 */
import type { ClockQuality, TapEvidence, tapRecorded } from '../../central-sync/protocol/event/attendance.ts'
import type { DataOf } from '../../central-sync/protocol/event/definition.ts'
import type { CardDigest } from '../../central-sync/protocol/event/person.ts'
import type { CardId, DeviceId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'
import { receivedClock } from '../../central-sync/rules/clock-quality.ts'
import type { AttendancePolicy } from '../../central-sync/rules/policy.ts'

/** What the centre knows of the digests of a tap. */
export interface KnownCard {
  readonly card: CardId
  readonly worker: WorkerId
  readonly revoked: boolean
  /** The digest that matched. */
  readonly matched: CardDigest
}

export interface TapFacts {
  readonly site: SiteId
  readonly device: DeviceId
  /** The appliance's own time at receipt, and how far it trusts it. */
  readonly now: Instant
  readonly ownClock: ClockQuality
  /** No tap can be older than the program that took it. */
  readonly builtAt: Instant
  readonly policy: AttendancePolicy
  readonly card: KnownCard | undefined
  /** For a tap without a card: whether the named worker is registered. */
  readonly workerKnown: boolean
}

export type TapData = DataOf<typeof tapRecorded>

export function decideTap(tap: TapEvidence, facts: TapFacts): TapData {
  const { now, ownClock, builtAt, policy } = facts
  const { clock: claimed, offsetAge } = tap
  const time = tap.wall + tap.offset
  return {
    ...tap,
    site: facts.site,
    device: facts.device,
    time,
    clock: receivedClock({ time, claimed, offsetAge, receivedAt: now, appliance: ownClock, builtAt }, policy),
    ...identityOf(tap, facts),
  }
}

/** A revoked card names the card but no worker: it touches no session, and staff can still tell whose it was. */
function identityOf(tap: TapEvidence, { card, workerKnown }: TapFacts): Pick<TapData, 'known' | 'worker' | 'card'> {
  if (tap.digests.length === 0) {
    return workerKnown ? { known: 'known', worker: tap.worker } : { known: 'unknown_card', worker: undefined }
  }
  if (card === undefined) return { known: 'unknown_card', worker: undefined }
  if (card.revoked) return { known: 'revoked_card', card: card.card, worker: undefined }
  return { known: 'known', card: card.card, worker: card.worker }
}

/**
 * The digest to add when a card was recognised by its digest under an older key and the tap also carries one under a
 * newer key: from then on the card is found under the new key alone.
 */
export function newerDigest(tap: TapEvidence, card: KnownCard | undefined): CardDigest | undefined {
  if (card === undefined || card.revoked) return undefined
  return tap.digests.find((digest) => digest.k > card.matched.k)
}
