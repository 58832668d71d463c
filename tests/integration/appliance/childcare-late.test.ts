import { rm } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FloorBook } from '../../../appliance/booking/floor-plan.ts'
import { buildChildcare, type ChildcareRoom } from '../../../appliance/childcare/childcare-room.ts'
import { readDoubts } from '../../../appliance/childcare/doubts.ts'
import { readKioskList } from '../../../appliance/childcare/kiosk-list.ts'
import { type CareTold, recordCare } from '../../../appliance/childcare/record-care.ts'
import { openStays, sheetOfStay } from '../../../appliance/childcare/stays.ts'
import { type OpenedCentre, openCentre } from '../../../appliance/open-centre.ts'
import { StaffDesk } from '../../../appliance/staff/staff-desk.ts'
import { silentLog } from '../../../central-sync/journal/log.ts'
import { hoursSet, resourceDescribed } from '../../../central-sync/protocol/event/booking.ts'
import { workerRegistered } from '../../../central-sync/protocol/event/person.ts'
import { staffAdded } from '../../../central-sync/protocol/event/place.ts'
import {
  type ChildId,
  type DeviceId,
  deviceEventId,
  newIdentifier,
  type PickupId,
  type ResourceId,
  type StaffId,
  type StayId,
} from '../../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../../central-sync/protocol/refusal.ts'
import { type CalendarDay, MINUTE_MS, parseIsoInstant } from '../../../central-sync/protocol/time.ts'
import { TurnedClock } from '../../support/hub-fixture.ts'
import { newFolder } from '../../support/journal-fixture.ts'

const NINE = parseIsoInstant('2026-11-20T09:00:00+09:00') ?? 0
const DAY = '2026-11-20' as CalendarDay
const SPARE = { n: 'A'.repeat(16), c: 'A' }

interface LateHouse extends AsyncDisposable {
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
async function lateHouse(): Promise<LateHouse> {
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

const at = (text: string) => parseIsoInstant(`2026-11-20T${text}:00+09:00`) ?? 0

/** Numbers its records the way a kiosk does. */
class Kiosk {
  readonly #house: LateHouse
  readonly device: DeviceId
  #seq = 0

  constructor(house: LateHouse, device: DeviceId) {
    this.#house = house
    this.device = device
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

  #told(proven = true) {
    return { device: this.device, room: this.#house.nursery, proven }
  }

  #fact(t: CareTold['t'], child: ChildId, when: string) {
    this.#seq += 1
    const id = deviceEventId(this.device, 1, this.#seq)
    return { t, id, child, at: at(when), clock: 'synced', online: false, listAge: 60_000, x: SPARE }
  }
}

/** Everything that counts, without the order in which it came. */
async function outcome({ centre }: LateHouse, child: ChildId) {
  const { read } = centre.journal
  return {
    stays: await read.all(
      `SELECT stay, arrived_at, departed_at, to_kind, to_id, staff, twin, care FROM care_stay WHERE child = ? ORDER BY arrived_at, stay`,
      [child],
    ),
    doubts: await read.all('SELECT kind, at FROM care_doubt WHERE child = ? ORDER BY kind, at', [child]),
    told: await read.all('SELECT kind, at FROM care_doubt_told WHERE child = ? ORDER BY kind, at', [child]),
    bookings: await read.all('SELECT care, state FROM care_booking WHERE child = ? ORDER BY care', [child]),
    open: await read.all('SELECT stay FROM care_stay WHERE child = ? AND departed_at IS NULL AND twin = 0', [child]),
  }
}

test('what two kiosks that were cut off tell comes to the same in every order, with copies and in any pieces', async () => {
  await using house = await lateHouse()
  const first = await house.child()
  house.clock.turn(360 * MINUTE_MS)
  // One child of its own for each order, or the orders would not be independent: the facts are the same.
  const story = (child: ChildId, mother: PickupId, stays: readonly [StayId, StayId]) => {
    const [one, two] = [new Kiosk(house, newIdentifier('device')), new Kiosk(house, newIdentifier('device'))]
    return [
      one.arrived(child, stays[0], '10:02'),
      two.arrived(child, stays[1], '10:04'),
      two.handedOver(child, stays[1], '12:30', mother),
      one.arrived(child, newIdentifier('stay'), '13:30'),
    ]
  }
  expect(first.care).toBeDefined()
  let wanted: unknown
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
      fc.array(fc.nat(3), { maxLength: 4 }),
      async (order, copies) => {
        house.clock.turn(-360 * MINUTE_MS)
        const { child, mother } = await house.child()
        house.clock.turn(360 * MINUTE_MS)
        const facts = story(child, mother, [newIdentifier('stay'), newIdentifier('stay')])
        for (const index of [...order, ...copies]) {
          const told = facts[index]
          if (told !== undefined) expect(await house.tell(told)).toBeUndefined()
        }
        const found = await outcome(house, child)
        const plain = {
          stays: found.stays.map(({ arrived_at, departed_at, to_kind, twin }) => ({
            arrived_at,
            departed_at,
            to_kind,
            twin,
          })),
          doubts: found.doubts,
          bookings: found.bookings.map(({ state }) => state),
        }
        wanted ??= plain
        expect(plain).toEqual(wanted)
        expect(found.open).toHaveLength(1)
        // Somebody fetches it, so that the room does not fill up.
        const [still] = found.open as { stay: StayId }[]
        if (still !== undefined)
          await house.tell(new Kiosk(house, newIdentifier('device')).handedOver(child, still.stay, '14:00', mother))
      },
    ),
    { numRuns: 24, endOnFailure: true },
  )
  expect(wanted).toMatchObject({
    stays: [
      { arrived_at: at('10:02'), departed_at: at('12:30'), to_kind: 'guardian', twin: 0 },
      { arrived_at: at('10:04'), departed_at: at('12:30'), to_kind: 'guardian', twin: 1 },
      { arrived_at: at('13:30'), departed_at: null, to_kind: null, twin: 0 },
    ],
    doubts: [{ kind: 'arrived_twice' }],
    bookings: ['done'],
  })
  const report = await house.centre.journal.rebuild()
  expect(report).toMatchObject({ equal: true, quarantined: 0 })
}, 60_000)

test('a hand-over that nobody could check is kept, and a person is asked to look until she has', async () => {
  await using house = await lateHouse()
  const { child, mother } = await house.child()
  const kiosk = new Kiosk(house, house.kiosks[0])
  house.clock.turn(360 * MINUTE_MS)
  const stay = newIdentifier('stay')
  await house.tell(kiosk.arrived(child, stay, '10:00', 'CDFH'))
  const [open] = await openStays(house.centre.journal.read)
  expect(open).toMatchObject({ stay, late: true })
  expect(open && sheetOfStay(house.room.parts.children, open)).toMatchObject({
    code: 'CDFH',
    contactPhone: '090-0000-0009',
  })
  await house.tell(kiosk.handedOver(child, stay, '12:00', mother, false))
  expect(await openStays(house.centre.journal.read)).toEqual([])
  const doubts = await readDoubts(house.centre.journal.read, house.clock.now())
  expect(doubts).toMatchObject([{ kind: 'unproven_staff', child, at: at('12:00'), seen: false }])
})

test('a hand-over off line to somebody who is banned is kept and called out', async () => {
  await using house = await lateHouse()
  const { child, mother } = await house.child()
  const kiosk = new Kiosk(house, house.kiosks[0])
  house.clock.turn(360 * MINUTE_MS)
  await house.room.register.block({ child, guardian: mother, name: '', kana: '', reason: '' }, house.carer)
  await house.room.register.block({ child, name: '山田 太郎', kana: 'やまだ たろう', reason: '' }, house.carer)
  const [one, two] = [newIdentifier('stay'), newIdentifier('stay')]
  await house.tell(kiosk.arrived(child, one, '10:00'))
  await house.tell(kiosk.handedOver(child, one, '11:00', mother))
  await house.tell(kiosk.arrived(child, two, '11:30'))
  await house.tell(kiosk.overridden(child, two, '12:00', 'ヤマダタロウ'))
  const doubts = await readDoubts(house.centre.journal.read, house.clock.now())
  expect(doubts.map(({ kind }) => kind)).toEqual(['not_allowed', 'not_allowed'])
})

test('children whom nobody may refuse any more are taken in above the limit, with an alarm and a doubt', async () => {
  await using house = await lateHouse()
  const kiosk = new Kiosk(house, house.kiosks[0])
  const taken: { child: ChildId; mother: PickupId; care: string | undefined }[] = []
  for (let n = 0; n < 13; n += 1) taken.push(await house.child('2024-10-01'))
  expect(taken.map(({ care }) => care === undefined)).toEqual([...Array(12).fill(false), true])
  house.clock.turn(120 * MINUTE_MS)
  for (const { child } of taken) await house.tell(kiosk.arrived(child, newIdentifier('stay'), '10:30'))
  expect(await openStays(house.centre.journal.read)).toHaveLength(13)
  const doubts = await readDoubts(house.centre.journal.read, house.clock.now())
  expect(doubts).toMatchObject([{ kind: 'over_capacity', child: taken[12]?.child }])
  expect(await house.centre.journal.read.all('SELECT kind FROM care_alarm')).toEqual([{ kind: 'ratio' }])
  const report = await house.centre.journal.rebuild()
  expect(report).toMatchObject({ equal: true, quarantined: 0 })
})

test('a child whose registration is over is not on the list of a kiosk; one that was taken in off line is called out', async () => {
  await using house = await lateHouse()
  const { child } = await house.child()
  const { room, centre, nursery, clock, carer } = house
  const { read: rows } = centre.journal
  const staff = new StaffDesk(centre.journal, centre.secrets)
  const booked = async () => {
    const list = await readKioskList({ ...room.parts, rows, staff, cards: room.cards }, nursery, clock.now())
    return list?.children.flatMap((one) => one.booked.map(({ day }) => day))
  }
  expect(await booked()).toEqual([DAY])
  await room.register.decide(child, { state: 'expired' }, carer)
  expect(await booked()).toEqual([])
  clock.turn(120 * MINUTE_MS)
  await house.tell(new Kiosk(house, house.kiosks[0]).arrived(child, newIdentifier('stay'), '10:30'))
  expect(await openStays(rows)).toHaveLength(1)
  expect(await readDoubts(rows, clock.now())).toMatchObject([{ kind: 'not_registered', child }])
})

test('two kiosks that were cut off gave one code to two children: both slips are named, and neither is enough for a hand-over', async () => {
  await using house = await lateHouse()
  const [one, two] = [await house.child(), await house.child()]
  const { room, centre, nursery, clock, carer } = house
  const { read: rows } = centre.journal
  const [first, second] = [newIdentifier('stay'), newIdentifier('stay')]
  const [a, b] = house.kiosks.map((device) => new Kiosk(house, device)) as [Kiosk, Kiosk]
  clock.turn(120 * MINUTE_MS)
  await house.tell(a.arrived(one.child, first, '10:01', 'CDFH'))
  await house.tell(b.arrived(two.child, second, '10:02', 'CDFH'))
  const doubts = await readDoubts(rows, clock.now())
  expect(doubts).toMatchObject([{ kind: 'code_shared', child: two.child, other: one.child }])
  const staff = new StaffDesk(centre.journal, centre.secrets)
  const list = await readKioskList({ ...room.parts, rows, staff, cards: room.cards }, nursery, clock.now())
  expect(list?.children.map(({ stay }) => stay?.code)).toEqual(['', ''])
  const giver = { staff: carer, worker: undefined }
  const byCode = { stay: first, to: one.mother, secondFactor: 'code' as const, code: 'CDFH' }
  expect(await room.door.handOver(byCode, giver)).toMatchObject({ refused: 'code_shared' })
  expect(await room.door.handOver({ ...byCode, code: 'XXXX' }, giver)).toMatchObject({ refused: 'code_wrong' })
  await house.tell(b.handedOver(two.child, second, '10:30', two.mother))
  const after = await readDoubts(rows, clock.now())
  expect(after.map(({ kind, child }) => ({ kind, child }))).toEqual([
    { kind: 'code_shared', child: two.child },
    { kind: 'code_shared', child: two.child },
  ])
  // The other one is alone with it again.
  expect(await room.door.handOver(byCode, giver)).toBeUndefined()
})

test('a record about a child nobody knows is no record of this centre', async () => {
  await using house = await lateHouse()
  const told = new Kiosk(house, house.kiosks[0]).arrived(newIdentifier('child'), newIdentifier('stay'), '10:00')
  expect(await house.tell(told)).toMatchObject({ refused: 'child_unknown' })
})

test('a hand-over before its arrival, by a clock that was wrong, ends the stay and is looked into', async () => {
  await using house = await lateHouse()
  const { child, mother } = await house.child()
  const [one, two] = house.kiosks.map((device) => new Kiosk(house, device)) as [Kiosk, Kiosk]
  house.clock.turn(360 * MINUTE_MS)
  const stay = newIdentifier('stay')
  await house.tell(two.handedOver(child, stay, '10:00', mother))
  expect((await outcome(house, child)).doubts).toMatchObject([{ kind: 'hand_over_without_arrival' }])
  await house.tell(one.arrived(child, stay, '10:05'))
  const { stays, doubts, open } = await outcome(house, child)
  expect(stays).toMatchObject([{ arrived_at: at('10:05'), departed_at: at('10:05'), to_kind: 'guardian' }])
  expect(doubts).toMatchObject([{ kind: 'times_reversed' }])
  expect(open).toEqual([])
})

test('a child whose key was destroyed is nobody any more: not booked, and still given home by two members of staff', async () => {
  await using house = await lateHouse()
  const { child, mother } = await house.child()
  const { room, carer, witness, nursery, centre } = house
  const stay = newIdentifier('stay')
  await house.tell(new Kiosk(house, house.kiosks[0]).arrived(child, stay, '09:00'))
  await centre.secrets.keys.shred(child)
  expect(await room.parts.children.get(child)).toMatchObject({
    readable: false,
    state: 'expired',
    name: '',
    allergies: '',
  })
  const wish = { child, room: nursery, day: DAY, start: 900, end: 960 }
  const booked = await room.places.book({ ...wish, request: newIdentifier('request'), source: 'staff', by: carer })
  expect(booked).toMatchObject({ refused: 'child_not_approved' })
  const given = { stay, to: mother, secondFactor: 'face' as const, code: '' }
  expect(await room.door.handOver(given, { staff: carer, worker: undefined })).toMatchObject({
    refused: 'pickup_blocked',
  })
  expect(await room.door.override({ stay, name: '親野 はな', reason: '鍵を消した' }, [carer, witness])).toBeUndefined()
  expect(await openStays(centre.journal.read)).toEqual([])
})
