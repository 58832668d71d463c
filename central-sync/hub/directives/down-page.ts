/** One page of a site's down stream, chained and signed; the site proves with a hash where it stands. */
import type { Rows } from '../../journal/port.ts'
import { headStatement } from '../../protocol/chain.ts'
import { fromBase64Url, toBase64Url } from '../../protocol/hash.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { type KeyPair, signBytes } from '../../protocol/signing-key.ts'
import type { Instant } from '../../protocol/time.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, type DownloadHeader, downStreamName } from '../../protocol/wire/sync.ts'

export interface DownQuery {
  readonly hubInc: string
  /** Seq the site has; 0 = nothing. */
  readonly after: number
  /** Its hash at `after`, base64url. */
  readonly hash: string
  readonly limit: number
}

export interface DownPage {
  readonly header: DownloadHeader
  readonly lines: readonly Buffer[]
}

interface StreamRow {
  readonly inc: string
  readonly genesis_hash: Buffer
  readonly head_seq: number
  readonly head_hash: Buffer
}

interface LineRow {
  readonly line: Buffer
  readonly hash: Buffer
}

/** `RESTART` with the common point when the site stands on another stream than ours; never a silent empty page. */
export async function downPage(
  rows: Rows,
  site: string,
  query: DownQuery,
  signing: { readonly pair: KeyPair; readonly now: Instant },
): Promise<DownPage | Refusal> {
  const stream = await rows.one<StreamRow>(
    'SELECT inc, genesis_hash, head_seq, head_hash FROM down_stream WHERE site = ?',
    [site],
  )
  if (stream === undefined) return refuse('not_found', 'nothing goes down to this site yet')
  const before = await hashAt(rows, site, stream, query.after)
  const stands = query.after === 0 ? query.hubInc === '' || query.hubInc === stream.inc : query.hubInc === stream.inc
  const agrees = query.after === 0 || before?.equals(fromBase64Url(query.hash)) === true
  if (!stands || !agrees || before === undefined) {
    return refuse('RESTART', undefined, { have: await commonPoint(rows, site, stream, { query, agrees, before }) })
  }
  const found = await linesAfter(rows, site, query)
  return pageOf(site, stream, { query, before, found }, signing)
}

async function linesAfter(rows: Rows, site: string, { after, limit }: DownQuery): Promise<LineRow[]> {
  const found = await rows.all<LineRow>(
    'SELECT line, hash FROM down_entry WHERE site = ? AND seq > ? ORDER BY seq LIMIT ?',
    [site, after, Math.min(Math.max(limit, 1), BATCH_RECORDS_MAX)],
  )
  let bytes = 0
  const fits = found.findIndex(({ line }, index) => {
    bytes += line.length + 1
    return index > 0 && bytes > BATCH_BYTES_MAX
  })
  return fits === -1 ? found : found.slice(0, fits)
}

function pageOf(
  site: string,
  stream: StreamRow,
  part: { query: DownQuery; before: Buffer; found: readonly LineRow[] },
  { pair, now }: { pair: KeyPair; now: Instant },
): DownPage {
  const n = part.found.length
  const hash = part.found.at(-1)?.hash ?? part.before
  const seq = part.query.after + n
  const statement = headStatement({ site: downStreamName(site), inc: stream.inc, seq, hash, count: n })
  const header: DownloadHeader = {
    p: 1,
    hubInc: stream.inc,
    first: part.query.after + 1,
    n,
    prev: toBase64Url(part.before),
    head: toBase64Url(hash),
    sig: signBytes(statement, pair),
    total: stream.head_seq,
    hubTime: now,
  }
  return { header, lines: part.found.map(({ line }) => line) }
}

/** The site resumes after it: where it stands when only the hub's incarnation differs, else the beginning. */
async function commonPoint(
  rows: Rows,
  site: string,
  stream: StreamRow,
  { query, agrees, before }: { query: DownQuery; agrees: boolean; before: Buffer | undefined },
): Promise<{ inc: string; seq: number; hash: string }> {
  if (agrees && before !== undefined) return { inc: stream.inc, seq: query.after, hash: toBase64Url(before) }
  const beyond = query.after > stream.head_seq
  const seq = beyond ? stream.head_seq : 0
  const hash = await hashAt(rows, site, stream, seq)
  return { inc: stream.inc, seq, hash: toBase64Url(hash ?? stream.genesis_hash) }
}

async function hashAt(rows: Rows, site: string, stream: StreamRow, seq: number): Promise<Buffer | undefined> {
  if (seq === 0) return stream.genesis_hash
  if (seq === stream.head_seq) return stream.head_hash
  const row = await rows.one<{ hash: Buffer }>('SELECT hash FROM down_entry WHERE site = ? AND seq = ?', [site, seq])
  return row?.hash
}
