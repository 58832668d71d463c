/** A centre with a childcare room that hears of a morning in the afternoon, from kiosks that were cut off. Invented people. */
import { rm } from 'node:fs/promises'
import { FloorBook } from '../../appliance/booking/floor-plan.ts'
import { buildChildcare, type ChildcareRoom } from '../../appliance/childcare/childcare-room.ts'
import { type CareTold, recordCare } from '../../appliance/childcare/record-care.ts'
import { type OpenedCentre, openCentre } from '../../appliance/open-centre.ts'
import { StaffDesk } from '../../appliance/staff/staff-desk.ts'
import { silentLog } from '../../central-sync/journal/log.ts'
import { hoursSet, resourceDescribed } from '../../central-sync/protocol/event/booking.ts'
import { workerRegistered } from '../../central-sync/protocol/event/person.ts'
import { staffAdded } from '../../central-sync/protocol/event/place.ts'
import {
  type ChildId,
  type DeviceId,
  deviceEventId,
  newIdentifier,
  type PickupId,
  type ResourceId,
  type StaffId,
  type StayId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { type CalendarDay, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import { TurnedClock } from './hub-fixture.ts'
import { newFolder } from './journal-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
export const DAY = '2026-11-20' as CalendarDay
const SPARE = { n: 'A'.repeat(16), c: 'A' }

export interface LateHouse extends AsyncDisposable {
  readonly centre: OpenedCentre
  readonly room: ChildcareRoom
  readonly clock: TurnedClock
  readonly nursery: ResourceId
  readonly carer: StaffId
  readonly witness: StaffId
  readonly kiosks: readonly [DeviceId, DeviceId]
  /** Booked from ten to one when there is room; five years old unless said otherwise. */
  child(birthDate?: string): Promise<{ child: ChildId; mother: PickupId; care: string | undefined }>
  tell(told: CareTold): Promise<unknown>
}

/** A centre on real files at three in the afternoon: whatever the kiosks tell of the morning is late. */
export async function lateHouse(): Promise<LateHouse> {
  const folder = await newFolder()
  const clock = new TurnedClock(NINE)
  const centre = await openCentre(folder, clock, silentLog)
  const { journal, secrets, site } = centre
  const floor = new FloorBook(journal)
  const room = buildChildcare({ ...centre, staff: new StaffDesk(journal, secrets), floor, clock, log: silentLog })
  const [nursery, carer, witness] = [newIdentifier('resource'), newIdentifier('staff'), newIdentifier('staff')]
  const worker = newIdentifier('worker')
  await journal.write('begin', async (tx) => {
    const attrs = { monitor: false, standing: false, accessible: true, quiet: false }
    tx.append({
      event: resourceDescribed,
      data: {
        ...{ resource: nursery, kind: 'nursery', name: 'つくしの部屋', attrs, capacity: 20, bufferMin: 0 },
        ...{ checkInRequired: false, graceMin: 0, open: true, map: { x: 0, y: 0, w: 9, h: 9 }, floor: '2F' },
      },
      by: 'system',
    })
    const weekdays = Array.from({ length: 7 }, () => ({ start: 420, end: 1_200 }))
    tx.append({ event: hoursSet, data: { weekdays, holidays: true, from: '2026-01-01' as CalendarDay }, by: 'system' })
    for (const [staff, roles] of [
      [carer, ['childcare']],
      [witness, ['front_desk']],
    ] as const) {
      const personal = { login: `s${staff}`, name: '職員 一' }
      tx.append({ event: staffAdded, data: { staff, roles: [...roles] }, personal, subject: staff, by: 'system' })
    }
    const sheet = { name: '親野 はな', kana: 'おやの はな', callName: '', language: 'ja' as const }
    const data = { worker, code: 'P001', home: site }
    tx.append({ event: workerRegistered, data, personal: sheet, subject: worker, by: 'system' })
  })
  await room.shifts.useTemplate('unlicensed', '2026-01-01' as CalendarDay, carer)
  await room.shifts.setRoom(nursery, 10_000, carer)
  for (let n = 0; n < 2; n += 1)
    await room.shifts.set({ room: nursery, day: DAY, start: 420, end: 1_200, qualified: true, weeks: 0 }, carer)
  const child = async (birthDate = '2020-10-01') => {
    const sheet = {
      name: '架空野 つくし',
      kana: 'かくうの つくし',
      callName: 'つくし',
      birthDate: birthDate as CalendarDay,
    }
    const rest = { extraUnits: 0, allergies: '', allergyPlan: false, notes: '', doctor: '' }
    const contact = { name: '親野 はな', kana: '', relation: '母', phone: '090-0000-0001' }
    const made = await room.register.register(worker, { ...sheet, ...rest }, contact, { by: carer, state: 'approved' })
    if (isRefusal(made)) throw new Error(made.refused)
    const [guardian] = await room.parts.children.guardiansOf(made.child)
    const booked = await room.places.book({
      ...{ child: made.child, room: nursery, day: DAY, start: 600, end: 780 },
      ...{ request: newIdentifier('request'), source: 'staff', by: carer },
    })
    return {
      child: made.child,
      mother: guardian?.id as PickupId,
      care: isRefusal(booked) ? undefined : (booked.care as string),
    }
  }
  return {
    ...{ centre, room, clock, nursery, carer, witness },
    kiosks: [newIdentifier('device'), newIdentifier('device')],
    child,
    tell: (told) => journal.write('told', (tx) => recordCare(tx, room.parts, told)),
    [Symbol.asyncDispose]: async () => {
      await centre[Symbol.asyncDispose]()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const at = (text: string) => parseIsoInstant(`2026-11-20T${text}:00+09:00`) ?? 0

/** Tells records and numbers them, the way a kiosk does. */
export class Kiosk {
  readonly #house: LateHouse
  readonly device: DeviceId
  #seq: number

  /** `told` = how many records it has told already. */
  constructor(house: LateHouse, device: DeviceId, told = 0) {
    this.#house = house
    this.device = device
    this.#seq = told
  }

  arrived(child: ChildId, stay: StayId, when: string, code: string = stay.slice(-6)): CareTold {
    const secret = { temperatureX10: 366, symptoms: [], broughtBy: '母', contactPhone: '090-0000-0009', code }
    const record = { ...this.#fact('care-arrived', child, when), stay, identified: 'card' } as never
    return { ...this.#told(), t: 'care-arrived', record, secret }
  }

  handedOver(child: ChildId, stay: StayId, when: string, to: PickupId, proven = true): CareTold {
    const rest = {
      stay,
      to: { kind: 'guardian', id: to },
      secondFactor: 'code',
      staff: [this.#house.carer],
      passes: [],
    }
    const record = { ...this.#fact('care-handed-over', child, when), ...rest } as never
    return { ...this.#told(proven), t: 'care-handed-over', record, secret: { name: '親野 はな', reason: '' } }
  }

  overridden(child: ChildId, stay: StayId, when: string, name: string): CareTold {
    const staff = [this.#house.carer, this.#house.witness]
    const rest = { stay, to: { kind: 'override' }, secondFactor: 'face', staff, passes: [] }
    const record = { ...this.#fact('care-handed-over', child, when), ...rest } as never
    return { ...this.#told(), t: 'care-handed-over', record, secret: { name, reason: '電話で頼まれた' } }
  }

  refused(child: ChildId, stay: StayId, when: string, secret: object): CareTold {
    const record = { ...this.#fact('care-refused', child, when), stay } as never
    return { ...this.#told(), t: 'care-refused', record, secret: secret as never }
  }

  #told(proven = true) {
    return { device: this.device, room: this.#house.nursery, proven }
  }

  #fact(t: CareTold['t'], child: ChildId, when: string) {
    this.#seq += 1
    const id = deviceEventId(this.device, 1, this.#seq)
    return { t, id, child, at: at(when), clock: 'synced', online: false, listAge: 60_000, x: SPARE }
  }
}
