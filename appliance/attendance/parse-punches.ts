/**
 * Reads rows of `kado punches import`: worker_code,at,direction,place,device. Pure: a row becomes a punch or the reason
 * why not. The id of a punch is a digest of its row, so the same row twice is the same punch.
 */
import { sha256 } from '../../central-sync/protocol/hash.ts'
import type { EventId, SiteId, WorkerId } from '../../central-sync/protocol/identifier.ts'
import { type Instant, MINUTE_MS, parseIsoInstant } from '../../central-sync/protocol/time.ts'
import type { BadRow, CsvRow } from '../worker/read-csv.ts'

/** Later than this after now is a mistake of the file. */
const FUTURE_MS_MAX = 5 * MINUTE_MS

export interface Punch {
  readonly line: number
  readonly code: string
  readonly at: Instant
  readonly direction: 'in' | 'out' | 'auto'
  /** NFKC, trimmed; empty = this centre. */
  readonly place: string
  readonly device: string
}

export const PUNCH_COLUMNS = ['worker_code', 'at', 'direction', 'place', 'device'] as const

export function parsePunches(rows: readonly CsvRow[], now: Instant): { punches: Punch[]; bad: BadRow[] } {
  const punches: Punch[] = []
  const bad: BadRow[] = []
  for (const row of rows) {
    const parsed = parsePunch(row, now)
    if (typeof parsed === 'string') bad.push({ line: row.line, why: parsed })
    else punches.push(parsed)
  }
  return { punches, bad }
}

function parsePunch({ line, fields }: CsvRow, now: Instant): Punch | string {
  const code = (fields.worker_code ?? '').normalize('NFKC').trim()
  if (!/^(?:[A-Za-z][A-Za-z0-9]{1,11}-)?[A-Za-z0-9]{1,16}$/.test(code)) return 'worker_code is missing or malformed'
  const at = parseIsoInstant(fields.at ?? '')
  if (at === undefined) return 'at is not ISO 8601 with an offset'
  if (at > now + FUTURE_MS_MAX) return 'at is in the future'
  const direction = (fields.direction ?? '').normalize('NFKC').trim().toLowerCase()
  if (direction !== 'in' && direction !== 'out' && direction !== 'auto') return 'direction is not in, out or auto'
  const place = (fields.place ?? '').normalize('NFKC').trim()
  if (place.length > 60) return 'place is longer than 60 characters'
  const device = (fields.device ?? '').normalize('NFKC').trim()
  if (device.length > 100) return 'device is longer than 100 characters'
  return { line, code, at, direction, place, device }
}

/** By time; at equal instants OUT before IN, so that back-to-back sessions do not swallow each other; then by line. */
export function sortPunches(punches: readonly Punch[]): Punch[] {
  const rank = { out: 0, auto: 1, in: 2 }
  return [...punches].sort((a, b) => a.at - b.at || rank[a.direction] - rank[b.direction] || a.line - b.line)
}

const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * The id of an imported punch: 130 bits of a digest of its row, written like every server-made event id. It names the
 * person, not the code as typed, so `W001` and `SHI-W001` are the same punch.
 */
export function punchId(site: SiteId, worker: WorkerId, punch: Punch): EventId {
  const { at, direction, place, device } = punch
  const digest = sha256(['punch', site, worker, at, direction, place, device].join('|'))
  return [...digest.subarray(0, 26)].map((byte) => CROCKFORD[byte & 31]).join('') as EventId
}
