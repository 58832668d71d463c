/** Follows what there is to book, when it is open, and every booking. */

import type { Follower, Param, ProjectionTx, StoredEntry } from '../../central-sync/journal/port.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { RowMemory } from '../../central-sync/journal/projections/row-memory.ts'
import * as booking from '../../central-sync/protocol/event/booking.ts'
import { waitsSet } from '../../central-sync/protocol/event/booking.ts'
import {
  bookingTable,
  bookingTables,
  calendarTable,
  closureTable,
  demandTable,
  openingHoursTable,
  resourceTable,
  seriesTable,
  termsTable,
  waitsTable,
} from './booking-tables.ts'

type Handler = (tx: ProjectionTx, entries: readonly StoredEntry[]) => Promise<void>

/** What the guards look at: these are applied in the order in which they happened. */
const ORDERED: ReadonlyMap<string, Handler> = new Map([
  ['resource.described', applyResources],
  ['closure.made', applyClosures],
  ['closure.lifted', applyLifts],
  ['booking.made', applyBookings],
  ['booking.moved', applyBookings],
  ['booking.settled', applyBookings],
])

const OTHERS: readonly (readonly [string, Handler])[] = [
  ['hours.set', applyHours],
  ['series.made', applySeries],
  ['demand.declined', applyDemand],
  ['calendar.issued', applyCalendars],
  ['booking.terms-set', applyTerms],
  ['waits.set', applyWaits],
]

export const bookingFollower: Follower = {
  name: 'booking',
  version: 1,
  tables: bookingTables.map(({ name }) => name),
  types: [...ORDERED.keys(), ...OTHERS.map(([type]) => type)],
  async apply(tx, entries) {
    await applyInOrder(
      tx,
      entries.filter(({ t }) => ORDERED.has(t)),
    )
    for (const [type, handle] of OTHERS) {
      const mine = entries.filter(({ t }) => t === type)
      if (mine.length > 0) await handle(tx, mine)
    }
  },
}

/** In runs of one kind: a seat described after a booking was made must not be seen by that booking's guards. */
async function applyInOrder(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  let run: StoredEntry[] = []
  const finish = async () => {
    const [first] = run
    if (first !== undefined) await ORDERED.get(first.t)?.(tx, run)
    run = []
  }
  for (const entry of entries) {
    if (ORDERED.get(run[0]?.t ?? entry.t) !== ORDERED.get(entry.t)) await finish()
    run.push(entry)
  }
  await finish()
}

const bit = (value: boolean) => (value ? 1 : 0)

async function applyResources(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) {
    const { attrs, map, parent, bufferMin, checkInRequired, graceMin, open, ...rest } = readEvent(
      booking.resourceDescribed,
      entry,
    )
    const row = {
      ...rest,
      parent: parent ?? null,
      monitor: bit(attrs.monitor),
      standing: bit(attrs.standing),
      accessible: bit(attrs.accessible),
      quiet: bit(attrs.quiet),
      buffer_min: bufferMin,
      check_in_required: bit(checkInRequired),
      grace_min: graceMin,
      open: bit(open),
      ...map,
    }
    await tx.insert(resourceTable, [row], 'replace')
  }
}

async function applyHours(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) {
    const { weekdays, holidays, from } = readEvent(booking.hoursSet, entry)
    const rows = weekdays.map((span, weekday) => ({
      from_day: from,
      weekday,
      start_min: span?.start ?? null,
      end_min: span?.end ?? null,
      holidays: bit(holidays),
    }))
    await tx.insert(openingHoursTable, rows, 'replace')
  }
}

async function applyClosures(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { closure, target, fromDay, toDay, start, end, reason, note } = readEvent(booking.closureMade, entry)
    const days = { from_day: fromDay, to_day: toDay, start_min: start, end_min: end }
    return { closure, target, ...days, reason, note, lifted: 0 }
  })
  await tx.insert(closureTable, rows, 'ignore')
}

async function applyLifts(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const lifted = entries.map((entry) => readEvent(booking.closureLifted, entry).closure)
  await tx.run('UPDATE closure SET lifted = 1 WHERE closure IN (SELECT value FROM json_each(?))', [
    JSON.stringify(lifted),
  ])
}

/** Written in the order of the last change of each, so that a slot is left before another takes it. */
async function applyBookings(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const known = entries.filter(({ t }) => t !== 'booking.made').map(({ d }) => [String(d.booking)])
  const rows = await RowMemory.load(tx, bookingTable, known)
  for (const entry of entries) {
    if (entry.t === 'booking.made') rows.put(madeRow(entry))
    else rows.change([String(entry.d.booking)], changeOf(entry, rows.get(String(entry.d.booking))?.changes))
  }
  await rows.flush(tx)
}

function madeRow(entry: StoredEntry) {
  const { start, end, series, care, expires, ...rest } = readEvent(booking.bookingMade, entry)
  return {
    ...rest,
    start_min: start,
    end_min: end,
    series: series ?? null,
    care: care ?? null,
    expires: expires ?? null,
    why: null,
    tap: null,
    made_by: entry.by,
    made_at: entry.at,
    changed_at: entry.at,
    changes: 0,
  }
}

function changeOf(entry: StoredEntry, changes: Param | undefined) {
  const counted = { changed_at: entry.at, changes: Number(changes ?? 0) + 1 }
  if (entry.t === 'booking.moved') {
    const { resource, day, start, end } = readEvent(booking.bookingMoved, entry)
    return { resource, day, start_min: start, end_min: end, ...counted }
  }
  const { state, why, tap } = readEvent(booking.bookingSettled, entry)
  return { state, why, expires: null, ...(tap === undefined ? {} : { tap }), ...counted }
}

async function applySeries(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { from, until, start, end, onConflict, skipped, ...rest } = readEvent(booking.seriesMade, entry)
    const days = { from_day: from, until_day: until, start_min: start, end_min: end, on_conflict: onConflict }
    return { ...rest, ...days, skipped: JSON.stringify(skipped), made_at: entry.at }
  })
  await tx.insert(seriesTable, rows, 'ignore')
}

async function applyDemand(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { start, end, worker, ...rest } = readEvent(booking.demandDeclined, entry)
    return { ...rest, start_min: start, end_min: end, worker: worker ?? null, at: entry.at }
  })
  await tx.insert(demandTable, rows, 'ignore')
}

async function applyCalendars(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) {
    const { worker, digest } = readEvent(booking.calendarIssued, entry)
    await tx.insert(calendarTable, [{ worker, digest, issued_at: entry.at }], 'replace')
  }
}

async function applyTerms(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) {
    const { durationMaxMin, horizonDays, noticeMin, upcomingMax, sameDayMax } = readEvent(
      booking.bookingTermsSet,
      entry,
    )
    const row = {
      one: 1,
      duration_max_min: durationMaxMin,
      horizon_days: horizonDays,
      notice_min: noticeMin,
      upcoming_max: upcomingMax,
      same_day_max: sameDayMax,
    }
    await tx.insert(termsTable, [row], 'replace')
  }
}

async function applyWaits(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) {
    const { offerMin, careGraceMin } = readEvent(waitsSet, entry)
    await tx.insert(waitsTable, [{ one: 1, offer_min: offerMin, care_grace_min: careGraceMin }], 'replace')
  }
}
