/** Writes one batch as it goes up: a header with the signed head, then the exact lines. Pure. */
import { type Genesis, headStatement } from '../../central-sync/protocol/chain.ts'
import { typeVersions } from '../../central-sync/protocol/event/catalogue.ts'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { type KeyPair, signBytes } from '../../central-sync/protocol/signing-key.ts'
import { SYNC_VERSION, type UploadHeader } from '../../central-sync/protocol/wire/sync.ts'

export interface BatchParts {
  readonly genesis: Genesis
  /** Seq of the first line. */
  readonly from: number
  /** Hash before it. */
  readonly prev: Buffer
  readonly lines: readonly { readonly line: Buffer; readonly hash: Buffer }[]
  /** Random per process start. */
  readonly instance: string
  readonly signing: KeyPair
}

const NEWLINE = Buffer.from('\n')

export function writeBatch(parts: BatchParts): Buffer {
  const all = [Buffer.from(JSON.stringify(headerOf(parts))), ...parts.lines.map(({ line }) => line)]
  return Buffer.concat(all.flatMap((part) => [part, NEWLINE]))
}

function headerOf({ genesis, from, prev, lines, instance, signing }: BatchParts): UploadHeader {
  const { site, inc, prevInc, prevSeq, prevHash } = genesis
  const head = lines.at(-1)?.hash ?? prev
  const statement = headStatement({ site, inc, seq: from + lines.length - 1, hash: head, count: lines.length })
  return {
    p: SYNC_VERSION,
    inc,
    first: from,
    n: lines.length,
    prev: toBase64Url(prev),
    head: toBase64Url(head),
    sig: signBytes(statement, signing),
    instance,
    safeSeen: 0,
    types: { ...typeVersions },
    genesis: { prevInc, prevSeq, prevHash },
  }
}
