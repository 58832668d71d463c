/** Answers the frames of devices: records to the attendance desk, everything else from what the centre knows. */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { CardKey } from '../../central-sync/protocol/card.ts'
import type { DeviceId } from '../../central-sync/protocol/identifier.ts'
import { sealTo } from '../../central-sync/protocol/signing-key.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { DeviceFrame, ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import { CARD_KEY_INFO } from '../../central-sync/protocol/wire/enrolment.ts'
import type { AttendanceDesk } from '../attendance/attendance-desk.ts'
import type { BoardFeed } from '../attendance/board-feed.ts'
import type { DeviceCursors } from '../attendance/device-cursors.ts'
import type { DeviceBatch } from '../attendance/device-record.ts'
import type { DeviceStates } from './device-states.ts'
import type { EnrolmentTokens } from './enrolment-tokens.ts'
import type { PinCheck } from './pin-check.ts'
import type { RosterBook } from './roster-book.ts'
import type { KnownDevice } from './server-session.ts'

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
    const { board, tokens } = this.#options
    const waiting = tokens.waitingFor(device.device)
    return [
      this.cardKeysFor(device.boxKey),
      { t: 'board', board: await board.numbers() },
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

  async records(batch: DeviceBatch): Promise<ServerFrame> {
    const { attendance, clock } = this.#options
    const { seq, answers, quarantined } = await attendance.accept(batch)
    return { t: 'ack', seq, answers: [...answers], quarantined: [...quarantined], serverTime: clock.now() }
  }

  async answer({ device }: KnownDevice, frame: DeviceFrame): Promise<ServerFrame[]> {
    const { clock, cursors, states, roster, pins, tokens } = this.#options
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
        return [{ t: 'purpose', purpose: 'entrance' }]
      case 'staff-check':
        return [{ t: 'staff-check', ask: frame.ask, ok: false, code: 'not_allowed' }]
    }
  }
}
