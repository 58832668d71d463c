/** Journal entries as evidence: where each stands, its hash, and whether it is linked into its chain. */
import type { Rows } from '../../journal/port.ts'
import { nextHash } from '../../protocol/chain.ts'
import { toHex } from '../../protocol/hash.ts'
import type { Instant } from '../../protocol/time.ts'

const CHUNK = 200

export interface Citation {
  readonly id: string
  readonly type: string
  readonly by: string
  /** Written by its author at this time (its own clock). */
  readonly at: Instant
  readonly site: string
  /** Code of the centre, or `HUB`. */
  readonly siteCode: string
  readonly inc: string
  readonly seq: number
  /** 64 hex digits. */
  readonly hash: string
  /** SHA-256 of the hash before and of the stored line gives this hash. */
  readonly linked: boolean
  readonly data: Readonly<Record<string, unknown>>
}

interface CitedRow {
  readonly id: string
  readonly type: string
  readonly site: string
  readonly siteCode: string | null
  readonly inc: string
  readonly seq: number
  readonly line: Buffer
  readonly hash: Buffer
  readonly before: Buffer
}

/** In the order of `ids`; an id that is not here is left out. */
export async function citeEntries(rows: Rows, ids: readonly string[]): Promise<Citation[]> {
  const found = new Map<string, Citation>()
  const wanted = [...new Set(ids)]
  for (let from = 0; from < wanted.length; from += CHUNK) {
    const part = wanted.slice(from, from + CHUNK)
    const cited = await rows.all<CitedRow>(
      `SELECT e.id AS id, e.type AS type, s.site AS site, c.code AS "siteCode", s.inc AS inc, e.seq AS seq,
         e.line AS line, e.hash AS hash, coalesce(b.hash, s.genesis_hash) AS before
       FROM entry e JOIN stream s ON s.stream = e.stream
       LEFT JOIN entry b ON b.stream = e.stream AND b.seq = e.seq - 1
       LEFT JOIN centre c ON c.site = s.site
       WHERE e.id IN (${part.map(() => '?').join(', ')}) ORDER BY e.pos DESC`,
      part,
    )
    for (const row of cited) found.set(row.id, citationOf(row))
  }
  return ids.flatMap((id) => found.get(id) ?? [])
}

function citationOf({ id, type, site, siteCode, inc, seq, line, hash, before }: CitedRow): Citation {
  const entry = JSON.parse(line.toString('utf8')) as { by: string; at: Instant; d: Record<string, unknown> }
  return {
    ...{ id, type, site, inc, seq },
    by: entry.by,
    at: entry.at,
    siteCode: siteCode ?? site.toUpperCase(),
    hash: toHex(hash),
    linked: nextHash(before, line).equals(hash),
    data: entry.d,
  }
}
