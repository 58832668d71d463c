/** `kado workers import`: worker_code,name,kana,home_center. Known workers are changed where they differ; idempotent. */
import type { Draft, Journal, Tx } from '../../central-sync/journal/port.ts'
import {
  personName,
  typedKana,
  type WorkerSheet,
  workerChanged,
  workerCode,
  workerRegistered,
} from '../../central-sync/protocol/event/person.ts'
import { newIdentifier, type SiteId, type WorkerId } from '../../central-sync/protocol/identifier.ts'
import { isRefusal, type Refusal } from '../../central-sync/protocol/refusal.ts'
import type { Directory, Person } from './directory.ts'
import { type BadRow, type CsvRow, type ImportReport, readCsv } from './read-csv.ts'

const COLUMNS = ['worker_code', 'name', 'kana', 'home_center'] as const
/** Rows per transaction: a long file does not hold up the taps of people who stand at the kiosk. */
const CHUNK = 500

interface WorkerRow {
  readonly line: number
  readonly code: string
  readonly name: string
  readonly kana: string
}

export interface ImportSources {
  readonly journal: Journal
  readonly directory: Directory
  readonly site: SiteId
}

/** `by` is the staff member, or `system` for the command line. PINs are issued later, one slip at a time. */
export async function importWorkers(
  bytes: Uint8Array,
  by: string,
  sources: ImportSources,
): Promise<ImportReport | Refusal> {
  const table = readCsv(bytes, COLUMNS)
  if (isRefusal(table)) return table
  const centre = await sources.directory.centre()
  const bad: BadRow[] = [...table.bad]
  const rows: WorkerRow[] = []
  for (const row of table.rows) {
    const parsed = readWorkerRow(row, centre?.code ?? '')
    if (typeof parsed === 'string') bad.push({ line: row.line, why: parsed })
    else rows.push(parsed)
  }
  const known = new Map(
    (await sources.directory.all()).filter(({ own }) => own).map((one) => [one.code.toUpperCase(), one]),
  )
  const counts = { added: 0, changed: 0, unchanged: 0 }
  const seen = new Map<string, WorkerRow>()
  for (const row of rows) {
    const earlier = seen.get(row.code.toUpperCase())
    if (earlier !== undefined) bad.push({ line: row.line, why: `worker_code stands in line ${earlier.line} already` })
    else seen.set(row.code.toUpperCase(), row)
  }
  const list = [...seen.values()]
  for (let from = 0; from < list.length; from += CHUNK) {
    const drafts = list
      .slice(from, from + CHUNK)
      .map((row) => draftOf(row, known.get(row.code.toUpperCase()), by, sources.site))
    await sources.journal.write('workers.import', async (tx: Tx) => {
      tx.append(drafts.flatMap(({ draft }) => (draft === undefined ? [] : [draft])))
    })
    for (const { kind } of drafts) counts[kind] += 1
  }
  return { ...counts, bad: bad.sort((a, b) => a.line - b.line) }
}

function readWorkerRow({ line, fields }: CsvRow, ownCode: string): WorkerRow | string {
  const typed = (fields.worker_code ?? '').normalize('NFKC').trim()
  const home = (fields.home_center ?? '').normalize('NFKC').trim()
  const dash = typed.lastIndexOf('-')
  const [prefix, code] = dash < 0 ? ['', typed] : [typed.slice(0, dash), typed.slice(dash + 1)]
  if (!workerCode.safeParse(code).success) return 'worker_code is missing or malformed'
  for (const named of [prefix, home]) {
    if (named !== '' && named.toUpperCase() !== ownCode.toUpperCase()) return `home_center ${named} is not this centre`
  }
  const name = personName.safeParse(fields.name ?? '')
  if (!name.success) return 'name is missing, too long or has control characters'
  const kana = typedKana.safeParse(fields.kana ?? '')
  if (!kana.success) return 'kana is too long or has control characters'
  return { line, code, name: name.data, kana: kana.data }
}

function draftOf(
  { code, name, kana }: WorkerRow,
  known: Person | undefined,
  by: string,
  site: SiteId,
): { kind: 'added' | 'changed' | 'unchanged'; draft?: Draft } {
  if (known === undefined) {
    const worker: WorkerId = newIdentifier('worker')
    const personal: WorkerSheet = { name, kana, callName: '', language: 'ja' }
    return {
      kind: 'added',
      draft: { event: workerRegistered, data: { worker, code, home: site }, personal, subject: worker, by } as Draft,
    }
  }
  if (known.name === name && known.kana === kana) return { kind: 'unchanged' }
  const { worker, active, callName, language } = known
  const personal: WorkerSheet = { name, kana, callName, language }
  return {
    kind: 'changed',
    draft: { event: workerChanged, data: { worker, active }, personal, subject: worker, by } as Draft,
  }
}
