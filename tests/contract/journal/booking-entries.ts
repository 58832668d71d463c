/** One entry of each kind that seats, rooms and the childcare room write: fixed ids, keys and nonces. Invented people. */
import type { Entry } from '../../../central-sync/protocol/entry.ts'
import * as booking from '../../../central-sync/protocol/event/booking.ts'
import * as carer from '../../../central-sync/protocol/event/carer.ts'
import * as care from '../../../central-sync/protocol/event/childcare.ts'
import type { EventDefinition } from '../../../central-sync/protocol/event/definition.ts'
import { eventId } from '../../../central-sync/protocol/identifier.ts'
import { seal } from '../../../central-sync/protocol/sealed.ts'
import { dataKey } from './golden-entries.ts'

const NONCE = Buffer.from('000102030405060708090a0b', 'hex')
const AT = 1_795_130_000_000
/** An id of any kind. */
const id = (letter: string, number: number) => `${letter}_${String(number).padStart(20, '0')}`

const [seat, room, worker, child, staff, other] = [
  id('e', 1),
  id('e', 2),
  id('w', 3),
  id('i', 4),
  id('f', 5),
  id('f', 6),
]
const [seatBooking, place, stay, shift, series, closure] = [
  id('b', 7),
  id('b', 8),
  id('v', 9),
  id('h', 10),
  id('n', 11),
  id('l', 12),
]
const [waiting, guardian, pickup, block, request] = [id('t', 13), id('u', 14), id('u', 15), id('u', 16), id('j', 17)]
const card = id('c', 18)
const entryOf = (number: number) => `01KAFXD00000000000000${String(number).padStart(5, '0')}`
const day = '2026-11-27'
const span = { start: 600, end: 720 }
const allDay = { start: 540, end: 1_080 }

interface Sample {
  readonly event: EventDefinition
  readonly data: unknown
  readonly personal?: unknown
}

/** Typed by its definition as far as brands allow: the test parses every one. */
function sample<D, P>(event: EventDefinition<D, P>, data: unknown, personal?: unknown): Sample {
  return {
    event: event as EventDefinition,
    data: data as D,
    ...(personal === undefined ? {} : { personal: personal as P }),
  }
}

const seats: readonly Sample[] = [
  sample(booking.resourceDescribed, {
    ...{ resource: seat, kind: 'seat', name: '窓ぎわ 1', parent: room },
    attrs: { monitor: true, standing: false, accessible: true, quiet: false },
    ...{ capacity: 1, bufferMin: 0, checkInRequired: true, graceMin: 15, open: true },
    ...{ map: { x: 10, y: 20, w: 60, h: 40 }, floor: '2階' },
  }),
  sample(booking.hoursSet, {
    weekdays: [allDay, allDay, allDay, allDay, allDay, null, null],
    ...{ holidays: false, from: '2026-04-01' },
  }),
  sample(booking.bookingTermsSet, {
    ...{ durationMaxMin: 720, horizonDays: 60, noticeMin: 0, upcomingMax: 20, sameDayMax: 3 },
  }),
  sample(booking.closureMade, {
    ...{ closure, target: 'centre', fromDay: '2026-12-29', toDay: '2027-01-03', start: 0, end: 1_440 },
    ...{ reason: 'other', note: '年末年始' },
  }),
  sample(booking.closureLifted, { closure }),
  sample(booking.bookingMade, {
    ...{ booking: seatBooking, request, resource: seat, worker, day, ...span, state: 'confirmed' },
    ...{ source: 'web', series, care: place },
  }),
  sample(booking.bookingMoved, { booking: seatBooking, resource: seat, day, start: 660, end: 720 }),
  sample(booking.bookingSettled, { booking: seatBooking, state: 'in', why: 'check_in', tap: `${id('d', 19)}.7.41` }),
  sample(booking.seriesMade, {
    ...{ series, worker, resource: seat, rule: 'FREQ=WEEKLY;BYDAY=FR', from: day, until: '2026-12-25', ...span },
    ...{ onConflict: 'skip', skipped: [{ day: '2026-12-11', code: 'booking_overlap' }] },
  }),
  sample(booking.waitingJoined, { waiting, request, worker, day, ...span, want: 'seat', child, priority: 0 }),
  sample(booking.waitingOffered, { waiting, booking: seatBooking, care: place, expires: AT + 3_600_000 }),
  sample(booking.waitingClosed, { waiting, outcome: 'accepted' }),
  sample(booking.demandDeclined, {
    ...{ demand: id('m', 20), what: 'pair', day, ...span, why: 'ratio_exceeded', source: 'web', worker },
  }),
  sample(booking.calendarIssued, { worker, digest: 'A'.repeat(43) }),
]

const sheet = {
  ...{ name: '架空野 こはる', kana: 'かくうの こはる', callName: 'こはる', birthDate: '2023-05-14', extraUnits: 50 },
  ...{ allergies: '卵', allergyPlan: true, allergyReviewedOn: '2026-04-01', notes: '昼寝は短い', doctor: '架空医院' },
}
const person = { name: '架空野 花子', kana: 'かくうの はなこ', phone: '0263-00-0000', relation: '母' }
const health = { temperatureX10: 367, symptoms: ['cough'] }

const children: readonly Sample[] = [
  sample(care.childRegistered, { child, state: 'pending', worker }, sheet),
  sample(care.childChanged, { child }, { ...sheet, extraUnits: 0 }),
  sample(care.childStateSet, { child, state: 'approved' }),
  sample(care.guardianSet, { guardian, child, worker, from: day }, { ...person, custody: 'normal' }),
  sample(
    care.pickupGranted,
    { pickup, child, scope: 'one_day', day, from: day, to: day },
    { ...person, name: '架空野 きよ', relation: '祖母', idCheck: '保険証' },
  ),
  sample(care.pickupRevoked, { pickup }),
  sample(
    care.pickupBlocked,
    { block, child, from: day },
    { name: '架空野 太郎', kana: 'かくうの たろう', reason: '家庭裁判所', guardian },
  ),
  sample(care.pickupUnblocked, { block }),
]

const rules: readonly Sample[] = [
  sample(care.carePolicySet, {
    ...{ policy: id('y', 21), from: '2026-04-01', to: '2027-03-31', units: { a0: 100, a12: 50, a3: 20, a4: 12 } },
    ...{ minStaff: 2, qualifiedNum: 1, qualifiedDen: 3, areaPerChildDm2: 165, ageBasis: 'fiscal' },
    ...{ rounding: 'ceil_sum', feverX10: 375, smallMode: false },
  }),
  sample(care.careRoomSet, { room, areaDm2: 3_300 }),
  sample(care.shiftSet, { shift, room, day, ...allDay, staff, qualified: true }),
  sample(care.shiftRemoved, { shift }),
  sample(carer.shiftAttended, { shift, state: 'here' }),
  sample(carer.staffCardEnrolled, { card, staff, digests: [{ k: 1, h: 'B'.repeat(43) }], tail: '9ABC' }),
  sample(carer.staffCardRevoked, { card }),
]

const stays: readonly Sample[] = [
  sample(care.careBooked, {
    ...{ care: place, request, child, worker, room, day, ...span, band: 'a12', units: 100, state: 'held' },
    ...{ source: 'offer', linked: seatBooking, expires: AT + 3_600_000 },
  }),
  sample(care.careSettled, { care: place, state: 'confirmed', why: 'offer_accepted' }),
  sample(
    care.careArrived,
    { stay, care: place, child, room, at: AT, by: staff, band: 'a12', units: 100, device: id('d', 19) },
    { ...health, broughtBy: person.name, contactPhone: person.phone, meds: '', code: 'K4PX' },
  ),
  sample(care.careTurnedAway, { child, at: AT }, { temperatureX10: 378, symptoms: ['cough'], why: 'fever' }),
  sample(
    care.careHandedOver,
    {
      ...{ stay, child, at: AT, to: { kind: 'override' }, staff, secondFactor: 'face' },
      ...{ override: { staff: [staff, other] }, device: id('d', 19) },
    },
    { name: '高橋 みどり', reason: '母親に電話で確かめた' },
  ),
  sample(care.carePickupRefused, { child, stay, at: AT }, { why: 'no_contact' }),
  sample(care.careAlarm, { room, day, kind: 'ratio', slot: 40, state: 'raised' }),
  sample(care.childNotesRead, { child, staff, what: 'health' }),
  sample(carer.careDoubted, { child, stay, at: AT, kind: 'unproven_staff' }),
  sample(carer.careDoubtSeen, { entry: entryOf(40) }),
]

export const samples: readonly Sample[] = [...seats, ...children, ...rules, ...stays]

export function makeBookingEntries(): Entry[] {
  return samples.map(({ event, data, personal }, index): Entry => {
    const entry = eventId.parse(entryOf(index))
    const context = { id: entry, type: event.type, version: event.version, subject: child }
    return {
      ...{ s: index + 1, id: entry, t: event.type, v: event.version, at: AT + index, by: staff },
      ...(personal === undefined ? {} : { sub: child }),
      d: data as Entry['d'],
      ...(personal === undefined ? {} : { x: seal(personal as Record<string, unknown>, dataKey, context, NONCE) }),
    }
  })
}
