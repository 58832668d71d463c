/**
 * Takes uploads of centres into the journal. One transaction holds the lease, the comparison with the stored chain, the
 * new lines and the head; the answer leaves after COMMIT with fsync. What entries mean is of no interest here: followers
 * read them afterwards, so that no content can stop a journal from arriving.
 */

import type { Journal, ReceivedLine, Rows, Tx } from '../../journal/port.ts'
import type { ReceivedStreams } from '../../journal/received.ts'
import { isSignedHead } from '../../journal/received.ts'
import { type StreamHead, streamOf } from '../../journal/streams.ts'
import type { StreamRow } from '../../journal/tables.ts'
import { type Genesis, genesisHash } from '../../protocol/chain.ts'
import { typeVersions } from '../../protocol/event/catalogue.ts'
import { fromBase64Url, toBase64Url } from '../../protocol/hash.ts'
import { isRefusal, type Refusal, refuse } from '../../protocol/refusal.ts'
import type { Clock } from '../../protocol/time.ts'
import { BATCH_BYTES_MAX, BATCH_RECORDS_MAX, type UploadReply } from '../../protocol/wire/sync.ts'
import { noteError, readContact, unheard, writeContact } from '../site/contacts.ts'
import { decideIntake, type IntakeBatch, type IntakeDecision, type StoredHead } from './decide-intake.ts'
import { decideLease, type Lease } from './decide-lease.ts'
import { type ReadBatch, readBatch } from './read-batch.ts'

export interface IntakeParts {
  readonly journal: Journal & { readonly receive: ReceivedStreams }
  readonly clock: Clock
}

type Taken = { readonly ack: StoredHead; readonly fresh: number } | Refusal

export class Intake {
  private readonly journal: IntakeParts['journal']
  private readonly clock: Clock

  constructor({ journal, clock }: IntakeParts) {
    this.journal = journal
    this.clock = clock
  }

  /** `body` is the NDJSON of wire/sync.ts, unpacked. Every refusal of an admitted site carries `have`. */
  async receive(site: string, body: Buffer): Promise<UploadReply | Refusal> {
    const publicKey = await this.publicKeyOf(site)
    if (publicKey === undefined) return refuse('UNKNOWN_DEVICE')
    const batch = readBatch(body)
    const taken = isRefusal(batch)
      ? await this.turnAway(site, batch)
      : await this.journal.write('intake', (tx) => this.take(tx, site, publicKey, batch))
    return isRefusal(taken) ? taken : this.reply(site, taken.ack)
  }

  /** Too large to be read at all. */
  async refuseSize(site: string): Promise<Refusal> {
    return this.turnAway(site, refuse('SIZE', `${BATCH_RECORDS_MAX} records, ${BATCH_BYTES_MAX} bytes at most`))
  }

  private async publicKeyOf(site: string): Promise<string | undefined> {
    const row = await this.journal.read.one<{ public_key: string | null }>(
      'SELECT public_key FROM centre WHERE site = ?',
      [site],
    )
    return row?.public_key ?? undefined
  }

  private async take(tx: Tx, site: string, publicKey: string, batch: ReadBatch): Promise<Taken> {
    const known = (await readContact(tx, site)) ?? unheard(site)
    const lease = decideLease(known.lease.instance === '' ? undefined : known.lease, batch.header.instance, tx.now)
    const streams = await streamsOf(tx, site)
    const offer = offerOf(site, publicKey, batch)
    const decision = await this.decide(tx, { offer, streams, cloned: lease.kind === 'clone' })
    const judged = decision.kind === 'accept' && decision.opens ? checkOpening(offer, batch, decision) : decision
    if (judged.kind === 'refused') {
      await noteError(tx, site, judged.refusal, tx.now)
      return judged.refusal
    }
    const stream = streams.find((one) => one.genesis.inc === batch.header.inc)
    const ack = await this.keep(tx, { offer, batch, stream, newest: newestOf(streams), decision: judged })
    const held: Lease = lease.kind === 'held' ? lease.lease : known.lease
    // Two processes were seen: that stays visible, whichever of them is let in.
    const error = known.error?.code === 'CLONE' ? known.error : undefined
    await writeContact(tx, { ...known, lease: held, lastAt: tx.now, error, typesAhead: typesAhead(batch) })
    return ack
  }

  private async decide(
    tx: Tx,
    { offer, streams, cloned }: { offer: Offer; streams: readonly StreamHead[]; cloned: boolean },
  ): Promise<IntakeDecision> {
    const { genesis, batch } = offer
    const known = streams.find((stream) => stream.genesis.inc === genesis.inc)
    const newest = newestOf(streams)
    const wanted = new Set([0, batch.first - 1, batch.first + batch.hashes.length - 1])
    const stored = new Map<number, Buffer>()
    if (known !== undefined) {
      for (const seq of wanted) {
        const hash = await this.hashAt(tx, known, seq)
        if (hash !== undefined) stored.set(seq, hash)
      }
    }
    const bridge = newest === undefined ? undefined : await this.hashAt(tx, newest, batch.prevSeq)
    return decideIntake(batch, {
      newest: newest === undefined ? undefined : headOf(newest),
      cloned,
      hashAt: (seq) => stored.get(seq),
      bridge,
    })
  }

  private async hashAt(rows: Rows, stream: StreamHead, seq: number): Promise<Buffer | undefined> {
    if (seq === 0) return genesisHash(stream.genesis)
    if (seq === stream.seq) return stream.hash
    if (seq > stream.seq) return undefined
    const row = await rows.one<{ hash: Buffer }>('SELECT hash FROM entry WHERE stream = ? AND seq = ?', [
      stream.stream,
      seq,
    ])
    return row?.hash
  }

  private async keep(tx: Tx, plan: KeepPlan): Promise<{ ack: StoredHead; fresh: number }> {
    const { offer, batch, decision } = plan
    if (decision.kind === 'duplicate') {
      const here =
        plan.stream === undefined ? { inc: offer.genesis.inc, seq: 0, hash: offer.batch.genesis } : headOf(plan.stream)
      return { ack: here, fresh: 0 }
    }
    const { receive } = this.journal
    if (decision.opens && plan.newest !== undefined) await receive.seal(tx, plan.newest)
    const stream = decision.opens ? await receive.open(tx, offer.genesis) : plan.stream
    if (stream === undefined) throw new Error('a batch was accepted into a stream that does not exist')
    const fresh: readonly ReceivedLine[] = batch.lines.slice(decision.skip)
    const head = await receive.append(tx, stream, fresh)
    await receive.keepSignature(tx, head, offer.head)
    return { ack: headOf(head), fresh: fresh.length }
  }

  /** Keeps the error beside the centre and adds what the hub has. */
  private async turnAway(site: string, refusal: Refusal): Promise<Refusal> {
    const newest = newestOf(await streamsOf(this.journal.read, site))
    const have =
      newest === undefined ? undefined : { inc: newest.genesis.inc, seq: newest.seq, hash: toBase64Url(newest.hash) }
    await this.journal.write('intake.error', (tx) => noteError(tx, site, refusal, tx.now))
    return refuse(refusal.refused, refusal.detail, { ...refusal.facts, ...(have && { have }) })
  }

  private async reply(site: string, ack: StoredHead): Promise<UploadReply> {
    const down = await this.journal.read.one<{ inc: string; head_seq: number }>(
      'SELECT inc, head_seq FROM down_stream WHERE site = ?',
      [site],
    )
    return {
      ack: { inc: ack.inc, seq: ack.seq, hash: toBase64Url(ack.hash) },
      safe: { seq: 0 },
      credit: { records: BATCH_RECORDS_MAX, bytes: BATCH_BYTES_MAX },
      hubTime: this.clock.now(),
      down: { hubInc: down?.inc ?? '', head: down?.head_seq ?? 0 },
    }
  }
}

interface KeepPlan {
  readonly offer: Offer
  readonly batch: ReadBatch
  readonly stream: StreamHead | undefined
  readonly newest: StreamHead | undefined
  readonly decision: Exclude<IntakeDecision, { kind: 'refused' }>
}

/** The batch as the decision sees it. */
interface Offer {
  readonly genesis: Genesis
  readonly batch: IntakeBatch
  readonly head: { readonly seq: number; readonly hash: Buffer; readonly count: number; readonly signature: string }
}

function offerOf(site: string, publicKey: string, { header, lines, bytes }: ReadBatch): Offer {
  const { inc, first, n, sig } = header
  const genesis: Genesis = { site, inc, publicKey, ...header.genesis }
  const prev = fromBase64Url(header.prev)
  const hash = lines.at(-1)?.hash ?? prev
  const head = { seq: first + n - 1, hash, count: n, signature: sig }
  const signed = toBase64Url(hash) === header.head && isSignedHead(genesis, head)
  const hashes = lines.map((line) => line.hash)
  return {
    genesis,
    head,
    batch: { inc, first, bytes, prev, hashes, ...header.genesis, genesis: genesisHash(genesis), signed },
  }
}

/** The first entry of an incarnation says itself what the header claims; otherwise nobody could check it later. */
function checkOpening(offer: Offer, { lines }: ReadBatch, decision: IntakeDecision): IntakeDecision {
  const { site, inc, publicKey, prevInc, prevSeq, prevHash } = offer.genesis
  const entry = lines[0]?.entry
  const said = entry?.t === 'incarnation.opened' ? entry.d : {}
  const expected = { role: 'centre', site, inc, publicKey, prevInc, prevSeq, prevHash }
  const agrees = Object.entries(expected).every(([name, value]) => said[name] === value)
  if (agrees) return decision
  const have = { inc, seq: 0, hash: toBase64Url(offer.batch.genesis) }
  return { kind: 'refused', refusal: refuse('INC', 'the first entry does not open this incarnation', { have }) }
}

async function streamsOf(rows: Rows, site: string): Promise<StreamHead[]> {
  const found = await rows.all<StreamRow>("SELECT * FROM stream WHERE site = ? AND kind = 'received' ORDER BY stream", [
    site,
  ])
  return found.map(streamOf)
}

function newestOf(streams: readonly StreamHead[]): StreamHead | undefined {
  return streams.findLast(({ sealedAt }) => sealedAt === undefined)
}

function headOf(stream: StreamHead): StoredHead {
  return { inc: stream.genesis.inc, seq: stream.seq, hash: stream.hash }
}

function typesAhead({ header }: ReadBatch): string[] {
  return Object.entries(header.types)
    .filter(([type, version]) => version > (typeVersions[type] ?? 0))
    .map(([type]) => type)
    .sort()
    .slice(0, 50)
}
