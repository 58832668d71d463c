/** Every screen of the childcare room's page as what the kiosk process says and the presses that follow. Invented children. */
import type { ChildId, PickupId } from '../../central-sync/protocol/identifier.ts'
import { MINUTE_MS } from '../../central-sync/protocol/time.ts'
import type { CareBoard, CareShown, ShownStep } from '../../kiosk/care/care-shown.ts'
import type { KioskEvent } from '../../kiosk/check-in/kiosk-event.ts'
import { hello, type SceneStep, sceneTime } from './kiosk-scenes.ts'

const child = (n: number) => `i_0123456789abcdefgh${String(n).padStart(2, '0')}` as ChildId
const person = (n: number) => `u_0123456789abcdefgh${String(n).padStart(2, '0')}` as PickupId

const names = [
  'はる',
  'そうた',
  'ひなた',
  'Alexandra-Marie',
  'ゆい',
  'れん',
  'みなと',
  'あおい',
  '𠮷野さくらこちゃん',
  'りく',
  'つむぎ',
  'いちか',
]

export const quietBoard: CareBoard = {
  room: 'つくしの部屋',
  expected: [
    { child: child(20), callName: 'こはる', start: 570, end: 720, late: false },
    { child: child(21), callName: 'だいち', start: 540, end: 780, late: true },
    { child: child(22), callName: 'めい', start: 780, end: 960, late: false },
  ],
  here: names.slice(0, 3).map((callName, n) => ({
    child: child(n),
    callName,
    since: sceneTime - (30 - n) * MINUTE_MS,
    until: n === 2 ? undefined : 720 + n * 30,
    overMin: 0,
  })),
  fetched: 1,
  listAt: sceneTime,
  listAgeMs: 0,
  old: false,
  alarm: undefined,
}

export const fullBoard: CareBoard = {
  ...quietBoard,
  expected: names.map((callName, n) => ({ child: child(40 + n), callName, start: 780, end: 960, late: n === 0 })),
  here: [...names, ...names].map((callName, n) => ({
    child: child(60 + n),
    callName,
    since: sceneTime - n * MINUTE_MS,
    until: 530 + n * 10,
    overMin: n < 2 ? 12 - n * 5 : 0,
  })),
  listAt: sceneTime - 25 * MINUTE_MS,
  listAgeMs: 25 * MINUTE_MS,
}

let turn = 0

export function shown(step: ShownStep, board: CareBoard = quietBoard): CareShown {
  turn += 1
  const leftMs = step.step === 'board' ? undefined : 90_000
  return { board, step, turn, language: undefined, leftMs }
}

const at = (step: ShownStep, board?: CareBoard): readonly SceneStep[] => [
  { tell: { t: 'care', care: shown(step, board) } },
]

export const careHello: KioskEvent & { t: 'hello' } = { ...hello, care: { ...shown({ step: 'board' }), turn: 0 } }

const health: ShownStep = { step: 'health', callName: 'はる', phone: '090-1234-5678', feverX10: 375 }
const kin = (n: number, may: 'bring' | 'fetch' | 'no_booking' | 'too_early', slip = false) => ({
  ...{ child: child(n), callName: names[n] ?? '', may, slip },
  ...(may === 'no_booking' ? { start: undefined, end: undefined } : { start: 540, end: 720 }),
})
const people = [
  { id: person(1), name: '架空野 花子', relation: '母' },
  { id: person(2), name: '架空野 うめ', relation: '祖母（きょうだけ）' },
  { id: person(3), name: 'Maximilian Featherstonehaugh-Cholmondeley', relation: 'uncle' },
]
const staff = { callName: 'はる', have: 0, need: 1, online: true, notice: undefined }

export const careScenes: Readonly<Record<string, readonly SceneStep[]>> = {
  board: at({ step: 'board' }),
  'board-full': [{ tell: { t: 'link', link: { online: false, waiting: 3 } } }, ...at({ step: 'board' }, fullBoard)],
  'board-empty': at({ step: 'board' }, { ...quietBoard, expected: [], here: [] }),
  'board-soon': at({ step: 'board' }, { ...quietBoard, alarm: { level: 'soon', minutes: 10, closes: 1080 } }),
  'board-closed': at({ step: 'board' }, { ...quietBoard, alarm: { level: 'closed', minutes: 7, closes: 1080 } }),
  'board-old': at(
    { step: 'board' },
    { ...quietBoard, listAt: sceneTime - 26 * 60 * MINUTE_MS, listAgeMs: 26 * 60 * MINUTE_MS, old: true },
  ),
  'board-none': at({ step: 'board' }, { ...quietBoard, expected: [], here: [], listAt: undefined, room: '' }),
  family: at({
    step: 'family',
    greeting: 'はな',
    children: [kin(0, 'bring'), kin(1, 'fetch', true), kin(2, 'no_booking'), kin(3, 'too_early')],
  }),
  health: at(health),
  'health-told': [...at(health), { press: 'temperature1' }, { press: 'temperature1' }, { press: 'symptom-cough' }],
  'health-missing': [...at(health), { press: 'health' }],
  phone: [...at(health), { press: 'phone' }],
  'turned-away': at({ step: 'turned_away', callName: 'はる', why: 'fever', temperatureX10: 378, feverX10: 375 }),
  'turned-away-symptom': at({
    step: 'turned_away',
    callName: 'はる',
    why: 'symptom',
    temperatureX10: 366,
    feverX10: 375,
  }),
  slip: at({
    ...{ step: 'slip', callName: 'はる', code: 'K7XW', at: sceneTime, until: 720 },
    room: 'つくしの部屋',
    again: false,
    more: true,
  }),
  prove: at({ step: 'prove', callName: 'はる', wrong: 0 }),
  'prove-wrong': [...at({ step: 'prove', callName: 'はる', wrong: 1 }), { press: 'key-K' }, { press: 'key-7' }],
  fetcher: at({ step: 'fetcher', callName: 'はる', people }),
  staff: at({ step: 'staff', goal: 'hand_over', fetcher: { name: '架空野 うめ', relation: '祖母' }, ...staff }),
  'staff-offline': at({
    step: 'staff',
    goal: 'face',
    fetcher: undefined,
    ...staff,
    have: 1,
    need: 2,
    online: false,
    notice: 'two_staff_needed',
  }),
  'staff-code-shared': at({
    ...{ step: 'staff', goal: 'face', fetcher: undefined, ...staff },
    ...{ have: 0, need: 2, online: false, notice: 'code_shared' },
  }),
  'staff-pin': [
    ...at({ step: 'pin', callName: 'はる', staffName: '保育 一子', sending: false, notice: 'sign_in_failed' }),
    { press: 'key-4' },
    { press: 'key-8' },
  ],
  override: [
    ...at({ step: 'override', callName: 'はる', notice: undefined }),
    { press: 'key-タ' },
    { press: 'key-ナ' },
    { press: 'reason-phoned_parent' },
  ],
  wait: at({ step: 'wait' }),
  handed: at({ step: 'handed', callName: 'はる', at: sceneTime, unverified: false, more: true }),
  'handed-offline': at({ step: 'handed', callName: 'はる', at: sceneTime, unverified: true, more: false }),
  'no-children': at({ step: 'notice', code: 'no_children' }),
  'paper-choice': [{ press: 'sound' }],
}
