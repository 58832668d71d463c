/** What the centre answers: the JSON reads, and the shapes pages load. Instants are UTC ms. */
import { z } from 'zod'
import { staffRole } from '../../central-sync/protocol/event/place.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { businessDay, month } from '../../central-sync/protocol/time.ts'
import { blankable, nothing, shape } from './shape.ts'
import {
  assignmentRow,
  cardRow,
  correctionRow,
  deviceRow,
  personRow,
  presentRow,
  sessionRow,
  tapRow,
  task,
} from './shape-rows.ts'

const worker = identifier('worker')

/** Who reads when somebody worked and what was asked to be corrected: those who decide about it, and nobody else. */
export const TIME_READERS = ['front_desk', 'director', 'administrator'] as const

export const today = shape({
  name: 'today',
  path: '/today',
  summary: { ja: 'きょう：だれがいるか、何に手がいるか', en: 'Today: who is in and what needs a hand' },
  access: 'staff',
  input: nothing,
  output: z.strictObject({
    day: businessDay,
    at: z.number(),
    centre: z.strictObject({ site: z.string(), code: z.string(), name: z.string() }),
    present: z.array(presentRow),
    numbers: z.strictObject({
      present: z.number(),
      arrivedToday: z.number(),
      secondsToday: z.number(),
      registered: z.number(),
    }),
    tasks: z.array(task),
    recent: z.array(
      z.strictObject({
        tap: z.string(),
        time: z.number(),
        result: z.enum(['in', 'out', 'ignored', 'unknown_card', 'revoked_card', 'voided']),
        code: z.string().nullable(),
        name: z.string().nullable(),
        place: z.string(),
        online: z.boolean(),
      }),
    ),
  }),
})

export const workers = shape({
  name: 'workers',
  path: '/workers',
  summary: { ja: 'ワーカーの一覧', en: 'Workers' },
  access: 'staff',
  input: z.object({ q: z.string().trim().max(100).default(''), all: z.string().max(5).default('') }),
  output: z.strictObject({
    workers: z.array(personRow.extend({ cards: z.number(), present: z.boolean() })),
    total: z.number(),
  }),
})

export const cardsEnrolment = shape({
  name: 'cards.enrolment',
  path: '/cards/enrolment',
  summary: { ja: '受付機でのカード登録のようす', en: 'How an enrolment at a kiosk is going' },
  access: 'staff',
  input: z.object({ token: z.string().max(64) }),
  output: z.strictObject({
    state: z.enum(['waiting', 'done', 'failed', 'expired']),
    /** Why it failed. */
    code: z.string().nullable(),
  }),
})

export const workerQuery = shape({
  name: 'worker',
  path: '/worker',
  summary: { ja: 'ワーカー一人のこと', en: 'One worker' },
  access: 'staff',
  input: z.object({ worker }),
  output: z.strictObject({
    person: personRow,
    pin: z.enum(['none', 'slip', 'set']),
    cards: z.array(cardRow),
    /** What she works on, when she worked, what she asked to be corrected: left out for roles that do not read it. */
    assignments: z.array(assignmentRow).optional(),
    sessions: z.array(sessionRow).optional(),
    corrections: z.array(correctionRow).optional(),
  }),
})

export const sessions = shape({
  name: 'sessions',
  path: '/sessions',
  summary: { ja: '期間の記録', en: 'Sessions of a period' },
  access: TIME_READERS,
  input: z.object({
    from: businessDay,
    to: businessDay,
    worker: blankable(worker),
    status: blankable(z.enum(['payable', 'pending', 'void'])),
  }),
  output: z.strictObject({ sessions: z.array(sessionRow) }),
})

export const dayQuery = shape({
  name: 'day',
  path: '/day',
  summary: { ja: '一日の記録と、そのもとになったタッチ', en: 'One day of one worker with its evidence' },
  access: TIME_READERS,
  input: z.object({ worker, day: businessDay }),
  output: z.strictObject({
    person: personRow,
    day: businessDay,
    version: z.string(),
    sessions: z.array(sessionRow),
    taps: z.array(tapRow),
    corrections: z.array(correctionRow),
  }),
})

export const corrections = shape({
  name: 'corrections',
  path: '/corrections',
  summary: { ja: '修正の申請', en: 'Correction requests' },
  access: TIME_READERS,
  input: z.object({ state: blankable(correctionRow.shape.state) }),
  output: z.strictObject({ corrections: z.array(correctionRow) }),
})

export const devices = shape({
  name: 'devices',
  path: '/devices',
  summary: { ja: '装置', en: 'Devices' },
  access: 'staff',
  input: nothing,
  output: z.strictObject({
    devices: z.array(deviceRow),
    /** Childcare rooms a kiosk may stand at. */
    rooms: z.array(z.strictObject({ room: identifier('resource'), name: z.string() })),
  }),
})

export const staffList = shape({
  name: 'staff',
  path: '/staff',
  summary: { ja: '職員', en: 'Staff accounts' },
  access: ['administrator', 'it', 'director'],
  input: nothing,
  output: z.strictObject({
    staff: z.array(
      z.strictObject({
        staff: identifier('staff'),
        login: z.string(),
        name: z.string(),
        roles: z.array(staffRole),
        active: z.boolean(),
        worker: worker.nullable(),
      }),
    ),
  }),
})

export const syncQuery = shape({
  name: 'sync',
  path: '/sync',
  summary: { ja: '本部との同期', en: 'Synchronisation with the hub' },
  access: 'staff',
  input: nothing,
  output: z.strictObject({
    state: z.enum(['alone', 'offline', 'idle', 'sending', 'waiting', 'stopped']),
    hub: z.string().nullable(),
    /** Refusal code while stopped: FORK, CLONE, SIG, INC … and what to do about it. */
    code: z.string().nullable(),
    advice: z.strictObject({ ja: z.string(), en: z.string() }).nullable(),
    head: z.number(),
    acked: z.number(),
    waiting: z.number(),
    downSeq: z.number(),
    downHead: z.number(),
    lastContact: z.number().nullable(),
    lastError: z.string().nullable(),
    failures: z.number(),
    clockOffsetMs: z.number().nullable(),
  }),
})

export const workQuery = shape({
  name: 'work',
  path: '/work',
  summary: { ja: 'センターの仕事と割り当て', en: 'Packages shared with this centre and assignments' },
  access: TIME_READERS,
  input: nothing,
  output: z.strictObject({
    packages: z.array(
      z.strictObject({
        package: identifier('package'),
        title: z.string(),
        kind: z.string(),
        order: z.string(),
        client: z.string(),
        open: z.boolean(),
        confidential: z.boolean(),
        assigned: z.array(
          z.strictObject({ assignment: identifier('assignment'), worker, code: z.string(), name: z.string() }),
        ),
      }),
    ),
  }),
})

export const approvals = shape({
  name: 'approvals',
  path: '/work/approvals',
  summary: { ja: '月の承認のようす', en: 'State of a month’s approvals' },
  access: TIME_READERS,
  input: z.object({ month }),
  output: z.strictObject({
    month,
    rows: z.array(
      z.strictObject({
        worker,
        code: z.string(),
        name: z.string(),
        payableSeconds: z.number(),
        approvedSeconds: z.number(),
        waiting: z.number(),
        pending: z.number(),
        unassigned: z.number(),
        stale: z.number(),
      }),
    ),
    ready: z.number(),
    readySeconds: z.number(),
  }),
})

const mine = z.strictObject({
  person: personRow,
  pinChangeRequired: z.boolean(),
  day: businessDay,
  present: z.boolean(),
  week: z.strictObject({
    days: z.array(z.strictObject({ day: businessDay, seconds: z.number() })),
    seconds: z.number(),
    pending: z.number(),
  }),
  month: z.strictObject({ month, seconds: z.number(), approvedSeconds: z.number(), pending: z.number() }),
  sessions: z.array(sessionRow),
  assignments: z.array(assignmentRow),
  corrections: z.array(correctionRow),
})

export const myDay = shape({
  name: 'my-day',
  path: '/my/day',
  summary: { ja: '自分の時間', en: 'Your own time' },
  access: 'worker',
  input: z.object({ month: blankable(month) }),
  output: mine,
})

export const myEvidence = shape({
  name: 'my-evidence',
  path: '/my/evidence',
  summary: { ja: '自分について記録された一日のすべて', en: 'Everything kept about you on one day' },
  access: 'worker',
  input: z.object({ day: businessDay }),
  output: dayQuery.output,
})

export const me = shape({
  name: 'me',
  path: '/me',
  summary: { ja: 'サインインしている人', en: 'Who is signed in' },
  access: 'anyone',
  input: nothing,
  output: z.strictObject({
    kind: z.enum(['staff', 'worker', 'nobody']),
    id: z.string().nullable(),
    name: z.string().nullable(),
    roles: z.array(staffRole),
    claimed: z.boolean(),
  }),
})
