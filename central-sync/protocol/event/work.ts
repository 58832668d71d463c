/** Clients, orders, packages, rates, assignments, approvals. */
import { z } from 'zod'
import { eventId, identifier } from '../identifier.ts'
import { businessDay, month } from '../time.ts'
import { milliYenPerHour, yen } from '../yen.ts'
import { defineEvent } from './definition.ts'
import { label } from './place.ts'

export const clientRegistered = defineEvent({
  type: 'client.registered',
  version: 1,
  author: 'hub',
  data: z.strictObject({ client: identifier('client'), name: label }),
})

export const orderReceived = defineEvent({
  type: 'order.received',
  version: 1,
  author: 'hub',
  data: z.strictObject({ order: identifier('order'), client: identifier('client'), title: label }),
})

/** A piece of an order that workers are assigned to. `kind` is what the work is (データ入力, 画像アノテーション …). */
export const packageMade = defineEvent({
  type: 'package.made',
  version: 1,
  author: 'hub',
  data: z.strictObject({
    package: identifier('package'),
    order: identifier('order'),
    title: label,
    kind: label,
    confidential: z.boolean(),
  }),
})

/** A dated rate version of a package: counts for sessions whose business day is `from` or later. */
export const rateSet = defineEvent({
  type: 'rate.set',
  version: 1,
  author: 'hub',
  data: z.strictObject({
    rate: identifier('rate'),
    package: identifier('package'),
    milliYenPerHour,
    from: businessDay,
  }),
})

/** A centre may assign its workers to this package. */
export const shareGranted = defineEvent({
  type: 'share.granted',
  version: 1,
  author: 'hub',
  data: z.strictObject({ package: identifier('package'), site: identifier('site'), open: z.boolean() }),
})

/** The hub asks the worker's home centre to assign; the centre answers with `assignment.made`. */
export const assignmentRequested = defineEvent({
  type: 'assignment.requested',
  version: 1,
  author: 'hub',
  data: z.strictObject({ package: identifier('package'), worker: identifier('worker'), site: identifier('site') }),
})

export const assignmentMade = defineEvent({
  type: 'assignment.made',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    assignment: identifier('assignment'),
    package: identifier('package'),
    worker: identifier('worker'),
    from: businessDay,
  }),
})

export const assignmentEnded = defineEvent({
  type: 'assignment.ended',
  version: 1,
  author: 'centre',
  data: z.strictObject({ assignment: identifier('assignment'), last: businessDay }),
})

/** Which assignment the time that begins with this IN tap is for; the newest one counts. */
export const workChosen = defineEvent({
  type: 'work.chosen',
  version: 1,
  author: 'either',
  data: z.strictObject({ worker: identifier('worker'), tap: eventId, assignment: identifier('assignment') }),
})

/**
 * A director of the home centre accepted this session for this assignment. It names the session by its edges and
 * seconds; if the day's fold later gives other edges or seconds the approval is stale.
 */
export const workApproved = defineEvent({
  type: 'work.approved',
  version: 1,
  author: 'centre',
  data: z.strictObject({
    worker: identifier('worker'),
    day: businessDay,
    /** Session key: the event id of its opening edge (a tap, or the decision that granted it). */
    session: z.string().max(120),
    startedAt: z.number().int(),
    endedAt: z.number().int(),
    seconds: z.number().int().positive(),
    assignment: identifier('assignment'),
    package: identifier('package'),
  }),
})

export const workUnapproved = defineEvent({
  type: 'work.unapproved',
  version: 1,
  author: 'centre',
  data: z.strictObject({ worker: identifier('worker'), day: businessDay, session: z.string().max(120) }),
})

/** One line of an immutable payment statement. */
export const statementLine = z.strictObject({
  line: z.number().int().positive(),
  package: identifier('package'),
  packageTitle: z.string().max(100),
  rate: identifier('rate'),
  milliYenPerHour,
  place: z.string().max(60),
  seconds: z.number().int(),
  minutes: z.number().int(),
  yen,
  /** Month whose figures this line adjusts; absent for ordinary lines. */
  adjusts: month.optional(),
  /** Approvals this line is made of (event ids of `work.approved`), with the journal position of each. */
  cites: z.array(eventId).max(2_000),
})
export type StatementLine = z.infer<typeof statementLine>

/** Never changed, never reissued. `fingerprint` = SHA-256 of its canonical JSON without the fingerprint. */
export const statementIssued = defineEvent({
  type: 'statement.issued',
  version: 1,
  author: 'hub',
  data: z.strictObject({
    /** `2026-10-0147`. */
    statement: z.string().regex(/^\d{4}-\d{2}-\d{4,}$/),
    month,
    worker: identifier('worker'),
    site: identifier('site'),
    lines: z.array(statementLine).max(200),
    yen,
    fingerprint: z.string().max(64),
  }),
})

/** The month is closed for ever. `inputs` = SHA-256 over the ids of every approval it froze. */
export const payrollClosed = defineEvent({
  type: 'payroll.closed',
  version: 1,
  author: 'hub',
  data: z.strictObject({
    month,
    statements: z.number().int().min(0),
    yen,
    inputs: z.string().max(64),
    /** What was behind when the close was forced, and why. */
    override: z
      .strictObject({ reason: z.string().min(1).max(500), behind: z.array(z.string().max(200)).max(2_000) })
      .optional(),
  }),
})
