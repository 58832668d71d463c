/** Reads the body of an upload: a header line and the exact journal lines. Pure; sizes are bounded by the door. */

import type { ReceivedLine } from '../../journal/port.ts'
import { nextHash } from '../../protocol/chain.ts'
import { decodeEntry } from '../../protocol/entry.ts'
import { fromBase64Url } from '../../protocol/hash.ts'
import { type Refusal, refuse } from '../../protocol/refusal.ts'
import { SYNC_VERSION, type UploadHeader, uploadHeader } from '../../protocol/wire/sync.ts'

const NEWLINE = 0x0a

export interface ReadBatch {
  readonly header: UploadHeader
  readonly lines: readonly ReceivedLine[]
  readonly bytes: number
}

/** The header and the lines hashed onto `header.prev`; `PROTO` or `malformed` (with the line number) otherwise. */
export function readBatch(body: Buffer): ReadBatch | Refusal {
  const [head, ...rest] = splitLines(body)
  const header = readHeader(head)
  if ('refused' in header) return header
  if (rest.length !== header.n) return refuse('malformed', `n = ${header.n}, lines = ${rest.length}`)
  const lines: ReceivedLine[] = []
  let hash = fromBase64Url(header.prev)
  let bytes = 0
  for (const line of rest) {
    const entry = decodeEntry(line)
    if (entry?.s !== header.first + lines.length) return refuse('malformed', `line ${lines.length + 2}`)
    hash = nextHash(hash, line)
    bytes += line.length + 1
    lines.push({ line, entry, hash })
  }
  return { header, lines, bytes }
}

function readHeader(line: Buffer | undefined): UploadHeader | Refusal {
  const json = parseJson(line)
  if (typeof json === 'object' && json !== null && 'p' in json && json.p !== SYNC_VERSION) {
    return refuse('PROTO', `this hub speaks ${SYNC_VERSION}`)
  }
  const parsed = uploadHeader.safeParse(json)
  return parsed.success ? parsed.data : refuse('malformed', 'line 1')
}

function parseJson(line: Buffer | undefined): unknown {
  try {
    return line === undefined ? undefined : JSON.parse(line.toString('utf8'))
  } catch {
    return undefined
  }
}

/** Slices without copying; a last newline is optional. */
function splitLines(body: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  while (from < body.length) {
    const found = body.indexOf(NEWLINE, from)
    const to = found === -1 ? body.length : found
    lines.push(body.subarray(from, to))
    from = to + 1
  }
  return lines
}
