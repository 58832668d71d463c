/** How operations print: import reports, bad rows, codes, JSON. */
import { refuse } from '../../central-sync/protocol/refusal.ts'
import { type Instant, toJstIso } from '../../central-sync/protocol/time.ts'
import { DONE, type ExitCode, REFUSED, refusalLine } from '../outcome.ts'
import type { Voice } from '../voice.ts'

export interface BadRow {
  /** Line in the file; the header is line 1. */
  readonly line: number
  readonly why: string
}

export interface RowsReport {
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly bad: readonly BadRow[]
}

export async function printReport(report: RowsReport, json: boolean, voice: Voice): Promise<ExitCode> {
  const { added, changed, unchanged, bad } = report
  const ja = `追加 ${added}、変更 ${changed}、そのまま ${unchanged}、読めない行 ${bad.length}`
  const en = `added ${added}, changed ${changed}, unchanged ${unchanged}, bad ${bad.length}`
  if (json) await printJson({ added, changed, unchanged, bad }, voice)
  else await voice.write(`${ja} / ${en}\n`)
  return printBadRows(bad, bad.length > 0 && added + changed + unchanged === 0, voice)
}

/** Bad rows are listed by line on standard error and stop nothing else; refused only when nothing could be used. */
export function printBadRows(bad: readonly BadRow[], nothingUsed: boolean, voice: Voice): ExitCode {
  for (const { line, why } of bad) voice.note(`${line}行目 / line ${line}: ${why}`)
  if (!nothingUsed) return DONE
  voice.note(refusalLine(refuse('rows_refused', String(bad.length))))
  return REFUSED
}

/** A one-time code, alone on its line so that a script can take it. */
export async function printCode(
  { code, expires }: { readonly code: string; readonly expires: Instant },
  json: boolean,
  voice: Voice,
): Promise<ExitCode> {
  const until = toJstIso(expires)
  if (json) await printJson({ code, expires: until }, voice)
  else {
    await voice.write(`${code}\n`)
    voice.note(`一度だけ使えます。${until} まで / good for one use until ${until}`)
  }
  return DONE
}

export async function printJson(value: unknown, voice: Voice): Promise<void> {
  await voice.write(`${JSON.stringify(value)}\n`)
}
