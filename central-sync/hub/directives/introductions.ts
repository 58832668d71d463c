/** Writes introductions: what another centre may greet a worker with, once her sheet can be opened here. */
import type { Journal, Tx, Unsealer } from '../../journal/port.ts'
import { workerIntroduced, workerSheet } from '../../protocol/event/person.ts'
import { isIdentifier } from '../../protocol/identifier.ts'
import { introductionDueTable } from './routing-tables.ts'

const BATCH = 200

/** Introduces everybody who is due and whose key is here. Returns how many. */
export async function introduceDue(journal: Journal, unsealer: Unsealer): Promise<number> {
  const waiting = await journal.read.one('SELECT 1 AS due FROM introduction_due LIMIT 1')
  if (waiting === undefined) return 0
  return journal.write('introduce', async (tx) => {
    const due = await tx.all<{ worker: string; sheet: string | null }>(
      `SELECT d.worker AS worker, w.sheet AS sheet FROM introduction_due d JOIN worker w ON w.worker = d.worker
       WHERE w.sheet IS NOT NULL ORDER BY d.worker LIMIT ${BATCH}`,
    )
    const written = due.filter(({ worker, sheet }) => introduce(tx, unsealer, worker, sheet ?? ''))
    await tx.deleteWhere(
      introductionDueTable,
      ['worker'],
      written.map(({ worker }) => [worker]),
    )
    return written.length
  })
}

/** False while her key has not arrived: she is greeted by code until then. */
function introduce(tx: Tx, unsealer: Unsealer, worker: string, sheet: string): boolean {
  const opened = workerSheet.safeParse(unsealer.open(JSON.parse(sheet)))
  if (!opened.success || !isIdentifier('worker', worker)) return false
  const { callName, kana, language } = opened.data
  tx.append({
    event: workerIntroduced,
    data: { worker },
    // The PIN verifier stays at home for now: away from home she checks in by card or is confirmed by staff.
    personal: { callName, kana, language, pinVerifier: '' },
    subject: worker,
    by: 'system',
  })
  return true
}
