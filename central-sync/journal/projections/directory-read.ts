/** Reads the directory. Texts are sorted here by code units, so both databases give the same order. */
import type { CardDigest } from '../../protocol/event/person.ts'
import type { CardId, DeviceId, SiteId, WorkerId } from '../../protocol/identifier.ts'
import type { Instant } from '../../protocol/time.ts'
import { compareText } from '../../rules/order-taps.ts'
import type { Rows } from '../port.ts'
import { marks } from './portable-sql.ts'

export interface Centre {
  readonly site: SiteId
  readonly code: string
  readonly name: string
  /** This database belongs to it. */
  readonly own: boolean
}

/** By code. */
export async function centres(rows: Rows): Promise<Centre[]> {
  const found = await rows.all<{ site: string; code: string; name: string; own: number }>(
    'SELECT site, code, name, own FROM centre',
  )
  return found
    .map(({ site, code, name, own }) => ({ site: site as SiteId, code, name, own: own === 1 }))
    .sort((a, b) => compareText(a.code, b.code) || compareText(a.site, b.site))
}

export async function ownCentre(rows: Rows): Promise<Centre | undefined> {
  return (await centres(rows)).find(({ own }) => own)
}

export interface DirectoryWorker {
  readonly worker: WorkerId
  readonly code: string
  readonly home: SiteId
  /** Code of the home centre; undefined while its name is not known here. */
  readonly homeCode: string | undefined
  readonly active: boolean
}

interface WorkerRow {
  readonly worker: string
  readonly code: string
  readonly home: string
  readonly home_code: string | null
  readonly active: number
}

const WORKERS = `SELECT w.worker, w.code, w.home, w.active, c.code AS home_code
  FROM worker AS w LEFT JOIN centre AS c ON c.site = w.home`

/** By home centre and code; of one home when named. */
export async function workers(rows: Rows, home?: SiteId): Promise<DirectoryWorker[]> {
  const found =
    home === undefined
      ? await rows.all<WorkerRow>(WORKERS)
      : await rows.all<WorkerRow>(`${WORKERS} WHERE w.home = ?`, [home])
  return found
    .map(directoryWorker)
    .sort((a, b) => compareText(a.homeCode ?? '', b.homeCode ?? '') || compareText(a.code, b.code))
}

export async function workersById(rows: Rows, ids: readonly WorkerId[]): Promise<Map<WorkerId, DirectoryWorker>> {
  if (ids.length === 0) return new Map()
  const found = await rows.all<WorkerRow>(`${WORKERS} WHERE w.worker IN (${marks(ids)})`, ids)
  return new Map(found.map((row) => [row.worker as WorkerId, directoryWorker(row)]))
}

function directoryWorker({ worker, code, home, home_code, active }: WorkerRow): DirectoryWorker {
  return {
    worker: worker as WorkerId,
    code,
    home: home as SiteId,
    homeCode: home_code ?? undefined,
    active: active === 1,
  }
}

/**
 * The worker of a code as people write it: `W001` is one of `here`, `ITO-W001` one of that centre. Without `here` (the
 * hub) a bare code counts only while it is unique. Case and width do not matter.
 */
export async function workerByCode(rows: Rows, text: string, here?: SiteId): Promise<DirectoryWorker | undefined> {
  const asked = text.normalize('NFKC').trim().toUpperCase()
  const cut = asked.lastIndexOf('-')
  const [centre, code] = cut < 0 ? [undefined, asked] : [asked.slice(0, cut), asked.slice(cut + 1)]
  const found = (await rows.all<WorkerRow>(`${WORKERS} WHERE upper(w.code) = ?`, [code])).map(directoryWorker)
  const fitting = found.filter(({ home, homeCode }) =>
    centre === undefined ? here === undefined || home === here : homeCode?.toUpperCase() === centre,
  )
  return fitting.length === 1 ? fitting[0] : undefined
}

/** `W001` at home, `ITO-W001` elsewhere. */
export function codeAt({ code, home, homeCode }: DirectoryWorker, here: SiteId | undefined): string {
  return home === here || homeCode === undefined ? code : `${homeCode}-${code}`
}

export interface CardHolder {
  readonly card: CardId
  readonly worker: WorkerId
  readonly revoked: boolean
  /** Key versions under which this card is known, of the digests that were asked for. */
  readonly keyVersions: readonly number[]
}

export function digestKey({ k, h }: CardDigest): string {
  return `${k}:${h}`
}

interface DigestRow {
  readonly k: number
  readonly h: string
  readonly card: string
  readonly worker: string
  readonly revoked_at: number | null
  readonly added_at: number
}

/**
 * Whose card a digest is, by `digestKey`, in one statement for a batch of taps. A digest may stand for several cards
 * (given on after it was revoked): the newest that is not revoked counts, else the newest.
 */
export async function holdersByDigest(rows: Rows, digests: readonly CardDigest[]): Promise<Map<string, CardHolder>> {
  const hashes = [...new Set(digests.map(({ h }) => h))]
  if (hashes.length === 0) return new Map()
  const found = await rows.all<DigestRow>(
    `SELECT d.k, d.h, d.card, c.worker, c.revoked_at, d.added_at FROM card_digest AS d JOIN card AS c ON c.card = d.card
      WHERE c.worker IS NOT NULL AND d.h IN (${marks(hashes)})`,
    hashes,
  )
  const best = new Map<string, DigestRow>()
  for (const row of found) {
    const known = best.get(digestKey(row))
    if (known === undefined || beats(row, known)) best.set(digestKey(row), row)
  }
  const versions = new Map<string, number[]>()
  for (const { card, k } of found) versions.set(card, [...(versions.get(card) ?? []), k])
  return new Map(
    [...best].map(([key, { card, worker, revoked_at }]) => [
      key,
      {
        card: card as CardId,
        worker: worker as WorkerId,
        revoked: revoked_at !== null,
        keyVersions: versions.get(card) ?? [],
      },
    ]),
  )
}

function beats(a: DigestRow, b: DigestRow): boolean {
  const [aGood, bGood] = [a.revoked_at === null, b.revoked_at === null]
  if (aGood !== bGood) return aGood
  return a.added_at - b.added_at > 0 || (a.added_at === b.added_at && compareText(a.card, b.card) > 0)
}

/** The holder of the first digest that is known: a tap carries at most two, under the new and the old key. */
export async function workerByDigest(rows: Rows, digests: readonly CardDigest[]): Promise<CardHolder | undefined> {
  const holders = await holdersByDigest(rows, digests)
  const found = digests.map((digest) => holders.get(digestKey(digest))).filter((holder) => holder !== undefined)
  return found.find(({ revoked }) => !revoked) ?? found[0]
}

export interface Card {
  readonly card: CardId
  readonly worker: WorkerId
  readonly tail: string
  readonly enrolledAt: Instant
  readonly revokedAt: Instant | undefined
  readonly reason: string | undefined
  readonly digests: readonly CardDigest[]
}

interface CardRow {
  readonly card: string
  readonly worker: string
  readonly tail: string
  readonly enrolled_at: number
  readonly revoked_at: number | null
  readonly reason: string | null
  readonly k: number | null
  readonly h: string | null
}

const CARDS = `SELECT c.card, c.worker, c.tail, c.enrolled_at, c.revoked_at, c.reason, d.k, d.h
  FROM card AS c LEFT JOIN card_digest AS d ON d.card = c.card WHERE c.worker IS NOT NULL`

/** Oldest first. */
export async function cardsOf(rows: Rows, worker: WorkerId): Promise<Card[]> {
  return gatherCards(await rows.all<CardRow>(`${CARDS} AND c.worker = ?`, [worker]))
}

/** Every card with its digests: what a roster is made of. */
export async function allCards(rows: Rows): Promise<Card[]> {
  return gatherCards(await rows.all<CardRow>(CARDS))
}

function gatherCards(found: readonly CardRow[]): Card[] {
  const cards = new Map<string, Card & { digests: CardDigest[] }>()
  for (const row of found) {
    const card = cards.get(row.card) ?? {
      card: row.card as CardId,
      worker: row.worker as WorkerId,
      tail: row.tail,
      enrolledAt: row.enrolled_at,
      revokedAt: row.revoked_at ?? undefined,
      reason: row.reason ?? undefined,
      digests: [],
    }
    if (row.k !== null && row.h !== null) card.digests.push({ k: row.k, h: row.h })
    cards.set(row.card, card)
  }
  const sorted = [...cards.values()].sort((a, b) => a.enrolledAt - b.enrolledAt || compareText(a.card, b.card))
  for (const { digests } of sorted) digests.sort((a, b) => a.k - b.k || compareText(a.h, b.h))
  return sorted
}

export interface Device {
  readonly device: DeviceId
  readonly site: SiteId
  readonly kind: 'kiosk' | 'agent' | 'import'
  readonly label: string
  readonly place: string
  readonly publicKey: string
  readonly boxKey: string
  readonly enrolledAt: Instant
  readonly retiredAt: Instant | undefined
}

interface DeviceRow {
  readonly device: string
  readonly site: string
  readonly kind: Device['kind']
  readonly label: string
  readonly place: string
  readonly public_key: string
  readonly box_key: string
  readonly enrolled_at: number
  readonly retired_at: number | null
}

/** In the order of enrolment; of one centre when named. */
export async function devices(rows: Rows, site?: SiteId): Promise<Device[]> {
  const found =
    site === undefined
      ? await rows.all<DeviceRow>('SELECT * FROM device')
      : await rows.all<DeviceRow>('SELECT * FROM device WHERE site = ?', [site])
  return found
    .map((row) => ({
      device: row.device as DeviceId,
      site: row.site as SiteId,
      kind: row.kind,
      label: row.label,
      place: row.place,
      publicKey: row.public_key,
      boxKey: row.box_key,
      enrolledAt: row.enrolled_at,
      retiredAt: row.retired_at ?? undefined,
    }))
    .sort((a, b) => a.enrolledAt - b.enrolledAt || compareText(a.device, b.device))
}
