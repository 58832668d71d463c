/**
 * Streams as NDJSON, for auditors and for moving house: per stream one line `{"stream":{…genesis, head…}}`, then its
 * entries, byte for byte as they were hashed. Everything needed to verify the chain is in the file.
 */
import { toBase64Url } from '../protocol/hash.ts'
import { linesOf } from './lines.ts'
import type { Rows } from './port.ts'
import { allStreams, type StreamHead } from './streams.ts'

export interface ExportSelection {
  readonly site?: string | undefined
  readonly inc?: string | undefined
}

const PAGE = 1_000
const PAGE_BYTES = 4 * 1_048_576

/** Chunks of whole lines. */
export async function* exportLines(rows: Rows, selection: ExportSelection = {}): AsyncGenerator<Buffer> {
  for (const stream of await allStreams(rows)) {
    const { site, inc } = stream.genesis
    if (selection.site !== undefined && selection.site !== site) continue
    if (selection.inc !== undefined && selection.inc !== inc) continue
    yield Buffer.from(`${JSON.stringify({ stream: header(stream) })}\n`)
    yield* entryLines(rows, stream)
  }
}

function header({ kind, genesis, seq, hash }: StreamHead) {
  return { kind, ...genesis, head: { seq, hash: toBase64Url(hash) } }
}

/** Up to the head named in the header, also when the stream grows meanwhile. */
async function* entryLines(rows: Rows, { genesis, seq }: StreamHead): AsyncGenerator<Buffer> {
  let from = 1
  while (from <= seq) {
    const page = await linesOf(rows, genesis, from, Math.min(PAGE, seq - from + 1), PAGE_BYTES)
    if (page.length === 0) return
    yield Buffer.concat(page.flatMap(({ line }) => [line, NEWLINE]))
    from += page.length
  }
}

const NEWLINE = Buffer.from('\n')
