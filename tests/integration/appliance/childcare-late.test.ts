import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readDoubts } from '../../../appliance/childcare/doubts.ts'
import { readKioskList } from '../../../appliance/childcare/kiosk-list.ts'
import type { CareTold } from '../../../appliance/childcare/record-care.ts'
import { openStays, sheetOfStay } from '../../../appliance/childcare/stays.ts'
import { StaffDesk } from '../../../appliance/staff/staff-desk.ts'
import {
  type BookingId,
  type ChildId,
  newIdentifier,
  type PickupId,
  type StayId,
} from '../../../central-sync/protocol/identifier.ts'
import { MINUTE_MS } from '../../../central-sync/protocol/time.ts'
import { at, DAY, Kiosk, type LateHouse, lateHouse } from '../../support/late-house.ts'

/** With the place the list of the kiosk names. */
function named(told: CareTold, care: string | undefined): CareTold {
  return { ...told, record: { ...told.record, care } } as CareTold
}

/** With another second proof. */
function by(told: CareTold, secondFactor: 'code' | 'face'): CareTold {
  return { ...told, record: { ...told.record, secondFactor } } as CareTold
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

test('a ban that had not reached the kiosk is the reason staff read, and one it knew stays', async () => {
  await using house = await lateHouse()
  const { child } = await house.child()
  const { room, centre, carer } = house
  const kiosk = new Kiosk(house, house.kiosks[0])
  const [banned, stranger] = [newIdentifier('worker'), newIdentifier('worker')]
  house.clock.turn(360 * MINUTE_MS)
  await room.register.block({ child, worker: banned, name: '山田 太郎', kana: '', reason: '' }, carer)
  const stay = newIdentifier('stay')
  await house.tell(kiosk.arrived(child, stay, '10:00'))
  await house.tell(kiosk.refused(child, stay, '11:00', { why: 'unknown', worker: banned }))
  await house.tell(kiosk.refused(child, stay, '11:05', { why: 'not_today', worker: stranger }))
  await house.tell(kiosk.refused(child, stay, '11:10', { why: 'code_wrong' }))
  await house.tell(kiosk.refused(child, stay, '11:15', { why: 'blocked', name: 'ヤマダ タロウ' }))
  expect(await house.tell(kiosk.refused(child, stay, '11:20', {}))).toMatchObject({ refused: 'malformed' })
  const rows = await centre.journal.read.all<{ sheet: string }>('SELECT sheet FROM care_refusal ORDER BY at')
  const why = rows.map(({ sheet }) => room.parts.children.open(sheet, z.object({ why: z.string() }))?.why)
  expect(why).toEqual(['blocked', 'not_today', 'code_wrong', 'blocked'])
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

test('a place that was moved while the kiosk was cut off is not used up by the child it brings at the old time', async () => {
  await using house = await lateHouse()
  const { room, centre, clock, carer } = house
  const { child, mother, care } = await house.child()
  const kiosk = new Kiosk(house, house.kiosks[0])
  const wanted = { start: 900, end: 1_080, source: 'staff' as const }
  expect(await room.places.move(care as BookingId, wanted, { by: carer })).toBeUndefined()
  clock.turn(120 * MINUTE_MS)
  const [morning, afternoon] = [newIdentifier('stay'), newIdentifier('stay')]
  const state = async () => {
    const row = await centre.journal.read.one('SELECT state FROM care_booking WHERE care = ?', [care as string])
    return row?.state
  }
  await house.tell(named(kiosk.arrived(child, morning, '10:01'), care))
  expect(await openStays(centre.journal.read)).toMatchObject([{ stay: morning, care: null }])
  expect(await state()).toBe('confirmed')
  await house.tell(kiosk.handedOver(child, morning, '10:30', mother))
  expect(await state()).toBe('confirmed')
  // At its new time it is the place the child comes for, and an hour before as well.
  await house.tell(named(kiosk.arrived(child, afternoon, '14:00'), care))
  expect(await openStays(centre.journal.read)).toMatchObject([{ stay: afternoon, care }])
  expect(await state()).toBe('in')
})

test('one code on two slips is doubted by who was here together and left by it, in whatever order two kiosks tell it (P19)', async () => {
  await using house = await lateHouse()
  const { centre, clock, kiosks } = house
  let runs = 0
  const tell = async (order: readonly number[], second: readonly [string, string], factor: 'code' | 'face') => {
    const [one, two] = [await house.child(), await house.child()]
    const [a, b] = kiosks.map((device) => new Kiosk(house, device, (runs + 1) * 100)) as [Kiosk, Kiosk]
    const [first, other] = [newIdentifier('stay'), newIdentifier('stay')]
    runs += 1
    clock.turn(360 * MINUTE_MS)
    const facts = [
      a.arrived(one.child, first, '10:00', `Q${runs}`),
      by(a.handedOver(one.child, first, '11:00', one.mother), factor),
      b.arrived(two.child, other, second[0], `q ${runs}`),
      by(b.handedOver(two.child, other, second[1], two.mother), factor),
    ]
    for (const index of order) expect(await house.tell(facts[index] as CareTold)).toBeUndefined()
    const doubts = await readDoubts(centre.journal.read, clock.now())
    clock.turn(-360 * MINUTE_MS)
    return doubts
      .filter(({ kind, child }) => kind === 'code_shared' && (child === one.child || child === two.child))
      .map((doubt) => `${doubt.child === one.child ? 'one' : 'two'} ${new Date(doubt.at).toISOString().slice(11, 16)}`)
      .sort()
  }
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }), async (order) => {
      expect(await tell(order, ['10:30', '11:30'], 'code')).toEqual(['one 02:00', 'two 01:30', 'two 02:30'])
      expect(await tell(order, ['10:30', '11:30'], 'face')).toEqual([])
      expect(await tell(order, ['11:00', '11:30'], 'code')).toEqual([])
    }),
    { numRuns: 16, examples: [[[0, 1, 2, 3]], [[0, 2, 1, 3]], [[2, 0, 3, 1]]], endOnFailure: true },
  )
  expect(await centre.journal.rebuild()).toMatchObject({ equal: true, quarantined: 0 })
}, 60_000)

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
