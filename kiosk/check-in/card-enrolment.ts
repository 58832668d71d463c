/**
 * Enrolling a card that staff asked for: card, away, card. Two readings of one card with removal between must be equal;
 * a card that changes its number each time differs, and is refused before anybody relies on it. Pure.
 */
import type { CardHex, CardUse } from '../../central-sync/protocol/card.ts'
import type { RefusalCode } from '../../central-sync/protocol/refusal.ts'
import type { Instant } from '../../central-sync/protocol/time.ts'

export type EnrolmentStep = 'first' | 'away' | 'second' | 'sending'

export interface CardEnrolment {
  readonly token: string
  /** Whom the staff named, as the screen says it. */
  readonly greeting: string
  readonly expires: Instant
  readonly step: EnrolmentStep
  readonly first?: { readonly hex: CardHex; readonly at: number } | undefined
}

/** A touch as far as enrolment cares; `at` monotonic ms. */
export interface EnrolmentTouch {
  readonly hex: CardHex
  readonly usable: CardUse
  readonly at: number
}

export type EnrolmentOutcome =
  | { readonly kind: 'going'; readonly next: CardEnrolment }
  | { readonly kind: 'read'; readonly next: CardEnrolment; readonly hex: CardHex }
  | { readonly kind: 'failed'; readonly code: RefusalCode }

/** A reader that does not notice removal: the same card counts as laid down anew after this long. */
export const AWAY_MS = 3_500

export function beginEnrolment(frame: { token: string; greeting: string; expires: Instant }): CardEnrolment {
  return { ...frame, step: 'first' }
}

/** What one touch does to the enrolment. */
export function touchForEnrolment(enrolment: CardEnrolment, touch: EnrolmentTouch): EnrolmentOutcome {
  if (enrolment.step === 'sending') return { kind: 'going', next: enrolment }
  if (!touch.usable.ok) return { kind: 'failed', code: touch.usable.refusal.refused }
  const { first } = enrolment
  if (first === undefined) {
    return { kind: 'going', next: { ...enrolment, step: 'away', first: { hex: touch.hex, at: touch.at } } }
  }
  if (first.hex !== touch.hex) return { kind: 'failed', code: 'card_differs' }
  if (enrolment.step === 'away' && touch.at - first.at < AWAY_MS) return { kind: 'going', next: enrolment }
  return { kind: 'read', next: { ...enrolment, step: 'sending' }, hex: touch.hex }
}

/** The card was lifted (or, without a sensor for it, enough time has passed). */
export function liftForEnrolment(enrolment: CardEnrolment): CardEnrolment {
  return enrolment.step === 'away' ? { ...enrolment, step: 'second' } : enrolment
}
