/**
 * Forgets people of other centres whose introduction lapsed: their keys are destroyed here, so that nothing of them, the
 * verifier of their PIN included, can be read again. Done once for each lapse, before keys of a new introduction come.
 */
import type { Journal } from '../../central-sync/journal/port.ts'
import type { SecretStore } from '../../central-sync/journal/secret-store.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'

const CURSOR_NOTE = 'lapse.pos'

/** Returns how many were forgotten. */
export async function forgetLapsed(
  journal: Pick<Journal, 'read'>,
  secrets: Pick<SecretStore, 'keys' | 'notes'>,
  site: SiteId,
): Promise<number> {
  const { read } = journal
  const cursor = Number((await secrets.notes.get(CURSOR_NOTE)) ?? '0')
  const top = await read.one<{ pos: number | null }>('SELECT max(pos) AS pos FROM entry')
  const upTo = top?.pos ?? 0
  const lapsed = await read.all<{ worker: string }>(
    `SELECT DISTINCT e.subject AS worker FROM entry e JOIN stream s ON s.stream = e.stream
     LEFT JOIN worker w ON w.worker = e.subject
     WHERE e.pos > ? AND e.pos <= ? AND e.type = 'introduction.lapsed' AND s.kind = 'down' AND w.home <> ?`,
    [cursor, upTo, site],
  )
  for (const { worker } of lapsed) await secrets.keys.shred(worker)
  if (upTo !== cursor) await secrets.notes.set(CURSOR_NOTE, String(upTo))
  return lapsed.length
}
