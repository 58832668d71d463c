/**
 * What is said on the line: records out of the spool, roster and board in, time, health, PIN questions, enrolment. The
 * connection itself is `channel-link.ts`; this is the conversation, and the `Channel` that check-in sees.
 */
import { randomBytes } from 'node:crypto'
import type { Clock, Instant } from '../../central-sync/protocol/time.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../central-sync/protocol/time.ts'
import {
  type CareListFrame,
  type KioskPurpose,
  proofContext,
  type StaffProof,
  sealCare,
} from '../../central-sync/protocol/wire/care.ts'
import type { DeviceFrame, ReaderHealth, ServerFrame } from '../../central-sync/protocol/wire/device.ts'
import type { PlacesNow, SeatWord } from '../../central-sync/protocol/wire/seat.ts'
import type { Spool } from '../../central-sync/spool/spool.ts'
import type { Channel, PinAnswer, StaffAnswer } from '../check-in/channel.ts'
import type { KeptClock } from '../check-in/kept-clock.ts'
import type { KioskLog } from '../check-in/kiosk-log.ts'
import type { RecordWriter } from '../check-in/record-writer.ts'
import type { Roster } from '../check-in/roster.ts'
import { ChannelLink, type LinkSettings } from './channel-link.ts'
import type { ChannelIdentity } from './channel-session.ts'
import { isCompleteDue } from './complete-due.ts'
import { type Acknowledged, RecordDelivery } from './record-delivery.ts'

export interface LineListener {
  acknowledged(ack: Acknowledged): void
  board(board: { present: number; centreName: string }): void
  places(places: PlacesNow): void
  /** About taps that were acknowledged before. */
  seats(seats: readonly SeatWord[]): void
  enrol(frame: { token: string; greeting: string; expires: Instant }): void
  enrolDone(token: string, code: string | undefined): void
  cardKeys(boxes: readonly { version: number; box: string }[]): void
  /** Where this kiosk stands. */
  purpose(purpose: KioskPurpose): void
  careList(frame: CareListFrame): void
  /** The line went up or down, or the appliance refuses this kiosk. */
  changed(): void
}

export interface LineOptions {
  readonly applianceUrl: string
  readonly identity: ChannelIdentity
  readonly spool: Spool
  readonly writer: RecordWriter
  readonly roster: Roster
  readonly time: KeptClock
  readonly clock: Clock
  readonly log: KioskLog
  readonly random: () => number
  readonly settings?: Partial<LinkSettings> | undefined
  /** Between this kiosk and its appliance, 32 bytes. */
  readonly careKey: Uint8Array
  readers(): readonly ReaderHealth[]
  /** List of children to ask from; undefined at an entrance. */
  careRev(): string | undefined
  readonly listener: LineListener
}

const TICK_MS = 250
const ROSTER_EVERY_MS = 20 * SECOND_MS
const CARE_LIST_EVERY_MS = 15 * SECOND_MS
const HEALTH_EVERY_MS = MINUTE_MS
const TIME_EVERY_MS = HOUR_MS
const PIN_MS = 5 * SECOND_MS
/** A measurement that took longer than this says too little. */
const ROUND_TRIP_MAX_MS = 5 * SECOND_MS

export class ApplianceLine implements Channel {
  readonly #options: LineOptions
  readonly #link: ChannelLink
  readonly #delivery: RecordDelivery
  readonly #pins = new Map<string, (answer: PinAnswer | undefined) => void>()
  readonly #staff = new Map<string, (answer: StaffAnswer | undefined) => void>()
  #tick: NodeJS.Timeout | undefined
  #rosterFrom: number | undefined
  #rosterAt = 0
  #careAt = 0
  #healthAt = 0
  #timeAt = 0
  #appendedAt = Number.NEGATIVE_INFINITY
  #complete: { seq: number; at: Instant } | undefined
  /** Acknowledgements are worked off one after the other: quarantine and forget are writes. */
  #acks: Promise<void> = Promise.resolve()

  constructor(options: LineOptions) {
    this.#options = options
    const { applianceUrl, identity, clock, log, random, settings, spool, listener } = options
    this.#link = new ChannelLink({
      applianceUrl,
      identity,
      clock,
      log,
      random,
      settings,
      listener: {
        opened: (serverTime, roundTripMs, have) => this.#opened(serverTime, roundTripMs, have),
        frame: (frame) => this.#hear(frame),
        closed: () => this.#closed(),
      },
    })
    this.#delivery = new RecordDelivery({
      spool,
      clock,
      log,
      random,
      send: (records) => void this.#link.send({ t: 'records', records: [...records] }),
      acknowledged: (ack) => listener.acknowledged(ack),
    })
  }

  get online(): boolean {
    return this.#link.open
  }

  /** Why the appliance refuses this kiosk. */
  get code(): string | undefined {
    return this.#link.code
  }

  start(): void {
    this.#tick = setInterval(() => this.#work(), TICK_MS)
    this.#link.start()
  }

  async stop(): Promise<void> {
    clearInterval(this.#tick)
    await this.#link.stop()
    await this.#acks
  }

  nudge(): void {
    this.#appendedAt = this.#options.clock.monotonicMs()
    this.#link.wake()
    this.#delivery.tick()
  }

  /** The state of a reader changed. */
  tellHealth(): void {
    this.#healthAt = this.#options.clock.monotonicMs()
    const { spool, readers } = this.#options
    this.#link.send({
      t: 'health',
      readers: [...readers()].slice(0, 16),
      spooled: Math.max(0, spool.head - spool.acked),
    })
  }

  askPin(code: string, pin: string): Promise<PinAnswer | undefined> {
    const ask = randomBytes(12).toString('base64url')
    return new Promise((resolve) => {
      const patience = setTimeout(() => this.#answerPin(ask, undefined), PIN_MS)
      this.#pins.set(ask, (answer) => {
        clearTimeout(patience)
        resolve(answer)
      })
      if (!this.#link.send({ t: 'pin', ask, code, pin })) this.#answerPin(ask, undefined)
    })
  }

  askStaff(proof: StaffProof): Promise<StaffAnswer | undefined> {
    const ask = randomBytes(12).toString('base64url')
    const { identity, careKey } = this.#options
    return new Promise((resolve) => {
      const patience = setTimeout(() => this.#answerStaff(ask, undefined), PIN_MS)
      this.#staff.set(ask, (answer) => {
        clearTimeout(patience)
        resolve(answer)
      })
      const x = sealCare(proof, careKey, proofContext(identity.device, ask))
      if (!this.#link.send({ t: 'staff-check', ask, x })) this.#answerStaff(ask, undefined)
    })
  }

  sendEnrolled(enrolled: Omit<DeviceFrame & { t: 'enrolled' }, 't'>): boolean {
    return this.#link.send({ t: 'enrolled', ...enrolled })
  }

  sendEnrolFailed(token: string, code: string): boolean {
    return this.#link.send({ t: 'enrol-failed', token, code })
  }

  #opened(serverTime: Instant, roundTripMs: number, have: number): void {
    const { spool, time, log, listener } = this.#options
    if (roundTripMs <= ROUND_TRIP_MAX_MS) time.measured(serverTime, roundTripMs)
    this.#complete = undefined
    log.info({ have, head: spool.head, acked: spool.acked }, 'the appliance is connected')
    this.#delivery.connected(have)
    this.#askTime()
    this.#askRoster()
    this.tellHealth()
    listener.changed()
  }

  #closed(): void {
    this.#delivery.disconnected()
    this.#rosterFrom = undefined
    for (const ask of [...this.#pins.keys()]) this.#answerPin(ask, undefined)
    for (const ask of [...this.#staff.keys()]) this.#answerStaff(ask, undefined)
    this.#options.listener.changed()
  }

  #hear(frame: ServerFrame): void {
    const { listener, clock, time } = this.#options
    switch (frame.t) {
      case 'ack':
        this.#acks = this.#acks.then(() => this.#delivery.acknowledge(frame)).catch((error) => this.#failed(error))
        return
      case 'retry':
        this.#delivery.refusedFor(frame.retryMs)
        return
      case 'roster':
        this.#takeRoster(frame)
        return
      case 'board':
        listener.board({ present: frame.board.present, centreName: frame.board.centreName })
        return
      case 'places':
        listener.places(frame.places)
        return
      case 'seats':
        // After the acknowledgement it belongs to has been worked off.
        this.#acks = this.#acks.then(() => listener.seats(frame.seats)).catch((error) => this.#failed(error))
        return
      case 'pin':
        this.#answerPin(frame.ask, pinAnswerOf(frame))
        return
      case 'enrol':
        listener.enrol(frame)
        return
      case 'enrol-done':
        listener.enrolDone(frame.token, frame.code)
        return
      case 'card-keys':
        listener.cardKeys(frame.keys)
        return
      case 'purpose':
        listener.purpose(frame.purpose)
        this.#askCareList()
        return
      case 'care-list':
        listener.careList(frame)
        return
      case 'staff-check':
        this.#answerStaff(frame.ask, { ok: frame.ok, pass: frame.pass, code: frame.code })
        return
      case 'time': {
        const roundTripMs = clock.monotonicMs() - frame.ask
        if (roundTripMs >= 0 && roundTripMs <= ROUND_TRIP_MAX_MS) time.measured(frame.serverTime, roundTripMs)
      }
    }
  }

  #failed(error: unknown): void {
    this.#options.log.error({ error }, 'an acknowledgement could not be worked off')
  }

  #takeRoster(frame: ServerFrame & { t: 'roster' }): void {
    const { roster, time } = this.#options
    roster.apply(this.#rosterFrom ?? roster.rev, frame, time.now())
    this.#rosterFrom = undefined
    if (frame.more) this.#askRoster()
  }

  #answerPin(ask: string, answer: PinAnswer | undefined): void {
    const waiting = this.#pins.get(ask)
    this.#pins.delete(ask)
    waiting?.(answer)
  }

  #answerStaff(ask: string, answer: StaffAnswer | undefined): void {
    const waiting = this.#staff.get(ask)
    this.#staff.delete(ask)
    waiting?.(answer)
  }

  #askCareList(): void {
    this.#careAt = this.#options.clock.monotonicMs()
    const rev = this.#options.careRev()
    if (rev !== undefined) this.#link.send({ t: 'care-list', rev })
  }

  #askRoster(): void {
    this.#rosterAt = this.#options.clock.monotonicMs()
    this.#rosterFrom = this.#options.roster.rev
    this.#link.send({ t: 'roster', rev: this.#rosterFrom })
  }

  #askTime(): void {
    this.#timeAt = this.#options.clock.monotonicMs()
    this.#link.send({ t: 'time', ask: this.#timeAt })
  }

  #work(): void {
    if (!this.online) return
    const now = this.#options.clock.monotonicMs()
    this.#delivery.tick()
    if (now - this.#rosterAt >= ROSTER_EVERY_MS) this.#askRoster()
    if (now - this.#careAt >= CARE_LIST_EVERY_MS) this.#askCareList()
    if (now - this.#healthAt >= HEALTH_EVERY_MS) this.tellHealth()
    if (now - this.#timeAt >= TIME_EVERY_MS || (now - this.#timeAt >= SECOND_MS && this.#options.time.jumped())) {
      this.#askTime()
    }
    this.#declareComplete(now)
  }

  /** "Everything I saw is with you": when the spool is empty and nobody is tapping. */
  #declareComplete(mono: number): void {
    const { spool, writer, time } = this.#options
    const now = time.now()
    const { head, acked } = spool
    const { busy } = writer
    if (!isCompleteDue({ head, acked, busy, now, mono, appendedAt: this.#appendedAt, last: this.#complete })) return
    if (this.#link.send({ t: 'complete', seq: head, at: now })) this.#complete = { seq: head, at: now }
  }
}

function pinAnswerOf({ ok, code, worker, callName }: ServerFrame & { t: 'pin' }): PinAnswer {
  if (ok && worker !== undefined) return { ok, worker, callName }
  return { ok: false, code: code ?? 'sign_in_failed' }
}
