/** Builds taps, days and random histories for tests of the attendance rules. Invented people only. */
import fc from 'fast-check'
import type { Direction } from '../../central-sync/protocol/event/attendance.ts'
import type { CorrectionId, DeviceId, EventId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import {
  type BusinessDay,
  HOUR_MS,
  type Instant,
  MINUTE_MS,
  parseIsoInstant,
  SECOND_MS,
  startOfBusinessDay,
} from '../../central-sync/protocol/time.ts'
import {
  type DayFold,
  type FoldDecision,
  type FoldInput,
  type FoldRedirect,
  type FoldTap,
  type FoldVoid,
  foldDay,
} from '../../central-sync/rules/fold-day.ts'
import { defaultPolicy } from '../../central-sync/rules/policy.ts'

export const WORKER = 'w_0000000000000000000w' as WorkerId
export const SITE = 's_0000000000000000000s' as SiteId
export const DAY = '2026-10-01' as BusinessDay

export function siteId(letter: string): SiteId {
  return `s_${letter.repeat(20)}` as SiteId
}

export function deviceId(number: number): DeviceId {
  return `d_${String(number).padStart(20, '0')}` as DeviceId
}

export function tapId(device: number, seq: number): EventId {
  return `${deviceId(device)}.1.${seq}` as EventId
}

export function ulidOf(number: number): EventId {
  return String(number).padStart(26, '0') as EventId
}

export function correctionId(number: number): CorrectionId {
  return `q_${String(number).padStart(20, '0')}` as CorrectionId
}

/** `2026-10-01 09:00[:00[.000]]` in Japan. */
export function jst(text: string): Instant {
  const at = parseIsoInstant(`${text.replace(' ', 'T')}+09:00`)
  if (at === undefined) throw new Error(`not a time: ${text}`)
  return at
}

/** `09:00` on the test day; `29:00` is 05:00 of the next morning. */
export function at(clock: string): Instant {
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  return startOfBusinessDay(DAY) + (hours - 5) * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
}

let counter = 0

/** A trustworthy card tap at kiosk 1; every test overrides what it is about. */
export function tap(claim: Direction, time: Instant, more: Partial<FoldTap> = {}): FoldTap {
  counter += 1
  const device = more.device ?? deviceId(1)
  return {
    id: `${device}.1.${more.seq ?? counter}` as EventId,
    site: SITE,
    device,
    seq: counter,
    time,
    place: '塩尻',
    claim,
    claimBy: 'auto',
    identified: 'card',
    clock: 'synced',
    offsetAge: 60_000,
    online: true,
    rosterStale: false,
    chosen: false,
    known: 'known',
    attributed: false,
    late: false,
    ...more,
  }
}

/** An imported row: a person's word, vouched for. */
export function punch(claim: Direction, time: Instant, more: Partial<FoldTap> = {}): FoldTap {
  return tap(claim, time, { claimBy: 'import', identified: 'import', clock: 'imported', chosen: true, ...more })
}

export function fold(taps: readonly FoldTap[], more: Partial<FoldInput> = {}): DayFold {
  const empty = { redirects: [], voids: [], decisions: [] }
  return foldDay({ worker: WORKER, day: DAY, policy: defaultPolicy, ...empty, taps, ...more })
}

export const withoutRollOver = { ...defaultPolicy, rollOver: 'off' as const }

/** `09:00–12:00 payable`, `09:00– pending missing_out`: sessions as short words, with hours counted past 24. */
export function say(day: DayFold): string[] {
  return day.sessions.map(({ startedAt, endedAt, status, flags }) =>
    [`${face(startedAt)}–${face(endedAt)}`, status, ...flags].join(' '),
  )
}

function face(time: Instant | undefined): string {
  if (time === undefined) return ''
  const seconds = Math.floor((time - startOfBusinessDay(DAY)) / SECOND_MS) + 5 * 3600
  const two = (value: number) => String(value).padStart(2, '0')
  const base = `${two(Math.floor(seconds / 3600))}:${two(Math.floor((seconds % 3600) / 60))}`
  return seconds % 60 === 0 ? base : `${base}:${two(seconds % 60)}`
}

export interface History {
  readonly taps: readonly FoldTap[]
  readonly redirects: readonly FoldRedirect[]
  readonly voids: readonly FoldVoid[]
  readonly decisions: readonly FoldDecision[]
}

const PLACES = ['塩尻', '糸魚川', 'ﾅｶﾂｶﾞﾜ'] as const

/** Times cluster, so that bounces, equal instants and unclear orders happen often. */
const timeOfDay: fc.Arbitrary<Instant> = fc
  .oneof(
    fc.integer({ min: 0, max: 24 * 3600 - 1 }).map((second) => second * SECOND_MS),
    fc.tuple(fc.integer({ min: 0, max: 47 }), fc.integer({ min: 0, max: 260 })).map(([half, second]) => {
      return half * 30 * MINUTE_MS + second * SECOND_MS
    }),
    fc.integer({ min: 0, max: 24 * HOUR_MS - 1 }),
  )
  .map((offset) => startOfBusinessDay(DAY) + offset)

/** A day at three kiosks of two centres and an import, with everything that may be wrong with a tap. */
export const arbitraryTap: fc.Arbitrary<Omit<FoldTap, 'id' | 'seq'>> = fc.record({
  site: fc.constantFrom(siteId('a'), siteId('b')),
  device: fc.constantFrom(deviceId(1), deviceId(2), deviceId(3)),
  time: timeOfDay,
  place: fc.constantFrom(...PLACES),
  claim: fc.constantFrom<Direction>('in', 'out'),
  claimBy: weighted<FoldTap['claimBy']>(['auto', 6], ['worker', 1], ['import', 2], ['staff', 1]),
  identified: weighted<FoldTap['identified']>(['card', 12], ['unverified', 1]),
  clock: weighted<FoldTap['clock']>(
    ['synced', 12],
    ['imported', 3],
    ['extrapolated', 2],
    ['unsynced', 1],
    ['absurd', 1],
  ),
  offsetAge: fc.option(fc.integer({ min: 0, max: 72 * HOUR_MS }), { nil: null }),
  online: fc.boolean(),
  rosterStale: fc.boolean(),
  chosen: fc.boolean(),
  known: weighted<FoldTap['known']>(['known', 14], ['revoked_card', 1], ['unknown_card', 1]),
  attributed: weighted([false, 14], [true, 1]),
  late: weighted([false, 14], [true, 1]),
})

function weighted<T>(...choices: readonly (readonly [T, number])[]): fc.Arbitrary<T> {
  return fc.oneof(...choices.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })))
}

export const arbitraryTaps: fc.Arbitrary<FoldTap[]> = fc
  .array(arbitraryTap, { maxLength: 14 })
  .map((taps) => taps.map((one, index) => ({ ...one, seq: index + 1, id: `${one.device}.1.${index + 1}` as EventId })))

/** Taps with redirects, voids, corrections and confirmations that fit some of them. */
export const arbitraryHistory: fc.Arbitrary<History> = arbitraryTaps.chain((taps) => {
  const target = taps.length === 0 ? fc.constant(ulidOf(1)) : fc.constantFrom(...taps.map(({ id }) => id))
  return fc.record({
    taps: fc.constant(taps),
    redirects: fc
      .array(fc.record({ target, claim: fc.constantFrom<Direction>('in', 'out') }), { maxLength: 3 })
      .map((all) =>
        all.map((one, index) => ({ ...one, id: `${one.target.split('.')[0]}.1.${500 + index}` as EventId })),
      ),
    voids: fc.array(fc.record({ target }), { maxLength: 2 }),
    decisions: arbitraryDecisions(taps, target),
  })
})

function arbitraryDecisions(taps: readonly FoldTap[], target: fc.Arbitrary<EventId>): fc.Arbitrary<FoldDecision[]> {
  const grant = fc
    .record({ start: timeOfDay, length: fc.integer({ min: 1, max: 16 * 3600 }), place: fc.constantFrom(...PLACES) })
    .map(({ start, length, place }) => {
      const end = Math.min(start + length * SECOND_MS, startOfBusinessDay(DAY) + 24 * HOUR_MS)
      return { start, end, place }
    })
    .filter(({ start, end }) => start < end)
  const correction = fc
    .record({
      number: fc.integer({ min: 1, max: 3 }),
      outcome: weighted(['approved' as const, 4], ['reverted' as const, 1]),
      taps: fc.array(target, { maxLength: 3 }),
      granted: fc.array(grant, { maxLength: 1 }),
    })
    .map(
      ({ number, ...rest }): FoldDecision => ({
        kind: 'correction',
        id: ulidOf(0),
        correction: correctionId(number),
        ...rest,
      }),
    )
  const closed = fold(taps).sessions.filter(
    ({ startedAt, endedAt }) => startedAt !== undefined && endedAt !== undefined,
  )
  const confirmation = fc.constantFrom(...closed, undefined).map((session): FoldDecision | undefined =>
    session?.startId === undefined ||
    session.endId === undefined ||
    session.startedAt === undefined ||
    session.endedAt === undefined
      ? undefined
      : {
          kind: 'confirmation',
          id: ulidOf(0),
          start: session.startId,
          end: session.endId,
          startedAt: session.startedAt,
          endedAt: session.endedAt,
        },
  )
  return fc
    .array(fc.oneof({ arbitrary: correction, weight: 1 }, { arbitrary: confirmation, weight: 1 }), { maxLength: 3 })
    .map((all) => all.filter((one) => one !== undefined).map((one, index) => ({ ...one, id: ulidOf(100 + index) })))
}
