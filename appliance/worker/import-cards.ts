/** `kado cards import`: worker_code,card (hex bytes). A card its holder has already is unchanged; idempotent. */
import type { Journal } from '../../central-sync/journal/port.ts'
import { cardTail, readCardNumber } from '../../central-sync/protocol/card.ts'
import type { SiteId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal, refusalSentence } from '../../central-sync/protocol/refusal.ts'
import { type CardDesk, checkNewCard, enrolDraft, type NewCard } from './card-desk.ts'
import type { Directory } from './directory.ts'
import { type BadRow, type ImportReport, readCsv } from './read-csv.ts'

const CHUNK = 200

export interface CardImportSources {
  readonly journal: Journal
  readonly directory: Directory
  readonly cards: CardDesk
  readonly site: SiteId
}

interface CardRow extends NewCard {
  readonly line: number
}

export async function importCards(
  bytes: Uint8Array,
  by: string,
  sources: CardImportSources,
): Promise<ImportReport | Refusal> {
  const table = readCsv(bytes, ['worker_code', 'card'])
  if (isRefusal(table)) return table
  const bad: BadRow[] = [...table.bad]
  const rows: CardRow[] = []
  const byCode = await codesOf(sources.directory)
  for (const { line, fields } of table.rows) {
    const worker = byCode.get((fields.worker_code ?? '').normalize('NFKC').trim().toUpperCase())
    const hex = readCardNumber(fields.card ?? '')
    if (worker === undefined) bad.push({ line, why: 'worker_code is not registered' })
    else if (isRefusal(hex)) bad.push({ line, why: sentence(hex) })
    else rows.push({ line, worker, digests: sources.cards.digestsOf(hex), tail: cardTail(hex) })
  }
  const counts = { added: 0, unchanged: 0 }
  for (let from = 0; from < rows.length; from += CHUNK) {
    const results = await enrolAll(rows.slice(from, from + CHUNK), by, sources)
    for (const { line, result } of results) {
      if (isRefusal(result)) bad.push({ line, why: sentence(result) })
      else counts[result] += 1
    }
  }
  return { ...counts, changed: 0, bad: bad.sort((a, b) => a.line - b.line) }
}

function enrolAll(rows: readonly CardRow[], by: string, { journal, site }: CardImportSources) {
  return journal.write('cards.import', async (tx) => {
    const results: { line: number; result: 'added' | 'unchanged' | Refusal }[] = []
    for (const row of rows) {
      const checked = await checkNewCard(tx, row, site)
      if (checked === undefined) {
        tx.append([enrolDraft(row, by)])
        // The next row may name the same card: it must see this one.
        await tx.project()
      }
      results.push({
        line: row.line,
        result: checked === undefined ? 'added' : isRefusal(checked) ? checked : 'unchanged',
      })
    }
    return results
  })
}

/** `W001` and `SHI-W001` of this centre; other centres' people only with their prefix. */
export async function codesOf(directory: Directory) {
  const centre = await directory.centre()
  const people = await directory.all()
  return new Map(
    people.flatMap(({ worker, code, shownCode, own }) =>
      own
        ? [[code.toUpperCase(), worker] as const, [`${centre?.code ?? ''}-${code}`.toUpperCase(), worker] as const]
        : [[shownCode.toUpperCase(), worker] as const],
    ),
  )
}

function sentence(refusal: Refusal): string {
  return `${refusal.refused}: ${refusalSentence(refusal, 'en')}`
}
