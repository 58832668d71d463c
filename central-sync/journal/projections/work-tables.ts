/** Tables of work: clients, orders, packages, dated rates, shares, assignments, what workers chose, what was approved. */
import type { Migration, TableShape } from '../port.ts'
import { postgresDdl } from './portable-sql.ts'

export const clientTable = {
  name: 'client',
  columns: { client: 'text', name: 'text' },
  key: ['client'],
} as const satisfies TableShape

export const workOrderTable = {
  name: 'work_order',
  columns: { work_order: 'text', client: 'text', title: 'text' },
  key: ['work_order'],
} as const satisfies TableShape

export const packageTable = {
  name: 'package',
  columns: { package: 'text', work_order: 'text', title: 'text', kind: 'text', confidential: 'integer' },
  key: ['package'],
} as const satisfies TableShape

/** `pos` tells which versions were known when a month was closed. */
export const rateTable = {
  name: 'rate',
  columns: { rate: 'text', package: 'text', milliyen_per_hour: 'integer', from_day: 'text', pos: 'integer' },
  key: ['rate'],
} as const satisfies TableShape

export const shareTable = {
  name: 'share',
  columns: { package: 'text', site: 'text', open: 'integer' },
  key: ['package', 'site'],
} as const satisfies TableShape

export const assignmentTable = {
  name: 'assignment',
  columns: { assignment: 'text', package: 'text', worker: 'text', from_day: 'text', last_day: 'text' },
  key: ['assignment'],
} as const satisfies TableShape

export const assignmentRequestTable = {
  name: 'assignment_request',
  columns: { package: 'text', worker: 'text', site: 'text', requested_at: 'integer' },
  key: ['package', 'worker', 'site'],
} as const satisfies TableShape

/** Every choice; of several for one tap the newest (`chosen_at`, then id) counts. */
export const workChoiceTable = {
  name: 'work_choice',
  columns: { id: 'text', worker: 'text', tap: 'text', assignment: 'text', chosen_at: 'integer', pos: 'integer' },
  key: ['id'],
} as const satisfies TableShape

/** `withdrawn` = taken back, or replaced by a newer approval of the same session. */
export const approvalTable = {
  name: 'approval',
  columns: {
    id: 'text',
    worker: 'text',
    day: 'text',
    session: 'text',
    started_at: 'integer',
    ended_at: 'integer',
    seconds: 'integer',
    assignment: 'text',
    package: 'text',
    approved_by: 'text',
    approved_at: 'integer',
    withdrawn: 'integer',
    pos: 'integer',
  },
  key: ['id'],
} as const satisfies TableShape

const ORDERS = [
  'CREATE TABLE client (client TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT',
  `CREATE TABLE work_order (
    work_order TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    title TEXT NOT NULL
  ) STRICT`,
  `CREATE TABLE package (
    package TEXT NOT NULL PRIMARY KEY,
    work_order TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    confidential INTEGER NOT NULL CHECK (confidential IN (0, 1))
  ) STRICT`,
  `CREATE TABLE rate (
    rate TEXT NOT NULL PRIMARY KEY,
    package TEXT NOT NULL,
    milliyen_per_hour INTEGER NOT NULL CHECK (milliyen_per_hour >= 0),
    from_day TEXT NOT NULL,
    pos INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX rate_package ON rate (package, from_day)',
  `CREATE TABLE share (
    package TEXT NOT NULL,
    site TEXT NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),
    PRIMARY KEY (package, site)
  ) STRICT`,
]

const WORK = [
  `CREATE TABLE assignment (
    assignment TEXT NOT NULL PRIMARY KEY,
    package TEXT NOT NULL,
    worker TEXT NOT NULL,
    from_day TEXT NOT NULL,
    last_day TEXT
  ) STRICT`,
  'CREATE INDEX assignment_worker ON assignment (worker)',
  'CREATE INDEX assignment_package ON assignment (package)',
  `CREATE TABLE assignment_request (
    package TEXT NOT NULL,
    worker TEXT NOT NULL,
    site TEXT NOT NULL,
    requested_at INTEGER NOT NULL,
    PRIMARY KEY (package, worker, site)
  ) STRICT`,
  `CREATE TABLE work_choice (
    id TEXT NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    tap TEXT NOT NULL,
    assignment TEXT NOT NULL,
    chosen_at INTEGER NOT NULL,
    pos INTEGER NOT NULL
  ) STRICT`,
  'CREATE INDEX work_choice_worker ON work_choice (worker)',
  `CREATE TABLE approval (
    id TEXT NOT NULL PRIMARY KEY,
    worker TEXT NOT NULL,
    day TEXT NOT NULL,
    session TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    seconds INTEGER NOT NULL CHECK (seconds > 0),
    assignment TEXT NOT NULL,
    package TEXT NOT NULL,
    approved_by TEXT NOT NULL,
    approved_at INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL CHECK (withdrawn IN (0, 1)),
    pos INTEGER NOT NULL,
    CHECK (started_at < ended_at)
  ) STRICT`,
  'CREATE INDEX approval_session ON approval (worker, session)',
  'CREATE INDEX approval_day ON approval (day)',
]

export const workTables: readonly TableShape[] = [
  clientTable,
  workOrderTable,
  packageTable,
  rateTable,
  shareTable,
  assignmentTable,
  assignmentRequestTable,
  workChoiceTable,
  approvalTable,
]

export const workMigrations: readonly Migration[] = [
  { number: 200, name: 'clients, orders, packages, rates', sqlite: ORDERS, postgres: ORDERS.map(postgresDdl) },
  { number: 210, name: 'assignments and approvals', sqlite: WORK, postgres: WORK.map(postgresDdl) },
]
