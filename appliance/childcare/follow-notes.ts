/** Follows what is noted beside places and stays: doubts, refusals, alarms, the audit of reads, staff cards. */
import type { ProjectionTx, StoredEntry } from '../../central-sync/journal/port.ts'
import { readEvent } from '../../central-sync/journal/projections/read-event.ts'
import { RowMemory } from '../../central-sync/journal/projections/row-memory.ts'
import * as carer from '../../central-sync/protocol/event/carer.ts'
import * as care from '../../central-sync/protocol/event/childcare.ts'
import {
  careAlarmTable,
  careDoubtSeenTable,
  careDoubtToldTable,
  careRefusalTable,
  childReadTable,
  staffCardDigestTable,
  staffCardTable,
} from './childcare-tables.ts'
import { sheetOf } from './sealed-sheet.ts'

type Handler = (tx: ProjectionTx, entries: readonly StoredEntry[]) => Promise<void>

const HANDLERS: readonly (readonly [readonly string[], Handler])[] = [
  [[carer.careDoubted.type], followDoubts],
  [[carer.careDoubtSeen.type], followSeen],
  [[care.careTurnedAway.type, care.carePickupRefused.type], followRefusals],
  [[care.careAlarm.type], followAlarms],
  [[care.childNotesRead.type], followReads],
  [[carer.staffCardEnrolled.type, carer.staffCardRevoked.type], followCards],
]

export const NOTE_TYPES: readonly string[] = HANDLERS.flatMap(([types]) => types)

export async function followNotes(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const [types, handle] of HANDLERS) {
    const mine = entries.filter(({ t }) => types.includes(t))
    if (mine.length > 0) await handle(tx, mine)
  }
}

async function followDoubts(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { child, kind, at, other } = readEvent(carer.careDoubted, entry)
    return { entry: entry.id, kind, child, at, other: other ?? null }
  })
  await tx.insert(careDoubtToldTable, rows, 'ignore')
}

async function followSeen(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    return { entry: readEvent(carer.careDoubtSeen, entry).entry, seen_at: entry.at, by: entry.by }
  })
  await tx.insert(careDoubtSeenTable, newest(rows, 'entry'), 'replace')
}

async function followRefusals(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const sheet = sheetOf(entry)
    if (entry.t === care.careTurnedAway.type) {
      const { child, at } = readEvent(care.careTurnedAway, entry)
      return { entry: entry.id, kind: 'turned_away', child, stay: null, at, sheet }
    }
    const { child, stay, at } = readEvent(care.carePickupRefused, entry)
    return { entry: entry.id, kind: 'pickup', child, stay, at, sheet }
  })
  await tx.insert(careRefusalTable, rows, 'ignore')
}

async function followAlarms(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  for (const entry of entries) {
    const { room, day, kind, slot = -1, state } = readEvent(care.careAlarm, entry)
    if (state === 'cleared')
      await tx.deleteWhere(careAlarmTable, ['room', 'day', 'kind', 'slot'], [[room, day, kind, slot]])
    else await tx.insert(careAlarmTable, [{ room, day, kind, slot, since: entry.at }], 'ignore')
  }
}

async function followReads(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { child, staff, what } = readEvent(care.childNotesRead, entry)
    return { entry: entry.id, child, staff, what, at: entry.at }
  })
  await tx.insert(childReadTable, rows, 'ignore')
}

async function followCards(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const cards = await RowMemory.load(
    tx,
    staffCardTable,
    entries.map(({ d }) => [String(d.card)]),
  )
  const digests = []
  for (const entry of entries) {
    if (entry.t === carer.staffCardRevoked.type) {
      const { card } = readEvent(carer.staffCardRevoked, entry)
      if (cards.get(card)?.revoked_at === null) cards.change([card], { revoked_at: entry.at })
      continue
    }
    const { card, staff, tail, digests: own } = readEvent(carer.staffCardEnrolled, entry)
    // The same card again: a digest under a newer key.
    const before = cards.get(card)
    cards.put({
      ...{ card, staff, tail },
      enrolled_at: before?.enrolled_at ?? entry.at,
      revoked_at: before?.revoked_at ?? null,
    })
    digests.push(...own.map(({ k, h }) => ({ k, h, card })))
  }
  await cards.flush(tx)
  await tx.insert(staffCardDigestTable, digests, 'ignore')
}

function newest<R extends Record<K, string>, K extends string>(rows: readonly R[], key: K): R[] {
  return [...new Map(rows.map((row) => [row[key], row])).values()]
}
