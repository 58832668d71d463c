/**
 * One touch = one tap. A reader that notices removal keeps a card "the same touch" until 1.5 s after it was taken away; a
 * reader that only types repeats a lying card, so the same number within 3 s of its last appearance is the same touch
 * (sliding). A different number passes at once. Kept per (reader, number); time is monotonic.
 */

/** Same number on a reader that does not notice removal: one touch while it keeps coming within this time. */
export const SAME_TOUCH_MS = 3_000
/** After a noticed removal the same card is a new touch only later than this: cards flicker at the edge of the field. */
export const AFTER_REMOVAL_MS = 1_500
/** Two numbers on one reader closer than this cannot be two persons: the cards lie on each other in a purse. */
export const TOGETHER_MS = 500

/** `report` = a new touch; `same-touch` = swallowed. `beside` = the other number that lay there at the same time. */
export interface TouchVerdict {
  readonly verdict: 'report' | 'same-touch'
  readonly beside?: string | undefined
}

interface Seen {
  readonly lastAt: number
  /** Undefined = the card still lies there, or the reader cannot say. */
  readonly removedAt: number | undefined
}

export interface DebouncerOptions {
  /** The transport reports removal (PC/SC, simulated). */
  readonly noticesRemoval: boolean
  /** Two numbers at once mean two cards in one hand; false where a stream has no field and no hand (`lines`). */
  readonly hasField: boolean
}

export class TouchDebouncer {
  readonly #noticesRemoval: boolean
  readonly #hasField: boolean
  readonly #seen = new Map<string, Map<string, Seen>>()

  constructor({ noticesRemoval, hasField }: DebouncerOptions) {
    this.#noticesRemoval = noticesRemoval
    this.#hasField = hasField
  }

  /** Judges a number that appeared on a reader at `at` (monotonic ms). */
  touch(readerId: string, hex: string, at: number): TouchVerdict {
    const cards = this.#cardsOf(readerId, at)
    const known = cards.has(hex)
    const beside = this.#hasField ? this.#besides(cards, hex, at) : undefined
    // One field gives one number: whatever it gave before lies there no longer.
    this.removed(readerId, at)
    cards.set(hex, { lastAt: at, removedAt: undefined })
    return { verdict: known ? 'same-touch' : 'report', beside }
  }

  /** The card (or every card) was taken away from a reader that notices it. */
  removed(readerId: string, at: number): void {
    const cards = this.#seen.get(readerId)
    if (cards === undefined) return
    for (const [hex, seen] of cards) cards.set(hex, { lastAt: seen.lastAt, removedAt: seen.removedAt ?? at })
  }

  /** Another number of the last half second that nobody was seen to take away. */
  #besides(cards: ReadonlyMap<string, Seen>, hex: string, at: number): string | undefined {
    return [...cards].find(
      ([other, { lastAt, removedAt }]) => other !== hex && removedAt === undefined && at - lastAt < TOGETHER_MS,
    )?.[0]
  }

  /** The numbers that still count, without those whose time is over: so the memory is bounded and holds no old number. */
  #cardsOf(readerId: string, at: number): Map<string, Seen> {
    const cards = this.#seen.get(readerId) ?? new Map<string, Seen>()
    this.#seen.set(readerId, cards)
    for (const [hex, seen] of cards) if (this.#isOver(seen, at)) cards.delete(hex)
    return cards
  }

  #isOver({ lastAt, removedAt }: Seen, at: number): boolean {
    if (!this.#noticesRemoval) return at - lastAt >= SAME_TOUCH_MS
    return removedAt !== undefined && at - removedAt >= AFTER_REMOVAL_MS
  }
}
