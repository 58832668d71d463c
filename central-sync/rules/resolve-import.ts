/**
 * Turns rows of a punch list into taps. A row's id is a digest of what it says, so importing it again adds nothing.
 * Rows are taken in order of time; `auto` gets its direction once, from what is known then, and keeps it. An explicit
 * direction is a person's word: where it differs from the last accepted claim it counts at once, else it is a bounce if
 * it is near. Bad rows are listed by line and stop nothing else.
 */
import type { Direction, TapEvidence } from '../protocol/event/attendance.ts'
import { sha256 } from '../protocol/hash.ts'
import type { DeviceId, EventId, SiteId, WorkerId } from '../protocol/identifier.ts'
import { type BusinessDay, businessDayOf, type Instant, parseIsoInstant } from '../protocol/time.ts'
import type { FoldTap, LastClaim } from './day-fold.ts'
import { foldDay } from './fold-day.ts'
import { compareText } from './order-taps.ts'
import { type AttendancePolicy, placeKey } from './policy.ts'
import { proposeDirection } from './propose-direction.ts'

/** One row as it stands in the file. */
export interface PunchRow {
  readonly line: number
  readonly workerCode: string
  readonly at: string
  readonly direction: string
  readonly place: string
  readonly device: string
}

export interface ImportFacts {
  readonly site: SiteId
  readonly now: Instant
  /** Label of this centre: what an empty place means. */
  readonly place: string
  readonly workerOf: (code: string) => WorkerId | undefined
  /** Stable id of the device a label stands for. */
  readonly deviceOf: (label: string) => DeviceId
  /** Taps already known of a worker on a day, as they count (redirects laid over, undone ones left out). */
  readonly known: (worker: WorkerId, day: BusinessDay) => readonly FoldTap[]
  /** Ids that are in the journal already. */
  readonly has: (id: EventId) => boolean
  readonly policy: AttendancePolicy
}

/** Data of `tap.recorded` for one row. */
export interface ImportedTap extends TapEvidence {
  readonly site: SiteId
  readonly device: DeviceId
  readonly time: Instant
  readonly worker: WorkerId
  readonly chosen: boolean
  readonly known: 'known'
}

export type BadRowReason = 'worker_unknown' | 'at_invalid' | 'at_in_future' | 'direction_invalid' | 'place_too_long'

export interface ResolvedImport {
  /** In order of time. */
  readonly taps: readonly ImportedTap[]
  /** Rows that were imported before, or stand twice in this file. */
  readonly repeated: number
  /** By line. */
  readonly bad: readonly { readonly line: number; readonly reason: BadRowReason }[]
}

const PLACE_MAX = 60
/** Digits of a ULID: an imported row's id has the same form. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

interface ReadRow {
  readonly id: EventId
  readonly line: number
  readonly worker: WorkerId
  readonly at: Instant
  readonly direction: Direction | 'auto'
  readonly place: string
  readonly device: DeviceId
}

export function resolveImport(rows: readonly PunchRow[], facts: ImportFacts): ResolvedImport {
  const bad: { line: number; reason: BadRowReason }[] = []
  const fresh = new Map<EventId, ReadRow>()
  let repeated = 0
  for (const row of rows) {
    const read = readRow(row, facts)
    if (typeof read === 'string') bad.push({ line: row.line, reason: read })
    else if (facts.has(read.id) || fresh.has(read.id)) repeated += 1
    else fresh.set(read.id, read)
  }
  const taps: ImportedTap[] = []
  const days = new Map<string, FoldTap[]>()
  for (const row of [...fresh.values()].sort(compareRows)) {
    const day = businessDayOf(row.at)
    const key = `${row.worker} ${day}`
    const known = days.get(key) ?? [...facts.known(row.worker, day)]
    days.set(key, known)
    const claim = row.direction === 'auto' ? propose(row, day, known, facts.policy) : row.direction
    const tap = tapOf(row, claim, facts.site)
    known.push(foldTapOf(tap))
    taps.push(tap)
  }
  return { taps, repeated, bad: bad.sort((a, b) => a.line - b.line) }
}

function readRow(row: PunchRow, facts: ImportFacts): ReadRow | BadRowReason {
  const worker = facts.workerOf(row.workerCode.normalize('NFKC').trim())
  if (worker === undefined) return 'worker_unknown'
  const at = parseIsoInstant(row.at)
  if (at === undefined) return 'at_invalid'
  if (at > facts.now + facts.policy.futureToleranceMs) return 'at_in_future'
  const direction = row.direction.normalize('NFKC').trim().toLowerCase()
  if (direction !== 'in' && direction !== 'out' && direction !== 'auto') return 'direction_invalid'
  const place = placeKey(row.place) === '' ? facts.place : placeKey(row.place)
  if (place.length > PLACE_MAX) return 'place_too_long'
  const device = facts.deviceOf(placeKey(row.device))
  return {
    id: idOf(facts.site, worker, at, direction, place, device),
    line: row.line,
    worker,
    at,
    direction,
    place,
    device,
  }
}

/** 130 bits of the row's digest, written like a ULID. The site is in it: two centres' copies are two taps. */
function idOf(...parts: readonly (string | number)[]): EventId {
  const digest = sha256(JSON.stringify(['imported-tap', ...parts]))
  let id = ''
  for (const byte of digest.subarray(0, 26)) id += CROCKFORD[byte & 31]
  return id as EventId
}

/** By time; at equal instants OUT, then auto, then IN; then as in the file. */
function compareRows(a: ReadRow, b: ReadRow): number {
  const rank = { out: 0, auto: 1, in: 2 }
  return a.at - b.at || rank[a.direction] - rank[b.direction] || a.line - b.line || compareText(a.id, b.id)
}

/** From the last accepted claim before the row, over everything known of that day. */
function propose(row: ReadRow, day: BusinessDay, known: readonly FoldTap[], policy: AttendancePolicy): Direction {
  const taps = known.filter(({ time }) => time <= row.at)
  const { last } = foldDay({ worker: row.worker, day, taps, redirects: [], voids: [], decisions: [], policy })
  return proposeDirection(last satisfies LastClaim | undefined, row.at, policy)
}

function tapOf(row: ReadRow, claim: Direction, site: SiteId): ImportedTap {
  return {
    id: row.id,
    site,
    device: row.device,
    worker: row.worker,
    digests: [],
    identified: 'import',
    place: row.place,
    wall: row.at,
    mono: 0,
    offset: 0,
    offsetAge: null,
    clock: 'imported',
    claim,
    claimBy: 'import',
    online: true,
    rosterStale: false,
    time: row.at,
    chosen: row.direction !== 'auto',
    known: 'known',
  }
}

function foldTapOf(tap: ImportedTap): FoldTap {
  return {
    id: tap.id,
    site: tap.site,
    device: tap.device,
    seq: 0,
    time: tap.time,
    place: tap.place,
    claim: tap.claim,
    claimBy: tap.claimBy,
    identified: tap.identified,
    clock: tap.clock,
    offsetAge: tap.offsetAge,
    online: tap.online,
    rosterStale: tap.rosterStale,
    chosen: tap.chosen,
    known: tap.known,
    attributed: false,
    late: false,
  }
}
