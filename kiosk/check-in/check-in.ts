/**
 * The owner of check-in at one kiosk. A touch becomes a tap on this kiosk's disk, then the screen and the beep; the
 * appliance hears of it when it can. It works the same with the appliance off, only the words differ.
 */
import type { CardKey } from '../../central-sync/protocol/card.ts'
import type { Direction, TapEvidence } from '../../central-sync/protocol/event/attendance.ts'
import type { EventId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import type { Clock } from '../../central-sync/protocol/time.ts'
import type { KioskRecord, RosterRow } from '../../central-sync/protocol/wire/device.ts'
import { readNumber } from '../reader/card-reading.ts'
import type { CardTouch } from '../reader/reader.ts'
import type { Channel } from './channel.ts'
import type { KeptClock } from './kept-clock.ts'
import type { KeptTap, KioskEvent, ShownResult } from './kiosk-event.ts'
import type { KioskLog } from './kiosk-log.ts'
import type { OwnTaps, Who } from './own-taps.ts'
import type { Decided, RecordWriter } from './record-writer.ts'
import type { Roster } from './roster.ts'
import { judgeTogether, type Proposal, proposeTap, REDIRECT_MS, UNDO_MS } from './tap-gate.ts'
import { tapReport } from './tap-report.ts'

export interface CheckInOptions {
  readonly place: string
  /** At most two, oldest first. */
  cardKeys(): readonly CardKey[]
  readonly writer: RecordWriter
  readonly roster: Roster
  readonly own: OwnTaps
  readonly clock: Clock
  readonly time: KeptClock
  readonly channel: Channel
  readonly log: KioskLog
  tell(event: KioskEvent): void
  /** One line of JSON per tap kept and per tap acknowledged. */
  report(line: string): void
  /** Undoes a tap of this kiosk. */
  undo(target: EventId): Promise<Refusal | undefined>
}

/** Who stands there, as far as this kiosk can tell. */
interface Person {
  readonly who: Who
  readonly row: RosterRow | undefined
  readonly revoked: boolean
  readonly digests: TapEvidence['digests']
  readonly identified: KeptTap['identified']
  readonly worker?: WorkerId | undefined
  readonly callName?: string | undefined
}

interface TouchMarks {
  /** Monotonic ms. */
  readonly at: number
  readonly facing?: Direction | undefined
  readonly simulated?: boolean | undefined
}

export class CheckIn {
  readonly #options: CheckInOptions
  /** The touch before, for two cards in one purse. */
  #before: { readonly who: Who; readonly known: boolean; readonly id: EventId } | undefined
  /** The touch under way. */
  #turn: Promise<void> = Promise.resolve()

  constructor(options: CheckInOptions) {
    this.#options = options
  }

  /** Reads what an earlier process kept and could not send yet. */
  replay(record: KioskRecord): void {
    this.#options.own.replay(record, (tap) => tap.worker ?? this.#identify(tap.digests).who)
  }

  /** One card, touched once. Never rejects: a disk that refuses is told on the screen. */
  touch(touch: CardTouch): Promise<void> {
    this.#options.tell({ t: 'reading' })
    // A stream of numbers has no two cards in one hand, and shares its disk writes.
    if (touch.kind === 'lines') return this.#take(touch)
    // One after the other: what a second card beside the first means is known only once the first one is kept.
    this.#turn = this.#turn
      .then(() => this.#take(touch))
      .catch((error: unknown) => this.#options.log.error({ error }, 'a touch could not be judged'))
    return this.#turn
  }

  async #take(touch: CardTouch): Promise<void> {
    const keys = this.#options.cardKeys()
    if (keys.length === 0) {
      this.#options.log.error({}, 'this kiosk has no card key: enrol it again')
      this.#options.tell({ t: 'problem', problem: 'not_kept' })
      return
    }
    const digests = [...readNumber(touch.hex, keys).digests]
    const person = this.#identify(digests)
    if (touch.together === true && touch.kind !== 'lines' && (await this.#isSettled(person))) return
    const id = await this.#keep(person, touch)
    if (id !== undefined) this.#before = { who: person.who, known: person.row !== undefined, id }
  }

  /** A person without a card: worker code and PIN. Out of reach of the appliance the tap is kept as unverified. */
  async withoutCard(code: string, pin: string): Promise<Refusal | undefined> {
    const { channel, roster, clock } = this.#options
    const at = clock.monotonicMs()
    const answer = channel.online ? await channel.askPin(code, pin) : undefined
    if (answer?.ok === false) return refuse(answer.code === 'rate_limited' ? 'rate_limited' : 'sign_in_failed')
    const row = answer === undefined ? roster.byCode(code) : roster.row(answer.worker)
    const worker = answer?.worker ?? row?.worker
    if (worker === undefined || row?.active === false) return refuse('worker_unknown')
    const identified = answer === undefined ? 'unverified' : 'pin'
    const callName = answer?.callName ?? row?.callName
    await this.#keep({ who: worker, row, revoked: false, digests: [], identified, worker, callName }, { at })
    return undefined
  }

  /** The person of these digests; a card nobody knows stands for itself. */
  #identify(digests: TapEvidence['digests']): Person {
    const found = this.#options.roster.find(digests)
    const who = found === undefined || found.revoked ? `${digests.at(-1)?.h}` : found.row.worker
    return { who, row: found?.row, revoked: found?.revoked ?? false, digests, identified: 'card' }
  }

  /** Two different cards at once. True: nothing more is to be done with the second one. */
  async #isSettled(second: Person): Promise<boolean> {
    const first = this.#before
    if (first === undefined) return false
    const verdict = judgeTogether(first, { who: second.who, known: second.row !== undefined })
    this.#options.log.info({ verdict }, 'two cards lay on the reader together')
    if (verdict === 'neither') {
      await this.#options.undo(first.id)
      this.#options.tell({ t: 'problem', problem: 'two_cards' })
    }
    return verdict !== 'take-second'
  }

  async #keep(person: Person, marks: TouchMarks): Promise<EventId | undefined> {
    const online = this.#options.channel.online
    let proposal: Proposal | undefined
    let evidence: TapEvidence | undefined
    try {
      const id = await this.#options.writer.append((next) => {
        const decided = this.#decide(next, person, marks, online)
        proposal = decided.proposal
        evidence = decided.evidence
        return decided
      })
      if (isRefusal(id) || proposal === undefined || evidence === undefined) return undefined
      this.#announce(person, evidence, proposal, marks.at)
      return id
    } catch (error) {
      this.#options.log.error({ error }, 'a tap could not be kept')
      this.#options.tell({ t: 'problem', problem: 'not_kept' })
      return undefined
    }
  }

  #decide(
    id: EventId,
    person: Person,
    { at, facing, simulated }: TouchMarks,
    online: boolean,
  ): Decided & { proposal: Proposal; evidence: TapEvidence } {
    const { own, roster, time: kept, place } = this.#options
    const { wall, time, mono, offset, offsetAge, quality } = kept.read(at)
    const proposal = proposeTap(person.revoked ? undefined : person.row?.last, own.of(person.who), time, facing)
    const { claim, before } = proposal
    const evidence: TapEvidence = {
      id,
      digests: person.digests,
      ...(person.worker === undefined ? {} : { worker: person.worker }),
      identified: person.identified,
      place,
      wall,
      mono,
      offset,
      offsetAge,
      clock: quality,
      claim,
      claimBy: 'auto',
      online,
      rosterStale: roster.isStale(time),
      ...(simulated === true ? { simulated } : {}),
    }
    const state = proposal.expected === 'ignored' || person.revoked ? 'ignored' : 'standing'
    own.add(person.who, { id, time, place, keptAt: at, claim, state, before, latest: id })
    return { record: { t: 'tap', tap: evidence }, undo: () => own.remove(id), proposal, evidence }
  }

  /** On the disk: now the screen and the beep, then the link. */
  #announce(person: Person, evidence: TapEvidence, { claim, expected, before }: Proposal, at: number): void {
    const { channel, own, clock, tell, report } = this.#options
    const passed = clock.monotonicMs() - at
    const { row, identified, callName = row?.callName } = person
    const code = person.revoked ? undefined : row?.code
    const result = this.#expect(person, expected)
    const tap: KeptTap = {
      id: evidence.id,
      time: evidence.wall + evidence.offset,
      claim,
      expected: result,
      ...(result === 'ignored' ? { standing: before?.claim } : {}),
      ...(person.revoked ? {} : { callName: callName === '' ? undefined : callName, code, language: row?.language }),
      identified,
      online: evidence.online,
      waiting: own.waiting,
      switchMs: Math.max(0, REDIRECT_MS - passed),
      undoMs: Math.max(0, UNDO_MS - passed),
    }
    tell({ t: 'kept', tap })
    report(tapReport('kept', { id: tap.id, time: tap.time, result, code }))
    channel.nudge()
  }

  #expect({ row, revoked, worker }: Person, expected: Proposal['expected']): ShownResult | null {
    if (revoked) return 'revoked_card'
    if (row === undefined && worker === undefined) return this.#options.roster.known ? 'unknown_card' : null
    return expected
  }
}
