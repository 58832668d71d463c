/** The rows the centre's answers are made of. Instants are UTC ms. */
import { z } from 'zod'
import { correctionReason, direction } from '../../central-sync/protocol/event/attendance.ts'
import { language } from '../../central-sync/protocol/event/place.ts'
import { identifier } from '../../central-sync/protocol/identifier.ts'
import { businessDay } from '../../central-sync/protocol/time.ts'
import { readerHealth } from '../../central-sync/protocol/wire/device.ts'

const worker = identifier('worker')

/** A person as shown to staff. `code` carries the centre's prefix for a worker of another centre. */
export const personRow = z.strictObject({
  worker,
  code: z.string(),
  name: z.string(),
  kana: z.string(),
  callName: z.string(),
  language,
  active: z.boolean(),
  own: z.boolean(),
})

export const sessionRow = z.strictObject({
  worker,
  code: z.string(),
  name: z.string(),
  day: businessDay,
  /** Session key: pass it back to commands. */
  session: z.string(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  seconds: z.number(),
  status: z.enum(['payable', 'pending', 'void']),
  /** Codes of the blocking flags and the notes. */
  flags: z.array(z.string()),
  notes: z.array(z.string()),
  place: z.string(),
  nightSeconds: z.number(),
  /** Proposed end of a forgotten check-out. */
  suggestion: z.number().nullable(),
  assignment: identifier('assignment').nullable(),
  assignmentTitle: z.string().nullable(),
  /** No end yet and the person is inside. */
  open: z.boolean(),
  approval: z.enum(['none', 'good', 'stale']),
})

export const task = z.strictObject({
  kind: z.enum([
    'session_pending',
    'correction_waiting',
    'unknown_card',
    'revoked_card',
    'inactive_inside',
    'device_silent',
    'device_clone',
    'device_quarantine',
    'device_gap',
    'approval_stale',
    'sync_stopped',
    'assignment_missing',
    'care_closing',
    'care_ratio',
    'care_staff_lost',
    'care_doubt',
    'care_refused',
    'care_pending',
    'care_unseen',
    'care_short',
    'care_lapsed',
    'care_cards',
    'care_rules_missing',
    'seat_asks',
    'parent_missing',
  ]),
  /** now = red, today = amber. */
  urgency: z.enum(['now', 'today']),
  worker: worker.optional(),
  code: z.string().optional(),
  name: z.string().optional(),
  day: businessDay.optional(),
  session: z.string().optional(),
  correction: identifier('correction').optional(),
  tap: z.string().optional(),
  device: identifier('device').optional(),
  label: z.string().optional(),
  at: z.number().optional(),
  /** Flags or refusal codes that say why. */
  why: z.array(z.string()),
  count: z.number().int().optional(),
})

export const presentRow = z.strictObject({
  worker,
  code: z.string(),
  name: z.string(),
  callName: z.string(),
  since: z.number(),
  place: z.string(),
  own: z.boolean(),
})

export const cardRow = z.strictObject({
  card: identifier('card'),
  tail: z.string(),
  revokedAt: z.number().nullable(),
  reason: z.string().nullable(),
})

export const assignmentRow = z.strictObject({
  assignment: identifier('assignment'),
  package: identifier('package'),
  title: z.string(),
  kind: z.string(),
  from: businessDay,
  last: businessDay.nullable(),
})

export const correctionRow = z.strictObject({
  correction: identifier('correction'),
  worker,
  code: z.string(),
  name: z.string(),
  day: businessDay,
  state: z.enum(['requested', 'approved', 'rejected', 'withdrawn', 'stale', 'reverted']),
  reason: correctionReason,
  note: z.string(),
  decisionNote: z.string(),
  wanted: z.array(z.strictObject({ start: z.number(), end: z.number(), place: z.string() })),
  granted: z.array(z.strictObject({ start: z.number(), end: z.number(), place: z.string() })),
  /** What the journal said when it was asked. */
  original: z.array(
    z.strictObject({ startedAt: z.number().nullable(), endedAt: z.number().nullable(), place: z.string() }),
  ),
  requestedAt: z.number(),
  requestedBy: z.string(),
  decidedAt: z.number().nullable(),
  decidedBy: z.string().nullable(),
  /** False for the person it is about. */
  mayDecide: z.boolean(),
})

export const tapRow = z.strictObject({
  tap: z.string(),
  time: z.number(),
  receivedAt: z.number(),
  device: z.string(),
  deviceLabel: z.string(),
  place: z.string(),
  claim: direction,
  claimBy: z.string(),
  identified: z.string(),
  clock: z.string(),
  online: z.boolean(),
  outcome: z.enum(['in', 'out', 'ignored', 'voided', 'none']),
  reason: z.string().nullable(),
  known: z.string(),
})

export const deviceRow = z.strictObject({
  device: identifier('device'),
  kind: z.string(),
  label: z.string(),
  place: z.string(),
  /** Childcare room at whose door it stands; null at the entrance. */
  room: identifier('resource').nullable(),
  enrolledAt: z.number(),
  retiredAt: z.number().nullable(),
  connected: z.boolean(),
  lastSeen: z.number().nullable(),
  /** Records the device still keeps, as it last said. */
  spooled: z.number(),
  readers: z.array(readerHealth),
  clone: z.boolean(),
  quarantined: z.number(),
  seq: z.number(),
})
