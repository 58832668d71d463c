/** Corrections, confirmations, assignments and approvals. */
import { z } from 'zod'
import { correctionReason } from '../../central-sync/protocol/event/attendance.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { businessDay, month } from '../../central-sync/protocol/time.ts'
import { blankable, listOf, nothing, shape } from './shape.ts'

const DECIDERS = ['front_desk', 'director', 'administrator'] as const
const APPROVERS = ['director', 'administrator'] as const

/** `9:02` or `09:02`; before 05:00 it is the early morning after `day`. */
export const wallTime = z
  .string()
  .trim()
  .regex(/^(?:[01]?\d|2[0-3]):[0-5]\d$/)

export const wantedInterval = z.strictObject({
  start: z.number().int(),
  end: z.number().int(),
  place: z.string().max(60),
})

const requestFields = {
  day: businessDay,
  /** Version of the day as it was shown; when absent, the day as it is now. */
  base: blankable(z.string().max(64)),
  /** Keys of the sessions that shall be replaced. Empty = a forgotten session is added. */
  sessions: listOf(z.string().max(120), 10),
  /** Either whole intervals (UTC ms) … */
  wanted: z.array(wantedInterval).max(10).optional(),
  /** … or, from a form, one pair of times of that day. None at all = the sessions shall not count. */
  start: blankable(wallTime),
  end: blankable(wallTime),
  place: blankable(z.string().trim().max(60)),
  reason: correctionReason,
  note: z.string().trim().max(500).default(''),
}
const requested = z.strictObject({ correction: identifier('correction') })

export const correctionsRequest = shape({
  name: 'corrections.request',
  path: '/my/corrections',
  summary: { ja: '自分の記録の修正を申請する', en: 'Ask for a correction of your own record' },
  access: 'worker',
  input: z.strictObject(requestFields),
  output: requested,
  done: {
    ja: '修正を申請しました。職員が確かめます。',
    easy: '{修正|しゅうせい}を おねがいしました。スタッフが {確|たし}かめます。',
    en: 'Your request was sent. The staff will check it.',
  },
})

export const correctionsRequestFor = shape({
  name: 'corrections.request-for',
  path: '/corrections',
  summary: { ja: '本人にかわって修正を申請する', en: 'Ask for a correction on a worker’s behalf' },
  access: DECIDERS,
  input: z.strictObject({ worker: identifier('worker'), ...requestFields }),
  output: requested,
  done: { ja: '申請しました。', en: 'Requested.' },
})

const decisionInput = z.strictObject({
  correction: identifier('correction'),
  note: z.string().trim().max(500).default(''),
})

export const correctionsApprove = shape({
  name: 'corrections.approve',
  path: '/corrections/approve',
  summary: { ja: '修正を認める', en: 'Approve a correction' },
  access: DECIDERS,
  input: decisionInput,
  output: nothing,
  done: { ja: '修正を認めました。', en: 'The correction is approved.' },
})

export const correctionsReject = shape({
  name: 'corrections.reject',
  path: '/corrections/reject',
  summary: { ja: '修正を認めない', en: 'Reject a correction' },
  access: DECIDERS,
  input: decisionInput,
  output: nothing,
  done: { ja: '修正を認めませんでした。', en: 'The correction is rejected.' },
})

export const correctionsWithdraw = shape({
  name: 'corrections.withdraw',
  path: '/my/corrections/withdraw',
  summary: { ja: '自分の申請を取り下げる', en: 'Withdraw your own request' },
  access: 'worker',
  input: z.strictObject({ correction: identifier('correction') }),
  output: nothing,
  done: {
    ja: '申請を取り下げました。',
    easy: 'おねがいを やめました。',
    en: 'Your request is withdrawn.',
  },
})

export const correctionsRevert = shape({
  name: 'corrections.revert',
  path: '/corrections/revert',
  summary: { ja: '認めた修正を元にもどす', en: 'Revert an approved correction' },
  access: DECIDERS,
  input: decisionInput,
  output: nothing,
  done: { ja: '元にもどしました。', en: 'Reverted.' },
})

export const sessionsConfirm = shape({
  name: 'sessions.confirm',
  path: '/sessions/confirm',
  summary: { ja: '確認待ちの時間を、そのまま認める', en: 'Vouch for a flagged session as it stands' },
  access: DECIDERS,
  input: z.strictObject({
    worker: identifier('worker'),
    /** Found by the session when absent. */
    day: blankable(businessDay),
    session: z.string().max(120),
    /** As shown: refused as stale when the session has moved since. */
    startedAt: z.coerce.number().int(),
    endedAt: z.coerce.number().int(),
  }),
  output: nothing,
  done: { ja: 'この時間を認めました。', en: 'The session is confirmed.' },
})

export const workChoose = shape({
  name: 'work.choose',
  path: '/my/work/choose',
  summary: { ja: 'この時間がどの仕事かをえらぶ', en: 'Say which assignment a session is for' },
  access: 'worker',
  input: z.strictObject({
    day: blankable(businessDay),
    session: z.string().max(120),
    assignment: identifier('assignment'),
  }),
  output: nothing,
  done: { ja: '仕事をえらびました。', easy: '{仕事|しごと}を えらびました。', en: 'Your choice was kept.' },
})

export const workAssign = shape({
  name: 'work.assign',
  path: '/work/assign',
  summary: { ja: 'ワーカーに仕事を割り当てる', en: 'Assign a worker to a package' },
  access: DECIDERS,
  input: z.strictObject({
    worker: identifier('worker'),
    package: identifier('package'),
    from: blankable(businessDay),
  }),
  output: z.strictObject({ assignment: identifier('assignment') }),
  done: { ja: '割り当てました。', en: 'Assigned.' },
})

export const workEndAssignment = shape({
  name: 'work.end-assignment',
  path: '/work/end-assignment',
  summary: { ja: '割り当てを終える', en: 'End an assignment' },
  access: DECIDERS,
  input: z.strictObject({ assignment: identifier('assignment'), last: blankable(businessDay) }),
  output: nothing,
  done: { ja: '終えました。', en: 'Ended.' },
})

export const approveReport = z.strictObject({
  approved: z.number().int(),
  seconds: z.number().int(),
  /** Payable time that could not be approved, and why. */
  skipped: z.array(z.strictObject({ why: z.enum(['no_assignment', 'own']), sessions: z.number().int() })),
})

export const workApproveMonth = shape({
  name: 'work.approve-month',
  path: '/work/approve-month',
  summary: {
    ja: 'その月の、確認のすんだ時間をまとめて承認する',
    en: 'Approve all payable time of a month that has an assignment',
  },
  access: APPROVERS,
  input: z.strictObject({ month }),
  output: approveReport,
  done: { ja: '承認しました。', en: 'Approved.' },
})

export const workApprove = shape({
  name: 'work.approve',
  path: '/work/approve',
  summary: { ja: '時間を一つ承認する', en: 'Approve one session' },
  access: APPROVERS,
  input: z.strictObject({ worker: identifier('worker'), day: blankable(businessDay), session: z.string().max(120) }),
  output: nothing,
  done: { ja: '承認しました。', en: 'Approved.' },
})

export const workUnapprove = shape({
  name: 'work.unapprove',
  path: '/work/unapprove',
  summary: { ja: '承認を取り消す', en: 'Withdraw an approval' },
  access: APPROVERS,
  input: z.strictObject({ worker: identifier('worker'), day: blankable(businessDay), session: z.string().max(120) }),
  output: nothing,
  done: { ja: '承認を取り消しました。', en: 'The approval is withdrawn.' },
})
