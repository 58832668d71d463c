/**
 * A hub that was put back from an older copy has a new incarnation, and so have its down streams: under the old one
 * centres may hold other entries at the numbers it would give out next. The lines stay as they are and are chained anew
 * from the new genesis; a centre is told RESTART and reads them from the beginning.
 */
import type { ProjectionTx } from '../../journal/port.ts'
import { nextHash } from '../../protocol/chain.ts'
import type { Instant } from '../../protocol/time.ts'
import { downGenesis, type HubGenesis } from './down-streams.ts'
import { downEntryTable } from './routing-tables.ts'

const PAGE = 1_000

/** Streams of another incarnation than the hub's begin anew. Returns their sites. */
export async function renewDownStreams(tx: ProjectionTx, genesis: HubGenesis, now: Instant): Promise<string[]> {
  const lock = tx.dialect === 'postgres' ? ' FOR UPDATE' : ''
  const old = await tx.all<{ site: string }>(`SELECT site FROM down_stream WHERE inc <> ? ORDER BY site${lock}`, [
    genesis.inc,
  ])
  for (const { site } of old) await renew(tx, site, genesis, now)
  return old.map(({ site }) => site)
}

async function renew(tx: ProjectionTx, site: string, genesis: HubGenesis, now: Instant): Promise<void> {
  const start = downGenesis(site, genesis)
  let head = { seq: 0, hash: start }
  for (;;) {
    const page = await tx.all<{ seq: number; id: string; line: Buffer }>(
      'SELECT seq, id, line FROM down_entry WHERE site = ? AND seq > ? ORDER BY seq LIMIT ?',
      [site, head.seq, PAGE],
    )
    const rows = page.map(({ seq, id, line }) => {
      head = { seq, hash: nextHash(head.hash, line) }
      return { site, seq, id, line, hash: head.hash }
    })
    await tx.insert(downEntryTable, rows, 'replace')
    if (page.length < PAGE) break
  }
  await tx.run(
    'UPDATE down_stream SET inc = ?, genesis_hash = ?, head_seq = ?, head_hash = ?, opened_at = ? WHERE site = ?',
    [genesis.inc, start, head.seq, head.hash, now, site],
  )
}
