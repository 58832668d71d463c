/** Every screen of the kiosk as the events and presses that lead to it: for pictures, axe-core and walks by keyboard. */
import type { EventId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { type BusinessDay, HOUR_MS, type Instant, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import type { KeptTap, KioskEvent, ShownAnswer, ShownPlaces, ShownSeat } from '../../kiosk/check-in/kiosk-event.ts'

export type SceneStep =
  | { readonly tell: KioskEvent }
  /** `data-key` of the button to press. */
  | { readonly press: string }
  | { readonly type: string }
  /** The page loses its focus. */
  | { readonly blur: true }

export const sceneTime: Instant = parseIsoInstant('2026-11-20T09:02:11+09:00') ?? 0
const id = 'd_0123456789abcdefghjk.1.7' as EventId
const reader = { id: 'pcsc', kind: 'pcsc', state: 'ready', since: sceneTime } as const

export const hello: KioskEvent & { t: 'hello' } = {
  t: 'hello',
  now: sceneTime,
  ready: true,
  readers: [reader],
  link: { online: true, waiting: 0 },
  board: { present: 23, centreName: '塩尻テレワークセンター' },
  sound: { volume: 0.7, quiet: false },
  wedge: false,
}

const tap: KeptTap = {
  id,
  time: sceneTime,
  claim: 'in',
  expected: 'in',
  callName: 'はな',
  code: 'W001',
  identified: 'card',
  online: true,
  waiting: 1,
  switchMs: 10_000,
  undoMs: 30_000,
}

const days = ['2026-11-16', '2026-11-17', '2026-11-18', '2026-11-19', '2026-11-20'] as BusinessDay[]
const assignments = [
  { assignment: 'a_0123456789abcdefghjk', title: '画像アノテーション' },
  { assignment: 'a_0123456789abcdefghjm', title: '議事録の文字起こし（市議会）' },
  { assignment: 'a_0123456789abcdefghjn', title: '古い地図のデータ入力' },
] as unknown as NonNullable<ShownAnswer['assignments']>

const answer: ShownAnswer = {
  result: 'in',
  time: sceneTime,
  code: 'W001',
  callName: 'はな',
  week: {
    days: days.map((day, index) => ({ day, seconds: [10_800, 16_200, 7_200, 10_800, 0][index] ?? 0 })),
    seconds: 45_000,
    pending: 1,
  },
  assignments,
  ...(assignments[0] === undefined ? {} : { assignment: assignments[0].assignment }),
}

const question = {
  day: '2026-11-19' as BusinessDay,
  start: sceneTime - 24 * HOUR_MS,
  place: '塩尻',
  suggestion: parseIsoInstant('2026-11-19T17:30:00+09:00') ?? 0,
}

const kept = (change: Partial<KeptTap> = {}): SceneStep => ({ tell: { t: 'kept', tap: { ...tap, ...change } } })
const answered = (change: Partial<ShownAnswer> = {}): SceneStep => ({
  tell: { t: 'answered', id, answer: { ...answer, ...change } },
})
const greet = (change: Partial<typeof hello>): SceneStep => ({ tell: { ...hello, ...change } })
const noAnswer = {
  week: undefined,
  assignments: undefined,
  assignment: undefined,
  callName: undefined,
  code: undefined,
}
const enrolment = (step: 'first' | 'away' | 'second' | 'sending'): SceneStep => ({
  tell: { t: 'enrolment', step, greeting: 'はな さん', leftMs: 120_000 },
})
const seat = (change: ShownSeat): SceneStep => ({ tell: { t: 'seat', id, seat: change } })
const chair = {
  resource: 'e_0123456789abcdefghjk' as ResourceId,
  name: '窓ぎわ 12番',
  until: parseIsoInstant('2026-11-20T12:00:00+09:00') ?? 0,
}
const slot = (hours: number, free: number) => ({
  at: Math.floor(sceneTime / HOUR_MS) * HOUR_MS + hours * HOUR_MS,
  booked: 6 - free,
  staff: 2,
  needed: 2,
  free,
})
export const places: ShownPlaces = {
  at: sceneTime,
  open: true,
  seats: { free: 13, total: 40 },
  booths: { free: 2, total: 4 },
  rooms: { free: 1, total: 3 },
  care: [{ name: 'こどもの部屋', slots: [{ ...slot(0, 2), present: 4 }, slot(1, 1), slot(2, 0)] }],
}
const offline: SceneStep = { tell: { t: 'link', link: { online: false, waiting: 3 } } }

/** In the order a visitor would be shown them. */
export const scenes: Readonly<Record<string, readonly SceneStep[]>> = {
  idle: [],
  'idle-offline': [offline],
  'idle-places': [greet({ places })],
  'idle-two-rooms': [
    greet({
      places: {
        ...places,
        care: [...places.care, ...places.care.map((room) => ({ ...room, name: '赤ちゃんの部屋' }))],
      },
    }),
  ],
  'in-seat': [kept(), answered(), seat({ state: 'booked', ...chair })],
  'in-offer': [kept(), answered(), seat({ state: 'offered', ...chair })],
  'in-offer-only': [
    kept(),
    answered({ assignments: undefined, week: undefined }),
    seat({ state: 'offered', ...chair, name: '二階 しずかな部屋の 奥の 大きな机 A-123（モニターつき）' }),
  ],
  'in-seat-asked': [offline, kept(), answered(), seat({ state: 'asked', ...chair })],
  'in-seat-gone': [kept(), answered(), seat({ state: 'offered', ...chair, refused: 'seat_taken' })],
  'in-seat-none': [kept(), answered(), seat({ state: 'none', refused: 'seat_taken' })],
  'in-seat-later': [
    kept(),
    answered(),
    seat({ state: 'booked', ...chair, from: parseIsoInstant('2026-11-20T09:30:00+09:00') ?? 0 }),
  ],
  'idle-no-reader': [greet({ readers: [{ ...reader, state: 'missing' }] })],
  'idle-no-focus': [greet({ wedge: true, readers: [{ ...reader, state: 'degraded' }] }), { blur: true }],
  preparing: [greet({ ready: false })],
  reading: [{ tell: { t: 'reading' } }],
  in: [kept(), answered()],
  'in-at-once': [kept()],
  out: [kept({ claim: 'out', expected: 'out' }), answered({ result: 'out' })],
  'in-by-code': [
    kept({ callName: undefined, code: 'ITO-W004' }),
    answered({ callName: undefined, code: 'ITO-W004', assignments: undefined }),
  ],
  ignored: [
    kept({ claim: 'out', expected: 'ignored', standing: 'in' }),
    answered({ result: 'ignored', standing: 'in' }),
  ],
  unknown: [
    kept({ expected: 'unknown_card', callName: undefined, code: undefined }),
    answered({ ...noAnswer, result: 'unknown_card' }),
  ],
  revoked: [
    kept({ expected: 'revoked_card', callName: undefined, code: undefined }),
    answered({ ...noAnswer, result: 'revoked_card' }),
  ],
  'kept-unseen': [kept({ expected: null, callName: undefined, code: undefined })],
  offline: [offline, kept({ online: false, waiting: 3 })],
  unverified: [offline, kept({ online: false, identified: 'unverified' })],
  switched: [kept(), { tell: { t: 'switched', id, claim: 'out' } }],
  undone: [kept(), answered(), { tell: { t: 'voided', id } }],
  question: [kept(), answered({ question })],
  'question-time': [kept(), answered({ question }), { press: 'question' }],
  'question-told': [kept(), answered({ question }), { tell: { t: 'told', id } }],
  work: [kept(), answered(), { press: 'work' }],
  'work-none': [kept(), answered({ assignment: undefined })],
  'read-failed': [{ tell: { t: 'problem', problem: 'read_failed' } }],
  'two-cards': [{ tell: { t: 'problem', problem: 'two_cards' } }],
  'not-kept': [{ tell: { t: 'problem', problem: 'not_kept' } }],
  code: [{ press: 'cardless' }, { type: 'W001' }],
  pin: [{ press: 'cardless' }, { type: 'W001' }, { press: 'next' }, { type: '1234' }],
  'enrol-first': [enrolment('first')],
  'enrol-away': [enrolment('away')],
  'enrol-second': [enrolment('second')],
  enrolled: [{ tell: { t: 'enrolment-ended', ok: true } }],
  'enrol-failed': [{ tell: { t: 'enrolment-ended', ok: false, code: 'card_differs' } }],
  sound: [{ press: 'sound' }],
}
