/** The working parts of one enrolled kiosk, wired together: what exists between `start` and `stop`. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Refusal, refuse } from '../central-sync/protocol/refusal.ts'
import { type Clock, SECOND_MS } from '../central-sync/protocol/time.ts'
import type { CareRecord } from '../central-sync/protocol/wire/care.ts'
import type { KioskRecord } from '../central-sync/protocol/wire/device.ts'
import { openSpool, type Spool } from '../central-sync/spool/spool.ts'
import { CareBook } from './care/care-book.ts'
import { CareDesk } from './care/care-desk.ts'
import { AfterTap } from './check-in/after-tap.ts'
import { Answers } from './check-in/answers.ts'
import { CheckIn } from './check-in/check-in.ts'
import { EnrolmentDesk } from './check-in/enrolment-desk.ts'
import { KeptClock } from './check-in/kept-clock.ts'
import type { KioskEvent } from './check-in/kiosk-event.ts'
import {
  cacheKeyOf,
  cardKeysOf,
  careKeyOf,
  type KioskIdentity,
  nextBoot,
  openCardKeys,
} from './check-in/kiosk-identity.ts'
import type { KioskLog } from './check-in/kiosk-log.ts'
import { OwnTaps } from './check-in/own-taps.ts'
import { RecordWriter } from './check-in/record-writer.ts'
import { Roster } from './check-in/roster.ts'
import { ApplianceLine } from './link/appliance-line.ts'
import type { LinkSettings } from './link/channel-link.ts'
import { readRecord } from './link/record-delivery.ts'
import type { PageAction } from './page/page-action.ts'
import type { CardReader, CardTouch } from './reader/reader.ts'

export interface WorksOptions {
  readonly dir: string
  readonly applianceUrl: string
  readonly identity: KioskIdentity
  readonly readers: readonly CardReader[]
  readonly clock: Clock
  readonly log: KioskLog
  readonly random: () => number
  readonly link?: Partial<LinkSettings> | undefined
  tell(event: KioskEvent): void
  report(line: string): void
  keepIdentity(identity: KioskIdentity): Promise<void>
}

interface Opened {
  readonly spool: Spool
  readonly roster: Roster
  readonly book: CareBook
  readonly time: KeptClock
  readonly boot: number
}

const SAVE_EVERY_MS = 5 * SECOND_MS
const REPLAY_RECORDS = 500
const REPLAY_BYTES = 1_048_576

export class KioskWorks {
  readonly own = new OwnTaps()
  readonly time: KeptClock
  readonly line: ApplianceLine
  readonly enrolment: EnrolmentDesk
  readonly care: CareDesk
  readonly #options: WorksOptions
  readonly #spool: Spool
  readonly #roster: Roster
  readonly #writer: RecordWriter
  readonly #answers: Answers
  readonly #checkIn: CheckIn
  readonly #afterTap: AfterTap
  #identity: KioskIdentity
  #savedAt = 0

  private constructor(options: WorksOptions, { spool, roster, book, time, boot }: Opened) {
    const { identity, clock, log, tell, report } = options
    const { own } = this
    this.#options = options
    this.#identity = identity
    this.#spool = spool
    this.#roster = roster
    this.time = time
    this.#writer = new RecordWriter(spool, identity.device, boot)
    this.#answers = new Answers({ own, roster, clock, place: identity.place, tell, report })
    this.line = this.#openLine(boot)
    const [writer, channel, place] = [this.#writer, this.line, identity.place]
    const cardKeys = () => cardKeysOf(this.#identity)
    const nudge = () => channel.nudge()
    this.#afterTap = new AfterTap({ writer, own, answers: this.#answers, clock, log, tell, nudge })
    const undo = (target: Parameters<AfterTap['undo']>[0]) => this.#afterTap.undo(target)
    this.#checkIn = new CheckIn({ place, cardKeys, writer, roster, own, clock, time, channel, log, tell, report, undo })
    this.enrolment = new EnrolmentDesk({ cardKeys, channel, clock, time, tell })
    const careKey = careKeyOf(identity)
    this.care = new CareDesk({ book, careKey, cardKeys, writer, roster, channel, clock, time, log, tell })
  }

  /** Counts this start, opens the disk, and reads again what could not be sent yet. */
  static async open(options: WorksOptions): Promise<KioskWorks> {
    const { dir, identity, clock } = options
    const boot = await nextBoot(dir)
    const spool = await openSpool({ dir: join(dir, 'spool'), clock })
    for (const notice of spool.notices) options.log.warn(notice, 'bytes in the spool were no record')
    const roster = await Roster.open({ dir, device: identity.device, key: cacheKeyOf(identity) })
    const keys = { cacheKey: cacheKeyOf(identity), careKey: careKeyOf(identity) }
    const book = await CareBook.open({ dir, device: identity.device, ...keys })
    book.acknowledged(spool.acked)
    const works = new KioskWorks(options, { spool, roster, book, time: await KeptClock.open(dir, clock), boot })
    await works.#replay()
    return works
  }

  /** Facts on this disk that the appliance has not acknowledged. */
  get waiting(): number {
    return this.own.waiting + this.care.waiting
  }

  touch(touch: CardTouch): void {
    if (this.enrolment.active) this.enrolment.touch(touch)
    else if (this.care.active) void this.care.touch(touch)
    else void this.#checkIn.touch(touch)
  }

  /** A press on the page. */
  async act(action: PageAction): Promise<Refusal | undefined> {
    switch (action.do) {
      case 'switch':
        return this.#afterTap.switchDirection(action.id, action.claim)
      case 'undo':
        return this.#afterTap.undo(action.id)
      case 'choose':
        return this.#afterTap.choose(action.id, action.assignment)
      case 'take-seat':
        return this.#afterTap.takeSeat(action.id, action.resource)
      case 'tell-end':
        return this.#afterTap.tellEnd(action.id, action.end)
      case 'without-card':
        return (this.care.active ? this.care : this.#checkIn).withoutCard(action.code, action.pin)
      case 'cancel-enrolment':
        this.enrolment.cancel()
        return undefined
      case 'care':
      case 'sound':
      case 'burst':
      case 'discard':
      case 'page-state':
        return refuse('malformed')
    }
  }

  /** Twice a second. */
  tick(): void {
    this.enrolment.tick()
    this.care.tick()
    const now = this.#options.clock.monotonicMs()
    if (now - this.#savedAt < SAVE_EVERY_MS) return
    this.#savedAt = now
    this.#roster.save().catch((error: unknown) => this.#options.log.warn({ error }, 'the roster could not be cached'))
  }

  async close(): Promise<void> {
    await this.#writer.settled()
    await this.care.settled()
    await this.line.stop()
    await this.#roster.save()
    await this.time.saved()
    await this.#spool.close()
  }

  #openLine(boot: number): ApplianceLine {
    const { identity, applianceUrl, clock, log, random, link, readers, tell } = this.#options
    const { device, own, server } = identity
    return new ApplianceLine({
      applianceUrl,
      identity: { device, boot, signing: own.signing, serverKey: server.signingKey },
      spool: this.#spool,
      writer: this.#writer,
      roster: this.#roster,
      time: this.time,
      clock,
      log,
      random,
      settings: link,
      careKey: careKeyOf(identity),
      careRev: () => this.care.rev,
      readers: () => readers.map((reader) => reader.health()),
      listener: {
        acknowledged: ({ seq, records, answers }) => {
          this.#answers.take(records, answers)
          this.care.acknowledged(seq)
          this.#tellLink()
        },
        board: (board) => tell({ t: 'board', board }),
        places: (places) => tell({ t: 'places', places }),
        seats: (seats) => this.#answers.takeSeats(seats),
        enrol: (frame) => this.enrolment.begin(frame),
        enrolDone: (token, code) => this.enrolment.done(token, code),
        cardKeys: (boxes) => this.#takeCardKeys(boxes),
        purpose: (purpose) => this.care.takePurpose(purpose),
        careList: (frame) => this.care.takeList(frame),
        changed: () => {
          // A kiosk that was taken out of service keeps no list of children.
          if (this.line.code === 'RETIRED_DEVICE') this.care.takePurpose('entrance')
          this.#tellLink()
        },
      },
    })
  }

  #tellLink(): void {
    const { online, code } = this.line
    this.#options.tell({ t: 'link', link: { online, waiting: this.waiting, code } })
  }

  /** A new card key of the network: from the next touch on. */
  #takeCardKeys(boxes: readonly { version: number; box: string }[]): void {
    const cardKeys = openCardKeys(boxes, this.#identity.own.box)
    if (cardKeys.length === 0 || isDeepStrictEqual(cardKeys, this.#identity.cardKeys)) return
    this.#identity = { ...this.#identity, cardKeys }
    this.#options
      .keepIdentity(this.#identity)
      .catch((error: unknown) => this.#options.log.error({ error }, 'the new card keys could not be kept'))
  }

  async #replay(): Promise<void> {
    let from = this.#spool.acked + 1
    for (;;) {
      const records = await this.#spool.read(from, REPLAY_RECORDS, REPLAY_BYTES)
      const last = records.at(-1)
      if (last === undefined) return
      for (const { bytes } of records) this.#replayOne(readRecord(bytes))
      from = last.seq + 1
    }
  }

  #replayOne(record: KioskRecord): void {
    if (isCare(record)) this.care.replay(record)
    else this.#checkIn.replay(record)
  }
}

function isCare(record: KioskRecord): record is CareRecord {
  return record.t.startsWith('care-')
}
