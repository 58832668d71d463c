/**
 * Follows what all centres say about seats, rooms and childcare places. Rows are laid down as they are told and changed
 * by what is told later; figures are counted when somebody asks, so that nothing has to be kept in step.
 */

import type { Follower, Param, ProjectionTx, StoredEntry, TableShape } from '../../journal/port.ts'
import { keyParam, keyRows } from '../../journal/projections/portable-sql.ts'
import { readEvent } from '../../journal/projections/read-event.ts'
import * as booking from '../../protocol/event/booking.ts'
import { shiftAttended } from '../../protocol/event/carer.ts'
import * as childcare from '../../protocol/event/childcare.ts'
import { careMoved } from '../../protocol/event/childcare.ts'
import { calendarDayOf } from '../../protocol/time.ts'
import {
  occBookingTable,
  occCareTable,
  occClosureTable,
  occDemandTable,
  occHoursTable,
  occPolicyTable,
  occResourceTable,
  occShiftTable,
  occStayTable,
  occupancyTables,
  occWaitingTable,
} from './occupancy-tables.ts'

type OccRow = Record<string, Param>
/** What an entry does: a row of its own, or a change to (or the end of) the row with this id. */
type Said =
  | { readonly kind: 'row'; readonly table: TableShape; readonly row: OccRow; readonly again: 'ignore' | 'replace' }
  | { readonly kind: 'change'; readonly table: TableShape; readonly id: string; readonly fields: OccRow }
  | { readonly kind: 'gone'; readonly table: TableShape; readonly id: string }

const rules: Readonly<Record<string, (entry: StoredEntry) => Said>> = {
  'resource.described': (entry) => {
    const { resource, kind, open } = readEvent(booking.resourceDescribed, entry)
    const row = { site: entry.site, resource, from_day: calendarDayOf(entry.at), kind, open: open ? 1 : 0 }
    return { kind: 'row', table: occResourceTable, row, again: 'replace' }
  },
  'hours.set': (entry) => {
    const { weekdays, holidays, from } = readEvent(booking.hoursSet, entry)
    const row = { site: entry.site, from_day: from, weekdays: JSON.stringify(weekdays), holidays: holidays ? 1 : 0 }
    return { kind: 'row', table: occHoursTable, row, again: 'replace' }
  },
  'closure.made': (entry) => {
    const { closure, target, fromDay, toDay, start, end } = readEvent(booking.closureMade, entry)
    const span = { from_day: fromDay, to_day: toDay, start_min: start, end_min: end }
    return { kind: 'row', table: occClosureTable, row: { site: entry.site, closure, target, ...span }, again: 'ignore' }
  },
  'closure.lifted': (entry) => ({
    kind: 'gone',
    table: occClosureTable,
    id: readEvent(booking.closureLifted, entry).closure,
  }),
  'booking.made': (entry) => {
    const { booking: id, resource, state, ...span } = readEvent(booking.bookingMade, entry)
    const row = { site: entry.site, booking: id, ...spanOf(span), resource, state }
    return { kind: 'row', table: occBookingTable, row, again: 'ignore' }
  },
  'booking.moved': (entry) => {
    const { booking: id, resource, ...span } = readEvent(booking.bookingMoved, entry)
    return { kind: 'change', table: occBookingTable, id, fields: { ...spanOf(span), resource } }
  },
  'booking.settled': (entry) => {
    const { booking: id, state } = readEvent(booking.bookingSettled, entry)
    return { kind: 'change', table: occBookingTable, id, fields: { state } }
  },
  'waiting.joined': (entry) => {
    const { waiting, want, child, ...span } = readEvent(booking.waitingJoined, entry)
    const wish = { want: want ?? null, child: child === undefined ? 0 : 1, outcome: null }
    return {
      kind: 'row',
      table: occWaitingTable,
      row: { site: entry.site, waiting, ...spanOf(span), ...wish },
      again: 'ignore',
    }
  },
  'waiting.closed': (entry) => {
    const { waiting, outcome } = readEvent(booking.waitingClosed, entry)
    return { kind: 'change', table: occWaitingTable, id: waiting, fields: { outcome } }
  },
  'demand.declined': (entry) => {
    const { demand, what, why, ...span } = readEvent(booking.demandDeclined, entry)
    return {
      kind: 'row',
      table: occDemandTable,
      row: { site: entry.site, demand, ...spanOf(span), what, why },
      again: 'ignore',
    }
  },
  'care.booked': (entry) => {
    const { care, child, band, units, state, ...span } = readEvent(childcare.careBooked, entry)
    const row = { site: entry.site, care, ...spanOf(span), child, band, units, state }
    return { kind: 'row', table: occCareTable, row, again: 'ignore' }
  },
  'care.moved': (entry) => {
    const { care, band, units, ...span } = readEvent(careMoved, entry)
    return { kind: 'change', table: occCareTable, id: care, fields: { ...spanOf(span), band, units } }
  },
  'care.settled': (entry) => {
    const { care, state } = readEvent(childcare.careSettled, entry)
    return { kind: 'change', table: occCareTable, id: care, fields: { state } }
  },
  'care.arrived': (entry) => {
    const { stay, child, band, units, at } = readEvent(childcare.careArrived, entry)
    const row = { site: entry.site, stay, day: calendarDayOf(at), child, band, units, arrived_at: at, left_at: null }
    return { kind: 'row', table: occStayTable, row, again: 'ignore' }
  },
  'care.handed-over': (entry) => {
    const { stay, at } = readEvent(childcare.careHandedOver, entry)
    return { kind: 'change', table: occStayTable, id: stay, fields: { left_at: at } }
  },
  'shift.set': (entry) => {
    const { shift, staff, qualified, ...span } = readEvent(childcare.shiftSet, entry)
    const row = {
      site: entry.site,
      shift,
      ...spanOf(span),
      staff: staff ?? null,
      qualified: qualified ? 1 : 0,
      absent: 0,
    }
    return { kind: 'row', table: occShiftTable, row, again: 'replace' }
  },
  'shift.attended': (entry) => {
    const { shift, state } = readEvent(shiftAttended, entry)
    return { kind: 'change', table: occShiftTable, id: shift, fields: { absent: state === 'absent' ? 1 : 0 } }
  },
  'shift.removed': (entry) => ({
    kind: 'gone',
    table: occShiftTable,
    id: readEvent(childcare.shiftRemoved, entry).shift,
  }),
  'care.policy-set': (entry) => {
    const policy = readEvent(childcare.carePolicySet, entry)
    const row = { site: entry.site, policy: policy.policy, pos: entry.pos, body: JSON.stringify(policy) }
    return { kind: 'row', table: occPolicyTable, row, again: 'replace' }
  },
}

export const occupancyFollower: Follower = {
  name: 'occupancy',
  version: 2,
  tables: occupancyTables.map(({ name }) => name),
  types: Object.keys(rules),
  async apply(tx, entries) {
    const batches = new Map<TableShape, Map<string, Told>>()
    for (const entry of entries) {
      const said = rules[entry.t]?.(entry)
      if (said === undefined) throw new Error(`no rule for ${entry.t}`)
      const told = batches.get(said.table) ?? new Map<string, Told>()
      batches.set(said.table, told)
      take(told, said, entry.site)
    }
    for (const [table, told] of batches) await write(tx, table, [...told.values()])
  },
}

/** What a batch says about one row, in the order in which it was said. */
interface Told {
  readonly key: readonly string[]
  readonly said: Said[]
}

function take(told: Map<string, Told>, said: Said, site: string): void {
  const key = said.kind === 'row' ? said.table.key.map((column) => String(said.row[column])) : [site, said.id]
  const name = JSON.stringify(key)
  const known = told.get(name)
  if (known === undefined) told.set(name, { key, said: [said] })
  else known.said.push(said)
}

/** One read and at most two writes for a table, however many entries. */
async function write(tx: ProjectionTx, table: TableShape, told: readonly Told[]): Promise<void> {
  const match = table.key.map((column, index) => `t.${column} = k.value->>${index}`).join(' AND ')
  const columns = Object.keys(table.columns).map((column) => `t.${column}`)
  const stored = await tx.all<OccRow>(
    `SELECT ${columns.join(', ')} FROM ${keyRows(tx)} AS k CROSS JOIN ${table.name} AS t WHERE ${match}`,
    [keyParam(told.map(({ key }) => key))],
  )
  const rows = new Map(stored.map((row) => [JSON.stringify(table.key.map((column) => row[column])), row]))
  const written: OccRow[] = []
  const gone: (readonly string[])[] = []
  for (const { key, said } of told) {
    const before = rows.get(JSON.stringify(key))
    const after = said.reduce(follow, before)
    if (after === undefined && before !== undefined) gone.push(key)
    if (after !== undefined && after !== before) written.push(after)
  }
  if (gone.length > 0) await tx.deleteWhere(table, table.key, gone)
  await tx.insert(table, written, 'replace')
}

function follow(row: OccRow | undefined, said: Said): OccRow | undefined {
  switch (said.kind) {
    case 'row':
      return row === undefined || said.again === 'replace' ? said.row : row
    case 'change':
      // About something that never came here: nothing to count.
      return row === undefined ? undefined : { ...row, ...said.fields }
    case 'gone':
      return undefined
  }
}

function spanOf({ day, start, end }: { readonly day: string; readonly start: number; readonly end: number }) {
  return { day, start_min: start, end_min: end }
}
