/** Sessions behind approvals, with the taps and decisions they were folded from. */
import type { Rows } from '../../journal/port.ts'
import type { BusinessDay, Instant } from '../../protocol/time.ts'
import { type Citation, citeEntries } from './citations.ts'

const CHUNK = 200

export interface Evidence {
  readonly kind: 'in' | 'out' | 'decision' | 'other'
  /** When it happened. */
  readonly time: Instant
  readonly place: string
  /** Label of the device, empty for decisions. */
  readonly device: string
  readonly entry: Citation
}

export interface ExplainedSession {
  readonly day: BusinessDay
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly seconds: number
  readonly place: string
  readonly flags: readonly string[]
  readonly approval: Citation
  /** `counted`: the approval is good today. `gone`: withdrawn, or the record changed after it. */
  readonly standing: 'counted' | 'gone'
  readonly evidence: readonly Evidence[]
  /** Every entry shown is linked into its chain. */
  readonly linked: boolean
}

interface SessionRow {
  readonly id: string
  readonly day: BusinessDay
  readonly startedAt: Instant
  readonly endedAt: Instant
  readonly seconds: number
  readonly withdrawn: number
  readonly place: string | null
  readonly flags: string | null
  readonly status: string | null
  readonly nowStarted: Instant | null
  readonly nowEnded: Instant | null
  readonly startId: string | null
  readonly endId: string | null
  readonly cites: string | null
}

interface TapRow {
  readonly id: string
  readonly claim: 'in' | 'out'
  readonly time: Instant
  readonly place: string
  readonly label: string | null
}

/** By event id of the approval. */
export async function explainSessions(
  rows: Rows,
  approvals: readonly string[],
): Promise<ReadonlyMap<string, ExplainedSession>> {
  const found = await inChunks(approvals, (ids) =>
    rows.all<SessionRow>(
      `SELECT a.id AS id, a.day AS day, a.started_at AS "startedAt", a.ended_at AS "endedAt", a.seconds AS seconds,
         a.withdrawn AS withdrawn, s.place AS place, s.flags AS flags, s.status AS status,
         s.started_at AS "nowStarted", s.ended_at AS "nowEnded", s.start_id AS "startId", s.end_id AS "endId",
         s.cites AS cites
       FROM approval a LEFT JOIN session s ON s.worker = a.worker AND s.day = a.day AND s.session = a.session
       WHERE a.id IN (${marks(ids)})`,
      ids,
    ),
  )
  const evidenceIds = found.flatMap(evidenceOf)
  const cited = await citeEntries(rows, [...found.map(({ id }) => id), ...evidenceIds])
  const entries = new Map(cited.map((citation) => [citation.id, citation]))
  const taps = await tapsById(rows, evidenceIds)
  return new Map(
    found.flatMap((row) => {
      const approval = entries.get(row.id)
      return approval === undefined ? [] : [[row.id, sessionOf(row, approval, { entries, taps })] as const]
    }),
  )
}

function sessionOf(
  row: SessionRow,
  approval: Citation,
  { entries, taps }: { entries: ReadonlyMap<string, Citation>; taps: ReadonlyMap<string, TapRow> },
): ExplainedSession {
  const { day, startedAt, endedAt, seconds } = row
  const evidence = evidenceOf(row).flatMap((id): Evidence[] => {
    const entry = entries.get(id)
    return entry === undefined ? [] : [evidenceFrom(entry, taps.get(id), row)]
  })
  const same =
    row.nowStarted === startedAt &&
    row.nowEnded === endedAt &&
    (row.status === 'payable' || row.flags === 'late_evidence')
  return {
    ...{ day, startedAt, endedAt, seconds, approval },
    place: row.place ?? '',
    flags: (row.flags ?? '').split(' ').filter((flag) => flag !== ''),
    standing: row.withdrawn === 0 && same ? 'counted' : 'gone',
    evidence: evidence.sort((a, b) => a.time - b.time || a.entry.seq - b.entry.seq),
    linked: approval.linked && evidence.every(({ entry }) => entry.linked),
  }
}

/** An edge counts as what it became in the fold, whatever the tap first claimed. */
function evidenceFrom(entry: Citation, tap: TapRow | undefined, { startId, endId }: SessionRow): Evidence {
  if (tap === undefined) {
    const kind = entry.type.startsWith('tap.') ? 'other' : 'decision'
    return { kind, time: entry.at, place: '', device: '', entry }
  }
  const kind = entry.id === startId ? 'in' : entry.id === endId ? 'out' : 'other'
  return { kind, time: tap.time, place: tap.place, device: tap.label ?? '', entry }
}

function evidenceOf({ startId, endId, cites }: SessionRow): string[] {
  const more = cites === null ? [] : (JSON.parse(cites) as string[])
  return [...new Set([startId, endId, ...more].filter((id) => id !== null))]
}

async function tapsById(rows: Rows, ids: readonly string[]): Promise<ReadonlyMap<string, TapRow>> {
  const taps = await inChunks([...new Set(ids)], (part) =>
    rows.all<TapRow>(
      `SELECT t.id AS id, t.claim AS claim, t.time AS time, t.place AS place, d.label AS label
       FROM tap t LEFT JOIN device d ON d.device = t.device WHERE t.id IN (${marks(part)})`,
      part,
    ),
  )
  return new Map(taps.map((tap) => [tap.id, tap]))
}

async function inChunks<T>(ids: readonly string[], read: (part: readonly string[]) => Promise<T[]>): Promise<T[]> {
  const all: T[] = []
  for (let from = 0; from < ids.length; from += CHUNK) all.push(...(await read(ids.slice(from, from + CHUNK))))
  return all
}

function marks(values: readonly unknown[]): string {
  return values.map(() => '?').join(', ')
}
