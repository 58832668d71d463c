/** Dated rates, shares of centres, and requests to assign somebody. */
import type { Rows, Tx } from '../../journal/port.ts'
import { assignmentRequested, rateSet, shareGranted } from '../../protocol/event/work.ts'
import { newIdentifier, type PackageId, type RateId, type SiteId, type WorkerId } from '../../protocol/identifier.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import type { BusinessDay } from '../../protocol/time.ts'
import type { MilliYenPerHour } from '../../protocol/yen.ts'

export interface RateDraft {
  readonly package: PackageId
  readonly milliYenPerHour: MilliYenPerHour
  readonly from: BusinessDay
}

export async function setRate(tx: Tx, draft: RateDraft, by: string): Promise<{ rate: RateId } | Refusal> {
  if (!(await packageExists(tx, draft.package))) return refuse('package_unknown')
  return { rate: appendRate(tx, draft, by) }
}

export function appendRate(tx: Tx, draft: RateDraft, by: string): RateId {
  const rate = newIdentifier('rate')
  tx.append({ event: rateSet, data: { ...draft, rate }, by })
  return rate
}

/** `open` false takes the share back: nobody new is assigned, what runs goes on. */
export async function grantShare(
  tx: Tx,
  share: { package: PackageId; site: SiteId; open: boolean },
  by: string,
): Promise<object | Refusal> {
  if (!(await packageExists(tx, share.package))) return refuse('package_unknown')
  const centre = await tx.one('SELECT 1 AS known FROM centre WHERE site = ? AND public_key IS NOT NULL', [share.site])
  if (centre === undefined) return refuse('centre_unknown')
  appendShare(tx, share, by)
  return {}
}

export function appendShare(tx: Tx, share: { package: PackageId; site: SiteId; open: boolean }, by: string): void {
  tx.append({ event: shareGranted, data: share, by })
}

/** Asks the worker's home centre, which answers with an assignment; gives it a share when it has none. */
export async function requestAssignment(
  tx: Tx,
  { package: id, worker }: { package: PackageId; worker: WorkerId },
  by: string,
): Promise<{ site: SiteId } | Refusal> {
  if (!(await packageExists(tx, id))) return refuse('package_unknown')
  const person = await tx.one<{ home: SiteId }>('SELECT home FROM worker WHERE worker = ?', [worker])
  if (person === undefined) return refuse('worker_unknown')
  const share = await tx.one('SELECT 1 AS open FROM share WHERE package = ? AND site = ? AND open = 1', [
    id,
    person.home,
  ])
  if (share === undefined) appendShare(tx, { package: id, site: person.home, open: true }, by)
  appendRequest(tx, { package: id, worker, site: person.home }, by)
  return { site: person.home }
}

export function appendRequest(
  tx: Tx,
  request: { package: PackageId; worker: WorkerId; site: SiteId },
  by: string,
): void {
  tx.append({ event: assignmentRequested, data: request, subject: request.worker, by })
}

async function packageExists(rows: Rows, id: string): Promise<boolean> {
  return (await rows.one('SELECT 1 AS known FROM package WHERE package = ?', [id])) !== undefined
}
