/**
 * What was answered to each record, so that a record sent again gets the same answer. All answers of a transaction are
 * one row: nothing per tap is paid for what is hardly ever read.
 */
import type { Tx } from '../../central-sync/journal/port.ts'
import type { EventId } from '../../central-sync/protocol/identifier.ts'
import type { TapAnswer } from '../../central-sync/protocol/wire/device.ts'
import { tapReceipt } from '../migrations.ts'
import { type Receipt, type ReceiptRow, readReceipt, writeReceipt } from './answer.ts'

/** After the records are stored: the row stands under the last position of the journal in this transaction. */
export function keepReceipts(tx: Tx, answers: readonly TapAnswer[]): void {
  if (answers.length === 0) return
  tx.insertLast(tapReceipt, { last_pos: tx.position, at: tx.now, answers: JSON.stringify(answers.map(writeReceipt)) })
}

export interface RecalledReceipts {
  /** Records in the journal, with their receipt where there is one. */
  readonly kept: ReadonlyMap<EventId, Receipt | undefined>
  /** Records that were put into quarantine. */
  readonly aside: ReadonlySet<EventId>
}

/** Records that are in neither list have never arrived here. */
export async function recallReceipts(tx: Tx, ids: readonly EventId[]): Promise<RecalledReceipts> {
  const list = JSON.stringify(ids)
  const found = await tx.all<{ id: EventId; answers: string | null }>(
    `WITH arrived AS (SELECT e.id, min(e.pos) AS pos FROM json_each(?) j JOIN entry e ON e.id = j.value GROUP BY e.id)
     SELECT id, (SELECT r.answers FROM tap_receipt r WHERE r.last_pos >= arrived.pos ORDER BY r.last_pos LIMIT 1) AS answers
       FROM arrived`,
    [list],
  )
  const kept = new Map<EventId, Receipt | undefined>()
  for (const { id, answers } of found) {
    const receipts = answers === null ? [] : (JSON.parse(answers) as ReceiptRow[]).map(readReceipt)
    kept.set(
      id,
      receipts.find((receipt) => receipt.id === id),
    )
  }
  const aside = await tx.all<{ id: EventId }>(
    'SELECT q.id FROM json_each(?) j JOIN device_quarantine q ON q.id = j.value',
    [list],
  )
  return { kept, aside: new Set(aside.map(({ id }) => id)) }
}
