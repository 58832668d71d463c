/**
 * Brings the hub's down stream into the journal. A page is believed only when its chain continues ours and its head is
 * signed by the pinned hub; page and cursor are one transaction.
 */
import type { OpenedJournal } from '../../central-sync/journal/journal.ts'
import { chainLines, isSignedHead } from '../../central-sync/journal/received.ts'
import type { StreamHead } from '../../central-sync/journal/streams.ts'
import { type Genesis, genesisHash } from '../../central-sync/protocol/chain.ts'
import { toBase64Url } from '../../central-sync/protocol/hash.ts'
import { isRefusal, type Refusal, refuse } from '../../central-sync/protocol/refusal.ts'
import {
  BATCH_RECORDS_MAX,
  type DownloadHeader,
  downloadHeader,
  downStreamName,
  position,
  type UploadReply,
} from '../../central-sync/protocol/wire/sync.ts'
import type { HubDoor } from './hub-door.ts'

export interface DownloadOptions {
  readonly journal: OpenedJournal
  readonly door: HubDoor
  readonly site: string
  /** The pinned hub's signing key. */
  readonly hubKey: string
  /** The stream of old is about to be over. May run more than once. */
  restarting(): Promise<void>
}

/** Where the down stream stands after a page. */
export interface DownProgress {
  readonly seq: number
  readonly total: number
  /** Records this page brought. */
  readonly fresh: number
}

export class Download {
  readonly #options: DownloadOptions
  #total = 0
  /** The hub keeps another stream for us than the one that is followed, or less of it than it gave. */
  #doubtful = false

  constructor(options: DownloadOptions) {
    this.#options = options
  }

  /** Head of the down stream at the hub, as last heard. */
  get total(): number {
    return this.#total
  }

  noteTotal(total: number): void {
    this.#total = Math.max(this.#total, total)
  }

  /** What the hub says itself of the stream it keeps for us. */
  async noteStream({ hubInc, head }: UploadReply['down']): Promise<void> {
    const stream = await this.#stream()
    this.#doubtful = stream !== undefined && hubInc !== '' && (stream.genesis.inc !== hubInc || head < stream.seq)
    this.noteTotal(head)
  }

  /** There is more, or a doubt that only the hub can settle. */
  async isBehind(): Promise<boolean> {
    return this.#doubtful || (await this.seq()) < this.#total
  }

  async seq(): Promise<number> {
    return (await this.#stream())?.seq ?? 0
  }

  /** One page. A refusal is the hub's, or ours when the page is not what it says. */
  async page(signal: AbortSignal): Promise<DownProgress | Refusal> {
    const { door, site } = this.#options
    this.#doubtful = false
    const stream = await this.#stream()
    const [hubInc, after, hash] =
      stream === undefined ? ['', 0, ''] : [stream.genesis.inc, stream.seq, toBase64Url(stream.hash)]
    const query = new URLSearchParams({ hubInc, after: String(after), hash, limit: String(BATCH_RECORDS_MAX) })
    const answer = await door.send({ method: 'GET', path: `/sync/v1/down/${site}?${query}`, signal })
    if (isRefusal(answer)) return answer.refused === 'RESTART' ? this.#restart(answer, stream) : answer
    const page = readPage(answer)
    if (isRefusal(page)) return page
    return this.#apply(page.header, page.lines, stream)
  }

  #stream(): Promise<StreamHead | undefined> {
    return this.#options.journal.receive.current(downStreamName(this.#options.site))
  }

  async #apply(
    header: DownloadHeader,
    lines: readonly Buffer[],
    known: StreamHead | undefined,
  ): Promise<DownProgress | Refusal> {
    const { journal } = this.#options
    const genesis = this.#genesisOf(header.hubInc)
    const before = known ?? { seq: 0, hash: genesisHash(genesis) }
    const continues = header.first === before.seq + 1 && header.prev === toBase64Url(before.hash)
    if (!continues || (known !== undefined && known.genesis.inc !== header.hubInc)) return refuse('FORK', 'down')
    const received = chainLines(before.hash, header.first, lines)
    if (isRefusal(received)) return received
    const hash = received.at(-1)?.hash ?? before.hash
    const head = { seq: before.seq + received.length, hash, count: received.length, signature: header.sig }
    if (toBase64Url(hash) !== header.head || !isSignedHead(genesis, head)) return refuse('SIG', 'down')
    this.#total = header.total
    if (received.length === 0) return { seq: before.seq, total: header.total, fresh: 0 }
    await journal.write('sync.down', async (tx) => {
      const stream = known ?? (await journal.receive.open(tx, genesis, 'down'))
      const next = await journal.receive.append(tx, stream, received)
      await journal.receive.keepSignature(tx, next, head)
    })
    return { seq: head.seq, total: header.total, fresh: received.length }
  }

  /**
   * The hub begins a new stream: ours ends here and the new one is read from its beginning. A hub that has less of the
   * same stream than it gave us was put back from an older copy: a person must look.
   */
  async #restart(refusal: Refusal, known: StreamHead | undefined): Promise<DownProgress | Refusal> {
    const have = position.safeParse(refusal.facts?.have)
    if (!have.success || known === undefined || have.data.inc === known.genesis.inc) return refusal
    // Before the stream is sealed: afterwards nobody would know that it is still to be done.
    await this.#options.restarting()
    await this.#options.journal.write('sync.down-restart', (tx) => this.#options.journal.receive.seal(tx, known))
    // How long the new stream is, its first page will say.
    this.#total = Math.max(1, have.data.seq)
    return { seq: 0, total: this.#total, fresh: 1 }
  }

  #genesisOf(inc: string): Genesis {
    const { site, hubKey } = this.#options
    return { site: downStreamName(site), inc, publicKey: hubKey, prevInc: '', prevSeq: 0, prevHash: '' }
  }
}

/** The header line and the exact lines after it. */
function readPage(body: Buffer): { header: DownloadHeader; lines: Buffer[] } | Refusal {
  const [first, ...lines] = splitLines(body)
  try {
    const parsed = downloadHeader.safeParse(JSON.parse(first?.toString('utf8') ?? ''))
    if (!parsed.success) return refuse('PROTO', 'down')
    return parsed.data.n === lines.length ? { header: parsed.data, lines } : refuse('malformed', 'a page that was cut')
  } catch {
    return refuse('malformed', 'not a page')
  }
}

function splitLines(body: Buffer): Buffer[] {
  const lines: Buffer[] = []
  for (let from = 0; from < body.length; ) {
    const end = body.indexOf(0x0a, from)
    const to = end < 0 ? body.length : end
    if (to > from) lines.push(body.subarray(from, to))
    from = to + 1
  }
  return lines
}
