/** A day of a childcare room as the rules look at it: who is booked or inside, who is on duty, how large it is. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { WallSpan } from '../../central-sync/protocol/event/booking.ts'
import type { AgeBand } from '../../central-sync/protocol/event/childcare.ts'
import type { BookingId, ChildId, PolicyId, ResourceId } from '../../central-sync/protocol/identifier.ts'
import { type CalendarDay, calendarDayOf, type Instant, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { type CarePolicy, policyOn } from '../../central-sync/rules/care-need.ts'
import { type CareSlot, type CareSpan, type DutySpan, fillSlots } from '../../central-sync/rules/fill-slots.ts'

export interface KnownPolicy extends CarePolicy {
  readonly policy: PolicyId
}

interface PolicyRow {
  policy: PolicyId
  from_day: CalendarDay
  to_day: CalendarDay | null
  u0: number
  u12: number
  u3: number
  u4: number
  min_staff: number
  qual_num: number
  qual_den: number
  area_dm2: number
  age_basis: 'fiscal' | 'actual'
  rounding: 'ceil_sum' | 'trunc1_round'
  fever_x10: number
  small: number
}

/** All rows, oldest decision first, so that of two with one beginning the newer counts. */
export async function readPolicies(rows: Rows): Promise<KnownPolicy[]> {
  const found = await rows.all<PolicyRow>('SELECT * FROM care_policy ORDER BY pos')
  return found.map((row) => ({
    policy: row.policy,
    from: row.from_day,
    to: row.to_day ?? undefined,
    units: { a0: row.u0, a12: row.u12, a3: row.u3, a4: row.u4 },
    minStaff: row.min_staff,
    qualifiedNum: row.qual_num,
    qualifiedDen: row.qual_den,
    areaPerChildDm2: row.area_dm2,
    ageBasis: row.age_basis,
    rounding: row.rounding,
    feverX10: row.fever_x10,
    smallMode: row.small === 1,
  }))
}

export async function readPolicyOn(rows: Rows, day: CalendarDay): Promise<KnownPolicy | undefined> {
  return policyOn(await readPolicies(rows), day)
}

export interface CareDay {
  readonly room: ResourceId
  readonly day: CalendarDay
  readonly policy: KnownPolicy | undefined
  readonly children: readonly CareSpan[]
  readonly duties: readonly DutySpan[]
  readonly areaDm2: number
}

interface DutyRow extends WallSpan {
  day: CalendarDay
  room: ResourceId
  shift: string
  staff: string | null
  qualified: number
}

interface OccupancyRow extends WallSpan {
  day: CalendarDay
  room: ResourceId
  child: ChildId
  band: AgeBand
  units: number
  source: string
}

interface Looked {
  readonly now: Instant
  /** A booking that is looked at as if it were not there. */
  readonly except?: BookingId | undefined
}

/**
 * Reads the days from `from` to `to` at once; the answer gives the day of one room. A child who is still inside after the
 * end of its booking counts up to the running quarter of an hour.
 */
export async function readCareRange(
  rows: Rows,
  { from, to }: { readonly from: CalendarDay; readonly to: CalendarDay },
  { now, except }: Looked,
): Promise<(room: ResourceId, day: CalendarDay) => CareDay> {
  const policies = await readPolicies(rows)
  const occupied = await rows.all<OccupancyRow>(
    `SELECT day, room, child, band, units, start_min AS start, end_min AS "end", source FROM care_occupancy
      WHERE day BETWEEN ? AND ?`,
    [from, to],
  )
  const today = calendarDayOf(now)
  const inside = await rows.all<OccupancyRow>(
    `SELECT day, room, child, band, units, arrived_min AS start, ? AS "end", stay AS source FROM care_stay
      WHERE departed_at IS NULL AND twin = 0 AND day = ? AND day BETWEEN ? AND ? AND arrived_min <= ?`,
    [wallMinuteOf(now) + 1, today, from, to, wallMinuteOf(now)],
  )
  const duties = await rows.all<DutyRow>(
    `SELECT day, room, shift, staff, qualified, start_min AS start, end_min AS "end" FROM shift
      WHERE day BETWEEN ? AND ? AND removed = 0 AND attendance <> 'absent'
        AND NOT EXISTS (SELECT 1 FROM staff f WHERE f.staff = shift.staff AND f.active = 0)`,
    [from, to],
  )
  const areas = await rows.all<{ room: ResourceId; area_dm2: number }>('SELECT room, area_dm2 FROM care_room')
  const area = new Map(areas.map((one) => [one.room, one.area_dm2]))
  const place = ({ room, day }: { room: ResourceId; day: CalendarDay }) => `${room} ${day}`
  const children = Map.groupBy(
    [...occupied, ...inside].filter(({ source }) => source !== except),
    place,
  )
  const shifts = Map.groupBy(duties, place)
  return (room, day) => {
    const policy = policyOn(policies, day)
    return {
      ...{ room, day, policy },
      children: (children.get(place({ room, day })) ?? []).map((one) => spanOf(one, policy)),
      duties: (shifts.get(place({ room, day })) ?? []).map(({ shift, staff, qualified, start, end }) => {
        return { start, end, qualified: qualified === 1, staff: staff ?? shift }
      }),
      areaDm2: area.get(room) ?? 0,
    }
  }
}

/** What is above the units of the band today is the child's own. */
function spanOf({ child, band, units, start, end }: OccupancyRow, policy: KnownPolicy | undefined): CareSpan {
  return { child, band, start, end, extraUnits: Math.max(0, units - (policy?.units[band] ?? 0)) }
}

/** One day of several rooms. */
export async function readCareDays(
  rows: Rows,
  day: CalendarDay,
  rooms: readonly ResourceId[],
  looked: Looked,
): Promise<CareDay[]> {
  const dayOf = await readCareRange(rows, { from: day, to: day }, looked)
  return rooms.map((room) => dayOf(room, day))
}

export async function readCareDay(rows: Rows, room: ResourceId, day: CalendarDay, looked: Looked): Promise<CareDay> {
  return (await readCareRange(rows, { from: day, to: day }, looked))(room, day)
}

/** The slots that a span of the day touches. */
export function slotsOf({ children, duties, areaDm2 }: CareDay, span: WallSpan): CareSlot[] {
  return fillSlots(span, children, duties, areaDm2)
}
