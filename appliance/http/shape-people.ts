/** Workers and their cards; devices. */
import { z } from 'zod'
import { personName, typedCallName, typedKana, workerCode } from '../../central-sync/protocol/event/person.ts'
import { label, language } from '../../central-sync/protocol/event/place.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { blankable, nothing, shape } from './shape.ts'

const DESK = ['front_desk', 'director', 'administrator'] as const

export const revokeReason = z.enum(['lost', 'broken', 'returned', 'replaced', 'misused'])

const sheetFields = {
  name: personName,
  kana: typedKana,
  callName: typedCallName.default(''),
  language: language.default('ja'),
}

export const workersRegister = shape({
  name: 'workers.register',
  path: '/workers',
  summary: { ja: 'ワーカーを登録する', en: 'Register a worker' },
  access: DESK,
  input: z.strictObject({ code: workerCode, ...sheetFields }),
  /** The first PIN, printed on a slip and never shown again. */
  output: z.strictObject({ worker: identifier('worker'), code: workerCode, pin: z.string() }),
  done: { ja: '登録しました。', en: 'Registered.' },
  unrepeatable: true,
})

export const workersChange = shape({
  name: 'workers.change',
  path: '/workers/change',
  summary: { ja: 'ワーカーの名前・呼び名・言葉を変える', en: 'Change a worker’s sheet' },
  access: DESK,
  input: z.strictObject({ worker: identifier('worker'), ...sheetFields }),
  output: nothing,
  done: { ja: '変えました。', en: 'Changed.' },
})

export const workersDeactivate = shape({
  name: 'workers.deactivate',
  path: '/workers/deactivate',
  summary: { ja: 'ワーカーの登録を止める', en: 'Deactivate a worker' },
  access: DESK,
  input: z.strictObject({ worker: identifier('worker') }),
  output: nothing,
  done: { ja: '止めました。', en: 'Deactivated.' },
})

export const workersActivate = shape({
  name: 'workers.activate',
  path: '/workers/activate',
  summary: { ja: 'ワーカーの登録を戻す', en: 'Reactivate a worker' },
  access: DESK,
  input: z.strictObject({ worker: identifier('worker') }),
  output: nothing,
  done: { ja: '戻しました。', en: 'Reactivated.' },
})

const tokenOutput = z.strictObject({ token: z.string(), expires: z.number() })

export const cardsStartEnrolment = shape({
  name: 'cards.start-enrolment',
  path: '/cards/start-enrolment',
  summary: { ja: 'えらんだ受付機でカードを登録し始める', en: 'Start enrolling a card at a kiosk' },
  access: DESK,
  input: z.strictObject({ worker: identifier('worker'), device: identifier('device') }),
  output: tokenOutput,
  done: { ja: '受付機でカードを2回かざしてください。', en: 'Present the card twice at the kiosk.' },
})

export const cardsEnrolNumber = shape({
  name: 'cards.enrol-number',
  path: '/cards/enrol-number',
  summary: { ja: 'カード番号（16進数）で登録する', en: 'Enrol a card by its number in hex' },
  access: DESK,
  input: z.strictObject({ worker: identifier('worker'), card: z.string().trim().max(64) }),
  output: z.strictObject({ card: identifier('card') }),
  done: { ja: 'カードを登録しました。', en: 'The card is enrolled.' },
})

export const cardsRevoke = shape({
  name: 'cards.revoke',
  path: '/cards/revoke',
  summary: { ja: 'カードを止める', en: 'Revoke a card' },
  access: DESK,
  input: z.strictObject({ card: identifier('card'), reason: revokeReason }),
  output: nothing,
  done: { ja: 'カードを止めました。', en: 'The card is revoked.' },
})

export const cardsReplace = shape({
  name: 'cards.replace',
  path: '/cards/replace',
  summary: { ja: 'カードを止めて、新しいカードの登録を始める', en: 'Revoke a card and start enrolling its successor' },
  access: DESK,
  input: z.strictObject({
    card: identifier('card'),
    reason: revokeReason,
    device: identifier('device'),
  }),
  output: tokenOutput,
  done: { ja: '受付機で新しいカードを2回かざしてください。', en: 'Present the new card twice at the kiosk.' },
})

export const cardsAttach = shape({
  name: 'cards.attach',
  path: '/cards/attach',
  summary: {
    ja: '未登録カードのタッチを人にむすびつける（時間は確認待ちになる）',
    en: 'Attach an unknown card and its earlier taps to a worker; the time waits for a decision',
  },
  access: DESK,
  input: z.strictObject({ tap: z.string().max(80), worker: identifier('worker') }),
  output: z.strictObject({ card: identifier('card'), attributed: z.number().int() }),
  done: { ja: 'むすびつけました。', en: 'Attached.' },
})

export const devicesNewCode = shape({
  name: 'devices.new-code',
  path: '/devices/new-code',
  summary: { ja: '受付機の登録コードを出す', en: 'Issue an enrolment code for a kiosk' },
  access: ['it', 'administrator'],
  input: z.strictObject({ label, place: z.string().trim().max(60).default('') }),
  output: z.strictObject({ code: z.string(), expires: z.number() }),
  unrepeatable: true,
})

export const devicesRetire = shape({
  name: 'devices.retire',
  path: '/devices/retire',
  summary: { ja: '装置を使い終わりにする', en: 'Retire a device' },
  access: ['it', 'administrator'],
  input: z.strictObject({ device: identifier('device'), reason: z.string().trim().max(200).default('') }),
  output: nothing,
  done: { ja: '使い終わりにしました。', en: 'The device is retired.' },
})

export const devicesStation = shape({
  name: 'devices.station',
  path: '/devices/station',
  summary: {
    ja: '受付機の置き場所（入口・託児室）を決める',
    en: 'Say where a kiosk stands: entrance or childcare room',
  },
  access: ['it', 'administrator', 'director'],
  /** Without a room it stands at the entrance. */
  input: z.strictObject({ device: identifier('device'), room: blankable(identifier('resource')) }),
  output: nothing,
  done: { ja: '置き場所を決めました。', en: 'The kiosk has its place.' },
})

export const hubEnrol = shape({
  name: 'hub.enrol',
  path: '/hub/enrol',
  summary: { ja: '本部につなぐ', en: 'Join a hub' },
  access: ['it', 'administrator'],
  input: z.strictObject({ url: z.url().max(300), code: z.string().trim().max(40) }),
  output: z.strictObject({ hub: z.string() }),
  done: { ja: '本部につなぎました。', en: 'Joined the hub.' },
  unrepeatable: true,
})

export const hubResume = shape({
  name: 'hub.resume',
  path: '/hub/resume',
  summary: { ja: '止まった同期を再開する', en: 'Resume a stopped synchronisation' },
  access: ['it', 'administrator'],
  input: nothing,
  output: nothing,
  done: { ja: '再開しました。', en: 'Resumed.' },
})

/** Walks every stream from its genesis; a single changed bit is found. */
export const journalVerify = shape({
  name: 'journal.verify',
  path: '/journal/verify',
  summary: { ja: '記録のつながりを確かめる', en: 'Verify the chain of the journal' },
  access: ['it', 'administrator'],
  input: nothing,
  output: z.strictObject({ ok: z.boolean(), entries: z.number(), streams: z.number(), problems: z.array(z.string()) }),
  unrepeatable: true,
})

export const devicesClearClone = shape({
  name: 'devices.clear-clone',
  path: '/devices/clear-clone',
  summary: { ja: '「同じ身分の装置が二つ」の知らせを消す', en: 'Clear a clone warning after looking into it' },
  access: ['it', 'administrator'],
  input: z.strictObject({ device: identifier('device') }),
  output: nothing,
  done: { ja: '知らせを消しました。', en: 'Cleared.' },
})
