/** Answers the frames of devices: records to the attendance desk, everything else from what the centre knows. */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { CardKey } from '../../central-sync/protocol/card.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { sealTo } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { DeviceFrame, ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import { CARD_KEY_INFO } from '../../central-sync/protocol/wire/enrolment.ts'
import type { SeatWord } from '../../central-sync/protocol/wire/seat.ts'
import type { AttendanceDesk } from '../attendance/attendance-desk.ts'
import type { BoardFeed } from '../attendance/board-feed.ts'
import type { DeviceCursors } from '../attendance/device-cursors.ts'
import type { DeviceAck } from '../attendance/device-record.ts'
import type { CareLine } from './care-line.ts'
import type { DeviceStates } from './device-states.ts'
import type { EnrolmentTokens } from './enrolment-tokens.ts'
import type { PinCheck } from './pin-check.ts'
import type { RosterBook } from './roster-book.ts'
import type { SeatLine } from './seat-line.ts'
import type { KnownDevice } from './server-session.ts'
import type { RecordRun } from './split-records.ts'

export interface FrameDeskOptions {
  readonly journal: Journal
  readonly clock: Clock
  readonly attendance: AttendanceDesk
  readonly cursors: DeviceCursors
  readonly states: DeviceStates
  readonly roster: RosterBook
  readonly pins: PinCheck
  readonly tokens: EnrolmentTokens
  readonly board: BoardFeed
  readonly care: CareLine
  readonly seats: SeatLine
  cardKeys(): readonly CardKey[]
}

export class FrameDesk {
  readonly #options: FrameDeskOptions

  constructor(options: FrameDeskOptions) {
    this.#options = options
  }

  have(device: DeviceId): Promise<number> {
    return this.#options.cursors.have(device)
  }

  /** What a device is told right after its welcome: card keys, the board, an enrolment that waits for it. */
  async greet(device: KnownDevice): Promise<ServerFrame[]> {
    const { board, tokens, care, seats } = this.#options
    const waiting = tokens.waitingFor(device.device)
    return [
      this.cardKeysFor(device.boxKey),
      { t: 'board', board: await board.numbers() },
      await care.purposeOf(device.device),
      ...(await seats.placesNow()),
      ...(waiting === undefined ? [] : [waiting]),
    ]
  }

  cardKeysFor(boxKey: string): ServerFrame {
    const keys = this.#options.cardKeys().slice(0, 2)
    return {
      t: 'card-keys',
      keys: keys.map(({ version, key }) => ({ version, box: sealTo(key, boxKey, CARD_KEY_INFO) })),
    }
  }

  /** One after the other, in the order of the device; the ack leaves when the last one is committed. */
  async records(device: KnownDevice, runs: readonly RecordRun[]): Promise<ServerFrame[]> {
    const { seats, clock } = this.#options
    const acks: DeviceAck[] = []
    const words: SeatWord[] = []
    for (const run of runs) {
      const ack = await this.#accept(device, run, words)
      acks.push(ack)
      if (run.kind === 'taps') words.push(...seats.wordsAfter(run.batch, ack.answers))
    }
    const answers = acks.flatMap((ack) => ack.answers)
    const quarantined = acks.flatMap((ack) => ack.quarantined)
    const ack: ServerFrame = { t: 'ack', seq: acks.at(-1)?.seq ?? 0, answers, quarantined, serverTime: clock.now() }
    return words.length === 0 ? [ack] : [ack, { t: 'seats', seats: words }]
  }

  #accept(device: KnownDevice, run: RecordRun, words: SeatWord[]): Promise<DeviceAck> {
    const { attendance, care, seats } = this.#options
    switch (run.kind) {
      case 'taps':
        return attendance.accept(run.batch)
      case 'care':
        return care.accept(device, run.arrivals)
      case 'seats':
        return seats.accept(device.device, run.arrivals, words)
    }
  }

  async answer(known: KnownDevice, frame: DeviceFrame): Promise<ServerFrame[]> {
    const { device } = known
    const { care, clock, cursors, states, roster, pins, tokens } = this.#options
    switch (frame.t) {
      case 'records':
        return []
      case 'complete':
        // It cannot be complete beyond what has arrived here: then its word is about another spool.
        if (frame.seq <= (await cursors.have(device))) await states.noteComplete(device, frame.seq, frame.at)
        return []
      case 'health':
        states.noteHealth(device, frame.readers, frame.spooled)
        return []
      case 'roster':
        return [{ t: 'roster', ...(await roster.page(frame.rev)) }]
      case 'pin':
        return [await pins.check(device, frame)]
      case 'enrolled':
        return [await tokens.complete(device, frame)]
      case 'enrol-failed':
        tokens.fail(device, frame.token, frame.code)
        return []
      case 'time':
        return [{ t: 'time', ask: frame.ask, serverTime: clock.now() }]
      case 'care-list':
        return care.listFor(known, frame.rev)
      case 'staff-check':
        return [await care.check(known, frame)]
    }
  }
}
