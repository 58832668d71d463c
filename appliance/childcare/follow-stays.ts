/** Arrivals and hand-overs become evidence; the stays of every child they name are folded anew from all of its evidence. */
import type { Param, ProjectionTx, StoredEntry } from '../../central-sync/journal/port.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { careArrived, careHandedOver } from '../../central-sync/protocol/event/childcare.ts'
import { calendarDayOf, wallMinuteOf } from '../../central-sync/protocol/time.ts'
import { careDoubtTable, careEvidenceTable, careStayTable } from './childcare-tables.ts'
import { type MergedStay, mergeStays } from './merge-stays.ts'
import { sheetOf } from './sealed-sheet.ts'

export const EVIDENCE_TYPES: readonly string[] = [careArrived.type, careHandedOver.type]

/** A fact told this much later than it happened was told by a kiosk that was cut off. */
const LATE_MS = 120_000

interface EvidenceRow {
  readonly entry: string
  readonly kind: 'in' | 'out'
  readonly child: string
  readonly stay: string
  readonly at: number
  readonly pos: number
  readonly device: string | null
  readonly body: string
  readonly sheet: string | null
}

interface ArrivalBody {
  readonly care: string | null
  readonly room: string
  readonly band: string
  readonly units: number
  readonly late: boolean
}

interface DepartureBody {
  readonly kind: string
  readonly id: string | null
  readonly staff: string
  /** The second proof: whether a code that two slips had let the child go. */
  readonly factor: string
}

export async function followStays(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const fresh = entries.map((entry) => (entry.t === careArrived.type ? arrivalRow(entry) : departureRow(entry)))
  await tx.insert(careEvidenceTable, fresh as never, 'ignore')
  const children = [...new Set(fresh.map(({ child }) => child))]
  const known = await tx.all<EvidenceRow>(
    'SELECT e.* FROM json_each(?) j JOIN care_evidence e ON e.child = j.value ORDER BY e.pos',
    [JSON.stringify(children)],
  )
  const keys = children.map((child) => [child])
  await tx.deleteWhere(careStayTable, ['child'], keys)
  await tx.deleteWhere(careDoubtTable, ['child'], keys)
  const byChild = Map.groupBy(known, ({ child }) => child)
  const folded = [...byChild].map(([child, rows]) => foldChild(child, rows))
  await tx.insert(
    careStayTable,
    folded.flatMap(({ stays }) => stays),
  )
  await tx.insert(
    careDoubtTable,
    folded.flatMap(({ doubts }) => doubts),
  )
}

function arrivalRow(entry: StoredEntry): EvidenceRow {
  const { stay, care, child, room, at, band, units, device } = readEvent(careArrived, entry)
  const body: ArrivalBody = { care: care ?? null, room, band, units, late: entry.at - at > LATE_MS }
  return rowOf(entry, { kind: 'in', child, stay, at, device: device ?? null, body: JSON.stringify(body) })
}

function departureRow(entry: StoredEntry): EvidenceRow {
  const { stay, child, at, to, staff, secondFactor, device } = readEvent(careHandedOver, entry)
  const body: DepartureBody = { kind: to.kind, id: to.id ?? null, staff, factor: secondFactor }
  return rowOf(entry, { kind: 'out', child, stay, at, device: device ?? null, body: JSON.stringify(body) })
}

function rowOf(entry: StoredEntry, row: Omit<EvidenceRow, 'entry' | 'pos' | 'sheet'>): EvidenceRow {
  return { ...row, entry: entry.id, pos: entry.pos, sheet: sheetOf(entry) }
}

function foldChild(child: string, rows: readonly EvidenceRow[]) {
  const facts = rows.map(({ entry, kind, stay, at }) => {
    return { id: entry, kind: kind === 'in' ? ('arrived' as const) : ('handed_over' as const), stay, child, at }
  })
  const { stays, doubts } = mergeStays(facts)
  const arrivals = firstOf(rows, 'in')
  const departures = rows.filter(({ kind }) => kind === 'out')
  const byTwin = new Map<string, string>()
  let primary = ''
  for (const { stay, twin } of stays) {
    if (!twin) primary = stay
    byTwin.set(stay, primary)
  }
  return {
    stays: stays.flatMap((stay) => {
      const arrival = arrivals.get(stay.stay)
      if (arrival === undefined) return []
      const group = departures.filter((row) => byTwin.get(row.stay) === byTwin.get(stay.stay))
      return [stayRow(stay, arrival, group.findLast(({ at }) => at === stay.departedAt) ?? group.at(-1))]
    }),
    doubts: doubts.map(({ entry, kind, at }) => ({ entry, kind, child, at })),
  }
}

/** The earliest of each stay; of equal ones the lowest id, as the fold does. */
function firstOf(rows: readonly EvidenceRow[], wanted: EvidenceRow['kind']): Map<string, EvidenceRow> {
  const first = new Map<string, EvidenceRow>()
  const ordered = rows.filter(({ kind }) => kind === wanted).sort((a, b) => b.at - a.at || (a.entry < b.entry ? 1 : -1))
  for (const row of ordered) first.set(row.stay, row)
  return first
}

function stayRow({ stay, arrivedAt, departedAt, twin }: MergedStay, arrival: EvidenceRow, departure?: EvidenceRow) {
  const { care, room, band, units, late } = JSON.parse(arrival.body) as ArrivalBody
  const left = departedAt === undefined || departure === undefined ? undefined : departure
  const to = left === undefined ? undefined : (JSON.parse(left.body) as DepartureBody)
  const day = calendarDayOf(arrivedAt)
  const row: Record<keyof (typeof careStayTable)['columns'], Param> = {
    stay,
    child: arrival.child,
    care,
    room,
    day,
    arrived_at: arrivedAt,
    arrived_min: wallMinuteOf(arrivedAt),
    band,
    units,
    late: late ? 1 : 0,
    in_sheet: arrival.sheet,
    departed_at: departedAt ?? null,
    departed_min: departedAt === undefined ? null : minuteOn(day, departedAt),
    to_kind: to?.kind ?? null,
    to_id: to?.id ?? null,
    staff: to?.staff ?? null,
    out_sheet: left?.sheet ?? null,
    twin: twin ? 1 : 0,
  }
  return row
}

/** A stay that went past midnight fills its day to the end. */
function minuteOn(day: string, at: number): number {
  return calendarDayOf(at) === day ? wallMinuteOf(at) : 1_440
}
