/** Follows centres, devices, staff, workers and cards. Names stay sealed: a row keeps the sealed part only. */
import * as person from '../../protocol/event/person.ts'
import * as place from '../../protocol/event/place.ts'
import type { Follower, ProjectionTx, StoredEntry } from '../port.ts'
import {
  cardDigestTable,
  cardKeyTable,
  cardTable,
  centreTable,
  deviceTable,
  directoryTables,
  introductionTable,
  staffTable,
  workerTable,
} from './directory-tables.ts'
import { readEvent, writtenAt } from './read-event.ts'
import { RowMemory } from './row-memory.ts'

export { directoryMigrations } from './directory-tables.ts'

type Handler = (tx: ProjectionTx, entries: readonly StoredEntry[]) => Promise<void>

/** Types that one handler takes together, in the order of the entries. */
const HANDLERS: readonly (readonly [readonly string[], Handler])[] = [
  [['centre.named', 'site.admitted'], applyCentres],
  [['device.enrolled', 'device.retired'], applyDevices],
  [['staff.added', 'staff.changed'], applyStaff],
  [['card-key.announced'], applyCardKeys],
  [['worker.registered', 'worker.changed'], applyWorkers],
  [['worker.introduced', 'introduction.lapsed'], applyIntroductions],
  [['card.enrolled', 'card.revoked'], applyCards],
  [['card.enrolled', 'card.digest-added'], applyDigests],
]

export const directoryFollower: Follower = {
  name: 'directory',
  version: 2,
  tables: directoryTables.map(({ name }) => name),
  types: [...new Set(HANDLERS.flatMap(([types]) => types))],
  async apply(tx, entries) {
    for (const [types, handle] of HANDLERS) {
      const mine = entries.filter(({ t }) => types.includes(t))
      if (mine.length > 0) await handle(tx, mine)
    }
  },
}

/**
 * The newest name counts; the keys come with the admission at the hub. That comes down late and tells what a centre was
 * called when it joined: about its own name a centre knows better.
 */
async function applyCentres(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const own = await ownSites(tx)
  const read = entries.map((entry) =>
    entry.t === 'centre.named'
      ? { ...readEvent(place.centreNamed, entry), publicKey: undefined, boxKey: undefined }
      : readEvent(place.siteAdmitted, entry),
  )
  const centres = await RowMemory.load(tx, centreTable, keysOf(read.map(({ site }) => site)))
  for (const { site, code, name, publicKey, boxKey } of read) {
    const known = centres.get(site)
    const isEcho = publicKey !== undefined && own.has(site)
    centres.put({
      site,
      code: isEcho ? (known?.code ?? code) : code,
      name: isEcho ? (known?.name ?? name) : name,
      public_key: publicKey ?? known?.public_key ?? null,
      box_key: boxKey ?? known?.box_key ?? null,
      own: own.has(site) ? 1 : 0,
    })
  }
  await centres.flush(tx)
}

async function applyDevices(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const devices = await RowMemory.load(tx, deviceTable, keysOf(entries.map(({ d }) => String(d.device))))
  for (const entry of entries) {
    if (entry.t === 'device.retired') {
      const { device } = readEvent(place.deviceRetired, entry)
      if (devices.get(device)?.retired_at === null) devices.change([device], { retired_at: entry.at })
      continue
    }
    const { device, kind, label, place: where, publicKey, boxKey } = readEvent(place.deviceEnrolled, entry)
    devices.put({
      device,
      site: writtenAt(entry),
      kind,
      label,
      place: where,
      public_key: publicKey,
      box_key: boxKey,
      enrolled_at: entry.at,
      retired_at: devices.get(device)?.retired_at ?? null,
    })
  }
  await devices.flush(tx)
}

/** Accounts belong to one server: those of other servers, which come along in their journals, make no rows. */
async function applyStaff(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const own = await ownSites(tx)
  const mine = entries.filter((entry) => entry.o === undefined && own.has(entry.site))
  const staff = await RowMemory.load(tx, staffTable, keysOf(mine.map(({ d }) => String(d.staff))))
  for (const entry of mine) {
    if (entry.t === 'staff.added') {
      const { staff: id, roles } = readEvent(place.staffAdded, entry)
      staff.put({ staff: id, roles: JSON.stringify(roles), active: 1, sheet: sheetOf(entry) })
    } else {
      const { staff: id, roles, active } = readEvent(place.staffChanged, entry)
      staff.change([id], { roles: JSON.stringify(roles), active: active ? 1 : 0 })
    }
  }
  await staff.flush(tx)
}

async function applyCardKeys(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.map((entry) => {
    const { keyVersion, from } = readEvent(place.cardKeyAnnounced, entry)
    return { key_version: keyVersion, from_at: from, site: writtenAt(entry) }
  })
  await tx.insert(cardKeyTable, rows, 'replace')
}

async function applyWorkers(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const workers = await RowMemory.load(tx, workerTable, keysOf(entries.map(({ d }) => String(d.worker))))
  for (const entry of entries) {
    if (entry.t === 'worker.registered') {
      const { worker, code, home } = readEvent(person.workerRegistered, entry)
      workers.put({ worker, code, home, active: 1, sheet: sheetOf(entry) })
    } else {
      const { worker, active } = readEvent(person.workerChanged, entry)
      // The nameless directory drops the sealed part; it must not wipe a sheet that came by another way.
      const sheet = sheetOf(entry) ?? workers.get(worker)?.sheet ?? null
      workers.change([worker], { active: active ? 1 : 0, sheet })
    }
  }
  await workers.flush(tx)
}

async function applyIntroductions(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const own = await ownSites(tx)
  const newest = new Map<string, { worker: string; sheet: string; introduced_at: number } | undefined>()
  for (const entry of entries) {
    if (entry.t === 'introduction.lapsed') {
      const { worker, site } = readEvent(person.introductionLapsed, entry)
      if (own.has(site)) newest.set(worker, undefined)
      continue
    }
    const { worker } = readEvent(person.workerIntroduced, entry)
    const sheet = sheetOf(entry)
    if (sheet !== null) newest.set(worker, { worker, sheet, introduced_at: entry.at })
  }
  const lapsed = [...newest].filter(([, row]) => row === undefined).map(([worker]) => [worker])
  if (lapsed.length > 0) await tx.deleteWhere(introductionTable, ['worker'], lapsed)
  const rows = [...newest.values()].filter((row) => row !== undefined)
  await tx.insert(introductionTable, rows, 'replace')
}

/** A revocation may reach this journal before the enrolment, from another author: revoked by anyone is revoked. */
async function applyCards(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const cards = await RowMemory.load(tx, cardTable, keysOf(entries.map(({ d }) => String(d.card))))
  for (const entry of entries) {
    if (entry.t === 'card.enrolled') {
      const { card, worker, tail } = readEvent(person.cardEnrolled, entry)
      const known = cards.get(card) ?? { revoked_at: null, reason: null }
      cards.put({ card, worker, tail, enrolled_at: entry.at, revoked_at: known.revoked_at, reason: known.reason })
      continue
    }
    const { card, reason } = readEvent(person.cardRevoked, entry)
    const known = cards.get(card) ?? { card, worker: null, tail: '', enrolled_at: null, revoked_at: null, reason: null }
    const first = known.revoked_at === null || entry.at < Number(known.revoked_at)
    if (first) cards.put({ ...known, revoked_at: entry.at, reason })
  }
  await cards.flush(tx)
}

async function applyDigests(tx: ProjectionTx, entries: readonly StoredEntry[]): Promise<void> {
  const rows = entries.flatMap((entry) => {
    if (entry.t === 'card.enrolled') {
      const { card, digests } = readEvent(person.cardEnrolled, entry)
      return digests.map(({ k, h }) => ({ k, h, card, added_at: entry.at }))
    }
    const { card, digest } = readEvent(person.cardDigestAdded, entry)
    return [{ k: digest.k, h: digest.h, card, added_at: entry.at }]
  })
  await tx.insert(cardDigestTable, rows, 'ignore')
}

/** What the reader of names needs to open the newest sheet; NULL when the entry came without its sealed part. */
function sheetOf({ id, t, v, sub, x }: StoredEntry): string | null {
  return x === undefined ? null : JSON.stringify({ id, t, v, sub, x })
}

async function ownSites(tx: ProjectionTx): Promise<ReadonlySet<string>> {
  const rows = await tx.all<{ site: string }>("SELECT DISTINCT site FROM stream WHERE kind = 'own'")
  return new Set(rows.map(({ site }) => site))
}

function keysOf(ids: readonly string[]): string[][] {
  return [...new Set(ids)].map((id) => [id])
}
