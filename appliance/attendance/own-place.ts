/** The label of taps that name no place: this centre, as it is called when the tap arrives. */
import type { Rows } from '../../central-sync/journal/port.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'

/** A label on a tap holds this much; the name of a centre may be longer. */
const LABEL_MAX = 60

export async function ownPlace(rows: Rows, site: SiteId): Promise<string> {
  return (await ownName(rows, site)).slice(0, LABEL_MAX).toWellFormed()
}

/** What this centre is called; empty before it was named. */
export async function ownName(rows: Rows, site: SiteId): Promise<string> {
  const row = await rows.one<{ name: string }>('SELECT name FROM centre WHERE site = ?', [site])
  return row?.name ?? ''
}
