/** Builds chained, signed uploads as a centre would, byte for byte. */
import { genesisHash, headStatement, nextHash } from '../../central-sync/protocol/chain.ts'
import { type Entry, encodeEntry } from '../../central-sync/protocol/entry.ts'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { type Identity, newIdentity, signBytes } from '../../central-sync/protocol/signing-key.ts'
import type { UploadHeader } from '../../central-sync/protocol/wire/sync.ts'

export interface ChainOptions {
  readonly site: string
  readonly inc: string
  readonly identity?: Identity
  readonly prev?: { readonly inc: string; readonly seq: number; readonly hash: string }
}

/** A stream in memory; `lines[0]` has seq 1. */
export class Chain {
  readonly site: string
  readonly inc: string
  readonly identity: Identity
  readonly genesis: { prevInc: string; prevSeq: number; prevHash: string }
  readonly lines: Buffer[] = []
  readonly hashes: Buffer[]

  constructor(options: ChainOptions) {
    this.site = options.site
    this.inc = options.inc
    this.identity = options.identity ?? newIdentity()
    const { inc: prevInc = '', seq: prevSeq = 0, hash: prevHash = '' } = options.prev ?? {}
    this.genesis = { prevInc, prevSeq, prevHash }
    this.hashes = [
      genesisHash({ site: this.site, inc: this.inc, publicKey: this.identity.signing.publicKey, ...this.genesis }),
    ]
  }

  append(entry: Omit<Entry, 's'>): Entry {
    const full = { ...entry, s: this.lines.length + 1 }
    const line = encodeEntry(full)
    this.lines.push(line)
    this.hashes.push(nextHash(this.hashAt(this.lines.length - 1), line))
    return full
  }

  hashAt(seq: number): Buffer {
    const hash = this.hashes[seq]
    if (hash === undefined) throw new Error(`no entry ${seq}`)
    return hash
  }

  get head(): number {
    return this.lines.length
  }

  /** Upload of `first` … `last`, signed; `change` bends the header before it is written. */
  upload(first: number, last: number, instance = 'boot-1', change: Partial<UploadHeader> = {}): Buffer {
    const n = last - first + 1
    const hash = this.hashAt(last)
    const statement = headStatement({ site: this.site, inc: this.inc, seq: last, hash, count: n })
    const header: UploadHeader = {
      p: 1,
      inc: this.inc,
      first,
      n,
      prev: toBase64Url(this.hashAt(first - 1)),
      head: toBase64Url(hash),
      sig: signBytes(statement, this.identity.signing),
      instance,
      safeSeen: 0,
      types: {},
      genesis: this.genesis,
      ...change,
    }
    const parts = [Buffer.from(JSON.stringify(header)), ...this.lines.slice(first - 1, last)]
    return Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]))
  }
}
