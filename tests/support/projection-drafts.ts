/** Random but lifelike entries for every table that the shared projections keep. Invented people only. */
import fc from 'fast-check'
import type { Draft } from '../../central-sync/journal/port.ts'
import * as attendance from '../../central-sync/protocol/event/attendance.ts'
import type { EventDefinition } from '../../central-sync/protocol/event/definition.ts'
import * as person from '../../central-sync/protocol/event/person.ts'
import * as place from '../../central-sync/protocol/event/place.ts'
import * as work from '../../central-sync/protocol/event/work.ts'
import type {
  AssignmentId,
  CardId,
  ClientId,
  EventId,
  OrderId,
  PackageId,
  RateId,
  StaffId,
  WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import {
  addDays,
  type BusinessDay,
  businessDayOf,
  type Instant,
  type Month,
  SECOND_MS,
} from '../../central-sync/protocol/time.ts'
import { at, correctionId, DAY, deviceId, siteId, tapId, ulidOf } from './attendance-facts.ts'

const id = <T extends string>(letter: string, number: number) => `${letter}_${String(number).padStart(20, '0')}` as T

const WORKERS = [1, 2].map((number) => id<WorkerId>('w', number))
const CARDS = [1, 2, 3].map((number) => id<CardId>('c', number))
const ASSIGNMENTS = [1, 2].map((number) => id<AssignmentId>('a', number))
const PACKAGES = [1, 2].map((number) => id<PackageId>('p', number))
const SITES = [siteId('a'), siteId('b')]
const DEVICES = [1, 2]
const DAYS = [DAY, addDays(DAY, 1)]
/** Few ids, so that entries speak about each other. */
const TAP_SEQS = 8

type DraftOf = fc.Arbitrary<Draft>

/** One stream stands for all authors here: who may write what is the journal's own test. */
const draft = <D, P>(event: EventDefinition<D, P>, more: Omit<Draft<D, P>, 'event'>): Draft =>
  ({ event: { ...event, author: 'either' }, ...more }) as unknown as Draft

const pick = <T>(values: readonly T[]) => fc.constantFrom(...values)
const worker = pick(WORKERS)
const target = fc.tuple(pick(DEVICES), fc.integer({ min: 1, max: TAP_SEQS })).map(([device, seq]) => tapId(device, seq))
const instant: fc.Arbitrary<Instant> = fc
  .integer({ min: 0, max: 47 * 3600 })
  .map((second) => at('05:00') + second * SECOND_MS)

const tapDraft: DraftOf = fc
  .record({
    device: pick(DEVICES),
    seq: fc.integer({ min: 1, max: TAP_SEQS }),
    worker,
    time: instant,
    claim: fc.constantFrom('in' as const, 'out' as const),
    clock: fc.constantFrom('synced' as const, 'extrapolated' as const, 'unsynced' as const),
    known: fc.constantFrom(
      'known' as const,
      'known' as const,
      'known' as const,
      'unknown_card' as const,
      'revoked_card' as const,
    ),
    place: fc.constantFrom('塩尻', '糸魚川'),
  })
  .map(({ device, seq, worker: who, time, known, ...rest }) =>
    draft(attendance.tapRecorded, {
      id: tapId(device, seq),
      by: deviceId(device),
      data: {
        id: tapId(device, seq),
        digests: [],
        ...(known === 'unknown_card' ? {} : { worker: who }),
        identified: 'card',
        wall: time,
        mono: 12.5,
        offset: 0,
        offsetAge: 1_000,
        claimBy: 'auto',
        online: true,
        rosterStale: false,
        site: siteId('a'),
        device: deviceId(device),
        time,
        known,
        ...rest,
      },
    }),
  )

const saidOfTap: DraftOf = fc.oneof(
  fc
    .record({ target, claim: fc.constantFrom('in' as const, 'out' as const), seq: fc.integer({ min: 100, max: 120 }) })
    .map(({ target: of, claim, seq }) =>
      draft(attendance.tapRedirected, {
        id: `${of.split('.')[0]}.2.${seq}` as EventId,
        by: 'x',
        data: { target: of, claim },
      }),
    ),
  target.map((of) => draft(attendance.tapVoided, { by: 'x', data: { target: of } })),
  fc.record({ target, worker, card: pick(CARDS) }).map((data) => draft(attendance.tapAttributed, { by: 'x', data })),
)

const interval = fc.record({ start: instant, minutes: fc.integer({ min: 1, max: 300 }) }).map(({ start, minutes }) => ({
  start,
  end: start + minutes * 60_000,
  place: '塩尻',
}))

const correction = fc.record({
  correction: fc.integer({ min: 1, max: 4 }).map(correctionId),
  worker,
  day: pick(DAYS),
  taps: fc.array(target, { maxLength: 2 }),
})

const decision: DraftOf = fc.oneof(
  fc.record({ base: correction, wanted: fc.array(interval, { maxLength: 2 }) }).map(({ base, wanted }) =>
    draft(attendance.correctionRequested, {
      by: 'x',
      subject: base.worker,
      data: { ...base, base: 'v', wanted, reason: 'forgot_out' },
      personal: { note: 'なし' },
    }),
  ),
  fc
    .record({
      base: correction,
      outcome: fc.constantFrom('approved' as const, 'rejected' as const, 'reverted' as const, 'withdrawn' as const),
      granted: fc.array(interval, { maxLength: 2 }),
    })
    .map(({ base, outcome, granted }) =>
      draft(attendance.correctionDecided, {
        by: 'x',
        subject: base.worker,
        data: { ...base, outcome, granted },
        personal: { note: '' },
      }),
    ),
  fc
    .record({ worker, day: pick(DAYS), start: target, end: target, startedAt: instant, endedAt: instant })
    .map((data) => draft(attendance.sessionConfirmed, { by: 'x', data })),
)

const watermark: DraftOf = fc
  .record({ site: pick(SITES), day: pick(DAYS), seq: fc.option(fc.nat(100)) })
  .map(({ site, day, seq }) =>
    draft(attendance.attendanceWatermark, { by: 'x', data: { site, day, devices: { [deviceId(1)]: seq } } }),
  )

const closing: DraftOf = fc.constant(
  draft(work.payrollClosed, {
    by: 'x',
    data: { month: DAY.slice(0, 7) as Month, statements: 0, yen: 0, inputs: 'x' },
  }),
)

const SHEET = { name: '山田 花子', kana: 'やまだ はなこ', callName: '', language: 'ja' as const }

const directory: DraftOf = fc.oneof(
  fc
    .record({ site: pick(SITES), code: fc.constantFrom('SHI', 'ITO') })
    .map(({ site, code }) => draft(place.centreNamed, { by: 'x', data: { site, code, name: code } })),
  fc
    .record({ site: pick(SITES), code: fc.constantFrom('SHI', 'NAK') })
    .map(({ site, code }) =>
      draft(place.siteAdmitted, { by: 'x', data: { site, code, name: code, publicKey: `p-${code}`, boxKey: 'b' } }),
    ),
  worker.map((who) =>
    draft(person.workerRegistered, {
      by: 'x',
      subject: who,
      data: { worker: who, code: `W00${who.at(-1)}`, home: siteId('a') },
      personal: SHEET,
    }),
  ),
  fc
    .record({ worker, active: fc.boolean() })
    .map((data) => draft(person.workerChanged, { by: 'x', subject: data.worker, data, personal: SHEET })),
  fc.record({ card: pick(CARDS), worker, digest: fc.constantFrom('h', 'i') }).map(({ card, worker: who, digest }) =>
    draft(person.cardEnrolled, {
      by: 'x',
      data: { card, worker: who, digests: [{ k: 0, h: digest.repeat(43) }], tail: '9ABC' },
    }),
  ),
  pick(CARDS).map((card) =>
    draft(person.cardDigestAdded, { by: 'x', data: { card, digest: { k: 1, h: 'n'.repeat(43) } } }),
  ),
  fc
    .record({ card: pick(CARDS), reason: fc.constantFrom('lost' as const, 'broken' as const) })
    .map((data) => draft(person.cardRevoked, { by: 'x', data })),
  pick(DEVICES).map((device) =>
    draft(place.deviceEnrolled, {
      by: 'x',
      data: { device: deviceId(device), kind: 'kiosk', label: '入口', place: '塩尻', publicKey: 'p', boxKey: 'b' },
    }),
  ),
  pick(DEVICES).map((device) =>
    draft(place.deviceRetired, { by: 'x', data: { device: deviceId(device), reason: 'old' } }),
  ),
  fc.constant(
    draft(place.staffAdded, {
      by: 'x',
      subject: id<StaffId>('f', 1),
      data: { staff: id<StaffId>('f', 1), roles: ['director'] },
      personal: { login: 'director', name: '佐藤' },
    }),
  ),
  fc
    .boolean()
    .map((active) =>
      draft(place.staffChanged, { by: 'x', data: { staff: id<StaffId>('f', 1), roles: ['it'], active } }),
    ),
)

const orders: DraftOf = fc.oneof(
  fc.constant(draft(work.clientRegistered, { by: 'x', data: { client: id<ClientId>('k', 1), name: '市役所' } })),
  fc.constant(
    draft(work.orderReceived, {
      by: 'x',
      data: { order: id<OrderId>('o', 1), client: id<ClientId>('k', 1), title: '地図' },
    }),
  ),
  pick(PACKAGES).map((one) =>
    draft(work.packageMade, {
      by: 'x',
      data: { package: one, order: id<OrderId>('o', 1), title: one, kind: 'データ入力', confidential: false },
    }),
  ),
  fc.record({ package: pick(PACKAGES), from: pick(DAYS), number: fc.integer({ min: 1, max: 3 }) }).map((rate) =>
    draft(work.rateSet, {
      by: 'x',
      data: { rate: id<RateId>('r', rate.number), package: rate.package, milliYenPerHour: 950_000, from: rate.from },
    }),
  ),
  fc
    .record({ package: pick(PACKAGES), site: pick(SITES), open: fc.boolean() })
    .map((data) => draft(work.shareGranted, { by: 'x', data })),
  fc
    .record({ package: pick(PACKAGES), worker, site: pick(SITES) })
    .map((data) => draft(work.assignmentRequested, { by: 'x', data })),
  fc
    .record({ assignment: pick(ASSIGNMENTS), package: pick(PACKAGES), worker, from: pick(DAYS) })
    .map((data) => draft(work.assignmentMade, { by: 'x', data })),
  fc
    .record({ assignment: pick(ASSIGNMENTS), last: pick(DAYS) })
    .map((data) => draft(work.assignmentEnded, { by: 'x', data })),
  fc
    .record({ worker, tap: target, assignment: pick(ASSIGNMENTS) })
    .map((data) => draft(work.workChosen, { by: 'x', data })),
)

const approval: DraftOf = fc.oneof(
  fc
    .record({ worker, session: target, startedAt: instant, seconds: fc.integer({ min: 1, max: 9_999 }) })
    .map(({ worker: who, session, startedAt, seconds }) =>
      draft(work.workApproved, {
        by: 'x',
        data: {
          worker: who,
          day: businessDayOf(startedAt),
          session,
          startedAt,
          endedAt: startedAt + seconds * SECOND_MS,
          seconds,
          assignment: ASSIGNMENTS[0] as AssignmentId,
          package: PACKAGES[0] as PackageId,
        },
      }),
    ),
  fc
    .record({ worker, session: target, day: pick(DAYS as readonly BusinessDay[]) })
    .map((data) => draft(work.workUnapproved, { by: 'x', data })),
)

/** A journal in the order of writing, cut into transactions of any size. Server facts get ids by their place. */
export const arbitraryBatches: fc.Arbitrary<Draft[][]> = fc
  .record({
    drafts: fc.array(
      fc.oneof(
        { arbitrary: tapDraft, weight: 8 },
        { arbitrary: saidOfTap, weight: 3 },
        { arbitrary: decision, weight: 3 },
        { arbitrary: directory, weight: 4 },
        { arbitrary: orders, weight: 4 },
        { arbitrary: approval, weight: 3 },
        { arbitrary: watermark, weight: 1 },
        { arbitrary: closing, weight: 1 },
      ),
      { minLength: 20, maxLength: 80 },
    ),
    sizes: fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 80, maxLength: 80 }),
  })
  .map(({ drafts, sizes }) => cut(withIds(drafts), sizes))

/** Device facts keep their ids, and each comes once: the journal takes no event id twice. */
function withIds(drafts: readonly Draft[]): Draft[] {
  const seen = new Set<string>()
  const result: Draft[] = []
  for (const [index, one] of drafts.entries()) {
    const eventId = one.id ?? ulidOf(1_000 + index)
    if (seen.has(eventId)) continue
    seen.add(eventId)
    result.push({ ...one, id: eventId })
  }
  return result
}

function cut(drafts: readonly Draft[], sizes: readonly number[]): Draft[][] {
  const batches: Draft[][] = []
  let start = 0
  for (const size of sizes) {
    if (start < drafts.length) batches.push(drafts.slice(start, start + size))
    start += size
  }
  return Object.assign(batches, { [fc.toStringMethod]: () => print(batches) })
}

/** A failing run shows what was written, not the schemas. */
function print(batches: readonly (readonly Draft[])[]): string {
  return batches
    .map((batch) =>
      batch.map(({ id: eventId, event, data }) => `${eventId} ${event.type} ${JSON.stringify(data)}`).join('\n'),
    )
    .join('\n--\n')
}
