/**
 * What the hub knows of the seats and the childcare rooms of its centres: who wrote it, when, how long and what became of
 * it. No worker stands in these tables. A child stands there by its random id only, to count how many different ones came;
 * whatever says who it is is sealed under a key the hub never has.
 */
import type { TableShape } from '../../journal/port.ts'

const SPAN = { day: 'text', start_min: 'integer', end_min: 'integer' } as const

/** A sheet of a seat, booth or room counts from its day on; before the first one, the first one counts. */
export const occResourceTable = {
  name: 'occ_resource',
  columns: { site: 'text', resource: 'text', from_day: 'text', kind: 'text', open: 'integer' },
  key: ['site', 'resource', 'from_day'],
} as const satisfies TableShape

export const occHoursTable = {
  name: 'occ_hours',
  columns: { site: 'text', from_day: 'text', weekdays: 'text', holidays: 'integer' },
  key: ['site', 'from_day'],
} as const satisfies TableShape

export const occClosureTable = {
  name: 'occ_closure',
  columns: {
    ...{ site: 'text', closure: 'text', target: 'text', from_day: 'text', to_day: 'text' },
    ...{ start_min: 'integer', end_min: 'integer' },
  },
  key: ['site', 'closure'],
} as const satisfies TableShape

export const occBookingTable = {
  name: 'occ_booking',
  columns: { site: 'text', booking: 'text', ...SPAN, resource: 'text', state: 'text' },
  key: ['site', 'booking'],
} as const satisfies TableShape

/** `want`: seat, booth, room or a resource; null when only a childcare place was wanted. */
export const occWaitingTable = {
  name: 'occ_waiting',
  columns: { site: 'text', waiting: 'text', ...SPAN, want: 'text', child: 'integer', outcome: 'text' },
  key: ['site', 'waiting'],
} as const satisfies TableShape

export const occDemandTable = {
  name: 'occ_demand',
  columns: { site: 'text', demand: 'text', ...SPAN, what: 'text', why: 'text' },
  key: ['site', 'demand'],
} as const satisfies TableShape

export const occCareTable = {
  name: 'occ_care',
  columns: { site: 'text', care: 'text', ...SPAN, child: 'text', band: 'text', units: 'integer', state: 'text' },
  key: ['site', 'care'],
} as const satisfies TableShape

/** `left_at` null = still here. */
export const occStayTable = {
  name: 'occ_stay',
  columns: {
    ...{ site: 'text', stay: 'text', day: 'text', child: 'text', band: 'text', units: 'integer' },
    ...{ arrived_at: 'integer', left_at: 'integer' },
  },
  key: ['site', 'stay'],
} as const satisfies TableShape

export const occShiftTable = {
  name: 'occ_shift',
  columns: { site: 'text', shift: 'text', ...SPAN, staff: 'text', qualified: 'integer', absent: 'integer' },
  key: ['site', 'shift'],
} as const satisfies TableShape

/** `pos`: of two policies from one day the later written one counts. */
export const occPolicyTable = {
  name: 'occ_policy',
  columns: { site: 'text', policy: 'text', pos: 'integer', body: 'text' },
  key: ['site', 'policy'],
} as const satisfies TableShape

export const occupancyTables: readonly TableShape[] = [
  occResourceTable,
  occHoursTable,
  occClosureTable,
  occBookingTable,
  occWaitingTable,
  occDemandTable,
  occCareTable,
  occStayTable,
  occShiftTable,
  occPolicyTable,
]

/** Columns that may be empty. */
const MAYBE_NULL = new Set(['occ_waiting.want', 'occ_waiting.outcome', 'occ_stay.left_at', 'occ_shift.staff'])
/** Read by centre and day. */
const BY_DAY = [occBookingTable, occWaitingTable, occDemandTable, occCareTable, occStayTable, occShiftTable]

/** A carer who did not come counts as none. */
export const occupancyAbsentDdl = 'ALTER TABLE occ_shift ADD COLUMN absent INTEGER NOT NULL DEFAULT 0'
/** Added later, by a migration of its own. */
const LATER = new Set(['occ_shift.absent'])

/** DDL in SQLite's words. */
export const occupancyDdl: readonly string[] = [
  ...occupancyTables.map(({ name, columns, key }) => {
    const first = Object.entries(columns).filter(([column]) => !LATER.has(`${name}.${column}`))
    const lines = first.map(
      ([column, type]) => `${column} ${type.toUpperCase()}${MAYBE_NULL.has(`${name}.${column}`) ? '' : ' NOT NULL'}`,
    )
    return `CREATE TABLE ${name} (${lines.join(', ')}, PRIMARY KEY (${key.join(', ')})) STRICT, WITHOUT ROWID`
  }),
  ...BY_DAY.map(({ name }) => `CREATE INDEX ${name}_of_day ON ${name} (site, day)`),
]
