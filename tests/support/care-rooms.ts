/** Childcare rooms of a centre on real files, their desks without the web in between, and kiosks that tell late. Invented people. */
import { rm } from 'node:fs/promises'
import { FloorBook } from '../../appliance/booking/floor-plan.ts'
import { SeatDesk } from '../../appliance/booking/seat-desk.ts'
import { buildChildcare, type ChildcareRoom } from '../../appliance/childcare/childcare-room.ts'
import { type CareTold, recordCare } from '../../appliance/childcare/record-care.ts'
import { type OpenedCentre, openCentre } from '../../appliance/open-centre.ts'
import { StaffDesk } from '../../appliance/staff/staff-desk.ts'
import { silentLog } from '../../central-sync/journal/log.ts'
import { hoursSet, resourceDescribed } from '../../central-sync/protocol/event/booking.ts'
import { workerRegistered } from '../../central-sync/protocol/event/person.ts'
import { staffAdded } from '../../central-sync/protocol/event/place.ts'
import {
  type BookingId,
  type ChildId,
  type DeviceId,
  deviceEventId,
  newIdentifier,
  type PickupId,
  type ResourceId,
  type StaffId,
  type StayId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal, Refused } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, calendarDayOf, DAY_MS, type Instant, instantOf } from '../../central-sync/protocol/time.ts'
import { TurnedClock } from './hub-fixture.ts'
import { newFolder } from './journal-fixture.ts'

/** Of every day of the week, wall minutes. */
export const CARE_HOURS = { start: 420, end: 1_200 }
const FIRST = '2026-11-20' as CalendarDay
const SPARE = { n: 'A'.repeat(16), c: 'A' }

export interface KnownChild {
  readonly child: ChildId
  readonly mother: PickupId
}

/** Open from seven to eight, also on holidays, under the rules of an unlicensed room. */
export class CareRooms implements AsyncDisposable {
  readonly centre: OpenedCentre
  readonly room: ChildcareRoom
  readonly floor: FloorBook
  readonly seats: SeatDesk
  readonly clock: TurnedClock
  readonly nurseries: readonly ResourceId[]
  readonly carer: StaffId = newIdentifier('staff')
  readonly witness: StaffId = newIdentifier('staff')
  readonly #folder: string
  readonly #worker = newIdentifier('worker')

  private constructor(folder: string, centre: OpenedCentre, clock: TurnedClock, rooms: number) {
    const { journal, secrets } = centre
    this.#folder = folder
    this.centre = centre
    this.clock = clock
    this.floor = new FloorBook(journal)
    this.seats = new SeatDesk(journal, this.floor)
    const staff = new StaffDesk(journal, secrets)
    this.room = buildChildcare({ ...centre, staff, floor: this.floor, clock, log: silentLog })
    this.nurseries = Array.from({ length: rooms }, () => newIdentifier('resource'))
  }

  static async create({ rooms = 1, areaDm2 = 10_000 } = {}): Promise<CareRooms> {
    const folder = await newFolder()
    const clock = new TurnedClock(instantOf(FIRST, 540))
    const house = new CareRooms(folder, await openCentre(folder, clock, silentLog), clock, rooms)
    await house.#begin()
    await house.room.shifts.useTemplate('unlicensed', '2026-01-01' as CalendarDay, house.carer)
    for (const nursery of house.nurseries) await house.room.shifts.setRoom(nursery, areaDm2, house.carer)
    return house
  }

  get today(): CalendarDay {
    return calendarDayOf(this.clock.now())
  }

  get read() {
    return this.centre.journal.read
  }

  async #begin(): Promise<void> {
    await this.centre.journal.write('begin', async (tx) => {
      const attrs = { monitor: false, standing: false, accessible: true, quiet: false }
      for (const [index, resource] of this.nurseries.entries()) {
        const map = { x: index * 10, y: 0, w: 9, h: 9 }
        const shape = { capacity: 20, bufferMin: 0, checkInRequired: false, graceMin: 0, open: true, map, floor: '2F' }
        const data = { resource, kind: 'nursery' as const, name: `つくしの部屋 ${index + 1}`, attrs, ...shape }
        tx.append({ event: resourceDescribed, data, by: 'system' })
      }
      const weekdays = Array.from({ length: 7 }, () => CARE_HOURS)
      const hours = { weekdays, holidays: true, from: '2026-01-01' as CalendarDay }
      tx.append({ event: hoursSet, data: hours, by: 'system' })
      for (const [staff, roles] of [
        [this.carer, ['childcare']],
        [this.witness, ['front_desk']],
      ] as const) {
        const personal = { login: `s${staff}`, name: '職員 一' }
        tx.append({ event: staffAdded, data: { staff, roles: [...roles] }, personal, subject: staff, by: 'system' })
      }
      const worker = this.#worker
      const sheet = { name: '親野 はな', kana: 'おやの はな', callName: '', language: 'ja' as const }
      const data = { worker, code: 'P001', home: this.centre.site }
      tx.append({ event: workerRegistered, data, personal: sheet, subject: worker, by: 'system' })
    })
  }

  /** The next day, at a wall minute. */
  nextDay(minute: number): void {
    this.clock.set(instantOf(calendarDayOf(this.clock.now() + DAY_MS), minute))
  }

  /** Five years old unless said otherwise. */
  async child(birthDate = '2020-10-01'): Promise<KnownChild> {
    const name = { name: '架空野 つくし', kana: 'かくうの つくし', callName: 'つくし' }
    const rest = { extraUnits: 0, allergies: '', allergyPlan: false, notes: '', doctor: '' }
    const sheet = { ...name, ...rest, birthDate: birthDate as CalendarDay }
    const contact = { name: '親野 はな', kana: '', relation: '母', phone: '090-0000-0001' }
    const by = { by: this.carer, state: 'approved' as const }
    const made = await this.room.register.register(this.#worker, sheet, contact, by)
    if (isRefusal(made)) throw new Error(made.refused)
    const [guardian] = await this.room.parts.children.guardiansOf(made.child)
    return { child: made.child, mother: guardian?.id as PickupId }
  }

  /** Nameless carers for the whole of today. */
  async carers(room: ResourceId, count: number, qualified = true): Promise<void> {
    const shift = { room, day: this.today, ...CARE_HOURS, qualified, weeks: 0 }
    for (let n = 0; n < count; n += 1) await this.room.shifts.set(shift, this.carer)
  }

  /** Today; the code of the refusal when there is no place. */
  async book(child: ChildId, room: ResourceId, start: number, end: number): Promise<{ care: BookingId } | string> {
    const wish = { child, room, day: this.today, start, end, request: newIdentifier('request') }
    const made = await this.room.places.book({ ...wish, source: 'staff', by: this.carer })
    return isRefusal(made) ? made.refused : { care: made.care }
  }

  /** At the desk, now; the code of the refusal when the child stays with its parents. */
  async arrive(
    child: ChildId,
    room: ResourceId,
    until = CARE_HOURS.end,
  ): Promise<{ stay: StayId; code: string } | string> {
    const health = { temperatureX10: 366, symptoms: [], contactPhone: '', meds: '', broughtBy: '' }
    try {
      const taken = await this.room.door.arrive({ child, room, until, ...health }, this.carer)
      return isRefusal(taken) ? taken.refused : taken
    } catch (error) {
      if (error instanceof Refused) return error.refusal.refused
      throw error
    }
  }

  /** The code of the refusal, or undefined when the child has gone home. */
  async handOver(stay: StayId, to: PickupId): Promise<string | undefined> {
    const wish = { stay, to, secondFactor: 'face' as const, code: '' }
    return (await this.room.door.handOver(wish, { staff: this.carer, worker: undefined }))?.refused
  }

  tell(told: CareTold): Promise<unknown> {
    return this.centre.journal.write('told', (tx) => recordCare(tx, this.room.parts, told))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.centre[Symbol.asyncDispose]()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

/** A kiosk of a room that was cut off: numbers its records the way a kiosk does. */
export class ToldKiosk {
  readonly #house: CareRooms
  readonly #room: ResourceId
  readonly device: DeviceId = newIdentifier('device')
  #seq = 0

  constructor(house: CareRooms, room: ResourceId | undefined = house.nurseries[0]) {
    if (room === undefined) throw new Error('no room')
    this.#house = house
    this.#room = room
  }

  arrived(child: ChildId, stay: StayId, at: Instant, code = 'CDFH'): CareTold {
    const secret = { temperatureX10: 366, symptoms: [], broughtBy: '母', contactPhone: '090-0000-0009', code }
    const record = { ...this.#fact('care-arrived', child, at), stay, identified: 'card' } as never
    return { ...this.#told(), t: 'care-arrived', record, secret }
  }

  handedOver(child: ChildId, stay: StayId, at: Instant, to: PickupId, proven = true): CareTold {
    const rest = { to: { kind: 'guardian', id: to }, secondFactor: 'code', staff: [this.#house.carer], passes: [] }
    const record = { ...this.#fact('care-handed-over', child, at), stay, ...rest } as never
    return { ...this.#told(proven), t: 'care-handed-over', record, secret: { name: '親野 はな', reason: '' } }
  }

  overridden(child: ChildId, stay: StayId, at: Instant, name: string): CareTold {
    const staff = [this.#house.carer, this.#house.witness]
    const rest = { to: { kind: 'override' }, secondFactor: 'face', staff, passes: [] }
    const record = { ...this.#fact('care-handed-over', child, at), stay, ...rest } as never
    return { ...this.#told(), t: 'care-handed-over', record, secret: { name, reason: '電話で頼まれた' } }
  }

  #told(proven = true) {
    return { device: this.device, room: this.#room, proven }
  }

  #fact(t: CareTold['t'], child: ChildId, at: Instant) {
    this.#seq += 1
    const id = deviceEventId(this.device, 1, this.#seq)
    return { t, id, child, at, clock: 'synced', online: false, listAge: 60_000, x: SPARE }
  }
}
