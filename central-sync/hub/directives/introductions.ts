/** Writes introductions: what another centre may greet a worker with, once her sheet can be opened here. */
import type { Journal, Tx } from '../../journal/port.ts'
import type { SecretStore } from '../../journal/secret-store.ts'
import { workerIntroduced, workerSheet } from '../../protocol/event/person.ts'
import { isIdentifier } from '../../protocol/identifier.ts'
import { introductionDueTable } from './routing-tables.ts'

const BATCH = 200

type Secrets = Pick<SecretStore, 'unsealer' | 'verifiers'>

interface Due {
  readonly worker: string
  /** Sealed, as the projection keeps it. */
  readonly sheet: string
  /** Empty when none is known. */
  readonly pinVerifier: string
}

/** Introduces everybody who is due and whose key is here. Returns how many. */
export async function introduceDue(journal: Journal, secrets: Secrets): Promise<number> {
  const waiting = await journal.read.one('SELECT 1 AS due FROM introduction_due LIMIT 1')
  if (waiting === undefined) return 0
  return journal.write('introduce', async (tx) => {
    const due = await tx.all<{ worker: string; sheet: string | null }>(
      `SELECT d.worker AS worker, w.sheet AS sheet FROM introduction_due d JOIN worker w ON w.worker = d.worker
       WHERE w.sheet IS NOT NULL ORDER BY d.worker LIMIT ${BATCH}`,
    )
    const written: { worker: string }[] = []
    for (const { worker, sheet } of due) {
      const pin = await secrets.verifiers.get(worker, 'pin')
      const facts = { worker, sheet: sheet ?? '', pinVerifier: pin?.verifier ?? '' }
      if (introduce(tx, secrets, facts)) written.push({ worker })
    }
    await tx.deleteWhere(
      introductionDueTable,
      ['worker'],
      written.map(({ worker }) => [worker]),
    )
    return written.length
  })
}

/** False while her key has not arrived: she is greeted by code until then. */
function introduce(tx: Tx, { unsealer }: Secrets, { worker, sheet, pinVerifier }: Due): boolean {
  const opened = workerSheet.safeParse(unsealer.open(JSON.parse(sheet)))
  if (!opened.success || !isIdentifier('worker', worker)) return false
  const { callName, kana, language } = opened.data
  tx.append({
    event: workerIntroduced,
    data: { worker },
    // Empty while her home centre has not sent one: then she checks in by card, or is confirmed by staff.
    personal: { callName, kana, language, pinVerifier },
    subject: worker,
    by: 'system',
  })
  return true
}
