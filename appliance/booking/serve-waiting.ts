/**
 * Serves the waiting list: ends what is over, and offers what became free, one entry after the other in the order of the
 * rule. Each offer is a commit of its own, so that a guard that says no takes back that offer and nothing else.
 */
import type { Journal, Tx } from '../../central-sync/journal/port.ts'
import { demandDeclined, waitingOffered } from '../../central-sync/protocol/event/booking.ts'
import type { DataOf } from '../../central-sync/protocol/event/definition.ts'
import { newIdentifier, type WaitingId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type RefusalCode } from '../../central-sync/protocol/refusal.ts'
import { type Instant, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import { pickWaiting } from '../../central-sync/rules/pick-waiting.ts'
import { offerMinutes } from '../../central-sync/rules/waits.ts'
import type { CareParts } from '../childcare/book-care.ts'
import { holdPlaces, isGuardRefusal } from './hold-places.ts'
import { close, settleHolds } from './waiting-desk.ts'
import { entryOf, isWhole, openWaiting, type WaitingFact } from './waiting-facts.ts'

/** Offers of one run; what is left is served by the next. */
const ROUNDS_MAX = 200

const BY = 'system'

export class WaitingServer {
  readonly #journal: Journal
  readonly #care: CareParts
  /** Why an entry could not be served when it was tried last: what is kept as declined demand when its time begins. */
  readonly #why = new Map<WaitingId, RefusalCode>()

  constructor(journal: Journal, care: CareParts) {
    this.#journal = journal
    this.#care = care
  }

  /** Returns how many offers were made. Safe to call at any time. */
  async serve(): Promise<number> {
    if (!(await this.#hasOpen())) return 0
    const skipped = new Set<WaitingId>()
    let offers = 0
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      let tried: WaitingId | undefined
      try {
        const offered = await this.#journal.write('waiting.serve', (tx) =>
          this.#round(tx, skipped, (waiting) => {
            tried = waiting
          }),
        )
        if (!offered) return offers
        offers += 1
      } catch (error) {
        // A guard saw more than the rule: this entry waits on, the others are not held up by it.
        if (!isGuardRefusal(error) || tried === undefined) throw error
        this.#why.set(tried, error.refusal.refused)
        skipped.add(tried)
      }
    }
    return offers
  }

  async #hasOpen(): Promise<boolean> {
    const open = "SELECT 1 AS one FROM waiting WHERE state IN ('waiting', 'offered') LIMIT 1"
    return (await this.#journal.read.one(open)) !== undefined
  }

  /** Everything that is over, then the first entry that can be served. True: an offer was made, look again. */
  async #round(tx: Tx, skipped: Set<WaitingId>, trying: (waiting: WaitingId) => void): Promise<boolean> {
    const { waits } = await this.#care.floor.of(tx)
    let entries = (await openWaiting(tx)).map(entryOf)
    for (const { fact } of entries) {
      // One of two holds was taken back: the other alone is of no use to her.
      if (fact.state === 'offered' && !isWhole(fact)) {
        await settleHolds(
          tx,
          fact,
          { state: 'cancelled', why: fact.seatState === 'held' ? 'care_lost' : 'seat_lost' },
          BY,
        )
      }
    }
    for (;;) {
      const waiting = entries.filter(({ fact }) => !skipped.has(fact.waiting))
      const step = pickWaiting(waiting, { now: tx.now, offerMin: offerMinutes(tx.now, waits), fits: () => true })
      if (step === undefined) return false
      const { fact } = step.entry
      if (step.kind === 'offer') {
        trying(fact.waiting)
        if (await this.#offer(tx, fact, step.expires)) return true
        skipped.add(fact.waiting)
        continue
      }
      if (step.kind === 'expire') {
        await settleHolds(tx, fact, { state: 'expired', why: 'offer_expired' }, BY)
        close(tx, fact, 'expired', BY)
      } else {
        close(tx, fact, 'passed', BY)
        await this.#keepDemand(tx, fact)
      }
      await tx.project()
      entries = entries.filter((one) => one.fact.waiting !== fact.waiting)
    }
  }

  async #offer(tx: Tx, fact: WaitingFact, expires: Instant): Promise<boolean> {
    // Less than a minute before its time an offer could not be answered.
    if (expires - tx.now < MINUTE_MS) return false
    const { waiting, request, worker, day, start, end, want, child } = fact
    await tx.project()
    const wish = { request, worker, day, start, end, want, child, source: 'offer', by: BY, expires } as const
    const held = await holdPlaces(tx, this.#care, wish)
    if (isRefusal(held)) {
      this.#why.set(waiting, held.refused)
      return false
    }
    const { booking, care } = held
    const places = { ...(booking === undefined ? {} : { booking }), ...(care === undefined ? {} : { care }) }
    tx.append({ event: waitingOffered, data: { waiting, ...places, expires }, subject: worker, by: BY })
    this.#why.delete(waiting)
    return true
  }

  /** Waited in vain. Kept once: a refusal of the same wish before it joined the list is the same demand. */
  async #keepDemand(tx: Tx, { waiting, worker, day, start, end, want, child }: WaitingFact): Promise<void> {
    const why = this.#why.get(waiting) ?? (want === undefined ? 'ratio_exceeded' : 'booking_overlap')
    this.#why.delete(waiting)
    const known = await tx.one(
      'SELECT 1 AS one FROM demand WHERE worker = ? AND day = ? AND start_min = ? AND end_min = ?',
      [worker, day, start, end],
    )
    if (known !== undefined) return
    const what = whatOf({ want, child })
    const data = { demand: newIdentifier('demand'), what, day, start, end, why, source: 'offer', worker } as const
    tx.append({ event: demandDeclined, data, subject: worker, by: BY })
  }
}

function whatOf({ want, child }: Pick<WaitingFact, 'want' | 'child'>): DataOf<typeof demandDeclined>['what'] {
  if (child !== undefined) return want === undefined ? 'childcare' : 'pair'
  if (want === 'booth') return 'booth'
  return want === 'room' ? 'room' : 'seat'
}
