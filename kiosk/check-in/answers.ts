/**
 * What the appliance said about the taps of the last minutes. The page gets the part it shows; the rest (what a
 * correction must cite) stays here until the person answers or leaves.
 */
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import { type Clock, MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { DeviceRecord, KioskRecord, TapAnswer } from '../../central-sync/protocol/wire/device.ts'
import type { SeatWord } from '../../central-sync/protocol/wire/seat.ts'
import type { KioskEvent, ShownAnswer } from './kiosk-event.ts'
import type { OwnTaps } from './own-taps.ts'
import type { Roster } from './roster.ts'
import { tapReport } from './tap-report.ts'

export interface AnswersOptions {
  readonly own: OwnTaps
  readonly roster: Roster
  readonly clock: Clock
  readonly place: string
  tell(event: KioskEvent): void
  report(line: string): void
}

/** Nobody stands before the screen longer than this. */
const REMEMBERED_MS = 10 * MINUTE_MS

export class Answers {
  readonly #options: AnswersOptions
  readonly #answers = new Map<EventId, { readonly answer: TapAnswer; readonly at: number }>()
  readonly #seats = new Map<EventId, SeatWord>()

  constructor(options: AnswersOptions) {
    this.#options = options
  }

  /** The newest answer about a tap of the last minutes. */
  of(tap: EventId): TapAnswer | undefined {
    return this.#answers.get(tap)?.answer
  }

  /** What was said last about the seat of a tap of the last minutes. */
  seatOf(tap: EventId): SeatWord | undefined {
    return this.#seats.get(tap)
  }

  /** The appliance speaks of seats, of taps that are still remembered here: others are no longer anybody's screen. */
  takeSeats(seats: readonly SeatWord[]): void {
    for (const word of seats) {
      if (!this.#answers.has(word.tap)) continue
      this.#seats.set(word.tap, word)
      const { tap, ...seat } = word
      this.#options.tell({ t: 'seat', id: tap, seat })
    }
  }

  /** The appliance has committed `records` and says what it made of them. */
  take(records: readonly KioskRecord[], answers: readonly TapAnswer[]): void {
    const byId = new Map(answers.map((answer) => [answer.id, answer]))
    for (const record of records) {
      const answer = byId.get(record.t === 'tap' ? record.tap.id : record.id)
      if (record.t === 'tap') this.#acknowledge(record, answer)
      const target = record.t === 'tap' ? record.tap.id : record.t === 'redirect' ? record.target : undefined
      if (answer !== undefined && target !== undefined) this.#believe(target, answer)
    }
  }

  #acknowledge({ tap: { id, wall, offset } }: DeviceRecord & { t: 'tap' }, answer: TapAnswer | undefined): void {
    this.#options.own.acknowledged(id)
    const time = answer?.time ?? wall + offset
    this.#options.report(tapReport('acknowledged', { id, time, result: answer?.result ?? null, code: answer?.code }))
  }

  /** An answer about a tap that was switched or undone since speaks of the past: the next one is on its way. */
  #believe(target: EventId, answer: TapAnswer): void {
    const { own, roster, clock, place, tell } = this.#options
    const { worker, result, time } = answer
    if (worker !== undefined) own.rename(target, worker)
    const tap = own.find(target)
    if (tap === undefined || tap.latest !== answer.id) return
    if (result === 'in' || result === 'out') {
      own.put({ ...tap, claim: result, state: 'standing' })
      if (worker !== undefined) roster.noteStanding(worker, { claim: result, time, place })
    } else {
      own.put({ ...tap, state: 'ignored' })
    }
    if (tap.keptAt === undefined) return
    this.#forgetOld()
    this.#answers.set(target, { answer, at: clock.monotonicMs() })
    tell({ t: 'answered', id: target, answer: shownPart(answer) })
  }

  #forgetOld(): void {
    const now = this.#options.clock.monotonicMs()
    for (const [id, { at }] of this.#answers) {
      if (now - at <= REMEMBERED_MS) continue
      this.#answers.delete(id)
      this.#seats.delete(id)
    }
  }
}

function shownPart(answer: TapAnswer): ShownAnswer {
  const { result, time, code, callName, language, standing, week, assignments, assignment, question } = answer
  return {
    result,
    time,
    code,
    callName: callName === '' ? undefined : callName,
    language,
    standing,
    week,
    assignments,
    assignment,
    ...(question === undefined
      ? {}
      : {
          question: {
            day: question.day,
            start: question.start,
            place: question.place,
            ...(question.suggestion === undefined ? {} : { suggestion: question.suggestion }),
          },
        }),
  }
}
