/**
 * Every refusal of the house in one list, in order of precedence: when several apply, the first is the answer. Codes
 * are stable and never reused. A refusal is a value; only programmer errors are thrown.
 */
import { bookingRefusals } from './booking-refusals.ts'

export interface RefusalText {
  readonly code: string
  /** HTTP status when it leaves through an HTTP door. */
  readonly status: number
  readonly ja: string
  readonly easy?: string
  readonly en: string
}

const LIST = [
  // ── doors
  ['malformed', 400, '送られた内容を読み取れませんでした。', 'What was sent could not be read.'],
  ['too_large', 413, '送られた内容が大きすぎます。', 'What was sent is too large.'],
  [
    'unknown_version',
    426,
    'この版にはまだ対応していません。装置を更新してください。',
    'This version is not supported. Please update.',
  ],
  ['foreign_origin', 403, 'ほかのサイトからの操作は受け付けません。', 'Requests from another site are refused.'],
  [
    'idempotency_key_missing',
    400,
    '操作番号（Idempotency-Key）がありません。',
    'The Idempotency-Key header is missing.',
  ],
  [
    'idempotency_key_reused',
    422,
    '同じ操作番号で、ちがう内容が送られました。',
    'The same Idempotency-Key came with a different request.',
  ],
  [
    'rate_limited',
    429,
    '回数が多すぎます。少し待ってからもう一度ためしてください。',
    'Too many attempts. Please wait a moment.',
  ],
  ['busy', 503, 'こみ合っています。もう一度ためしてください。', 'The system is busy. Please try again.'],
  [
    'commit_not_confirmed',
    503,
    '記録できたか確かめられませんでした。もう一度ためしてください。',
    'The write could not be confirmed. Please try again.',
  ],
  [
    'disk_full',
    507,
    'ディスクがいっぱいで記録できません。係の人に知らせてください。',
    'The disk is full. Please tell the staff.',
  ],
  ['port_in_use', 409, 'このポートはほかのプログラムが使っています。', 'This port is used by another program.'],
  ['address_unavailable', 409, 'この機械にないアドレスです。', 'This address does not belong to this machine.'],
  ['tls_invalid', 422, 'TLSの証明書か鍵を読み取れません。', 'The TLS certificate or key cannot be read.'],
  ['unreachable', 503, '相手のサーバーにつながりません。', 'The other server cannot be reached.'],
  [
    'server_not_proven',
    403,
    '相手のサーバーが登録コードを知りません。つなぐのを止めました。',
    'The other server does not know the enrolment code. Stopped.',
  ],
  ['not_found', 404, '見つかりません。', 'Not found.'],
  ['method_not_allowed', 405, 'この操作はできません。', 'This method is not allowed.'],
  // ── sign-in
  ['sign_in_required', 401, 'サインインしてください。', 'Please sign in.'],
  ['sign_in_failed', 401, '名前か暗証がちがいます。', 'The name or secret is wrong.'],
  ['not_allowed', 403, 'この操作をする役割がありません。', 'Your role does not allow this.'],
  [
    'deciding_about_oneself',
    403,
    '自分のことは自分で決められません。ほかの人にたのんでください。',
    'Nobody decides about oneself. Ask somebody else.',
  ],
  ['pin_change_required', 403, 'はじめに暗証番号を変えてください。', 'Please change your PIN first.'],
  ['weak_secret', 422, '暗証が短すぎるか、かんたんすぎます。', 'The secret is too short or too simple.'],
  // ── device and sync doors (names are part of the wire)
  ['PROTO', 426, '通信の版が合いません。', 'The protocol version does not match.'],
  ['SIG', 403, '署名が正しくありません。', 'The signature is wrong.'],
  ['REPLAY', 403, '同じ電文がもう一度届きました。', 'This message was seen before.'],
  ['CLOCK', 403, '時計が5分以上ずれています。', 'The clock is off by more than five minutes.'],
  ['UNKNOWN_DEVICE', 403, '登録されていない装置です。', 'This device is not enrolled.'],
  ['RETIRED_DEVICE', 403, 'この装置は使い終わりになっています。', 'This device is retired.'],
  ['CLONE', 423, '同じ身分の装置が二つ動いています。', 'Two machines use the same identity.'],
  ['INC', 409, '知らない世代（incarnation）です。', 'Unknown incarnation.'],
  ['FORK', 409, '記録が枝分かれしています。送るのを止めました。', 'The journal has forked. Sending is stopped.'],
  ['GAP', 409, '記録が抜けています。続きから送り直します。', 'Entries are missing. Resuming from the last known one.'],
  ['SIZE', 413, '一度に送る量が大きすぎます。', 'The batch is too large.'],
  [
    'RESTART',
    409,
    '受信の続きが合いません。最初から合わせ直します。',
    'The down stream does not match. Restarting from the common point.',
  ],
  ['code_unknown', 403, '登録コードがちがうか、もう使えません。', 'The enrolment code is wrong or no longer valid.'],
  ['device_offline', 409, 'その装置はいまつながっていません。', 'This device is not connected.'],
  // ── people and cards
  ['login_taken', 409, 'このサインイン名はもう使われています。', 'This sign-in name is taken.'],
  [
    'last_administrator',
    409,
    '管理者が一人もいなくなるため、変えられません。',
    'There would be no administrator left.',
  ],
  ['worker_unknown', 404, 'その番号の人は登録されていません。', 'No worker with this code.'],
  ['worker_code_taken', 409, 'この番号はもう使われています。', 'This worker code is taken.'],
  [
    'card_number_invalid',
    422,
    'カード番号は偶数けたの16進数で書いてください。',
    'A card number is an even number of hex digits.',
  ],
  [
    'card_random',
    422,
    'このカードは番号が毎回変わるため登録できません。',
    'This card changes its number each time and cannot be enrolled.',
  ],
  [
    'card_settable',
    422,
    'スマートフォンのカード機能は登録できません。プラスチックのカードを使ってください。',
    'A phone card cannot be enrolled. Please use a plastic card.',
  ],
  [
    'card_differs',
    422,
    '1回目と2回目でカードの番号がちがいます。番号が毎回変わるカードは登録できません。',
    'The two readings differ. A card that changes its number cannot be enrolled.',
  ],
  ['card_taken', 409, 'このカードはほかの人が使っています。', 'This card belongs to somebody else.'],
  ['card_unknown', 404, '登録されていないカードです。', 'This card is not enrolled.'],
  // ── attendance
  ['tap_unknown', 404, 'そのタッチは記録にありません。', 'There is no such tap.'],
  [
    'too_late',
    409,
    '時間がすぎたので、この画面からは変えられません。修正の申請を使ってください。',
    'Too late to change here. Please ask for a correction.',
  ],
  [
    'correction_stale',
    409,
    'もとの記録が変わりました。もう一度たしかめて申請してください。',
    'The record has changed since. Please check and ask again.',
  ],
  ['correction_closed', 409, 'この申請はもう決まっています。', 'This request is already decided.'],
  ['interval_invalid', 422, '時刻の前後が正しくありません。', 'The times are not in order.'],
  [
    'interval_too_long',
    422,
    '16時間をこえる時間、または朝5時をまたぐ時間は書けません。',
    'An interval may not exceed 16 hours or cross 05:00.',
  ],
  ['interval_overlaps', 409, 'ほかの時間と重なっています。', 'It overlaps another interval.'],
  ['day_in_future', 422, 'まだ来ていない日時です。', 'That is in the future.'],
  // ── work and pay
  ['centre_unknown', 404, 'そのセンターはつながっていません。', 'No such centre.'],
  ['centre_code_taken', 409, 'このセンター番号はほかのセンターが使っています。', 'Another centre uses this code.'],
  ['client_unknown', 404, 'その発注元は登録されていません。', 'No such client.'],
  ['order_unknown', 404, 'その受注は登録されていません。', 'No such order.'],
  ['name_taken', 409, '同じ名前がもうあります。', 'This name is taken.'],
  ['package_unknown', 404, 'その仕事は登録されていません。', 'No such work package.'],
  ['assignment_unknown', 404, 'その仕事の担当ではありません。', 'No such assignment.'],
  [
    'share_missing',
    403,
    'このセンターにはその仕事の割り当てがありません。',
    'This centre has no share of that package.',
  ],
  ['rate_unknown', 409, 'その日の単価が決まっていません。', 'No rate is set for that day.'],
  ['not_payable', 409, 'この時間にはまだ確認が必要なところがあります。', 'This time still needs a decision.'],
  [
    'approval_stale',
    409,
    '承認のあとで記録が変わりました。もう一度たしかめてください。',
    'The record changed after the approval.',
  ],
  [
    'month_closed',
    409,
    'この月は締めてあります。次の月で調整します。',
    'This month is closed. It will be adjusted in the next one.',
  ],
  ['month_open', 409, 'この月はまだ締めていません。', 'This month is not closed yet.'],
  ['month_not_over', 409, 'この月はまだ終わっていません。', 'This month is not over yet.'],
  ['previous_month_open', 409, '前の月を先に締めてください。', 'Close the previous month first.'],
  [
    'watermark_behind',
    409,
    'まだ届いていない記録があるため締められません。',
    'Some centres or devices have not reported yet.',
  ],
  ['statement_unknown', 404, 'その支払明細書はありません。', 'No such payment statement.'],
  ['no_hub', 409, 'このフォルダに本部（hub）はありません。', 'This folder has no hub.'],
  ['no_centre', 409, 'このフォルダにセンターはありません。', 'This folder has no centre.'],
  ['already_claimed', 409, 'この装置はもう設定が済んでいます。', 'This system is already set up.'],
  ['no_kiosk', 409, 'このフォルダに受付端末（kiosk）はありません。', 'This folder has no kiosk.'],
  ...bookingRefusals,
  // ── starting and the command line
  ['settings_invalid', 422, '設定に矛盾があります。', 'The settings contradict each other.'],
  ['folder_in_use', 409, 'このフォルダはほかのプログラムが使っています。', 'This folder is in use by another program.'],
  ['folder_not_writable', 409, 'このフォルダに書き込めません。', 'This folder cannot be written to.'],
  [
    'database_newer',
    409,
    'このデータはもっと新しい版のものです。新しい版のkadoを使ってください。',
    'This database was written by a newer version. Please use that version.',
  ],
  [
    'database_damaged',
    409,
    'データベースを読み取れません。ファイルはそのままにして、控えから戻す前に詳しい人に知らせてください。',
    'The database cannot be read. Leave the files as they are and get help before restoring a copy.',
  ],
  [
    'data_incomplete',
    409,
    'データの一部がありません。ファイルはそのままにして、控えがそろっているか確かめてください。',
    'Part of the data is missing. Leave the files as they are and check that the copy is complete.',
  ],
  ['file_unreadable', 422, 'ファイルを読み取れません。', 'The file cannot be read.'],
  ['rows_refused', 422, '読み取れなかった行があります。', 'Some rows were refused.'],
] as const satisfies readonly (readonly [string, number, string, string])[]

export type RefusalCode = (typeof LIST)[number][0]

export const refusals: ReadonlyMap<RefusalCode, RefusalText> = new Map(
  LIST.map(([code, status, ja, en]) => [code, { code, status, ja, en }]),
)

/** An expected "no". `detail` names what exactly, for a person; never personal data. */
export interface Refusal {
  readonly refused: RefusalCode
  readonly detail?: string | undefined
  /** Machine-readable facts that belong to the answer (for example `have` of a sync refusal). */
  readonly facts?: Readonly<Record<string, unknown>> | undefined
}

export function refuse(code: RefusalCode, detail?: string, facts?: Readonly<Record<string, unknown>>): Refusal {
  return { refused: code, detail, facts }
}

export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'refused' in value
}

const ORDER = new Map<RefusalCode, number>(LIST.map(([code], index) => [code, index]))

/** Of several refusals the one that stands first in the list. */
export function first(candidates: readonly Refusal[]): Refusal | undefined {
  return [...candidates].sort((a, b) => (ORDER.get(a.refused) ?? 0) - (ORDER.get(b.refused) ?? 0))[0]
}

/** The sentence for a person, with the code that staff can quote. */
export function refusalSentence(refusal: Refusal, language: 'ja' | 'easy' | 'en'): string {
  const text = refusals.get(refusal.refused)
  if (text === undefined) throw new Error(`unknown refusal ${refusal.refused}`)
  const sentence = language === 'en' ? text.en : text.ja
  const detail =
    refusal.detail === undefined ? '' : language === 'en' ? ` (${refusal.detail})` : `（${refusal.detail}）`
  return `${sentence}${detail}`
}

/** Thrown across a transaction boundary to roll it back; doors turn it back into its refusal. */
export class Refused extends Error {
  override readonly name = 'Refused'
  readonly refusal: Refusal
  constructor(refusal: Refusal) {
    super(refusalSentence(refusal, 'en'))
    this.refusal = refusal
  }
}
