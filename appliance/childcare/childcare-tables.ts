/**
 * Tables of the childcare room. Names stand here sealed only: `sheet` is the newest entry's {id,t,v,sub,x}. Days are
 * calendar days, `*_min` wall minutes, half-open.
 */
import type { TableShape } from '../../central-sync/journal/port.ts'

export const childTable = {
  name: 'child',
  columns: {
    child: 'text',
    state: 'text',
    worker: 'text',
    registered_at: 'integer',
    sheet: 'text',
    until_day: 'text',
  },
  key: ['child'],
} as const satisfies TableShape

export const guardianTable = {
  name: 'guardian',
  columns: {
    guardian: 'text',
    child: 'text',
    worker: 'text',
    from_day: 'text',
    to_day: 'text',
    pos: 'integer',
    sheet: 'text',
  },
  key: ['guardian'],
} as const satisfies TableShape

export const pickupTable = {
  name: 'pickup',
  columns: {
    pickup: 'text',
    child: 'text',
    scope: 'text',
    day: 'text',
    worker: 'text',
    from_day: 'text',
    to_day: 'text',
    granted_by: 'text',
    revoked: 'integer',
    pos: 'integer',
    sheet: 'text',
  },
  key: ['pickup'],
} as const satisfies TableShape

export const blockTable = {
  name: 'pickup_block',
  columns: {
    block: 'text',
    child: 'text',
    from_day: 'text',
    to_day: 'text',
    lifted: 'integer',
    pos: 'integer',
    sheet: 'text',
  },
  key: ['block'],
} as const satisfies TableShape

/** `pos` decides between two rows that begin on the same day: the newest counts. */
export const policyTable = {
  name: 'care_policy',
  columns: {
    policy: 'text',
    from_day: 'text',
    to_day: 'text',
    pos: 'integer',
    u0: 'integer',
    u12: 'integer',
    u3: 'integer',
    u4: 'integer',
    min_staff: 'integer',
    qual_num: 'integer',
    qual_den: 'integer',
    area_dm2: 'integer',
    age_basis: 'text',
    rounding: 'text',
    fever_x10: 'integer',
    small: 'integer',
  },
  key: ['policy'],
} as const satisfies TableShape

export const careRoomTable = {
  name: 'care_room',
  columns: { room: 'text', area_dm2: 'integer' },
  key: ['room'],
} as const satisfies TableShape

/** `attendance`: planned, here, absent. A removed shift stays, so that what is said of it later finds it. */
export const shiftTable = {
  name: 'shift',
  columns: {
    shift: 'text',
    room: 'text',
    day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    staff: 'text',
    qualified: 'integer',
    attendance: 'text',
    removed: 'integer',
  },
  key: ['shift'],
} as const satisfies TableShape

export const careBookingTable = {
  name: 'care_booking',
  columns: {
    care: 'text',
    request: 'text',
    child: 'text',
    worker: 'text',
    room: 'text',
    day: 'text',
    start_min: 'integer',
    end_min: 'integer',
    band: 'text',
    units: 'integer',
    state: 'text',
    why: 'text',
    source: 'text',
    linked: 'text',
    expires_at: 'integer',
    made_at: 'integer',
    pos: 'integer',
  },
  key: ['care'],
} as const satisfies TableShape

/** What was said of arrivals and departures, as it came. Stays are folded from it. */
export const careEvidenceTable = {
  name: 'care_evidence',
  columns: {
    entry: 'text',
    kind: 'text',
    child: 'text',
    stay: 'text',
    at: 'integer',
    pos: 'integer',
    device: 'text',
    body: 'text',
    sheet: 'text',
  },
  key: ['entry'],
} as const satisfies TableShape

/** From drop-off to hand-over: at most one open one per child. `twin` = the same presence, recorded by a second kiosk. */
export const careStayTable = {
  name: 'care_stay',
  columns: {
    stay: 'text',
    child: 'text',
    care: 'text',
    room: 'text',
    day: 'text',
    arrived_at: 'integer',
    arrived_min: 'integer',
    band: 'text',
    units: 'integer',
    late: 'integer',
    in_sheet: 'text',
    departed_at: 'integer',
    departed_min: 'integer',
    to_kind: 'text',
    to_id: 'text',
    staff: 'text',
    out_sheet: 'text',
    twin: 'integer',
  },
  key: ['stay', 'child'],
} as const satisfies TableShape

/** What was done off line and would not have been let be done. */
export const careDoubtToldTable = {
  name: 'care_doubt_told',
  columns: { entry: 'text', kind: 'text', child: 'text', at: 'integer', other: 'text' },
  key: ['entry'],
} as const satisfies TableShape

/** Things that cannot both be true. `entry` is the one that raised the doubt. */
export const careDoubtTable = {
  name: 'care_doubt',
  columns: { entry: 'text', kind: 'text', child: 'text', at: 'integer' },
  key: ['entry', 'kind'],
} as const satisfies TableShape

export const careDoubtSeenTable = {
  name: 'care_doubt_seen',
  columns: { entry: 'text', seen_at: 'integer', by: 'text' },
  key: ['entry'],
} as const satisfies TableShape

/** `kind`: turned_away at drop-off, pickup at hand-over. */
export const careRefusalTable = {
  name: 'care_refusal',
  columns: { entry: 'text', kind: 'text', child: 'text', stay: 'text', at: 'integer', sheet: 'text' },
  key: ['entry'],
} as const satisfies TableShape

/** Alarms that are up. `slot` -1 = of the whole day. */
export const careAlarmTable = {
  name: 'care_alarm',
  columns: { room: 'text', day: 'text', kind: 'text', slot: 'integer', since: 'integer' },
  key: ['room', 'day', 'kind', 'slot'],
} as const satisfies TableShape

/** Who opened what is sealed about a child. */
export const childReadTable = {
  name: 'child_read',
  columns: { entry: 'text', child: 'text', staff: 'text', what: 'text', at: 'integer' },
  key: ['entry'],
} as const satisfies TableShape

export const staffCardTable = {
  name: 'staff_card',
  columns: { card: 'text', staff: 'text', tail: 'text', enrolled_at: 'integer', revoked_at: 'integer' },
  key: ['card'],
} as const satisfies TableShape

export const staffCardDigestTable = {
  name: 'staff_card_digest',
  columns: { k: 'integer', h: 'text', card: 'text' },
  key: ['k', 'h', 'card'],
} as const satisfies TableShape

export const childcareTables: readonly TableShape[] = [
  childTable,
  guardianTable,
  pickupTable,
  blockTable,
  policyTable,
  careRoomTable,
  shiftTable,
  careBookingTable,
  careEvidenceTable,
  careStayTable,
  careDoubtTable,
  careDoubtToldTable,
  careDoubtSeenTable,
  careRefusalTable,
  careAlarmTable,
  childReadTable,
  staffCardTable,
  staffCardDigestTable,
]
