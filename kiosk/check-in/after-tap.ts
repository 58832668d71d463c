/** What a person may still say about her tap: switch, undo, which work it was for, when she left yesterday. */
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { AssignmentId, EventId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import type { KioskRecord } from '../../central-sync/protocol/wire/device.ts'
import type { Answers } from './answers.ts'
import type { KioskEvent } from './kiosk-event.ts'
import type { KioskLog } from './kiosk-log.ts'
import type { OwnTaps } from './own-taps.ts'
import type { RecordWriter } from './record-writer.ts'
import { type Amended, type OwnTap, switchTap, undoTap } from './tap-gate.ts'

export interface AfterTapOptions {
  readonly writer: RecordWriter
  readonly own: OwnTaps
  readonly answers: Answers
  readonly clock: Clock
  readonly log: KioskLog
  tell(event: KioskEvent): void
  /** Something was appended: send it. */
  nudge(): void
}

const nothing = () => undefined

export class AfterTap {
  readonly #options: AfterTapOptions

  constructor(options: AfterTapOptions) {
    this.#options = options
  }

  /** "That was the wrong direction", within ten seconds. */
  switchDirection(target: EventId, claim: Direction): Promise<Refusal | undefined> {
    const amend = (tap: OwnTap, mono: number, id: EventId) => switchTap(tap, claim, mono, id)
    const record = (id: EventId, afterMs: number) => ({ t: 'redirect', id, target, claim, afterMs }) as const
    return this.#amend(target, amend, record, { t: 'switched', id: target, claim })
  }

  /** "Take it back", within thirty seconds. */
  undo(target: EventId): Promise<Refusal | undefined> {
    const record = (id: EventId, afterMs: number) => ({ t: 'void', id, target, afterMs }) as const
    return this.#amend(target, undoTap, record, { t: 'voided', id: target })
  }

  /** Which work this time is for: one of those the answer named. */
  async choose(target: EventId, assignment: AssignmentId): Promise<Refusal | undefined> {
    const answer = this.#options.answers.of(target)
    if (answer === undefined) return refuse('tap_unknown')
    if (!answer.assignments?.some((one) => one.assignment === assignment)) return refuse('assignment_unknown')
    const record = (id: EventId) => ({ t: 'choose', id, tap: target, assignment }) as const
    return this.#append(record, { t: 'chosen', id: target, assignment })
  }

  /** "This seat, please": the one that was offered. Whether she gets it the appliance says; until then it is asked. */
  async takeSeat(target: EventId, resource: ResourceId): Promise<Refusal | undefined> {
    const seat = this.#options.answers.seatOf(target)
    if (seat?.state !== 'offered' || seat.resource !== resource) return refuse('seat_taken')
    const { name, from, until } = seat
    const record = (id: EventId) => ({ t: 'seat', id, tap: target, resource }) as const
    return this.#append(record, { t: 'seat', id: target, seat: { state: 'asked', resource, name, from, until } })
  }

  /** "When did you leave yesterday?": files a correction request. Skipping it says nothing and leaves the day pending. */
  async tellEnd(target: EventId, end: Instant): Promise<Refusal | undefined> {
    const question = this.#options.answers.of(target)?.question
    if (question === undefined) return refuse('tap_unknown')
    const { day, base, taps, start, place } = question
    if (end <= start) return refuse('interval_invalid')
    const wanted = [{ start, end, place }]
    const record = (id: EventId) =>
      ({ t: 'answer', id, tap: target, day, base, taps, wanted, reason: 'forgot_out' }) as const
    return this.#append(record, { t: 'told', id: target })
  }

  #amend(
    target: EventId,
    amend: (tap: OwnTap, mono: number, id: EventId) => Amended | Refusal,
    record: (id: EventId, afterMs: number) => KioskRecord,
    told: KioskEvent,
  ): Promise<Refusal | undefined> {
    const { writer, own, clock } = this.#options
    const pressedAt = clock.monotonicMs()
    const appended = writer.append((id) => {
      const tap = own.find(target)
      const amended = tap === undefined ? refuse('tap_unknown') : amend(tap, pressedAt, id)
      if (tap === undefined || isRefusal(amended)) return isRefusal(amended) ? amended : refuse('tap_unknown')
      own.put(amended.tap)
      return { record: record(id, amended.afterMs), undo: () => own.put(tap) }
    })
    return this.#finish(appended, told)
  }

  #append(record: (id: EventId) => KioskRecord, told: KioskEvent): Promise<Refusal | undefined> {
    return this.#finish(
      this.#options.writer.append((id) => ({ record: record(id), undo: nothing })),
      told,
    )
  }

  async #finish(appended: Promise<EventId | Refusal>, told: KioskEvent): Promise<Refusal | undefined> {
    try {
      const result = await appended
      if (isRefusal(result)) return result
      this.#options.tell(told)
      this.#options.nudge()
      return undefined
    } catch (error) {
      this.#options.log.error({ error }, 'a press on the screen could not be kept')
      this.#options.tell({ t: 'problem', problem: 'not_kept' })
      return refuse('disk_full')
    }
  }
}
