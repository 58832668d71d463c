/** A centre as the hub sees one: a real journal with real projections, speaking the sync protocol over real HTTP. */
import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type OpenedJournal, openJournal } from '../../central-sync/journal/journal.ts'
import type { Draft } from '../../central-sync/journal/port.ts'
import { approvable } from '../../central-sync/journal/projections/approval-read.ts'
import { sharedFollowers, sharedMigrations } from '../../central-sync/journal/projections/shared.ts'
import { chainLines } from '../../central-sync/journal/received.ts'
import { openSecretStore, type SecretStore } from '../../central-sync/journal/secret-store.ts'
import { genesisHash, headStatement } from '../../central-sync/protocol/chain.ts'
import * as attendance from '../../central-sync/protocol/event/attendance.ts'
import { typeVersions } from '../../central-sync/protocol/event/catalogue.ts'
import * as person from '../../central-sync/protocol/event/person.ts'
import * as place from '../../central-sync/protocol/event/place.ts'
import * as work from '../../central-sync/protocol/event/work.ts'
import { fromBase64Url, toBase64Url } from '../../central-sync/protocol/hash.ts'
import {
  type AssignmentId,
  type CardId,
  type DeviceId,
  deviceEventId,
  type EventId,
  isIdentifier,
  newIdentifier,
  type PackageId,
  type SiteId,
  type WorkerId,
} from '../../central-sync/protocol/identifier.ts'
import { isRefusal } from '../../central-sync/protocol/refusal.ts'
import { openSealed, sealTo, signBytes, verifyBytes } from '../../central-sync/protocol/signing-key.ts'
import type { BusinessDay, Clock, Instant } from '../../central-sync/protocol/time.ts'
import {
  downloadHeader,
  downStreamName,
  KEY_PARCEL_INFO,
  keyDownload,
  type UploadHeader,
  type UploadReply,
  uploadReply,
} from '../../central-sync/protocol/wire/sync.ts'
import { enrol } from '../../central-sync/web/enrolment-client.ts'
import { type Problem, problemOf, type RequestOptions, signedFetch } from './hub-wire.ts'

const DIRECTOR = 'f_00000000000000000001'

export class TestCentre implements AsyncDisposable {
  journal: OpenedJournal
  secrets: SecretStore
  readonly folder: string
  readonly code: string
  readonly name: string
  /** Label of the place on its taps. */
  readonly standing: string
  readonly clock: Clock
  instance = toBase64Url(randomBytes(9))
  url = ''
  hubKey = ''
  hubBox = ''
  device: DeviceId = newIdentifier('device')
  private taps = 0
  private down = { inc: '', seq: 0, hash: '' }
  private keysSeen = 0

  private constructor(parts: {
    journal: OpenedJournal
    secrets: SecretStore
    folder: string
    code: string
    name: string
    standing: string
    clock: Clock
  }) {
    this.journal = parts.journal
    this.secrets = parts.secrets
    this.folder = parts.folder
    this.code = parts.code
    this.name = parts.name
    this.standing = parts.standing
    this.clock = parts.clock
  }

  static async create(clock: Clock, code: string, name = `${code}センター`, standing = code): Promise<TestCentre> {
    const folder = await mkdtemp(join(tmpdir(), `kado-centre-${code}-`))
    const centre = new TestCentre({ ...(await openCentre(folder, clock)), folder, code, name, standing, clock })
    await centre.write({
      event: place.centreNamed,
      data: { site: centre.site, code, name },
      by: 'system',
    })
    await centre.enrolKiosk()
    return centre
  }

  get site(): SiteId {
    return this.journal.head().site as SiteId
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
    await rm(this.folder, { recursive: true, force: true })
  }

  async close(): Promise<void> {
    await this.journal.close()
    await this.secrets.close()
  }

  /** Starts again on the same files, as after a restart of the process. */
  async reopen(): Promise<void> {
    const { journal, secrets } = await openCentre(this.folder, this.clock)
    this.journal = journal
    this.secrets = secrets
    this.instance = toBase64Url(randomBytes(9))
  }

  /** Copy of the data folder, as a backup or a cloned disk holds it. The journal must be closed. */
  async copyTo(target: string): Promise<void> {
    await cp(this.folder, target, { recursive: true })
  }

  async joinHub(url: string, code: string): Promise<void> {
    const told = { site: this.site, code: this.code, name: this.name, inc: this.journal.head().inc }
    const enrolled = await enrol(url, code, 'centre', told, this.secrets.identity)
    if (isRefusal(enrolled)) throw new Error(`${enrolled.refused} ${enrolled.detail ?? ''}`)
    this.url = url
    this.hubKey = enrolled.server.signingKey
    this.hubBox = enrolled.server.boxKey
  }

  // ── facts

  write<D, P>(draft: Draft<D, P>): Promise<EventId> {
    return this.journal.write('test', async (tx) => tx.append(draft))
  }

  writeAll(drafts: readonly Draft[]): Promise<EventId[]> {
    return this.journal.write('test', async (tx) => tx.append(drafts))
  }

  async enrolKiosk(label = '受付リーダー1'): Promise<DeviceId> {
    this.device = newIdentifier('device')
    const data = {
      device: this.device,
      kind: 'kiosk' as const,
      label,
      place: this.standing,
      publicKey: 'p',
      boxKey: 'b',
    }
    await this.write({ event: place.deviceEnrolled, data, by: DIRECTOR })
    return this.device
  }

  async register(code: string, name: string, callName = ''): Promise<WorkerId> {
    const worker = newIdentifier('worker')
    await this.write({
      event: person.workerRegistered,
      data: { worker, code, home: this.site },
      personal: { name, kana: 'てすと', callName, language: 'ja' },
      subject: worker,
      by: DIRECTOR,
    })
    return worker
  }

  async giveCard(worker: WorkerId): Promise<CardId> {
    const card = newIdentifier('card')
    const digests = [{ k: 1, h: toBase64Url(randomBytes(32)) }]
    await this.write({ event: person.cardEnrolled, data: { card, worker, digests, tail: '9ABC' }, by: DIRECTOR })
    return card
  }

  tapDraft(worker: WorkerId | undefined, time: Instant, claim: 'in' | 'out'): Draft {
    this.taps += 1
    const id = deviceEventId(this.device, 1, this.taps)
    return {
      event: attendance.tapRecorded,
      id,
      by: this.device,
      ...(worker !== undefined && { subject: worker }),
      data: {
        ...{ id, digests: [], identified: 'card', place: this.standing, wall: time, mono: this.taps, offset: 0 },
        ...{ offsetAge: 1_000, clock: 'synced', claim, claimBy: 'auto', online: true, rosterStale: false },
        ...{ site: this.site, device: this.device, time, known: worker === undefined ? 'unknown_card' : 'known' },
        ...(worker !== undefined && { worker }),
      },
    }
  }

  async tap(worker: WorkerId | undefined, time: Instant, claim: 'in' | 'out'): Promise<EventId> {
    const draft = this.tapDraft(worker, time, claim)
    await this.write(draft)
    return draft.id as EventId
  }

  async assign(worker: WorkerId, packageId: PackageId, from: BusinessDay): Promise<AssignmentId> {
    const assignment = newIdentifier('assignment')
    const data = { assignment, package: packageId, worker, from }
    await this.write({ event: work.assignmentMade, data, subject: worker, by: DIRECTOR })
    return assignment
  }

  /** Approves all payable time of these days that has an assignment. Returns how many sessions. */
  async approve(from: BusinessDay, to: BusinessDay): Promise<number> {
    const open = await approvable(this.journal.read, from, to, this.clock.now())
    const drafts = open.flatMap(({ session, assigned }): Draft[] => {
      if (assigned === undefined || session.startedAt === undefined || session.endedAt === undefined) return []
      const { worker, day, key, startedAt, endedAt, seconds } = session
      const edges = { worker, day, session: key, startedAt, endedAt, seconds }
      const data = { ...edges, assignment: assigned.assignment, package: assigned.package }
      return [{ event: work.workApproved, data, subject: worker, by: DIRECTOR }]
    })
    await this.writeAll(drafts)
    return drafts.length
  }

  watermark(day: BusinessDay, seq: number | null = this.taps): Promise<EventId> {
    const data = { site: this.site, day, devices: { [this.device]: seq } }
    return this.write({ event: attendance.attendanceWatermark, data, by: 'system' })
  }

  // ── sync

  request(method: 'GET' | 'POST', path: string, body: Uint8Array = Buffer.alloc(0), more: RequestOptions = {}) {
    const signer = { keyId: this.site, identity: this.secrets.identity, created: this.clock.now(), ...more }
    return signedFetch(`${this.url}${path}`, method, body, signer)
  }

  /** Body of an upload of the own stream, `first` … `first + limit − 1`. */
  async uploadBody(first: number, limit = 1_000, change: Partial<UploadHeader> = {}): Promise<Buffer> {
    const head = this.journal.head()
    const stream = { site: head.site, inc: head.inc }
    const lines = await this.journal.lines(stream, first, limit, 1_000_000)
    const before =
      first === 1 ? this.genesisHash() : ((await this.journal.lines(stream, first - 1, 1, 1))[0]?.hash ?? head.hash)
    const hash = lines.at(-1)?.hash ?? before
    const last = first + lines.length - 1
    const statement = headStatement({ ...stream, seq: last, hash, count: lines.length })
    const header: UploadHeader = {
      ...{ p: 1, inc: head.inc, first, n: lines.length, prev: toBase64Url(before), head: toBase64Url(hash) },
      ...{ sig: signBytes(statement, this.secrets.identity.signing), instance: this.instance, safeSeen: 0 },
      ...{ types: typeVersions, genesis: this.journal.genesis(), ...change },
    }
    const parts = [Buffer.from(JSON.stringify(header)), ...lines.map(({ line }) => line)]
    return Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]))
  }

  async post(body: Buffer, gzip = true): Promise<UploadReply | Problem> {
    const answer = await this.request('POST', `/sync/v1/up/${this.site}`, gzip ? gzipSync(body) : body, {
      headers: gzip ? { 'content-encoding': 'gzip' } : {},
    })
    return answer.status === 200 ? uploadReply.parse(answer.json) : problemOf(answer)
  }

  /** Uploads everything, from what the hub has. Stops at the first problem, which it returns. */
  async push(limit = 1_000): Promise<UploadReply | Problem> {
    let reply = await this.post(await this.uploadBody(this.journal.head().seq + 1, limit))
    if ('code' in reply) {
      if (reply.code !== 'GAP' || reply.have === undefined) return reply
      reply = await this.post(await this.uploadBody(reply.have.seq + 1, limit))
    }
    while (!('code' in reply) && reply.ack.seq < this.journal.head().seq) {
      reply = await this.post(await this.uploadBody(reply.ack.seq + 1, limit))
    }
    return reply
  }

  /** Fetches the down stream to its end into the journal. Returns the types that came, in order. */
  async pull(limit = 1_000): Promise<string[]> {
    const types: string[] = []
    for (;;) {
      const { inc, seq, hash } = this.down
      const query = `hubInc=${inc}&after=${seq}&hash=${hash}&limit=${limit}`
      const answer = await this.request('GET', `/sync/v1/down/${this.site}?${query}`)
      if (answer.status !== 200) throw new Error(`${problemOf(answer).code}`)
      const lines = answer.body.toString('utf8').split('\n').slice(0, -1)
      const header = downloadHeader.parse(JSON.parse(lines[0] ?? ''))
      const received = chainLines(
        fromBase64Url(header.prev),
        header.first,
        lines.slice(1).map((line) => Buffer.from(line)),
      )
      if (isRefusal(received)) throw new Error(received.refused)
      const end = received.at(-1)?.hash ?? fromBase64Url(header.prev)
      const name = downStreamName(this.site)
      const statement = headStatement({
        ...{ site: name, inc: header.hubInc, seq: header.first + header.n - 1 },
        ...{ hash: end, count: header.n },
      })
      if (toBase64Url(end) !== header.head || !verifyBytes(statement, header.sig, this.hubKey)) throw new Error('SIG')
      await this.journal.write('down', async (tx) => {
        const known = await this.journal.receive.find(name, header.hubInc, tx)
        const genesis = {
          site: name,
          inc: header.hubInc,
          publicKey: this.hubKey,
          prevInc: '',
          prevSeq: 0,
          prevHash: '',
        }
        const stream = known ?? (await this.journal.receive.open(tx, genesis, 'down'))
        await this.journal.receive.append(tx, stream, received)
      })
      types.push(...received.map(({ entry }) => entry.t))
      this.down = { inc: header.hubInc, seq: header.first + header.n - 1, hash: toBase64Url(end) }
      if (this.down.seq >= header.total) return types
    }
  }

  /** Sends the keys of own workers, sealed to the hub. */
  async pushKeys(): Promise<void> {
    const parcels = this.secrets.keys
      .after(0, 1_000)
      .filter(({ subject, origin }) => origin === 'minted' && isIdentifier('worker', subject))
      .map(({ id, subject, key }) => ({ key: id, subject, box: sealTo(key, this.hubBox, KEY_PARCEL_INFO) }))
    const answer = await this.request('POST', `/sync/v1/keys/${this.site}`, Buffer.from(JSON.stringify({ parcels })))
    if (answer.status !== 200) throw new Error(problemOf(answer).code)
  }

  /** Fetches and opens the keys the hub has for this centre. Returns their subjects. */
  async pullKeys(): Promise<string[]> {
    const answer = await this.request('GET', `/sync/v1/keys/${this.site}?after=${this.keysSeen}`)
    if (answer.status !== 200) throw new Error(problemOf(answer).code)
    const page = keyDownload.parse(answer.json)
    const opened = page.parcels.flatMap(({ key, subject, box }) => {
      const plain = openSealed(box, this.secrets.identity.box, KEY_PARCEL_INFO)
      return plain === undefined || !isIdentifier('key', key) ? [] : [{ id: key, subject, key: plain }]
    })
    await this.secrets.keys.receive(opened)
    this.keysSeen = page.parcels.at(-1)?.n ?? this.keysSeen
    return opened.map(({ subject }) => subject)
  }

  private genesisHash(): Buffer {
    const { site, inc } = this.journal.head()
    return genesisHash({ site, inc, publicKey: this.secrets.identity.signing.publicKey, ...this.journal.genesis() })
  }
}

async function openCentre(folder: string, clock: Clock): Promise<{ journal: OpenedJournal; secrets: SecretStore }> {
  const secrets = await openSecretStore({ file: join(folder, 'secrets.db'), clock })
  const journal = await openJournal({
    database: { kind: 'sqlite', file: join(folder, 'journal.db') },
    role: 'centre',
    clock,
    secrets,
    migrations: sharedMigrations,
    followers: sharedFollowers,
    projectReceived: 'inline',
    headFile: join(folder, 'identity', 'head.json'),
  })
  return { journal, secrets }
}
