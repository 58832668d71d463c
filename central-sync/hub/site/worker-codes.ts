/** Worker codes are unique per home centre; across centres they are written `ITO-W001`. */
import type { Rows } from '../../journal/port.ts'
import type { SiteId, WorkerId } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'

export interface CodedWorker {
  readonly worker: WorkerId
  readonly code: string
  readonly site: SiteId
  /** Code of the home centre, empty while it is not known. */
  readonly centre: string
}

export function codedWorkers(rows: Rows): Promise<CodedWorker[]> {
  return rows.all<CodedWorker>(
    `SELECT w.worker AS worker, w.code AS code, w.home AS site, coalesce(c.code, '') AS centre
     FROM worker w LEFT JOIN centre c ON c.site = w.home ORDER BY c.code, w.code`,
  )
}

/** Worker → code as it is written at the hub: with the centre as soon as there is more than one. */
export async function workerCodes(rows: Rows): Promise<ReadonlyMap<string, string>> {
  const workers = await codedWorkers(rows)
  const several = new Set(workers.map(({ site }) => site)).size > 1
  return new Map(workers.map(({ worker, code, centre }) => [worker, several ? `${centre}-${code}` : code]))
}

/** Takes `W001` when only one centre uses it, and `ITO-W001` always. Case and width make no difference. */
export function findWorker(workers: readonly CodedWorker[], text: string): CodedWorker | Refusal {
  const wanted = text.normalize('NFKC').trim().toUpperCase()
  const full = workers.filter(({ centre, code }) => `${centre}-${code}`.toUpperCase() === wanted)
  const found = full.length > 0 ? full : workers.filter(({ code }) => code.toUpperCase() === wanted)
  if (found.length > 1) {
    return refuse('worker_unknown', `${text}: ${found.map(({ centre, code }) => `${centre}-${code}`).join(' / ')} ?`)
  }
  return found[0] ?? refuse('worker_unknown', text)
}
