/**
 * The owner of the door of a childcare room at one kiosk. Cards and presses go through `stepCare` one after the other;
 * what is to be recorded lies on this kiosk's disk before the screen says so, and works with the appliance off.
 */
import { randomBytes } from 'node:crypto'
import type { CardKey } from '../../central-sync/protocol/card.ts'
import { newIdentifier } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import { type Clock, calendarDayOf, MINUTE_MS, SECOND_MS } from '../../central-sync/protocol/time.ts'
import {
  type CareListFrame,
  type CareRecord,
  type KioskPurpose,
  recordContext,
  type StaffProof,
  sealCare,
} from '../../central-sync/protocol/wire/care.ts'
import type { RosterRow } from '../../central-sync/protocol/wire/device.ts'
import { newSecurityCode } from '../../central-sync/rules/security-code.ts'
import type { Channel } from '../check-in/channel.ts'
import type { KeptClock } from '../check-in/kept-clock.ts'
import type { KioskEvent } from '../check-in/kiosk-event.ts'
import type { KioskLog } from '../check-in/kiosk-log.ts'
import type { RecordWriter } from '../check-in/record-writer.ts'
import type { Roster } from '../check-in/roster.ts'
import { readNumber } from '../reader/card-reading.ts'
import type { CardTouch } from '../reader/reader.ts'
import type { CareAct } from './care-act.ts'
import type { CareBook } from './care-book.ts'
import type { CareShown } from './care-shown.ts'
import type { CareDraft, CareInput, CareStep, Parent } from './care-step.ts'
import { type ShowFacts, showCare } from './show-care.ts'
import { stepCare } from './step-care.ts'

export interface CareDeskOptions {
  readonly book: CareBook
  readonly careKey: Uint8Array
  cardKeys(): readonly CardKey[]
  readonly writer: RecordWriter
  readonly roster: Roster
  readonly channel: Channel
  readonly clock: Clock
  readonly time: KeptClock
  readonly log: KioskLog
  tell(event: KioskEvent): void
}

/** How long a step stays without anybody, ms. */
const TASK_MS = 90 * SECOND_MS
const STAYS: Readonly<Partial<Record<CareStep['step'], number>>> = {
  slip: 90 * SECOND_MS,
  turned_away: MINUTE_MS,
  handed: 20 * SECOND_MS,
  notice: 15 * SECOND_MS,
  wait: 5 * MINUTE_MS,
}
/** A list that only grew older is written this often. */
const SAVE_EVERY_MS = MINUTE_MS

export class CareDesk {
  readonly #options: CareDeskOptions
  #active: boolean
  #step: CareStep = { step: 'board' }
  #turnNumber = 0
  /** Monotonic ms. */
  #stirredAt = 0
  #savedAt = 0
  #told = ''
  /** One input at a time. */
  #inputs: Promise<unknown> = Promise.resolve()

  constructor(options: CareDeskOptions) {
    this.#options = options
    this.#active = options.book.known
  }

  /** This kiosk stands at a childcare room: its cards are no taps. */
  get active(): boolean {
    return this.#active
  }

  /** The list to ask for; undefined at an entrance. */
  get rev(): string | undefined {
    return this.#active ? this.#options.book.rev : undefined
  }

  get waiting(): number {
    return this.#options.book.waiting
  }

  get shown(): CareShown | undefined {
    if (!this.#active) return undefined
    const lasts = this.#lasts()
    const leftMs = lasts === undefined ? undefined : Math.max(0, this.#stirredAt + lasts - this.#mono())
    return showCare(this.#step, this.#turnNumber, leftMs, this.#facts())
  }

  /** What an earlier process kept and could not send yet. */
  replay(record: CareRecord): void {
    this.#options.book.add(record)
  }

  /** Never rejects. */
  touch(touch: CardTouch): Promise<void> {
    const keys = this.#options.cardKeys()
    if (keys.length === 0) return Promise.resolve()
    const digests = [...readNumber(touch.hex, keys).digests]
    const found = this.#options.roster.find(digests)
    const parent = found === undefined || found.revoked ? undefined : parentOf(found.row, 'card')
    const staff = this.#options.book.staff.find((one) =>
      one.digests.some(({ k, h }) => digests.some((digest) => digest.k === k && digest.h === h)),
    )
    return this.#queue({ t: 'card', digests, parent, staff }).then(() => undefined)
  }

  /** A parent without her card: worker code and PIN; off line the code alone, which proves nothing. */
  async withoutCard(code: string, pin: string): Promise<Refusal | undefined> {
    const { channel, roster } = this.#options
    const answer = channel.online ? await channel.askPin(code, pin) : undefined
    if (answer?.ok === false) return refuse(answer.code === 'rate_limited' ? 'rate_limited' : 'sign_in_failed')
    const row = answer === undefined ? roster.byCode(code) : roster.row(answer.worker)
    const parent = row === undefined ? undefined : parentOf(row, answer === undefined ? 'unverified' : 'pin')
    if (parent === undefined) return refuse('worker_unknown')
    await this.#queue({ t: 'parent', parent })
    return undefined
  }

  /** A press on the page. Resolves to why it was not done. */
  press(act: CareAct): Promise<string | undefined> {
    return this.#queue({ t: 'press', act })
  }

  takePurpose(purpose: KioskPurpose): void {
    const active = purpose === 'childcare'
    if (active === this.#active) return
    this.#active = active
    this.#step = { step: 'board' }
    if (!active) this.#options.book.forget().catch((error: unknown) => this.#complain(error))
    this.#show()
  }

  takeList(frame: CareListFrame): void {
    if (!this.#active) return
    const { book } = this.#options
    const before = book.rev
    if (book.take(frame) && book.rev !== before) this.#save()
    this.#show()
  }

  acknowledged(seq: number): void {
    this.#options.book.acknowledged(seq)
  }

  /** Twice a second. */
  tick(): void {
    if (!this.#active) return
    const lasts = this.#lasts()
    if (lasts !== undefined && this.#mono() - this.#stirredAt >= lasts) void this.#queue({ t: 'expired' })
    if (this.#mono() - this.#savedAt >= SAVE_EVERY_MS) this.#save()
    this.#show()
  }

  /** Resolves when everything said so far is on the disk or refused. */
  async settled(): Promise<void> {
    await this.#inputs
    await this.#options.book.save().catch((error: unknown) => this.#complain(error))
  }

  #queue(input: CareInput): Promise<string | undefined> {
    if (!this.#active) return Promise.resolve('not_allowed')
    const done = this.#inputs.then(() => this.#take(input))
    this.#inputs = done.catch((error: unknown) => this.#complain(error))
    return done.catch(() => 'other')
  }

  async #take(input: CareInput): Promise<string | undefined> {
    const outcome = stepCare(this.#step, input, this.#facts())
    if (input.t !== 'expired') this.#stirredAt = this.#mono()
    switch (outcome.kind) {
      case 'refused':
        return outcome.code
      case 'go':
        this.#go(outcome.to)
        return undefined
      case 'keep':
        if (!(await this.#keep(outcome.draft))) return 'not_kept'
        this.#go(outcome.to)
        this.#options.channel.nudge()
        return undefined
      case 'check':
        this.#go(outcome.to)
        void this.#check(outcome.proof)
        return undefined
    }
  }

  #go(to: CareStep): void {
    if (to !== this.#step) this.#turnNumber += 1
    this.#step = to
    this.#show()
  }

  async #check(proof: StaffProof): Promise<void> {
    const said = await this.#options.channel.askStaff(proof)
    const answer = said === undefined ? undefined : { ok: said.ok, pass: said.pass, code: said.code }
    await this.#queue({ t: 'checked', answer })
  }

  /** False when the disk refused: nothing was recorded, and the screen says so. */
  async #keep(draft: CareDraft): Promise<boolean> {
    const { writer, book, tell } = this.#options
    try {
      const id = await writer.append((next) => {
        const record = this.#recordOf(draft, next)
        book.add(record)
        return { record, undo: () => book.remove(next) }
      })
      if (isRefusal(id)) return false
    } catch (error) {
      this.#complain(error)
      tell({ t: 'problem', problem: 'not_kept' })
      return false
    }
    await book.save().catch((error: unknown) => this.#complain(error))
    return true
  }

  #recordOf({ secret, ...facts }: CareDraft, id: CareRecord['id']): CareRecord {
    const { time, channel, book, careKey } = this.#options
    const { time: at, quality: clock } = time.read()
    const listAge = Math.max(0, at - (book.at ?? at))
    const x = sealCare(secret, careKey, recordContext({ t: facts.t, id, child: facts.child }))
    return { ...facts, id, at, clock, online: channel.online, listAge, x }
  }

  #facts(): ShowFacts {
    const { book, channel, time } = this.#options
    const now = time.now()
    const { children, room, at } = book
    const taken = new Set(children.flatMap(({ stay }) => (stay === undefined ? [] : [stay.code])))
    return {
      ...{ now, online: channel.online, children, room, listAt: at, reaches: book.reaches(calendarDayOf(now)) },
      newStay: () => newIdentifier('stay'),
      newCode: () => newSecurityCode(randomBytes, taken),
    }
  }

  /** Told when it looks different; time alone makes it so once a minute. */
  #show(): void {
    const care = this.shown
    const key = JSON.stringify([care?.board, care?.step, care?.turn], (name, value) =>
      name === 'listAgeMs' || name === 'listAt' ? Math.floor(Number(value) / MINUTE_MS) : value,
    )
    if (key === this.#told) return
    this.#told = key
    this.#options.tell({ t: 'care', care })
  }

  #lasts(): number | undefined {
    return this.#step.step === 'board' ? undefined : (STAYS[this.#step.step] ?? TASK_MS)
  }

  #save(): void {
    this.#savedAt = this.#mono()
    this.#options.book.save().catch((error: unknown) => this.#complain(error))
  }

  #mono(): number {
    return this.#options.clock.monotonicMs()
  }

  #complain(error: unknown): void {
    this.#options.log.error({ error }, 'the childcare page could not do something')
  }
}

function parentOf(row: RosterRow, identified: Parent['identified']): Parent | undefined {
  if (!row.active) return undefined
  const { worker, callName, code, language } = row
  return { worker, identified, greeting: callName === '' ? code : callName, language }
}
