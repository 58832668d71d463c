/** Claiming the centre, signing in and out, secrets. */
import { z } from 'zod'
import { personName, workerCode } from '../../central-sync/protocol/event/person.ts'
import { centreCode, label, staffRole } from '../../central-sync/protocol/event/place.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { nothing, shape } from './shape.ts'

export const login = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9._-]{2,60}$/)
export const password = z.string().min(1).max(200)
export const pin = z
  .string()
  .trim()
  .regex(/^\d{4,12}$/)
/** `W001` at home, `ITO-W001` for a worker of another centre. */
export const anyWorkerCode = z
  .string()
  .trim()
  .max(32)
  .regex(/^(?:[A-Za-z][A-Za-z0-9]{1,11}-)?[A-Za-z0-9]{1,16}$/)

export const centreClaim = shape({
  name: 'centre.claim',
  path: '/centre/claim',
  summary: {
    ja: '最初の設定：センターと管理者をつくる',
    en: 'First run: create the centre and its administrator',
  },
  access: 'anyone',
  input: z.strictObject({
    /** The one-time claim code printed at start. */
    claim: z.string().trim().max(40),
    code: centreCode,
    name: label,
    login,
    adminName: personName,
    password,
  }),
  output: z.strictObject({ site: identifier('site'), staff: identifier('staff') }),
  done: { ja: 'センターの設定ができました。', en: 'The centre is set up.' },
  unrepeatable: true,
})

export const centreRename = shape({
  name: 'centre.rename',
  path: '/centre/rename',
  summary: { ja: 'センターの名前と記号を変える', en: 'Change the name and code of the centre' },
  access: ['administrator'],
  input: z.strictObject({ code: centreCode, name: label }),
  output: nothing,
  done: { ja: '名前を変えました。', en: 'The name was changed.' },
})

export const signInStaff = shape({
  name: 'sign-in.staff',
  path: '/sign-in/staff',
  summary: { ja: '職員のサインイン', en: 'Staff sign-in' },
  access: 'anyone',
  input: z.strictObject({ login, password }),
  output: z.strictObject({
    staff: identifier('staff'),
    roles: z.array(staffRole),
    passwordChangeRequired: z.boolean(),
  }),
  unrepeatable: true,
})

export const signInWorker = shape({
  name: 'sign-in.worker',
  path: '/sign-in/worker',
  summary: { ja: 'ワーカーのサインイン', en: 'Worker sign-in' },
  access: 'anyone',
  input: z.strictObject({ code: anyWorkerCode, pin }),
  output: z.strictObject({ worker: identifier('worker'), pinChangeRequired: z.boolean() }),
  unrepeatable: true,
})

export const signOut = shape({
  name: 'sign-out',
  path: '/sign-out',
  summary: { ja: 'サインアウト', en: 'Sign out' },
  access: 'anyone',
  input: nothing,
  output: nothing,
  unrepeatable: true,
  beforePinChange: true,
})

export const passwordChange = shape({
  name: 'password.change',
  path: '/password/change',
  summary: { ja: '自分のパスワードを変える', en: 'Change your own password' },
  access: 'staff',
  input: z.strictObject({ current: password, next: password }),
  output: nothing,
  done: { ja: 'パスワードを変えました。', en: 'Your password was changed.' },
  unrepeatable: true,
})

export const pinChange = shape({
  name: 'pin.change',
  path: '/pin/change',
  summary: { ja: '自分の暗証番号を変える', en: 'Change your own PIN' },
  access: 'worker',
  input: z.strictObject({ current: pin, next: pin }),
  output: nothing,
  done: {
    ja: '暗証番号を変えました。',
    easy: '{暗証番号|あんしょうばんごう}を {変|か}えました。',
    en: 'Your PIN was changed.',
  },
  unrepeatable: true,
  beforePinChange: true,
})

export const pinReset = shape({
  name: 'pin.reset',
  path: '/pin/reset',
  summary: { ja: '暗証番号の用紙を出し直す', en: 'Issue a new PIN slip' },
  access: ['front_desk', 'director', 'administrator'],
  input: z.strictObject({ worker: identifier('worker') }),
  output: z.strictObject({ worker: identifier('worker'), code: workerCode, pin: z.string() }),
  unrepeatable: true,
})

const staffOutput = z.strictObject({ staff: identifier('staff'), login: z.string(), password: z.string() })

export const staffAdd = shape({
  name: 'staff.add',
  path: '/staff',
  summary: { ja: '職員を登録する', en: 'Add a staff account' },
  access: ['administrator'],
  input: z.strictObject({
    login,
    name: personName,
    roles: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(staffRole).min(1).max(8)),
    worker: z.preprocess((value) => (value === '' ? undefined : value), identifier('worker').optional()),
  }),
  /** The password is shown once and must be changed at the first sign-in. */
  output: staffOutput,
  unrepeatable: true,
})

export const staffChange = shape({
  name: 'staff.change',
  path: '/staff/change',
  summary: { ja: '職員の役割を変える・使えなくする', en: 'Change roles or deactivate a staff account' },
  access: ['administrator'],
  input: z.strictObject({
    staff: identifier('staff'),
    roles: z.preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(staffRole).min(1).max(8)),
    active: z.preprocess((value) => value === true || value === 'true' || value === 'on', z.boolean()),
  }),
  output: nothing,
  done: { ja: '変えました。', en: 'Changed.' },
})

export const staffResetPassword = shape({
  name: 'staff.reset-password',
  path: '/staff/reset-password',
  summary: { ja: '職員のパスワードを出し直す', en: 'Issue a new staff password' },
  access: ['administrator'],
  input: z.strictObject({ staff: identifier('staff') }),
  output: staffOutput,
  unrepeatable: true,
})
